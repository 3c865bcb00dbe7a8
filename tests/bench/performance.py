#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes resources/guide/performance.md: every promise about speed, its target, the figure, the verdict.

    performance.py --build build --all --out resources/guide/performance.md   measures (hours, quiet machine)
    performance.py --build build --out resources/guide/performance.md         only writes what was measured
    performance.py --build build --measure bench --measure system             measures some parts again

Figures lie as JSON in BUILD/performance/, so that parts can be measured one at a time and an
interrupted measurement goes on. A part that is missing is named as not measured; a figure is never
made up. Exit code 1 when a target was missed or a part is missing.
"""
import argparse
import datetime
import json
import subprocess
import sys
from pathlib import Path

from measuring import Programs, machine

HERE = Path(__file__).resolve().parent
PARTS = ("bench", "system", "monitor")


class Target:
    """One line of the table. `figures` takes the benchmarks of that name (Google Benchmark's JSON,
    several where it has arguments) and gives [(value, limit, text)]; a value above its limit misses."""

    def __init__(self, name, promise, figures):
        self.name, self.promise, self.figures = name, promise, figures


NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def nanoseconds(bench):
    return bench["real_time"] * NANOSECONDS[bench["time_unit"]]


def time_below(limit_ns, unit):
    def figures(benches, _):
        worst = max(map(nanoseconds, benches))
        return [(worst, limit_ns, f"{worst / NANOSECONDS[unit]:.3g} {unit}")]
    return figures


def record(benches, _):
    [bench] = benches
    return [(nanoseconds(bench), 50.0, f"{nanoseconds(bench):.1f} ns"),
            (bench["p99_ns"], 1000.0, f"p99 {bench['p99_ns']:.0f} ns")]


def ingest(benches, everything):
    rate = min(bench["items_per_second"] for bench in benches)
    out = [(3e6 / rate, 1.0, f"{rate / 1e6:.2f} M records/s")]
    base = [b["items_per_second"] for b in everything.get("ingest_sqlite_rows", [])]
    if base:
        times = rate / max(base)
        out.append((15.0 / times, 1.0, f"{times:.1f} times the baseline"))
    return out


def baseline(benches, _):
    rate = max(bench["items_per_second"] for bench in benches)
    return [(0.0, 1.0, f"{rate / 1e6:.3f} M records/s")]


def bytes_per_record(benches, _):
    series = max(bench["series_to_raw"] for bench in benches)
    journal = max(bench["journal_to_packed"] for bench in benches)
    return [(series, 1.5, f"series {series:.3f} x the raw columns"),
            (journal, 1.1, f"journal {journal:.3f} x the packed record")]


TARGETS = [
    Target("record", "at most 50 ns with its clock reading, p99 below 1 us with a live consumer", record),
    Target("ingest", "at least 3 M records/s on one core, 15 times the baseline", ingest),
    Target("ingest_sqlite_rows", "the baseline of `ingest`", baseline),
    Target("open_10M", "at most 40 ms, in a new process", time_below(40e6, "ms")),
    Target("query_10M", "at most 0.4 ms", time_below(0.4e6, "ms")),
    Target("query_100M", "at most 0.6 ms", time_below(0.6e6, "ms")),
    Target("query_10M_hub", "at most 0.9 ms", time_below(0.9e6, "ms")),
    Target("heal_10M", "at most 5 s", time_below(5e9, "s")),
    Target("bytes_per_record", "series 1.5 times the raw columns, journal 1.1 times the packed record", bytes_per_record),
]


def load(path):
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def by_name(document):
    """Benchmarks by the part of their name before the first slash; aggregates and failures left out."""
    named = {}
    for bench in (document or {}).get("benchmarks", []):
        if bench.get("run_type") == "aggregate":
            continue
        named.setdefault(bench["name"].split("/")[0], []).append(bench)
    return named


def bench_rows(document):
    named = by_name(document)
    for target in TARGETS:
        benches = named.get(target.name, [])
        failed = [bench["error_message"] for bench in benches if bench.get("error_occurred")]
        if not benches or failed:
            yield target.name, target.promise, f"not measured{': ' + failed[0] if failed else ''}", None
            continue
        try:
            figures = target.figures(benches, named)
        except KeyError as missing:
            yield target.name, target.promise, f"not measured: no {missing} in the benchmark", None
            continue
        yield (target.name, target.promise, "; ".join(text for _, _, text in figures),
               all(value <= limit for value, limit, _ in figures))


def figure(value, form, unit):
    return "unknown" if value is None else f"{value:{form}} {unit}"


SYSTEM = {
    "whole_system": "2,048 ranks, 10 steps/s each, over tcp with CURVE: no loss, p99 below 250 ms, hub below 0.5 of a core",
    "whole_system_16_steps": "the same at 160 steps/s and 16 steps a message (330 k records/s)",
}


def system_rows(document):
    results = {each["name"]: each for each in document or []}
    for name, promise in SYSTEM.items():
        result = results.get(name)
        if result is None or "problem" in result:
            why = f": {result['problem']}" if result else ""
            yield name, promise, "not measured" + why, None
            continue
        scale = "" if result["ranks"] == 2048 and result["transport"] == "tcp" else \
            f"only {result['ranks']} ranks over {result['transport']}; "
        text = (f"{scale}{result['records_stored']:,} of {result['records_expected']:,} records stored, "
                f"{result['records_lost']} lost; p50 {figure(result['p50_ms'], '.0f', 'ms')}, "
                f"p99 {figure(result['p99_ms'], '.0f', 'ms')} "
                f"(steps of all ranks p99 {figure(result.get('row_p99_ms'), '.0f', 'ms')}); "
                f"hub {figure(result['hub_cores'], '.2f', 'cores')}")
        yield name, promise, text, result["met"] and not scale


def monitor_rows(document):
    promise = "ResNet18 on 2 ranks with and without telemetry: 95 % interval below +0.5 %, half width below 0.3 %"
    if document is None or document["half_width"] is None:
        yield "monitor_cost", promise, "not measured", None
        return
    text = (f"{100 * document['mean']:+.2f} % ± {100 * document['half_width']:.2f} % of "
            f"{len(document['pairs'])} pairs")
    if not document["enough"]:
        yield "monitor_cost", promise, text + ", too few yet", None
        return
    yield "monitor_cost", promise, text, document["met"]


VERDICT = {True: "met", False: "**missed**", None: "not measured"}
INTRODUCTION = """# Performance

Written by `tests/bench/performance.py`; do not edit. Targets are for two cores. A record is one rank's step
with all its fields; data are 64 ranks with seeded noise in every bit of each mantissa. `wattline-bench --benchmark_filter='^NAME'`
measures one line again.

"""


def page(parts, rows):
    found = [each for document in parts.values() for each in (document if isinstance(document, list) else [document or {}])]
    lines = [INTRODUCTION + f"Written {datetime.date.today().isoformat()} on {machine()}.\n"]
    others = sorted({each["machine"] for each in found if each.get("machine", machine()) != machine()})
    lines += [f"Some figures are from another machine: {each}.\n" for each in others]
    lines.append("| name | target | figure | verdict |\n|---|---|---|---|")
    lines += [f"| `{name}` | {promise} | {text} | {VERDICT[met]} |" for name, promise, text, met in rows]
    lines.append("\nThe latency of the whole system is from before a step's first record() to after a client's answer "
                 "shows the record of the rank in question, polling included.\nThe hub's cores are its process's time, all threads, "
                 "between hellos and end.")
    return "\n".join(lines) + "\n"


def run(command):
    print("$ " + " ".join(map(str, command)), flush=True)
    return subprocess.run([*map(str, command)], check=False).returncode


def measure(part, programs, folder):
    build = ["--build", programs.build]
    if part == "bench":
        if not programs.bench.exists():
            return print(f"there is no {programs.bench}; build wattline-bench first")
        return run([programs.bench, f"--benchmark_out={folder / 'bench.json'}", "--benchmark_out_format=json"])
    if part == "system":
        return run([sys.executable, HERE / "whole_system.py", *build, "--out", folder / "system.json"])
    return run([sys.executable, HERE / "monitor_cost.py", *build, "--out", folder / "monitor.json"])


def self_test():
    fast = {"name": "record", "real_time": 40.0, "time_unit": "ns", "p99_ns": 900.0}
    slow = dict(fast, p99_ns=1100.0)
    verdict = {name: met for name, _, _, met in bench_rows({"benchmarks": [fast]})}
    assert verdict["record"] is True and verdict["ingest"] is None, verdict
    assert [met for name, _, _, met in bench_rows({"benchmarks": [slow]}) if name == "record"] == [False]
    rates = [{"name": "ingest", "items_per_second": 3.1e6}, {"name": "ingest_sqlite_rows", "items_per_second": 0.25e6}]
    assert [met for name, _, _, met in bench_rows({"benchmarks": rates}) if name == "ingest"] == [False]
    queries = [{"name": f"query_10M/{i}", "real_time": t, "time_unit": "us"} for i, t in enumerate((100.0, 399.0))]
    rows = {name: (text, met) for name, _, text, met in bench_rows({"benchmarks": queries})}
    assert rows["query_10M"] == ("0.399 ms", True), rows["query_10M"]
    broken = [{"name": "heal_10M", "error_occurred": True, "error_message": "no disk"}]
    assert {name: met for name, _, _, met in bench_rows({"benchmarks": broken})}["heal_10M"] is None
    small = [{"name": "whole_system", "ranks": 8, "transport": "tcp", "records_stored": 1, "records_expected": 1,
              "records_lost": 0, "p50_ms": 1.0, "p99_ms": None, "hub_cores": 0.1, "met": True}]
    assert [met for *_, met in system_rows(small)] == [False, None]
    assert [met for *_, met in monitor_rows(None)] == [None]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--out", help="the page; default: standard output")
    parser.add_argument("--all", action="store_true", help="measure every part first")
    parser.add_argument("--measure", choices=PARTS, action="append", default=[], help="measure this part first")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    programs = Programs(options.build)
    folder = programs.build / "performance"
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS if options.all else options.measure:
        measure(part, programs, folder)
    parts = {part: load(folder / f"{part}.json") for part in PARTS}
    rows = [*bench_rows(parts["bench"]), *system_rows(parts["system"]), *monitor_rows(parts["monitor"])]
    text = page(parts, rows)
    if options.out:
        Path(options.out).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0 if all(met for *_, met in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
