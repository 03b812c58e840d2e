from pathlib import Path

import numpy as np
import pytest
from skimage import data
from skimage.transform import resize

from analyzers.contract import Cut
from resources.loaders import pyscenedetect, transnetv2
from resources.weights import Weights
from tests.inputs import make_motion

WEIGHTS = Weights("in the wheel", Path())


@pytest.fixture(scope="module", params=[transnetv2, pyscenedetect], ids=["transnetv2", "pyscenedetect"])
def model(request: pytest.FixtureRequest) -> Cut:
    return request.param.load(WEIGHTS)


def video(*lengths: int) -> np.ndarray:
    looks = [resize(picture(), (90, 160)) * 255 for picture in (data.astronaut, data.coffee, data.rocket)]
    return np.concatenate([np.repeat(looks[i][None], n, axis=0) for i, n in enumerate(lengths)]).astype(np.uint8)


def test_the_last_frame_of_every_shot_is_marked(model):
    score = model(make_motion(video(60, 50, 60)))
    assert score.shape == (170,)
    assert np.flatnonzero(score > 0.5).tolist() == [59, 109]


def test_one_shot_is_left_alone(model):
    assert (model(make_motion(video(60))) < 0.5).all()


@pytest.mark.parametrize("shape", [(0, 8, 8), (1, 8, 8), (2, 1, 1), (5, 2, 2)])
def test_the_smallest_videos_get_one_score_a_frame(model, shape):
    assert model(make_motion(np.zeros((*shape, 3), np.uint8))).shape == shape[:1]


def test_uneven_frame_times_do_not_move_the_second_opinion():
    times = np.cumsum(np.random.default_rng(1).choice([1 / 60, 1 / 24, 1 / 15], 80))
    score = pyscenedetect.load(WEIGHTS)(make_motion(video(30, 50), t_s=times - times[0]))
    assert np.flatnonzero(score).tolist() == [29]
