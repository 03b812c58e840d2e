"""Depths that are known: a floor, a wall, things before it."""

from collections.abc import Callable, Iterable, Sequence

import cv2
import numpy as np
import pytest

from analyzers.contract import Frame
from analyzers.edit.cut_analysis import CutRow
from analyzers.picture.depth_estimation import Row, depth_estimation
from analyzers.schema import Origin, to_table
from resources.render import Photo
from resources.render.picture import draw
from tests.inputs import make_media
from tests.truth.rows import known


class Known:
    """A model that knows how far everything is."""

    def __init__(self, told: np.ndarray | Callable[[np.ndarray], np.ndarray], is_metric: bool = False) -> None:
        self.is_metric, self._told = is_metric, told
        self.asked = 0

    def __call__(self, images: Iterable[np.ndarray], /):
        for rgb in images:
            self.asked += 1
            yield np.asarray(self._told(rgb) if callable(self._told) else self._told, np.float32)


def frames(pictures: Sequence[np.ndarray], per_s: float = 4.0) -> list[Frame]:
    return [Frame(i, i / per_s, picture) for i, picture in enumerate(pictures)]


def analyse(pictures: Sequence[np.ndarray], model: Known, cuts_s: Sequence[float] = ()) -> list[Row]:
    """Rows that also fit their table."""
    cuts = [known(CutRow, start_s=cut_s, end_s=cut_s, level="cut") for cut_s in cuts_s]
    media = make_media(duration_s=len(pictures) / 4)
    rows = list(depth_estimation(frames(pictures), media, cuts, model))
    to_table(Row, rows, Origin("local-0", "depth_estimation", "model", "test", None, None, [0.0]))
    return rows


STILL = draw(Photo("bus"), 180, 320)
FLOOR = np.repeat(np.linspace(1, 10, 90)[:, None], 50, axis=1)  # nearness grows downwards


def test_a_floor_is_near_mid_and_far_alike():
    sample, shot = analyse([STILL] * 4, Known(FLOOR))
    assert (sample.level, shot.level) == ("sample", "shot")
    for share in (sample.near_share, sample.mid_share, sample.far_share):
        assert share == pytest.approx(1 / 3, abs=0.03)
    assert sample.depth_range == pytest.approx(0.88, abs=0.02)
    assert (sample.start_s, sample.end_s, shot.end_s) == (0.0, 1.0, 1.0)


def test_a_thing_before_a_wall_is_near_and_the_wall_far():
    scene = np.full((90, 50), 2.0)
    scene[30:60, 10:40] = 8.0
    sample, _ = analyse([STILL], Known(scene))
    assert sample.near_share == pytest.approx(0.2, abs=0.01)
    assert (sample.mid_share, sample.far_share) == (0.0, pytest.approx(0.8, abs=0.01))
    assert sample.subject_m is None


def test_a_wall_has_no_depth():
    sample, shot = analyse([STILL], Known(np.full((90, 50), 5.0)))
    assert (sample.near_share, sample.depth_range, shot.near_share, shot.dof_blur) == (None, 0.0, None, None)
    sample, _ = analyse([STILL], Known(np.zeros((90, 50))))
    assert (sample.near_share, sample.depth_range) == (None, 0.0)


def test_metres_are_told_where_the_model_tells_them():
    scene = np.full((90, 50), 6.0)
    scene[30:70, 15:40] = 1.5
    sample, shot = analyse([STILL], Known(scene, is_metric=True))
    assert (sample.subject_m, shot.subject_m) == (1.5, 1.5)
    assert sample.depth_range == pytest.approx(0.75)
    assert sample.near_share == pytest.approx(40 * 25 / 4500, abs=0.01)


def test_what_is_far_and_out_of_focus_reads_softer_the_more_it_is():
    scene = np.full((320, 180), 2.0)
    scene[160:] = 8.0
    sharp = draw(Photo("bus"), 180, 320)
    told = []
    for sigma in (0, 1.5, 3.0):
        picture = sharp.copy()
        if sigma:
            picture[:160] = cv2.GaussianBlur(sharp, (0, 0), sigma)[:160]
        told.append(analyse([picture], Known(scene))[0].dof_blur)
    assert told == sorted(told)
    assert told[0] == pytest.approx(0, abs=0.004)
    assert told[2] > 0.008


def test_one_picture_a_second_is_looked_at_and_the_first_of_every_shot():
    model = Known(FLOOR)
    rows = analyse([STILL] * 12, model, cuts_s=[1.6])
    assert model.asked == 4
    samples, shots = [row for row in rows if row.level == "sample"], [row for row in rows if row.level == "shot"]
    assert [row.start_s for row in samples] == [0.0, 1.0, 1.75, 2.75]
    assert [row.end_s for row in samples] == [1.0, 1.6, 2.75, 3.0]
    assert [(row.start_s, row.end_s, row.shot) for row in shots] == [(0.0, 1.6, 0), (1.75, 3.0, 1)]


def test_pictures_of_a_still_scene_read_alike():
    rng = np.random.default_rng(0)
    rows = analyse([STILL] * 20, Known(lambda rgb: FLOOR + rng.normal(0, 0.05, FLOOR.shape)))
    shares = [row.near_share for row in rows if row.level == "sample"]
    assert np.ptp(shares) < 0.02


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (33, 77), (1, 300)])
@pytest.mark.parametrize("is_metric", [False, True])
def test_maps_and_pictures_of_any_size_are_survived(shape: tuple[int, int], is_metric: bool):
    rng = np.random.default_rng(0)
    for picture in (rng.integers(0, 256, (*shape, 3), np.uint8), np.zeros((*shape, 3), np.uint8)):
        for told in (rng.random(shape), np.zeros(shape), rng.random((1, 1))):
            assert [row.level for row in analyse([picture], Known(told, is_metric))] == ["sample", "shot"]
