# SPDX-License-Identifier: Apache-2.0
"""The stranger's publisher against the real program: journals alone, then a real hub."""
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "app" / "cli"))
import wire  # noqa: E402
from program import PROGRAM, ProgramTest  # noqa: E402
from publisher import Publisher, boot_id, make_run_folder, write_by_rename, zmq  # noqa: E402

RUN = "20261121-150000-abcd"
STEPS, STEP_NS = 20, 10_000_000
PATIENCE_S = 60


def device():
    return {"id": f"host:{boot_id()}/cpu", "label": "CPU", "kind": "cpu", "scope": "host",
            "sensor": "a meter of mine", "method": "integrated", "gain_low": 0.95,
            "gain_high": 1.05, "period_s": 0.1, "host": "n1", "boot_id": boot_id()}


def train(publisher, count):
    """`count` steps that ended just now, in one frame of two, and a reading before each."""
    now = time.monotonic_ns()
    first = publisher.step_number + 1
    records = [wire.step(now + i * STEP_NS, first + i, 8, epoch=1, loss=1.0 / (first + i),
                         duration=STEP_NS) for i in range(count)]
    publisher.power([wire.reading(now + i * STEP_NS, 0, power=40.0) for i in range(count)])
    half = count // 2
    publisher.steps(records[:half])
    publisher.steps(records[half:])
    time.sleep(count * STEP_NS / 1e9)  # they have ended when the next thing is said


class StrangerTest(ProgramTest):
    def tearDown(self):
        # Its ranks are this process: nobody waits for them to end.
        self.wattline("hub", "stop")
        shutil.rmtree(self.home, ignore_errors=True)


class Journals(StrangerTest):
    """No hub, no socket: the folder is all there is."""

    def test_a_run_of_two_ranks_shows_with_all_its_records(self):
        (self.home / "runs").mkdir(mode=0o700)
        folder = make_run_folder(self.home, RUN, ranks=2, steps=STEPS)
        for rank in range(2):
            publisher = Publisher(folder, rank, 2, STEPS, devices=[device()] if rank == 0 else [])
            if rank == 0:
                train(publisher, STEPS)
            else:
                publisher.steps([wire.step(time.monotonic_ns(), i + 1, 8) for i in range(STEPS)])
            publisher.end()
        run = self.json("show", RUN, "--json")
        records = 2 * (STEPS + 2) + STEPS
        self.assertEqual((run["state"], run["steps"], run["samples"]), ("finished", STEPS, 2 * 8 * STEPS))
        self.assertEqual((run["records_expected"], run["records_stored"], run["records_lost"]),
                         (records, records, 0))
        self.assertEqual(run["energy_method"], "integrated")
        self.assertTrue(self.json("verify", RUN, "--json")["clean"])

    def test_what_a_tally_tells_of_is_counted_as_lost(self):
        (self.home / "runs").mkdir(mode=0o700)
        publisher = Publisher(make_run_folder(self.home, RUN, 1, STEPS), 0, 1, STEPS)
        publisher.steps([wire.step(time.monotonic_ns(), 1, 8)])
        publisher.lose(7, "no space left on device")
        publisher.close()
        write_by_rename(publisher.folder / "exit.json", b'{"exit_code": 1, "reason": "disk full"}')
        run = self.json("show", RUN, "--json")
        self.assertEqual((run["state"], run["state_reason"]), ("failed", "disk full"))
        self.assertEqual((run["records_expected"], run["records_stored"], run["records_lost"]),
                         (9, 2, 7))
        self.assertIn("no space left on device",
                      str(self.wattline("verify", RUN, "--json").stdout))


@unittest.skipIf(zmq is None, "python3-zmq is not installed")
class LiveHub(StrangerTest):
    def setUp(self):
        super().setUp()
        self.hub = subprocess.Popen([PROGRAM, "hub", "serve"], env=self.env)
        self.until(lambda: self.wattline("hub", "status").returncode == 0, "the hub came up")
        self.context = zmq.Context()
        self.publisher = Publisher(make_run_folder(self.home, RUN, 1, 2 * STEPS), 0, 1, 2 * STEPS,
                                   devices=[device()], context=self.context)

    def tearDown(self):
        self.context.destroy(linger=0)
        super().tearDown()
        self.hub.wait(timeout=PATIENCE_S)

    def until(self, condition, what):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{PATIENCE_S} s passed before {what}")
            time.sleep(0.02)

    def tend(self):
        """One turn of the publisher; answers what came."""
        for command in self.publisher.tend():
            self.publisher.answer(command)

    def shown(self):
        return self.json("show", RUN, "--json")

    def all_stored(self):
        self.tend()
        run = self.shown()
        return run["records_stored"] == run["records_expected"] == self.publisher.last_sequence

    def command(self, name):
        """`wattline hold …` beside a publisher that goes on."""
        done = subprocess.Popen([PROGRAM, name, RUN], env=self.env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        self.until(lambda: self.tend() or done.poll() is not None, f"'{name}' was answered")
        out, error = done.communicate()
        self.assertEqual(done.returncode, 0, error or out)

    def frames_of_hub(self):
        return self.json("hub", "status", "--json")["frames"]

    def test_a_live_run_is_seen_steered_and_kept_whole(self):
        train(self.publisher, STEPS)
        self.until(self.all_stored, "the hub had everything")
        before = self.frames_of_hub()
        self.until(lambda: self.tend() or self.frames_of_hub() > before, "frames came by socket")

        self.command("hold")
        self.until(lambda: self.tend() or self.shown()["state"] == "held", "the run was held")
        self.assertEqual(len(self.publisher.through_socket), 1, "the hold came as a frame")
        self.command("resume")
        train(self.publisher, STEPS)
        self.publisher.end()

        self.until(lambda: self.shown()["state"] == "finished", "the run had finished")
        self.until(self.all_stored, "the hub had the rest")
        run = self.shown()
        self.assertEqual((run["steps"], run["records_lost"]), (2 * STEPS, 0))
        self.assertGreater(run["held_s"], 0.0)
        self.assertEqual([each["id"] for each in self.json("list", "--json")], [RUN])
        self.assertEqual(self.json("hub", "status", "--json")["bad_frames"], 0)
        report = self.json("verify", RUN, "--json")
        self.assertEqual((report["clean"], report["records_stored"]),
                         (True, self.publisher.last_sequence))

    def test_what_comes_twice_counts_once_and_what_is_broken_is_counted(self):
        train(self.publisher, STEPS)
        self.until(self.all_stored, "the hub had everything")
        journal = next((self.publisher.folder / "journal").glob("*.wlj")).read_bytes()
        _, size = wire.read(journal)
        broken = bytearray(journal[:size])
        broken[-1] ^= 1
        again = self.context.socket(zmq.DEALER)
        again.connect(self.publisher._hub[0])
        for data in (journal[:size], bytes(broken), b"no frame"):
            again.send(data)
        self.until(lambda: self.tend() or self.json("hub", "status", "--json")["bad_frames"] == 2,
                   "the broken ones were counted")
        again.close(linger=0)
        self.publisher.end()
        self.until(lambda: self.shown()["state"] == "finished", "the run had finished")
        self.assertEqual(self.shown()["records_stored"], self.publisher.last_sequence)


if __name__ == "__main__":
    unittest.main()
