"""Karaoke captions, drawn word by word: the moments at which the words light up are known."""

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from analyzers.contract import Motion
from analyzers.measures.text.karaoke import lit_words
from analyzers.measures.text.regions import Box
from tests.inputs import make_motion

FONT = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans-Bold.ttf"
WORDS = ("sing", "along", "with", "me")
STEP_S, FPS = 0.5, 30
SCALE = 4  # drawn large and shrunk, as a decoded video is


def caption(lights: bool, stays_lit: bool) -> tuple[Motion, Box]:
    """Two and a half seconds of a caption; its words turn yellow in turn, half a second apart."""
    font = ImageFont.truetype(str(FONT), 16 * SCALE)
    left, top = 10 * SCALE, 100 * SCALE
    edges = [left]
    for word in WORDS:
        edges.append(edges[-1] + int(font.getlength(word + " ")))
    pictures = []
    for frame in range(round(2.5 * FPS)):
        now = int(frame / FPS / STEP_S) - 1  # nothing is lit in the first half second
        picture = Image.new("RGB", (180 * SCALE, 320 * SCALE), "#203040")
        pen = ImageDraw.Draw(picture)
        for number, word in enumerate(WORDS):
            is_lit = lights and (number == now or (stays_lit and number < now))
            pen.text((edges[number], top), word, "#ffe000" if is_lit else "#ffffff", font)
        pictures.append(np.asarray(picture.resize((180, 320), Image.Resampling.BOX)))
    ink = (left / 180 / SCALE, top / 320 / SCALE, (edges[-1] - left) / 180 / SCALE, 20 / 320)
    return make_motion(np.stack(pictures), FPS), Box(*ink)


@pytest.mark.parametrize("stays_lit", [True, False], ids=["stays lit", "one at a time"])
def test_each_word_is_lit_at_its_time(stays_lit: bool) -> None:
    motion, box = caption(lights=True, stays_lit=stays_lit)
    found = lit_words(motion, [(" ".join(WORDS), box)], 0.0, 2.5)
    assert [word for word, _, _ in found] == list(WORDS)
    assert [start for _, start, _ in found] == pytest.approx([0.5, 1.0, 1.5, 2.0], abs=1.5 / FPS)
    assert [end for _, _, end in found] == pytest.approx([1.0, 1.5, 2.0, 2.5], abs=1.5 / FPS)


def test_a_caption_that_keeps_its_colour_is_no_karaoke() -> None:
    motion, box = caption(lights=False, stays_lit=False)
    assert lit_words(motion, [(" ".join(WORDS), box)], 0.0, 2.5) == ()
