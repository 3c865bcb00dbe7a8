# SPDX-License-Identifier: Apache-2.0
import json
import subprocess
import time

from program import PROGRAM, ProgramTest


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


class Simulate(ProgramTest):
    def simulated(self, *options):
        return self.json("simulate", "--speed", "max", "--no-hub", "--ranks", "4", "--duration", "5s",
                         *options, "--json")

    def test_a_run_is_whole_and_says_everywhere_that_it_is_simulated(self):
        report = self.simulated("--name", "four GPUs")
        self.assertEqual((report["outcome"], report["steps"], report["dropped"]), ("finished", 50, 0))
        run = report["id"]
        self.assertTrue(self.json("verify", run, "--json")["clean"])
        summary = self.json("show", run, "--json")
        self.assertIs(summary["simulated"], True)
        self.assertEqual(summary["state"], "finished")
        self.assertEqual(summary["energy_method"], "simulated")
        self.assertEqual({entry["method"] for entry in summary["energy"]}, {"simulated"})
        # Four GPUs of the 400 W class for five seconds.
        self.assertTrue(4 * 5 * 200 < summary["energy_j"] < 4 * 5 * 400, summary["energy_j"])
        self.assertIn("four GPUs (simulated)", self.succeeds("list"))
        shown = self.succeeds("show", run)
        self.assertIn("four GPUs (simulated)", shown)
        self.assertRegex(shown, r"Energy +.* simulated")
        for ending in ("csv", "json", "svg"):
            file = self.home / f"export.{ending}"
            plot = ["--plot", "energy"] if ending == "svg" else []
            self.succeeds("export", run, "--output", file, *plot)
            if ending != "csv":
                self.assertIn("simulated", file.read_text())

    def test_the_same_seed_gives_the_same_figures(self):
        figures = [self.json("show", self.simulated("--seed", seed)["id"], "--json") for seed in (7, 7, 8)]
        losses = [each["train_loss"] for each in figures]
        self.assertEqual(losses[0], losses[1])
        self.assertNotEqual(losses[0], losses[2])

    def test_a_rank_that_is_killed_fails_the_run_and_is_named(self):
        done = self.wattline("simulate", "--speed", "max", "--no-hub", "--ranks", "16", "--kill-rank",
                             "11@2s", "--quiet")
        self.assertEqual(done.returncode, 1)
        self.assertIn("rank 11 on sim0001 was killed by signal 9 (simulated)", done.stderr)
        summary = self.json("show", "latest", "--json")
        self.assertEqual(summary["state"], "failed")
        self.assertIn("rank 11", summary["state_reason"])
        self.assertTrue(self.json("verify", "latest", "--json")["clean"])

    def test_it_is_live_in_a_hub_and_obeys_hold_resume_and_stop(self):
        simulation = subprocess.Popen([PROGRAM, "simulate", "--duration", "1h", "--quiet"], env=self.env,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(simulation.wait)
        self.addCleanup(simulation.kill)

        def state():
            runs = json.loads(self.succeeds("list", "--json"))
            return runs[0]["state"] if runs else None
        self.assertTrue(wait_for(lambda: state() == "running"))
        for command, reached in (("hold", "held"), ("resume", "running"), ("stop", "finished")):
            self.succeeds(command, "latest")
            self.assertTrue(wait_for(lambda: state() == reached), (command, state()))
        out, error = simulation.communicate(timeout=60)
        self.assertEqual(simulation.returncode, 0, error)
        self.assertIn("stopped after", out)
        self.assertTrue(self.json("verify", "latest", "--json")["clean"])

    def test_what_cannot_be_is_refused_with_one_sentence(self):
        for words, saying in ((["--ranks", "0"], "--ranks is 0"),
                              (["--straggler", "17"], "RANK:FACTOR"),
                              (["--kill-rank", "16@1s"], "ranks are 0 to 15"),
                              (["--duration", "soon"], "is no time"),
                              (["--rate", "0"], "steps/s")):
            self.refuses(2, "simulate", *words, saying=[saying])
