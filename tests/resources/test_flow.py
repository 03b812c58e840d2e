import numpy as np
import pytest

from resources.flow import CELL, flow_steps, write_flow
from resources.render import Move, Noise, Photo, Shot, Video, pictures
from resources.render.picture import Picture
from tests.inputs import make_flow, make_motion

WIDTH, HEIGHT = 160, 284
TABLE = Photo("coffee")


def clip(*moves: Move, picture: Picture = TABLE, seconds: float = 0.5):
    return make_motion(
        np.stack(list(pictures(Video((Shot(picture, seconds, moves=moves),), width=WIDTH, height=HEIGHT))))
    )


def inner(flow) -> np.ndarray:
    """The flow away from the borders, where there is something to find: (steps, rows, columns, 2)."""
    return np.asarray(flow.xy, float)[:, 6:-6, 6:-6]


def test_a_camera_to_the_right_pushes_the_picture_to_the_left():
    flow = make_flow(clip(Move(0, 0.5, x=0.15), picture=Noise(3)))
    x, y = inner(flow)[..., 0], inner(flow)[..., 1]
    assert np.median(x) == pytest.approx(-0.3 / 30, rel=0.05)  # widths a frame
    assert abs(np.median(y)) < 2e-4


def test_a_slow_zoom_is_read_to_a_tenth():
    flow = make_flow(clip(Move(0, 0.5, zoom=1.1**0.5), picture=Noise(3)))
    rows, columns = flow.xy.shape[1:3]
    x = np.broadcast_to((np.arange(columns) + 0.5) / columns - 0.5, (rows, columns))[6:-6, 6:-6]
    growth = (inner(flow)[..., 0] * x).sum() / (len(flow.xy) * (x * x).sum())
    assert growth == pytest.approx(np.log(1.1) / 30, rel=0.1)


def test_a_still_picture_stands_still():
    flow = make_flow(clip())
    assert abs(np.asarray(flow.xy, float)).max() < 1e-4
    assert flow.residual.max() == 0


def test_the_residual_tells_what_movement_does_not_explain():
    moved = make_flow(clip(Move(0, 0.5, x=0.15))).residual
    noise = make_motion(np.random.default_rng(0).integers(0, 256, (5, HEIGHT, WIDTH, 3), dtype=np.uint8))
    assert moved.max() < 0.02
    assert make_flow(noise).residual.min() > 0.05


def test_a_still_background_stays_still_beside_something_that_moves():
    stack = np.stack([clip().rgb[0]] * 8)
    patch = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    for i, picture in enumerate(stack):
        picture[100:160, 20 + 3 * i : 80 + 3 * i] = patch
    far = abs(np.asarray(make_flow(make_motion(stack)).xy, float)[:, 60:]) * WIDTH
    assert (far < 0.5).mean() > 0.95


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (15, 40), (16, 16), (33, 31)])
def test_any_size_has_a_flow(shape):
    motion = make_motion(np.random.default_rng(0).integers(0, 256, (3, *shape, 3), dtype=np.uint8))
    flow = make_flow(motion)
    assert flow.xy.shape == (2, max(shape[0] // CELL, 1), max(shape[1] // CELL, 1), 2)
    assert np.isfinite(np.asarray(flow.xy, float)).all()


@pytest.mark.parametrize("count", [0, 1])
def test_without_two_stackthere_is_no_flow(count, tmp_path):
    motion = make_motion(np.zeros((count, 20, 20, 3), np.uint8))
    assert not list(flow_steps(motion))
    assert write_flow(motion, tmp_path) == 0


def test_what_is_written_is_what_is_read(tmp_path):
    motion = clip(Move(0, 0.5, x=0.15))
    steps = write_flow(motion, tmp_path)
    flow = make_flow(motion)
    raw = np.fromfile(tmp_path / "xy.raw", np.float16).reshape(steps, *flow.xy.shape[1:])
    assert steps == len(motion.t_s) - 1
    assert (raw == flow.xy).all()
