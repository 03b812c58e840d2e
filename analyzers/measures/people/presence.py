"""Where in a picture to look for a person's joints: at each one who is known to be there, or at all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.tracks.boxes import Box

NEAR_S = 0.3  # how long before or after a look somebody may have been seen
LARGE = 0.6  # share of the picture's height from which a person fills it: it is then looked at whole
ROOM = 0.2  # of its size that a person's box is widened by on each side
MOST = 4  # people looked at one by one
HEADS_DOWN, HEADS_ACROSS = 7.5, 4.0  # a body below a face, in heights and widths of the face, arms at its sides
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person or a face that was found in a sampled picture."""

    at_s: float
    box: Box
    is_face: bool


def looks_at(time_s: float, seen: Sequence[Somebody]) -> list[Box]:
    """The parts of the picture that hold a person each; the whole where one person fills it, or none was seen."""
    near = [one for one in seen if abs(one.at_s - time_s) <= NEAR_S]
    nearest_s = {one.is_face: min(abs(o.at_s - time_s) for o in near if o.is_face == one.is_face) for one in near}
    now = [one for one in near if abs(one.at_s - time_s) <= nearest_s[one.is_face] + 1e-6]
    bodies = [one.box for one in now if not one.is_face]
    bodies += [below(one.box) for one in now if one.is_face and not any(_holds(body, one.box) for body in bodies)]
    bodies = sorted(bodies, key=lambda box: -box[2] * box[3])[:MOST]
    if not bodies or (len(bodies) == 1 and bodies[0][3] >= LARGE):
        return [WHOLE]
    return [widened(body) for body in bodies]


def below(face: Box) -> Box:
    """Where the body of a face is, if it stands upright."""
    x, y, w, h = face
    middle = x + w / 2
    return _inside(middle - HEADS_ACROSS / 2 * w, y - 0.3 * h, HEADS_ACROSS * w, HEADS_DOWN * h)


def widened(box: Box) -> Box:
    x, y, w, h = box
    return _inside(x - ROOM * w, y - ROOM * h, w * (1 + 2 * ROOM), h * (1 + 2 * ROOM))


def in_whole_pixels(box: Box, size: NDArray[np.int64]) -> Box:
    """The box with its edges moved out to the pixels of a picture of this width and height."""
    x, y, w, h = box
    left_top, right_bottom = np.floor(np.array([x, y]) * size) / size, np.ceil(np.array([x + w, y + h]) * size) / size
    (left, top), (wide, high) = left_top.tolist(), (np.minimum(right_bottom, 1) - left_top).tolist()
    return left, top, wide, high


def _holds(body: Box, face: Box) -> bool:
    """Whether the face's middle lies in the upper half of the body."""
    x, y = face[0] + face[2] / 2, face[1] + face[3] / 2
    return body[0] <= x <= body[0] + body[2] and body[1] <= y <= body[1] + body[3] / 2


def _inside(x: float, y: float, w: float, h: float) -> Box:
    left, top = max(x, 0.0), max(y, 0.0)
    return left, top, max(min(x + w, 1.0) - left, 0.0), max(min(y + h, 1.0) - top, 0.0)
