"""What a model meant to write as JSON is read, and what it did not is not made up."""

import json

import pytest

from analyzers.measures.describe.answers import told
from analyzers.measures.describe.reading import read_object

WHOLE = {"text": "A man walks.", "subjects": ["man", "dog"], "people_n": 1, "events": []}


def read(answer: str):
    return read_object(answer, "text")


@pytest.mark.parametrize(
    "wrapping", ["{}", "```json\n{}\n```", "Sure, {{here}} it is:\n{}\nAnything else?", "<think>{{}}</think>{}"]
)
def test_whole_json_is_read_wherever_it_stands(wrapping: str):
    assert read(wrapping.format(json.dumps(WHOLE))) == (WHOLE, False)


@pytest.mark.parametrize(
    "broken",
    [
        '{"text": "A man walks.", "subjects": ["man", "dog",], "people_n": 1, "events": [],}',
        "{'text': 'A man walks.', 'subjects': ['man', 'dog'], 'people_n': 1, 'events': []}",
        '{text: "A man walks.", subjects: ["man", "dog"], people_n: 1, events: []}',
        '{"text": "A man walks."\n"subjects": ["man", "dog"]\n"people_n": 1, "events": []}',
        '{"text": "A man walks.", "subjects": ["man", "dog"], "people_n": 1, "events": [',
        '```json\n{“text”: “A man walks.”, \'subjects\': ["man", \'dog\'], "people_n": 1.0, "events": []',
    ],
)
def test_broken_json_is_mended_and_said_to_be(broken: str):
    assert read(broken) == (WHOLE, True)


def test_quotes_within_a_string_do_not_end_it():
    found, _ = read("""{'text': 'It's a "big" day', "people_n": None, 'is': True}""")
    assert found == {"text": 'It\'s a "big" day', "people_n": None, "is": True}


def test_half_a_word_and_half_a_number_are_not_told():
    assert read('{"text": "A dog.", "subjects": ["dog", "red cir')[0] == {
        "text": "A dog.",
        "subjects": ["dog", "red …"],
    }
    assert read('{"text": "A dog.", "subjects": ["dog", "ca')[0] == {"text": "A dog.", "subjects": ["dog"]}
    assert read('{"text": "A dog.", "people_n": 1')[0] == {"text": "A dog."}
    assert read('{"text": "A dog.", "setting":')[0] == {"text": "A dog."}


@pytest.mark.parametrize(
    "answer",
    [
        "", "I cannot help with that.", "{", "{}", "[1, 2]", '{"type": "object", "properties": {}}', '{"text": yes}',
        "{" * 9000, "[" * 9000, '{"text": ' + "[" * 9000, '{"text": 1' + "0" * 9000 + "}", '{"text": NaN}',
        '{"text": " "}', '{"a": {"text": "x"}',
    ],
)  # fmt: skip
def test_what_is_no_answer_fails_and_is_kept_word_by_word(answer: str):
    found = told(answer)
    assert not found.is_parsed
    assert found.text == (answer.strip() or None)
    assert found.is_repaired is None


def test_a_part_of_a_hopeless_answer_is_not_taken_for_it():
    answer = '{"text": "He said "no", then left", "events": [{"start_s": 1, "end_s": 2, "text": "x"}]}'
    assert not told(answer).is_parsed
    assert told(answer).text == answer


def test_no_answer_at_all_fails():
    assert told(None).is_parsed is False
    assert told(None).text is None


def test_values_of_a_wrong_type_and_words_for_nothing_are_absent():
    answer = {
        "text": "A.",
        "subjects": "dog",
        "actions": [1, None, "runs", "runs"],
        "setting": "unknown",
        "people_n": "two",
        "screen_text": ["none"],
        "cuts_n": True,
        "events": [{"text": "x"}, {"start_s": 1}, 5],
    }
    found = told(json.dumps(answer))
    assert (found.subjects, found.actions, found.setting) == (("dog",), ("runs",), None)
    assert (found.people_n, found.cuts_n, found.screen_text) == (None, None, ())
    assert [(event.text, event.start_s) for event in found.happenings] == [("x", None)]


def test_times_with_a_unit_are_times():
    events = '{"start_s": "3.0 s", "end_s": 4, "text": "x"}, {"start_s": 1e400, "end_s": 2, "text": "y"}'
    found = told(f'{{"text": "A.", "events": [{events}]}}')
    assert [(event.start_s, event.end_s) for event in found.happenings] == [(3.0, 4.0), (None, 2.0)]
