"""Light laid over the picture: flashes and strobes of white, fades from and to black or white.

An editor's flash mixes the picture with white: the darkest places rise most. A lamp or a phone's flash multiplies what
it falls on, here more and there less, so such light is not explained by any mixture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Tiny = NDArray[np.uint8]  # (n, height, width, 3)
Floats = NDArray[np.float32]

ONSET, LIT = 0.2, 0.08  # share of white that one step brings, and from which a frame is lit
MIXED, LASTING = 0.12, 0.3  # share of a change that white leaves unexplained: at its start, and on the way
ROOM = 20.0  # grey levels up to white: less leaves nothing to see
BACK = 0.25  # of a flash's light: how far the picture after it may be from the one before
LONGEST_S = 0.5  # a picture that stays bright longer has been exposed otherwise
FEWEST = 3  # flashes of a strobe
APART_S, UNEVEN = 0.45, 2  # between two of them at most, and frames by which such gaps may differ
BLANK = 6.0  # grey levels from black or white, up to which nothing is shown
GROWS = 1.02  # of one frame to the brightest of the next three, while a fade goes on
NONE_LEFT = 0.15  # share of the picture that shows where a fade begins
FADED = 0.12  # share of a fade's frames that no mixture with black or white explains
STEP = 0.5  # share of the picture that one frame may bring: more is a cut
FADE_FRAMES, FADE_S = 4, 3.0  # shortest, longest


@dataclass(frozen=True, slots=True)
class Light:
    first: int  # frame
    after: int
    strength: float  # share of white, or of black
    hz: float | None = None  # of a strobe
    share: float | None = None  # of the change that the mixture explains


def find_flashes(tiny: Tiny, t_s: NDArray[np.float64]) -> list[Light]:
    """Flashes, and those that follow each other steadily as one strobe."""
    found: list[Light] = []
    k = 1
    while k < len(tiny):
        flash = _flash(tiny, t_s, k)
        if flash:
            found.append(flash)
        k = flash.after if flash else k + 1
    return list(_strobes(found, t_s))


def _flash(tiny: Tiny, t_s: NDArray[np.float64], first: int) -> Light | None:
    if float(tiny[first].mean()) - float(tiny[first - 1].mean()) < ONSET * ROOM:
        return None
    before = tiny[first - 1].astype(np.float32)
    light, unexplained = _white(before, tiny[first])
    if light < ONSET or unexplained > MIXED or (255 - before).mean() < ROOM:
        return None
    peak, after = light, first + 1
    while after < len(tiny) and t_s[after] - t_s[first] <= LONGEST_S:
        now, left = _white(before, tiny[after])
        if now < LIT or left > LASTING:
            break
        peak, after = max(peak, now), after + 1
    if after == len(tiny) or t_s[after] - t_s[first] > LONGEST_S:
        return None
    is_back = np.abs(tiny[after] - before).mean() <= BACK * peak * (255 - before).mean()
    return Light(first, after, min(peak, 1.0), share=1 - unexplained) if is_back else None


def _white(before: Floats, now: Tiny) -> tuple[float, float]:
    """Share of white that was mixed in, and the share of the change that this leaves unexplained."""
    room, change = 255 - before, now - before
    share = float((change * room).sum() / max(float((room**2).sum()), 1.0))
    left = float(((change - share * room) ** 2).sum() / max(float((change**2).sum()), 1.0))
    return share, left


def _strobes(flashes: list[Light], t_s: NDArray[np.float64]) -> Iterator[Light]:
    group: list[Light] = []
    for flash in [*flashes, None]:
        if flash and (not group or _goes_on(group, flash, t_s)):
            group.append(flash)
            continue
        if len(group) >= FEWEST:
            onsets = t_s[[one.first for one in group]]
            period = float(np.polyfit(np.arange(len(onsets)), onsets, 1)[0])
            strength = float(np.median([one.strength for one in group]))
            share = float(np.median([one.share or 0.0 for one in group]))
            yield Light(group[0].first, group[-1].after, strength, 1 / period, share)
        else:
            yield from group
        group = [flash] if flash else []


def _goes_on(group: list[Light], flash: Light, t_s: NDArray[np.float64]) -> bool:
    if t_s[flash.first] - t_s[group[-1].first] > APART_S:
        return False
    gaps = [b.first - a.first for a, b in pairwise([*group, flash])]
    return max(gaps) - min(gaps) <= UNEVEN


def find_fade(tiny: Tiny, t_s: NDArray[np.float64]) -> Light | None:
    """A picture that comes out of black or white from the first of these frames on; seen backwards, one that goes."""
    for blank in (0, 255):
        level = np.array([np.abs(picture.astype(np.int16) - blank).mean() for picture in tiny])
        shown = np.flatnonzero(level > BLANK)
        if not len(shown):
            continue
        first = last = int(shown[0])
        while last + 1 < len(level) and level[last + 1 : last + 4].max() > GROWS * level[last]:
            last += 1
        if last - first < FADE_FRAMES - 1 or abs(t_s[last] - t_s[first]) > FADE_S:
            continue
        first = max(first - 1, 0)
        share, unexplained = _shares(tiny[first : last + 1], blank)
        is_steady = float(np.diff(share).max()) <= STEP
        if share[0] <= NONE_LEFT and unexplained <= FADED and is_steady:
            return Light(first, last, float(1 - max(share[0], 0.0)), share=1 - unexplained)
    return None


def _shares(tiny: Tiny, blank: int) -> tuple[NDArray[np.float64], float]:
    """How much of the last picture each shows, and the share of them all that this leaves unexplained."""
    shown = tiny.reshape(len(tiny), -1).astype(np.float32) - blank
    whole = shown[-1]
    share = shown @ whole / max(float(whole @ whole), 1.0)
    left = ((shown - share[:, None] * whole) ** 2).sum() / max(float((shown**2).sum()), 1.0)
    return share.astype(np.float64), float(left)
