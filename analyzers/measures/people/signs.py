"""What one hand shows in one look, by its straight fingers and where they point; what a model names goes before."""

from typing import Literal

import numpy as np

from analyzers.measures.people.hands import FINGERS, MIDDLE, WRIST, Finger, Points, closed, palm

Sign = Literal["thumb_up", "thumb_down", "victory", "i_love_you", "horns", "call", "point", "open_palm", "fist"]

# As MediaPipe's recognizer calls them. A pointing one is told from its direction.
OF_MODEL: dict[str, Sign] = {
    "Closed_Fist": "fist",
    "Open_Palm": "open_palm",
    "Pointing_Up": "point",
    "Thumb_Down": "thumb_down",
    "Thumb_Up": "thumb_up",
    "Victory": "victory",
    "ILoveYou": "i_love_you",
}
# Those that a model with other names mistakes for one of its own.
OF_FINGERS: dict[frozenset[Finger], Sign] = {
    frozenset(("index", "pinky")): "horns",
    frozenset(("thumb", "pinky")): "call",
}
SURE = 0.5  # of a model's name
UPRIGHT = 0.5  # cosine of 60 degrees
THUMB = 0.8  # cosine of 37 degrees, between a thumb and the upright
ALONG = 0.77  # of 40 degrees, between a thumb and the palm: nearer ones hang down with the hand


def sign(points: Points, fingers: tuple[Finger, ...], named: str | None, confidence: float | None) -> Sign | None:
    """Of points in one unit in all directions; None of a hand that shows none of them."""
    shown = frozenset(fingers)
    is_clear = shown | closed(points) >= set(FINGERS[1:])
    if is_clear and shown in OF_FINGERS:
        return OF_FINGERS[shown]
    if named is not None and (confidence is None or confidence >= SURE):
        return OF_MODEL.get(named)
    return _by_fingers(points, shown) if is_clear else None


def _by_fingers(points: Points, shown: frozenset[Finger]) -> Sign | None:
    if shown == {"index"}:
        x, y = (points[8] - points[5])[:2]
        return "point" if np.hypot(x, y) >= palm(points) / 3 else None
    if shown == {"thumb"}:
        thumb, along = (points[a, :2] - points[b, :2] for a, b in ((4, 2), (MIDDLE, WRIST)))
        if np.dot(thumb, along) > ALONG * np.linalg.norm(thumb) * np.linalg.norm(along):
            return None
        up = _upward(thumb)
        return "thumb_up" if up > THUMB else "thumb_down" if up < -THUMB else None
    is_upright = _upward(points[MIDDLE] - points[WRIST]) > UPRIGHT
    if is_upright and shown == {"index", "middle"} and _is_spread(points):
        return "victory"
    if is_upright and shown == set(FINGERS):
        return "open_palm"
    return "i_love_you" if is_upright and shown == {"thumb", "index", "pinky"} else None


def _is_spread(points: Points) -> bool:
    """Whether the first two fingers part towards their tips."""
    tips, knuckles = (float(np.linalg.norm((points[a] - points[b])[:2])) for a, b in ((8, 12), (5, 9)))
    return tips > 1.3 * knuckles


def _upward(way: Points) -> float:
    """Cosine between a way in the picture and the upright."""
    return float(-way[1] / max(float(np.hypot(way[0], way[1])), 1e-9))
