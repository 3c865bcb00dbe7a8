# SPDX-License-Identifier: Apache-2.0
"""Counts the records of a run from the bytes of its journals, by WIRE.md and nothing else."""
import re
import struct
from collections import defaultdict

HEADER = struct.Struct("<4sHHIIIIIIQII32s")
NAME = re.compile(r"a(\d+)-r(\d+)-(\d+)\.wlj")


def frames(data):
    """(kind, first sequence, records) of each whole frame, up to the first that is not."""
    at = 0
    while at + HEADER.size <= len(data):
        fields = HEADER.unpack_from(data, at)
        magic, kind, header, payload, count, first = (fields[i] for i in (0, 2, 3, 4, 8, 9))
        if magic != b"WLF1" or at + header + payload > len(data):
            return
        yield kind, first, count
        at += header + payload


def count(folder):
    """Records in the journals of a run folder, or ValueError where a sequence has a gap."""
    parts = defaultdict(list)
    for file in (folder / "journal").iterdir():
        if name := NAME.fullmatch(file.name):
            attempt, rank, part = map(int, name.groups())
            parts[attempt, rank].append((part, file))
    total = 0
    for stream, files in parts.items():
        following = 1
        for _, file in sorted(files):
            for kind, first, records in frames(file.read_bytes()):
                if first == 0:
                    continue
                if first != following:
                    raise ValueError(f"{file}: record {first} where {following} should be")
                following += records
        total += following - 1
    return total
