from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from analyzers.contract import Frame, Motion, TextBox
from analyzers.measures.text.roles import language_of, normalized, role_of
from analyzers.measures.text.style import measure
from analyzers.measures.text.tracks import Reading, voted
from analyzers.text.text_overlay import Row, text_overlay
from resources.loaders import rapidocr
from resources.render import Flat, Move, Noise, Photo, Shot, Text, Video, pictures
from resources.render.text import font_path
from resources.weights import Weights
from tests.inputs import empty_inputs, make_frames, make_motion

WEIGHTS = Weights("in the wheel", Path())

FPS = 20
WIDTH, HEIGHT = 240, 426
Show = tuple[str, float, float, int]  # text, first and last second, height of its top in px


def clip(seconds: float, *shows: Show, seed: int = 0) -> NDArray[np.uint8]:
    """Blotches that slide to the left, and texts that stand still over them."""
    count = round(seconds * FPS)
    ground = np.random.default_rng(seed).normal(size=(HEIGHT // 6, (WIDTH + 3 * count) // 6 + 1))
    ground = cv2.resize(ground, (WIDTH + 3 * count, HEIGHT), interpolation=cv2.INTER_CUBIC)
    ground = np.clip(110 + 30 * ground, 0, 255).astype(np.uint8)
    frames = [np.repeat(ground[:, 3 * i : 3 * i + WIDTH, None], 3, axis=2) for i in range(count)]
    return np.stack([drawn(frame, shown(shows, i / FPS)) for i, frame in enumerate(frames)])


def shown(shows: Iterable[Show], t: float) -> list[Show]:
    return [show for show in shows if show[1] - 1e-6 <= t < show[2] - 1e-6]


def drawn(picture: NDArray[np.uint8], shows: list[Show]) -> NDArray[np.uint8]:
    image = Image.fromarray(picture)
    for text, _, _, top in shows:
        pen = ImageDraw.Draw(image)
        pen.text((20, top), text, "white", font(), stroke_width=2, stroke_fill="black")
    return np.asarray(image)


def font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path("DejaVuSans-Bold"), 20)


class Truthful:
    """Reads what was drawn, a few px around its ink, and keeps how much of the picture it was handed."""

    def __init__(self, video: NDArray[np.uint8], *shows: Show) -> None:
        self.video, self.shows = video, shows
        self.shares: list[float] = []

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[TextBox]]:
        for image in images:
            self.shares.append(len(image) / HEIGHT)
            index, top = where(image, self.video)
            lines = (self.line(show, top) for show in shown(self.shows, index / FPS))
            yield [line for line in lines if line.corners[0][1] >= 0 and line.corners[2][1] <= len(image)]

    @staticmethod
    def line(show: Show, above: int = 0) -> TextBox:
        x0, y0, x1, y1 = font().getbbox(show[0])
        x0, y0, x1, y1 = x0 + 16, y0 + show[3] - 4 - above, x1 + 24, y1 + show[3] + 4 - above
        return TextBox(show[0], 0.97, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def where(image: NDArray[np.uint8], video: NDArray[np.uint8]) -> tuple[int, int]:
    """The frame that a picture, or a band of one, was taken from, and the row it begins at."""
    return next(
        (i, int(top))
        for i, picture in enumerate(video)
        for top in np.flatnonzero((picture == image[0]).all(axis=(1, 2)))
        if np.array_equal(picture[top : top + len(image)], image)
    )


def rows_of(video: NDArray[np.uint8], reader: Truthful) -> list[Row]:
    motion = make_motion(video, FPS)
    return list(text_overlay(make_frames(motion), motion, reader))


def found(*shows: Show, seconds: float = 4.0) -> list[Row]:
    video = clip(seconds, *shows)
    return rows_of(video, Truthful(video, *shows))


def test_a_text_is_one_row_from_its_first_frame_to_its_last():
    (row,) = found(("so good today", 0.85, 2.9, 300))
    assert (row.text, row.start_s, row.end_s) == ("so good today", pytest.approx(0.85), pytest.approx(2.9))
    assert (row.entrance, row.exit, row.role, row.anchor) == ("cut", "cut", "caption", "bottom")
    assert row.n_samples == 8


def test_a_text_that_was_always_there_neither_came_nor_went():
    (row,) = found(("so good today", 0, 4, 300))
    assert (row.start_s, row.end_s, row.entrance, row.exit) == (0, pytest.approx(4), None, None)


def test_a_caption_that_follows_in_the_same_place_is_another_text():
    first, second = found(("first thing", 0.5, 2, 300), ("second part", 2, 3.5, 300))
    assert [first.text, second.text] == ["first thing", "second part"]
    assert first.end_s == second.start_s == pytest.approx(2)


def test_the_same_text_twice_is_two_texts():
    first, second = found(("look at this", 0.5, 1.5, 300), ("look at this", 2.5, 3.5, 300))
    assert (first.end_s, second.start_s) == (pytest.approx(1.5), pytest.approx(2.5))


def test_lines_that_live_and_stand_together_are_one_text():
    (row,) = found(("first line", 1, 3, 280), ("second line", 1, 3, 306))
    assert row.text == "first line\nsecond line"


def test_texts_in_different_places_are_two():
    assert len(found(("up there", 1, 3, 60), ("down here", 1, 3, 300))) == 2


def test_lines_of_different_letter_heights_keep_their_order():
    (row,) = found(("no one saw", 1, 3, 280), ("THE LAST", 1, 3, 306))
    assert row.text == "no one saw\nTHE LAST"


def test_a_thing_as_large_as_the_picture_is_no_text_and_hides_none():
    show = ("still here", 0.9, 1.9, 300)
    video = clip(3, show)
    reader = Truthful(video, show)
    whole = TextBox("CO", 0.95, ((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)))

    def sees_a_cup(images):
        for lines in reader(images):
            yield [whole, *lines]

    assert [row.text for row in rows_of(video, sees_a_cup)] == ["still here"]  # pyright: ignore[reportArgumentType]


def test_a_text_that_drifts_is_one_row_from_its_first_frame_to_its_last():
    ground = clip(3, seed=4)[0]
    video = np.stack([ground] * (3 * FPS))
    for i in range(10, 50):
        video[i] = drawn(ground, [("catch me now", 0, 3, 60 + 2 * i)])

    def reads_it(images):
        for image in images:
            i, top = where(image, video)
            yield [Truthful.line(("catch me now", 0, 3, 60 + 2 * i), top)] if 10 <= i < 50 else []

    (row,) = rows_of(video, reads_it)  # pyright: ignore[reportArgumentType]
    assert (row.start_s, row.end_s) == (pytest.approx(0.5, abs=0.11), pytest.approx(2.5, abs=0.11))


def test_a_typed_text_is_read_again_until_it_is_whole():
    text, ground = "letter by letter", clip(4, seed=5)[0]
    so_far = [text[: int(np.clip((i - 10) // 2 + 1, 0, len(text)))] for i in range(4 * FPS)]
    video = np.stack([drawn(ground, [(part, 0, 4, 200)]) for part in so_far])

    def reads_it(images):
        for image in images:
            i, top = where(image, video)
            yield [Truthful.line((so_far[i].strip(), 0, 4, 200), top)] if len(so_far[i]) > 1 else []

    (row,) = rows_of(video, reads_it)  # pyright: ignore[reportArgumentType]
    assert (row.text, row.entrance) == (text, "typewriter")


def test_dark_letters_on_a_light_plate_over_dark_ground_are_dark():
    image = Image.new("RGB", (300, 120), "#141218")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((30, 40, 250, 80), 6, "white")
    pen.text((40, 46), "only today", "#111111", font())
    corners = np.array([[24, 36], [256, 36], [256, 84], [24, 84]], np.float32)
    style = measure(np.asarray(image), corners, "only today")
    assert style is not None
    assert style.plate is not None
    assert (max(style.fill) < 40, min(style.plate) > 240, style.stroke) == (True, True, None)


def test_letters_outline_and_box_are_measured():
    (row,) = found(("MEASURE ME", 1, 3, 200))
    left, top, right, bottom = font().getbbox("MEASURE ME", stroke_width=2)
    box = np.array([row.x * WIDTH, row.y * HEIGHT, row.w * WIDTH, row.h * HEIGHT])
    assert box == pytest.approx([20 + left, 200 + top, right - left, bottom - top], abs=4)
    assert min(bytes.fromhex((row.fill_hex or "#")[1:])) > 240
    assert max(bytes.fromhex((row.stroke_hex or "#ffffff")[1:])) < 25
    assert row.cap_height_frac * HEIGHT == pytest.approx(14.6, abs=2)
    assert row.box_hex is None


def test_a_quarter_of_the_samples_is_read_at_most():
    shows = [
        (f"caption {word}", 0.5 + 4 * i, 4.3 + 4 * i, 300) for i, word in enumerate(("one", "two", "three", "four"))
    ]
    video = clip(17, *shows)
    reader = Truthful(video, *shows)
    assert [row.text for row in rows_of(video, reader)] == [show[0] for show in shows]
    assert len(reader.shares) * 4 <= 17 * 4


def test_of_a_picture_where_one_text_comes_only_that_band_is_read():
    shows = [("first thing", 0.6, 4, 60), ("second part", 1.6, 4, 330)]
    ground = clip(0.05)[0]
    video = np.stack([drawn(ground, shown(shows, i / FPS)) for i in range(4 * FPS)])
    reader = Truthful(video, *shows)
    assert {row.text for row in rows_of(video, reader)} == {"first thing", "second part"}
    assert reader.shares[0] == 1
    assert max(reader.shares[1:3]) < 0.4


def test_a_video_without_text_has_no_rows():
    assert found() == []


def test_what_is_read_once_and_hardly_is_no_text():
    video = clip(3)
    box = ((40, 40), (90, 40), (90, 60), (40, 60))

    def doubtful(images):
        for _ in images:
            yield [TextBox("IlI", 0.65, box)]

    assert rows_of(video, doubtful) == []  # pyright: ignore[reportArgumentType]


def test_a_sign_that_the_camera_passes_belongs_to_the_scene():
    wide = drawn(clip(0.05, seed=3)[0], [])
    wide = np.concatenate([wide, wide[:, ::-1], wide], axis=1)
    image = Image.fromarray(wide)
    ImageDraw.Draw(image).text((160, 200), "OPEN SHOP", "white", font(), stroke_width=2, stroke_fill="black")
    street = np.asarray(image)
    video = np.stack([street[:, 2 * i + 70 : 2 * i + 70 + WIDTH] for i in range(60)])

    def reads_the_sign(images):
        for picture in images:
            i, above = where(picture, video)
            x, top, bottom = 160 - 70 - 2 * i, 198 - above, 226 - above
            yield (
                [TextBox("OPEN SHOP", 0.97, ((x - 4, top), (x + 134, top), (x + 134, bottom), (x - 4, bottom)))]
                if x > -10
                else []
            )

    (row,) = rows_of(video, reads_the_sign)  # pyright: ignore[reportArgumentType]
    assert row.role == "scene_text"


def test_nothing_in_gives_nothing_out():
    inputs = empty_inputs()
    nothing = Truthful(np.zeros((0, 1, 1, 3), np.uint8))
    assert list(text_overlay(inputs["frames"], inputs["motion"], nothing)) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (7, 5), (33, 90)])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_tiny_pictures_are_looked_at_all_the_same(size, count):
    video = np.random.default_rng(1).integers(0, 256, (count, *size, 3), dtype=np.uint8)
    corners = ((0, 0), (size[1], 0), (size[1], size[0]), (0, size[0]))

    def reads_all(images):
        for _ in images:
            yield [TextBox("text", 0.99, corners)]

    motion = make_motion(video, 5)
    for row in text_overlay(make_frames(motion), motion, reads_all):
        assert np.isfinite([row.start_s, row.end_s, row.x, row.y, row.w, row.h]).all()


def test_most_readings_decide_letter_by_letter():
    box = ((0, 0), (9, 0), (9, 9), (0, 9))
    lines = ["Größe fur dich", "Große für dich", "Größe für dlch"]
    readings = [Reading(i, TextBox(line, 0.9, box), None) for i, line in enumerate(lines)]  # pyright: ignore[reportArgumentType]
    assert voted(readings)[0] == "Größe für dich"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("@some_user.42", "username"),
        ("TikTok", "watermark"),
        ("Folge mir für mehr", "cta"),
        ("LINK IN BIO", "cta"),
        ("12:45", "ui"),
        ("I was tapping my feet", "caption"),
    ],
)
def test_words_tell_what_a_text_is_for(text, role):
    life = {"start_s": 3.0, "life_share": 0.2, "middle": (0.5, 0.7), "cap_height": 0.03, "angle_deg": 0.0}
    assert role_of(text, **life, is_in_scene=False, has_plate=False) == role


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wenn du das nicht weißt", "de"),
        ("this is how it works", "en"),
        ("ありがとう", "ja"),
        ("OMG", None),
        ("12,99 €", None),
    ],
)
def test_a_language_is_named_only_where_it_is_plain(text, language):
    assert language_of(text) == language


def test_a_normal_form_has_no_case_and_no_marks():
    assert (normalized("„Größe“ ZÄHLT!\n100 %"), normalized("...")) == ("grösse zählt 100 %", None)


# With the real reader


def seen(video: Video) -> tuple[list[Frame], Motion]:
    whole = list(pictures(video))
    width = 160
    small = np.stack(
        [cv2.resize(p, (width, round(width * p.shape[0] / p.shape[1])), interpolation=cv2.INTER_AREA) for p in whole]
    )
    motion = make_motion(small, float(video.fps))
    return [Frame(f.index, f.t_s, whole[f.index]) for f in make_frames(motion)], motion


def test_the_real_reader_finds_umlauts_prices_names_and_their_looks():
    texts = (
        Text("Größe für Straße", 0.3, 2.2, y=0.25, stroke_hex="#000000"),
        Text("statt 19,99 €\nnur 12,50 €", 0.6, 2.2, y=0.55, fill_hex="#ffffff", box_hex="#ff2050", entrance="fade"),
        Text("@some_user", 0.0, 2.5, y=0.9, size=0.06, fill_hex="#ffe000", stroke_hex="#000000"),
    )
    video = Video((Shot(Photo("coffee"), 2.5, moves=(Move(0, 2.5, x=0.3),)),), texts=texts, fps=20)
    rows = {row.text: row for row in text_overlay(*seen(video), rapidocr.load(WEIGHTS))}
    assert rows.keys() == {text.text for text in texts}
    for text in texts:
        row = rows[text.text]
        assert (row.start_s, row.end_s) == (pytest.approx(text.start_s, abs=0.11), pytest.approx(text.end_s, abs=0.06))
        assert row.fill_hex is not None
        fill, true = (np.array(list(bytes.fromhex(colour[1:])), int) for colour in (row.fill_hex, text.fill_hex))
        assert np.abs(fill - true).max() < 12
    assert rows["@some_user"].role == "username"
    assert rows["statt 19,99 €\nnur 12,50 €"].box_hex is not None
    assert rows["Größe für Straße"].stroke_hex is not None


def test_the_real_reader_sees_no_text_in_photographs_noise_and_gradients():
    shots = tuple(Shot(picture, 0.8) for picture in (Photo("cat"), Noise(5), Flat("#808080"), Photo("china")))
    video = Video(shots, width=360, height=640, fps=10)
    assert list(text_overlay(*seen(video), rapidocr.load(WEIGHTS))) == []
