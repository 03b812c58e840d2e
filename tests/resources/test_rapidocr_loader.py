import socket
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from resources.loaders import rapidocr
from resources.render.text import font_path
from resources.weights import Weights

WEIGHTS = Weights("in the wheel", Path())


@pytest.fixture(scope="module")
def read():
    return rapidocr.load(WEIGHTS)


def page(*lines: str, size: int = 36, font: str = "DejaVuSans", ink: str = "black") -> NDArray[np.uint8]:
    image = Image.new("RGB", (720, 90 + 90 * len(lines)), "#d0d0c8")
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((50, 60 + 90 * row), line, ink, ImageFont.truetype(font_path(font), size))
    return np.asarray(image)


def text_of(read, picture: NDArray[np.uint8]) -> list[str]:
    return [line.text for line in next(iter(read([picture])))]


def test_nothing_is_downloaded(monkeypatch):
    def refuse(*_):
        raise AssertionError("the reader asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert text_of(rapidocr.load(WEIGHTS), page("no network")) == ["no network"]


@pytest.mark.parametrize("font", ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "STIXGeneral"])
def test_umlauts_prices_names_and_tags_are_read(read, font):
    lines = ("Größe für Straße", "nur 12,99 € statt 20 €", "@some_user.42", "#fyp #viral", "ALLES NEU")
    assert text_of(read, page(*lines, font=font)) == list(lines)


def test_lines_come_from_top_to_bottom_with_their_corners(read):
    first, second = next(iter(read([page("first line", "second line")])))
    assert (first.text, second.text) == ("first line", "second line")
    (x0, y0), (x1, _), (_, y2), _ = first.corners
    assert 30 < x0 < 60 < 200 < x1 < 290
    assert 45 < y0 < 75 < 90 < y2 < 115


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_is_read_and_its_corners_turn_with_it(read, quarters):
    lines = ("the quick brown fox", "jumps over the dog")
    found = next(iter(read([np.rot90(page(*lines), quarters)])))
    assert {line.text for line in found} == set(lines)
    (x0, y0), (x1, y1) = found[0].corners[:2]
    along = {1: (0, -1), 2: (-1, 0), 3: (0, 1)}[quarters]
    assert np.dot((x1 - x0, y1 - y0), along) > 100


def test_a_latin_line_has_no_look_alikes():
    assert rapidocr._in_latin("NUR HEUTE： groβ") == "NUR HEUTE: groß"
    assert rapidocr._in_latin("春分：四季") == "春分：四季"


@pytest.mark.parametrize("picture", [np.zeros((64, 64, 3), np.uint8), np.full((300, 200, 3), 255, np.uint8)])
def test_an_empty_picture_has_no_lines(read, picture):
    assert text_of(read, picture) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 500), (3, 40)])
def test_tiny_pictures_are_no_error(read, size):
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    assert isinstance(text_of(read, noise), list)


def test_pictures_of_many_sizes_are_read_in_order(read):
    found = [text_of(read, page(word)) for word in ("alpha", "beta", "gamma")]
    assert found == [["alpha"], ["beta"], ["gamma"]]


def test_a_sign_in_a_street_is_read(read, shared):
    picture = np.asarray(Image.open(shared / "media/ocr/easyocr_chinese.jpg").convert("RGB"))
    assert {"愚园路", "Yuyuan Rd.", "W", "E"} <= set(text_of(read, picture))


@pytest.mark.parametrize("side", [480, 600, 720, 900])
def test_signs_at_the_ends_of_a_line_are_read_in_any_size(read, side):
    import cv2

    picture = page("@someuser", "statt 19,99 €", font="DejaVuSans-Bold", ink="#ffe000")
    high = round(side * picture.shape[0] / picture.shape[1])
    small = cv2.resize(picture, (side, high), interpolation=cv2.INTER_AREA)
    assert text_of(read, np.asarray(small, np.uint8)) == ["@someuser", "statt 19,99 €"]


def test_a_doubtful_last_word_is_left_out():
    from resources.loaders.rapidocr import _without_doubtful_ends

    text, sure = "fire 了", [0.99, 0.99, 0.98, 0.99, float("nan"), 0.2]
    assert _without_doubtful_ends(text, sure) == (0, 4)
    assert _without_doubtful_ends("了", [0.2]) == (0, 1)
