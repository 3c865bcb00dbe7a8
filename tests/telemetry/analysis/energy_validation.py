#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks Wattline's energies on a machine with an NVIDIA GPU and writes what was seen into the guide.

    energy_validation.py --wattline PATH [--page PAGE] [--gpu INDEX] -- COMMAND ...

COMMAND keeps the GPU busy for about three minutes. It runs under `wattline measure` while nvidia-smi
logs the same GPU. In each whole window of 60 s the integral of Wattline's samples is compared with
nvidia-smi's, and over the whole run counter with integral. Ends with 1 when a promise does not hold,
with 4 when this machine cannot tell. `--self-test` checks the arithmetic on a made-up run.
"""

import argparse
import bisect
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).resolve().parents[3] / "resources/guide/energy-validation.md"
BEGIN, END = "<!-- measurements -->", "<!-- end of measurements -->"
WINDOW_S = 60.0
FIELDS = "timestamp,uuid,name,power.draw.instant"


def fail(sentence, code=4):
    print(f"energy_validation: {sentence}", file=sys.stderr)
    sys.exit(code)


def parse_log(text, uuid=None):
    """(UTC seconds, watts) of nvidia-smi's CSV; lines without a power are gaps."""
    points, gpu = [], {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != 4 or (uuid and cells[1] != uuid):
            continue
        try:
            when = datetime.datetime.strptime(cells[0], "%Y/%m/%d %H:%M:%S.%f").astimezone()
            points.append((when.timestamp(), float(cells[3])))
            gpu = {"uuid": cells[1], "name": cells[2]}
        except ValueError:
            continue
    return points, gpu


def integral(points, begin, end):
    """Joules by the trapezoid rule, edges interpolated; None where the points do not reach."""
    times = [t for t, _ in points]
    if len(points) < 2 or times[0] > begin or times[-1] < end:
        return None

    def power(t):
        i = min(max(bisect.bisect_right(times, t), 1), len(points) - 1)
        (t0, p0), (t1, p1) = points[i - 1], points[i]
        return p0 + (p1 - p0) * (t - t0) / (t1 - t0) if t1 > t0 else p1

    inner = points[bisect.bisect_right(times, begin):bisect.bisect_left(times, end)]
    cut = [(begin, power(begin)), *inner, (end, power(end))]
    return sum(0.5 * (p0 + p1) * (t1 - t0) for (t0, p0), (t1, p1) in zip(cut, cut[1:]))


def windows(points, other):
    """Whole windows of 60 s that both cover: (start, joules of points, joules of other)."""
    if not points or not other:
        return []
    begin, last = max(points[0][0], other[0][0]), min(points[-1][0], other[-1][0])
    found = []
    while begin + WINDOW_S <= last:
        pair = integral(points, begin, begin + WINDOW_S), integral(other, begin, begin + WINDOW_S)
        if None not in pair:
            found.append((begin, *pair))
        begin += WINDOW_S
    return found


def samples(export, uuid):
    """(UTC seconds, watts) of one device in `wattline export`'s JSON of a run."""
    run = export["runs"][0]
    series = run["series"].get(f"power_w/{uuid}")
    started = run["summary"].get("started_unix_ns")
    if series is None or not started:
        return []
    pairs = zip(series["time_s"], series["value"])
    return [(started / 1e9 + t, w) for t, w in pairs if t is not None and w is not None]


def judge(export, log, gpu):
    """Rows of the page's table, each (claim, seen, holds)."""
    summary = export["runs"][0]["summary"]
    entry = next((e for e in summary["energy"] if e["device"] == gpu["uuid"]), None)
    if entry is None:
        fail(f"the run has no energy of {gpu['uuid']}; did the command use this GPU?")
    rows = []
    residual, u = entry.get("residual_j"), entry.get("u_j")
    if residual is None:
        rows.append(("counter against integral", "no counter on this board", None))
    else:
        rows.append(("counter against integral, whole run, within u (k = 2)",
                     f"{residual:+.0f} J of {entry['counter_j']:.0f} J, u {u:.0f} J",
                     abs(residual) <= u))
    for start, ours, theirs in windows(samples(export, gpu["uuid"]), log):
        percent = 100.0 * (ours - theirs) / theirs
        clock = datetime.datetime.fromtimestamp(start, datetime.timezone.utc)
        rows.append((f"integral against nvidia-smi, 60 s from {clock:%H:%M:%S} UTC, within 1 %",
                     f"{ours:.0f} J, {theirs:.0f} J: {percent:+.2f} %", abs(percent) <= 1.0))
    cpu, wall = summary.get("sampler_cpu_s"), summary.get("wall_s")
    if cpu is not None and wall:
        share = 100.0 * cpu / wall
        rows.append(("sampling costs under 0.1 % of a core", f"{share:.3f} %", share < 0.1))
    return rows


def page_text(old, gpu, command, rows):
    when = datetime.datetime.now(datetime.timezone.utc)
    words = {True: "holds", False: "**does not hold**", None: "not measured"}
    lines = [f"### {gpu['name']}, {when:%Y-%m-%d %H:%M} UTC", "", f"`{' '.join(command)}`", "",
             "| claim | seen | |", "|---|---|---|"]
    lines += [f"| {claim} | {seen} | {words[holds]} |" for claim, seen, holds in rows]
    head, rest = old.split(BEGIN)
    kept, tail = rest.split(END)
    kept = kept.replace("No measurements yet.", "").strip()
    return f"{head}{BEGIN}\n{kept}\n\n" + "\n".join(lines) + f"\n{END}{tail}"


def measure(arguments):
    if subprocess.run(["nvidia-smi", "-L"], capture_output=True, check=False).returncode != 0:
        fail("nvidia-smi sees no GPU here; run this on a machine that has one")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o700)
        environment = dict(os.environ, WATTLINE_HOME=folder)
        log_path = pathlib.Path(folder) / "nvidia-smi.csv"
        with log_path.open("w") as log:
            logger = subprocess.Popen(
                ["nvidia-smi", f"--id={arguments.gpu}", f"--query-gpu={FIELDS}",
                 "--format=csv,noheader,nounits", "--loop-ms=100"], stdout=log)
            try:
                subprocess.run([arguments.wattline, "measure", "--", *arguments.command],
                               env=environment, check=True)
            finally:
                logger.terminate()
                logger.wait()
        done = subprocess.run(
            [arguments.wattline, "export", "latest", "--output", "-", "--format", "json"],
            env=environment, check=True, capture_output=True, text=True)
        points, gpu = parse_log(log_path.read_text())
    if not gpu:
        fail("nvidia-smi logged no power.draw.instant; the driver may be too old")
    return json.loads(done.stdout), points, gpu


def self_test():
    """A board at 300 W whose counter is 0.5 % high and whose nvidia-smi reads 0.5 % more."""
    start = 1_800_000_000.0
    ours = [(start + 0.1 * i, 300.0) for i in range(1801)]
    theirs = [(t, 301.5) for t, _ in ours]
    assert abs(integral(ours, start + 0.05, start + 60.05) - 18_000.0) < 1e-6
    assert integral(ours, start - 1.0, start + 1.0) is None
    assert len(windows(ours, theirs)) in (2, 3)
    export = {"runs": [{"summary": {
        "started_unix_ns": int(start * 1e9), "wall_s": 180.0, "sampler_cpu_s": 0.09,
        "energy": [{"device": "GPU-1", "residual_j": 270.0, "u_j": 3000.0, "counter_j": 54270.0}]},
        "series": {"power_w/GPU-1": {"time_s": [t - start for t, _ in ours],
                                     "value": [w for _, w in ours]}}}]}
    gpu = {"uuid": "GPU-1", "name": "Test"}
    assert all(holds for _, _, holds in judge(export, theirs, gpu))
    wrong = [(t, 310.0) for t, _ in ours]
    assert not all(holds for _, _, holds in judge(export, wrong, gpu))
    text = page_text(f"a\n{BEGIN}\nNo measurements yet.\n{END}\nb", gpu, ["x"],
                     judge(export, theirs, gpu))
    assert "holds" in text and "No measurements" not in text and text.endswith("b")
    points, found = parse_log("2026/11/21 10:00:00.500, GPU-1, H100, 350.5\n"
                              "2026/11/21 10:00:00.600, GPU-1, H100, [N/A]\n")
    assert len(points) == 1 and points[0][1] == 350.5 and found["uuid"] == "GPU-1"
    print("self-test passed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wattline", default="wattline")
    parser.add_argument("--page", type=pathlib.Path, default=PAGE)
    parser.add_argument("--gpu", default="0", help="nvidia-smi's index")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("command", nargs="*")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.command:
        parser.error("give a command after --, one that keeps the GPU busy for three minutes")
    export, points, gpu = measure(arguments)
    rows = judge(export, points, gpu)
    arguments.page.write_text(page_text(arguments.page.read_text(), gpu, arguments.command, rows))
    for claim, seen, holds in rows:
        print(f"{'ok  ' if holds else 'FAIL' if holds is False else '?   '} {claim}: {seen}")
    return sys.exit(0 if all(holds is not False for _, _, holds in rows) else 1)


if __name__ == "__main__":
    main()
