"""Products: what is advertised or sold: by its looks, codes, prices and brands, seen, shown, said and in the caption.

A row is one code in the picture (QR, EAN, UPC; its payload is exact or it is no row) from its first sample to its
last, or one product: a thing seen in a shot, a brand, a price, or those of them that belong together. What is told on
several channels within a few seconds is one row that names all of them; it lasts from the first to the last that was
seen, said or shown. What only the caption tells holds for the whole video.

Things: a detector asked for fixed kinds of goods (analyzers/measures/products/kinds.py), twice a shot and every other
second of a long one; their times are exact to a second. Without such a detector nothing is known by its looks. Codes:
every sampled picture, analyzers/measures/products/codes.py. Prices: a grammar of amounts and currencies. Brands: a
lexicon, in which ambiguous names count in company only. Neither knows what is not in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import DetectNamed, Frames, Media, Post, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.products.brands import Brand, brands, shops
from analyzers.measures.products.codes import Code, Format, Reader
from analyzers.measures.products.fusion import Box, Mention, Source, fuse
from analyzers.measures.products.kinds import NAMES
from analyzers.measures.products.looks import looks, stays
from analyzers.measures.products.prices import Price, doubtful, prices
from analyzers.measures.tracks.follow import Seen
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow

NOT_THE_VIDEOS = ("watermark", "ui", "username")  # roles of texts that name whoever made or shows the video
BLURRED_S = 1.0  # a code that is read again within that time was there all along
Told = list[tuple[Mention, bool]]  # and whether it is sure


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    product: Annotated[str | None, Column("what it is: its maker's name for it, or its kind; null where none is told")]
    brand: Annotated[str | None, Column("who makes or sells it; null where nobody is named")]
    source: Annotated[Source, Column("where it is told first, the caption last")]
    sources: Annotated[tuple[Source, ...], Column("all places where it is told")]
    quote: Annotated[str | None, Column("the words that tell it first; null without any", verbatim=True)] = None
    code_payload: Annotated[str | None, Column("what the code says", verbatim=True)] = None
    code_format: Annotated[Format | None, Column("kind of the code")] = None
    price: Annotated[float | None, Column("amount, as told", low=0)] = None
    currency: Annotated[str | None, Column("ISO 4217; a bare $ is told as USD; null where none is named")] = None
    x: BoxX | None = None
    y: BoxY | None = None
    w: BoxW | None = None
    h: BoxH | None = None
    screen_share: Annotated[Fraction | None, Column("of the picture that its box covers", low=0, high=1)] = None


@analyzer(version=2, max_gap_s=2.0, stage="gpu_medium", role="detect_open", evidence="derived")
def product_detection(
    frames: Frames,
    media: Media,
    post: Post,
    cut_analysis: Sequence[CutRow] | None,
    text_overlay: Sequence[TextRow] | None,
    speech_transcription: Sequence[SpokenRow] | None,
    model: DetectNamed,
) -> Iterator[Row]:
    cuts_s = sorted((row.start_s + row.end_s) / 2 for row in cut_analysis or () if row.level == "cut")
    told = [*_shown(text_overlay or ()), *_spoken(speech_transcription or ())]
    sure, unsure = ([mention for mention, is_sure in told if is_sure is wanted] for wanted in (True, False))
    seen = list(_seen(frames, media.duration_s, cuts_s, model))
    found = fuse(sure, seen, unsure, list(_in_caption(post, media)))
    rows = [*_codes(frames, media.duration_s), *map(_row, found)]
    yield from sorted(rows, key=lambda row: (row.start_s, row.source, row.end_s))


def _row(mention: Mention) -> Row:
    told = mention.product, mention.brand, mention.sources[0], mention.sources, mention.quote
    row = Row(mention.start_s, mention.end_s, mention.confidence, *told, None, None, mention.price, mention.currency)
    return _placed(row, mention.box) if mention.box else row


def _placed(row: Row, box: Box) -> Row:
    x, y, w, h = box
    w, h = min(w, 1 - x), min(h, 1 - y)
    return replace(row, x=x, y=y, w=w, h=h, screen_share=w * h)


def _seen(frames: Frames, video_s: float, cuts_s: Sequence[float], model: DetectNamed) -> Iterator[Mention]:
    """Goods by their looks, one for each shot that they are in."""
    looked = looks([frame.t_s for frame in frames], cuts_s, video_s)
    sights: list[Seen] = []
    answers = model((frames[look.picture].rgb for look in looked), NAMES)
    for number, (look, things) in enumerate(zip(looked, answers, strict=True)):
        height, width = frames[look.picture].rgb.shape[:2]
        for thing in things:
            x, y = thing.x / width, thing.y / height
            w, h = min(thing.w / width, 1 - x), min(thing.h / height, 1 - y)
            sights.append(Seen(number, thing.label, thing.confidence, x, y, w, h))
    for stay in stays(sights, looked, cuts_s, model.sure):
        yield Mention(stay.start_s, stay.end_s, stay.confidence, ("visual",), product=stay.kind, box=stay.box)


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
            row = Row(times_s[numbers[0]], end_s, read, None, None, "code", ("code",), None, payload, kind)
            yield _placed(row, (x, y, w, h))


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


def _shown(rows: Sequence[TextRow]) -> Told:
    found: Told = []
    for row in rows:
        if row.role not in NOT_THE_VIDEOS:
            box = row.x, row.y, row.w, row.h
            blank = Mention(row.start_s, row.end_s, row.confidence, ("ocr",), box=box)
            found += [(mention, is_sure) for mention, is_sure, _ in _mentions(row.text.replace("\n", " "), blank)]
    return found


def _spoken(rows: Sequence[SpokenRow]) -> Told:
    """Mentions in segments, timed by the words that make them where words have times."""
    found: Told = []
    for segment in (row for row in rows if row.level == "segment" and row.text):
        words = [row for row in rows if row.level == "word" and row.segment == segment.segment and row.text]
        text = " ".join(word.text or "" for word in words) or segment.text or ""
        afters = np.cumsum([len(word.text or "") + 1 for word in words]) - 1
        blank = Mention(segment.start_s, segment.end_s, segment.confidence, ("speech",))
        for mention, is_sure, (first, after) in _mentions(text, blank):
            said = [
                word
                for word, end in zip(words, afters, strict=True)
                if end > first and end - len(word.text or "") < after
            ]
            if said:
                known = [word.confidence for word in said if word.confidence is not None]
                span = {"start_s": said[0].start_s, "end_s": max(word.end_s for word in said)}
                mention = replace(mention, **span, confidence=min(known, default=None))
            found.append((mention, is_sure))
    return found


def _in_caption(post: Post, media: Media) -> Iterator[Mention]:
    """The caption with its hashtags, those too that are told beside it, and the accounts of shops that it names."""
    tags = [f"#{tag.lstrip('#')}" for tag in post.hashtags]
    written = (post.caption or "").lower()
    text = " ".join([post.caption or "", *(tag for tag in tags if tag.lower() not in written)]).strip()
    if text and media.duration_s > 0:
        blank = Mention(0.0, media.duration_s, None, ("caption",))
        named = [mention for mention, is_sure, _ in _mentions(text, blank) if is_sure]
        yield from named
        known = {mention.brand for mention in named}
        for shop in shops(text):
            if not any(name and name.lower() in shop.name.lower() for name in known):
                yield replace(blank, brand=shop.name, quote=text[shop.first : shop.after])


def _mentions(text: str, blank: Mention) -> Iterator[tuple[Mention, bool, tuple[int, int]]]:
    """Brands and prices of one text, and where they stand in it; one of each belong together."""
    named = _each_once(brands(text))
    priced: list[Price] = prices(text)
    if len(named) == len(priced) == 1:
        (brand,), (price,) = named, priced
        span = min(brand.first, price.first), max(brand.after, price.after)
        told = {"brand": brand.name, "product": brand.product, "price": price.amount, "currency": price.currency}
        yield replace(blank, **told, quote=text[slice(*span)]), True, span
        return
    for brand in named:
        told = {"brand": brand.name, "product": brand.product, "quote": text[brand.first : brand.after]}
        yield replace(blank, **told), True, (brand.first, brand.after)
    for is_sure, amounts in ((True, priced), (False, doubtful(text))):
        for price in amounts:
            told = {"price": price.amount, "currency": price.currency, "quote": text[price.first : price.after]}
            yield replace(blank, **told), is_sure, (price.first, price.after)


def _each_once(named: Sequence[Brand]) -> list[Brand]:
    """Of one brand each of its products, or its bare name where it tells none."""
    told = {(brand.name, brand.product): brand for brand in reversed(named)}
    known = {name for name, product in told if product}
    return sorted(
        (brand for (name, product), brand in told.items() if product or name not in known), key=lambda b: b.first
    )
