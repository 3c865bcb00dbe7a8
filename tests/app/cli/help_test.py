# SPDX-License-Identifier: Apache-2.0
from program import COMMANDS, ProgramTest

HUB_COMMANDS = [["hub", verb] for verb in ("serve", "status", "stop")]


class Help(ProgramTest):
    def test_every_command_has_examples(self):
        for words in [[command] for command in COMMANDS] + HUB_COMMANDS:
            with self.subTest(words):
                text = self.succeeds(*words, "--help")
                self.assertIn("Examples:\n  ", text)
                self.assertIn("wattline " + words[0], text.split("Examples:")[1])

    def test_the_program_lists_its_commands_and_exit_codes(self):
        text = self.succeeds("--help")
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", text)
        self.assertIn("Exit codes:", text)
        self.assertIn("WATTLINE_HOME", text)

    def test_the_version_is_one_line(self):
        self.assertRegex(self.succeeds("--version"), r"^wattline \d+\.\d+\.\d+\n$")

    def test_help_needs_no_workspace(self):
        self.succeeds("run", "--help", env={"WATTLINE_HOME": "/dev/null/none"})
