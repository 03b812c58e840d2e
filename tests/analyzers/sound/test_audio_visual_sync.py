"""Flashes and bounces with clicks at a known distance; cuts, moves and texts on a known beat; and what is unrelated."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from analyzers.contract import Motion
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.sync.offset import covered_share, find_offset
from analyzers.schema import Origin, to_table
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.sound.audio_visual_sync import Row, audio_visual_sync
from analyzers.text.text_overlay import Row as TextRow
from tests.inputs import empty_inputs, make_flow, make_motion
from tests.truth.rows import known

Times = Sequence[float] | np.ndarray
HEIGHT, WIDTH = 142, 80


def uneven(seed: int, count: int = 12) -> np.ndarray:
    """Moments that no other shift brings onto themselves."""
    return np.cumsum(np.random.default_rng(seed).uniform(0.45, 1.1, count)) + 0.6


def scene(count: int, seed: int = 0) -> np.ndarray:
    """A still picture with the noise of a camera."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 200, (12, 7, 3)).astype(np.uint8)
    still = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    return still + rng.integers(-3, 4, (count, HEIGHT, WIDTH, 3), np.int16)


def flashes(times_s: Times, end_s: float, fps: float) -> Motion:
    pictures = scene(round(end_s * fps))
    for time_s in times_s:
        first = int(np.ceil(time_s * fps - 1e-6))
        pictures[first : first + 2] += 90
    return make_motion(np.clip(pictures, 0, 255).astype(np.uint8), fps)


def ball(times_s: np.ndarray, end_s: float, fps: float) -> Motion:
    """It meets the ground at these times, and flies between them."""
    pictures = np.clip(scene(round(end_s * fps)), 0, 255).astype(np.uint8)
    edges = np.r_[times_s[0] - 1, times_s, times_s[-1] + 1]
    for picture, t in zip(pictures, np.arange(len(pictures)) / fps, strict=True):
        i = int(np.clip(np.searchsorted(edges, t) - 1, 0, len(edges) - 2))
        flown_s = edges[i + 1] - edges[i]
        share = float(np.clip((t - edges[i]) / flown_s, 0, 1))
        height = 4 * share * (1 - share) * min(55, 75 * flown_s**2)
        cv2.circle(picture, (WIDTH // 2, round(125 - height)), 8, (30, 30, 220), -1)
    return make_motion(pictures, fps)


def sounds(onsets: Times = (), beats: Times = ()) -> list[SoundRow]:
    pairs = [("onset", t) for t in onsets] + [("beat", t) for t in beats]
    return [known(SoundRow, start_s=float(t), end_s=float(t), kind=kind) for kind, t in pairs]


def cuts_at(*times_s: float) -> list[CutRow]:
    return [known(CutRow, start_s=t, end_s=t, level="cut", kind="hard", len_frames=0) for t in times_s]


def rows_of(
    motion: Motion,
    heard: Sequence[SoundRow],
    cuts: Sequence[CutRow] | None = None,
    texts: Sequence[TextRow] | None = None,
) -> list[Row]:
    rows = list(audio_visual_sync(motion, make_flow(motion), heard, cuts, texts))
    to_table(Row, rows, Origin("local-0", "audio_visual_sync", "derived", "test", None, None, motion.t_s))
    return rows


def heard_at(times_s: np.ndarray, offset_s: float, end_s: float) -> list[SoundRow]:
    """Clicks as they are heard: on a grid of 10 ms, and with one sound that has no picture."""
    moved = np.round(np.r_[times_s + offset_s, 0.37], 2)
    return sounds(np.sort(moved[(moved >= 0) & (moved < end_s)]))


@pytest.mark.parametrize("fps", [24, 30_000 / 1001, 30, 60])
@pytest.mark.parametrize("offset_s", [-0.4, -0.15, 0.0, 0.05, 0.4])
@pytest.mark.parametrize(("film", "by"), [(flashes, "changes"), (ball, "moves")])
def test_the_offset_is_right_within_a_frame(fps: float, offset_s: float, film, by: str):
    times_s = uneven(round(10 * offset_s) + 7)
    end_s = times_s[-1] + 1.2
    told = rows_of(film(times_s, end_s, fps), heard_at(times_s, offset_s, end_s))[0]
    assert told.kind == "video"
    assert told.offset_s == pytest.approx(offset_s, abs=1 / fps)
    assert told.told_by == by
    assert told.confidence is not None
    assert told.confidence > 0.2


def test_unrelated_sound_has_no_offset():
    film = flashes(uneven(1), 10, 30)
    for seed in range(2, 6):
        told = rows_of(film, sounds(uneven(seed, 20)))[0]
        assert (told.offset_s, told.confidence, told.told_by, told.n_agree) == (None, None, None, None)


def test_of_thousand_unrelated_pairs_one_at_most_is_claimed():
    rng = np.random.default_rng(0)
    claimed = 0
    for _ in range(1000):
        one, other = (np.sort(rng.uniform(0, 30, rng.integers(4, most))) for most in (60, 120))
        claimed += find_offset(np.ceil(one * 30) / 30, other, 1 / 30) is not None
    assert claimed <= 1


def test_even_events_that_fit_at_several_offsets_have_none():
    every = np.arange(0.5, 20, 0.4)
    assert find_offset(every, every + 0.1, 1 / 30) is None
    assert find_offset(np.arange(1, 20, 1.0), np.arange(0.1, 20, 0.25), 1 / 30) is None


def test_even_events_far_apart_have_the_offset_that_is_near():
    every = np.arange(1, 20, 1.0)
    told = find_offset(every, every + 0.2, 1 / 30)
    assert told is not None
    assert told.offset_s == pytest.approx(0.2, abs=0.01)


def test_few_events_tell_nothing():
    assert find_offset(np.array([1.0, 2.3, 3.1]), np.array([1.0, 2.3, 3.1]), 1 / 30) is None


def test_cuts_are_measured_against_beats_and_onsets():
    motion = make_motion(np.zeros((300, 16, 16, 3), np.uint8), 30)
    rows = rows_of(motion, sounds(onsets=[2.02], beats=np.arange(0, 10, 0.5)), cuts_at(2.0, 4.55, 6.3, 7.5))
    cuts = [row for row in rows if row.kind == "cut"]
    assert [row.beat_distance_s for row in cuts] == pytest.approx([0, 0.05, -0.2, 0], abs=1e-9)
    assert [row.is_on_beat for row in cuts] == [True, True, False, True]
    assert [row.is_on_onset for row in cuts] == [True, False, False, False]
    assert cuts[0].onset_distance_s == pytest.approx(-0.02)
    (count,) = [row for row in rows if row.kind == "cuts"]
    assert (count.n, count.on_beat_share, count.on_onset_share) == (4, 0.75, 0.25)
    assert count.on_beat_chance == pytest.approx(0.14 / 0.5, abs=0.01)
    assert count.on_onset_chance == pytest.approx(0.014, abs=1e-3)


def test_without_beats_nothing_is_said_of_beats():
    motion = make_motion(np.zeros((60, 16, 16, 3), np.uint8), 30)
    rows = rows_of(motion, sounds(onsets=[1.0]), cuts_at(1.0))
    assert {(row.is_on_beat, row.beat_distance_s, row.on_beat_share, row.on_beat_chance) for row in rows} == {
        (None, None, None, None)
    }


def test_texts_count_when_they_enter_and_not_when_they_were_there():
    motion = make_motion(np.zeros((90, 16, 16, 3), np.uint8), 30)
    texts = [known(TextRow, start_s=t, end_s=2.5, text="now") for t in (0.0, 1.0)]
    rows = rows_of(motion, sounds(beats=[0.0, 1.05, 2.0]), None, texts)
    assert [(row.kind, row.start_s, row.is_on_beat) for row in rows if row.kind == "text"] == [("text", 1.0, True)]


def test_blows_are_moves_and_steady_movement_is_none():
    times_s = uneven(3)
    hit = [row.start_s for row in rows_of(ball(times_s, times_s[-1] + 1, 30), sounds([1.0])) if row.kind == "move"]
    near = [min(abs(t - time_s) for t in hit) <= 1.5 / 30 for time_s in times_s]
    assert np.mean(near) >= 0.8
    wide = np.random.default_rng(0).integers(0, 255, (71, 400, 3)).astype(np.uint8)
    wide = cv2.GaussianBlur(wide, (0, 0), 3)
    pan = np.stack([cv2.resize(wide[:, 2 * i : 2 * i + 40], (80, 142)) for i in range(120)])
    assert [row.kind for row in rows_of(make_motion(pan, 30), sounds([1.0]))] == ["video"]


def test_what_chance_hits_is_the_share_of_the_time_near_a_sound():
    assert covered_share(np.array([1.0, 1.05, 5.0]), 0.1, 0, 10) == pytest.approx(0.045)
    assert covered_share(np.array([0.0]), 0.1, 0, 1) == pytest.approx(0.1)


def test_no_sound_no_rows():
    nothing = empty_inputs()
    motion = make_motion(np.zeros((30, 16, 16, 3), np.uint8), 30)
    assert rows_of(motion, []) == rows_of(nothing["motion"], sounds([1.0])) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("shape", [(1, 16, 16), (2, 16, 16), (3, 1, 1), (40, 2, 2), (40, 17, 33)])
@pytest.mark.parametrize("level", [0, 255, None])
def test_the_odd_is_survived(shape: tuple[int, ...], level: int | None):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (*shape, 3)) if level is None else np.full((*shape, 3), level)
    times_s = np.cumsum(rng.uniform(0.001, 0.2, shape[0]))
    motion = make_motion(pictures.astype(np.uint8), t_s=times_s)
    rows = rows_of(motion, sounds([0.0, 0.1, 0.5], [0.2]), cuts_at(0.0))
    assert rows[0].kind == "video"
    assert rows[0].offset_s is None
