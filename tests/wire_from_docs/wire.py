# SPDX-License-Identifier: Apache-2.0
"""Frames, written from telemetry/WIRE.md alone by somebody who has not seen the C++."""
import json
import struct

HELLO, STEPS, POWER, EVENT, CLOCK, HEARTBEAT, COMMAND, ACKNOWLEDGE, REPLAY = range(1, 10)
NUMBERED = (HELLO, STEPS, POWER, EVENT)

VERSION = 0x0101
VERSION_1_0 = 0x0100
SCHEMA = 1
MOST_PAYLOAD = 16 << 20

ABSENT = -(1 << 63)  # a duration that was not measured
UNKNOWN = float("nan")
NOT_READ = 0xFFFFFFFF  # throttle

# magic version kind header_size payload_size crc32c attempt rank count first_sequence record_size
# schema run_id
HEADER = struct.Struct("<4sHHIIIIIIQII32s")
CHECKSUM_AT = 16
STEP = struct.Struct("<qQIIdd6q")
POWER_READING_1_0 = struct.Struct("<qIIdd")
POWER_READING = struct.Struct("<qIIdd5fId")
assert (HEADER.size, STEP.size, POWER_READING_1_0.size, POWER_READING.size) == (80, 88, 32, 64)


def _table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc32c(data):
    """CRC-32C: reflected polynomial 0x82F63B78, start and end inverted."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283  # the check value of the catalogue of CRCs


def text(value):
    """JSON as the goldens have it: no blanks, keys in the order in which they were given."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def frame(kind, run, attempt, rank, first_sequence, payload, count=1, record_size=0,
          version=VERSION):
    assert (first_sequence > 0) == (kind in NUMBERED)
    assert len(payload) <= MOST_PAYLOAD and count >= 1

    def header(checksum):
        return HEADER.pack(b"WLF1", version, kind, HEADER.size, len(payload), checksum, attempt,
                           rank, count, first_sequence, record_size, SCHEMA, run.encode("ascii"))
    return header(crc32c(header(0) + payload)) + payload


def step(end, step, samples, epoch=0, loss=UNKNOWN, learning_rate=UNKNOWN, duration=ABSENT,
         data_wait=ABSENT, forward=ABSENT, backward=ABSENT, communication=ABSENT, optimizer=ABSENT):
    return STEP.pack(end, step, samples, epoch, loss, learning_rate, duration, data_wait, forward,
                     backward, communication, optimizer)


def reading(at, device, power=UNKNOWN, counter=UNKNOWN, temperature=UNKNOWN, sm_clock=UNKNOWN,
            memory_clock=UNKNOWN, utilisation=UNKNOWN, power_limit=UNKNOWN, throttle=NOT_READ,
            memory_used=UNKNOWN):
    return POWER_READING.pack(at, device, 0, power, counter, temperature, sm_clock, memory_clock,
                              utilisation, power_limit, throttle, memory_used)


def reading_1_0(at, device, power=UNKNOWN, counter=UNKNOWN):
    return POWER_READING_1_0.pack(at, device, 0, power, counter)


class BadFrame(Exception):
    pass


def read(data):
    """One frame and the bytes it took. Refuses what the page says is bad."""
    if len(data) < HEADER.size:
        raise BadFrame("cut off")
    (magic, version, kind, header_size, payload_size, checksum, attempt, rank, count,
     first_sequence, record_size, schema, run) = HEADER.unpack_from(data)
    if magic != b"WLF1" or version >> 8 != VERSION >> 8 or header_size < HEADER.size:
        raise BadFrame("not a frame of this major version")
    size = header_size + payload_size
    if payload_size > MOST_PAYLOAD or len(data) < size:
        raise BadFrame("cut off")
    zeroed = data[:CHECKSUM_AT] + bytes(4) + data[CHECKSUM_AT + 4:size]
    if crc32c(zeroed) != checksum:
        raise BadFrame("wrong checksum")
    payload = data[header_size:size]
    return {"kind": kind, "attempt": attempt, "rank": rank, "count": count, "schema": schema,
            "first_sequence": first_sequence, "record_size": record_size,
            "run": run.rstrip(b"\0").decode("ascii"), "payload": payload}, size
