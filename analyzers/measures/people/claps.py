"""When two hands meet: from their distance over time, between the looks at it."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

TOUCHING = 1.2  # hands' breadths between the middles of two palms that touch, at most
APART = 0.8  # breadths that they part by, before and after
SWIFT = 3.0  # breadths a second at which they come together, at least: slower ones are laid together
AT_ONCE_S = 0.6  # from apart to together, and to apart again, at most each
LOST = 1.5  # usual steps between two looks, from which one is missing between them
FLOOR = 0.15  # breadths above the least distance, where they still move


def claps(t_s: Series, apart: Series) -> list[float]:
    """Times at which they meet; `apart` is their distance in breadths of a hand, at ascending times."""
    return [time for low in _lows(apart) if (time := _meeting(t_s, apart, *low)) is not None]


def _lows(apart: Series) -> Iterator[tuple[int, int, int]]:
    """Each low as the indices of the height before it, of the lowest, and of the height after it."""
    high = low = 0
    is_falling = False
    for i in range(len(apart)):
        if not is_falling:
            if apart[i] >= apart[high]:
                high = i
            elif apart[i] <= apart[high] - APART:
                is_falling, low = True, i
        elif apart[i] < apart[low]:
            low = i
        elif apart[i] >= apart[low] + APART:
            after = i
            while after + 1 < len(apart) and apart[after + 1] >= apart[after]:
                after += 1
            yield high, low, after
            is_falling, high = False, i


def _meeting(t_s: Series, apart: Series, before: int, low: int, after: int) -> float | None:
    falling, rising = _sides(t_s, apart, before, low, after)
    if len(falling) < 2 or len(rising) < 2:
        return None
    down, up = _line(t_s, apart, falling), _line(t_s, apart, rising)
    if -down[0] < SWIFT or up[0] <= 0:
        return None
    crossing_s = (down[1] - up[1]) / (up[0] - down[0])
    # Where both ways end in the same look, or cross elsewhere, they meet in what was seen.
    is_between = t_s[falling[-1]] <= crossing_s <= t_s[rising[0]]
    floor = float(min(apart[low], max(down[0] * crossing_s + down[1], 0.0))) if is_between else float(apart[low])
    time_s = float(np.clip((floor - down[1]) / down[0], t_s[falling[-1]], t_s[rising[0]]))
    swift = max(_from(t_s, apart, before, low, time_s), _from(t_s, apart, after, low, time_s)) <= AT_ONCE_S
    return time_s if floor <= TOUCHING and swift else None


def _sides(t_s: Series, apart: Series, before: int, low: int, after: int) -> tuple[list[int], list[int]]:
    """The two looks at which they still move on each side of the meeting."""
    steps = np.diff(t_s[before : after + 1])
    unseen = int(np.argmax(steps)) + before
    if steps.max() > LOST * np.median(steps) and unseen in (low - 1, low):  # one hides the other as they touch
        return [*range(max(unseen - 1, 0), unseen + 1)], [*range(unseen + 1, min(unseen + 3, len(t_s)))]
    falling = [*[i for i in range(before, low) if apart[i] > apart[low] + FLOOR][-2:], low]
    rising = [low, *[i for i in range(low + 1, after + 1) if apart[i] > apart[low] + FLOOR][:2]]
    return _steepest(t_s, apart, falling), _steepest(t_s, apart, rising)


def _steepest(t_s: Series, apart: Series, looks: list[int]) -> list[int]:
    """Of looks that follow one another, the two between which they move alone: rest or contact is in the others."""
    pairs = [list(pair) for pair in pairwise(looks)]
    return max(pairs, key=lambda pair: abs(_line(t_s, apart, pair)[0]), default=[])


def _line(t_s: Series, apart: Series, pair: list[int]) -> tuple[float, float]:
    (a, b), (low, high) = t_s[pair], apart[pair]
    slope = float((high - low) / max(b - a, 1e-6))
    return slope, float(low - slope * a)


def _from(t_s: Series, apart: Series, height: int, low: int, time_s: float) -> float:
    """How long before or after the meeting they are apart."""
    step = 1 if height > low else -1
    for i in range(low, height + step, step):
        if apart[i] >= apart[low] + APART:
            return abs(float(t_s[i]) - time_s)
    return np.inf
