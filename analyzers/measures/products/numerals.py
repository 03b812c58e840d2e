"""Numbers in words below a thousand, in English and German: "nineteen", "a hundred and five", "neunundneunzig"."""

import re

ENGLISH = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
GERMAN = (
    "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn",
    "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
GERMAN_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
ROUND = {"a thousand": 1000, "one thousand": 1000, "tausend": 1000, "eintausend": 1000}
ALSO = {"einen": 1, "eine": 1, "dreissig": 30}


def _english() -> dict[str, int]:
    small = {word: number for number, word in enumerate(ENGLISH, 1)}
    tens = {word: 10 * number for number, word in enumerate(ENGLISH_TENS, 2)}
    both = {f"{ten} {one}": tens[ten] + small[one] for ten in tens for one in ENGLISH[:9]}
    return small | tens | both


def _german() -> dict[str, int]:
    small = {word: number for number, word in enumerate(GERMAN, 1)}
    tens = {word: 10 * number for number, word in enumerate(GERMAN_TENS, 2)}
    both = {f"{one}und{ten}": tens[ten] + small[one] for ten in tens for one in GERMAN[:9]}
    return small | tens | both | ALSO


def _either(words: dict[str, int]) -> str:
    """The longest first, so that none is cut short; a hyphen or a space joins what is written as two."""
    return "|".join(word.replace(" ", r"[\s-]") for word in sorted(words, key=len, reverse=True))


BELOW_100 = _english() | _german()
TWO_DIGITS = rf"(?:{_either(BELOW_100)})"  # a pattern without groups
HUNDREDS = (
    rf"(?:(?:a|{'|'.join(ENGLISH[:9])})\s+hundred(?:\s+(?:and\s+)?(?:{_either(_english())}))?"
    rf"|(?:{'|'.join(GERMAN[:9])})?hundert(?:und)?(?:{_either(_german())})?)"
)
NUMERAL = rf"(?:{'|'.join(ROUND)}|{HUNDREDS}|{TWO_DIGITS})"
ENGLISH_HUNDRED = re.compile(r"(\w+)\s+hundred(?:\s+(?:and\s+)?(.+))?")
GERMAN_HUNDRED = re.compile(r"(\w*?)hundert(?:und)?(\w*)")


def number(words: str) -> int | None:
    """What a numeral says; None where it is none."""
    plain = re.sub(r"[\s-]+", " ", words.lower()).strip()
    if plain in ROUND or plain in BELOW_100:
        return ROUND.get(plain) or BELOW_100[plain]
    match = ENGLISH_HUNDRED.fullmatch(plain) or GERMAN_HUNDRED.fullmatch(plain)
    if match is None:
        return None
    many, rest = ("one" if match[1] in ("a", "") else match[1]), match[2] or ""
    if many not in BELOW_100 or (rest and rest not in BELOW_100):
        return None
    return 100 * BELOW_100[many] + (BELOW_100[rest] if rest else 0)
