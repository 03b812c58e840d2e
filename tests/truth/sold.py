"""How well brands and prices are told in sentences from words and numbers that only look like them."""

from collections import Counter
from collections.abc import Iterator

from analyzers.measures.products.brands import brands
from analyzers.measures.products.prices import prices
from tests.truth.asked import Scores
from tests.truth.real import Table
from tests.truth.selling import SENTENCES, Sentence

GOAL = 0.95


def scores(sentences: tuple[Sentence, ...], what: str) -> Scores:
    """Of brands, or of prices."""
    true = found = hits = 0
    for text, named, priced in sentences:
        told = Counter(b.name for b in brands(text)) if what == "brands" else Counter(p.amount for p in prices(text))
        wanted: Counter[str | float] = Counter(named if what == "brands" else priced)
        true, found, hits = true + wanted.total(), found + told.total(), hits + (wanted & told).total()
    return Scores(true, found, hits)


def tables() -> Iterator[Table]:
    body = []
    for lang, sentences in SENTENCES.items():
        for what in ("brands", "prices"):
            found = scores(sentences, what)
            traps = sum(not (named or priced) for _, named, priced in sentences)
            missed = [name for name in ("precision", "recall") if getattr(found, name) < GOAL]
            counts = f"{len(sentences)}, {traps} of them traps", str(found.true)
            told = f"{found.precision:.3f}", f"{found.recall:.3f}"
            body.append((f"{lang}: {what}", *counts, *told, f"missed: {', '.join(missed)}" if missed else ""))
    notes = (
        "What product_detection reads out of a sentence, by its lexicon and its grammar alone. The sentences were "
        "written after both, from memory of what such videos say and show, by their author; nothing was changed after "
        f"they were first read. Goal: precision and recall of at least {GOAL}.",
        "A brand whose name is also a common word is told only beside a thing that it sells: bare, it is missed. "
        "Brands that the lexicon does not hold are always missed; none are among these.",
    )
    columns = ("sentences", "how many", "told by them", "precision", "recall", f"goal {GOAL}")
    yield Table("Brands and prices in words", columns, tuple(body), notes)
