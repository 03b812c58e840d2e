import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from analyzers.contract import Spectrum
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.speed_ops import SpeedRow, speed_ops
from analyzers.edit.temporal_consistency import ConsistencyRow
from tests.inputs import empty_inputs, make_audio, make_flow, make_motion, make_spectrum

Pictures = NDArray[np.uint8]
HEIGHT, WIDTH, RATE = 160, 96, 48_000
WHOLE = resize(data.coffee(), (HEIGHT, 600), anti_aliasing=True) * 255
SILENT = make_spectrum(make_audio(np.zeros((0, 2), np.float32)))


def panned(*moments: float) -> Pictures:
    """What a camera sees that goes two pixels a frame."""
    pictures = []
    for moment in moments:
        whole, part = divmod(2 * moment, 1)
        left, right = (WHOLE[:, int(whole) + i : int(whole) + i + WIDTH] for i in (0, 1))
        pictures.append((left * (1 - part) + right * part).astype(np.uint8))
    return np.stack(pictures)


def at_speeds(*stretches: tuple[int, float]) -> Pictures:
    """(frames, speed) one after the other."""
    steps = np.concatenate([np.full(count, speed) for count, speed in stretches])
    return panned(*(np.cumsum(steps) - steps[0]))


def operations(
    pictures: Pictures,
    spectrum: Spectrum = SILENT,
    cuts: tuple[CutRow, ...] = (),
    broken: tuple[ConsistencyRow, ...] = (),
    camera: tuple[CameraRow, ...] = (),
) -> list[SpeedRow]:
    motion = make_motion(pictures)
    return list(speed_ops(motion, make_flow(motion), spectrum, cuts, camera, broken))


def struck(seconds: float = 5.0) -> NDArray[np.float32]:
    """Notes that die away."""
    t = np.arange(round(seconds * RATE)) / RATE
    wave = 0.3 * np.sin(2 * np.pi * 660 * t) * np.exp(-(t % 0.5) / 0.12)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def test_one_speed_is_no_operation():
    assert operations(at_speeds((60, 1))) == []


def test_speeds_are_told_beside_the_longest_one():
    found = operations(at_speeds((40, 1), (18, 2), (24, 0.5)))
    assert [row.op for row in found] == ["speed", "speed"]
    assert [row.factor for row in found] == pytest.approx([2, 0.5], rel=0.05)
    assert [row.start_s for row in found] == pytest.approx([40 / 30, 58 / 30], abs=1.1 / 30)
    (fast, slow) = (row.map for row in found)
    assert fast
    assert slow
    assert fast[1] == slow[0]
    assert fast[1].source_s - fast[0].source_s == pytest.approx(2 * 18 / 30, rel=0.1)


def test_what_speeds_up_gradually_is_a_camera():
    assert operations(panned(*np.cumsum(np.linspace(0.3, 2.0, 70)))) == []


def test_a_new_shot_may_be_faster():
    pictures = np.concatenate([panned(*range(40)), panned(*range(150, 210, 3))])
    cut = CutRow(40 / 30, 40 / 30, 0.9, "cut", kind="hard", boundary_frame=40, len_frames=0)
    assert operations(pictures, cuts=(cut,)) == []


def test_pictures_that_come_back_in_the_opposite_order_run_backwards():
    for way_back in (range(39, 5, -1), range(38, 5, -1)):
        (row,) = operations(panned(*range(40), *way_back))
        assert (row.op, row.told_by, row.factor) == ("reverse", "picture", -1)
        assert row.start_s == pytest.approx(40 / 30, abs=1.1 / 30)
        assert row.end_s == pytest.approx((40 + len(way_back)) / 30, abs=2.1 / 30)


def test_a_camera_that_turns_back_on_another_way_is_no_reverse():
    down = np.roll(panned(*range(39, 5, -1)), 1, axis=1)
    wandering = np.stack([np.roll(picture, 2 * i, axis=0) for i, picture in enumerate(down)])
    assert operations(np.concatenate([panned(*range(40)), wandering])) == []


def test_notes_that_swell_and_break_off_run_backwards():
    pictures = panned(*range(150))
    backwards = make_spectrum(make_audio(np.ascontiguousarray(struck()[::-1])))
    assert operations(pictures, make_spectrum(make_audio(struck()))) == []
    (row,) = operations(pictures, backwards)
    assert (row.op, row.told_by, row.start_s, row.end_s) == ("reverse", "sound", 0.0, 5.0)


def test_steady_noise_has_no_direction():
    noise = np.random.default_rng(0).normal(0, 0.1, (5 * RATE, 2)).astype(np.float32)
    assert operations(panned(*range(150)), make_spectrum(make_audio(noise))) == []


def test_a_still_within_moving_pictures_is_a_freeze_and_a_photograph_and_a_slide_show_are_none():
    still = ConsistencyRow(1.0, 1.5, None, "freeze", magnitude=0.5)
    moving = panned(*(1.5 * i for i in range(75)))
    for i, picture in enumerate(moving):
        picture[60:110, i : i + 30] = panned(220)[0][60:110, 20:50][:, : WIDTH - i]
    moving[30:45] = moving[30]
    (row,) = operations(moving, broken=(still,))
    assert (row.op, row.start_s, row.end_s, row.factor) == ("freeze", 1.0, 1.5, 0)
    whip = CameraRow(0.0, 5.0, 0.9, "segment", move="whip")
    assert operations(moving, broken=(still,), camera=(whip,)) == []
    photograph = panned(*(1.5 * i for i in range(75)))
    photograph[30:45] = photograph[30]
    assert [row for row in operations(photograph, broken=(still,)) if row.op == "freeze"] == []
    slides = np.concatenate([np.repeat(panned(m), 30, axis=0) for m in (0, 150)])
    stills = tuple(ConsistencyRow(a, a + 1, None, "freeze", magnitude=1.0) for a in (0.0, 1.0))
    cut = CutRow(1.0, 1.0, 0.9, "cut", kind="hard", boundary_frame=30, len_frames=0)
    assert operations(slides, cuts=(cut,), broken=stills) == []


def test_repeats_and_missing_frames_are_taken_over():
    broken = (
        ConsistencyRow(1.5, 1.9, None, "dup", frames=(45, 48, 51, 54), hz=10.0, magnitude=4.0),
        ConsistencyRow(1.95, 1.97, None, "drop", frames=(58,), magnitude=1.0),
    )
    found = operations(at_speeds((60, 1)), broken=broken)
    assert [(row.op, row.factor) for row in found] == [("dup", pytest.approx(2 / 3)), ("drop", None)]


def test_nothing_in_gives_nothing_out():
    inputs = empty_inputs()
    assert list(speed_ops(inputs["motion"], inputs["flow"], inputs["spectrum"], None, None, None)) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 1, 1), (3, 2, 2), (9, 33, 17), (40, 16, 16)])
@pytest.mark.parametrize("look", ["black", "white", "noise"])
def test_the_smallest_videos_are_survived(shape, look):
    pictures = np.full((*shape, 3), 255 if look == "white" else 0, np.uint8)
    if look == "noise":
        pictures = np.random.default_rng(0).integers(0, 256, pictures.shape, np.uint8)
    assert all(row.factor is None or np.isfinite(row.factor) for row in operations(pictures))
