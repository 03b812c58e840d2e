"""Promise: what a file says it holds beyond its own end. A file that was cut promises more than it has."""

import os
from typing import Any


def end_of_index_s(stream: Any, size: int) -> float | None:
    """Where the track would end, in its own time, if the file held all that its index names; None if it does."""
    if stream is None or stream.time_base is None:
        return None
    entries = stream.index_entries
    is_cut, last = False, None
    for i in range(len(entries) - 1, -1, -1):
        entry = entries[i]
        if last is None:
            before = entries[i - 1].timestamp if i else entry.timestamp
            last = entry.timestamp + (entry.timestamp - before)
        if entry.pos + entry.size > size:
            is_cut = True
            break
        if len(entries) - i > 100:  # tracks are interleaved: what was cut is near the end
            break
    return float(last * stream.time_base) if is_cut and last is not None else None


def is_cut_off(descriptor: int, size: int) -> bool:
    """Whether an outermost box reaches beyond the end: of a fragmented MP4, Matroska, or RIFF file."""
    head = os.pread(descriptor, 12, 0)
    if head[:4] == b"\x1aE\xdf\xa3":
        return _segment_is_cut(descriptor, size)
    if head[:4] == b"RIFF":
        return 8 + int.from_bytes(head[4:8], "little") > size + 1
    if head[4:8] in (b"ftyp", b"styp", b"moof", b"moov"):
        return _fragment_is_cut(descriptor, size)
    return False


def _fragment_is_cut(descriptor: int, size: int) -> bool:
    """Only of a fragmented file: elsewhere `mdat` often claims too much, and the index knows better."""
    at, is_fragmented = 0, False
    for _ in range(100_000):
        head = os.pread(descriptor, 16, at)
        if len(head) < 8:
            return is_fragmented and len(head) > 0
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        is_fragmented |= kind == b"moof"
        if length < 8:
            return False
        if at + length > size:
            return is_fragmented
        at += length
    return False


def _segment_is_cut(descriptor: int, size: int) -> bool:
    at = 0
    for _ in range(4):  # the EBML header, perhaps a Void, the Segment
        head = os.pread(descriptor, 16, at)
        if len(head) < 6:
            return False
        id_length = _vint_length(head[0])
        length_length = _vint_length(head[id_length])
        value = int.from_bytes(head[id_length : id_length + length_length], "big") & ((1 << 7 * length_length) - 1)
        start = at + id_length + length_length
        if head[:id_length] == b"\x18\x53\x80\x67":
            is_unknown = value == (1 << 7 * length_length) - 1
            return not is_unknown and start + value > size
        at = start + value
    return False


def _vint_length(first: int) -> int:
    return 9 - first.bit_length() if first else 9
