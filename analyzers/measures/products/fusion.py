"""Which mentions and sights are one product: the same brand or price, a thing and the brand on it or its price.

What is said, shown and seen joins where nothing that two of them tell differs. A price goes to the one thing beside it;
where two things or two prices are near, nobody can tell, and all of them stay apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analyzers.measures.products.kinds import LOOKS_LIKE

Source = Literal["visual", "code", "ocr", "speech", "caption"]
Box = tuple[float, float, float, float]  # x, y, w, h as shares of the picture
TOGETHER_S = 5.0  # between two mentions of one thing
BESIDE_S = 3.0  # between a thing and its price
BESIDE = 0.1  # of the picture's sides, between a thing and its price on the screen
ON = 0.02  # of the picture's sides that a brand's middle may lie beyond its thing's edge
WIDER = 1.2  # of its thing's width that a brand may be: captions run across


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where something tells of a product, or all such places that were joined."""

    start_s: float
    end_s: float
    confidence: float | None
    sources: tuple[Source, ...]
    product: str | None = None
    brand: str | None = None
    quote: str | None = None
    price: float | None = None
    currency: str | None = None
    box: Box | None = None

    @property
    def kind(self) -> str | None:
        return LOOKS_LIKE.get(self.product, self.product) if self.product else None


def fuse(
    told: Sequence[Mention], seen: Sequence[Mention], doubtful: Sequence[Mention], in_caption: Sequence[Mention]
) -> list[Mention]:
    """One for each product and its time."""
    found: list[Mention] = []
    for mention in sorted(told, key=lambda mention: mention.start_s):
        _join(found, mention, _is_told_again)
    for mention in doubtful:
        near = [n for n, other in enumerate(found) if _gap_s(other, mention) <= TOGETHER_S]
        if same := [n for n in near if found[n].price == mention.price]:
            found[same[0]] = joined(found[same[0]], mention)
    sights = list(seen)
    for mention in found[:]:
        fitting = [n for n, sight in enumerate(sights) if _is_on(mention, sight)]
        if mention.brand and fitting:
            best = max(fitting, key=lambda n: (-_gap_s(mention, sights[n]), -_area(sights[n])))
            sights[best] = joined(sights[best], mention)
            found.remove(mention)
    found = _with_prices([*found, *sights])
    alone: list[Mention] = []
    for mention in in_caption:
        known = [n for n, other in enumerate(found) if _is_one(other, mention)]
        for n in known:
            span = {"start_s": found[n].start_s, "end_s": found[n].end_s}
            found[n] = replace(joined(found[n], mention), **span)
        if not known:
            _join(alone, mention, _is_one)
    return [*found, *_with_prices(alone)]


def joined(one: Mention, more: Mention) -> Mention:
    """What both tell; what only one knows is that one's, and a name of its own stands before a kind."""
    known = [confidence for confidence in (one.confidence, more.confidence) if confidence is not None]
    seen = next((m for m in (one, more) if "visual" in m.sources), one if one.box else more)
    named = [m.product for m in (one, more) if m.product]
    first, second = sorted((one, more), key=lambda m: (m.sources[0] == "caption", m.start_s))
    return Mention(
        start_s=min(one.start_s, more.start_s),
        end_s=max(one.end_s, more.end_s),
        confidence=max(known, default=None),
        sources=tuple(dict.fromkeys((*first.sources, *second.sources))),
        product=next((name for name in named if name in LOOKS_LIKE), named[0] if named else None),
        brand=one.brand or more.brand,
        quote=first.quote or second.quote,
        price=one.price if one.price is not None else more.price,
        currency=one.currency or more.currency,
        box=seen.box,
    )


def _join(found: list[Mention], mention: Mention, is_one: Callable[[Mention, Mention], bool]) -> None:
    known = next((n for n, other in enumerate(found) if is_one(other, mention)), None)
    if known is None:
        found.append(mention)
    else:
        found[known] = joined(found[known], mention)


def _is_told_again(one: Mention, later: Mention) -> bool:
    return later.start_s - one.end_s <= TOGETHER_S and _is_one(one, later)


def _is_one(one: Mention, other: Mention) -> bool:
    """Nothing that both tell differs, and something is the same."""
    is_shared = (one.brand and other.brand) or (one.price is not None and other.price is not None)
    return bool(is_shared) and not _differ(one, other)


def _differ(one: Mention, other: Mention) -> bool:
    pairs = ((one.brand, other.brand), (one.price, other.price), (one.currency, other.currency), (one.kind, other.kind))
    return any(mine is not None and yours is not None and mine != yours for mine, yours in pairs)


def _is_on(mention: Mention, sight: Mention) -> bool:
    """A brand of this kind of thing, told while it is seen; or one that is written on it."""
    if _differ(mention, sight):
        return False
    if mention.kind:
        return _gap_s(mention, sight) <= TOGETHER_S
    if not (mention.box and sight.box) or _gap_s(mention, sight) > 0:
        return False
    (x, y, w, h), (left, top, wide, tall) = mention.box, sight.box
    is_across = left - ON <= x + w / 2 <= left + wide + ON and w <= WIDER * wide
    return is_across and top - ON <= y + h / 2 <= top + tall + ON


def _with_prices(found: Sequence[Mention]) -> list[Mention]:
    """Every price that has one thing beside it, and every thing that has one price, joined."""
    prices = [m for m in found if not (m.brand or m.product)]
    things = [m for m in found if (m.brand or m.product)]
    rest: list[Mention] = []
    beside = [[n for n, thing in enumerate(things) if _is_beside(price, thing)] for price in prices]
    for price, near in zip(prices, beside, strict=True):
        if len(near) == 1 and sum(near[0] in other for other in beside) == 1:
            things[near[0]] = joined(things[near[0]], price)
        else:
            rest.append(price)
    return [*things, *rest]


def _is_beside(price: Mention, thing: Mention) -> bool:
    if thing.price is not None:
        return False
    if not (price.box and thing.box):
        return _gap_s(price, thing) <= BESIDE_S
    (x, y, w, h), (left, top, wide, tall) = price.box, thing.box
    across, down = max(left - x - w, x - left - wide), max(top - y - h, y - top - tall)
    return _gap_s(price, thing) <= 0 and max(across, down) <= BESIDE


def _gap_s(one: Mention, other: Mention) -> float:
    return max(one.start_s - other.end_s, other.start_s - one.end_s, 0.0)


def _area(mention: Mention) -> float:
    return mention.box[2] * mention.box[3] if mention.box else 0.0
