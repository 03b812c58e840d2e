"""Stumbles: filled pauses and words said twice, in the words of a transcript.

Sounds of hesitation are fillers wherever they stand. A word that can also mean something ("like", "tipo", "also")
is one only where it stands by itself: between two pauses, commas, or the ends of what is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from analyzers.measures.speech.syllables import are_parted, normalised

APART_S = 0.15  # between two words: a pause that is heard
AT_ONCE_S = 1.5  # what is said again later is no stumble
LONGEST_PHRASE = 4  # words
MARKS = ",.;:!?…–—-"

# Sounds that are no word of the language, with as many letters as they are held.
SOUNDS = {
    "en": r"u+h*m+|u+h+|e+r+m+|e+r+|h+m+|m{2,}",
    "de": r"ä+h*m*|ö+h*m*|e+h+m+|u+h+m+|h+m+|m{2,}|m+h+",
    "fr": r"e+u+h*|h+e+u+|e+u+h*m+|h+u*m+|m{2,}",
    "es": r"e+h+m*|e+m+|a+h*m+|u+h*m+|h+m+|m{2,}|e{2,}",
    "it": r"e+h+m+|u+h*m+|a+h*m+|h+m+|m{2,}|e{3,}",
    "pt": r"h*[ãa]+h*[mn]+|h+ã+|ã+h*|u+h*m{2,}|u+h+m+|h+u*m+|e+h+m*|é{2,}|m{2,}",
    "nl": r"e+u*h+m*|u+h+m*|u+h+|h+m+|m{2,}",
    "pl": r"y{1,}|e{2,}|y+m+|e+h*m+|h+m+|m{2,}",
}
SOUNDS_ANYWHERE = r"u+h+m+|h+m{2,}|m{3,}"  # where the language is not known or not above
# Without those that answer or join by themselves too: "right", "genau", "alors", "vale".
PHRASES = {
    "en": {"like", "you know", "i mean", "basically", "actually", "literally", "kind of", "sort of", "well", "you see"},
    "de": {"also", "halt", "quasi", "sozusagen", "irgendwie", "na ja", "naja", "tja", "weißt du", "ich mein",
           "ich meine", "sag ich mal", "eigentlich"},
    "fr": {"bah", "ben", "du coup", "en fait", "genre", "quoi", "tu vois", "tu sais", "hein", "enfin", "disons"},
    "es": {"este", "pues", "o sea", "bueno", "en plan", "sabes", "digamos", "a ver", "tipo", "es que"},
    "it": {"cioè", "tipo", "insomma", "diciamo", "praticamente", "boh", "beh", "mah", "eh", "sai"},
    "pt": {"tipo", "né", "assim", "sabe", "quer dizer", "portanto", "pois", "é", "digamos"},
    "nl": {"nou", "zeg maar", "weet je", "eigenlijk", "gewoon", "of zo", "ofzo", "zeg"},
    "pl": {"wiesz", "jakby", "znaczy", "to znaczy", "tak jakby", "w sensie", "po prostu", "generalnie"},
}  # fmt: skip
# What the grammar, a greeting or laughter says twice.
DOUBLES = {
    "en": {"that", "had", "is", "bye", "ha"},
    "de": {"die", "der", "das", "dem", "den", "sie", "ha"},
    "fr": {"nous", "vous", "ha"},
    "es": {"ja"},
    "it": {"piano", "ha"},
    "pt": {"ha"},
    "nl": {"dat", "die", "ha"},
    "pl": {"ha"},
}
# A number that is read out has the same digit as often as it likes.
DIGITS = {
    "en": {"zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
    "de": {"null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"},
    "fr": {"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"},
    "es": {"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"},
    "it": {"zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"},
    "pt": {"zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"},
    "nl": {"nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"},
    "pl": {"zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć"},
}  # fmt: skip


class Spoken(Protocol):
    """A word with its time: a transcript's row, for one."""

    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def text(self) -> str | None: ...
    @property
    def lang(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Stumble:
    """Words from `first` up to `after`."""

    first: int
    after: int
    text: str
    times: int | None = None  # how often it is said


def find_fillers(words: Sequence[Spoken]) -> Iterator[Stumble]:
    """Sounds of hesitation, and words that say nothing where they stand."""
    plain = [normalised(word.text or "") for word in words]
    at = 0
    while at < len(words):
        size = _size_of_filler(words, plain, at)
        if size:
            yield Stumble(at, at + size, spoken(words[at : at + size]))
        at += size or 1


def _size_of_filler(words: Sequence[Spoken], plain: Sequence[str], at: int) -> int:
    lang = words[at].lang or ""
    if re.fullmatch(SOUNDS.get(lang, SOUNDS_ANYWHERE), plain[at]):
        return 1
    for size in (3, 2, 1):
        after = at + size
        if " ".join(plain[at:after]) in PHRASES.get(lang, ()) and after <= len(words):
            inside = any(_are_apart(words[i - 1], words[i]) for i in range(at + 1, after))
            is_open = at == 0 or _are_apart(words[at - 1], words[at])
            if is_open and not inside and (after == len(words) or _are_apart(words[after - 1], words[after])):
                return size
    return 0


def _are_apart(one: Spoken, other: Spoken) -> bool:
    return other.start_s - one.end_s >= APART_S or (one.text or "").rstrip().endswith(tuple(MARKS))


def find_repeats(words: Sequence[Spoken]) -> Iterator[Stumble]:
    """Words and short phrases that are said again at once, whatever hesitation lies between."""
    fillers = {i for filler in find_fillers(words) for i in range(filler.first, filler.after)}
    kept = [i for i in range(len(words)) if i not in fillers]
    plain = [normalised(words[i].text or "") for i in kept]
    at = 0
    while at < len(kept):
        size, times = _repeated([words[i] for i in kept], plain, at)
        if times > 1:
            first, after = kept[at], kept[at + size * times - 1] + 1
            yield Stumble(first, after, spoken([words[i] for i in kept[at : at + size]]), times)
        at += size * times


def _repeated(words: Sequence[Spoken], plain: Sequence[str], at: int) -> tuple[int, int]:
    """How many words are said again from there, and how often they are said."""
    for size in range(LONGEST_PHRASE, 0, -1):
        times = 1
        while _is_again(words, plain, at + (times - 1) * size, size):
            times += 1
        if times > 1 and not (size == 1 and times == 2 and _is_double(words[at], plain[at])):
            return size, times
    return 1, 2 if _is_begun(words, plain, at) else 1


def _is_again(words: Sequence[Spoken], plain: Sequence[str], at: int, size: int) -> bool:
    first, again = plain[at : at + size], plain[at + size : at + 2 * size]
    digits = DIGITS.get(words[at].lang or "", ())
    if first != again or not all(first) or all(word.isdigit() or word in digits for word in first):
        return False
    return _is_at_once(words[at + size - 1], words[at + size]) and are_parted(" ".join(first))


def _is_begun(words: Sequence[Spoken], plain: Sequence[str], at: int) -> bool:
    """Whether a word is broken off and begun again: "th- the"."""
    broken = (words[at].text or "").rstrip().endswith(("-", "–", "—")) and plain[at]
    return (
        bool(broken)
        and at + 1 < len(words)
        and plain[at + 1].startswith(plain[at])
        and _is_at_once(*words[at : at + 2])
    )


def _is_at_once(one: Spoken, other: Spoken) -> bool:
    return other.start_s - one.end_s <= AT_ONCE_S


def _is_double(word: Spoken, plain: str) -> bool:
    return plain in DOUBLES.get(word.lang or "", ())


def spoken(words: Sequence[Spoken]) -> str:
    """The words without the marks around them."""
    return " ".join((word.text or "").strip().strip(MARKS) for word in words)
