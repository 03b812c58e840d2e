"""The platform's own captions, as they come with a post: WebVTT, https://www.w3.org/TR/webvtt1/.

Cues become utterances; words have times only where the file has them (`<00:00:01.000>`). Tags, settings, notes
and styles are left out, and so is a cue that cannot be read.
"""

import html
import re
from collections.abc import Iterator

from analyzers.contract import Audio, Post, Transcribe, Utterance, Voice, Word
from resources.weights import Weights

TIME = r"(?:(\d{1,4}):)?(\d{2}):(\d{2})[.,](\d{3})"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?:\s|$)")
STAMP = re.compile(rf"<{TIME}>")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</>|<>")
LANGUAGE = re.compile(r"^Language:\s*([a-zA-Z]{2,3})\b", re.MULTILINE)


def load(weights: Weights) -> Transcribe:
    """Nothing to load: the post carries the text."""

    def transcribe(audio: Audio, voice: Voice, post: Post, /) -> Iterator[Utterance]:
        yield from utterances(post.subtitles or "")

    return transcribe


def utterances(vtt: str) -> list[Utterance]:
    """The cues of a WebVTT file, in the order of time."""
    blocks = re.split(r"\n[ \t]*\n+", re.sub(r"\r\n?", "\n", vtt.lstrip("\ufeff")).replace("\0", "\ufffd").strip())
    head = LANGUAGE.search(blocks[0]) if "-->" not in blocks[0] else None
    lang = head[1].lower() if head else None
    cues = [cue for block in blocks if (cue := _cue(block.split("\n"), lang))]
    return sorted(cues, key=lambda cue: cue.start_s)


def _cue(lines: list[str], lang: str | None) -> Utterance | None:
    """A block's cue; None where it is none, or says nothing, or ends before it begins."""
    if re.match(r"(NOTE|STYLE|REGION)(\s|$)", lines[0]):
        return None
    # In the line before a cue may have a name of its own, and the first one the file's head.
    found = ((number, timing) for number, line in enumerate(lines[:3]) if (timing := TIMING.match(line)))
    number, timing = next(found, (0, None))
    if timing is None:
        return None
    start_s, end_s = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
    body = " ".join(lines[number + 1 :])
    text = _plain(STAMP.sub("", body))
    if not text or end_s <= start_s:
        return None
    return Utterance(start_s, end_s, text, lang, _words(body, start_s, end_s))


def _words(body: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """What stands between two stamps inside a cue, each with its time; nothing where there are no stamps."""
    stamps = list(STAMP.finditer(body))
    if not stamps:
        return ()
    times = [start_s, *(min(max(_seconds(stamp.groups()), start_s), end_s) for stamp in stamps), end_s]
    borders = [0, *(stamp.end() for stamp in stamps)]
    ends = [*(stamp.start() for stamp in stamps), len(body)]
    parts = [_plain(body[first:last]) for first, last in zip(borders, ends, strict=True)]
    return tuple(Word(part, times[i], max(times[i + 1], times[i])) for i, part in enumerate(parts) if part)


def _plain(body: str) -> str:
    return " ".join(html.unescape(TAG.sub("", body)).split())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
