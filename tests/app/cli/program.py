# SPDX-License-Identifier: Apache-2.0
"""Runs the real program in a workspace of its own; what the tests in this folder share."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

BIN = Path(os.environ.get("WATTLINE_BIN", "build/bin")).resolve()
PROGRAM = str(BIN / "wattline")
COMMANDS = ["run", "list", "show", "watch", "hold", "resume", "stop", "compare", "export", "verify",
            "rebuild", "simulate", "hub", "gui", "doctor", "measure", "disk", "compress", "prune", "restore"]


class ProgramTest(unittest.TestCase):
    """A fresh WATTLINE_HOME per test; its hub, if any, is ended afterwards."""

    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="wattline-cli-"))
        self.env = {k: v for k, v in os.environ.items()
                    if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")}
        self.env.setdefault("WATTLINE_RANK_PROGRAM", str(BIN.parent / "tests" / "rank_program"))
        # Runs of other tests use this host's CPUs at the same time: these here are not to meet them.
        self.env |= {"WATTLINE_HOME": str(self.home), "WATTLINE_NODE_FOLDER": str(self.home / "node"),
                     "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}

    def tearDown(self):
        self.wattline("stop", "--all")
        self.wattline("watch")  # until they have stopped: their folders go away next
        self.wattline("hub", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def wattline(self, *arguments, env=None, **options):
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([PROGRAM, *map(str, arguments)], stderr=subprocess.PIPE, text=True,
                              env=self.env | (env or {}), timeout=120, **options)

    def succeeds(self, *arguments, **options):
        done = self.wattline(*arguments, **options)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}")
        return done.stdout

    def json(self, *arguments, **options):
        return json.loads(self.succeeds(*arguments, **options))

    def refuses(self, code, *arguments, saying=(), **options):
        """Exactly one sentence on standard error, and the documented exit code."""
        done = self.wattline(*arguments, **options)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, f"{arguments}: {done.stderr!r}")
        self.assertTrue(lines[0].startswith("wattline: "), lines[0])
        self.assertEqual(done.returncode, code, f"{arguments}: {lines[0]}")
        for word in saying:
            self.assertIn(word, lines[0])
        return lines[0]
