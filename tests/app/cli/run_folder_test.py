# SPDX-License-Identifier: Apache-2.0
"""Reading commands on run folders alone: no hub, no trainer."""
import csv
import io
import json
import shutil
import xml.etree.ElementTree as xml

from program import ProgramTest
from run_folder import RunFolder

FIRST, SECOND = "20261121-104512-aaaa", "20261121-110000-bbbb"
KEYS = """id state model dataset ranks lbs gbs steps samples wall_s gpu_hours energy_j energy_method
energy_u_j mean_power_w samples_per_gpu_hour updates_per_gpu_hour throughput_samples_per_s train_loss val_loss final_loss
final_top1_error records_expected records_stored records_lost""".split()


class RunFolders(ProgramTest):
    def setUp(self):
        super().setUp()
        RunFolder(self.home, FIRST, ranks=1, name="one").write()
        RunFolder(self.home, SECOND, ranks=2, name="two").write()

    def tearDown(self):
        self.assertFalse((self.home / "hub.json").exists(), "a reading command started a hub")
        super().tearDown()

    def test_list_shows_the_newest_first(self):
        self.assertEqual([run["id"] for run in self.json("list", "--json")], [SECOND, FIRST])
        lines = self.succeeds("list").splitlines()
        self.assertTrue(lines[1].startswith(SECOND), lines)

    def test_an_empty_workspace_is_an_empty_list(self):
        shutil.rmtree(self.home / "runs")
        self.assertEqual(self.json("list", "--json"), [])
        self.assertIn("wattline run", self.succeeds("list"))

    def test_show_has_the_promised_keys_and_closed_form_values(self):
        run = self.json("show", SECOND, "--json")
        for key in KEYS:
            self.assertIn(key, run)
        self.assertEqual((run["id"], run["state"], run["steps"]), (SECOND, "finished", 20))
        self.assertEqual(run["samples"], 20 * 64)
        self.assertAlmostEqual(run["wall_s"], 2.0, delta=1e-6)
        self.assertAlmostEqual(run["gpu_hours"], 4.0 / 3600, delta=1e-9)
        self.assertAlmostEqual(run["energy_j"], 100.0, delta=1e-3)
        self.assertEqual(run["energy_method"], "estimated")
        self.assertEqual(run["final_top1_error"], 0.05)
        self.assertEqual(run["records_lost"], 0)
        self.assertEqual(run["records_expected"], run["records_stored"])

    def test_factors_are_off_apart_from_the_joules_and_kept_with_an_export(self):
        plain = self.json("show", SECOND, "--json")
        self.assertNotIn("factors", plain)
        (self.home / "factors.json").write_text('{"pue": 1.5, "price_per_kwh": 0.4, "currency": "EUR"}')
        run = self.json("show", SECOND, "--json")
        self.assertEqual(run["energy_j"], plain["energy_j"])
        self.assertAlmostEqual(run["factors"]["site_j"]["value"], 150.0, delta=1e-2)
        self.assertAlmostEqual(run["factors"]["cost"]["value"], 150 * 0.4 / 3.6e6, delta=1e-9)
        self.assertIn("factors.json", run["factors"]["origin"])
        self.assertIn("Site energy", self.succeeds("show", SECOND))
        self.assertNotIn("factors", self.json("show", SECOND, "--json", "--no-factors"))
        rows = {row["key"] for row in self.json("compare", FIRST, SECOND, "--json")["rows"]}
        self.assertLessEqual({"energy_j", "site_j", "cost"}, rows)
        kept = self.json("export", SECOND, "--output", "-", "--format", "json")["runs"][0]
        self.assertEqual(kept["factors"]["pue"], 1.5)
        self.assertEqual(kept["summary"]["energy_j"], plain["energy_j"])

    def test_carbon_by_the_hour_follows_the_energy(self):
        start = self.json("show", SECOND, "--json")["started_unix_ns"] / 1e9
        grid = self.home / "grid.csv"
        grid.write_text(f"time,g_per_kwh\n{start - 10},100\n{start + 1},300\n{start + 100},0\n")
        run = self.json("show", SECOND, "--json", "--carbon", grid)
        self.assertAlmostEqual(run["factors"]["carbon_g"]["value"], 100 / 3.6e6 * 200, delta=3e-5)
        grid.write_text("time,g_per_kwh\n5,100\n6,300\n")
        run = self.json("show", SECOND, "--json", "--carbon", grid)
        self.assertIsNone(run["factors"]["carbon_g"])
        self.assertIn("do not cover", run["factors"]["notes"][0])
        self.refuses(2, "show", SECOND, "--pue", "0.5", saying=["PUE"])

    def test_show_says_estimated_and_rank_hours(self):
        text = self.succeeds("show", SECOND)
        self.assertIn("rank hours", text)
        self.assertRegex(text, r"Energy +100 J estimated \(\d+\u2013\d+ J\)")

    def test_a_run_is_found_by_suffix_latest_and_path(self):
        for text in ("bbbb", "latest", self.home / "runs" / SECOND):
            self.assertEqual(self.json("show", text, "--json")["id"], SECOND)

    def test_machine_output_ignores_the_locale(self):
        plain = self.succeeds("show", SECOND, "--json", env={"LC_ALL": "C"})
        self.assertEqual(self.succeeds("show", SECOND, "--json", env={"LC_ALL": "de_DE.UTF-8"}), plain)

    def test_verify_is_clean(self):
        report = self.json("verify", SECOND, "--json")
        self.assertEqual((report["clean"], report["records_lost"]), (True, 0))
        self.assertEqual(report["records_expected"], report["records_stored"])
        self.assertEqual(len(self.json("verify", FIRST, SECOND, "--json")), 2)

    def test_verify_finds_a_flipped_byte(self):
        journal = self.home / "runs" / SECOND / "journal" / "a0001-r00001-0000.wlj"
        data = bytearray(journal.read_bytes())
        data[len(data) // 2] ^= 0x40
        journal.write_bytes(data)
        self.refuses(6, "verify", SECOND, saying=[SECOND])
        done = self.wattline("verify", SECOND, "--json")
        self.assertEqual(done.returncode, 6)
        self.assertFalse(json.loads(done.stdout)["clean"])

    def test_verify_finds_a_run_without_any_journal(self):
        shutil.rmtree(self.home / "runs" / SECOND / "journal")
        done = self.wattline("verify", SECOND, "--json")
        self.assertEqual(done.returncode, 6)
        self.assertIn("none of its 2 ranks", json.loads(done.stdout)["findings"][0])

    def test_a_failed_run_says_which_rank(self):
        RunFolder(self.home, "20261121-120000-cccc", state="failed").write()
        run = self.json("show", "cccc", "--json")
        self.assertEqual(run["state"], "failed")
        self.assertIn("rank 1", run["state_reason"])
        self.assertIn("rank 1", self.succeeds("show", "cccc"))

    def test_steps_as_csv_are_those_of_the_summary(self):
        self.succeeds("export", FIRST, SECOND, "--output", self.home / "steps.csv")
        with (self.home / "steps.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 40)
        last = [row for row in rows if row["run"] == SECOND][-1]
        summary = self.json("show", SECOND, "--json")
        self.assertEqual(float(last["step"]), summary["steps"])
        self.assertEqual(float(last["samples"]), summary["samples"])
        self.assertAlmostEqual(float(last["rank_hours"]), summary["gpu_hours"], delta=1e-9)
        self.assertEqual(float(last["val_top1_error"]), 0.05)
        self.assertEqual(float(last["loss"]), 0.1)
        self.assertEqual(last["communication_s"], "", "not measured is empty, never 0")

    def test_everything_as_json(self):
        document = json.loads(self.succeeds("export", SECOND, "--output", "-", "--format", "json"))
        run = document["runs"][0]
        self.assertEqual(run["summary"], self.json("show", SECOND, "--json"))
        self.assertEqual(run["specification"]["created_by"], "ada@n1")
        self.assertEqual(len(run["series"]["loss"]["value"]), 20)
        self.assertEqual(set(run["series"]["power_w"]["value"]), {50.0})

    def test_plots_in_all_formats_are_the_same_bytes_each_time(self):
        for extension, magic in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
            files = [self.home / f"{i}.{extension}" for i in (1, 2)]
            for file in files:
                self.succeeds("export", FIRST, SECOND, "--output", file, "--plot", "energy", "--axis",
                              "gpu_hours")
            self.assertTrue(files[0].read_bytes().startswith(magic), extension)
            self.assertEqual(files[0].read_bytes(), files[1].read_bytes(), extension)
        xml.parse(self.home / "1.svg")

    def test_plot_data_as_csv(self):
        text = self.succeeds("export", SECOND, "--output", "-", "--format", "csv", "--plot", "loss")
        rows = list(csv.reader(io.StringIO(text)))
        self.assertEqual(rows[0][:3], ["series", "kind", "figure"])
        self.assertEqual(sum(row[1] == "data" for row in rows[1:]), 20)

    def test_runs_of_one_name_are_told_apart_in_plot_data(self):
        third = "20261121-120000-cccc"
        RunFolder(self.home, third, ranks=2, name="two").write()
        text = self.succeeds("export", FIRST, SECOND, third, "--output", "-", "--format", "csv",
                             "--plot", "loss")
        labels = {row[0] for row in list(csv.reader(io.StringIO(text)))[1:]}
        self.assertEqual(labels, {"one", f"two ({SECOND})", f"two ({third})"})

    def test_compare_on_screen_and_as_files(self):
        text = self.succeeds("compare", FIRST, SECOND)
        self.assertIn(FIRST, text)
        self.assertIn("Energy", text)
        document = self.json("compare", FIRST, SECOND, "--json")
        self.assertEqual([run["id"] for run in document["runs"]], [FIRST, SECOND])
        energy = next(row for row in document["rows"] if row["key"] == "energy_j")
        self.assertEqual([figure["value"] for figure in energy["figures"]],
                         [run["energy_j"] for run in document["runs"]])
        for extension in ("csv", "json", "md", "svg", "pdf", "png"):
            file = self.home / f"comparison.{extension}"
            self.succeeds("compare", FIRST, SECOND, "--output", file)
            self.assertGreater(file.stat().st_size, 100, extension)

    def test_watch_of_runs_that_have_ended_ends_at_once(self):
        self.assertIn("finished", self.succeeds("watch", SECOND))
        self.assertEqual(self.json("watch", SECOND, "--json")[0]["id"], SECOND)
        self.assertIn("Nothing is going on", self.succeeds("watch"))
        self.assertRegex(self.succeeds("watch", SECOND), "(?m)^POWER +\u2013$", "it draws no power now")

    def test_watch_of_a_failed_run_says_why_and_fails(self):
        RunFolder(self.home, "20261121-120000-cccc", state="failed").write()
        done = self.wattline("watch", "cccc")
        self.assertEqual(done.returncode, 1)
        self.assertIn("failed", done.stdout)
        self.assertIn("rank 1", done.stderr)

    def test_training_and_validation_loss_are_told_apart(self):
        run = self.json("show", SECOND, "--json")
        self.assertEqual((run["train_loss"], run["val_loss"], run["final_loss"]), (0.1, 0.25, 0.25))
        text = self.succeeds("show", SECOND)
        self.assertRegex(text, r"Training loss +0\.1000\nValidation loss +0\.2500\n")
        rows = [row["key"] for row in self.json("compare", FIRST, SECOND, "--json")["rows"]]
        self.assertIn("train_loss", rows)
        self.assertIn("val_loss", rows)

    def test_a_name_cannot_steer_the_terminal(self):
        RunFolder(self.home, "20261121-130000-dddd", name="\x1b[2Jboo").write()
        self.assertNotIn("\x1b", self.succeeds("list"))
        self.assertNotIn("\x1b", self.succeeds("show", "dddd"))
        self.assertNotIn("\x1b", self.succeeds("compare", "dddd", FIRST))

    def test_doctor_names_what_it_looked_at(self):
        keys = [check["key"] for check in self.json("doctor", "--json")["checks"]]
        for key in ("mpi", "trainer", "blas", "cores", "window", "workspace", "disk", "hub"):
            self.assertIn(key, keys)
        self.assertTrue(any(key.startswith("sensor.") for key in keys), keys)
