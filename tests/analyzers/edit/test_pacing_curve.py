from typing import cast

import numpy as np
import pytest

from analyzers.contract import Audio, Flow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.pacing_curve import PaceRow, pacing_curve
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow
from tests.inputs import empty_inputs, make_audio, make_flow, make_motion


class OnScreen:
    """As much of a text as the curve reads."""

    def __init__(self, start_s: float, end_s: float, text: str) -> None:
        self.start_s, self.end_s, self.text = start_s, end_s, text


def a_cut(t_s: float, fps: float = 30.0) -> CutRow:
    return CutRow(t_s, t_s, 0.9, "cut", kind="hard", boundary_frame=round(t_s * fps), len_frames=0)


def curve(
    seconds: float = 3.0,
    *,
    pictures: np.ndarray | None = None,
    flow: Flow | None = None,
    audio: Audio | None = None,
    cuts: list[CutRow] | None = None,
    texts: list[OnScreen] | None = None,
    spoken: list[SpokenRow] | None = None,
) -> list[PaceRow]:
    blank = np.full((round(seconds * 30), 48, 32, 3), 90, np.uint8)
    motion = make_motion(blank if pictures is None else pictures)
    sound = make_audio(np.zeros((0, 2), np.float32)) if audio is None else audio
    shown = cast(list[TextRow] | None, texts)
    return list(pacing_curve(motion, make_flow(motion) if flow is None else flow, sound, cuts, shown, spoken))


def test_there_is_one_row_for_every_second_and_the_last_one_ends_with_the_video():
    rows = curve(2.4)
    assert [(row.start_s, pytest.approx(row.end_s)) for row in rows] == [(0, 1), (1, 2), (2, 2.4)]
    assert len(curve(3.0)) == 3


def test_every_cut_is_counted_in_the_second_in_which_it_begins():
    shot = CutRow(0.0, 3.0, None, "shot", shot=0, len_s=3.0)
    cuts = [a_cut(0.5), a_cut(1.0), a_cut(1.5), a_cut(1 + 29 / 30), shot]
    assert [row.cuts for row in curve(cuts=cuts)] == [1, 3, 0]


def test_a_cut_a_rounding_error_before_the_second_belongs_to_it():
    assert [row.cuts for row in curve(cuts=[a_cut(0.9999999)])] == [0, 1, 0]


def test_what_failed_upstream_is_null_and_what_found_nothing_is_zero():
    assert {(row.cuts, row.text_chars) for row in curve()} == {(None, None)}
    assert {(row.cuts, row.text_chars) for row in curve(cuts=[], texts=[])} == {(0, 0)}
    assert {row.words for row in curve()} == {None}
    assert {row.words for row in curve(spoken=[])} == {0}


def test_every_word_is_counted_in_the_second_in_which_it_begins():
    spoken = [SpokenRow(0.5, 2.5, 0.9, "segment", "four words in all", segment=0, n_words=4)]
    spoken += [SpokenRow(t, t + 0.3, 0.9, "word", "word", segment=0) for t in (0.5, 0.9999999, 1.2, 2.4)]
    spoken.append(SpokenRow(0.0, 3.0, 0.1, "rejected", "Thanks for watching", n_words=3, reason="known_phrase"))
    assert [row.words for row in curve(spoken=spoken)] == [1, 2, 1]


def test_words_without_times_of_their_own_lie_evenly_in_their_segment():
    spoken = [SpokenRow(0.0, 2.0, None, "segment", "one two three four", segment=0, n_words=4)]
    assert [row.words for row in curve(spoken=spoken)] == [2, 2, 0]


def test_words_that_nobody_wrote_down_are_not_counted():
    heard = [SpokenRow(0.0, 2.0, 0.9, "segment", segment=0)]
    assert {row.words for row in curve(spoken=heard)} == {None}


def test_the_characters_are_the_most_that_are_on_screen_at_once():
    texts = [OnScreen(0.2, 1.5, "wait for"), OnScreen(0.6, 0.8, "it\nnow"), OnScreen(1.5, 2.0, "ok")]
    assert [row.text_chars for row in curve(texts=texts)] == [7 + 5, 7, 0]


def test_movement_is_measured_in_widths_a_second():
    noise = np.random.default_rng(1).integers(0, 255, (12, 60, 3)).astype(np.uint8)
    wide = np.kron(noise, np.ones((8, 8, 1), np.uint8))  # 96 high, 480 wide
    moving = np.stack([wide[:, 2 * i : 2 * i + 160] for i in range(60)])  # 2 of 160 pixels a frame
    speeds = [row.motion for row in curve(pictures=moving)]
    assert speeds == pytest.approx([0.375, 0.375], rel=0.15)
    assert {row.motion for row in curve()} == {0.0}


def test_a_hard_cut_is_no_movement():
    rng = np.random.default_rng(2)
    looks = [np.kron(rng.integers(0, 255, (12, 20, 3)), np.ones((8, 8, 1))).astype(np.uint8) for _ in range(2)]
    pictures = np.stack([looks[0]] * 15 + [looks[1]] * 15)
    assert curve(pictures=pictures, cuts=[a_cut(0.5)])[0].motion == 0.0


def test_the_level_is_that_of_each_second_and_null_in_silence():
    sine = np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
    second = np.stack([sine, sine], axis=1).astype(np.float32)
    rows = curve(audio=make_audio(np.concatenate([second, second / 10, second * 0])))
    assert [row.energy_db for row in rows] == [pytest.approx(-3.01, abs=0.01), pytest.approx(-23.01, abs=0.01), None]
    assert {row.energy_db for row in curve()} == {None}


def test_sound_that_starts_late_is_counted_where_it_is_heard():
    loud = np.full((48_000, 2), 0.5, np.float32)
    late = Audio(loud, loud[::3, 0], offset_s=1.0)
    assert [row.energy_db for row in curve(audio=late)] == [None, pytest.approx(-6.02, abs=0.01), None]


def test_nothing_in_gives_nothing_out():
    given = empty_inputs()
    inputs = [given[name] for name in ("motion", "flow", "audio")]
    assert list(pacing_curve(*inputs, None, None, None)) == []  # pyright: ignore[reportArgumentType]
