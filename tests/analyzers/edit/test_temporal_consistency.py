import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from analyzers.contract import Motion
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.temporal_consistency import ConsistencyRow, temporal_consistency
from tests.inputs import empty_inputs, make_flow, make_motion

Pictures = NDArray[np.uint8]
HEIGHT, WIDTH, SPEED = 160, 96, 2
WHOLE = (resize(data.coffee(), (HEIGHT, 600), anti_aliasing=True) * 255).astype(np.uint8)


def panned(*moments: int) -> Pictures:
    """What a camera that pans steadily sees at these moments."""
    return np.stack([WHOLE[:, SPEED * m : SPEED * m + WIDTH] for m in moments])


def findings(pictures: Pictures, cuts: tuple[CutRow, ...] = (), **clock) -> list[ConsistencyRow]:
    motion = make_motion(pictures, **clock)
    return list(temporal_consistency(motion, make_flow(motion), cuts))


def grainy(pictures: Pictures, deviation: float) -> Pictures:
    noise = np.random.default_rng(1).normal(0, deviation, pictures.shape[:3])[..., None]
    return np.clip(pictures + noise, 0, 255).astype(np.uint8)


def lit(gains: NDArray[np.floating]) -> Pictures:
    return np.clip(panned(30)[0] * 0.6 * gains[:, None, None, None], 0, 255).astype(np.uint8)


def test_a_steady_pan_has_nothing_wrong():
    assert findings(panned(*range(60))) == []


def test_repeated_frames_are_named_whether_the_lost_ones_are_made_up_for_or_not():
    held = [*range(20), 19, *range(21, 40), 39, 39, *range(42, 60)]
    inserted = [*range(20), 19, *range(20, 39), 38, 38, *range(39, 58)]
    for moments in (held, inserted):
        found = findings(panned(*moments))
        assert [(row.kind, row.frames, row.magnitude) for row in found] == [
            ("dup", (20,), 1),
            ("dup", (40, 41), 2),
        ]


def test_twenty_four_pictures_in_thirty_frames_are_one_cadence():
    (row,) = findings(panned(*(i * 4 // 5 for i in range(90))))
    assert row.kind == "dup"
    assert row.frames
    assert set(np.diff(row.frames)) == {5}
    assert row.hz == pytest.approx(6)


def blended(pictures: Pictures, share: float, *frames: int) -> Pictures:
    """Frames drawn between the ones around them, as a coder does that is short of bits."""
    out = pictures.astype(float)
    for k in frames:
        out[k] = (1 - share) * pictures[k - 1] + share * pictures[k + 1]
    return out.round().astype(np.uint8)


def test_repeats_that_a_coder_smeared_are_told_by_their_beat():
    pairs = panned(*(2 * (i // 2) for i in range(80)))
    (row,) = findings(blended(pairs, 0.25, *range(1, 79, 2)), fps=60)
    assert row.kind == "dup"
    assert row.frames == tuple(range(3, 79, 2))  # the first has none before it
    assert row.hz == pytest.approx(30)
    assert findings(blended(panned(*range(80)), 0.42, *range(1, 79, 2)), fps=60) == []


def test_missing_frames_are_counted():
    found = findings(panned(*range(20), *range(21, 40), *range(42, 60)))
    assert [(row.kind, row.frames, row.magnitude) for row in found] == [("drop", (20,), 1), ("drop", (39,), 2)]


def test_a_jerk_of_the_hand_is_no_missing_frame():
    for steps in ((1, 1.6, 2.2, 1.6, 1), (1, 1.5, 1.6, 1), (1, 2, 1.6, 1.6, 1.6)):
        around = [1.0] * 20
        moments = np.cumsum([0, *around, *steps, *around]) * 4
        assert findings(panned(*(round(m) // SPEED for m in moments))) == []


def test_a_gap_in_the_clock_is_a_missing_frame_unless_the_clock_is_uneven_anyway():
    moments = np.r_[np.arange(20), np.arange(22, 50)]
    (row,) = findings(panned(*moments), t_s=moments / 30)
    assert (row.kind, row.frames, row.magnitude) == ("drop", (20,), 2)
    uneven = np.cumsum(np.random.default_rng(3).choice([1, 2, 4], 40))
    assert findings(panned(*uneven), t_s=(uneven - uneven[0]) / 60) == []


def test_a_freeze_lasts_from_the_picture_that_stays_to_the_next_one():
    (row,) = findings(panned(*range(30), *[30] * 20, *range(50, 70)))
    assert (row.kind, row.start_s, row.end_s) == ("freeze", 1.0, pytest.approx(50 / 30))


def test_pictures_of_a_slide_show_are_freezes_and_a_still_camera_is_not():
    slides = np.concatenate([np.repeat(panned(m), 30, axis=0) for m in (0, 100)])
    assert [(row.kind, row.start_s) for row in findings(slides)] == [("freeze", 0.0), ("freeze", 1.0)]
    assert findings(grainy(np.repeat(panned(0), 60, axis=0), 5.0)) == []


def test_a_freeze_whose_first_step_is_drawn_in_parts_begins_with_it_and_an_eased_stop_does_not():
    moving, stays = range(0, 40), [40] * 20
    parts = panned(*moving, *stays, *range(60, 80)).astype(float)
    for i, share in enumerate((0.3, 0.55, 0.8)):
        parts[40 + i] = (1 - share) * parts[39] + share * parts[43]
    (row,) = findings(parts.round().astype(np.uint8), fps=60)
    assert (row.kind, row.start_s) == ("freeze", pytest.approx(40 / 60))
    eased = [*range(0, 120, 3), 119, 120, *[120] * 20]
    (row,) = findings(panned(*eased), fps=60)
    assert (row.kind, row.start_s) == ("freeze", pytest.approx(41 / 60))


def test_what_crawls_is_no_freeze():
    crawling = np.stack([np.roll(panned(0)[0], i // 6, axis=1) for i in range(120)])
    assert [row for row in findings(crawling) if row.kind == "freeze"] == []


def test_light_that_flickers_eight_times_a_second_is_measured():
    t = np.arange(90) / 30
    (row,) = findings(grainy(lit(1 + 0.3 * np.sin(2 * np.pi * 8 * t)), 2.0))
    assert row.kind == "flicker"
    assert row.hz == pytest.approx(8, abs=0.3)
    assert row.magnitude == pytest.approx(1 - 0.7 / 1.3, rel=0.15)


def test_light_that_changes_slowly_or_once_is_no_flicker():
    t = np.arange(90) / 30
    for gains in (1 + 0.3 * np.sin(2 * np.pi * t), np.where(np.abs(t - 1.5) < 0.05, 1.5, 1.0)):
        assert [row for row in findings(grainy(lit(gains), 2.0)) if row.kind == "flicker"] == []


def test_a_torn_frame_is_a_warp_and_another_picture_is_not():
    pictures = panned(*range(60))
    torn, other = pictures.copy(), pictures.copy()
    bands = np.array_split(torn[30], 8)
    torn[30] = np.concatenate([np.roll(band, 25 * (-1) ** i, axis=1) for i, band in enumerate(bands)])
    other[30:] = panned(*range(200, 230))
    (row,) = findings(torn)
    assert (row.kind, row.start_s, row.end_s) == ("warp", 1.0, pytest.approx(31 / 30))
    cut = CutRow(1.0, 1.0, 0.9, "cut", kind="hard", boundary_frame=30, len_frames=0)
    assert findings(other, (cut,)) == []


def test_black_is_told_and_is_no_freeze():
    pictures = panned(*range(60)).copy()
    pictures[20:35] = 3
    assert [(row.kind, row.start_s, row.end_s) for row in findings(pictures) if row.kind in ("black", "freeze")] == [
        ("black", pytest.approx(20 / 30), pytest.approx(35 / 30))
    ]


def test_nothing_in_gives_nothing_out():
    inputs = empty_inputs()
    assert list(temporal_consistency(inputs["motion"], inputs["flow"], None)) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 1, 1), (3, 2, 2), (9, 33, 17), (40, 16, 16)])
@pytest.mark.parametrize("look", ["black", "white", "noise"])
def test_the_smallest_videos_are_survived(shape, look):
    pictures = np.full((*shape, 3), 255 if look == "white" else 0, np.uint8)
    if look == "noise":
        pictures = np.random.default_rng(0).integers(0, 256, pictures.shape, np.uint8)
    motion: Motion = make_motion(pictures)
    rows = list(temporal_consistency(motion, make_flow(motion), None))
    assert all(row.end_s > row.start_s and (row.magnitude is None or np.isfinite(row.magnitude)) for row in rows)
