"""Real hands: as MediaPipe's own tests expect them, and moved, mirrored and scaled with the picture."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from analyzers.contract import Hand
from analyzers.measures.people.hands import fingers_up, palm
from resources.loaders import mediapipe_hands
from resources.weights import BadModelError, Weights

WITH_GESTURES, POINTS_ALONE = "gesture_recognizer_lite.task", "hand_landmarker_lite.task"


def loaded(shared: Path, name: str):
    if not (shared / "models" / name).is_file():
        pytest.skip(f"{name} is not here")
    return mediapipe_hands.load(Weights("hands", shared / "models", (name,)))


@pytest.fixture(scope="module")
def finder(shared: Path):
    found = loaded(shared, WITH_GESTURES)
    yield found
    found.close()


def picture(shared: Path, name: str) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(shared / "media" / name)), cv2.COLOR_BGR2RGB)


def only(finder, rgb: np.ndarray) -> Hand:
    (hands,) = finder([np.ascontiguousarray(rgb)])
    (hand,) = hands
    return hand


def apart(hand: Hand, points: np.ndarray) -> float:
    """Mean distance of the points, in palms."""
    away = np.linalg.norm(hand.points[:, :2] - points[:, :2], axis=1)
    return float(away.mean()) / palm(hand.points.astype(float))


def test_points_and_gesture_are_those_of_mediapipes_own_test(finder, shared):
    rgb = picture(shared, "hands/mp_thumbs_up.png")
    truth = json.loads((shared / "media/hands/mp_thumbs_up.png.gt.json").read_text())
    hand = only(finder, rgb)
    height, width = rgb.shape[:2]
    expected = np.array(truth["landmarks_21_xyz"]) * (width, height, -width)
    assert np.abs(hand.points[:, :2] - expected[:, :2]).mean() < 0.01 * width
    assert np.corrcoef(hand.points[:, 2], expected[:, 2])[0, 1] > 0.5  # towards the camera is above 0
    assert (hand.gesture, hand.gesture_confidence) == (truth["gesture"], pytest.approx(truth["score"], abs=0.1))


def test_left_and_right_are_the_persons_own(finder, shared):
    # Each raises the hand on the picture's left: it is the right one of who looks at us.
    for name in ("gesture_call_2", "gesture_rock_1", "gesture_rock_3", "gesture_none_1"):
        assert only(finder, picture(shared, f"hands/{name}.jpg")).side == "right"
    assert only(finder, picture(shared, "hands/gesture_rock_2.jpg")).side == "left"


@pytest.mark.parametrize("name", ["mp_thumbs_up.png", "mp_hand_thumb_up.jpg", "mp_hand_left.jpg"])
def test_a_mirror_swaps_left_and_right_and_the_points(finder, shared, name):
    rgb = cv2.resize(picture(shared, f"hands/{name}"), (640, 448))
    before, mirrored = only(finder, rgb), only(finder, rgb[:, ::-1])
    assert {before.side, mirrored.side} == {"left", "right"}
    if name != "mp_hand_left.jpg":  # two fists one behind the other: which is seen may differ
        assert apart(mirrored, before.points * (-1, 1, 1) + (rgb.shape[1], 0, 0)) < 0.15


@pytest.mark.parametrize(("scale", "shift"), [(1.0, (-60, 30)), (0.6, (40, 40)), (1.4, (-150, -60))])
def test_points_move_and_grow_with_the_picture(finder, shared, scale, shift):
    rgb = picture(shared, "hands/mp_hand_thumb_up.jpg")
    before = only(finder, rgb)
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], float)
    moved = cv2.warpAffine(rgb, matrix, rgb.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    assert apart(only(finder, moved), before.points[:, :2] * scale + shift) < 0.15


def test_fingers_are_told_of_signs_that_no_model_names(finder, shared):
    told = {}
    for name in ("call_1", "four_2", "rock_2", "rock_3"):
        (hands,) = finder([picture(shared, f"hands/gesture_{name}.jpg")])
        told[name] = {fingers_up(hand.points.astype(float)) for hand in hands}
    assert ("thumb", "pinky") in told["call_1"]
    assert told["four_2"] == {("index", "middle", "ring", "pinky")}
    assert told["rock_2"] == told["rock_3"] == {("index", "pinky")}


def test_a_bundle_of_points_alone_finds_the_same_hand_without_a_gesture(finder, shared):
    plain = loaded(shared, POINTS_ALONE)
    rgb = picture(shared, "hands/mp_hand_thumb_up.jpg")
    hand, named = only(plain, rgb), only(finder, rgb)
    plain.close()
    assert (hand.gesture, hand.gesture_confidence, hand.side) == (None, None, named.side)
    assert apart(hand, named.points) < 0.02


@pytest.mark.parametrize("name", ["faces/no_faces.jpg", "objects/coffee.png", "objects/chelsea_cat.png"])
def test_where_no_hand_is_none_is_found(finder, shared, name):
    rgb = picture(shared, name)
    noise = np.random.default_rng(1).integers(0, 255, rgb.shape, np.uint8)
    assert list(finder([rgb, noise])) == [[], []]


def test_a_file_that_is_no_bundle_is_refused(tmp_path):
    (tmp_path / "hands.task").write_bytes(b"PK\x03\x04 no bundle")
    with pytest.raises(BadModelError, match="no hand landmarker"):
        mediapipe_hands.load(Weights("hands", tmp_path, ("hands.task",)))
