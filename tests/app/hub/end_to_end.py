#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills what can be killed while a real training runs, with the programs that a user has.

    end_to_end.py BIN hub     kill -9 of the hub in mid-run: nothing is lost
    end_to_end.py BIN rank    kill -9 of one rank: the run fails in bounded time and names it
    end_to_end.py BIN steer   hold, resume and stop a run

BIN holds wattline and wattline-train. Each case has a workspace of its own, which goes away with it.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE_S = 60


class Bench:
    """A workspace and the programs on it."""

    def __init__(self, programs, home):
        self.wattline = str(programs / "wattline")
        self.environment = dict(os.environ, WATTLINE_HOME=str(home), WATTLINE_TRAINER=str(programs / "wattline-train"))
        self.home = home

    def call(self, *arguments, check=True):
        done = subprocess.run([self.wattline, *arguments], env=self.environment, capture_output=True, text=True,
                              timeout=PATIENCE_S)
        if check and done.returncode != 0:
            raise SystemExit(f"wattline {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
        return done

    def json(self, *arguments, check=True):
        return json.loads(self.call(*arguments, "--json", check=check).stdout)

    def start(self, *arguments):
        done = self.call("run", "--model", "resnet18", "--data", "digits", "--ranks", "2", "--lbs", "8", "--detach",
                         *arguments)
        return done.stdout.split()[-1]

    def show(self, run):
        return self.json("show", run)

    def hub_pid(self):
        return self.json("hub", "status")["pid"]

    def stop_hub(self):
        self.call("hub", "stop", check=False)

    def rank_pid(self, run, rank):
        """The trainer's process of one rank, by its environment."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                variables = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"wattline-train" in command.split(b"\0")[0] and run.encode() in command and \
                    f"OMPI_COMM_WORLD_RANK={rank}".encode() in variables:
                return int(entry.name)
        raise SystemExit(f"no process of rank {rank} of run {run}")


def wait_for(what, condition, patience_s=PATIENCE_S):
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {patience_s} s: {what}")
        time.sleep(0.1)


def expect(condition, what):
    if not condition:
        raise SystemExit(f"failed: {what}")


def kill_hub(bench):
    run = bench.start("--steps", "30")
    wait_for("the run trains", lambda: bench.show(run)["steps"] >= 3)
    first = bench.hub_pid()
    os.kill(first, signal.SIGKILL)
    seen = bench.show(run)["steps"]
    wait_for("training goes on without a hub", lambda: bench.show(run)["steps"] > seen)
    expect(bench.show(run)["state"] == "running", "the run outlives the hub")
    hub = subprocess.Popen([bench.wattline, "hub", "serve"], env=bench.environment)
    wait_for("the next hub answers", lambda: bench.call("hub", "status", check=False).returncode == 0)
    expect(bench.hub_pid() != first, "another hub took over")
    wait_for("the run finishes", lambda: bench.show(run)["state"] == "finished", 3 * PATIENCE_S)
    summary = bench.show(run)
    expect(summary["records_lost"] == 0, f"lost {summary['records_lost']}")
    expect(summary["records_stored"] == summary["records_expected"] > 60, "all records are stored")
    expect(summary["steps"] == 30, f"{summary['steps']} of 30 steps")
    report = bench.json("verify", run)
    expect(report["records_expected"] == report["records_stored"] and report["records_lost"] == 0, f"verify: {report}")
    bench.stop_hub()
    expect(hub.wait(PATIENCE_S) == 0, "the hub ends in order")


def kill_rank(bench):
    run = bench.start("--steps", "100000")
    wait_for("the run trains", lambda: bench.show(run)["steps"] >= 3)
    before = bench.show(run)["steps"]
    os.kill(bench.rank_pid(run, 1), signal.SIGKILL)
    killed = time.monotonic()
    wait_for("the run is failed", lambda: bench.show(run)["state"] == "failed")
    print(f"seen after {time.monotonic() - killed:.1f} s: {bench.show(run)['state_reason']}")
    summary = bench.show(run)
    expect("rank 1" in summary["state_reason"], f"the reason names the rank: {summary['state_reason']}")
    expect(summary["steps"] >= before, "the data up to then is there")
    report = bench.json("verify", run)
    expect(report["clean"] and report["records_lost"] == 0 and report["records_stored"] > 0, f"verify: {report}")
    expect(any("rank 1" in each for each in report["remarks"]), f"verify names the rank: {report}")


def steer(bench):
    run = bench.start("--steps", "100000")
    wait_for("the run trains", lambda: bench.show(run)["steps"] >= 3)
    bench.call("hold", run)
    wait_for("the run is held", lambda: bench.show(run)["state"] == "held")
    held_at = bench.show(run)["steps"]
    bench.call("resume", run)
    wait_for("the run goes on", lambda: bench.show(run)["steps"] > held_at)
    bench.call("stop", run)
    wait_for("the run ends in order", lambda: bench.show(run)["state"] == "finished")
    expect(bench.show(run)["held_s"] > 0, "the hold is booked")


CASES = {"hub": kill_hub, "rank": kill_rank, "steer": steer}


def main():
    programs, case = Path(sys.argv[1]).resolve(), CASES[sys.argv[2]]
    with tempfile.TemporaryDirectory(prefix="wattline-e2e-") as folder:
        bench = Bench(programs, Path(folder) / "home")
        bench.home.mkdir(mode=0o700)
        try:
            case(bench)
        finally:
            for run in (bench.home / "runs").glob("*/job.json"):
                end_job(json.loads(run.read_text())["pid"], run.parent)
            bench.stop_hub()
    print("passed")


def end_job(pid, folder):
    """Only a job that has left no exit record can still run."""
    if (folder / "exit.json").exists():
        return
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + 20
    while not (folder / "exit.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)


main()
