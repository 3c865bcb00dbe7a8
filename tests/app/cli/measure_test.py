# SPDX-License-Identifier: Apache-2.0
"""`wattline measure`: any program, its own streams, signals and exit code, and a run beside it."""
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from program import PROGRAM, ProgramTest

PATIENCE_S = 60


class Measure(ProgramTest):
    def start(self, *arguments, env=None):
        process = subprocess.Popen([PROGRAM, "measure", *arguments], env=self.env | (env or {}),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        return process

    def eventually(self, what):
        limit = time.monotonic() + PATIENCE_S
        while not (value := what()):
            self.assertLess(time.monotonic(), limit, "it took too long")
            time.sleep(0.05)
        return value

    def child_of(self, process):
        """The pid of the measured command, once it runs `sleep`."""
        def look():
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            for child in children.split():
                if Path(f"/proc/{child}/comm").read_text() == "sleep\n":
                    return int(child)
            return None
        return self.eventually(look)

    def recorded(self):
        """The only run, once it has its first readings."""
        def look():
            runs = self.json("list", "--json")
            return runs and runs[0]["records_stored"] > 4 and runs[0]
        return self.eventually(look)

    def test_a_measured_command_is_a_run_like_the_others(self):
        figures = self.home / "figures.json"
        done = self.wattline("measure", "--name", "nap", "--json", figures, "--", "sleep", "0.6")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        run = json.loads(figures.read_text())
        self.assertIn("wattline show " + run["id"], done.stderr)
        self.assertEqual((run["name"], run["state"], run["steps"]), ("nap", "finished", 0))
        self.assertEqual(run["spec"]["command"], "sleep 0.6")
        self.assertGreater(run["wall_s"], 0.55)
        self.assertLess(run["wall_s"], 20)
        self.assertIsNotNone(run["sampler_cpu_s"])
        self.assertIn(run["energy_method"], ("counter", "integrated", "estimated"))
        self.assertGreater(run["energy_high_j"], run["energy_low_j"])
        if run["energy_method"] == "estimated":
            self.assertIn("estimated", done.stderr)
        self.assertEqual(self.json("list", "--json")[0]["id"], run["id"])
        shown = self.succeeds("show", "latest")
        self.assertIn("sleep 0.6", shown)
        self.assertNotIn("resnet", shown)
        self.assertTrue(self.json("verify", run["id"], "--json")["clean"])
        self.succeeds("compare", run["id"], run["id"])
        self.succeeds("export", run["id"], "--output", self.home / "run.json")

    def test_streams_and_exit_code_are_the_commands_own(self):
        done = self.wattline("measure", "--quiet", "--", "sh", "-c", "cat; echo oh >&2; exit 3",
                             input="through\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, "through\n", "oh\n"))
        run = self.json("show", "latest", "--json")
        self.assertEqual(run["state"], "failed")
        self.assertIn("exit code 3", run["state_reason"])

    def test_a_signal_that_comes_goes_on_to_the_command(self):
        process = self.start("--quiet", "--", "sh", "-c",
                             "trap 'kill $!; echo got it; exit 5' USR1; sleep 100 & wait")
        self.eventually(lambda: self.json("list", "--json"))
        self.recorded()
        process.send_signal(signal.SIGUSR1)
        out, _ = process.communicate(timeout=PATIENCE_S)
        self.assertEqual((process.returncode, out), (5, "got it\n"))

    def test_a_killed_command_is_a_failed_run_with_its_data(self):
        process = self.start("--", "sleep", "100")
        child = self.child_of(process)
        self.recorded()
        os.kill(child, signal.SIGKILL)
        _, said = process.communicate(timeout=PATIENCE_S)
        self.assertEqual(process.returncode, 128 + signal.SIGKILL)
        run = self.json("show", "latest", "--json")
        self.assertEqual(run["state"], "failed")
        self.assertIn("signal 9", run["state_reason"])
        self.assertIsNotNone(run["energy_j"], said)

    def test_a_killed_measure_leaves_its_data_and_is_not_taken_for_running(self):
        process = self.start("--", "sleep", "100")
        child = self.child_of(process)
        self.addCleanup(os.kill, child, signal.SIGKILL)
        before = self.recorded()
        self.assertEqual(before["state"], "running")
        process.kill()
        process.wait()
        run = self.eventually(lambda: (now := self.json("show", "latest", "--json"))["state"]
                              in ("failed", "lost") and now)
        self.assertIn("gone", run["state_reason"])
        self.assertGreaterEqual(run["records_stored"], before["records_stored"])
        self.assertEqual(run["records_lost"], 0)

    def test_what_cannot_be_run_makes_no_run(self):
        self.refuses(127, "measure", "--", "no-such-program", saying=["no-such-program"])
        self.refuses(126, "measure", "--", "/etc/passwd", saying=["/etc/passwd"])
        self.refuses(2, "measure", "--devices", "abacus", "--", "true", saying=["abacus"])
        self.refuses(2, "measure", saying=["COMMAND"])
        self.assertEqual(self.json("list", "--json"), [])

    def test_options_of_the_command_are_its_own(self):
        done = self.wattline("measure", "--quiet", "--", "echo", "--name", "--help", "-n")
        self.assertEqual((done.returncode, done.stdout), (0, "--name --help -n\n"))

    def test_processes_of_one_launch_are_one_run(self):
        place = {"WATTLINE_SIZE": "2", "WATTLINE_LAUNCH": "test"}
        ranks = [self.start("--quiet", "--", "sleep", "0.5", env=place | {"WATTLINE_RANK": rank})
                 for rank in ("1", "0")]
        for rank in ranks:
            self.assertEqual(rank.wait(PATIENCE_S), 0, rank.stderr.read())
        runs = self.json("list", "--json")
        self.assertEqual([(run["state"], run["ranks"]) for run in runs], [("finished", 2)])
        self.assertEqual(len(runs[0]["energy"]), len({e["device"] for e in runs[0]["energy"]}))
        if runs[0]["device_kind"] == "cpu":
            self.assertAlmostEqual(runs[0]["gpu_hours"] * 3600, 2 * runs[0]["wall_s"], delta=1e-3)

    def test_ranks_of_mpirun_are_one_run(self):
        if not shutil.which("mpirun"):
            self.skipTest("mpirun is not installed")
        done = subprocess.run(["mpirun", "--oversubscribe", "-n", "3", PROGRAM, "measure", "--",
                               "sleep", "0.5"], env=self.env, capture_output=True, text=True,
                              timeout=PATIENCE_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count("wattline show"), 1, "rank 0 alone says what it cost")
        runs = self.json("list", "--json")
        self.assertEqual([(run["state"], run["ranks"]) for run in runs], [("finished", 3)])
