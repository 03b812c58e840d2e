import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from analyzers.contract import Frame
from analyzers.picture.watermark import Row, watermark
from analyzers.text.text_overlay import Row as TextRow
from tests.inputs import make_media

Pictures = NDArray[np.uint8]
HEIGHT, WIDTH, SECONDS = 640, 360, 8
WHOLE = (resize(data.coffee(), (HEIGHT, 1100), anti_aliasing=True) * 255).astype(np.uint8)


def panned(speed: int = 10) -> Pictures:
    """Four pictures a second of a camera that pans."""
    return np.stack([WHOLE[:, speed * i : speed * i + WIDTH] for i in range(4 * SECONDS)])


def logo() -> tuple[Pictures, NDArray[np.float64]]:
    """A disc with a bar through it, and how far it covers."""
    down, across = np.mgrid[-24:24, -40:40]
    ring = (np.abs(np.hypot(down, across) - 18) < 4) | ((np.abs(down) < 4) & (np.abs(across) < 36))
    return np.full((48, 80, 3), 255, np.uint8), ring[..., None] * 0.8


def marked(pictures: Pictures, *places: tuple[int, int, int, int]) -> Pictures:
    """The logo from one sample up to another, its top left at x, y."""
    colour, covers = logo()
    out = pictures.copy()
    for first, after, x, y in places:
        under = out[first:after, y : y + 48, x : x + 80]
        out[first:after, y : y + 48, x : x + 80] = (under * (1 - covers) + colour * covers).round()
    return out


def marks(pictures: Pictures, *texts: TextRow) -> list[Row]:
    frames = [Frame(i, i / 4, picture) for i, picture in enumerate(pictures)]
    return list(watermark(make_media(duration_s=len(pictures) / 4), frames, texts))


def text(words: str, start_s: float, end_s: float, x: float, y: float, cap: float = 0.015, role="caption") -> TextRow:
    return TextRow(
        start_s=start_s, end_s=end_s, confidence=0.95, text=words, text_norm=words.casefold(), lang=None, role=role,
        x=x, y=y, w=0.2, h=0.025, angle_deg=0.0, anchor="top_left", cap_height_frac=cap, fill_hex="#ffffff",
        stroke_hex=None, stroke_frac=None, box_hex=None, box_alpha=None, entrance=None, entrance_s=None, exit=None,
        exit_s=None, easing=None, exit_easing=None, words=(), chars_per_s=1.0, votes=3, track_id=0, n_samples=4,
    )  # fmt: skip


@pytest.mark.parametrize("speed", [0, 10])
def test_a_plain_clip_has_no_mark(speed: int):
    assert marks(panned(speed)) == []


def test_a_logo_that_stays_in_a_corner_is_found_where_it_is():
    (row,) = marks(marked(panned(), (0, 32, 20, 24)))
    assert (row.kind, row.text, row.alternates) == ("other", None, False)
    (place,) = row.positions
    assert (place.start_s, place.end_s) == (0.0, 8.0)
    assert place.x + place.w / 2 == pytest.approx(60 / WIDTH, abs=0.02)
    assert place.y + place.h / 2 == pytest.approx(48 / HEIGHT, abs=0.02)


def test_a_logo_that_jumps_is_one_mark_with_its_places_and_times():
    (row,) = marks(marked(panned(), (0, 13, 20, 24), (13, 32, 250, 560)))
    assert (row.kind, row.alternates) == ("other", True)
    first, second = row.positions
    assert (first.start_s, second.end_s) == (0.0, 8.0)
    assert first.end_s == pytest.approx(3.25, abs=0.25)
    assert second.start_s == pytest.approx(3.25, abs=0.25)
    assert first.x < 0.3 < 0.6 < second.x
    assert first.y < 0.2 < 0.8 < second.y


def test_bars_are_no_mark():
    pictures = panned()
    pictures[:, :140] = pictures[:, -140:] = 0
    assert marks(pictures) == []


def test_a_lamp_in_the_corner_of_a_still_camera_is_no_mark():
    pictures = marked(panned(0), (0, 32, 20, 24))
    for i, picture in enumerate(pictures):
        picture[250:450, 20 + 5 * i : 120 + 5 * i] = WHOLE[100:300, :100]
    assert marks(pictures) == []


def test_a_window_in_the_picture_is_no_mark():
    pictures = panned()
    for i, picture in enumerate(pictures):
        picture[40:140, 30:130] = WHOLE[300:400, 500 + 6 * i : 600 + 6 * i]
    assert marks(pictures) == []


def test_the_name_of_the_app_and_the_author_are_one_mark():
    texts = [
        text("TikTok", 0, 4, 0.05, 0.05),
        text("@some.body", 0, 4, 0.05, 0.08),
        text("TikTok", 4, 8, 0.75, 0.9),
        text("@some.body", 4, 8, 0.75, 0.93),
    ]
    (row,) = marks(panned(), *texts)
    assert (row.kind, row.text, row.alternates) == ("tiktok", "TikTok\n@some.body", True)
    assert [(place.start_s, place.end_s) for place in row.positions] == [(0, 4), (4, 8)]


def test_the_mark_of_an_editor_and_a_name_alone_are_told_apart():
    capcut, name = text("CapCut", 0, 8, 0.05, 0.05), text("@some.body", 0, 8, 0.75, 0.95)
    assert [(row.kind, row.text) for row in marks(panned(), capcut, name)] == [
        ("capcut", "CapCut"),
        ("username", "@some.body"),
    ]


def test_captions_that_name_an_app_or_somebody_are_no_marks():
    texts = [
        text("TikTok made me buy it", 0, 3, 0.1, 0.1, cap=0.05),
        text("@friend", 1, 3, 0.05, 0.1),
        text("@friend", 0, 8, 0.4, 0.5),
        text("TikTok", 0, 8, 0.05, 0.1, role="scene_text"),
        text("always here", 0, 8, 0.05, 0.05),
    ]
    assert marks(panned(), *texts) == []


def test_what_is_written_is_not_found_a_second_time():
    (row,) = marks(marked(panned(), (0, 32, 20, 24)), text("@some.body", 0, 8, 0.06, 0.05))
    assert row.kind == "username"


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (7, 333)])
def test_odd_pictures_are_survived(size: tuple[int, int]):
    for count in (1, 2, 12):
        for shade in (0, 255):
            assert marks(np.full((count, *size, 3), shade, np.uint8)) == []
