"""How right the analyzers of things are: one number from what they found and what is true."""

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from resources.render import Code, Sprite
from tests.truth.scores import Found

TRUE_PRICES = {
    "19,99 €": (19.99, "EUR"),
    "now $5": (5.0, "USD"),
    "für 12 Euro": (12.0, "EUR"),
    "only £3.50": (3.5, "GBP"),
}


def _true_codes(f: Found) -> list[tuple[Code, Sprite]]:
    return [(sprite.look, sprite) for sprite in f.video.sprites if isinstance(sprite.look, Code)]


def _codes(f: Found) -> list[Any]:
    return [row for row in f.rows if row.code_payload is not None]


def codes_exact(found: Sequence[Found]) -> float:
    """Share of the codes that are read once and exactly; what else is read counts as one that is not."""
    right, all_of_them = 0, 0
    for f in found:
        true = [(code.kind, code.payload) for code, _ in _true_codes(f)]
        told = [(row.code_format, row.code_payload) for row in _codes(f)]
        right += sum(told.count(code) == 1 for code in true)
        all_of_them += len(set(true) | set(told))
    return right / all_of_them


def code_times_error_s(found: Sequence[Found]) -> float:
    """Worst error of a start or an end."""
    worst = 0.0
    for f in found:
        for code, sprite in _true_codes(f):
            row = next((row for row in _codes(f) if row.code_payload == code.payload), None)
            if row is None:
                return inf
            worst = max(worst, abs(row.start_s - sprite.start_s), abs(row.end_s - sprite.end_s))
    return worst


def prices_right(found: Sequence[Found]) -> float:
    """Share of the texts with a price whose row tells just that."""
    right = []
    for f in found:
        told = [(row.price, row.currency) for row in f.rows if row.price is not None]
        right += [told.count(TRUE_PRICES[text.text]) == 1 for text in f.video.texts if text.text in TRUE_PRICES]
    return float(np.mean(right))


def brands_right(found: Sequence[Found]) -> float:
    """Share of the brands that are told once, where they are written."""
    return float(np.mean([[row.brand for row in f.rows if row.brand] == ["Nike", "Starbucks"] for f in found]))


def brand_priced(found: Sequence[Found]) -> float:
    """Share of the clips whose one row tells what it is, of whom, and for how much."""
    told = [[(row.product, row.brand, row.price, row.currency) for row in f.rows] for f in found]
    return float(np.mean([rows == [("shoe", "Nike", 89.99, "EUR")] for rows in told]))


def products_told(found: Sequence[Found]) -> float:
    return float(sum(len(f.rows) for f in found))
