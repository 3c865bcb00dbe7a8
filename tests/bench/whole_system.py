#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole system at scale: thousands of simulated ranks into one hub over tcp with CURVE.

Every record goes through the real publisher, journal, socket, hub and series; a client asks all the
time for the newest step. Wants a quiet machine.

    whole_system.py --build build --out whole_system.json
    whole_system.py --build build --out try.json --ranks 128 --seconds 10     a try
"""
import argparse
import subprocess
import sys
import threading
import time

from measuring import Programs, Workspace, machine, processor_seconds, write_json

# name, steps a second and rank, steps a message
LOADS = [("whole_system", 10, 1), ("whole_system_16_steps", 160, 16)]
LATENCY_MS, CORES = 250.0, 0.5


class ProcessorWatch:
    """Reads a process's time once a second, so that start and end can be told from the rest."""

    def __init__(self, pid):
        self.pid, self.readings = pid, []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.stop.wait(1.0):
            try:
                self.readings.append((time.monotonic(), processor_seconds(self.pid)))
            except OSError:
                return

    def cores(self, since, until):
        self.stop.set()
        self.thread.join()
        inside = [each for each in self.readings if since <= each[0] <= until]
        if len(inside) < 2:
            return None
        (t0, s0), (t1, s1) = inside[0], inside[-1]
        return (s1 - s0) / (t1 - t0)


def listen_options(transport):
    return ["--listen", "127.0.0.1"] if transport == "tcp" else []


def one(programs, options, load):
    name, rate, per_message = load
    with Workspace(programs, keep=options.keep) as workspace:
        hub = workspace.serve("--idle-seconds", "0", *listen_options(options.transport))
        watch = ProcessorWatch(hub.pid)
        try:
            words = ["simulate", "--ranks", options.ranks, "--nodes", max(1, options.ranks // 8),
                     "--rate", rate, "--steps-per-message", per_message,
                     "--duration", f"{options.seconds}s", "--sample-period-ms", 1000, "--latency"]
            if options.transport == "tcp":
                words.append("--tcp")
            run = workspace.json(*words, timeout=options.seconds * 10 + 600)
            ended = time.monotonic()
            # The last fifth of a second belongs to the end; the first seconds to the hellos.
            cores = watch.cores(ended - 0.9 * options.seconds, ended - 0.2)
            time.sleep(3.0)  # the hub settles the run
            status = workspace.json("hub", "status")
            verified = workspace.verify(run["id"])
        finally:
            watch.stop.set()
            hub.terminate()
            hub.wait()
    latency, rows = run["latency"] or {}, run["latency_of_rows"] or {}
    figures = {"name": name, "machine": machine(), "ranks": options.ranks, "rate": rate,
               "transport": options.transport, "seconds": options.seconds,
               "records_per_second": options.ranks * rate, "steps": run["steps"],
               "dropped": run["dropped"], "sent": run["sent"], "unsent": run["unsent"],
               "healed": status.get("healed_records"), "clean": verified["clean"],
               "records_expected": verified["records_expected"],
               "records_stored": verified["records_stored"],
               "records_lost": verified["records_lost"], "findings": verified["findings"],
               "p50_ms": latency.get("p50_ms"), "p99_ms": latency.get("p99_ms"),
               "max_ms": latency.get("max_ms"),
               "row_p50_ms": rows.get("p50_ms"), "row_p99_ms": rows.get("p99_ms"), "hub_cores": cores}
    figures["met"] = bool(figures["clean"] and figures["records_lost"] == 0 and run["dropped"] == 0
                          and (figures["p99_ms"] or 1e9) < LATENCY_MS and (cores or 1e9) < CORES)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="folder with bin/wattline")
    parser.add_argument("--out", default="whole_system.json")
    parser.add_argument("--ranks", type=int, default=2048)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--transport", choices=["tcp", "ipc"], default="tcp")
    parser.add_argument("--only", choices=[load[0] for load in LOADS], help="one of the two loads")
    parser.add_argument("--keep", action="store_true", help="leave the workspaces in /tmp")
    options = parser.parse_args()
    loads = [load for load in LOADS if options.only in (None, load[0])]
    results = []
    for load in loads:
        try:
            results.append(one(Programs(options.build), options, load))
        except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as problem:
            results.append({"name": load[0], "met": False, "problem": str(problem)})
        print(results[-1], flush=True)
        write_json(options.out, results)
    return 0 if all(each["met"] for each in results) else 1


if __name__ == "__main__":
    sys.exit(main())
