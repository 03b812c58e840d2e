"""Prices in words: "19,99 €", "$5", "for 20 bucks", "zwölf Euro fünfzig", "only nineteen ninety-nine".

An amount with a currency beside it, or after a word of money. Millions are no price of a thing, nor is a weight in
pounds, nor 50 Cent: words that also mean something else count after a word of money alone ("for 20 pounds", "nur 99
Cent"). Bare amounts count where they end as prices do and cannot be a year, a time or a length; the others are
`doubtful`: they need somebody else to say the same with a currency.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzers.measures.products.numerals import NUMERAL, TWO_DIGITS, number

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
COST = (
    r"costs?|priced? at|price is|paid|pay|bezahlt|kostet|kosten|only|just|nur|für|(?:for|are|is)\s+(?:only|just)|"
    r"(?:für|um|sind|ist)\s+nur"
)
AMOUNT = (
    r"(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?![.,]?\d)"  # 1.299,00; 1 299; 5
    r"(?:[.,](?:-{1,2}|–|—))?"  # 19,-
)
SIGN = "|".join(sorted(map(re.escape, SYMBOLS), key=len, reverse=True))
WORD = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
NO_MORE = r"(?!\s*(?:mil\b|million|billion|trillion|mio\b|mrd\b|milli|m\b|bn\b|b\b))"
NO_DIGIT_BEFORE = r"(?<![\w.,])"
NO_UNIT = (
    r"(?!\w|[.,:]?\d|\s*(?:[%°x×]|percent|prozent|uhr|am\b|pm\b|o.?clock|sec|sek|min|hours?|stunden|days?|tage|years?|"
    r"jahre|[mcdk]?m\b|met|miles?|inch|feet|ft\b|k?g\b|lbs?\b|kilo|gram|m?l\b|lit|people|leute|followers|views|mal\b|"
    rf"times|[kmgt]b\b|v\b|w\b|mah|cents?\b|{SIGN}|(?:{WORD})\b))"
)
THOUSANDS = r"(?P<k>\s?k\b)?"
REST_AFTER = (  # what stands behind the cents of "twelve euros fifty"
    r"(?P<closed>\s*(?:cents?\b|[.,!?;:)]|$|(?:kostet|für|bei|im|in|das|die|der|ist|sind|statt|pro|und|oder|heute|jetzt|"
    r"and|or|for|at|each|only|today|on|off|now|per|plus)\b))?"
)
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w$])(?P<sign>{SIGN})\s?(?P<amount>{AMOUNT}){THOUSANDS}{NO_MORE}",
        rf"{NO_DIGIT_BEFORE}(?P<amount>{AMOUNT}){THOUSANDS}\s?(?P<sign>{SIGN})(?!\w){NO_MORE}",
        rf"{NO_DIGIT_BEFORE}(?P<amount>{AMOUNT}|{NUMERAL}\b)(?:[\s-](?P<cents>{TWO_DIGITS})\b)?{THOUSANDS}[\s-]?"
        rf"(?P<word>{WORD})\b(?:\s(?:und\s|and\s)?(?P<rest>\d{{2}}\b|{TWO_DIGITS}\b){REST_AFTER})?{NO_MORE}",
        rf"\b(?P<word>usd|eur|gbp|chf|jpy|inr|cad|aud|pln)\s?(?P<amount>{AMOUNT}){THOUSANDS}{NO_MORE}",
        rf"\b(?:{BEFORE})\s+(?P<amount>{AMOUNT}|{NUMERAL}\b)\s?(?P<doubtful>{'|'.join(AFTER_MONEY)})\b",
        rf"{NO_DIGIT_BEFORE}(?P<amount>\d{{1,2}})\s?(?P<bare_cents>¢)",
        rf"\b(?:{COST}|for)\s+(?P<amount>\d{{1,4}}[.,](?:[4-9]9|9[05-8]|[05]0|[2-7]5)){NO_UNIT}",
        rf"\b(?P<how>{COST}|for)\s+(?P<amount>{NUMERAL})[\s-](?P<cents>{TWO_DIGITS})\b{NO_UNIT}",
    )
)
BARE = re.compile(
    rf"{NO_DIGIT_BEFORE}(?:(?P<amount>\d{{1,4}}[.,]\d{{2}})|(?P<numeral>{NUMERAL})[\s-](?P<cents>{TWO_DIGITS})\b)(?![.,]?\w)",
    re.IGNORECASE,
)
LEAST_CENTS = 60  # from here on a second number is no minutes: "at two thirty"
YEARS = range(14, 21)  # "nineteen ninety-nine" is a year unless something is said to cost it


@dataclass(frozen=True, slots=True)
class Price:
    amount: float
    currency: str | None  # ISO 4217; None where none is named
    first: int  # of its characters in the text
    after: int


def prices(text: str) -> list[Price]:
    """What is named as a price, in the order of the text."""
    return _apart(price for pattern in PATTERNS for price in _matches(pattern, text))


def doubtful(text: str) -> list[Price]:
    """Amounts with cents that nothing in the text says to be prices."""
    known = prices(text)
    found: list[Price] = []
    for match in BARE.finditer(text):
        whole, cents = match["amount"] or match["numeral"], match["cents"]
        price = Price(_amount(whole, cents), None, match.start(), match.end())
        if price.amount > 0 and all(price.first >= other.after or price.after <= other.first for other in known):
            found.append(price)
    return _apart(found)


def _apart(candidates: Iterable[Price]) -> list[Price]:
    """The first and longest of those that share characters."""
    found: list[Price] = []
    for price in sorted(candidates, key=lambda price: (price.first, -price.after)):
        if not found or price.first >= found[-1].after:
            found.append(price)
    return found


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[Price]:
    for match in pattern.finditer(text):
        parts = match.groupdict()
        after, rest = match.end(), parts.get("rest")
        amount = _amount(parts["amount"], parts.get("cents")) * (1000 if parts.get("k") else 1)
        currency: str | None = None
        if sign := parts.get("sign"):
            currency = SYMBOLS.get(sign) or SYMBOLS.get(sign.upper()) or SYMBOLS[sign.lower()]
        elif word := parts.get("word"):
            currency = WORDS[word.lower()]
            if rest and amount == int(amount) and (parts["closed"] is not None or _number(rest) >= LEAST_CENTS):
                amount += _number(rest) / 100  # "twelve euros fifty"
                after = match.end("rest")
            elif rest:
                after = match.end("word")
        elif unit := parts.get("doubtful"):
            currency, share = AFTER_MONEY[unit.lower()]
            amount *= share
        elif parts.get("bare_cents"):
            currency, amount = "USD", amount / 100
        elif (how := parts.get("how")) and not _is_told_as_price(how, parts["amount"], parts["cents"]):
            continue
        if amount > 0:
            yield Price(round(amount, 2), currency, match.start(), after)


def _is_told_as_price(how: str, whole: str, cents: str) -> bool:
    """No time of day, and no year: in German years have a hundred in them."""
    is_year = (number(whole) or 0) in YEARS and how.lower() == "for"
    return _number(cents) >= LEAST_CENTS and not is_year


def _amount(whole: str, cents: str | None) -> float:
    return round(_number(whole) + (_number(cents) / 100 if cents else 0.0), 2)


def _number(written: str) -> float:
    """1.299,00 and 1,299.00 and 1 299 and 19,- and twelve."""
    if (numeral := number(written)) is not None:
        return float(numeral)
    digits = re.sub(r"[.,](?:-{1,2}|–|—)$", "", written)
    whole, mark, cents = digits.rpartition("," if digits.rfind(",") > digits.rfind(".") else ".")
    if not mark or len(cents) == 3:  # a mark before three digits parts thousands
        whole, cents = digits, ""
    return float(re.sub(r"\D", "", whole) or 0) + (float(f"0.{cents}") if cents else 0.0)
