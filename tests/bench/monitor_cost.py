#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What recording costs a training: interleaved pairs of the same training with and without telemetry.

Pairs are added until the 95 % interval of the mean relative difference is narrow enough; then it must
lie below +0.5 %. An interrupted measurement goes on where it stopped. Wants a quiet machine.

    monitor_cost.py --build build --out monitor_cost.json              as long as it takes
    monitor_cost.py --build build --out monitor_cost.json --pairs 3    a try
"""
import argparse
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

from measuring import Programs, Workspace, machine, write_json

HALF_WIDTH = 0.003  # of the interval, where adding pairs ends
LIMIT = 0.005       # the interval's upper end must lie below
LEAST_PAIRS = 8     # fewer say nothing about the scatter

# Two-sided 95 % quantiles of Student's t by degrees of freedom; beyond the table the next lower
# entry, which is larger: the interval errs on the wide side.
STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262,
           10: 2.228, 12: 2.179, 15: 2.131, 20: 2.086, 30: 2.042, 60: 2.000, 120: 1.980}


def student(freedom):
    return STUDENT[max(each for each in STUDENT if each <= freedom)]


def interval(differences):
    """Mean and half width of its 95 % interval; the half width is infinite below two values."""
    n = len(differences)
    mean = sum(differences) / n
    if n < 2:
        return mean, math.inf
    variance = sum((d - mean) ** 2 for d in differences) / (n - 1)
    return mean, student(n - 1) * math.sqrt(variance / n)


def train(workspace, options, telemetry):
    """Seconds that rank 0 spent in its training."""
    command = ["mpirun", "-n", str(options.ranks), "--oversubscribe", "--bind-to", "none",
               str(workspace.programs.trainer), "--model", "resnet18", "--data", "digits", "--lbs", "32",
               "--steps", str(options.steps), "--rated-power-w", "65"]
    if not telemetry:
        command.append("--no-telemetry")
    done = subprocess.run(command, env=workspace.environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    told = re.search(r"^trained in ([0-9.]+) s$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not told:
        raise RuntimeError(f"a training failed ({done.returncode}): {done.stderr.strip()[-500:]}")
    return float(told.group(1))


def load(path, settings):
    """The pairs so far, where they were measured with the same settings."""
    try:
        before = json.loads(Path(path).read_text())
    except (OSError, ValueError):
        return []
    return before["pairs"] if before.get("settings") == settings else []


def report(pairs, settings):
    differences = [on / off - 1.0 for on, off in pairs]
    mean, half = interval(differences)
    enough = len(pairs) >= LEAST_PAIRS and half < HALF_WIDTH
    return {"name": "monitor_cost", "settings": settings, "machine": machine(), "pairs": pairs,
            "mean": mean, "half_width": half if math.isfinite(half) else None, "enough": enough,
            "met": enough and mean + half < LIMIT}


def measure(workspace, options, settings):
    pairs = load(options.out, settings)
    wanted = options.pairs or options.most_pairs
    while len(pairs) < wanted:
        # Who goes first alternates, so that what drifts (heat, caches) hits both alike.
        order = (True, False) if len(pairs) % 2 == 0 else (False, True)
        seconds = {telemetry: train(workspace, options, telemetry) for telemetry in order}
        pairs.append([seconds[True], seconds[False]])
        so_far = report(pairs, settings)
        write_json(options.out, so_far)
        half = so_far["half_width"]
        print(f"pair {len(pairs)}: on {seconds[True]:.3f} s, off {seconds[False]:.3f} s; cost "
              f"{100 * so_far['mean']:+.3f} % ± "
              f"{'?' if half is None else f'{100 * half:.3f}'} %", flush=True)
        if not options.pairs and so_far["enough"]:
            break
    return report(pairs, settings)


def self_test():
    mean, half = interval([0.01, 0.03])
    assert abs(mean - 0.02) < 1e-12 and abs(half - 12.706 * 0.01) < 1e-9, (mean, half)
    assert student(11) == 2.228 and student(1000) == 1.980
    noisy = report([[1.0 + 0.01 * (i % 2), 1.0] for i in range(8)], {})
    assert not noisy["enough"] and not noisy["met"]
    dear = report([[1.01, 1.0]] * 8, {})
    assert dear["enough"] and not dear["met"]
    cheap = report([[1.001, 1.0], [1.0, 1.0]] * 4, {})
    assert cheap["met"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="folder with bin/wattline-train")
    parser.add_argument("--out", default="monitor_cost.json", help="figures; what is there is gone on with")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--steps", type=int, default=150, help="of each training")
    parser.add_argument("--pairs", type=int, default=0, help="exactly so many; default: until it is narrow enough")
    parser.add_argument("--most-pairs", type=int, default=400, help="give up after so many")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    settings = {"ranks": options.ranks, "steps": options.steps, "version": 1}
    with Workspace(Programs(options.build)) as workspace:
        if not workspace.programs.trainer.exists():
            sys.exit(f"there is no {workspace.programs.trainer}; build the trainer first")
        hub = workspace.serve()  # the whole monitor: somebody receives what is sent
        try:
            done = measure(workspace, options, settings)
        finally:
            hub.terminate()
            hub.wait()
    write_json(options.out, done)
    print("met" if done["met"] else "not met", f"(limit: the interval below {100 * LIMIT:+.1f} %)")
    return None if done["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
