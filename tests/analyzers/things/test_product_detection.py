"""Codes that were drawn, prices and brands that were written and said, and what only looks like them."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import cv2
import numpy as np
import pytest

from analyzers.contract import Frame, Post
from analyzers.measures.products.brands import brands
from analyzers.measures.products.prices import prices
from analyzers.schema import Origin, to_table
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.product_detection import Row, product_detection
from resources.render import Code, Noise, Photo
from resources.render.picture import draw
from tests.inputs import make_media

LINK, ARTICLE = "https://shop.example.com/p/12345?ref=tt", "4006381333931"
PLACE = (60, 300)  # left and top, in pixels
SCENES = Photo("bus"), Photo("coffee"), Noise(3)


def frames(pictures: Sequence[np.ndarray], per_s: float = 4.0) -> list[Frame]:
    return [Frame(i, i / per_s, picture) for i, picture in enumerate(pictures)]


def with_code(scene, code: Code | None, size_px: tuple[int, int] = (220, 220), quality: int = 60) -> np.ndarray:
    """A picture as it comes out of a lossy file."""
    picture = draw(scene, 720, 1280).copy()
    if code:
        (left, top), (wide, tall) = PLACE, size_px
        picture[top : top + tall, left : left + wide] = draw(code, wide, tall)
    _, packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1])


def text(words: str, start_s: float = 1.0, end_s: float = 3.0, role: str = "caption") -> TextRow:
    told: dict[str, Any] = dict.fromkeys(field.name for field in fields(TextRow))
    told |= {"start_s": start_s, "end_s": end_s, "confidence": 0.9, "text": words, "role": role}
    return TextRow(**told | {"x": 0.1, "y": 0.2, "w": 0.5, "h": 0.1})


def speech(words: str, start_s: float = 0.0, step_s: float = 0.5) -> list[SpokenRow]:
    """A segment, and its words one after the other."""
    said = words.split()
    rows = [SpokenRow(start_s, start_s + step_s * len(said), 0.8, "segment", words, segment=0)]
    for i, word in enumerate(said):
        rows.append(SpokenRow(start_s + i * step_s, start_s + (i + 1) * step_s, 0.8, "word", word, segment=0))
    return rows


def analyse(
    pictures: Sequence[np.ndarray] = (),
    texts: Sequence[TextRow] | None = None,
    said: Sequence[SpokenRow] | None = None,
    caption: str | None = None,
) -> list[Row]:
    """Rows that also fit their table."""
    rows = list(product_detection(frames(pictures), make_media(), Post(caption=caption), texts, said))
    to_table(Row, rows, Origin("local-0", "product_detection", "derived", "test", None, None, [0.0]))
    return rows


# Codes


@pytest.mark.parametrize("scene", SCENES, ids=str)
@pytest.mark.parametrize("size_px", [150, 220, 600])
def test_a_qr_code_is_read_exactly_and_placed(scene, size_px: int):
    bare, coded = with_code(scene, None), with_code(scene, Code("qr", LINK), (size_px, size_px))
    (row,) = analyse([bare, bare, coded, coded, coded, bare])
    assert (row.code_payload, row.code_format, row.source, row.sources) == (LINK, "qr", "code", ("code",))
    assert (row.start_s, row.end_s, row.confidence) == (0.5, 1.25, 1.0)
    quiet, inner = size_px * 4 / 37, size_px * 29 / 37  # four modules of 37 on each side are white
    true = (PLACE[0] + quiet) / 720, (PLACE[1] + quiet) / 1280, inner / 720, inner / 1280
    assert (row.x, row.y, row.w, row.h) == pytest.approx(true, abs=0.01)
    assert row.screen_share == pytest.approx(row.w * row.h)


@pytest.mark.parametrize("scene", SCENES, ids=str)
@pytest.mark.parametrize("wide_px", [180, 240, 420])
def test_a_bar_code_is_read_exactly(scene, wide_px: int):
    bare, coded = with_code(scene, None), with_code(scene, Code("ean_13", ARTICLE), (wide_px, wide_px * 2 // 3))
    (row,) = analyse([bare, coded, coded, bare])
    assert (row.code_payload, row.code_format) == (ARTICLE, "ean_13")
    assert (row.start_s, row.end_s) == (0.25, 0.75)


def test_a_bar_code_that_is_read_once_may_be_a_misreading():
    bare, coded = with_code(Noise(3), None), with_code(Noise(3), Code("ean_13", ARTICLE), (240, 160))
    assert analyse([bare, coded, bare]) == []
    assert len(analyse([coded])) == 1


def test_a_code_that_cannot_be_read_for_a_moment_was_there_all_along():
    bare, coded = with_code(Noise(3), None), with_code(Noise(3), Code("qr", LINK))
    (row,) = analyse([coded, coded, bare, coded, bare])
    assert (row.start_s, row.end_s, row.confidence) == (0.0, 1.0, 0.75)
    first, second = analyse([coded, *[bare] * 5, coded])
    assert (first.end_s, second.start_s) == (0.25, 1.5)


def test_a_code_appears_where_something_else_was_looked_at_in_vain():
    checks = np.kron(np.indices((20, 20)).sum(axis=0) % 2, np.ones((11, 11))) * 255
    other = with_code(Noise(3), None)
    other[PLACE[1] : PLACE[1] + 220, PLACE[0] : PLACE[0] + 220] = checks[..., None]
    (row,) = analyse([other, other, with_code(Noise(3), Code("qr", LINK)), other])
    assert (row.start_s, row.end_s) == (0.5, 0.75)


@pytest.mark.parametrize("name", ["bus", "hopper", "motorcycle", "astronaut", "zidane", "tissue"])
def test_photographs_hold_no_code(name: str):
    assert analyse([draw(Photo(name), 720, 1280)] * 2) == []


def test_stripes_and_checks_are_no_code():
    rows, columns = np.indices((1280, 720))
    patterns = [(columns // 5) % 2, (rows // 7) % 2, (rows // 12 + columns // 12) % 2, ((rows + columns) // 9) % 2]
    for pattern in patterns:
        assert analyse([np.repeat((pattern * 255).astype(np.uint8)[..., None], 3, axis=2)] * 2) == []


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 300), (33, 77), (720, 1)])
@pytest.mark.parametrize("value", [0, 255, None])
def test_pictures_of_any_size_are_survived(shape: tuple[int, int], value: int | None):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert analyse([noise if value is None else np.full((*shape, 3), value, np.uint8)]) == []


# Prices


@pytest.mark.parametrize(
    ("words", "amount", "currency"),
    [
        ("19,99 €", 19.99, "EUR"), ("$5", 5, "USD"), ("5 Euro", 5, "EUR"), ("£3.50", 3.5, "GBP"),
        ("I got it for 20 bucks", 20, "USD"), ("nur fünf Euro", 5, "EUR"), ("zwölf Euro fünfzig", 12.5, "EUR"),
        ("twenty-five dollars", 25, "USD"), ("1.299,00 €", 1299, "EUR"), ("$1,299.00", 1299, "USD"),
        ("1 299 €", 1299, "EUR"), ("19,- €", 19, "EUR"), ("R$ 49,90", 49.9, "BRL"), ("EUR 20", 20, "EUR"),
        ("nur 99 Cent", 0.99, None), ("99¢", 0.99, "USD"), ("$10k", 10_000, "USD"), ("for 20 pounds", 20, "GBP"),
        ("5$!", 5, "USD"), ("NIKE 89,99€", 89.99, "EUR"), ("15 € 99", 15, "EUR"),
    ],
)  # fmt: skip
def test_an_amount_with_a_currency_is_a_price(words: str, amount: float, currency: str | None):
    (price,) = prices(words)
    assert (price.amount, price.currency) == (pytest.approx(amount), currency)


@pytest.mark.parametrize(
    "words",
    ["", "Euro 2024", "I lost 20 pounds", "50 Cent is a rapper", "save $5 million", "$", "100% off", "5 times",
     "1080p 60fps", "0 €", "A$AP Rocky", "my two cents", "2,5 km", "15:30", "$AAPL"],
)  # fmt: skip
def test_other_numbers_are_no_price(words: str):
    assert prices(words) == []


def test_two_prices_are_two():
    assert [price.amount for price in prices("49,90€ statt 79,90€")] == [49.9, 79.9]


# Brands


@pytest.mark.parametrize(
    ("words", "name"),
    [("my NIKE shoes", "Nike"), ("#adidas", "Adidas"), ("new iPhone 15", "Apple"), ("from amazon", "Amazon"),
     ("Levi’s jeans", "Levi's"), ("H&M haul", "H&M"), ("my stanley cup", "Stanley"), ("rhode skin", "Rhode")],
)  # fmt: skip
def test_a_brand_is_known_by_its_name_or_its_products(words: str, name: str):
    assert [brand.name for brand in brands(words)] == [name]


@pytest.mark.parametrize(
    "words",
    ["", "apple pie", "the Amazon rainforest", "Stanley is here", "Pandora's box", "Rhode Island", "to converse with",
     "a shelf", "on target", "the gap", "hiking in the Patagonia region", "böse"],
)  # fmt: skip
def test_a_common_word_is_no_brand(words: str):
    assert brands(words) == []


# All together


def test_a_price_on_the_screen_has_its_place():
    (row,) = analyse(texts=[text("19,99 €")])
    assert (row.price, row.currency, row.source, row.brand) == (19.99, "EUR", "ocr", None)
    assert (row.start_s, row.end_s, row.x, row.w, row.quote) == (1.0, 3.0, 0.1, 0.5, "19,99 €")


def test_a_brand_said_and_shown_is_one_row_of_both_sources():
    (row,) = analyse(texts=[text("NIKE", 2.2, 4.0)], said=speech("I love my new Nike shoes"))
    assert (row.brand, row.sources, row.source, row.quote) == ("Nike", ("speech", "ocr"), "speech", "Nike")
    assert (row.start_s, row.end_s) == (2.0, 4.0)  # the fifth word, till the text goes
    assert row.x == pytest.approx(0.1)


def test_the_caption_adds_its_word_and_no_time():
    (row,) = analyse(texts=[text("Nike 19,99 €")], caption="new #nike")
    assert (row.sources, row.price, row.start_s, row.end_s) == (("ocr", "caption"), 19.99, 1.0, 3.0)
    (row,) = analyse(caption="only $5!")
    assert (row.source, row.price, row.start_s, row.end_s, row.confidence) == ("caption", 5.0, 0.0, 10.0, None)


def test_a_brand_and_a_price_of_one_text_belong_together_and_others_do_not():
    (row,) = analyse(said=speech("these adidas cost 80 euros now"))
    assert (row.brand, row.price, row.quote) == ("Adidas", 80.0, "adidas cost 80 euros")
    assert (row.start_s, row.end_s) == (0.5, 2.5)
    rows = analyse(texts=[text("Nike or Adidas 20 €")])
    assert [(row.brand, row.price) for row in rows] == [("Nike", None), ("Adidas", None), (None, 20.0)]


def test_different_prices_and_distant_mentions_stay_apart():
    rows = analyse(texts=[text("Nike", 0, 1), text("Nike", 8, 9), text("5 €", 0, 1), text("6 €", 0, 1)])
    assert len(rows) == 4


def test_names_of_who_made_the_video_are_no_product():
    assert analyse(texts=[text("@nike", role="username"), text("$5", role="watermark")]) == []
    assert analyse(texts=[text("so good"), text("wait for it 100%")], said=speech("I lost 20 pounds")) == []


def test_a_segment_whose_words_have_no_times_gives_its_own():
    (row,) = analyse(said=[SpokenRow(1.0, 4.0, None, "segment", "just 20 bucks", segment=0)])
    assert (row.price, row.start_s, row.end_s, row.confidence) == (20.0, 1.0, 4.0, None)


def test_no_word_of_speech_and_no_text_is_no_product():
    voiced = [SpokenRow(1.0, 4.0, None, "segment", None, segment=0)]
    assert analyse([draw(Photo("coffee"), 720, 1280)], [], voiced) == []
