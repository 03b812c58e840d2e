"""Strangers' words stay words: in no reader of Markdown do they become a picture, a link, a tag or another line."""

import re

import pytest

from tiktok_assets.markdown import LONGEST, clean, code, facts, table, words

HOSTILE = [
    "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "</td></tr></table><!-- ",
    "https://evil.example www.evil.example a@evil.example @somebody #1",
    "a | b || c \\| d",
    "``` # not a heading ```",
    "`` ` ``` tick",
    "line one\nline two\r\n\u2028three\u2029four\x0bfive",
    "\u202eright to left\u2066 and \u200b hidden\x1b[31m red\x00",
    "\ud800 half",
    "*bold* _it_ ~~gone~~ # head > quote - item 1. item",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_code_span_is_one_line_that_nothing_inside_can_end(text):
    span = code(text)
    fence = re.match("`+", span)[0]
    inner = span[len(fence) : -len(fence)]
    assert span.endswith(fence)
    assert all(len(run) < len(fence) for run in re.findall("`+", inner))
    assert all(sign.isprintable() for sign in span)
    assert not re.search(r"(?<!\\)\|", inner)
    span.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_of_them_keeps_its_shape(text):
    lines = table(("a", "b"), [(code(text), "1")], right=(1,)).split("\n")
    assert len(lines) == 3
    assert [len(re.split(r"(?<!\\)\|", line)) for line in lines] == [4, 4, 4]


@pytest.mark.parametrize("text", [text for text in HOSTILE if not re.search("\n|\ud800", text)])
def test_a_sentence_with_markdown_in_it_is_a_code_span(text):
    assert words(text).startswith("`")


@pytest.mark.parametrize(
    "text",
    ["biometrics are switched off", "needs glow, which failed", "lamp_2 is a fallback for the role `tag_sound`", "1.5"],
)
def test_a_plain_sentence_is_left_as_it_is(text):
    assert words(text) == text


def test_an_emoji_of_several_parts_stays_one():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert code(family) == f"`{family}`"


def test_a_text_without_an_end_is_cut():
    assert len(clean("long " * 10_000)) == LONGEST
    assert clean("short") == "short"


def test_what_is_not_known_is_no_row():
    assert "b" not in facts([("a", "1"), ("b", None), ("b", "")])
    assert code("\n \x00") == ""
