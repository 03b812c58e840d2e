"""Faces whose expression a reader is told, or that rules read off their movements; and real portraits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import REGISTRY, Expression
from analyzers.measures.people.names import BLENDSHAPES, EXPRESSIONS
from analyzers.people.emotion_detection import Row, emotion_detection
from analyzers.people.facial_details import DetailRow
from analyzers.schema import Origin, to_table
from resources.loaders import expression_rules
from resources.weights import Weights
from tests.inputs import Shown, make_media
from tests.truth.people_expressions import expressed, portrait_rows

SIDE = 200
RULES = expression_rules.load(Weights("rules", Path()))


def shapes(**movements: float) -> tuple[float, ...]:
    return tuple(movements.get(name.removesuffix("Left").removesuffix("Right"), 0.0) for name in BLENDSHAPES)


SMILE, STILL = shapes(mouthSmile=0.9), shapes()


def details(seconds: float, blendshapes=STILL, start_s: float = 0.0, track_id: int = 0, **more) -> list[DetailRow]:
    """A face of 40 px between the eyes in the middle of the picture, 30 times a second."""
    plain = DetailRow(
        0, 0, 0.9, "sample", track_id, track_id, 0.25, 0.25, 0.5, 0.5, 40.0, 0.0, 0.0, 0.0, blendshapes=blendshapes,
    )  # fmt: skip
    times_s = start_s + np.arange(round(seconds * 30)) / 30
    return [replace(plain, start_s=float(t), end_s=float(t) + 1 / 30, **more) for t in times_s]


class Told:
    """Expresses what it is told, by the portraits' mean red; keeps the portraits."""

    side_px = 64

    def __init__(self, valence: float | None = None) -> None:
        self._valence, self.seen = valence, []

    def __call__(self, portraits):
        for portrait in portraits:
            self.seen.append(portrait.rgb)
            shares = np.full(7, 0.02, np.float32)
            shares[EXPRESSIONS.index("happy" if portrait.rgb[..., 0].mean() > 128 else "sad")] = 0.88
            yield Expression(shares, self._valence, self._valence)


def shown(seconds: float, picture: np.ndarray | None = None) -> Shown:
    n = round(seconds * 30)
    plain = np.zeros((SIDE, SIDE, 3), np.uint8) if picture is None else picture
    return Shown(np.repeat(plain[None], max(n, 1), axis=0), np.arange(max(n, 1)) / 30)


def told(rows, model=RULES, closeups=None) -> list[Row]:
    closeups = closeups or shown(max([row.end_s for row in rows], default=0.0))
    found = list(emotion_detection(rows, closeups, make_media(width_px=SIDE, height_px=SIDE), model))
    to_table(Row, found, Origin("local-0", "emotion_detection", "model", "test", None, None, closeups.t_s))
    return found


def of(level: str, rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.level == level]


def test_it_waits_for_the_switch():
    assert REGISTRY["emotion_detection"].is_biometric


def test_five_samples_a_second_and_one_segment_of_a_face_that_smiles_throughout():
    rows = told(details(3.0, SMILE))
    samples, (segment,) = of("sample", rows), of("segment", rows)
    assert len(samples) == 15
    assert {row.top for row in samples} == {"happy"}
    assert (segment.start_s, segment.end_s, segment.top, segment.n_samples) == (0, pytest.approx(3.0), "happy", 15)
    assert segment.valence > 0.6
    for row in rows:
        assert sum(getattr(row, name) for name in EXPRESSIONS) == pytest.approx(1, abs=1e-4)
        assert row.confidence == getattr(row, row.top)


def test_a_frozen_face_expresses_one_thing():
    samples = of("sample", told(details(2.0, shapes(browInnerUp=0.3, mouthFrown=0.2))))
    assert len({(row.happy, row.sad, row.neutral, row.valence) for row in samples}) == 1


def test_a_change_begins_a_segment_where_it_comes():
    rows = details(2.0) + details(2.0, SMILE, start_s=2.0)
    first, second = of("segment", told(rows))
    assert (first.top, second.top) == ("neutral", "happy")
    assert second.start_s == pytest.approx(2.0, abs=0.21)
    assert first.end_s == second.start_s


def test_a_twitch_begins_none():
    rows = details(1.0) + details(0.2, SMILE, start_s=1.0) + details(1.0, start_s=1.2)
    (segment,) = of("segment", told(rows))
    assert segment.top == "neutral"


def test_a_face_that_is_lost_for_a_while_ends_its_segment():
    rows = told(details(1.0, SMILE) + details(1.0, SMILE, start_s=3.0))
    first, second = of("segment", rows)
    assert first.end_s <= 1.5
    assert second.start_s == pytest.approx(3.0)


def test_two_faces_have_their_own():
    rows = told(details(1.0, SMILE) + details(1.0, track_id=1))
    assert {(row.track_id, row.top) for row in of("segment", rows)} == {(0, "happy"), (1, "neutral")}


def test_without_movements_rules_say_nothing():
    assert told(details(1.0, None)) == []
    assert told([]) == []


def test_rules_need_no_picture():
    closeups = shown(1.0)
    told(details(1.0, SMILE), closeups=closeups)
    assert closeups.looks == []


def test_a_network_is_shown_the_upright_face_alone():
    """Red where the face is, from eye to eye 40 px: a portrait of 160 px, turned with the head."""
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    picture[60:140, 60:140, 0] = 255
    model = Told()
    told(details(0.2), model, shown(0.2, picture))
    (portrait,) = model.seen
    inside = portrait[..., 0] > 128
    assert portrait.shape == (64, 64, 3)
    assert inside.mean() == pytest.approx((80 / 160) ** 2, abs=0.02)
    assert inside[16:48, 16:48].mean() > 0.95
    told(details(0.2, roll_deg=45.0), model, shown(0.2, picture))
    turned = model.seen[-1][..., 0] > 128
    assert turned[32, 12]
    assert not turned[18, 18]


def test_a_faces_portrait_at_the_edge_is_black_beyond_it():
    model = Told()
    told(details(0.2, x=0.0, w=0.1), model, shown(0.2, np.full((SIDE, SIDE, 3), 255, np.uint8)))
    assert model.seen[0][:, :8].max() == 0
    assert model.seen[0][32, -8:].min() == 255


def test_small_faces_and_profiles_are_not_shown():
    for more in ({"eye_gap_px": 10.0}, {"yaw_deg": 70.0}, {"eye_gap_px": None}):
        assert told(details(1.0, **more), Told()) == []


def test_a_models_own_valence_is_kept():
    samples = of("sample", told(details(0.5), Told(valence=-0.7)))
    assert {row.valence for row in samples} == {-0.7}
    assert all(row.valence < -0.4 for row in of("sample", told(details(0.5), Told())))


def test_one_frame_is_survived():
    assert [row.level for row in told(details(1 / 30, SMILE))] == ["segment", "sample"]


# Real portraits


@pytest.mark.parametrize("name", ["faceapi_angry.jpg", "faceapi_surprised.jpg", "justin_happy.jpg"])
def test_rules_tell_what_a_portrait_is_known_to_express(shared, name):
    if not (shared / "models" / "face_landmarker.task").is_file():
        pytest.skip("face_landmarker.task is not here")
    (row,) = portrait_rows(shared / "media/faces" / name, shared)
    found = expressed(row, RULES)
    assert EXPRESSIONS[int(found.shares.argmax())] == name.split("_")[1].split(".")[0]
