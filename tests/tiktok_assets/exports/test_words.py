"""Subtitles and spreadsheets, read back by readers of a few lines; what strangers write stays a text."""

import csv
import io
import re
from xml.etree import ElementTree as Xml

import opentimelineio as otio
import pytest

from tests.tiktok_assets.exports.film import WICKED, film, speech_rows, text_row, timeline_of
from tiktok_assets.exports.ass import write_ass
from tiktok_assets.exports.edl import write_edl
from tiktok_assets.exports.fcp7 import write_fcp7
from tiktok_assets.exports.fcpxml import write_fcpxml
from tiktok_assets.exports.otio import write_otio
from tiktok_assets.exports.subtitles import JOINER, write_srt, write_vtt
from tiktok_assets.exports.tables import write_csv

SEEN = WICKED.translate({0: None, 0x1B: None, 0x202E: None}).strip()  # without what is no text


def wicked():
    rows = [text_row(WICKED, 0.5, 2.0), text_row("two\n\nlines", 2.0, 3.0)]
    return timeline_of(film(), 30.0, title=WICKED, text_overlay=rows)


def srt_cues(text: str) -> list[tuple[str, str, str]]:
    blocks = re.split(r"\n\n", text.removeprefix("\ufeff").strip())
    return [(*re.split(" --> ", block.split("\n")[1]), "\n".join(block.split("\n")[2:])) for block in blocks]  # type: ignore[misc]


def ass_lines(text: str) -> list[list[str]]:
    return [line.removeprefix("Dialogue: ").split(",", 9) for line in text.split("\n") if line.startswith("Dialogue")]


def test_what_is_said_is_subtitled_with_its_times():
    timeline = timeline_of(film(), 30.0, speech_transcription=speech_rows("never give up"))
    assert srt_cues(write_srt(timeline)) == [("00:00:00,200", "00:00:00,950", "never give up")]
    assert "00:00:00.200 --> 00:00:00.950\nnever give up" in write_vtt(timeline)


def test_without_words_the_texts_are_subtitled():
    timeline = timeline_of(film(), 30.0)
    assert [text for _, _, text in srt_cues(write_srt(timeline))] == ["so good", "link in bio"]
    assert " position:50% line:" in write_vtt(timeline)


def test_a_sign_in_the_picture_is_no_subtitle():
    timeline = timeline_of(film(), 30.0, text_overlay=[text_row("EXIT", 0, 1, role="scene_text")])
    assert write_srt(timeline).strip("\ufeff") == ""
    assert ass_lines(write_ass(timeline)) == []


def test_ass_draws_texts_where_and_how_they_look():
    look = {"fill_hex": "#ff8000", "stroke_hex": "#102030", "stroke_frac": 0.2, "angle_deg": 10.0,
            "entrance": "fade", "entrance_s": 0.3}  # fmt: skip
    timeline = timeline_of(film(), 30.0, text_overlay=[text_row("so\ngood", 1.0, 2.5, **look)])
    ((_, start, end, style, *_, text),) = ass_lines(write_ass(timeline))
    assert (start, end, style) == ("0:00:01.00", "0:00:02.50", "Text")
    tags, words = text[1:].split("}", 1)
    assert tags == r"\an5\pos(48.0,56.0)\fs12\frz-10.0\1c&H0080FF&\bord1.6\3c&H302010&\fad(300,0)"
    assert words == r"so\Ngood"


def test_words_that_come_one_by_one_are_karaoke():
    timeline = timeline_of(film(), 30.0, text_overlay=[], speech_transcription=speech_rows("never, give up"))
    (line,) = ass_lines(write_ass(timeline))
    assert line[-1] == r"{\k20}never, {\k5}{\k20}give {\k5}{\k20}up{\k5}"
    assert re.sub(r"\{[^}]*\}", "", line[-1]) == "never, give up"


@pytest.mark.parametrize("end_s", [0.3, 0.62, 0.95, 2.0])
def test_the_times_of_karaoke_make_up_the_length_of_the_line(end_s):
    """Also where words go on after their line ends, or begin before it."""
    rows = speech_rows("never give up")
    rows[0] |= {"start_s": 0.25, "end_s": end_s}
    (line,) = ass_lines(write_ass(timeline_of(film(), 30.0, text_overlay=[], speech_transcription=rows)))
    start, end = (float(time.rpartition(":")[2]) for time in line[1:3])
    lengths = [int(length) for length in re.findall(r"\{\\k(\d+)\}", line[-1])]
    assert sum(lengths) == pytest.approx((end - start) * 100)


def test_a_strangers_text_ends_no_cue_and_brings_no_tags():
    srt, vtt, ass = (write(wicked()) for write in (write_srt, write_vtt, write_ass))
    cues = srt_cues(srt)
    assert [text.replace(JOINER, "") for _, _, text in cues] == [SEEN, "two\nlines"]
    assert "-->" not in cues[0][2]
    assert "<b>" not in srt
    assert "{\\pos" not in srt
    assert vtt.count("-->") == 2
    assert "<" not in vtt
    first = ass_lines(ass)[0][-1]
    told = re.sub(r"^\{[^}]*\}", "", first)
    assert not {"{", "}"} & set(told)
    assert "\\pos" not in told
    assert "\\N" not in told
    back = told.replace(JOINER, "").replace("\uff5b", "{").replace("\uff5d", "}")
    assert back == SEEN
    assert len(ass_lines(ass)) == 2


@pytest.mark.parametrize("write", [write_otio, write_edl, write_fcpxml, write_fcp7])
def test_a_strangers_text_breaks_no_timeline(write):
    timeline, text = wicked(), write(wicked())
    assert not {"\x00", "\x1b", "\u202e"} & set(text)
    if write is write_otio:
        read = otio.adapters.read_from_string(text, "otio_json")
        assert read.tracks[1][1].metadata["tiktok_assets"]["text"] == SEEN
    elif write is write_edl:
        read = otio.adapters.read_from_string(text, "cmx_3600", rate=30)
        assert len([i for i in read.tracks[0] if isinstance(i, otio.schema.Clip)]) == len(timeline.clips)
    else:
        told = "".join(Xml.fromstring(text).itertext())
        attributes = {value for element in Xml.fromstring(text).iter() for value in element.attrib.values()}
        assert SEEN in told or SEEN in attributes


def test_no_cell_is_a_formula_and_numbers_stay_numbers():
    rows = [{"a": "=1+1", "b": -2.5, "c": None, "d": [{"w": "@x"}], "e": "\uff1dSUM(A1)", "f": True, "g": "-- no"}]
    text = write_csv(list(rows[0]), rows)
    assert text.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    told = {"a": "'=1+1", "b": "-2.5", "c": "", "d": '[{"w": "@x"}]', "e": "'\uff1dSUM(A1)", "f": "true", "g": "'-- no"}
    assert row == told
