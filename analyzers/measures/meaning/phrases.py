"""Questions and promises in what is said and shown: what makes a viewer stay for the answer, in English and German.

A question ends in a question mark, or opens as one. A promise announces what the rest of the video gives: how
something is done, a number of things, what happens at the end. Both are told by patterns, so a promise in other words
is missed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analyzers.measures.meaning.signals import NOT_THE_VIDEOS
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow

PAUSE_S = 0.6  # a longer one parts two sentences, whatever their punctuation
BLINK_S, FEW = 0.35, 3  # captions of few words that follow each other so soon are read as one
ENDS = ".!?…。？！"
QUOTES = re.compile("['’`´]")
MARKS = re.compile(r"[?？؟]")

ENGLISH_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten"
GERMAN_NUMBERS = "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn"
# Nouns that lists are made of: "3 things", but not "3 days".
ENGLISH_THINGS = (
    "things|ways|tips|tricks|hacks|reasons|mistakes|steps|secrets|signs|rules|facts|ideas|recipes|habits|lessons"
    "|exercises|apps|websites|tools|questions|foods|books|places|products|outfits|methods|myths|red flags"
)
GERMAN_THINGS = (
    "dinge|sachen|tipps|tricks|hacks|gründe|fehler|schritte|geheimnisse|anzeichen|regeln|fakten|ideen|rezepte"
    "|gewohnheiten|lektionen|übungen|apps|webseiten|tools|fragen|lebensmittel|bücher|orte|produkte|outfits|methoden"
    "|mythen|wege|möglichkeiten"
)
# How sentences open that ask; after a word or two that only lead in.
LEADS = r"^(?:(?:so(?! \w+ (?:du|ihr)\b)|and|but|hey|ok|okay|wait|guys|also|und|aber|leute) ){0,2}"
ASKS = (
    r"(?:do|does|did|have|has|are|is|can|could|would|should|will|was|were)"
    r" (?:you|we|they|i|he|she|it|this|that|your|anyone|anybody|people)",
    r"(?:why|how|where|when|who|what) (?:is|are|was|were|do|does|did|can|could|would|should|will|has|have)",
    r"(?:whats|hows|wheres|whos|what if|which one)",
    r"how (?:many|much|often|long|old) \w+",
    r"ever (?:wondered|tried|seen|heard)",
    r"guess (?:what|who|how)",
    r"(?:wusstest|hast|kennst|willst|möchtest|kannst|bist|weißt|glaubst|machst|magst|brauchst|suchst) du",
    r"(?:wusstet|habt|kennt|wollt|könnt|seid|wisst|glaubt|macht) ihr",
    r"(?:warum|wieso|weshalb|wie viele?|wie oft|wie lange|wie alt) \w+",
    r"was (?:wäre|passiert),? wenn",
    r"(?:wer|wo|was) (?:ist|sind|war|kennt|hat|macht)",
)
GIVES = (
    r"how to",
    r"how you (?:can|could)",
    r"^how (?:i|we|they)(?! are)",
    r"heres (?:how|why|what|the)",
    r"this is (?:how|why)",
    r"(?:wait|watch|stay|keep watching) (?:for it|(?:until|till|til) (?:the )?(?:very )?end)",
    r"wait (?:until|till|til) (?:you|i)",
    r"(?:until|till|til) the (?:very )?end$",
    r"(?:let me|ill|i will|im gonna|im going to|i am going to|were going to|lets) (?:show|teach|tell) (?:you|yall)",
    r"you (?:wont|will not|will never) (?:believe|guess)",
    r"(?:nobody|no one) (?:tells|told|talks|is talking)",
    r"the (?:secret|trick) (?:to|of|behind|that)",
    r"(?:the )?(?:real )?reason why",
    r"what happens (?:if|when|next)",
    r"you (?:need to|should|have to|must) (?:know|see|try)",
    rf"(?:\d+|{ENGLISH_NUMBERS}) (?:\w+ ){{0,2}}(?:{ENGLISH_THINGS})",
    r"^so (?:gehts?|machst|mache|wird|werden|bekommst|kriegst|sparst|lernst|findest|funktionierts?|schaffst|klappts?)",
    r"^wie (?:man|ich|du)(?! (?:schon|ja|weißt|siehst|bist))",
    r"bis zum (?:ende|schluss)(?: dran)?$",
    r"wartet? (?:es )?(?:mal )?(?:ab|bis)",
    r"bleibt? (?:\w+ ){0,3}dran",
    r"(?:ich|wir) (?:zeige?n?|verrate?n?|erkläre?n?) (?:dir|euch)",
    r"(?:zeige?n?|verrate?n?|erkläre?n?) (?:ich|wir) (?:dir|euch)",
    r"(?:du wirst|ihr werdet) (?:\w+ )?nicht glauben",
    r"(?:wusstest du|wusstet ihr) (?:\w+ )?nicht",
    r"das geheimnis",
    r"der (?:wahre )?grund,? (?:warum|wieso|weshalb)",
    r"was passiert,? wenn",
    r"(?:niemand|keiner) (?:sagt|spricht|erzählt)",
    r"(?:musst|solltest) du (?:\w+ )?(?:wissen|kennen|sehen|probieren)",
    rf"(?:\d+|{GERMAN_NUMBERS}) (?:\w+ ){{0,2}}(?:{GERMAN_THINGS})",
)
OPEN_QUESTIONS = re.compile(LEADS + rf"(?:{'|'.join(ASKS)})\b")
PROMISES = re.compile(
    "|".join(rf"(?:(?<!\w){pattern.removesuffix('$')}(?!\w){'$' * pattern.endswith('$')})" for pattern in GIVES)
)
# "I don't know how to ...": nothing is promised.
DENIED = re.compile(
    r"\b(?:dont|doesnt|didnt|not|no idea|never|cant|couldnt|forgot|forgets?|remember|nicht|keine ahnung) (?:\w+ ){0,3}$"
)
HOW = re.compile(r"(?:how|wie)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and when each of its words begins."""

    text: str  # without apostrophes, in small letters, one blank between words
    places: tuple[int, ...]  # of the words' first letters
    times_s: tuple[float, ...]
    is_asked: bool  # it ends in a question mark

    def at_s(self, place: int) -> float:
        return self.times_s[max(bisect_right(self.places, place) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Phrase:
    start_s: float
    quote: str


def said(rows: Sequence[SpokenRow]) -> Iterator[Said]:
    """Sentences of what is spoken."""
    words = [row for row in rows if row.level == "word"]
    timed = {row.segment for row in words}
    loose = [row for row in rows if row.level == "segment" and row.segment not in timed]
    parts = [(w, t) for row in [*words, *loose] if row.text for w, t in _spread(row.text, row.start_s, row.end_s)]
    yield from _sentences(sorted(parts, key=lambda part: part[1][0]))


def shown(rows: Sequence[TextRow]) -> Iterator[Said]:
    """Sentences of what is written on the screen, each there from the first frame of its text."""
    texts: list[list[TextRow]] = []
    for row in sorted(rows, key=lambda row: row.start_s):
        if row.role in NOT_THE_VIDEOS:
            continue
        last = texts[-1][-1] if texts else None
        few = last is not None and all(len(each.text.split()) <= FEW for each in (last, row))
        if last is not None and few and last.start_s < row.start_s and row.start_s - last.end_s <= BLINK_S:
            texts[-1].append(row)
        else:
            texts.append([row])
    for text in texts:
        yield from _sentences([(word, (row.start_s, row.start_s)) for row in text for word in row.text.split()])


def questions(sentences: Iterable[Said]) -> list[Phrase]:
    found = (s for s in sentences if s.is_asked or OPEN_QUESTIONS.search(s.text))
    return [Phrase(sentence.times_s[0], sentence.text) for sentence in found]


def promises(sentences: Iterable[Said]) -> list[Phrase]:
    found = []
    for sentence in sentences:
        for match in PROMISES.finditer(sentence.text):
            before = sentence.text[: match.start()]
            asks = sentence.is_asked and HOW.match(match[0])
            if not asks and not (HOW.match(match[0]) and DENIED.search(before)):
                found.append(Phrase(sentence.at_s(match.start()), sentence.text))
                break
    return found


Part = tuple[str, tuple[float, float]]


def _spread(text: str, start_s: float, end_s: float) -> Iterator[Part]:
    """The words of a text; without times of their own they lie evenly in it."""
    words = text.split()
    for i, word in enumerate(words):
        step_s = (end_s - start_s) / len(words)
        yield word, (start_s + i * step_s, start_s + (i + 1) * step_s)


def _sentences(parts: Sequence[Part]) -> Iterator[Said]:
    now: list[Part] = []
    for part in parts:
        if now and (now[-1][0].rstrip('"”“»«)')[-1:] in ENDS or part[1][0] - now[-1][1][1] > PAUSE_S > 0):
            yield from _sentence(now)
            now = []
        now.append(part)
    yield from _sentence(now)


def _sentence(parts: Sequence[Part]) -> Iterator[Said]:
    words, times = [], []
    for word, (start_s, _) in parts:
        plain = re.sub(r"[^\w,]+", " ", QUOTES.sub("", word).casefold()).strip(" ")
        if plain.strip(","):
            words.append(plain.strip(",") + ("," if word.rstrip().endswith(",") else ""))
            times.append(start_s)
    if not words:
        return
    places = [0]
    for word in words[:-1]:
        places.append(places[-1] + len(word) + 1)
    asked = any(MARKS.search(word) for word, _ in parts)
    yield Said(" ".join(words), tuple(places), tuple(times), asked)
