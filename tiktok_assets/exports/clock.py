"""Frames as editors count them: a rate that their programs know, and SMPTE timecode.

A video of even frame times has the rate of its frames table, so a row's first frame is that frame of the timeline. One
of uneven times (a phone's) gets its nominal rate, and every moment the nearest frame of it, as editors' programs do it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

NTSC = (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001))
KNOWN = (*NTSC, *map(Fraction, (12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120)))
DROPPING = NTSC[1:]  # rates whose timecode leaves numbers out, so that it keeps up with the clock
NEAR = 0.0045  # of the rate: how far a camera's own clock may be from it
FALLBACK = Fraction(30)  # of a video without two pictures


@dataclass(frozen=True, slots=True)
class Rate:
    """Pictures a second."""

    exact: Fraction

    @property
    def base(self) -> int:
        """What timecode counts to."""
        return ceil(self.exact)

    @property
    def is_drop(self) -> bool:
        return self.exact in DROPPING

    @property
    def is_ntsc(self) -> bool:
        return self.exact in NTSC

    def frame(self, time_s: float) -> int:
        """The nearest frame to a moment."""
        return round(max(time_s, 0.0) * self.exact)

    def timecode(self, frame: int) -> str:
        """SMPTE 12M: at 29.97 two numbers are left out a minute (four at 59.94), but for every tenth."""
        base = self.base
        if self.is_drop:
            left_out = base // 15
            minute, ten = base * 60 - left_out, base * 600 - 9 * left_out
            tens, rest = divmod(frame, ten)
            frame += tens * 9 * left_out + max(0, (rest - left_out) // minute) * left_out
        seconds, picture = divmod(frame, base)
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{';:'[not self.is_drop]}{picture:02d}"


def rate_of(t_s: Sequence[float], fps_nominal: float | None, *, is_vfr: bool) -> Rate:
    """The rate of the frames table; the nominal one where that is uneven."""
    measured = (len(t_s) - 1) / (t_s[-1] - t_s[0]) if len(t_s) > 1 and t_s[-1] > t_s[0] else None
    fps = (fps_nominal or measured) if is_vfr else (measured or fps_nominal)
    if not fps or not 1 <= fps <= 1000:
        return Rate(FALLBACK)
    nearest = min(KNOWN, key=lambda known: abs(fps - known))
    is_known = is_vfr or abs(fps / nearest - 1) < NEAR
    return Rate(nearest if is_known else Fraction(fps).limit_denominator(100))
