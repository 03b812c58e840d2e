"""One body over time, as numbers: its joints at their times, in trunks of length, and what one pose of it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.people.names import JOINTS
from analyzers.people.body_pose import BodyRow

Facing = Literal["camera", "left", "right", "away"]
CERTAIN = 0.5  # of a joint that counts
TRUNK = 1.45  # its length over the width of the shoulders of somebody who faces us, where the hips are not seen
NARROW = 0.35  # shoulders over the trunk, below which they are seen from the side
SPREAD = 2.2  # half the arms' span over the shoulders' half width that counts as wide open
AT_HAND = 0.75  # of the shoulders' width from a wrist to the other arm's elbow, where arms are crossed
ARMS = tuple(JOINTS.index(f"{side}_{name}") for side in ("left", "right") for name in ("shoulder", "elbow", "wrist"))
SWAPPED = tuple(JOINTS.index(n.replace("left", "?").replace("right", "left").replace("?", "right")) for n in JOINTS)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A track of body_pose. Joints that are not certain are NaN; right and down are above 0."""

    track_id: int
    person_id: int | None
    t_s: NDArray[np.float64]  # (n,)
    end_s: float
    xy: NDArray[np.float64]  # (n, 17, 2) in widths of the picture


def skeletons(rows: Sequence[BodyRow], tall: float) -> list[Skeleton]:
    """Every track with joints; `tall` is the picture's height over its width."""
    tracks: dict[int, list[BodyRow]] = {}
    for row in rows:
        if row.level == "sample" and row.joints:
            tracks.setdefault(row.track_id, []).append(row)
    return [_skeleton(track, tall) for track in tracks.values()]


def _skeleton(track: Sequence[BodyRow], tall: float) -> Skeleton:
    every = np.array([[(j.x, j.y * tall, j.confidence or 0.0) for j in row.joints] for row in track])
    xy = np.where(every[..., 2:] >= CERTAIN, every[..., :2], np.nan)
    first = track[0]
    times_s = np.array([row.start_s for row in track])
    return Skeleton(first.track_id, first.person_id, times_s, track[-1].end_s, xy)


def of(xy: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """One joint of every pose, (n, 2)."""
    return xy[:, JOINTS.index(name)]


def middle(xy: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    return (of(xy, f"left_{name}") + of(xy, f"right_{name}")) / 2


def shoulder_width(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.linalg.norm(of(xy, "left_shoulder") - of(xy, "right_shoulder"), axis=1)


def trunk_length(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """From the hips to the shoulders; by the shoulders' width where no hips are seen."""
    length = np.linalg.norm(middle(xy, "hip") - middle(xy, "shoulder"), axis=1)
    return np.where(np.isnan(length), TRUNK * shoulder_width(xy), length)


def lean_deg(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the trunk from the upright; above 0 to the picture's right."""
    up = middle(xy, "shoulder") - middle(xy, "hip")
    return np.degrees(np.arctan2(up[:, 0], -up[:, 1]))


def openness(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the wrists are from the body's axis: 0 both on it, 1 arms spread wide."""
    axis, half = middle(xy, "shoulder")[:, 0], shoulder_width(xy) / 2
    reach = [np.abs(of(xy, f"{side}_wrist")[:, 0] - axis) / half for side in ("left", "right")]
    return np.clip(np.mean(reach, axis=0) / SPREAD, 0, 1)


def arms_crossed(xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Each wrist at the other arm's elbow, before the trunk."""
    width, top = shoulder_width(xy), middle(xy, "shoulder")[:, 1]
    crossed = np.ones(len(xy), bool)
    side = np.sign(of(xy, "left_shoulder")[:, 0] - of(xy, "right_shoulder")[:, 0])
    for one, other in (("left", "right"), ("right", "left")):
        wrist, elbow = of(xy, f"{one}_wrist"), of(xy, f"{other}_elbow")
        own = side if one == "left" else -side
        beyond = own * (wrist[:, 0] - middle(xy, "shoulder")[:, 0]) < 0
        near = np.linalg.norm(wrist - elbow, axis=1) < AT_HAND * width
        crossed &= beyond & near & (wrist[:, 1] > top)
    return crossed


def facing(xy: NDArray[np.float64]) -> list[Facing | None]:
    """Where each pose is turned: to us, to a side of the picture, or away."""
    told: list[Facing | None] = []
    shoulders = of(xy, "left_shoulder")[:, 0] - of(xy, "right_shoulder")[:, 0]
    share = np.abs(shoulders) / trunk_length(xy)
    nose, ears = of(xy, "nose")[:, 0], _filled(xy[:, [3, 4], 0]).mean(axis=1)
    for i in range(len(xy)):
        if np.isnan(shoulders[i]):
            told.append(None)
        elif share[i] < NARROW and not np.isnan(nose[i]) and not np.isnan(ears[i]):
            told.append("left" if nose[i] < ears[i] else "right")
        elif share[i] >= NARROW:
            told.append("camera" if shoulders[i] > 0 and not np.isnan(nose[i]) else _behind(shoulders[i], nose[i]))
        else:
            told.append(None)
    return told


def _behind(shoulders: float, nose: float) -> Facing | None:
    return "away" if shoulders < 0 and np.isnan(nose) else None


def _filled(pair: NDArray[np.float64]) -> NDArray[np.float64]:
    """The other of the two where one is not seen."""
    return np.where(np.isnan(pair), pair[:, ::-1], pair)


def speeds(skeleton: Skeleton) -> NDArray[np.float64]:
    """Mean speed of the joints from each pose to the next, in trunks a second; (n - 1,)."""
    moved = np.linalg.norm(np.diff(skeleton.xy, axis=0), axis=2)
    seen = ~np.isnan(moved)
    total = np.where(seen, moved, 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    trunks = trunk_length(skeleton.xy)[1:] * np.maximum(np.diff(skeleton.t_s), 1e-6)
    return np.where(seen.any(axis=1), total / trunks, np.nan)


def likeness_in_a_mirror(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    """How alike one pose is to another's image in a mirror, by the arms: 1 alike, 0 a trunk apart; of (17, 2) each."""
    shapes = []
    for xy in (a[None], b[None, SWAPPED] * (-1, 1)):
        size = float(trunk_length(xy)[0])
        if np.isnan(size) or size <= 0:
            return None
        shapes.append((xy[0, ARMS, :] - middle(xy, "shoulder")[0]) / size)
    apart = np.linalg.norm(shapes[0] - shapes[1], axis=1)
    apart = apart[~np.isnan(apart)]
    return float(np.clip(1 - apart.mean(), 0, 1)) if len(apart) >= 4 else None
