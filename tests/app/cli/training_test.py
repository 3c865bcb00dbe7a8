# SPDX-License-Identifier: Apache-2.0
"""Real trainings, small ones, through the real hub."""
import csv
import os
import pty
import select
import subprocess

from program import PROGRAM, ProgramTest

SMALL = ["--data", "synthetic", "--image-size", "32", "--classes", "10", "--lbs", "4"]


class Training(ProgramTest):
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

    def test_a_terminal_gets_a_live_table_with_a_plot(self):
        run = self.succeeds("run", *SMALL, "--steps", "60", "--detach").strip()
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
