# SPDX-License-Identifier: Apache-2.0
"""The golden frames, made by a second hand: byte for byte what the C++ wrote (and reads, in
tests/telemetry/wire/golden_frames_test.cpp)."""
import json
import os
import unittest
from pathlib import Path

import wire

GOLDEN = Path(os.environ.get("WATTLINE_TEST_DATA", Path(__file__).parents[1] / "data"))
RUN, ATTEMPT, RANK = "20261121-104512-7f3a", 2, 3
BOOT = "5f3c2a10-0000-4000-8000-000000000001"
SECOND = 1_000_000_000


def golden(name, version):
    return (GOLDEN / version / f"{name}.wlf").read_bytes()


class Frames:
    """What every version has; MINOR is its number."""

    maxDiff = None
    FOLDER, MINOR = "", 0

    def same(self, name, kind, first_sequence, payload, **sizes):
        made = wire.frame(kind, RUN, ATTEMPT, RANK, first_sequence, payload,
                          version=0x0100 + self.MINOR, **sizes)
        expected = golden(name, self.FOLDER)
        self.assertEqual(made.hex(" ", 4), expected.hex(" ", 4))
        back, size = wire.read(expected)
        self.assertEqual((size, back["kind"], back["run"], back["attempt"], back["rank"]),
                         (len(expected), kind, RUN, ATTEMPT, RANK))

    def devices(self):
        return [{"id": "host:5f3c2a10/cpu", "label": "CPU (estimated)", "kind": "cpu",
                 "scope": "host", "sensor": "utilisation x rated power", "method": "estimated",
                 "gain_low": 0.3, "gain_high": 3.0, "period_s": 0.1, "host": "n1", "boot_id": BOOT}]

    def test_hello(self):
        self.same("hello", wire.HELLO, 1, wire.text(
            {"run": RUN, "attempt": ATTEMPT, "rank": RANK, "world_size": 4, "host": "n1",
             "boot_id": BOOT, "pid": 4711, "version": "0.1.0", "started_mono_ns": SECOND,
             "started_unix_ns": 1_790_000_000 * SECOND, "steps_planned": 400, "device_kind": "cpu",
             "devices": self.devices()}))

    def test_steps(self):
        full = wire.step(5 * SECOND, 41, 64, epoch=2, loss=0.75, learning_rate=0.1,
                         duration=120_000_000, data_wait=1_000_000, forward=40_000_000,
                         backward=60_000_000, communication=9_000_000, optimizer=10_000_000)
        sparse = wire.step(5_120_000_000, 42, 64)
        self.same("steps", wire.STEPS, 2, full + sparse, count=2, record_size=88)

    def test_event(self):
        self.same("event", wire.EVENT, 6, wire.text(
            {"mono_ns": 6 * SECOND, "step": 42, "kind": "evaluated", "text": "epoch 2", "epoch": 2,
             "loss": 0.5, "top1_error": 0.125, "top5_error": 0.0, "samples": 360}))

    def test_clock(self):
        self.same("clock", wire.CLOCK, 0, wire.text(
            {"boot_id": BOOT, "mono_ns": SECOND, "boottime_ns": 1_000_000_500,
             "realtime_ns": 1_790_000_000 * SECOND, "error_ns": 120}))

    def test_heartbeat(self):
        self.same("heartbeat", wire.HEARTBEAT, 0, wire.text(
            {"mono_ns": 7 * SECOND, "last_sequence": 6, "dropped": 1, "step": 42,
             "state": "running"}))

    def test_command(self):
        self.same("command", wire.COMMAND, 0, wire.text({"id": "c-1", "command": "hold"}))

    def test_acknowledge(self):
        self.same("acknowledge", wire.ACKNOWLEDGE, 0, wire.text({"sequence": 6}))

    def test_no_golden_frame_is_forgotten(self):
        names = {file.stem for file in (GOLDEN / self.FOLDER).glob("*.wlf")}
        tests = {name[len("test_"):] for name in dir(self) if name.startswith("test_")}
        self.assertEqual(names - tests, set())


class Wire10(Frames, unittest.TestCase):
    FOLDER, MINOR = "wire-1.0", 0

    def test_power(self):
        measured = wire.reading_1_0(5 * SECOND, 1, power=312.5, counter=1234.5)
        gap = wire.reading_1_0(5_100_000_000, 1)
        self.same("power", wire.POWER, 4, measured + gap, count=2, record_size=32)


class Wire11(Frames, unittest.TestCase):
    FOLDER, MINOR = "wire-1.1", 1

    def devices(self):
        memory = {"id": "GPU-1/memory", "label": "", "kind": "gpu", "scope": "memory",
                  "sensor": "", "method": "counter", "gain_low": 1.0, "gain_high": 1.0,
                  "period_s": 0.1, "host": "", "boot_id": "", "part_of": "GPU-1",
                  "has_counter": True, "counter_tick_s": 0.02, "averaged_share": 0.25,
                  "attributed": True}
        return [*super().devices(), memory]

    def test_power(self):
        measured = wire.reading(5 * SECOND, 1, power=312.5, counter=1234.5, temperature=61.5,
                                sm_clock=1410.0, memory_clock=1593.0, utilisation=0.75,
                                power_limit=400.0, throttle=1 | 2, memory_used=8e9)
        gap = wire.reading(5_100_000_000, 1)
        self.same("power", wire.POWER, 4, measured + gap, count=2, record_size=64)

    def test_replay(self):
        self.same("replay", wire.REPLAY, 0, wire.text({"from": 2, "to": 5}))


class Reading(unittest.TestCase):
    def test_a_changed_byte_is_refused(self):
        data = bytearray(golden("steps", "wire-1.1"))
        data[100] ^= 1
        with self.assertRaises(wire.BadFrame):
            wire.read(bytes(data))

    def test_payloads_are_json_objects(self):
        for name in ("hello", "event", "clock", "heartbeat", "command", "acknowledge"):
            back, _ = wire.read(golden(name, "wire-1.1"))
            self.assertIsInstance(json.loads(back["payload"]), dict, name)


if __name__ == "__main__":
    unittest.main()
