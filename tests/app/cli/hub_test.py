# SPDX-License-Identifier: Apache-2.0
import json
import os
import signal
import subprocess
import time

from program import PROGRAM, ProgramTest
from run_folder import RunFolder


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Hub(ProgramTest):
    def serve(self):
        hub = subprocess.Popen([PROGRAM, "hub", "serve"], env=self.env, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        self.addCleanup(hub.wait)
        self.addCleanup(hub.terminate)
        self.assertTrue(wait_for(lambda: self.wattline("hub", "status").returncode == 0))
        return hub

    def test_status_never_starts_a_hub(self):
        RunFolder(self.home, "20261121-104512-aaaa").write()
        done = self.wattline("hub", "status", "--json")
        self.assertEqual(done.returncode, 5)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertEqual(json.loads(done.stdout), {"running": False, "pid": None,
                                                   "workspace": str(self.home), "runs": 1})
        self.assertFalse((self.home / "hub.json").exists())

    def test_status_names_pid_workspace_and_runs(self):
        RunFolder(self.home, "20261121-104512-aaaa").write()
        hub = self.serve()
        status = self.json("hub", "status", "--json")
        self.assertEqual((status["running"], status["pid"], status["workspace"], status["runs"]),
                         (True, hub.pid, str(self.home), 1))
        self.assertIsNone(status["disk_warning"], "nothing runs, so nothing fills the disk")

    def test_a_second_hub_is_refused(self):
        self.serve()
        self.refuses(5, "hub", "serve", saying=[str(self.home)])

    def test_stop_ends_it_and_may_be_said_twice(self):
        hub = self.serve()
        self.assertEqual(self.json("hub", "stop", "--json"), {"stopped": True, "running": False})
        self.assertEqual(hub.wait(10), 0)
        self.assertEqual(self.json("hub", "stop", "--json"), {"stopped": False, "running": False})

    def test_figures_with_and_without_a_hub_are_the_same(self):
        RunFolder(self.home, "20261121-104512-aaaa").write()
        alone = self.json("show", "latest", "--json"), self.json("list", "--json")
        self.serve()
        self.assertTrue(wait_for(lambda: self.json("hub", "status", "--json")["runs"] == 1))
        self.assertEqual((self.json("show", "latest", "--json"), self.json("list", "--json")), alone)

    def test_a_hub_that_was_killed_does_not_stop_readers(self):
        RunFolder(self.home, "20261121-104512-aaaa").write()
        hub = self.serve()
        os.kill(hub.pid, signal.SIGKILL)
        hub.wait()
        self.assertEqual(self.json("show", "latest", "--json")["state"], "finished")
        self.refuses(5, "hub", "status")

    def test_a_run_that_has_ended_cannot_be_held(self):
        RunFolder(self.home, "20261121-104512-aaaa").write()
        sentence = self.refuses(self.wattline("hold", "latest").returncode, "hold", "latest")
        self.assertNotIn("accepted", sentence)
