"""Calls to action in a text: a small language of patterns, and what keeps a match from being one.

A pattern is words in a row, lower case and without apostrophes:

    (a|b c)   one of these            a?  (a|b)?   perhaps
    {name}    one of the language's word lists      ..   up to three words, whatever they are
    ,         a comma                 ?   standing alone: the sentence is a question
    !(a|b)    not followed by these   $   nothing else is said in the sentence
    word~     German imperatives: schreib~ is schreib, schreibe, schreibt and schreibt's
    ^         nothing is said before in the sentence
    /         a break that parts no sentences: a line break, a dash, an emoji
    @         a user's name           *   one word, whatever it is

Blanks may be missing in what is looked at ("linkin bio"): readers of screens lose them, and put line breaks anywhere.
Hashtags are no part of a text.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Literal

Cta = Literal[
    "follow", "like", "comment", "share", "save", "link_bio", "shop", "tag", "duet", "part2", "question", "watch_end"
]  # fmt: skip
TOKEN = re.compile(
    r"(?P<address>(?:https?://|www\.)\S+|[\w.+\-]+@[\w\-]+\.\w[\w.]*)|(?P<tag>#\w+)|(?P<name>@[\w.\-]*)"
    r"|(?P<word>[^\W_]+(?:['’`´][^\W_]+)*)|(?P<comma>[,،])|(?P<question>\?)|(?P<end>[.!;:…]+)"
    r"|(?P<quote>[\"“”„«»])|(?P<soft>[^\s\w'’]|\n)"
)
APOSTROPHES = re.compile("['’`´]")
SOFT, COMMA, ADDRESS = "/", ",", "·"  # how breaks in a sentence, and addresses, are written in what is matched
HYPHENS = re.compile(r"(?<=[^\W\d_])[-‐‑](?=[^\W\d_])")  # inside a word
PIECE = re.compile(r"!\(|[ ]\?|\{\w+\}|\.\.|[()|?$*@,^]|[^\s!(){}|?$*@,.^]+")
WORD = r"[^\s/,?]+"


@dataclass(frozen=True, slots=True)
class Language:
    """How one language asks."""

    code: str
    words: Mapping[str, str]  # lists for {name}
    leads: Sequence[str]  # what may stand before an imperative
    conditions: Sequence[str]  # what opens a condition, at the end of which an imperative may stand
    subjects: str  # words that make a verb behind them no imperative
    links: str  # "and": an imperative may follow it where nobody is told of before
    not_after: Sequence[str]  # what undoes a call, up to three words before it
    forgiven: Sequence[str]  # what looks like such a thing and is none: "don't forget to"
    reported: Sequence[str]  # who speaks of a call makes none
    asked: Mapping[Cta, Sequence[str]]  # as an imperative: at the start, or after a lead
    anywhere: Mapping[Cta, Sequence[str]]  # idioms that say it all


@dataclass(frozen=True, slots=True)
class Call:
    """One call to action, and which of the text's letters make it."""

    cta: Cta
    first: int
    after: int


@dataclass(slots=True)
class Sentence:
    """A sentence's words, and where they stand in the text."""

    words: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    quoted: list[int] = field(default_factory=list)  # number of the quotation each word is in; 0: none

    def add(self, word: str, first: int, after: int, quotation: int = 0) -> None:
        self.words.append(word)
        self.places.append((first, after))
        self.quoted.append(quotation)


def calls(text: str, grammars: Sequence["Grammar"]) -> list[Call]:
    """Every call in a text, in order; of those of one kind that overlap, together one."""
    found: list[Call] = []
    for sentence in sentences(text):
        for cta, first, after in sorted(ask for grammar in grammars for ask in grammar.asks(sentence)):
            call = Call(cta, sentence.places[first][0], sentence.places[after - 1][1])
            if found and found[-1].cta == cta and call.first < found[-1].after:
                found[-1] = Call(cta, found[-1].first, max(found[-1].after, call.after))
            else:
                found.append(call)
    return sorted(found, key=lambda call: (call.first, call.after))


def sentences(text: str) -> Iterator[Sentence]:
    """The text in words, by sentences; what is quoted is marked."""
    sentence, quotation, is_open = Sentence(), 0, False
    marks = sum(token.lastgroup == "quote" for token in TOKEN.finditer(text))
    for token in TOKEN.finditer(text):
        kind, (first, after) = token.lastgroup, token.span()
        if kind == "quote":
            marks -= 1
            is_open = not is_open and marks > 0
            quotation += is_open
        elif kind in ("end", "tag", "question"):
            if kind == "question" and sentence.words:
                sentence.add("?", first, after)
            # A stop inside a quotation ends the quoted sentence, not the one around it.
            if sentence.words:
                yield sentence
                sentence = Sentence()
        elif kind == "soft":
            if token[0] in "&+=":
                sentence.add(token[0].replace("+", "&"), first, after, quotation * is_open)
            elif (
                token[0] not in "()[]*_"
                and not HYPHENS.match(text, first)
                and (not sentence.words or sentence.words[-1] != SOFT)
            ):
                sentence.add(SOFT, first, after, quotation * is_open)
        else:
            word = {"name": "@", "comma": COMMA, "address": ADDRESS}.get(kind or "", plain(token[0]))
            sentence.add(word, first, after, quotation * is_open)
    if sentence.words:
        yield sentence


def plain(word: str) -> str:
    """Lower case, without apostrophes."""
    return APOSTROPHES.sub("", unicodedata.normalize("NFKC", word)).casefold()


@dataclass(frozen=True)
class Grammar:
    """A language's patterns, made ready."""

    language: Language

    def asks(self, sentence: Sentence) -> Iterator[tuple[Cta, int, int]]:
        """What is asked for in a sentence, with the first word and the one after the last."""
        line = "".join(f" {word}" for word in sentence.words) + " "
        starts = list(accumulate((len(word) + 1 for word in sentence.words), initial=0))  # of the blank before each
        for cta, pattern, is_imperative in self._patterns:
            for match in pattern.finditer(line):
                if match.start() not in starts[:-1] or match.end() == match.start():
                    continue  # inside a word
                first, after = bisect_left(starts, match.start()), bisect_left(starts, match.end())
                while sentence.words[first] == SOFT:
                    first += 1
                while sentence.words[after - 1] in (SOFT, COMMA):
                    after -= 1
                if self._is_undone(sentence, line[: starts[first]], first, after):
                    continue
                if not is_imperative or self._may_ask(line[: starts[first]]):
                    yield cta, first, after

    @cached_property
    def _patterns(self) -> list[tuple[Cta, re.Pattern[str], bool]]:
        language = self.language
        both = (language.asked, True), (language.anywhere, False)
        return [
            (cta, self._compiled(pattern), is_imperative)
            for given, is_imperative in both
            for cta, patterns in given.items()
            for pattern in patterns
        ]

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        return re.compile(rf"{self._regex(pattern)}(?= )")

    def _regex(self, pattern: str) -> str:
        """The pattern over a line in which a blank stands before every word."""
        found, depth, is_not = [], 0, []
        for piece in PIECE.findall(pattern):
            if piece == "!(":
                found.append("(?!(?:")
                is_not.append(depth)
                depth += 1
            elif piece == "(":
                found.append("(?:")
                depth += 1
            elif piece == ")":
                depth -= 1
                is_end_of_not = is_not and is_not[-1] == depth
                found.append(")(?= ))" if is_end_of_not else ")")
                if is_end_of_not:
                    is_not.pop()
            elif piece == "|":
                found.append("|")
            elif piece == "?":
                found.append("?")
            elif piece == " ?":
                found.append(r" \?")
            elif piece == "^":
                found.append("^(?: /)?")
            elif piece == "$":
                found.append(r"(?=[ /?]*$)")
            elif piece == "..":
                found.append(f"(?:{self._any_word}){{0,3}}")
            elif piece == "*":
                found.append(self._any_word)
            elif piece.startswith("{"):
                found.append(f"(?:{self._regex(self.language.words[piece[1:-1]])})")
            elif piece == COMMA:
                found.append(" ,")
            else:
                stem, ending = (piece[:-1], "(?:e|t|et|s|es|ts|ets)?") if piece.endswith("~") else (piece, "")
                found.append(rf"(?:(?: /)? ?{re.escape(stem)}{ending})")
        return "".join(found)

    @cached_property
    def _any_word(self) -> str:
        """One that does not turn the meaning over."""
        negations = "|".join(word for word in self.language.not_after if " " not in word)
        return rf"(?! (?:{negations}) ) {WORD}"

    def _may_ask(self, before: str) -> bool:
        """Whether a verb after these words is an imperative."""
        if not before.strip(" /,") or before.endswith((" /", " ,")):
            return True
        if self._leads.search(before):
            return True
        clause = re.split(" [,/]", before)[-1]
        if self._links.search(before):
            return not self._subjects.match(clause)
        return bool(self._conditions.match(clause)) and not self._subject_last.search(clause)

    def _is_undone(self, sentence: Sentence, before: str, first: int, after: int) -> bool:
        quotations = set(sentence.quoted[first:after])
        if len(quotations) == 1 and quotations != {0}:
            return True
        if self._reported.search(before):
            return True
        return bool(self._not_after.search(before)) and not self._forgiven.search(before)

    @cached_property
    def _leads(self) -> re.Pattern[str]:
        return self._ending(self.language.leads)

    @cached_property
    def _links(self) -> re.Pattern[str]:
        return self._ending([self.language.links])

    @cached_property
    def _conditions(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._either(self.language.conditions)})(?= )")

    @cached_property
    def _subjects(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._regex(self.language.subjects)})(?= |$)")

    @cached_property
    def _subject_last(self) -> re.Pattern[str]:
        return self._ending([self.language.subjects])

    @cached_property
    def _not_after(self) -> re.Pattern[str]:
        return self._ending(self.language.not_after, self._gap(3))

    @cached_property
    def _forgiven(self) -> re.Pattern[str]:
        return self._ending(self.language.forgiven, self._gap(3))

    @cached_property
    def _reported(self) -> re.Pattern[str]:
        return self._ending(self.language.reported, f"(?: ,)?(?: {WORD}){{0,3}}(?: ,)?")

    def _gap(self, most: int) -> str:
        """Up to so many words, none of which begins something new."""
        return f"(?:(?!{self._regex(self.language.links)}(?= )) {WORD}){{0,{most}}}"

    def _either(self, patterns: Sequence[str]) -> str:
        return "|".join(self._regex(pattern) for pattern in patterns)

    def _ending(self, patterns: Sequence[str], rest: str = "") -> re.Pattern[str]:
        return re.compile(f"(?= )(?:{self._either(patterns)}){rest}$")
