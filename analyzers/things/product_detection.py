"""Products: what is advertised or sold, by its codes, prices and brands, on the screen, aloud and in the caption.

A row is one code in the picture (QR, EAN, UPC; its payload is exact or it is no row) from its first sample to its
last, or one brand, price, or brand at a price. The same brand and price told on several channels within a few seconds
of each other are one row that names all of them; it lasts from the first to the last that was said or shown. What
only the caption tells holds for the whole video.

Codes: analyzers/measures/products/codes.py. Prices: a grammar of amounts and currencies. Brands: a lexicon. Neither
knows what is not in it, and no product is named by its looks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Frames, Media, Post, analyzer
from analyzers.measures.products.brands import Brand, brands
from analyzers.measures.products.codes import Code, Format, Reader
from analyzers.measures.products.prices import Price, prices
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow

Source = Literal["code", "ocr", "speech", "caption"]
Box = tuple[float, float, float, float]  # x, y, w, h as shares of the picture
NOT_THE_VIDEOS = ("watermark", "ui", "username")  # roles of texts that name whoever made or shows the video
BLURRED_S = 1.0  # a code that is read again within that time was there all along
TOGETHER_S = 5.0  # between two mentions of one thing


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    brand: Annotated[str | None, Column("who makes or sells it; null where only a price or a code tells of it")]
    source: Annotated[Source, Column("where it is told first, the caption last")]
    sources: Annotated[tuple[Source, ...], Column("all places where it is told")]
    quote: Annotated[str | None, Column("the words that tell it first; null of a code", verbatim=True)] = None
    code_payload: Annotated[str | None, Column("what the code says", verbatim=True)] = None
    code_format: Annotated[Format | None, Column("kind of the code")] = None
    price: Annotated[float | None, Column("amount, as told", low=0)] = None
    currency: Annotated[str | None, Column("ISO 4217; a bare $ is told as USD; null where only cents are named")] = None
    x: BoxX | None = None
    y: BoxY | None = None
    w: BoxW | None = None
    h: BoxH | None = None
    screen_share: Annotated[Fraction | None, Column("of the picture that its box covers", low=0, high=1)] = None


@analyzer(version=1, max_gap_s=0.25, evidence="derived")
def product_detection(
    frames: Frames,
    media: Media,
    post: Post,
    text_overlay: Sequence[TextRow] | None,
    speech_transcription: Sequence[SpokenRow] | None,
) -> Iterator[Row]:
    told = [*_shown(text_overlay or ()), *_spoken(speech_transcription or ())]
    rows = [*_codes(frames, media.duration_s), *_fused(told, list(_in_caption(post, media)))]
    yield from sorted(rows, key=lambda row: (row.start_s, row.source, row.end_s))


def _codes(frames: Frames, video_s: float) -> Iterator[Row]:
    reader = Reader()
    sights: dict[tuple[str, Format], list[tuple[int, Code, Box]]] = {}
    for number, frame in enumerate(frames):
        height, width = frame.rgb.shape[:2]
        for code in reader.read(frame.rgb):
            x, y = code.x / width, code.y / height
            box = x, y, min(code.w / width, 1 - x), min(code.h / height, 1 - y)
            sights.setdefault((code.payload, code.format), []).append((number, code, box))
    times_s = [frame.t_s for frame in frames]
    for (payload, kind), seen in sights.items():
        for numbers, boxes in _unbroken([(number, box) for number, _, box in seen], times_s):
            # A bar code has one digit against misreading, a QR code has many: one sight of a bar code is not enough.
            if kind != "qr" and len(numbers) < 2 and len(times_s) > 1:
                continue
            after = numbers[-1] + 1
            end_s = times_s[after] if after < len(times_s) else max(video_s, times_s[-1])
            read = len(numbers) / (after - numbers[0])
            x, y, w, h = (float(edge) for edge in np.median(boxes, axis=0))
            w, h = min(w, 1 - x), min(h, 1 - y)
            row = Row(times_s[numbers[0]], end_s, read, None, "code", ("code",), None, payload, kind)
            yield replace(row, x=x, y=y, w=w, h=h, screen_share=w * h)


def _unbroken(sights: Sequence[tuple[int, Box]], times_s: Sequence[float]) -> Iterator[tuple[list[int], list[Box]]]:
    numbers: list[int] = []
    boxes: list[Box] = []
    for number, box in sights:
        if numbers and times_s[number] - times_s[numbers[-1]] > BLURRED_S:
            yield numbers, boxes
            numbers, boxes = [], []
        numbers.append(number)
        boxes.append(box)
    if numbers:
        yield numbers, boxes


def _shown(rows: Sequence[TextRow]) -> Iterator[Row]:
    for row in rows:
        if row.role not in NOT_THE_VIDEOS:
            text = row.text.replace("\n", " ")
            blank = Row(row.start_s, row.end_s, row.confidence, None, "ocr", ("ocr",))
            blank = replace(blank, x=row.x, y=row.y, w=row.w, h=row.h, screen_share=row.w * row.h)
            yield from (mention for mention, _ in _mentions(text, blank))


def _spoken(rows: Sequence[SpokenRow]) -> Iterator[Row]:
    """Mentions in segments, timed by the words that make them where words have times."""
    for segment in (row for row in rows if row.level == "segment" and row.text):
        words = [row for row in rows if row.level == "word" and row.segment == segment.segment and row.text]
        text = " ".join(word.text or "" for word in words) or segment.text or ""
        afters = np.cumsum([len(word.text or "") + 1 for word in words]) - 1
        blank = Row(segment.start_s, segment.end_s, segment.confidence, None, "speech", ("speech",))
        for mention, (first, after) in _mentions(text, blank):
            said = [
                word
                for word, end in zip(words, afters, strict=True)
                if end > first and end - len(word.text or "") < after
            ]
            if said:
                known = [word.confidence for word in said if word.confidence is not None]
                span = {"start_s": said[0].start_s, "end_s": max(word.end_s for word in said)}
                mention = replace(mention, **span, confidence=min(known, default=None))
            yield mention


def _in_caption(post: Post, media: Media) -> Iterator[Row]:
    if post.caption and media.duration_s > 0:
        blank = Row(0.0, media.duration_s, None, None, "caption", ("caption",))
        yield from (mention for mention, _ in _mentions(post.caption, blank))


def _mentions(text: str, blank: Row) -> Iterator[tuple[Row, tuple[int, int]]]:
    """Brands and prices of one text, and where they stand in it; one of each belong together."""
    named: list[Brand] = list({brand.name: brand for brand in reversed(brands(text))}.values())[::-1]
    priced: list[Price] = prices(text)
    if len(named) == len(priced) == 1:
        (brand,), (price,) = named, priced
        span = min(brand.first, price.first), max(brand.after, price.after)
        told = {"brand": brand.name, "price": price.amount, "currency": price.currency}
        yield replace(blank, **told, quote=text[slice(*span)]), span
        return
    for brand in named:
        yield replace(blank, brand=brand.name, quote=text[brand.first : brand.after]), (brand.first, brand.after)
    for price in priced:
        told = {"price": price.amount, "currency": price.currency, "quote": text[price.first : price.after]}
        yield replace(blank, **told), (price.first, price.after)


def _fused(told: Sequence[Row], in_caption: Sequence[Row]) -> Iterator[Row]:
    """One row for all mentions of a thing that come together; the caption adds to what was said or shown."""
    rows: list[Row] = []
    for mention in sorted(told, key=lambda row: row.start_s):
        known = next((n for n, row in enumerate(rows) if _is_near(row, mention) and _is_one(row, mention)), None)
        if known is None:
            rows.append(mention)
        else:
            rows[known] = _joined(rows[known], mention)
    alone: list[Row] = []
    for mention in in_caption:
        known = [n for n, row in enumerate(rows) if _is_one(row, mention)]
        for n in known:
            span = rows[n].start_s, rows[n].end_s
            rows[n] = replace(_joined(rows[n], mention), start_s=span[0], end_s=span[1])
        if not known and not any(_is_one(row, mention) for row in alone):
            alone.append(mention)
    yield from (*rows, *alone)


def _is_near(row: Row, later: Row) -> bool:
    return later.start_s - row.end_s <= TOGETHER_S


def _is_one(one: Row, other: Row) -> bool:
    """Nothing that both tell differs, and something is the same."""
    brand = {name for name in (one.brand, other.brand) if name}
    price = {(row.price, row.currency) for row in (one, other) if row.price is not None}
    is_shared = (one.brand and other.brand) or (one.price is not None and other.price is not None)
    return len(brand) <= 1 and len(price) <= 1 and bool(is_shared)


def _joined(row: Row, more: Row) -> Row:
    """The row, with what the other mention adds; its place is that of the first mention that has one."""
    known = [confidence for confidence in (row.confidence, more.confidence) if confidence is not None]
    placed = row if row.x is not None else more
    return replace(
        row,
        end_s=max(row.end_s, more.end_s),
        confidence=max(known, default=None),
        brand=row.brand or more.brand,
        sources=tuple(dict.fromkeys((*row.sources, *more.sources))),
        price=row.price if row.price is not None else more.price,
        currency=row.currency or more.currency,
        **{name: getattr(placed, name) for name in ("x", "y", "w", "h", "screen_share")},
    )
