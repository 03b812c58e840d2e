"""Fonts of the machine that are not part of any wheel, found by their file's name where systems keep them."""

import os
from functools import cache
from pathlib import Path

EMOJI_FONTS = ("NotoColorEmoji.ttf", "Apple Color Emoji.ttc")  # bitmaps: what draws curves alone differs in looks
STRIKES_PX = (109, 160, 96, 64)  # sizes that their bitmaps come in
FOLDERS = (
    "~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts",  # Linux
    "~/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts",  # macOS
)  # fmt: skip


@cache
def find_font(names: tuple[str, ...], folders: tuple[str, ...] = FOLDERS) -> Path | None:
    """The first of these files that is installed; None where none of them is."""
    there: dict[str, Path] = {}
    for folder in folders:
        for parent, _, files in os.walk(os.path.expanduser(folder)):
            for file in files:
                there.setdefault(file.casefold(), Path(parent, file))
    return next((there[name.casefold()] for name in names if name.casefold() in there), None)
