# SPDX-License-Identifier: GPL-3.0-or-later
"""wattline-gui from outside: one sentence and the documented exit code for what goes wrong."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

BIN = Path(os.environ.get("WATTLINE_BIN", "build/bin")).resolve()
PNG_MAGIC = b"\x89PNG\r\n"


class WindowProgram(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="wattline-gui-"))
        self.env = {k: v for k, v in os.environ.items()
                    if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")}
        self.env["WATTLINE_HOME"] = str(self.home)

    def tearDown(self):
        subprocess.run([BIN / "wattline", "hub", "stop"], env=self.env, capture_output=True,
                       timeout=60, check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def window(self, *arguments, **env):
        return subprocess.run([BIN / "wattline-gui", *arguments], env=self.env | env, text=True,
                              capture_output=True, timeout=90, check=False)

    def refuses(self, code, *arguments, saying, **env):
        done = self.window(*arguments, **env)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith("wattline-gui: "), lines[0])
        self.assertIn(saying, lines[0])
        self.assertEqual(done.returncode, code)

    def test_help_has_examples(self):
        done = self.window("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Examples:", done.stdout)

    def test_without_a_display_says_so(self):
        self.refuses(4, saying="no display")

    def test_a_display_that_does_not_answer_says_so(self):
        self.refuses(4, saying="no display", DISPLAY=":987")

    def test_an_unknown_option_is_named(self):
        self.refuses(2, "--drak", saying="--drak")

    def test_an_impossible_size_is_named(self):
        self.refuses(2, "--size", "12x", saying="12x")

    def test_an_unknown_run_is_named(self):
        self.refuses(3, "--run", "nosuchrun", saying="nosuchrun", QT_QPA_PLATFORM="offscreen")

    def test_a_screenshot_needs_no_display(self):
        file = self.home / "window.png"
        done = self.window("--dark", "--page", "launch", "--screenshot", str(file))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(file.read_bytes()[:6], PNG_MAGIC)

    def test_a_screenshot_that_cannot_be_written_says_so(self):
        self.refuses(1, "--screenshot", "/nowhere/window.png", saying="/nowhere/window.png")


if __name__ == "__main__":
    unittest.main()
