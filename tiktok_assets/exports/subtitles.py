"""Subtitles (SRT, WebVTT): what is said, line by line; of a video without words, what is written over the picture.

A stranger's text cannot end its cue, start another, or bring markup: in WebVTT it is escaped, and in SRT, which knows
no escapes, an invisible joiner stands within what would be read as an arrow or a tag.
"""

import re
from collections.abc import Sequence

from tiktok_assets.exports.model import Speech, Text, Timeline

JOINER = "\u2060"  # takes no room, and is no part of any mark
SHORTEST_S = 0.1  # a cue


def cues(timeline: Timeline) -> Sequence[Speech | Text]:
    """What is said, else what is written; in the order of time."""
    written = [text for text in timeline.texts if text.is_laid_over]
    return sorted(timeline.speech or written, key=lambda cue: (cue.start_s, cue.end_s))


def write_srt(timeline: Timeline) -> str:
    """The file's text; the byte order mark tells old players that it is UTF-8."""
    told = [
        f"{number}\n{_time(cue.start_s, ',')} --> {_time(_end_s(cue), ',')}\n{_srt(cue.text)}\n"
        for number, cue in enumerate(cues(timeline), 1)
    ]
    return "\ufeff" + "\n".join(told)


def write_vtt(timeline: Timeline) -> str:
    """The file's text; a text of the screen stands where it stands there."""
    told = [
        f"{_time(cue.start_s, '.')} --> {_time(_end_s(cue), '.')}{_place(cue)}\n{_vtt(cue.text)}\n"
        for cue in cues(timeline)
    ]
    return "\n".join(["WEBVTT\n", *told])


def _end_s(cue: Speech | Text) -> float:
    return max(cue.end_s, cue.start_s + SHORTEST_S)


def _time(time_s: float, point: str) -> str:
    seconds, ms = divmod(round(time_s * 1000), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{ms:03d}"


def _lines(text: str) -> str:
    """An empty line would end the cue."""
    return "\n".join(line for line in text.split("\n") if line.strip())


def _srt(text: str) -> str:
    return re.sub(r"(?<=--)(?=>)|(?<=<)|(?<=\{)(?=\\)", JOINER, _lines(text))


def _vtt(text: str) -> str:
    return _lines(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _place(cue: Speech | Text) -> str:
    if isinstance(cue, Speech):
        return ""
    look = cue.look
    across, down = look["x"] + look["w"] / 2, look["y"]
    return f" position:{100 * min(across, 1):.0f}% line:{100 * min(down, 1):.0f}% align:center"
