from typing import Any

import numpy as np
import pytest

from analyzers.contract import Flow
from analyzers.meaning.hook_analysis import POINTS, Row, hook_analysis
from tests import meaning


def hook(seconds: float = 6.0, fps: float = 30.0, flow: Flow | None = None, **rows: Any) -> list[Row]:
    motion = meaning.still(seconds, fps)
    names = ("cut_analysis", "audio_analysis", "speech_transcription", "text_overlay", "face_detection")
    given: dict[str, Any] = dict.fromkeys(names) | rows
    return list(hook_analysis(motion, flow or meaning.flow(motion), **given))


@pytest.mark.parametrize("fps", [24.0, 29.97, 30.0, 60.0])
@pytest.mark.parametrize("at", [0.0, 0.4, 1.5, 2.7])
def test_planted_moments_are_told_within_a_frame(fps: float, at: float):
    at = round(at * fps) / fps
    rows = hook(
        fps=fps,
        flow=meaning.flow(meaning.still(6.0, fps), at),
        speech_transcription=meaning.words("hello there", at),
        text_overlay=[meaning.text("hello", at, 5.0)],
        face_detection=meaning.face(at, 5.0),
    )
    for row in rows:
        for found in (row.first_motion_s, row.first_word_s, row.first_text_s, row.first_face_s):
            assert found == (pytest.approx(at, abs=1 / fps) if at < row.end_s else None)


def test_windows_are_one_two_and_three_seconds_and_a_short_video_ends_them():
    assert [(row.window_s, row.end_s) for row in hook()] == [(1, 1), (2, 2), (3, 3)]
    assert [(row.window_s, pytest.approx(row.end_s)) for row in hook(1.5)] == [(1, 1), (2, 1.5)]


def test_nothing_that_was_looked_for_scores_nothing():
    row = hook(cut_analysis=[], speech_transcription=[], text_overlay=[], face_detection=[])[-1]
    assert (row.score, row.first_motion_s, row.has_question, row.has_promise) == (0, None, False, False)
    assert (row.cuts, row.text_share, row.speech_share) == (0, 0, 0)


def test_the_parts_add_up_to_the_score():
    rng = np.random.default_rng(1)
    for _ in range(30):
        at = rng.uniform(0, 4, 5).tolist()
        rows = hook(
            flow=meaning.flow(meaning.still(6.0), at[0]),
            cut_analysis=[meaning.cut(at[1])],
            speech_transcription=meaning.words("how to win", at[2]),
            text_overlay=[meaning.text("why?", at[3], 6.0)],
            face_detection=meaning.face(at[4], 6.0),
            audio_analysis=meaning.loudness(rng.uniform(-50, -10, 12).tolist()),
        )
        for row in rows:
            assert row.score == sum(part.points for part in row.score_parts) <= row.score_most == 100
            assert {part.name: part.most for part in row.score_parts} == POINTS


def test_what_failed_upstream_is_null_and_no_part_of_the_score():
    row = hook()[-1]
    assert (row.cuts, row.text_share, row.speech_share, row.loudness_jump_lu, row.has_question) == (None,) * 5
    assert [part.name for part in row.score_parts] == ["motion"]
    assert row.score_most == POINTS["motion"]


def test_a_hook_with_everything_at_once_has_all_the_points():
    row = hook(
        flow=meaning.flow(meaning.still(6.0), 0.0),
        cut_analysis=[meaning.cut(0.5), meaning.cut(0.8)],
        speech_transcription=meaning.words("wait until the end", 0.0),
        text_overlay=[meaning.text("guess who?", 0.0, 3.0)],
        face_detection=meaning.face(0.0, 3.0),
        audio_analysis=meaning.loudness([None, -14.0, -14.0]),
    )[0]
    assert row.score == 100
    assert (row.cuts, row.has_question, row.has_promise) == (2, True, True)
    assert row.loudness_jump_lu == pytest.approx(46)


def test_cuts_and_texts_are_no_movement():
    motion = meaning.still(6.0)
    flow = meaning.flow(motion)
    flow.xy[14] = 0.2  # a cut at half a second
    flow.xy[44:50, 7:11, 1:7] = 0.1  # a text that grows
    flow.xy[70] = 0.2  # one step alone: a key frame
    rows = hook(flow=flow, cut_analysis=[meaning.cut(0.5)], text_overlay=[meaning.text("hey", 1.5, 4.0)])
    assert [row.first_motion_s for row in rows] == [None] * 3
    assert hook(flow=flow)[-1].first_motion_s == pytest.approx(44 / 30)


def test_a_face_in_the_first_sample_after_a_cut_came_with_the_cut():
    seen = {"face_detection": meaning.face(1.25, 4.0)}
    for cut_s, face_s in ((1.1, 1.1), (1.25, 1.25), (0.95, 1.25), (1.3, 1.25)):
        assert hook(cut_analysis=[meaning.cut(cut_s)], **seen)[-1].first_face_s == face_s


def test_watermarks_are_no_text_of_the_hook():
    row = hook(text_overlay=[meaning.text("TikTok", 0.0, 6.0, "watermark")])[-1]
    assert (row.first_text_s, row.text_share) == (None, 0)


def test_a_question_counts_where_it_begins():
    rows = hook(speech_transcription=meaning.words("did you know that cats purr when they are happy", 1.2))
    assert [row.has_question for row in rows] == [False, True, True]
    assert rows[1].quote == "did you know that cats purr when they are happy"
    assert rows[0].quote is None


def test_a_promise_in_captions_of_a_word_or_two_is_read_across_them():
    texts = [meaning.text(what, i * 0.5, i * 0.5 + 0.5) for i, what in enumerate(("wait", "until the", "end"))]
    assert [row.has_promise for row in hook(text_overlay=texts)] == [True] * 3
    assert not any(row.has_promise for row in hook(text_overlay=texts[:1] + texts[2:]))


@pytest.mark.parametrize("frames", [1, 2])
def test_it_survives_a_frame_or_two(frames: int):
    assert [row.first_motion_s for row in hook(frames / 30)] == [None]
