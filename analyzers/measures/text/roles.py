"""What a text on the screen is for, as far as its words, place and life tell."""

import re
import unicodedata
from typing import Literal

Role = Literal["caption", "title", "cta", "username", "watermark", "ui", "sticker", "scene_text"]

USERNAME = re.compile(r"@[\w.\-]{2,30}")
# Names that apps burn into what they export.
APPS = re.compile(
    r"(tik\s?tok|cap\s?cut|snapchat|instagram|youtube|kwai|likee|inshot|kinemaster|filmora)\b", re.IGNORECASE
)
# What viewers are asked for, English and German.
CTA = re.compile(
    r"\b(follow|subscribe|like (this|and|if)|link in( my| the)? bio|comment (below|down|if|your)|share (this|with)"
    r"|save (this|for later)|tap|click|swipe up|download|shop now|order now|buy now|use code|sign up|watch till"
    r"|folg(e|t)?( mir)?|abonnier\w*|link in (der )?bio|kommentier\w*|teil(e|t)? (das|dies|mit)|speicher\w*"
    r"|jetzt (kaufen|bestellen|sichern)|klick\w*|gutscheincode|rabattcode|mehr im profil)\b",
    re.IGNORECASE,
)
# Counters, clocks and buttons of an app that was filmed.
UI = re.compile(r"(\d+([.,]\d+)?\s?[kKmM]|\d{1,2}:\d{2}(\s?/\s?\d{1,2}:\d{2})?|\d{1,3}\s?%|REC|LIVE|REPLY TO .*)")
TITLE_STARTS_S = 1.0
TITLE_ABOVE = 0.4  # of the picture's height
STAYS = 0.8  # of the video: what stays longer is no caption
CORNER_HEIGHT = 0.025  # cap height of a mark in a corner, in heights of the picture
TILTED_DEG = 4.0


def role_of(
    text: str,
    *,
    start_s: float,
    life_share: float,  # of the video
    middle: tuple[float, float],
    cap_height: float,  # of the picture
    angle_deg: float,
    is_in_scene: bool,
    has_plate: bool,
) -> Role:
    x, y = middle
    plain = " ".join(text.split())
    if APPS.fullmatch(plain) or (APPS.match(plain) and "@" in plain):
        return "watermark"
    if is_in_scene:
        return "scene_text"
    if USERNAME.fullmatch(plain):
        return "username"
    is_at_rim = min(x, 1 - x) < 0.25 and min(y, 1 - y) < 0.2
    if life_share > STAYS and cap_height < CORNER_HEIGHT and is_at_rim:
        return "watermark"
    if UI.fullmatch(plain):
        return "ui"
    if CTA.search(plain):
        return "cta"
    if abs(angle_deg) > TILTED_DEG:
        return "sticker"
    if y < TITLE_ABOVE and start_s < TITLE_STARTS_S:
        return "title"
    if has_plate and len(plain.split()) == 1 and life_share < STAYS and not 0.55 < y < 0.9:
        return "sticker"
    return "caption"


def normalized(text: str) -> str | None:
    """Lower case, one space between words, no marks at their ends; None where nothing is left."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = [word.strip(".,;:!?…\"'„“”‚‘’()[]{}<>|*·•-–—") for word in folded.split()]
    return " ".join(word for word in words if word) or None


SCRIPTS = (
    ("\u3040", "\u30ff", "ja"),
    ("\uac00", "\ud7a3", "ko"),
    ("\u0e00", "\u0e7f", "th"),
    ("\u0370", "\u03ff", "el"),
)
# Words that one of the two languages uses all the time and the other never.
SMALL_WORDS = {
    "de": "und ich du ist nicht das die der ein eine mit für auf mein dein wie wenn wir sie es zu den auch nur noch",
    "en": "the and you is not this that with for my your how when we they it to of are be just what i'm don't if",
}
SURE_WORDS = 2


def language_of(text: str) -> str | None:
    for first, last, language in SCRIPTS:
        if sum(first <= letter <= last for letter in text) >= 2:
            return language
    words = (normalized(text) or "").split()
    hits = {language: sum(word in small.split() for word in words) for language, small in SMALL_WORDS.items()}
    best, other = sorted(hits, key=lambda language: -hits[language])
    return best if hits[best] >= SURE_WORDS and hits[other] == 0 else None
