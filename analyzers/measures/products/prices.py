"""Prices in words: "19,99 €", "$5", "5 Euro", "£3.50", "for 20 bucks", "fünf Euro", "zwölf Euro fünfzig".

An amount with a currency beside it. Millions are no price of a thing, nor is a weight in pounds, nor 50 Cent: words
that also mean something else count after a word of money alone ("for 20 pounds", "nur 99 Cent").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A bare $ is taken for the US dollar and ¥ for the yen: nothing in a text tells them from their namesakes.
SYMBOLS = {
    "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "MX$": "MXN", "R$": "BRL", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY",
    "₽": "RUB", "₴": "UAH", "₫": "VND", "₱": "PHP", "₪": "ILS", "₦": "NGN", "฿": "THB", "zł": "PLN",
}  # fmt: skip
WORDS = {
    "dollars": "USD", "dollar": "USD", "bucks": "USD", "usd": "USD", "dólares": "USD", "dólar": "USD",
    "euros": "EUR", "euro": "EUR", "eur": "EUR", "gbp": "GBP", "quid": "GBP", "pounds sterling": "GBP",
    "yen": "JPY", "jpy": "JPY", "chf": "CHF", "franken": "CHF", "rupees": "INR", "inr": "INR", "cad": "CAD",
    "aud": "AUD", "zloty": "PLN", "złoty": "PLN", "złotych": "PLN", "pln": "PLN", "reais": "BRL", "rubles": "RUB",
}  # fmt: skip
AFTER_MONEY = {"pounds": ("GBP", 1.0), "pound": ("GBP", 1.0), "cents": (None, 0.01), "cent": (None, 0.01)}
BEFORE = (
    r"for|costs?|paid|pay|only|just|under|over|worth|priced? at|at|was|now|spent|spend|save|für|nur|kostet|um|statt"
)
# Of both languages that speech is most often written down in without digits.
ENGLISH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "a hundred": 100, "one hundred": 100, "a thousand": 1000, "one thousand": 1000,
}  # fmt: skip
GERMAN = {
    "einen": 1, "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16,
    "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50,
    "sechzig": 60, "siebzig": 70, "achtzig": 80, "neunzig": 90, "hundert": 100, "einhundert": 100, "tausend": 1000,
}  # fmt: skip


def _numerals() -> dict[str, int]:
    """Every number below a hundred, in both languages, and the round ones."""
    tens = [20, 30, 40, 50, 60, 70, 80, 90]
    english = {number: word for word, number in ENGLISH.items()}
    german = {number: word for word, number in GERMAN.items()} | {1: "ein"}
    made = {f"{english[t]}{joint}{english[n]}": t + n for t in tens for n in range(1, 10) for joint in ("-", " ")}
    made |= {f"{german[n]}und{german[t]}": t + n for t in tens for n in range(1, 10)}
    return {**ENGLISH, **GERMAN, **made}


NUMERALS = _numerals()
AMOUNT = (
    r"(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?![.,]?\d)"  # 1.299,00; 1 299; 5
    r"(?:[.,](?:-{1,2}|–|—))?"  # 19,-
)
SPOKEN = "|".join(sorted(map(re.escape, NUMERALS), key=len, reverse=True))
SIGN = "|".join(sorted(map(re.escape, SYMBOLS), key=len, reverse=True))
WORD = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
NO_MORE = r"(?!\s*(?:mil\b|million|billion|trillion|mio\b|mrd\b|milli|m\b|bn\b|b\b))"
NO_DIGIT_BEFORE = r"(?<![\w.,])"
THOUSANDS = r"(?P<k>\s?k\b)?"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w$])(?P<sign>{SIGN})\s?(?P<amount>{AMOUNT}){THOUSANDS}{NO_MORE}",
        rf"{NO_DIGIT_BEFORE}(?P<amount>{AMOUNT}){THOUSANDS}\s?(?P<sign>{SIGN})(?!\w){NO_MORE}",
        rf"{NO_DIGIT_BEFORE}(?P<amount>{AMOUNT}|(?:{SPOKEN})\b){THOUSANDS}[\s-]?(?P<word>{WORD})\b"
        rf"(?:\s(?:und\s|and\s)?(?P<rest>\d{{2}}|{SPOKEN})(?=\s*(?:cents?\b|[.,!?;:)]|$)))?{NO_MORE}",
        rf"\b(?P<word>usd|eur|gbp|chf|jpy|inr|cad|aud|pln)\s?(?P<amount>{AMOUNT}){THOUSANDS}{NO_MORE}",
        rf"\b(?:{BEFORE})\s+(?P<amount>{AMOUNT}|(?:{SPOKEN})\b)\s?(?P<doubtful>{'|'.join(AFTER_MONEY)})\b",
        rf"{NO_DIGIT_BEFORE}(?P<amount>\d{{1,2}})\s?(?P<cents>¢)",
    )
)


@dataclass(frozen=True, slots=True)
class Price:
    amount: float
    currency: str | None  # ISO 4217; None where only cents are named
    first: int  # of its characters in the text
    after: int


def prices(text: str) -> list[Price]:
    """What is named with a currency, in the order of the text."""
    found: list[Price] = []
    candidates = (price for pattern in PATTERNS for price in _matches(pattern, text))
    for price in sorted(candidates, key=lambda price: (price.first, -price.after)):
        if not found or price.first >= found[-1].after:
            found.append(price)
    return found


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[Price]:
    for match in pattern.finditer(text):
        parts = match.groupdict()
        amount = _number(parts["amount"]) * (1000 if parts.get("k") else 1)
        currency: str | None
        if sign := parts.get("sign"):
            currency = SYMBOLS.get(sign) or SYMBOLS.get(sign.upper()) or SYMBOLS[sign.lower()]
        elif word := parts.get("word"):
            currency = WORDS[word.lower()]
            rest = _number(parts["rest"]) if parts.get("rest") else 0.0
            if rest < 100 and amount == int(amount):  # "twelve euros fifty"
                amount += rest / 100
        elif doubtful := parts.get("doubtful"):
            currency, share = AFTER_MONEY[doubtful.lower()]
            amount *= share
        else:
            currency, amount = "USD", amount / 100
        if amount > 0:
            yield Price(round(amount, 2), currency, match.start(), match.end())


def _number(written: str) -> float:
    """1.299,00 and 1,299.00 and 1 299 and 19,- and twelve."""
    if written.lower() in NUMERALS:
        return float(NUMERALS[written.lower()])
    digits = re.sub(r"[.,](?:-{1,2}|–|—)$", "", written)
    whole, mark, cents = digits.rpartition("," if digits.rfind(",") > digits.rfind(".") else ".")
    if not mark or len(cents) == 3:  # a mark before three digits parts thousands
        whole, cents = digits, ""
    return float(re.sub(r"\D", "", whole) or 0) + (float(f"0.{cents}") if cents else 0.0)
