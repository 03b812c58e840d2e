"""Stretches of speech packed into windows for a model that hears half a minute at a time, and the way back.

Long silence is left out, short pauses are kept: they are punctuation. A window is cut only where nobody speaks,
or, in speech without a pause, where it is least sure that somebody does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio, Voice

LENGTH_S = 30.0
MARGIN_S = 0.2  # of the sound around a stretch of speech: soft first and last consonants, and room to breathe
LONGEST_PAUSE_S = 1.0  # longer ones are left out, but for the margins


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound without a gap, and where it lies in its window."""

    at_s: float
    start_s: float  # on the video's clock
    end_s: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def until_s(self) -> float:
        return self.at_s + self.length_s


@dataclass(frozen=True, slots=True)
class Window:
    pieces: tuple[Piece, ...]

    @property
    def length_s(self) -> float:
        return self.pieces[-1].until_s

    def samples(self, audio: Audio) -> NDArray[np.float32]:
        """Its sound at 16 kHz, the pieces one after the other."""
        out = np.zeros(round(self.length_s * audio.mono_rate_hz), np.float32)
        for piece in self.pieces:
            first = max(0, round((piece.start_s - audio.offset_s) * audio.mono_rate_hz))
            at = round(piece.at_s * audio.mono_rate_hz)
            part = audio.mono[first : first + round(piece.length_s * audio.mono_rate_hz)][: len(out) - at]
            out[at : at + len(part)] = part
        return np.nan_to_num(out, copy=False, posinf=1, neginf=-1)

    def piece_at(self, at_s: float) -> int:
        """Number of the piece that lies there in the window."""
        return next((i for i, piece in enumerate(self.pieces) if at_s < piece.until_s), len(self.pieces) - 1)

    def on_the_clock(self, at_s: float, number: int) -> float:
        """A time of the window on the video's clock, inside a piece of that number."""
        piece = self.pieces[number]
        return piece.start_s + min(max(at_s - piece.at_s, 0.0), piece.length_s)

    def after(self, at_s: float) -> "Window | None":
        """What is left of the window from a time on."""
        left = [
            (piece.start_s + max(at_s - piece.at_s, 0.0), piece.end_s) for piece in self.pieces if piece.until_s > at_s
        ]
        return _window(left) if left else None


def pack(voice: Voice, audio: Audio) -> list[Window]:
    """All speech of a video, in order, in windows as full as its pauses allow."""
    windows: list[Window] = []
    kept: list[tuple[float, float]] = []
    for start, end in _pieces(voice, audio):
        longer = _grown(kept, start, end)
        if kept and _window(longer).length_s > LENGTH_S:
            windows.append(_window(kept))
            longer = [(start, end)]
        kept = longer
    return [*windows, _window(kept)] if kept else windows


def _grown(kept: list[tuple[float, float]], start: float, end: float) -> list[tuple[float, float]]:
    """With one more stretch; the pause before it comes along if it is short."""
    if kept and start - kept[-1][1] <= LONGEST_PAUSE_S - 2 * MARGIN_S:
        return [*kept[:-1], (kept[-1][0], end)]
    return [*kept, (start, end)]


def _window(stretches: list[tuple[float, float]]) -> Window:
    pieces: list[Piece] = []
    for start, end in stretches:
        pieces.append(Piece(pieces[-1].until_s if pieces else 0.0, start, end))
    return Window(tuple(pieces))


def _pieces(voice: Voice, audio: Audio) -> Iterator[tuple[float, float]]:
    """Every stretch of speech with its margins, none longer than a window."""
    spans = voice.spans_s
    first_s, last_s = audio.offset_s, audio.offset_s + len(audio.mono) / audio.mono_rate_hz
    for i, (start, end) in enumerate(spans.tolist()):
        before = first_s if i == 0 else (spans[i - 1, 1] + start) / 2
        after = last_s if i == len(spans) - 1 else (end + spans[i + 1, 0]) / 2
        start, end = max(start - MARGIN_S, float(before)), min(end + MARGIN_S, float(after))
        while end - start > LENGTH_S:
            cut = _least_sure(voice, start + LENGTH_S / 2, start + LENGTH_S)
            yield start, cut
            start = cut
        if end > start:
            yield start, end


def _least_sure(voice: Voice, start_s: float, end_s: float) -> float:
    """The middle of the detector's window there that sounds least like speech."""
    first, after = np.searchsorted(voice.t_s, [start_s, end_s])
    if after - first < 2:
        return end_s
    lowest = first + int(np.argmin(voice.chance[first : after - 1]))
    return float(voice.t_s[lowest] + voice.t_s[lowest + 1]) / 2
