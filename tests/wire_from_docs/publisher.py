# SPDX-License-Identifier: Apache-2.0
"""A publisher of one rank, written from telemetry/WIRE.md alone: journal first, then the socket."""
import json
import os
import socket
import time
from pathlib import Path

import wire

try:
    import zmq
except ImportError:  # a journal needs no socket
    zmq = None

PART_BYTES = 64 << 20
TALLY_BYTES = 4096


def boot_id():
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def write_by_rename(path, content):
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    temporary.rename(path)


def make_run_folder(home, run, ranks, steps, lbs=8, name="a stranger's run"):
    """The folder, what is in it before the first rank starts, and run.json last."""
    folder = Path(home) / "runs" / run
    for part in (folder, folder / "journal", folder / "control"):
        part.mkdir(mode=0o700)
    write_by_rename(folder / "run.json", wire.text(
        {"id": run, "name": name, "model": "transformer", "dataset": "text", "ranks": ranks,
         "lbs": lbs, "gbs": lbs * ranks, "accumulation": 1, "steps": steps, "device_kind": "cpu",
         "created_unix_ns": time.time_ns(), "created_by": "stranger@" + socket.gethostname()}))
    return folder


class Journal:
    """Appends frames; starts the next part when one is full."""

    def __init__(self, folder, attempt, rank):
        self._stem = folder / f"a{attempt:04}-r{rank:05}"
        self._part = 0
        self._file = None
        # The tally first: its space must be there before the journal can run out of it.
        with open(f"{self._stem}.tally", "xb", opener=_private) as tally:
            tally.write(bytes(TALLY_BYTES))
            os.fsync(tally.fileno())
        self._open()

    def _open(self):
        self._file = open(f"{self._stem}-{self._part:04}.wlj", "xb", buffering=0, opener=_private)

    def append(self, data):
        if self._file.tell() + len(data) > PART_BYTES:
            self.close()
            self._part += 1
            self._open()
        self._file.write(data)

    def write_tally(self, data):
        with open(f"{self._stem}.tally", "r+b", buffering=0) as tally:
            tally.write(data)
            os.fsync(tally.fileno())

    def close(self):
        os.fsync(self._file.fileno())
        self._file.close()


def _private(path, flags):
    return os.open(path, flags, 0o600)


class Publisher:
    """One rank of one attempt. `context` is a zmq.Context, or None to stay with the journal."""

    def __init__(self, folder, rank, ranks, steps, devices=(), context=None):
        self.folder, self.run, self.rank, self.attempt = folder, folder.name, rank, 1
        self.last_sequence, self.step_number, self.state = 0, 0, "starting"
        self.through_socket = []  # ids of the commands that came as frames
        self._seen, self._heartbeat_at, self._clock_at = set(), 0.0, 0.0
        self._context, self._socket, self._hub = context, None, None
        self.journal = Journal(folder / "journal", self.attempt, rank)
        self._record(wire.HELLO, wire.text(
            {"run": self.run, "attempt": self.attempt, "rank": rank, "world_size": ranks,
             "host": socket.gethostname(), "boot_id": boot_id(), "pid": os.getpid(),
             "version": "stranger 1", "started_mono_ns": time.monotonic_ns(),
             "started_unix_ns": time.time_ns(), "steps_planned": steps, "device_kind": "cpu",
             "devices": list(devices)}))

    # What is recorded

    def steps(self, records):
        self._record(wire.STEPS, b"".join(records), len(records), wire.STEP.size)
        self.step_number += len(records)
        self.state = "running"

    def power(self, readings):
        self._record(wire.POWER, b"".join(readings), len(readings), wire.POWER_READING.size)

    def event(self, kind, **more):
        self._record(wire.EVENT, wire.text(
            {"mono_ns": time.monotonic_ns(), "step": self.step_number, "kind": kind} | more))

    def end(self, outcome="finished"):
        self.event("ended", outcome=outcome, dropped=0)
        self._send(self._heartbeat())
        self.close()

    def close(self):
        self.journal.close()

    def lose(self, count, reason):
        """As when the journal takes nothing more: numbers are used up, the tally tells of them."""
        self.last_sequence += count
        self.journal.write_tally(self._heartbeat(journal_error=reason))

    def _record(self, kind, payload, count=1, record_size=0):
        if time.monotonic() - self._clock_at > 60 or not self._clock_at:
            self._say_clock()
        first = self.last_sequence + 1
        self.last_sequence += count
        data = self._frame(kind, first, payload, count=count, record_size=record_size)
        self.journal.append(data)
        self._send(data)

    def _say_clock(self):
        before, real, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        data = self._frame(wire.CLOCK, 0, wire.text(
            {"boot_id": boot_id(), "mono_ns": (before + after) // 2,
             "boottime_ns": time.clock_gettime_ns(time.CLOCK_BOOTTIME), "realtime_ns": real,
             "error_ns": (after - before) // 2}))
        self._clock_at = time.monotonic()
        self.journal.append(data)

    def _heartbeat(self, **more):
        return self._frame(wire.HEARTBEAT, 0, wire.text(
            {"mono_ns": time.monotonic_ns(), "last_sequence": self.last_sequence, "dropped": 0,
             "step": self.step_number, "state": self.state} | more))

    def _frame(self, kind, first, payload, **sizes):
        return wire.frame(kind, self.run, self.attempt, self.rank, first, payload, **sizes)

    # The socket

    def _send(self, data):
        if self._socket is None:
            return
        try:
            self._socket.send(data, zmq.NOBLOCK)
        except zmq.Again:
            pass  # the journal has it

    def _connect(self):
        try:
            lease = json.loads((self.folder.parents[1] / "hub.json").read_bytes())
        except (OSError, ValueError):
            return
        hub = (lease.get("ingest"), lease.get("pid"), lease.get("boot_id"))
        if hub == self._hub or not hub[0] or hub[2] != boot_id():
            return
        if self._socket is not None:
            self._socket.close(linger=0)
        self._hub, self._socket = hub, self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.SNDHWM, 256)
        self._socket.setsockopt(zmq.IMMEDIATE, 1)  # only while a hub is connected
        self._socket.connect(hub[0])

    def tend(self):
        """To be called often: hub.json and a heartbeat once a second, commands at once."""
        commands = []
        if self._context is not None and time.monotonic() - self._heartbeat_at > 1:
            self._heartbeat_at = time.monotonic()
            self._connect()
            self._send(self._heartbeat())
        for command in self._received():
            self.through_socket.append(command["id"])
            commands.append(command)
        for file in sorted((self.folder / "control").glob("*.json")):
            commands.append(json.loads(file.read_bytes()))
        fresh = []
        for command in commands:
            if command["id"] not in self._seen:
                self._seen.add(command["id"])
                fresh.append(command)
        return fresh

    def _received(self):
        while self._socket is not None:
            try:
                message = self._socket.recv(zmq.NOBLOCK)
            except zmq.Again:
                return
            found, _ = wire.read(message)
            if found["kind"] == wire.COMMAND and found["run"] == self.run and \
                    found["attempt"] == self.attempt:
                yield json.loads(found["payload"])

    def answer(self, command):
        """Obeys hold, resume and stop; says no to everything else."""
        edges = {"hold": ("held", "held"), "resume": ("resumed", "running"),
                 "stop": ("stopping", "stopping")}
        known = command["command"] in edges
        self.event("command", id=command["id"], command=command["command"], accepted=known,
                   **({} if known else {"reason": "this program cannot do that"}))
        if known:
            kind, self.state = edges[command["command"]]
            self.event(kind, command=command["id"])
        return known
