"""Where in a picture to look for hands: around each wrist that is surely seen, around both where they come together."""

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.people.names import JOINTS
from analyzers.measures.tracks.boxes import Box

CERTAIN = 0.5  # of a wrist that is looked at
ROOM = 2.0  # side of what is looked at, in forearms: a hand is three quarters of one
BEYOND = 0.4  # of the forearm, past the wrist, where the middle of the hand is
OF_SHOULDERS = 0.65  # a forearm over the shoulders' width, where it points at us and looks short
TOGETHER = 0.75  # of a side, between two middles that one look shows
CLOSING = 1.2  # forearms between two wrists that are about to meet
MOVED = 0.25  # forearms by which their distance changes from one look to the next, where they do so quickly
SIDES = ("left", "right")


def squares(joints: NDArray[np.float64], tall: float) -> list[Box]:
    """Of one body, (17, 3) in shares of the picture; `tall` is the picture's height over its width."""
    found: list[tuple[NDArray[np.float64], float]] = []
    for side in SIDES:
        elbow, wrist = (_at(joints, f"{side}_{name}", tall) for name in ("elbow", "wrist"))
        if wrist is None or not -0.05 <= wrist[0] <= 1.05 or not -0.05 <= wrist[1] <= tall * 1.05:
            continue
        reach = np.zeros(2) if elbow is None else wrist - elbow
        found.append((wrist + BEYOND * reach, ROOM * max(float(np.linalg.norm(reach)), _forearm(joints, tall))))
    if len(found) == 2:
        (a, side_a), (b, side_b) = found
        apart = float(np.linalg.norm(a - b))
        if apart < TOGETHER * max(side_a, side_b):
            found = [((a + b) / 2, max(side_a, side_b) + apart / 2)]
    boxes = (_inside(middle, side, tall) for middle, side in found)
    return [box for box in boxes if box]


def are_meeting(poses: list[NDArray[np.float64]], tall: float) -> bool:
    """Whether one body's two wrists, in looks that follow one another, come close and do so quickly, or part."""
    apart = [_apart(joints, tall) for joints in poses]
    known = [value for value in apart if value is not None]
    return len(known) > 1 and min(known) < CLOSING and float(np.ptp(known)) >= MOVED


def _apart(joints: NDArray[np.float64], tall: float) -> float | None:
    """Distance of the wrists in forearms."""
    left, right = (_at(joints, f"{side}_wrist", tall) for side in SIDES)
    forearm = _forearm(joints, tall)
    return float(np.linalg.norm(left - right)) / forearm if left is not None and right is not None and forearm else None


def _forearm(joints: NDArray[np.float64], tall: float) -> float:
    """The longest that is seen, or what the shoulders say."""
    lengths = [0.0]
    for a, b, share in (
        ("left_elbow", "left_wrist", 1.0),
        ("right_elbow", "right_wrist", 1.0),
        ("left_shoulder", "right_shoulder", OF_SHOULDERS),
    ):
        one, other = _at(joints, a, tall), _at(joints, b, tall)
        if one is not None and other is not None:
            lengths.append(share * float(np.linalg.norm(one - other)))
    return max(lengths)


def _at(joints: NDArray[np.float64], name: str, tall: float) -> NDArray[np.float64] | None:
    """A joint in widths of the picture, where it is certain."""
    x, y, certain = joints[JOINTS.index(name)]
    return np.array([x, y * tall]) if certain >= CERTAIN else None


def _inside(middle: NDArray[np.float64], side: float, tall: float) -> Box | None:
    left, top = np.maximum(middle - side / 2, 0)
    right, bottom = np.minimum(middle + side / 2, (1, tall))
    if right - left < 0.01 or bottom - top < 0.01:
        return None
    return float(left), float(top / tall), float(right - left), float((bottom - top) / tall)
