"""Codes that were drawn, prices and brands that were written and said, things seen, and what only looks like them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from analyzers.contract import Detection, DetectNamed, Frame, Post
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.products.brands import brands, shops
from analyzers.measures.products.kinds import LOOKS_LIKE, NAMES
from analyzers.measures.products.looks import looks
from analyzers.measures.products.numerals import number
from analyzers.measures.products.prices import doubtful, prices
from analyzers.schema import Origin, to_table
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.product_detection import Row, product_detection
from resources.loaders import no_products
from resources.render import Code, Noise, Photo
from resources.render.picture import draw
from resources.weights import Weights
from tests.inputs import make_media

LINK, ARTICLE = "https://shop.example.com/p/12345?ref=tt", "4006381333931"
PLACE = (60, 300)  # left and top, in pixels
NOTHING = no_products.load(Weights("none", Path()))
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


class Seller:
    """Finds what is told to be in each picture, by the picture's own brightness: kind, place and score."""

    sure = 0.5

    def __init__(self, **shows: tuple[tuple[str, float, float, float, float, float], ...]) -> None:
        self.shows, self.looked = shows, 0

    def __call__(self, images: Iterable[np.ndarray], names: Sequence[str], /) -> Iterator[list[Detection]]:
        for rgb in images:
            self.looked += 1
            tall, wide = rgb.shape[:2]
            yield [
                Detection(kind, names.index(kind), score, x * wide, y * tall, w * wide, h * tall)
                for kind, score, x, y, w, h in self.shows.get(f"at_{rgb[0, 0, 0]}", ())
            ]


def flat(shade: int) -> np.ndarray:
    return np.full((64, 36, 3), shade, np.uint8)


def cut(at_s: float) -> CutRow:
    return CutRow(at_s, at_s, 0.9, "cut")


def analyse(
    pictures: Sequence[np.ndarray] = (),
    texts: Sequence[TextRow] | None = None,
    said: Sequence[SpokenRow] | None = None,
    caption: str | None = None,
    hashtags: Sequence[str] = (),
    cuts_s: Sequence[float] = (),
    model: DetectNamed = NOTHING,
    lasts_s: float = 10.0,
) -> list[Row]:
    """Rows that also fit their table."""
    post = Post(caption=caption, hashtags=tuple(hashtags))
    cuts = [cut(at_s) for at_s in cuts_s]
    rows = list(product_detection(frames(pictures), make_media(duration_s=lasts_s), post, cuts, texts, said, model))
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


@pytest.mark.parametrize("scene", SCENES, ids=str)
@pytest.mark.parametrize(("kind", "turn_deg"), [("qr", 15), ("qr", 45), ("qr", 80), ("ean_13", 10), ("ean_13", 90)])
def test_a_turned_code_is_read_exactly(scene, kind, turn_deg: float):
    payload = LINK if kind == "qr" else ARTICLE
    coded = with_code(scene, Code(kind, payload, turn_deg), (240, 240) if kind == "qr" else (400, 400))
    (row,) = analyse([coded, coded])
    assert (row.code_payload, row.code_format) == (payload, kind)


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_a_code_of_three_pixels_a_module_is_read(scene):
    (row,) = analyse([with_code(scene, Code("qr", "https://ex.co/sale"), (88, 88))] * 2)  # 25 modules and the margin
    assert row.code_payload == "https://ex.co/sale"


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
        ("neunzehn Euro neunundneunzig kostet das", 19.99, "EUR"), ("20 Euro 99", 20.99, "EUR"),
        ("nineteen dollars and ninety-nine cents", 19.99, "USD"), ("nineteen ninety-nine dollars", 19.99, "USD"),
        ("it's only nineteen ninety-nine", 19.99, None), ("kostet neunzehn neunundneunzig", 19.99, None),
        ("for nine ninety-nine", 9.99, None), ("for 19.99", 19.99, None), ("nur 49,90€", 49.9, "EUR"),
        ("two hundred and fifty dollars", 250, "USD"), ("hundertneunundzwanzig Euro", 129, "EUR"),
        ("zwei Euro zehn Leute", 2, "EUR"), ("5$!", 5, "USD"), ("NIKE 89,99€", 89.99, "EUR"), ("15 € 99", 15, "EUR"),
    ],
)  # fmt: skip
def test_an_amount_with_a_currency_is_a_price(words: str, amount: float, currency: str | None):
    (price,) = prices(words)
    assert (price.amount, price.currency) == (pytest.approx(amount), currency)


@pytest.mark.parametrize(
    "words",
    ["", "Euro 2024", "I lost 20 pounds", "50 Cent is a rapper", "save $5 million", "$", "100% off", "5 times",
     "1080p 60fps", "0 €", "A$AP Rocky", "my two cents", "2,5 km", "15:30", "$AAPL",
     "in nineteen ninety-nine", "the album for nineteen ninety-nine", "at two thirty", "only two thirty",
     "nur 19.30 Uhr", "only 10.55 seconds", "just a hundred days", "version 2.50", "just 2.50 m long", "only 5 left"],
)  # fmt: skip
def test_other_numbers_are_no_price(words: str):
    assert prices(words) == []


def test_two_prices_are_two():
    assert [price.amount for price in prices("49,90€ statt 79,90€")] == [49.9, 79.9]


@pytest.mark.parametrize(
    ("words", "amount"), [("19.99", 19.99), ("nineteen ninety-nine", 19.99), ("just 19.30 h", 19.3)]
)
def test_a_bare_amount_is_doubtful(words: str, amount: float):
    assert [price.amount for price in doubtful(words)] == [amount]
    assert doubtful("19,99 €, version 1.2.3, 1080p") == []


@pytest.mark.parametrize(
    ("words", "value"),
    [("nineteen", 19), ("ninety-nine", 99), ("a hundred and five", 105), ("neunundneunzig", 99), ("zweihundert", 200),
     ("hundertneunundzwanzig", 129), ("a thousand", 1000), ("dreissig", 30), ("hundredweight", None), ("nein", None)],
)  # fmt: skip
def test_numbers_in_words_are_read(words: str, value: int | None):
    assert number(words) == value


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


@pytest.mark.parametrize(
    "words",
    ["the shell of a nut", "I love to puma like a cat", "a puma in the zoo", "the Amazon is burning", "Nikola Tesla",
     "mango smoothie", "a dove of peace", "stanley cup finals", "the vans are parked", "in her boots", "pixel art",
     "the devil wears prada", "it's all gucci", "we're gucci", "monster truck", "shell script", "spikes", "I guess so"],
)  # fmt: skip
def test_an_ambiguous_name_alone_is_no_brand(words: str):
    assert brands(words) == []


@pytest.mark.parametrize(
    ("words", "name"),
    [("PUMA sneakers", "Puma"), ("ad @puma", "Puma"), ("puma®", "Puma"), ("Dove soap", "Dove"),
     ("a Shell gas station", "Shell"), ("#targetrun", "Target"), ("the apple store", "Apple"),
     ("Vans Old Skool", "Vans"), ("#amazonfinds", "Amazon"), ("#nikeshoes", "Nike"), ("#redbull", "Red Bull"),
     ("The Ordinary serum", "The Ordinary")],
)  # fmt: skip
def test_an_ambiguous_name_in_company_is_a_brand(words: str, name: str):
    assert [brand.name for brand in brands(words)] == [name]


@pytest.mark.parametrize(
    ("words", "product"),
    [("new iPhone 15", "iPhone"), ("#bigmac", "Big Mac"), ("my Nike running shoes", "shoe"),
     ("Dior lipstick", "lipstick"), ("Schuhe von Nike", "shoe"), ("Nike and a watch", None), ("just nike", None),
     ("Nike Air Max 90", "Air Max")],
)  # fmt: skip
def test_a_product_is_named_by_its_maker_or_with_its_brand(words: str, product: str | None):
    assert [brand.product for brand in brands(words)] == [product]
    assert set(LOOKS_LIKE.values()) <= set(NAMES)


def test_accounts_of_shops_are_known_by_their_names():
    assert [shop.name for shop in shops("see @glow.shop and @shop_berlin or @lunastore")] == [
        "glow.shop", "shop_berlin", "lunastore",
    ]  # fmt: skip
    assert shops("@photoshop @workshop @shopaholic me@shop.com shop @anna") == []


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


def test_a_price_said_and_shown_is_one_row_even_where_the_voice_names_no_currency():
    (row,) = analyse(texts=[text("19,99 €", 1, 3)], said=speech("and it is nineteen ninety-nine folks", 1.0, 0.3))
    assert (row.price, row.currency, row.sources) == (19.99, "EUR", ("ocr", "speech"))
    assert analyse(said=speech("back in nineteen ninety-nine folks")) == []
    assert len(analyse(texts=[text("19,99 €", 8, 9)], said=speech("nineteen ninety-nine"))) == 1


def test_the_one_price_beside_the_one_brand_is_its_price():
    (row,) = analyse(texts=[text("89,99 €", 3.0, 4.0)], said=speech("my new Nike shoes"))
    assert (row.brand, row.product, row.price, row.sources) == ("Nike", "shoe", 89.99, ("speech", "ocr"))
    assert (row.start_s, row.end_s) == (1.0, 4.0)
    assert len(analyse(texts=[text("89,99 €", 8.0, 9.0)], said=speech("my new Nike shoes"))) == 2
    both = analyse(texts=[text("89,99 €", 1.0, 2.0), text("99,99 €", 1.0, 2.0)], said=speech("my new Nike shoes"))
    assert [row.price for row in both if row.brand] == [None]


def test_hashtags_beside_the_caption_and_accounts_of_shops_are_read():
    rows = analyse(caption="so pretty @glow.shop #ootd", hashtags=["nikeshoes", "ootd"])
    assert {(row.brand, row.source) for row in rows} == {("Nike", "caption"), ("glow.shop", "caption")}
    assert analyse(caption="so pretty @anna #ootd", hashtags=["fyp"]) == []


# Looks


def test_a_thing_is_one_row_for_its_stay_in_a_shot():
    model = Seller(at_10=(("lipstick", 0.8, 0.2, 0.3, 0.2, 0.1),))
    pictures = [flat(10)] * 24 + [flat(20)] * 16  # six seconds with it, four without
    (row,) = analyse(pictures, cuts_s=[6.0], model=model)
    assert (row.product, row.brand, row.source, row.sources, row.quote) == (
        "lipstick",
        None,
        "visual",
        ("visual",),
        None,
    )
    assert (row.start_s, row.end_s) == (0.0, 6.0)
    assert (row.x, row.y, row.w, row.h) == pytest.approx((0.2, 0.3, 0.2, 0.1))
    assert row.confidence == pytest.approx(0.8)
    assert analyse([flat(20)] * 40, model=model) == []


def test_a_thing_that_comes_within_a_shot_lasts_from_halfway_to_the_look_before():
    pictures = [flat(20)] * 20 + [flat(10)] * 20
    (row,) = analyse(pictures, model=Seller(at_10=(("toy", 0.8, 0.2, 0.3, 0.2, 0.1),)))
    assert row.start_s == pytest.approx(5.0, abs=1.0)
    assert row.end_s == 10.0


def test_a_cut_ends_a_stay_and_two_things_at_once_are_two():
    shoe = ("shoe", 0.8, 0.1, 0.3, 0.2, 0.1)
    rows = analyse([flat(10)] * 40, cuts_s=[4.0], model=Seller(at_10=(shoe,)))
    assert [(row.start_s, row.end_s) for row in rows] == [(0.0, 4.0), (4.0, 10.0)]
    pair = shoe, ("shoe", 0.7, 0.7, 0.3, 0.2, 0.1)
    assert len(analyse([flat(10)] * 40, model=Seller(at_10=pair))) == 2


def test_one_thing_that_moves_far_between_two_looks_is_one():
    here, there = ("watch", 0.8, 0.05, 0.1, 0.1, 0.1), ("watch", 0.8, 0.85, 0.8, 0.1, 0.1)
    (row,) = analyse([flat(10)] * 20 + [flat(20)] * 20, model=Seller(at_10=(here,), at_20=(there,)))
    assert (row.start_s, row.end_s) == (0.0, 10.0)


def test_guesses_are_no_product():
    unsure = ("watch", 0.4, 0.2, 0.3, 0.2, 0.1)
    assert analyse([flat(10)] * 40, model=Seller(at_10=(unsure,))) == []
    barely = ("watch", 0.55, 0.2, 0.3, 0.2, 0.1)
    assert analyse([flat(10)] * 2, model=Seller(at_10=(barely,)), lasts_s=0.5) == []  # one look at a short shot


def test_no_stretch_longer_than_two_seconds_goes_unseen_and_few_pictures_are_looked_at():
    times_s = [i / 4 for i in range(240)]
    cuts_s = [0.5, 1.0, 3.0, 10.0, 30.1]
    chosen = looks(times_s, cuts_s, 60.0)
    edges = [0.0, *(look.t_s for look in chosen), 60.0]
    assert max(np.diff(edges)) <= 2.0
    assert len(chosen) <= 38
    assert [look.start_s for look in chosen][1:] == [look.end_s for look in chosen][:-1]
    assert len(looks(times_s[:4], [], 1.0)) == 2
    assert looks([], [], 0.0) == []
    model = Seller()
    analyse([flat(20)] * 40, model=model)
    assert model.looked == 6


def test_a_brand_on_a_thing_is_its_brand_and_one_elsewhere_is_not():
    model = Seller(at_10=(("drink can", 0.8, 0.1, 0.1, 0.6, 0.5),))
    (row,) = analyse([flat(10)] * 40, [text("Pepsi", 1, 3)], model=model)  # its middle at 0.35, 0.25
    assert (row.product, row.brand, row.sources, row.quote) == ("drink can", "Pepsi", ("visual", "ocr"), "Pepsi")
    assert (row.start_s, row.end_s, row.w) == (0.0, 10.0, pytest.approx(0.6))
    away = Seller(at_10=(("drink can", 0.8, 0.7, 0.7, 0.2, 0.2),))
    assert len(analyse([flat(10)] * 40, [text("Pepsi", 1, 3)], model=away)) == 2


def test_a_thing_said_and_seen_is_one_and_another_kind_is_not():
    said = speech("my new Nike shoes")
    (row,) = analyse([flat(10)] * 40, said=said, model=Seller(at_10=(("shoe", 0.8, 0.1, 0.1, 0.3, 0.3),)))
    assert (row.product, row.brand, row.sources) == ("shoe", "Nike", ("visual", "speech"))
    rows = analyse([flat(10)] * 40, said=said, model=Seller(at_10=(("book", 0.8, 0.1, 0.1, 0.3, 0.3),)))
    assert {(row.product, row.brand) for row in rows} == {("book", None), ("shoe", "Nike")}
    (row,) = analyse(
        [flat(10)] * 40, said=speech("the iPhone 15"), model=Seller(at_10=(("phone", 0.8, 0, 0, 0.3, 0.3),))
    )
    assert (row.product, row.brand) == ("iPhone", "Apple")


def test_a_price_beside_a_thing_is_its_price_and_one_far_away_is_not():
    beside = Seller(at_10=(("perfume bottle", 0.8, 0.1, 0.35, 0.3, 0.3),))
    (row,) = analyse([flat(10)] * 40, [text("19,99 €", 1, 3)], model=beside)
    assert (row.product, row.price, row.currency, row.sources) == ("perfume bottle", 19.99, "EUR", ("visual", "ocr"))
    away = Seller(at_10=(("perfume bottle", 0.8, 0.1, 0.6, 0.3, 0.3),))
    assert len(analyse([flat(10)] * 40, [text("19,99 €", 1, 3)], model=away)) == 2


def test_without_a_video_nothing_is_sold():
    assert analyse([], lasts_s=0.0, model=Seller()) == []
    assert analyse([], lasts_s=0.0, caption="only $5!", hashtags=["nike"]) == []
