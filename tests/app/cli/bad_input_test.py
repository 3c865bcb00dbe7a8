# SPDX-License-Identifier: Apache-2.0
"""Every mistake gets one sentence that says what, which and what to do, and the documented code."""
import os
import resource
import subprocess
import unittest

from program import BIN, COMMANDS, PROGRAM, ProgramTest
from run_folder import RunFolder

USAGE, NOT_FOUND, ENVIRONMENT, UNREACHABLE, INTEGRITY = 2, 3, 4, 5, 6


class CommandLine(ProgramTest):
    def test_an_unknown_option_is_named_and_help_pointed_to(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.refuses(USAGE, command, "--frobnicate",
                             saying=["--frobnicate", f"wattline {command} --help"])

    def test_an_unknown_command_is_named(self):
        self.refuses(USAGE, "frobnicate", "--fast", saying=["'frobnicate'", "wattline --help"])

    def test_no_command_is_told_from_an_unknown_one(self):
        self.refuses(USAGE, saying=["name a command"])
        self.refuses(USAGE, "hub", saying=["wattline hub --help"])

    def test_a_word_where_a_number_belongs(self):
        self.refuses(USAGE, "run", "--ranks", "two", saying=["--ranks", "two"])

    def test_a_number_without_its_digits(self):
        self.refuses(USAGE, "run", "--ranks", saying=["--ranks"])

    def test_zero_and_negative_sizes(self):
        for option in ("--ranks", "--lbs", "--gbs", "--epochs", "--steps"):
            self.refuses(USAGE, "run", option, "0", saying=[option])
            self.refuses(USAGE, "run", option, "-4", saying=[option])

    def test_numbers_that_do_not_fit(self):
        self.refuses(USAGE, "run", "--seed", "-1", saying=["--seed", "-1"])
        self.refuses(USAGE, "run", "--ranks", "99999999999", saying=["--ranks", "99999999999"])
        self.refuses(USAGE, "run", "--ranks", "2.5", saying=["--ranks", "2.5"])

    def test_the_option_is_named_and_not_its_value(self):
        self.refuses(USAGE, "run", "--lsb", "3", saying=["unknown option '--lsb';"])
        self.refuses(USAGE, "run", "--lsb=3", saying=["unknown option '--lsb';"])

    def test_one_word_too_many(self):
        self.refuses(USAGE, "show", "one", "two", saying=["'two'", "wattline show --help"])
        self.refuses(USAGE, "hub", "frobnicate", saying=["'frobnicate'", "wattline hub --help"])

    def test_a_missing_run_argument(self):
        for command in ("show", "verify"):
            self.refuses(USAGE, command, saying=["RUN"])
        self.refuses(USAGE, "export", "--output", "x.csv", saying=["RUN"])
        self.refuses(USAGE, "compare", "one", saying=["RUN", "2"])
        self.refuses(USAGE, "stop", saying=["--all"])


class Runs(ProgramTest):
    def test_a_batch_that_does_not_divide(self):
        self.refuses(USAGE, "run", "--ranks", "2", "--gbs", "65", saying=["65", "66"])
        self.refuses(USAGE, "run", "--ranks", "2", "--lbs", "32", "--gbs", "100",
                     saying=["100", "128"])

    def test_unknown_model_data_and_recipe(self):
        self.refuses(USAGE, "run", "--model", "resnet51", saying=["resnet51", "resnet50"])
        self.refuses(USAGE, "run", "--data", "mnist", saying=["mnist", "digits"])
        self.refuses(USAGE, "run", "--recipe", "secret", saying=["secret", "study"])

    @unittest.skipUnless((BIN / "wattline-train").exists(), "built without the trainer")
    def test_a_missing_data_folder(self):
        self.refuses(USAGE, "run", "--data", "imagefolder:/no/such/folder",
                     saying=["/no/such/folder"])

    @unittest.skipUnless((BIN / "wattline-train").exists(), "built without the trainer")
    def test_an_empty_data_folder(self):
        folder = self.home / "empty"
        folder.mkdir()
        self.refuses(USAGE, "run", "--data", f"imagefolder:{folder}", saying=[str(folder)])

    def test_no_mpi(self):
        self.refuses(ENVIRONMENT, "run", env={"PATH": "/nonexistent"}, saying=["mpirun"])

    def test_nothing_is_left_behind_by_a_refusal(self):
        self.wattline("run", "--ranks", "2", "--gbs", "65")
        self.assertEqual(list((self.home / "runs").iterdir()), [])
        self.assertFalse((self.home / "hub.json").exists(), "a refusal needs no hub")

    def test_an_unknown_run(self):
        for words in (["show", "nope"], ["verify", "nope"], ["watch", "nope"], ["stop", "nope"],
                      ["hold", "nope"], ["compare", "nope", "nope"],
                      ["export", "nope", "--output", self.home / "x.csv"]):
            with self.subTest(words):
                self.refuses(NOT_FOUND, *words, saying=["nope", "wattline list"])

    def test_a_damaged_run_does_not_hide_the_others(self):
        RunFolder(self.home, "20261121-104512-aaaa").write()
        broken = self.home / "runs" / "20261121-104513-bbbb"
        broken.mkdir()
        (broken / "run.json").write_text("{")
        done = self.wattline("list")
        self.assertIn("20261121-104512-aaaa", done.stdout)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertEqual(done.returncode, INTEGRITY)


class Surroundings(ProgramTest):
    @unittest.skipUnless((BIN / "wattline-gui").exists(), "built without the window")
    def test_no_display(self):
        self.refuses(ENVIRONMENT, "gui", saying=["display", "wattline watch"])

    @unittest.skipIf((BIN / "wattline-gui").exists(), "built with the window")
    def test_no_window_program(self):
        self.refuses(ENVIRONMENT, "gui", saying=["wattline-gui", "wattline watch"])

    def test_a_checkup_without_a_usable_workspace_fails_with_advice(self):
        done = self.wattline("doctor", env={"WATTLINE_HOME": "/dev/null/none"})
        self.assertEqual(done.returncode, ENVIRONMENT)
        self.assertIn("WATTLINE_HOME", done.stderr)
        self.assertRegex(done.stdout, "-> .*WATTLINE_HOME")

    def test_classes_of_real_data(self):
        self.refuses(USAGE, "run", "--classes", "10", saying=["--classes", "digits"])

    def test_a_workspace_that_cannot_be(self):
        self.refuses(ENVIRONMENT, "list", env={"WATTLINE_HOME": "/dev/null/none"},
                     saying=["WATTLINE_HOME"])

    def test_a_workspace_that_others_can_enter(self):
        self.home.chmod(0o755)
        self.refuses(ENVIRONMENT, "list", saying=["chmod 700"])
        self.home.chmod(0o700)

    def test_a_full_disk_behind_standard_output(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.refuses(ENVIRONMENT, "list", "--json", stdout=full, saying=["No space left"])

    def test_a_closed_standard_output(self):
        done = subprocess.run(["sh", "-c", f"'{PROGRAM}' list >&-"], env=self.env, text=True,
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, ENVIRONMENT, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_a_reader_that_left_is_no_error(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "w") as pipe:
            done = self.wattline("list", "--json", stdout=pipe)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class OutputFiles(ProgramTest):
    def setUp(self):
        super().setUp()
        RunFolder(self.home, "20261121-104512-aaaa").write()

    def test_a_folder_that_is_not_there(self):
        self.refuses(ENVIRONMENT, "export", "latest", "--output", "/no/such/folder/x.csv",
                     saying=["/no/such/folder/x.csv"])

    def test_a_folder_in_the_files_place(self):
        self.refuses(ENVIRONMENT, "export", "latest", "--format", "csv", "--output", self.home,
                     saying=[str(self.home)])

    def test_an_ending_that_names_no_format(self):
        self.refuses(USAGE, "export", "latest", "--output", self.home / "x.doc", saying=["x.doc"])
        self.refuses(USAGE, "compare", "latest", "latest", "--output", self.home / "x.doc",
                     saying=["x.doc"])

    def test_a_disk_that_fills_up_leaves_the_old_file(self):
        old = self.home / "x.csv"
        old.write_text("old")
        self.refuses(ENVIRONMENT, "export", "latest", "--output", old, saying=[str(old), "space"],
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
        self.assertEqual(old.read_text(), "old")
        self.assertEqual(list(self.home.glob("x.csv.*")), [])

    def test_an_unknown_plot_and_axis(self):
        for option in ("--plot", "--axis"):
            self.refuses(USAGE, "export", "latest", "--output", self.home / "x.svg", option, "nope",
                         saying=["nope", "choose"])

    def test_a_picture_without_pixels(self):
        self.refuses(USAGE, "export", "latest", "--output", self.home / "x.png", "--width", "1")
