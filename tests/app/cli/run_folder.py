# SPDX-License-Identifier: Apache-2.0
"""A run folder written by a stranger who has read nothing but telemetry/WIRE.md."""
import json
import struct
from pathlib import Path

NANOS = 1_000_000_000
ABSENT = -(1 << 63)
HEADER = struct.Struct("<4sHHIIIIIIQII32s")
STEP = struct.Struct("<qQIIdd6q")
POWER = struct.Struct("<qIIdd")
HELLO, STEPS, POWER_KIND, EVENT, CLOCK = 1, 2, 3, 4, 5
BOOT = "5f3c2a10-0000-4000-8000-000000000001"


def _crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Stream:
    """The journal of one rank: frames with their sequence numbers."""

    def __init__(self, run, rank):
        self.run, self.rank, self.next, self.data = run, rank, 1, b""

    def frame(self, kind, payload, count=1, record_size=0, sequenced=True):
        first = self.next if sequenced else 0
        self.next += count if sequenced else 0

        def header(crc):
            return HEADER.pack(b"WLF1", 0x0100, kind, 80, len(payload), crc, 1, self.rank, count,
                               first, record_size, 1, self.run.encode())
        self.data += header(crc32c(header(0) + payload)) + payload

    def json(self, kind, value, sequenced=True):
        self.frame(kind, json.dumps(value).encode(), sequenced=sequenced)


class RunFolder:
    """`ranks` ranks, `steps` steps of 0.1 s with 32 samples each, 50 W on one CPU."""

    def __init__(self, home, run, ranks=2, steps=20, name="", state="finished"):
        self.path = Path(home) / "runs" / run
        self.run, self.ranks, self.steps, self.name, self.state = run, ranks, steps, name, state
        self.start = 100 * NANOS

    def write(self):
        (self.path / "journal").mkdir(parents=True, mode=0o700)
        (self.path.parent).chmod(0o700)
        spec = {"id": self.run, "name": self.name, "model": "resnet18", "dataset": "digits",
                "recipe": "digits", "ranks": self.ranks, "lbs": 32, "gbs": 32 * self.ranks,
                "accumulation": 1, "epochs": 0, "steps": self.steps, "seed": 0,
                "threads_per_rank": 1, "image_size": 32, "classes": 0, "rated_power_w": 0,
                "sample_period_ms": 100, "device_kind": "cpu",
                "created_unix_ns": 1_790_000_000 * NANOS, "created_by": "ada@n1"}
        (self.path / "run.json").write_text(json.dumps(spec))
        for rank in range(self.ranks):
            file = self.path / "journal" / f"a0001-r{rank:05}-0000.wlj"
            file.write_bytes(self.journal(rank))
        (self.path / "job.json").write_text(json.dumps(
            {"boot_id": BOOT, "pid": 999_999, "start_ticks": 1, "started_unix_ns": 0}))
        if self.state:
            failed = self.state == "failed"
            (self.path / "exit.json").write_text(json.dumps(
                {"exit_code": 1 if failed else 0, "signal": None, "rank": 1 if failed else None,
                 "host": "n1", "reason": "rank 1 on n1 was killed by signal 9 (KILL)" if failed else "",
                 "ended_unix_ns": 0}))
        return self

    def journal(self, rank):
        stream = Stream(self.run, rank)
        devices = [] if rank else [
            {"id": f"host:{BOOT}/cpu", "label": "CPU (estimated)", "kind": "cpu", "scope": "host",
             "sensor": "utilisation x rated power", "method": "estimated", "gain_low": 0.3,
             "gain_high": 3.0, "period_s": 0.1, "host": "n1", "boot_id": BOOT}]
        stream.json(HELLO, {"run": self.run, "attempt": 1, "rank": rank, "world_size": self.ranks,
                            "host": "n1", "boot_id": BOOT, "pid": 4711 + rank, "version": "0.1.0",
                            "started_mono_ns": self.start,
                            "started_unix_ns": 1_790_000_000 * NANOS, "steps_planned": self.steps,
                            "device_kind": "cpu", "devices": devices})
        stream.json(CLOCK, {"boot_id": BOOT, "mono_ns": self.start, "boottime_ns": self.start,
                            "realtime_ns": 1_790_000_000 * NANOS, "error_ns": 100}, sequenced=False)
        for step in range(1, self.steps + 1):
            end = self.start + step * NANOS // 10
            stream.frame(STEPS, STEP.pack(end, step, 32, 1, 2.0 / step, 0.05, NANOS // 10, 1_000_000,
                                          40_000_000, 50_000_000, ABSENT, 1_000_000),
                         record_size=STEP.size)
        if devices:
            readings = [POWER.pack(self.start + i * NANOS // 10, 0, 0, 50.0, float("nan"))
                        for i in range(self.steps + 1)]
            stream.frame(POWER_KIND, b"".join(readings), len(readings), POWER.size)
        end = self.start + self.steps * NANOS // 10
        if rank == 0:
            stream.json(EVENT, {"mono_ns": end, "step": self.steps, "kind": "evaluated", "epoch": 1,
                                "loss": 0.25, "top1_error": 0.05, "top5_error": 0.0, "samples": 355,
                                "text": "epoch 1"})
        if self.state == "finished":
            stream.json(EVENT, {"mono_ns": end, "step": self.steps, "kind": "ended",
                                "outcome": "finished", "dropped": 0, "record_ns_mean": 80.0,
                                "text": ""})
        return stream.data
