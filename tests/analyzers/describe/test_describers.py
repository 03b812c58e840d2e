"""What all describers owe: no second untold, no answer hidden, nothing made up, and every picture named by its time."""

import json
from collections.abc import Iterable, Iterator

import pytest

from analyzers.contract import REGISTRY, Frame, Question
from tests.analyzers.describe.told import FRAMES, SECONDS, of, rows_of
from tests.describers import SHOWN, Answers, SeesRed, clip, is_whole

NAMES = sorted(name for name, spec in REGISTRY.items() if spec.group == "describe")
IN_JSON = [name for name in NAMES if name != "blip2"]
LEVEL = dict.fromkeys(("vid2seq", "streaming_dense_captioning", "tarsier_video_description"), "window")
every_describer = pytest.mark.parametrize("name", NAMES)
in_json = pytest.mark.parametrize("name", IN_JSON)


def test_there_are_ten():
    assert len(NAMES) == 10


@in_json
def test_it_tells_the_whole_video_and_every_answer_is_read(name: str):
    rows = rows_of(name, SeesRed())
    assert is_whole(rows, LEVEL.get(name, "shot"), SECONDS)
    assert is_whole(rows, "video", SECONDS)
    assert rows[-1].level == "video"
    assert (rows[-1].parse_rate, rows[-1].n_failed) == (1.0, 0)
    assert all(row.is_parsed for row in rows)


@in_json
def test_it_shows_each_picture_with_its_time_and_keeps_its_index(name: str):
    model = SeesRed()
    rows = rows_of(name, model)
    index_of = {frame.t_s: frame.index for frame in FRAMES}
    for question in model.asked:
        assert [float(time_s) for _, time_s in SHOWN.findall(question.prompt)] == pytest.approx(question.times_s)
        assert len(set(question.times_s)) == len(question.times_s)
    asked = {tuple(index_of[time_s] for time_s in question.times_s) for question in model.asked}
    assert asked == {row.frames_used for row in rows if row.level != "event"}


@every_describer
def test_no_table_is_told_in_a_prompt(name: str):
    model = Answers("{}")
    rows_of(name, model)
    assert all(fact not in question.prompt for question in model.asked for fact in question.facts)
    assert all(question.facts for question in model.asked)


@every_describer
def test_nothing_that_is_not_there_is_told(name: str):
    frames, _ = clip(SECONDS)
    rows = rows_of(name, SeesRed() if name != "blip2" else Answers("a grey wall"), frames)
    assert of(rows, "event") == []
    assert not any("red" in " ".join((row.text, *row.subjects)) for row in rows)


@in_json
@pytest.mark.parametrize("answer", ["I am sorry, I cannot.", '{"text": ', None])
def test_what_cannot_be_read_is_counted_and_kept(name: str, answer: str | None):
    rows = rows_of(name, Answers(answer))
    video = rows[-1]
    assert (video.n_failed, video.parse_rate) == (video.n_asked, 0.0)
    assert all((row.is_parsed, row.text) == (False, answer.strip() if answer else None) for row in rows)
    assert is_whole(rows, LEVEL.get(name, "shot"), SECONDS)


@in_json
def test_one_failed_answer_of_several_is_a_failed_row(name: str):
    rows = rows_of(name, Answers("no JSON", '{"text": "A wall."}', '{"text": "A wall."}'))
    failed = [row for row in rows if row.is_parsed is False]
    assert len(failed) == rows[-1].n_failed > 0
    assert rows[-1].parse_rate == pytest.approx(1 - rows[-1].n_failed / rows[-1].n_asked)


@every_describer
def test_one_picture_is_enough(name: str):
    rows = rows_of(name, Answers('{"text": "A wall."}'), FRAMES[:1], seconds=0.1, cut_analysis=None)
    assert {row.frames_used for row in rows} == {(0,)}
    assert max(row.end_s for row in rows) == 0.1


@in_json
def test_a_shot_without_a_sampled_picture_is_a_row_without_an_answer(name: str):
    if name in LEVEL:
        return
    few = [frame for frame in FRAMES if frame.t_s < 7]
    rows = rows_of(name, SeesRed(), few)
    assert is_whole(rows, "shot", SECONDS)
    last = of(rows, "shot")[-1]
    assert (last.text, last.is_parsed, last.prompt_id, last.frames_used) == (None, None, None, ())
    assert rows[-1].parse_rate == 1.0


@every_describer
def test_a_model_of_one_picture_is_shown_one(name: str):
    model = Answers('{"text": "A wall."}')
    model.most_pictures = 1  # pyright: ignore[reportAttributeAccessIssue]
    rows_of(name, model)
    assert {len(question.pictures) for question in model.asked} == {1}


@pytest.mark.parametrize(
    "name", ["qwen2_vl_temporal", "vid2seq", "streaming_dense_captioning", "tarsier_video_description"]
)
def test_events_whose_times_cannot_be_are_kept_as_not_read(name: str):
    events = [{"start_s": 900, "end_s": 901, "text": "late"}, {"start_s": 3, "end_s": 1, "text": "turned"}]
    rows = of(rows_of(name, Answers(json.dumps({"text": "A.", "events": events}))), "event")
    assert {(row.text, row.is_parsed) for row in rows} == {("late", False), ("turned", False)}
    assert all(0 <= row.start_s < row.end_s <= SECONDS for row in rows)


@every_describer
def test_a_picture_is_fetched_only_when_it_is_shown(name: str):
    class Fetched(list[Frame]):
        """Counts the pictures that somebody holds."""

        held = 0

        def __getitem__(self, which):  # pyright: ignore[reportIncompatibleMethodOverride]
            Fetched.held += 1
            return super().__getitem__(which)

    class Patient:
        most_pictures = 8

        def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]:
            for question in questions:
                assert Fetched.held == len(question.pictures)
                Fetched.held = 0
                yield '{"text": "A wall."}'

    rows_of(name, Patient(), Fetched(FRAMES))
