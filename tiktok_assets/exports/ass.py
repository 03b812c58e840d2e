"""ASS: the texts of the screen drawn again as they look, and what is said below, word by word.

Each text stands where it stood, in its colours, with its outline or plate, fading as it did; words that came or were
lit one by one are karaoke (\\k). A stranger's braces and backslashes would be commands, and no escape is understood by
all players: braces are written as their full-width likenesses, and behind a backslash stands an invisible joiner.
"""

from collections.abc import Sequence

from tiktok_assets.exports.model import Speech, Text, Timeline, Word
from tiktok_assets.exports.subtitles import JOINER, SHORTEST_S

CAP_OF_SIZE = 0.64  # height of a capital, of the font size as players count it (Arial: 0.716 em of 1.117)
SPOKEN_SIZE = 0.035  # of the picture's height
LIKENESS = {ord("{"): "\uff5b", ord("}"): "\uff5d"}
STYLE = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
    "Encoding"
)


def write_ass(timeline: Timeline) -> str:
    """The file's text."""
    high = timeline.height
    size, margin = round(high * SPOKEN_SIZE), round(high * 0.05)
    colours = "&H00FFFFFF,&H00A0A0A0,&H00000000,&H80000000"
    head = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"Title: {timeline.title}",
        f"PlayResX: {timeline.width}",
        f"PlayResY: {high}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        "",
        "[V4+ Styles]",
        f"Format: {STYLE}",
        f"Style: Text,Arial,{size},{colours},1,0,0,0,100,100,0,0,1,0,0,5,0,0,0,1",
        f"Style: Plate,Arial,{size},{colours},1,0,0,0,100,100,0,0,3,0,0,5,0,0,0,1",
        f"Style: Speech,Arial,{size},{colours},0,0,0,0,100,100,0,0,1,2,0,2,{margin},{margin},{margin},1",
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
    spoken = [_line(0, cue, "Speech", "", _karaoke(cue, cue.words)) for cue in timeline.speech]
    written = [_written(timeline, text) for text in timeline.texts if text.is_laid_over]
    return "\n".join([*head, *spoken, *written, ""])


def _written(timeline: Timeline, text: Text) -> str:
    look = text.look
    style = "Plate" if look.get("box_hex") else "Text"
    return _line(1, text, style, f"{{{_tags(timeline, text)}}}", _karaoke(text, text.words))


def _line(layer: int, cue: Speech | Text, style: str, tags: str, words: str) -> str:
    return f"Dialogue: {layer},{_time(cue.start_s)},{_time(_end_s(cue))},{style},,0,0,0,,{tags}{words}"


def _tags(timeline: Timeline, text: Text) -> str:
    look = text.look
    cap_px = look["cap_height_frac"] * timeline.height
    across, down = (look["x"] + look["w"] / 2) * timeline.width, (look["y"] + look["h"] / 2) * timeline.height
    tags = [f"\\an5\\pos({across:.1f},{down:.1f})", f"\\fs{max(cap_px / CAP_OF_SIZE, 1):.0f}"]
    if angle := look["angle_deg"]:
        tags.append(f"\\frz{-angle:.1f}")
    if fill := look.get("fill_hex"):
        tags.append(f"\\1c{_colour(fill)}")
    if plate := look.get("box_hex"):
        clear = round(255 * (1 - look.get("box_alpha", 1.0)))
        tags.append(f"\\bord{0.3 * cap_px:.1f}\\3c{_colour(plate)}\\3a&H{clear:02X}&")
    elif stroke := look.get("stroke_hex"):
        tags.append(f"\\bord{look.get('stroke_frac', 0.1) * cap_px:.1f}\\3c{_colour(stroke)}")
    fades = [round(1000 * look.get(f"{way}_s", 0)) if look.get(way) == "fade" else 0 for way in ("entrance", "exit")]
    if any(fades):
        tags.append(f"\\fad({fades[0]},{fades[1]})")
    return "".join(tags)


def _karaoke(cue: Speech | Text, words: Sequence[Word]) -> str:
    """The text, each word behind the time until it is over; plain where the words are not those of the text.

    Pauses count too, so the times of a line make up its length.
    """
    parts = _between(cue.text, words)
    if not words or parts is None:
        return _escaped(cue.text)
    told, at, last = _escaped(parts[0]), _cs(cue.start_s), _cs(_end_s(cue))
    for number, word in enumerate(words):
        start = min(max(_cs(word.start_s), at), last)
        end = min(max(_cs(word.end_s), start), last)
        told += f"{_pause(start - at)}{{\\k{end - start}}}{_escaped(word.text)}{_escaped(parts[number + 1])}"
        at = end
    return told + _pause(last - at)


def _pause(length_cs: int) -> str:
    return f"{{\\k{length_cs}}}" if length_cs else ""


def _end_s(cue: Speech | Text) -> float:
    return max(cue.end_s, cue.start_s + SHORTEST_S)


def _between(text: str, words: Sequence[Word]) -> list[str] | None:
    """What stands before, between and after the words."""
    parts, at = [], 0
    for word in words:
        found = text.find(word.text, at)
        if found < 0:
            return None
        parts.append(text[at:found])
        at = found + len(word.text)
    return [*parts, text[at:]]


def _escaped(text: str) -> str:
    return text.translate(LIKENESS).replace("\\", f"\\{JOINER}").replace("\n", "\\N")


def _colour(hex_rgb: str) -> str:
    red, green, blue = hex_rgb[1:3], hex_rgb[3:5], hex_rgb[5:7]
    return f"&H{blue}{green}{red}&".upper()


def _cs(time_s: float) -> int:
    return round(time_s * 100)


def _time(time_s: float) -> str:
    seconds, hundredths = divmod(_cs(time_s), 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{hundredths:02d}"
