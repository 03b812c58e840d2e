"""Where eyes look, and when their lids are shut, from what a face mesh says of one face over time.

The direction is that of the look against the line from the face to the camera: the turn of the head and that of the
eyes in it, taken together. An eyeball of mean proportions stands behind the line between the eye's corners; what the
iris moves across that line is then a sine. Lids are shut against how far this person's own eyes are open around then.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.people.facial_details import DetailRow

# In half widths of an eye, which are about 14.5 mm: the iris stands 10.5 mm before the eyeball's middle, and that 5 mm
# behind the line between the corners of the eye: with these, faces turned by up to 12 degrees look straight at us.
IRIS, BEHIND = 0.72, 0.33
OUTWARD, ABOVE = 0.13, 0.1  # where the iris of an eye lies that looks straight: towards its outer corner, and upwards
FAR_SIDE_DEG = 30.0  # turn of the head from which on the far eye is seen too narrowly to be read
SMOOTH_S = 0.07  # to each side: a median over five frames takes the mesh's tremor and keeps steps

AROUND_S = 3.0  # to each side, over which a person's own open eyes are sought
OPEN_SHARE = 75  # percentile of the openness there: people blink a tenth of the time
LEAST_OPEN = 0.12  # of eyes that count as open ones; a mesh of shut ones says 0.04 to 0.1
SHUT = 0.65  # of the own openness, below which lids are taken for shut
WIDE, STEEP_S, BRIEF_S, DEEP = 0.8, 0.2, 0.2, 0.55  # eyes that look down reach 0.6, too: if they do not come below the
# last number, lids must have fallen from the first and be back within the second, and stay no longer than the third
SHORTEST_S = 0.5  # of eyes seen, before anything is said of blinks
LOST_S = 0.15  # without a sight of the face, after which what was begun is not carried on
LONGEST_S = 0.8  # of a blink; eyes that stay shut longer are shut on purpose

Array = NDArray[np.float64]


def looks_deg(rows: Sequence[DetailRow]) -> Array:
    """Yaw and pitch of the look in each frame, (n, 2): to the picture's right and up are above 0, NaN unknown."""
    turn = np.array([[_number(row.yaw_deg), _number(row.pitch_deg), _number(row.roll_deg)] for row in rows])
    right = np.array([[_number(row.right_iris_x) + OUTWARD, _number(row.right_iris_y)] for row in rows])
    left = np.array([[_number(row.left_iris_x) - OUTWARD, _number(row.left_iris_y)] for row in rows])
    yaw, pitch, roll = np.radians(turn).T
    both = np.stack([right, left])
    both[0, turn[:, 0] < -FAR_SIDE_DEG] = np.nan
    both[1, turn[:, 0] > FAR_SIDE_DEG] = np.nan
    seen = ~np.isnan(both)
    iris = np.where(seen.any(axis=0), np.where(seen, both, 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1), np.nan)
    aside = (iris[:, 0] * np.cos(yaw) + BEHIND * np.sin(yaw)) / IRIS
    up = (-iris[:, 1] - ABOVE * np.cos(pitch) + BEHIND * np.sin(pitch)) / IRIS
    upright = np.degrees(np.arcsin(np.clip(np.stack([aside, up], axis=1), -1, 1)))
    cos, sin = np.cos(roll), np.sin(roll)  # from the head's own axes to the picture's
    looks = np.stack([upright[:, 0] * cos + upright[:, 1] * sin, upright[:, 1] * cos - upright[:, 0] * sin], axis=1)
    return _smoothed(np.array([row.start_s for row in rows]), looks)


def _smoothed(t_s: Array, looks: Array) -> Array:
    smooth = looks.copy()
    for i in np.flatnonzero(~np.isnan(looks[:, 0])):
        first, after = np.searchsorted(t_s, [t_s[i] - SMOOTH_S, t_s[i] + SMOOTH_S])
        near = looks[first:after]
        smooth[i] = np.median(near[~np.isnan(near[:, 0])], axis=0)
    return smooth


def blinks(rows: Sequence[DetailRow]) -> list[tuple[int, int]]:
    """First frame with both lids shut and the first with one open again, of each blink."""
    t_s = np.array([row.start_s for row in rows])
    if not len(rows) or rows[-1].end_s - t_s[0] < SHORTEST_S:
        return []
    turn = np.array([_number(row.yaw_deg) for row in rows])
    right = np.array([_number(row.right_eye_open) for row in rows])
    left = np.array([_number(row.left_eye_open) for row in rows])
    right[turn < -FAR_SIDE_DEG], left[turn > FAR_SIDE_DEG] = np.nan, np.nan
    openness = np.fmax(right / _own_open(t_s, right), left / _own_open(t_s, left))
    found = []
    for first, after in _runs(openness < SHUT):
        if first == 0 or after == len(rows):  # what a cut takes off has no length
            continue
        lasts_s = t_s[after] - t_s[first]
        is_seen = np.diff(t_s[first - 1 : after + 1]).max() <= LOST_S
        is_deep = lasts_s <= LONGEST_S and openness[first:after].min() < DEEP
        is_quick = lasts_s <= BRIEF_S and _is_dip(t_s, openness, first, after)
        if is_seen and (is_deep or is_quick):
            found.append((first, after))
    return found


def _is_dip(t_s: Array, openness: Array, first: int, after: int) -> bool:
    """Whether the eyes were wide open just before, and are just after."""
    is_wide = openness >= WIDE
    before = is_wide[(t_s >= t_s[first] - STEEP_S) & (t_s < t_s[first])]
    behind = is_wide[(t_s >= t_s[after]) & (t_s <= t_s[after - 1] + STEEP_S)]
    return bool(before.any() and behind.any())


def _own_open(t_s: Array, openness: Array) -> Array:
    """How far this eye is open around each time when it is not blinking; NaN where it is never seen open."""
    usual = np.full(len(openness), np.nan)
    starts, ends = np.searchsorted(t_s, t_s - AROUND_S), np.searchsorted(t_s, t_s + AROUND_S)
    for i, (first, after) in enumerate(zip(starts, ends, strict=True)):
        near = openness[first:after]
        near = near[~np.isnan(near)]
        if len(near):
            usual[i] = np.percentile(near, OPEN_SHARE)
    return np.where(usual >= LEAST_OPEN, usual, np.nan)


def _runs(is_so: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last of each stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_so.astype(int), [0]])))
    return [(int(first), int(after)) for first, after in edges.reshape(-1, 2)]


def _number(value: float | None) -> float:
    return np.nan if value is None else value
