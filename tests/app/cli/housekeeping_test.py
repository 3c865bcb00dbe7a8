# SPDX-License-Identifier: Apache-2.0
"""Disk use, compression, the trash, and folders that belong to somebody else."""
import csv
import io
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from program import PROGRAM, ProgramTest
from run_folder import RunFolder

OLD, NEW = "20261001-104512-aaaa", "20261121-110000-bbbb"
DAY = 86_400
STRANGER = 54_321  # a user id that nobody has


def age(folder, days):
    """As if the run's last record were that old."""
    then = time.time() - days * DAY
    for file in [folder / "run.json", folder / "exit.json", *(folder / "journal").iterdir()]:
        os.utime(file, (then, then))


def tree(folder):
    """Everything under a folder: a reader must leave it exactly so."""
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_mode,
                                            path.read_bytes() if path.is_file() else b"")
            for path in [folder, *folder.rglob("*")]}


class Housekeeping(ProgramTest):
    def setUp(self):
        super().setUp()
        self.old = RunFolder(self.home, OLD, ranks=1, name="old").write().path
        self.new = RunFolder(self.home, NEW, ranks=2, steps=200, name="new").write().path
        age(self.old, 40)

    def ids(self):
        return [run["id"] for run in self.json("list", "--json")]

    def test_disk_shows_runs_trash_and_what_is_free(self):
        use = self.json("disk", "--json")
        self.assertEqual([run["id"] for run in use["runs"]], [NEW, OLD], "largest first")
        self.assertEqual(use["runs_bytes"], sum(run["bytes"] for run in use["runs"]))
        self.assertGreater(use["free_bytes"], 0)
        self.assertIn("quota_left_bytes", use)
        text = self.succeeds("disk")
        self.assertIn("Free ", text)
        self.assertIn(OLD, text)

    def test_compressed_journals_say_the_same_and_take_less(self):
        before, exported = self.json("show", NEW, "--json"), self.succeeds("export", NEW, "--output", "-", "--format", "csv")
        done = self.json("compress", NEW, "--json")[0]
        self.assertEqual(done["parts"], 2)
        self.assertLess(done["bytes_after"], done["bytes_before"] / 2)
        self.assertEqual(list((self.new / "journal").glob("*.wlj")), [])
        self.assertEqual(self.json("show", NEW, "--json"), before)
        self.assertEqual(self.succeeds("export", NEW, "--output", "-", "--format", "csv"), exported)
        self.assertTrue(self.json("verify", NEW, "--json")["clean"])
        self.assertIn("nothing to do", self.succeeds("compress", NEW))

    def test_compress_all_leaves_runs_that_go_on(self):
        live = RunFolder(self.home, "20261121-120000-cccc", state="").write().path
        self.assertEqual({run["id"] for run in self.json("compress", "--all", "--json")}, {OLD, NEW})
        self.assertTrue(list((live / "journal").glob("*.wlj")))
        self.refuses(1, "compress", "cccc", saying=["when their run is over"])

    def test_compress_refuses_a_damaged_run_and_nonsense(self):
        journal = self.new / "journal" / "a0001-r00001-0000.wlj"
        data = bytearray(journal.read_bytes())
        data[len(data) // 2] ^= 0x40
        journal.write_bytes(data)
        self.refuses(6, "compress", NEW, saying=["not clean", "wattline verify"])
        self.assertEqual(journal.read_bytes(), data)
        self.refuses(2, "compress", saying=["--all"])

    def test_a_preview_changes_nothing(self):
        before = tree(self.home)
        plan = self.json("prune", "--older-than", "30d", "--dry-run", "--json")
        self.assertEqual([run["id"] for run in plan["runs"]], [OLD])
        self.assertEqual(plan["bytes"], plan["runs"][0]["bytes"])
        self.assertIn("Would move to the trash: 1 run", self.succeeds("prune", "--older-than", "30d", "--dry-run"))
        self.succeeds("prune", "--older-than", "30d", "--delete", "--dry-run")
        self.assertEqual(tree(self.home), before)

    def test_what_was_pruned_comes_back(self):
        before = self.json("show", OLD, "--json")
        self.assertIn("wattline restore", self.succeeds("prune", "--older-than", "30d"))
        self.assertEqual(self.ids(), [NEW])
        self.assertEqual([run["id"] for run in self.json("disk", "--json")["trash"]], [OLD])
        self.assertIn(OLD, self.succeeds("restore", "aaaa"))
        self.assertEqual(self.json("show", OLD, "--json"), before)
        self.refuses(3, "restore", "aaaa", saying=["aaaa"])

    def test_prune_by_size_takes_the_oldest(self):
        sizes = {run["id"]: run["bytes"] for run in self.json("disk", "--json")["runs"]}
        self.succeeds("prune", "--max-size", str(sizes[NEW]))
        self.assertEqual(self.ids(), [NEW])

    def test_a_run_that_goes_on_stays_and_it_is_said(self):
        live = "20261121-120000-cccc"
        RunFolder(self.home, live, state="").write()
        self.refuses(1, "prune", "--max-size", "0", saying=["go on", "never pruned"])
        self.assertEqual(self.ids(), [live])

    def test_deleting_at_once_needs_a_yes(self):
        self.refuses(2, "prune", "--older-than", "30d", "--delete", saying=["--yes", "--dry-run"])
        self.assertIn("Deleted 1 run", self.succeeds("prune", "--older-than", "30d", "--delete", "--yes"))
        self.assertEqual(self.json("disk", "--json")["trash"], [])
        self.assertFalse(self.old.exists())

    def test_the_trash_is_emptied_when_it_is_old_or_by_hand(self):
        self.succeeds("prune", "--older-than", "30d")
        entry = next((self.home / "trash").iterdir())
        self.assertEqual(self.json("prune", "--older-than", "30d", "--json")["trash_emptied"], [])
        eight_days_ago = entry.with_name(f"{OLD}@{int(time.time()) - 8 * DAY}")
        entry.rename(eight_days_ago)
        self.assertEqual(self.json("prune", "--older-than", "30d", "--json")["trash_emptied"], [OLD])
        self.assertFalse(eight_days_ago.exists())
        self.succeeds("prune", "--older-than", "0d")
        self.assertIn("Emptied the trash of 1 run", self.succeeds("prune", "--empty-trash"))
        self.assertEqual(list((self.home / "trash").iterdir()), [])

    def test_nonsense_is_refused(self):
        self.refuses(2, "prune", saying=["--older-than", "--max-size"])
        self.refuses(2, "prune", "--older-than", "soon", saying=["soon", "30d"])
        self.refuses(2, "prune", "--max-size", "large", saying=["large", "50G"])

    def test_a_preview_of_a_launch_says_what_the_disk_has_and_needs(self):
        if not shutil.which("mpirun"):
            self.skipTest("a launch needs mpirun")
        done = self.wattline("run", "--data", "synthetic", "--ranks", "2", "--lbs", "8", "--steps", "1000", "--dry-run")
        if "wattline-train" in done.stderr:
            self.skipTest("built without the trainer")
        self.assertRegex(done.stdout, r"Disk: .* free; .* for 2 ranks x 1000 steps")


class Looking(ProgramTest):
    """Commands that look create nothing and need no permission to write."""

    LOOKS = [["list"], ["list", "--json"], ["disk"], ["doctor"]]

    def test_a_missing_workspace_is_empty_and_stays_missing(self):
        missing = self.home / "not" / "there"
        env = {"WATTLINE_HOME": str(missing)}
        self.assertEqual(self.json("list", "--json", env=env), [])
        for words in self.LOOKS:
            self.wattline(*words, env=env)
        self.refuses(3, "show", "latest", env=env)
        self.refuses(3, "verify", "latest", env=env)
        self.assertFalse(missing.parent.exists())

    def test_a_read_only_workspace_can_be_read(self):
        run = RunFolder(self.home, NEW).write()
        self.wattline("list")
        before = tree(self.home)
        for path in [*self.home.rglob("*"), self.home]:
            path.chmod(0o500 if path.is_dir() else 0o400)
        self.addCleanup(self.make_writable)
        self.assertEqual([each["id"] for each in self.json("list", "--json")], [NEW])
        self.assertTrue(self.json("verify", NEW, "--json")["clean"])
        self.assertEqual(self.json("show", "latest", "--json")["id"], NEW)
        self.make_writable()
        self.assertEqual({name: entry[2] for name, entry in tree(self.home).items()},
                         {name: entry[2] for name, entry in before.items()})
        self.assertTrue(run.path.exists())

    def make_writable(self):
        for path in [self.home, *self.home.rglob("*")]:
            path.chmod(0o700 if path.is_dir() else 0o600)

    def test_a_pipe_in_the_place_of_a_file_does_not_hold_a_reader_up(self):
        path = RunFolder(self.home, NEW).write().path
        (path / "run.json").unlink()
        os.mkfifo(path / "run.json")
        done = self.wattline("show", path)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("run.json", done.stderr)


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv")
class Colleague(unittest.TestCase):
    """A run folder of somebody else, which this user may only read, by path."""

    def setUp(self):
        self.base = Path(tempfile.mkdtemp(prefix="wattline-colleague-"))
        self.addCleanup(shutil.rmtree, self.base, ignore_errors=True)
        self.base.chmod(0o755)
        # The build may lie where a stranger cannot go.
        self.program = shutil.copy(PROGRAM, self.base / "wattline")
        self.folder = RunFolder(self.base, NEW, steps=30).write().path
        self.home = self.base / "home-of-the-reader" / "wattline"
        for path in [self.base / "runs", *(self.base / "runs").rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)

    def wattline(self, *arguments):
        user = ["setpriv", "--reuid", str(STRANGER), "--regid", str(STRANGER), "--clear-groups"]
        return subprocess.run([*user, self.program, *map(str, arguments)], text=True, timeout=60,
                              capture_output=True, cwd="/",
                              env={"PATH": os.environ["PATH"], "WATTLINE_HOME": str(self.home)})

    def succeeds(self, *arguments):
        done = self.wattline(*arguments)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}")
        return done.stdout

    def test_it_opens_fully_and_is_left_exactly_as_it_was(self):
        before = tree(self.folder)
        run = json.loads(self.succeeds("show", self.folder, "--json"))
        self.assertEqual((run["id"], run["state"], run["steps"]), (NEW, "finished", 30))
        self.assertTrue(json.loads(self.succeeds("verify", self.folder, "--json"))["clean"])
        rows = list(csv.DictReader(io.StringIO(
            self.succeeds("export", self.folder, "--output", "-", "--format", "csv"))))
        self.assertEqual(len(rows), 30)
        plot = self.succeeds("export", self.folder, "--output", "-", "--format", "svg", "--plot", "energy")
        self.assertIn("<svg", plot)
        self.succeeds("compare", self.folder, self.folder)
        self.assertEqual(tree(self.folder), before)
        self.assertFalse(self.home.parent.exists(), "looking at it needs no workspace")

    def test_what_may_not_be_read_is_said(self):
        (self.folder / "journal" / "a0001-r00001-0000.wlj").chmod(0o400)
        done = self.wattline("show", self.folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("a0001-r00001-0000.wlj", done.stderr)
        self.assertIn("Permission denied", done.stderr)

    def test_a_workspace_that_is_closed_is_said_not_taken_for_empty(self):
        self.home = self.base / "closed"
        self.home.mkdir(mode=0o700)
        done = self.wattline("list")
        self.assertEqual(done.returncode, 4)
        self.assertIn("Permission denied", done.stderr)


if __name__ == "__main__":
    unittest.main()
