"""Calls, speakers and arousal: what the accuracy card says of them holds."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzers.measures.asks.grammar import calls
from analyzers.text.comment_cta_detection import GRAMMARS
from tests.truth.asked import calls_table
from tests.truth.diarization import clustering_table
from tests.truth.emotion import arousal_table, wordless_table


def test_calls_from_frames_reach_their_goal():
    missed = {row[0] for row in calls_table().body if row[-1]}
    assert missed <= {"en: held out", "de: held out"}


def test_in_real_transcripts_and_signs_nothing_is_called_for(shared: Path):
    texts = [
        text for path in sorted((shared / "media").rglob("*.gt.json")) for text in written(json.loads(path.read_text()))
    ]
    assert len(texts) > 50
    assert [calls(text, GRAMMARS) for text in texts] == [[]] * len(texts)


def written(known: Any, is_text: bool = False) -> Iterator[str]:
    """Everything that is said or written in what is known of a file."""
    if isinstance(known, dict):
        for name, value in known.items():
            yield from written(value, name in ("transcript", "text", "viewed_text"))
    elif isinstance(known, list):
        for value in known:
            yield from written(value, is_text)
    elif isinstance(known, str) and is_text:
        yield known


def test_few_errors_are_made_with_voices_that_are_known(shared: Path):
    errors = {row[0]: float(row[3].split()[0]) for row in clustering_table(shared / "media").body}
    assert max(error for name, error in errors.items() if "speakers, " in name) <= 0.10
    assert errors["two_speakers_phone_30s.wav"] <= 0.2


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed: apt install espeak-ng")
def test_arousal_rises_with_pitch_rate_and_gain():
    assert [row for row in arousal_table().body if row[-1]] == []


def test_hardly_any_emotion_is_told_where_nobody_speaks(shared: Path):
    told = {row[1]: float(row[3]) for row in wordless_table(shared / "media").body}
    assert sum(told.values()) <= 2
    assert {what for what, seconds in told.items() if seconds} <= {"electronic jazz"}
