# SPDX-License-Identifier: Apache-2.0
"""Real trainings, small ones, through the real hub."""
import csv
import os
import pty
import select
import signal
import subprocess
import time

from program import PROGRAM, ProgramTest

SMALL = ["--data", "synthetic", "--image-size", "32", "--classes", "10", "--lbs", "4"]


class Training(ProgramTest):
    def wait_for_state(self, run, *states, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.json("show", run, "--json")["state"]
            if state in states:
                return
            time.sleep(0.1)
        self.fail(f"{run} is {state}, not one of {states}")

    def test_two_configurations_from_launch_to_comparison(self):
        first = self.json("run", *SMALL, "--ranks", "1", "--steps", "5", "--json")
        self.assertEqual((first["state"], first["steps"]), ("finished", 5))
        second = self.succeeds("run", *SMALL, "--ranks", "2", "--steps", "5", "--detach").strip()
        self.succeeds("watch", second)
        self.assertEqual([run["id"] for run in self.json("list", "--json")], [second, first["id"]])
        for run in (first["id"], second):
            report = self.json("verify", run, "--json")
            self.assertEqual((report["clean"], report["records_lost"]), (True, 0), report)
        comparison = self.json("compare", first["id"], second, "--json")
        self.assertEqual([run["ranks"] for run in comparison["runs"]], [1, 2])
        self.succeeds("export", second, "--output", self.home / "steps.csv")
        with (self.home / "steps.csv").open(newline="") as file:
            self.assertEqual(len(list(csv.DictReader(file))), 5)

    def test_hold_resume_and_stop(self):
        run = self.succeeds("run", *SMALL, "--steps", "100000", "--detach").strip()
        self.wait_for_state(run, "running")
        self.assertIn("hold accepted", self.succeeds("hold", run))
        self.wait_for_state(run, "held")
        self.succeeds("resume", run)
        self.wait_for_state(run, "running")
        self.succeeds("stop", "--all")
        self.wait_for_state(run, "finished")

    def test_ctrl_c_leaves_the_run_going_on(self):
        follower = subprocess.Popen([PROGRAM, "run", *SMALL, "--steps", "100000"], env=self.env,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        run = follower.stdout.readline().split()[1].rstrip(":")
        follower.stdout.readline()  # following has begun
        follower.send_signal(signal.SIGINT)
        _, errors = follower.communicate(timeout=20)
        self.assertEqual(follower.returncode, 130, errors)
        self.assertIn(f"wattline stop {run}", errors)
        self.assertNotIn(self.json("show", run, "--json")["state"], ("failed", "lost", "finished"))

    def test_a_terminal_gets_a_live_table_with_a_plot(self):
        run = self.succeeds("run", *SMALL, "--steps", "300", "--detach").strip()
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
        self.assertIn("over rank hours", text)
        self.assertTrue(any("\u2800" < c <= "\u28ff" for c in text), "no plot was drawn")

    def test_a_killed_rank_makes_the_run_fail_with_its_name(self):
        follower = subprocess.Popen([PROGRAM, "run", *SMALL, "--ranks", "2", "--steps", "100000"],
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
        return (words.split("\0")[0].endswith("wattline-train") and run in words
                and f"OMPI_COMM_WORLD_RANK={rank}".encode() in environment)
