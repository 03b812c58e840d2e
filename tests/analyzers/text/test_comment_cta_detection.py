"""Calls to action with their channel, their words' own times and their place; traps and silence have none."""

import pytest

from analyzers.contract import Post
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.comment_cta_detection import Row, comment_cta_detection
from analyzers.text.text_overlay import Row as TextRow
from tests.inputs import make_media


def said(text: str, start_s: float = 1.0, number: int = 0, step_s: float = 0.3) -> list[SpokenRow]:
    """A segment with a word every 0.3 s."""
    words = text.split()
    rows = [SpokenRow(start_s, start_s + step_s * len(words), 0.9, "segment", text, "en", number, len(words))]
    for i, word in enumerate(words):
        start = start_s + step_s * i
        rows.append(SpokenRow(start, start + step_s, 0.8, "word", word, "en", number))
    return rows


def shown(
    text: str, start_s: float = 2.0, end_s: float = 4.0, y: float = 0.4, role="caption", x: float = 0.2
) -> TextRow:
    return TextRow(
        start_s, end_s, 0.97, text, text.lower() or None, None, role, x, y, 0.5, 0.1, 0.0, "center", 0.03,
        "#ffffff", None, None, None, None, "cut", 0.0, "cut", 0.0, None, None, (), 5.0, 3, 0, 8,
    )  # fmt: skip


def found(
    spoken: list[SpokenRow] | None = None, texts: list[TextRow] | None = None, caption: str | None = None
) -> list[Row]:
    return list(comment_cta_detection(make_media(), Post(caption=caption), spoken, texts))


def test_a_spoken_call_has_the_time_of_its_words():
    (row,) = found(said("So that's it for today please follow me for more recipes. Bye!"))
    assert (row.cta, row.channel, row.quote) == ("follow", "speech", "follow me for more")
    assert row.start_s == pytest.approx(1.0 + 0.3 * 6)
    assert row.end_s == pytest.approx(1.0 + 0.3 * 10)
    assert row.confidence == pytest.approx(0.8)
    assert (row.x, row.y) == (None, None)


def test_a_spoken_call_may_go_on_in_the_next_segment_if_nobody_pauses():
    split = said("please save this", 1.0, 0) + said("for later", 1.95, 1)
    assert [(row.cta, row.quote) for row in found(split)] == [("save", "save this for later")]
    late = said("watch until", 1.0, 0) + said("the end", 6.0, 1)
    assert found(late) == []


def test_words_without_times_of_their_own_have_their_segments():
    segment = SpokenRow(3.0, 5.5, None, "segment", "Save this video for later", "en", 0, 5)
    (row,) = found([segment])
    assert (row.start_s, row.end_s, row.confidence) == (3.0, 5.5, None)


def test_speech_that_nobody_wrote_down_or_that_is_not_believed_asks_for_nothing():
    silent = SpokenRow(0.0, 2.0, 0.9, "segment", segment=0)
    invented = SpokenRow(0.0, 3.0, 0.1, "rejected", "Like and subscribe", n_words=3, reason="known_phrase")
    assert found([silent, invented]) == []


def test_a_shown_call_has_the_time_and_the_place_of_its_text():
    (row,) = found(texts=[shown("wait for it 👀")])
    assert (row.cta, row.channel, row.quote) == ("watch_end", "screen", "wait for it")
    assert (row.start_s, row.end_s, row.confidence) == (2.0, 4.0, 0.97)
    assert (row.x, row.y, row.w, row.h) == (0.2, 0.4, 0.5, 0.1)


def test_captions_that_follow_the_voice_are_read_on():
    words = [shown(word, 2 + i * 0.4, 2.4 + i * 0.4) for i, word in enumerate(("please", "follow me", "for more"))]
    (row,) = found(texts=words)
    assert (row.quote, row.start_s, row.end_s) == ("follow me for more", 2.4, pytest.approx(3.2))
    trap = [shown("and I", 1.0, 1.4), shown("really don't", 1.4, 1.8), shown("like this video", 1.8, 2.4)]
    assert found(texts=trap) == []


def test_what_is_written_elsewhere_at_that_time_is_a_text_of_its_own():
    rows = found(texts=[shown("my friends", 1.0, 2.0, y=0.1), shown("Follow me", 2.0, 3.0, y=0.8)])
    assert [row.cta for row in rows] == ["follow"]


@pytest.mark.parametrize("role", ["scene_text", "watermark", "ui", "username"])
def test_signs_marks_and_buttons_ask_for_nothing(role: str):
    assert found(texts=[shown("Follow us", role=role)]) == []
    assert len(found(texts=[shown("Follow us", role="sticker")])) == 1


def test_what_the_caption_asks_for_holds_for_the_whole_video():
    rows = found(caption="Part 2 tomorrow! Comment your guess 👇 #fyp #follow #likeforlikes")
    assert [(row.cta, row.quote) for row in rows] == [("part2", "Part 2 tomorrow"), ("comment", "Comment your")]
    assert {(row.start_s, row.end_s, row.channel, row.confidence) for row in rows} == {(0.0, 10.0, "caption", None)}


def test_each_channel_says_its_own():
    rows = found(said("follow me"), [shown("Follow me")], "Follow me")
    assert [row.channel for row in rows] == ["speech", "screen", "caption"]


def test_without_speech_or_text_the_caption_still_asks():
    assert [row.cta for row in found(None, None, "Link in bio")] == ["link_bio"]
    assert found(None, None, None) == []
    assert found([], [], "just a quiet day at the lake #nature") == []
