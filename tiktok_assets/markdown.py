"""Markdown of facts, and of strangers' words in which nothing is Markdown any more.

A stranger's text stands in a code span: nothing in there is an image, a link, a tag or a mention, in any reader. What
is no sign at all (controls, marks that turn the reading direction, halves of signs) is left out.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST = 600  # characters of a stranger's text
JOINER = "\u200d"  # holds the parts of an emoji together
# What means nothing in Markdown wherever it stands within a line, and short pieces of code. A dot before a letter is
# not in it, nor a colon before a slash: a reader of Markdown makes links of `www.` and of addresses.
HARMLESS = re.compile(
    r"(?:[A-Za-z0-9 ,;()'/+=%-]|\.(?![A-Za-z])|:(?!/)|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])|`[A-Za-z0-9_. -]+`)*"
)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A table; the columns whose numbers are in `right` hold figures."""
    rule = ["---:" if n in right else "---" for n in range(len(head))]
    lines = [_line(head), f"|{'|'.join(rule)}|", *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def facts(rows: Iterable[tuple[str, str | None]]) -> str:
    """A table of names and what is known; what is not known is not in it."""
    return table(("", ""), [(name, value) for name, value in rows if value])


def code(text: str) -> str:
    """A text as a code span: as it is, and without any meaning."""
    kept = clean(text)
    if not kept:
        return ""
    longest = max((len(run) for run in re.findall("`+", kept)), default=0)
    fence = "`" * (longest + 1)
    space = " " if kept.startswith("`") or kept.endswith("`") else ""
    return f"{fence}{space}{_piped(kept)}{space}{fence}"


def _piped(text: str) -> str:
    """A bar ends a cell, also within a code span."""
    return text.replace("|", "\\|")


def words(text: str) -> str:
    """A sentence of ours as it is; one with anything in it that could be Markdown as a code span."""
    kept = clean(text)
    return kept if HARMLESS.fullmatch(kept) else code(kept)


def clean(text: str, longest: int = LONGEST) -> str:
    """One line of visible signs, not longer than that."""
    shown = "".join(c if _is_shown(c) else " " for c in text)
    short = " ".join(shown.split())
    return short if len(short) <= longest else short[: longest - 2] + " …"


def _is_shown(sign: str) -> bool:
    return sign == JOINER or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
