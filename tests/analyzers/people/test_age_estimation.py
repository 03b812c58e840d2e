"""Faces whose age a reader is told, or tells by what it is shown; and when nobody's age is told at all."""

import numpy as np
import pytest

from analyzers.contract import REGISTRY, Age
from analyzers.people.age_estimation import Row, age_estimation
from analyzers.people.face_detection import FaceRow
from analyzers.schema import Origin, to_table
from resources import models, sources
from resources.loaders import onnx_age
from resources.render import Flat, Shot, Video, render
from resources.settings import Settings
from resources.store import Store
from resources.weights import Weights
from tests.inputs import Shown, make_media
from tests.networks import write_network
from tiktok_assets.analysis import analyse

SIDE = 240
BOX = 0.3, 0.3, 0.4, 0.4


class Told:
    """Tells the ages that it is told, one after the other."""

    method, side_px = "told", 64

    def __init__(self, *years: float) -> None:
        self._years, self.seen = years, []

    def __call__(self, portraits):
        for i, portrait in enumerate(portraits):
            self.seen.append(portrait.rgb)
            years = self._years[i % len(self._years)]
            yield Age(years, years - 5, years + 5)


def face(start_s: float, track_id: int = 0, person_id: int = 0, *, box=BOX, sharp=0.5, turn=(0.0, 0.0, 0.0)) -> FaceRow:
    return FaceRow(
        start_s, start_s + 0.25, 0.9, "sample", track_id, person_id, *box, box[2] * box[3], *turn, sharp=sharp
    )


def seen(seconds: float, **more) -> list[FaceRow]:
    return [face(float(t), **more) for t in np.arange(0, seconds, 0.25)]


def shown(seconds: float, pictures: np.ndarray | None = None) -> Shown:
    n = round(seconds * 4)
    return Shown(np.zeros((n, SIDE, SIDE, 3), np.uint8) if pictures is None else pictures, np.arange(n) / 4)


def told(rows, model, closeups=None) -> list[Row]:
    closeups = closeups or shown(10.0)
    found = list(age_estimation(rows, closeups, make_media(width_px=SIDE, height_px=SIDE), model))
    to_table(Row, found, Origin("local-0", "age_estimation", "model", "test", None, None, closeups.t_s))
    return found


def test_a_face_has_one_age_by_the_median_of_five_sights():
    model = Told(30.0, 31.0, 60.0, 29.0, 30.0)
    track, person = sorted(told(seen(8.0), model), key=lambda row: row.level == "person")
    for row in (track, person):
        assert (row.age, row.age_low, row.age_high, row.n_frames, row.method) == (30, 25, 35, 5, "told")
        assert (row.start_s, row.end_s) == (0, 8)
    assert (track.track_id, person.track_id) == (0, None)


def test_sights_that_disagree_widen_the_range():
    row = told(seen(8.0), Told(20.0, 20.0, 40.0, 60.0, 60.0))[0]
    assert (row.age, row.age_low, row.age_high) == (40, 20, 60)


def test_the_sharpest_sights_are_read_spread_over_the_time():
    rows = [face(t, sharp=0.9 if t in (0.5, 3.0, 4.5, 7.0, 9.0) else 0.2) for t in np.arange(0, 10, 0.25).tolist()]
    closeups = shown(10.0)
    told(rows, Told(30.0), closeups)
    assert [look.index / 4 for look in closeups.looks] == [0.5, 3.0, 4.5, 7.0, 9.0]


def test_a_person_of_two_tracks_has_one_age_of_both():
    rows = seen(2.0) + [face(t, track_id=1) for t in (4.0, 4.25, 4.5)] + [face(t, 2, 1) for t in (5.0, 5.25)]
    found = told(rows, Told(30.0))
    assert [(row.level, row.track_id, row.person_id) for row in found] == [
        ("person", None, 0), ("track", 0, 0), ("track", 1, 0), ("person", None, 1), ("track", 2, 1),
    ]  # fmt: skip
    assert [row.n_frames for row in found if row.level == "person"] == [8, 2]


@pytest.mark.parametrize(
    "more", [{"turn": (60.0, 0.0, 0.0)}, {"turn": (0.0, 45.0, 0.0)}, {"box": (0.5, 0.5, 0.1, 0.1)}]
)
def test_faces_turned_away_or_small_have_no_age(more):
    assert told(seen(3.0, **more), Told(30.0)) == []


def test_nobody_has_no_age():
    assert told([], Told(30.0)) == []


def test_a_finder_of_boxes_alone_is_enough():
    assert told(seen(1.0, turn=(None, None, None)), Told(30.0)) != []


def test_a_portrait_holds_the_upright_face():
    pictures = np.zeros((4, SIDE, SIDE, 3), np.uint8)
    pictures[:, 72:168, 72:168] = 255  # the face's box
    model = Told(30.0)
    told(seen(1.0), model, shown(1.0, pictures))
    portrait = model.seen[0][..., 0] > 128
    assert portrait.mean() == pytest.approx(0.25, abs=0.02)
    assert portrait[18:46, 18:46].all()
    told(seen(1.0, turn=(0.0, 0.0, 45.0)), model, shown(1.0, pictures))
    turned = model.seen[-1][..., 0] > 128
    assert turned[32, 12]
    assert not turned[18, 18]


# A network of InsightFace's shapes, whose years are the mean red


@pytest.fixture
def network(tmp_path):
    matrix = np.zeros((3, 3))
    matrix[0, 2] = 1 / 255
    write_network(tmp_path / "genderage.onnx", 96, {"fc1": (matrix, np.zeros(3))})
    return onnx_age.load(Weights("genderage", tmp_path, ("genderage.onnx",), options={"kind": "genderage"}))


def portrait() -> np.ndarray:
    from skimage.data import astronaut

    return astronaut()[:SIDE, 100 : 100 + SIDE]


def test_over_a_clip_one_face_stays_of_one_age(network):
    rng = np.random.default_rng(0)
    noisy = portrait()[None] + rng.normal(0, 8, (40, SIDE, SIDE, 3))
    clip = noisy.clip(0, 255).astype(np.uint8)
    ages = [told(seen(2.0), network, shown(2.0, clip[i : i + 8]))[0].age for i in range(0, 40, 8)]
    assert np.ptp(ages) <= 3


def test_in_a_mirror_a_face_is_as_old(network):
    clips = [np.repeat(picture[None], 8, axis=0) for picture in (portrait(), portrait()[:, ::-1])]
    one, other = (told(seen(2.0), network, shown(2.0, clip))[0].age for clip in clips)
    assert one == pytest.approx(other, abs=1)


# Who may tell


def test_it_waits_for_the_switch_and_then_for_a_model(tmp_path):
    clip, store = tmp_path / "clip.mp4", Store(root=str(tmp_path / "data"))
    render(Video((Shot(Flat("#336699"), 0.5),), width=96, height=160), clip)
    video = sources.prepare(store, clip, Settings())
    outcome = analyse(REGISTRY["age_estimation"], store, video, Settings())
    assert (outcome.status, outcome.rows, outcome.remedy) == ("skipped", 0, "Set biometrics = true in tiktok.toml")
    outcome = analyse(REGISTRY["age_estimation"], store, video, Settings(biometrics=True))
    assert (outcome.status, outcome.rows) == ("skipped", 0)
    assert (outcome.remedy or "").startswith("Run: python -m tiktok_assets models pull fairface")


def test_without_a_model_nothing_is_made_up():
    with pytest.raises(models.ModelMissingError) as missing:
        models.choose("age", Settings(biometrics=True))
    assert missing.value.remedy.startswith("Run: python -m tiktok_assets models pull fairface")
    assert not any(model.is_fallback for model in models.catalogue().values() if model.role == "age")
