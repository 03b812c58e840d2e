from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analyzers.edit.camera_analysis import Row, camera_analysis
from analyzers.edit.cut_analysis import CutRow
from analyzers.people.face_detection import FaceRow
from analyzers.schema import Origin, to_table
from resources.render import (
    Effect,
    Flat,
    Move,
    Noise,
    Photo,
    Shake,
    Shot,
    Sprite,
    Text,
    Video,
    frame_times,
    pictures,
    uneven_times,
)
from tests.inputs import empty_inputs, make_flow, make_motion

GROUND = Photo("coffee")


def clip(*shots: Shot, **changes) -> Video:
    return Video(shots=shots, width=160, height=284, **changes)


def rows_of(video: Video, cuts=None) -> list[Row]:
    motion = make_motion(np.stack(list(pictures(video))), float(video.fps), np.asarray(frame_times(video), float))
    return analysed(motion, cuts)


def analysed(motion, cuts=None, faces=None) -> list[Row]:
    rows = list(camera_analysis(motion, make_flow(motion), cuts, faces))
    if len(motion.t_s):
        assert_storable(rows, motion)
    return rows


def assert_storable(rows: list[Row], motion) -> None:
    to_table(Row, rows, Origin("1", "camera_analysis", "measured", "test", None, None, motion.t_s))
    segments = segments_of(rows)
    assert segments[0].start_s == 0
    assert segments[-1].end_s == pytest.approx(motion.end_s)
    assert all(one.end_s == other.start_s for one, other in pairwise(segments))


def segments_of(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.level == "segment"]


def moves_of(rows: list[Row]) -> list[str | None]:
    return [row.move for row in segments_of(rows)]


def mean_rate(rows: list[Row], name: str) -> float:
    steps = [row for row in rows if row.level == "frame"]
    lengths = np.array([row.end_s - row.start_s for row in steps])
    return float(np.array([getattr(row, name) for row in steps]) @ lengths / lengths.sum())


def shot(start_s: float, end_s: float) -> CutRow:
    return CutRow(start_s, end_s, None, level="shot")


@pytest.mark.parametrize(
    ("move", "name", "column", "rate", "amount"),
    [
        (Move(0, 2, x=0.4), "pan_right", "dx_w_s", 0.2, 0.4),
        (Move(0, 2, x=-0.4), "pan_left", "dx_w_s", -0.2, 0.4),
        (Move(0, 2, y=0.4), "tilt_down", "dy_w_s", 0.2, 0.4),
        (Move(0, 2, y=-0.4), "tilt_up", "dy_w_s", -0.2, 0.4),
        (Move(0, 2, zoom=1.21), "zoom_in", "zoom_rate_s", np.log(1.1), 1.21),
        (Move(0, 2, zoom=0.81), "zoom_out", "zoom_rate_s", np.log(0.9), 0.81),
        (Move(0, 2, roll_deg=12), "roll_cw", "roll_deg_s", 6, 12),
        (Move(0, 2, roll_deg=-12), "roll_ccw", "roll_deg_s", -6, 12),
    ],
)
def test_a_steady_move_has_its_name_rate_and_amount(move, name, column, rate, amount):
    rows = rows_of(clip(Shot(GROUND, 2.0, moves=(move,))))
    (segment,) = segments_of(rows)
    assert segment.move == name
    assert segment.easing == "linear"
    assert mean_rate(rows, column) == pytest.approx(rate, rel=0.05)
    travelled = amount if name.startswith("zoom") else amount * 59 / 60  # the last frame moves no further
    assert segment.amount == pytest.approx(travelled, rel=0.02)
    assert segment.peak_rate == pytest.approx(abs(rate), rel=0.05)


@pytest.mark.parametrize("fps", [24, 60])
def test_rates_are_per_second_at_any_frame_rate(fps):
    rows = rows_of(clip(Shot(GROUND, 2.0, moves=(Move(0, 2, x=0.4),)), fps=fps))
    assert mean_rate(rows, "dx_w_s") == pytest.approx(0.2, rel=0.05)
    assert moves_of(rows) == ["pan_right"]


def test_uneven_frame_times_leave_a_steady_pan_steady():
    rows = rows_of(clip(Shot(GROUND, 2.0, moves=(Move(0, 2, x=0.4),)), times_s=uneven_times(2.0)))
    assert_allclose([row.dx_w_s for row in rows if row.level == "frame"], 0.2, rtol=0.15)
    assert moves_of(rows) == ["pan_right"]


def test_an_eased_move_starts_and_ends_where_it_does():
    rows = rows_of(clip(Shot(GROUND, 3.0, moves=(Move(0.8, 1.5, x=0.5, ease="smooth"),))))
    before, pan, after = segments_of(rows)
    assert (before.move, pan.move, after.move) == ("static", "pan_right", "static")
    assert pan.easing == "ease_in_out"
    assert pan.start_s == pytest.approx(0.8, abs=0.1)
    assert pan.end_s == pytest.approx(2.3, abs=0.1)
    assert pan.amount == pytest.approx(0.5, rel=0.05)
    assert pan.peak_rate == pytest.approx(0.5, rel=0.08)  # 1.5 times the mean


def test_a_move_that_runs_out_gently_is_eased_out():
    (_, tilt, _) = segments_of(rows_of(clip(Shot(GROUND, 3.0, moves=(Move(0.8, 1.5, y=0.5, ease="out"),)))))
    assert (tilt.move, tilt.easing) == ("tilt_down", "ease_out")


def test_one_move_after_another():
    moves = (Move(0, 1, x=0.3), Move(1.5, 1, y=-0.3), Move(3, 1, zoom=1.3))
    assert moves_of(rows_of(clip(Shot(GROUND, 4.0, moves=moves)))) == [
        "pan_right", "static", "tilt_up", "static", "zoom_in",
    ]  # fmt: skip


def test_a_still_picture_is_static_and_moves_nowhere():
    rows = rows_of(clip(Shot(GROUND, 1.5)))
    assert moves_of(rows) == ["static"]
    assert abs(mean_rate(rows, "dx_w_s")) < 1e-3
    (segment,) = segments_of(rows)
    assert (segment.amount, segment.easing, segment.is_digital, segment.shake_hz) == (None, None, None, None)


def test_a_moving_foreground_does_not_move_the_camera():
    sprites = (
        Sprite("circle", 0, 2, x=0.1, y=0.4, w=0.4, h=0.4, speed=(0.3, 0.0), look=Photo("cat")),
        Sprite("rectangle", 0, 2, x=0.6, y=0.8, w=0.5, h=0.6, speed=(-0.2, -0.05), look=Photo("astronaut")),
    )
    rows = rows_of(clip(Shot(GROUND, 2.0), sprites=sprites))
    assert moves_of(rows) == ["static"]


def test_captions_do_not_hold_the_camera_still():
    video = clip(
        Shot(GROUND, 2.0, moves=(Move(0, 2, x=0.4),)),
        texts=(Text("POV: you moved\nto the big city", 0, 2, y=0.3, box_hex="#ffffff", fill_hex="#000000"),),
    )
    rows = rows_of(video)
    assert moves_of(rows) == ["pan_right"]
    assert mean_rate(rows, "dx_w_s") == pytest.approx(0.2, rel=0.05)


def test_a_shaking_hand_has_a_frequency_and_a_size():
    rows = rows_of(clip(Shot(GROUND, 3.0, shake=Shake(4.0, 0.01))))
    (segment,) = segments_of(rows)
    assert segment.move == "handheld"
    assert segment.shake_hz == pytest.approx(4, abs=0.2)
    assert segment.shake_rms == pytest.approx(0.01, rel=0.15)  # both axes swing by it, a quarter turn apart
    frames = [row.shake_rms for row in rows if row.level == "frame"]
    assert np.median(frames) == pytest.approx(0.01, rel=0.15)


def test_a_shaky_pan_is_a_pan():
    rows = rows_of(clip(Shot(GROUND, 3.0, moves=(Move(0.5, 2, x=0.5),), shake=Shake(3.0, 0.005))))
    (pan,) = [row for row in segments_of(rows) if row.move == "pan_right"]
    assert pan.amount == pytest.approx(0.5, rel=0.05)
    assert pan.shake_rms == pytest.approx(0.005, rel=0.2)


@pytest.mark.parametrize("zoom", [1.15, 1.5, 0.8])
def test_a_punch_in_is_digital_and_takes_one_frame(zoom):
    rows = rows_of(clip(Shot(GROUND, 1.6, moves=(Move(0.8, 0, zoom=zoom),))))
    before, punch, after = segments_of(rows)
    assert (before.move, after.move) == ("static", "static")
    assert punch.move == ("zoom_in" if zoom > 1 else "zoom_out")
    assert punch.is_digital
    assert punch.end_s == pytest.approx(0.8)
    assert punch.end_s - punch.start_s == pytest.approx(1 / 30)
    assert punch.amount == pytest.approx(zoom, rel=0.02)


def test_a_punch_in_taken_for_a_cut_is_told_in_the_new_shot():
    rows = rows_of(clip(Shot(GROUND, 1.6, moves=(Move(0.8, 0, zoom=1.3),))), cuts=[shot(0, 0.8), shot(0.8, 1.6)])
    _, punch, _ = segments_of(rows)
    assert (punch.move, punch.is_digital, punch.start_s) == ("zoom_in", True, pytest.approx(0.8))
    assert punch.amount == pytest.approx(1.3, rel=0.02)


def test_a_zoom_drawn_in_the_edit_is_digital_and_a_shaken_one_is_not_decided():
    move = Move(0, 2, zoom=1.25)
    (still,) = segments_of(rows_of(clip(Shot(GROUND, 2.0, moves=(move,)))))
    assert still.is_digital
    shaken = segments_of(rows_of(clip(Shot(GROUND, 2.0, moves=(move,), shake=Shake(3.0, 0.005)))))
    assert {row.is_digital for row in shaken if row.move == "zoom_in"} == {None}


def over_the_floor(forward: np.ndarray, width: int = 160, height: int = 284) -> np.ndarray:
    """A patterned floor, seen from a camera that looks down at it by 45 degrees and has come nearer by `forward`."""
    import cv2

    floor = next(iter(pictures(Video((Shot(Noise(5), 0.1),), width=1024, height=1024))))
    x, y = np.meshgrid((np.arange(width) - width / 2) / width, (np.arange(height) - height / 2) / width)
    down, ahead = (y + 1) / np.sqrt(2), (1 - y) / np.sqrt(2)
    seen = []
    for moved in forward / np.sqrt(2):
        reach = (1 - moved) / np.maximum(down, 0.05)
        across, along = (500 * a for a in (reach * x, reach * ahead + moved))
        at = (across + 512).astype(np.float32), (along + 100).astype(np.float32)
        seen.append(cv2.remap(floor, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
    return np.stack(seen)


def test_coming_nearer_to_something_deep_is_a_dolly_and_not_digital():
    rows = analysed(make_motion(over_the_floor(np.linspace(0, 0.4, 60))))
    assert "dolly_in" in moves_of(rows)
    assert {row.is_digital for row in segments_of(rows) if row.move == "dolly_in"} == {False}


def test_a_whip_is_no_pan():
    rows = rows_of(clip(Shot(GROUND, 1.6, moves=(Move(0.6, 0.3, x=1.2, ease="smooth"),), shutter=0.5)))
    assert moves_of(rows) == ["static", "whip", "static"]
    assert segments_of(rows)[1].amount == pytest.approx(1.2, rel=0.05)


def test_a_flash_moves_nothing():
    rows = rows_of(clip(Shot(GROUND, 1.5), effects=(Effect("flash", 0.7, 0.8),)))
    assert moves_of(rows) == ["static"]


def test_cuts_do_not_leak_into_the_shots_beside_them():
    video = clip(Shot(GROUND, 1.0, moves=(Move(0, 1, x=0.3),)), Shot(Photo("cat"), 1.0), Shot(Photo("rocket"), 1.0))
    rows = rows_of(video, cuts=[shot(0, 1), shot(1, 2), shot(2, 3)])
    assert [(row.move, row.start_s, row.end_s) for row in segments_of(rows)] == [
        ("pan_right", 0, 1), ("static", 1, 2), ("static", 2, 3),
    ]  # fmt: skip
    steps = [row for row in rows if row.level == "frame"]
    assert len(steps) == 3 * 29  # none across a cut
    assert max(abs(row.dx_w_s) for row in steps if row.start_s >= 1) < 0.01


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_is_static_and_nothing_is_measured(level):
    rows = analysed(make_motion(np.full((20, 90, 50, 3), level, np.uint8)))
    assert [row.level for row in rows] == ["segment"]
    assert rows[0].move == "static"
    assert rows[0].confidence == 0


def test_noise_moves_nowhere():
    noise = np.random.default_rng(0).integers(0, 256, (30, 142, 80, 3), dtype=np.uint8)
    assert moves_of(analysed(make_motion(noise))) == ["static"]


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (17, 16), (33, 31), (16, 300), (300, 16)])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_tiny_and_odd_pictures_are_survived(shape, count):
    noise = np.random.default_rng(0).integers(0, 256, (count, *shape, 3), dtype=np.uint8)
    assert moves_of(analysed(make_motion(noise))) == ["static"]


def test_frames_shown_at_the_same_time_are_survived():
    texture = np.stack(list(pictures(clip(Shot(Noise(1), 0.3, moves=(Move(0, 0.3, x=0.1),))))))
    analysed(make_motion(texture, t_s=np.zeros(len(texture))))
    analysed(make_motion(texture, t_s=np.sort(np.random.default_rng(0).choice([0, 0.1, 0.5], len(texture)))))


def test_nothing_in_gives_nothing_out():
    nothing = empty_inputs()
    assert not list(camera_analysis(nothing["motion"], nothing["flow"], None, None))


def face(t_s: float, height: float, track_id: int = 0) -> FaceRow:
    turn = None, None, None
    return FaceRow(t_s, t_s + 0.25, 0.9, "sample", track_id, 0, 0.2, 0.2, 0.2, height, 0.1, *turn, sharp=0.5)


@pytest.mark.parametrize(("height", "scale"), [(0.45, "CU"), (0.29, "MCU"), (0.18, "MS"), (0.02, "EWS")])
def test_the_largest_face_tells_how_large_a_person_is_shown(height, scale):
    motion = make_motion(np.full((12, 90, 160, 3), 128, np.uint8), fps=10)
    faces = [face(t, h, track) for t in (0.0, 0.25, 0.5) for h, track in ((height, 0), (height / 2, 1))]
    (segment,) = segments_of(analysed(motion, faces=faces))
    assert segment.shot_scale == scale


def test_no_face_no_scale():
    motion = make_motion(np.stack(list(pictures(clip(Shot(Flat("#808080"), 1.0))))))
    late = [face(5.0, 0.3)]
    assert {row.shot_scale for row in [*analysed(motion), *analysed(motion, faces=late)]} == {None}
