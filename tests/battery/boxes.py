"""Boxes: taking MP4 files apart, and putting them together wrongly."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"udta"}


@dataclass
class Box:
    kind: bytes
    body: bytearray = field(default_factory=bytearray)
    inside: list["Box"] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        body = b"".join(map(bytes, self.inside)) if self.kind in FOLDERS else bytes(self.body)
        return struct.pack(">I4s", 8 + len(body), self.kind) + body

    def all(self, kind: bytes) -> list["Box"]:
        """Every box of this kind at any depth, this one included."""
        found = [self] if self.kind == kind else []
        return found + [box for child in self.inside for box in child.all(kind)]

    def track(self, handler: bytes) -> "Box":
        """The first picture (vide) or sound (soun) track."""
        return next(t for t in self.all(b"trak") if t.all(b"hdlr")[0].body[8:12] == handler)

    def number(self, at: int) -> int:
        return struct.unpack_from(">I", self.body, at)[0]

    def put(self, at: int, *numbers: int) -> None:
        """32-bit numbers from `at`."""
        struct.pack_into(f">{len(numbers)}I", self.body, at, *(n & 0xFFFFFFFF for n in numbers))


def parse(data: bytes) -> list[Box]:
    boxes, at = [], 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8:
            break
        body = data[at + 8 : at + length]
        boxes.append(Box(kind, inside=parse(body)) if kind in FOLDERS else Box(kind, bytearray(body)))
        at += length
    return boxes


def patched(source: Path, path: Path, change: Callable[[Box], None]) -> Path:
    """A copy whose moov box, which must be the last, was changed."""
    boxes = parse(source.read_bytes())
    change(next(box for box in boxes if box.kind == b"moov"))
    path.write_bytes(b"".join(map(bytes, boxes)))
    return path


def span(data: bytes, kind: bytes) -> tuple[int, int]:
    """Where the body of an outermost box begins and ends."""
    at = 0
    while at + 8 <= len(data):
        length, found = struct.unpack_from(">I4s", data, at)
        if found == kind:
            return at + 8, min(len(data), at + length)
        at += length
    raise ValueError(f"no {kind!r} box")


def set_edits(moov: Box, edits: list[tuple[int, int]]) -> None:
    """The picture track's edit list: (duration in movie ticks, start in track ticks), -1 for an empty one."""
    trak = moov.track(b"vide")
    body = bytearray(struct.pack(">II", 0, len(edits)))
    for duration, start in edits:
        body += struct.pack(">IiI", duration, start, 0x10000)
    trak.inside = [box for box in trak.inside if box.kind != b"edts"]
    trak.inside.insert(1, Box(b"edts", inside=[Box(b"elst", body)]))


def set_matrix(moov: Box, a: float, b: float, c: float, d: float) -> None:
    """The picture track's display matrix."""
    one = 0x10000
    tkhd = moov.track(b"vide").all(b"tkhd")[0]
    tkhd.put(40, int(a * one), int(b * one), 0, int(c * one), int(d * one), 0, 0, 0, 0x40000000)
