# SPDX-License-Identifier: Apache-2.0
"""Live commands with the real hub, mpirun and publisher; only the model is missing (stand_in_trainer.sh)."""
import os
import pty
import select
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from program import PROGRAM, ProgramTest


@unittest.skipUnless(shutil.which("mpirun"), "no mpirun")
class Live(ProgramTest):
    def setUp(self):
        super().setUp()
        self.env["WATTLINE_TRAINER"] = str(Path(__file__).with_name("stand_in_trainer.sh"))

    def wait_for_state(self, run, *states, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            summary = self.json("show", run, "--json")
            if summary["state"] in states:
                return
            if summary["state"] in ("finished", "failed", "lost"):
                break
            time.sleep(0.1)
        self.fail(f"{run} is {summary['state']} ({summary['state_reason']}), not one of {states}")

    def test_a_followed_run_ends_with_its_figures(self):
        text = self.succeeds("run", "--ranks", "2", "--steps", "30")
        self.assertIn("finished", text)
        self.assertRegex(text, r"(\d+) of \1 records received, 0 lost")
        summary = self.json("run", "--steps", "5", "--json")
        self.assertEqual((summary["state"], summary["steps"]), ("finished", 5))

    def test_lists_hold_the_newest_run_first(self):
        runs = [self.json("run", "--steps", "3", "--detach", "--json")["id"] for _ in range(2)]
        self.succeeds("watch", *runs)
        self.assertEqual([run["id"] for run in self.json("list", "--json")], sorted(runs, reverse=True))

    def test_a_hub_that_is_killed_loses_nothing(self):
        run = self.succeeds("run", "--ranks", "2", "--steps", "150", "--detach").strip()
        self.wait_for_state(run, "running")
        os.kill(self.json("hub", "status", "--json")["pid"], signal.SIGKILL)
        self.succeeds("watch", run)
        report = self.json("verify", run, "--json")
        self.assertEqual((report["clean"], report["records_lost"]), (True, 0), report)
        self.assertEqual(report["records_expected"], report["records_stored"])
        self.assertEqual(self.json("show", run, "--json")["steps"], 150)

    def test_hold_resume_and_stop(self):
        run = self.succeeds("run", "--steps", "100000", "--detach").strip()
        self.wait_for_state(run, "running")
        self.assertIn("hold accepted", self.succeeds("hold", run))
        self.wait_for_state(run, "held")
        self.assertIn("is held already", self.succeeds("hold", run))
        self.succeeds("resume", run)
        self.wait_for_state(run, "running")
        self.succeeds("stop", "--all")
        self.wait_for_state(run, "finished")

    def test_ctrl_c_leaves_the_run_going_on(self):
        follower = subprocess.Popen([PROGRAM, "run", "--steps", "100000"], env=self.env,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        run = follower.stdout.readline().split()[1].rstrip(":")
        follower.stdout.readline()  # following has begun
        follower.send_signal(signal.SIGINT)
        _, errors = follower.communicate(timeout=20)
        self.assertEqual(follower.returncode, 130, errors)
        self.assertIn(f"wattline stop {run}", errors)
        self.assertNotIn(self.json("show", run, "--json")["state"], ("failed", "lost", "finished"))

    def test_a_terminal_gets_a_live_table(self):
        run = self.succeeds("run", "--steps", "100", "--detach").strip()
        master, slave = pty.openpty()
        watcher = subprocess.Popen([PROGRAM, "watch", run], env=self.env, stdout=slave,
                                   stderr=subprocess.STDOUT)
        os.close(slave)
        shown = b""
        while watcher.poll() is None:
            if select.select([master], [], [], 0.2)[0]:
                try:
                    shown += os.read(master, 65536)
                except OSError:
                    break
        self.assertEqual(watcher.wait(20), 0)
        text = shown.decode(errors="replace")
        self.assertIn("\x1b[", text)
        self.assertIn("RECEIVED", text)

    def test_a_killed_rank_makes_the_run_fail_with_its_name(self):
        follower = subprocess.Popen([PROGRAM, "run", "--ranks", "2", "--steps", "100000"],
                                    env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    text=True)
        run = follower.stdout.readline().split()[1].rstrip(":")
        self.wait_for_state(run, "running")
        victim = next(pid for pid in os.listdir("/proc") if pid.isdigit() and self.is_rank(pid, run, 1))
        os.kill(int(victim), signal.SIGKILL)
        _, errors = follower.communicate(timeout=60)
        self.assertEqual(follower.returncode, 1, errors)
        self.assertEqual(len(errors.splitlines()), 1, errors)
        self.assertIn("rank 1", errors)

    @staticmethod
    def is_rank(pid, run, rank):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().decode(errors="replace")
            with open(f"/proc/{pid}/environ", "rb") as file:
                environment = file.read().split(b"\0")
        except OSError:
            return False
        return (words.split("\0")[0].endswith("rank_program") and run in words
                and f"OMPI_COMM_WORLD_RANK={rank}".encode() in environment)
