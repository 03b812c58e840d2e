"""The JSON in a model's answer, mended where models break it: fences and prose around it, single quotes, commas too
many or too few, Python's words, quotes within strings, and an end that is cut off.

Of what is cut off, half a number and half a word are dropped, for a half is another: the rest is what was said.
"""

import json
import re
from typing import Any

LONGEST = 50_000  # characters; an answer of 4096 tokens has some 20,000
DEEPEST = 12
THOUGHT = "</think>"  # what comes before it was not meant for us
WORDS = {"true": True, "false": False, "null": None, "none": None}
BARE = re.compile(r"[^\s,:{}\[\]\"']+")
QUOTES = {'"': '"', "'": "'", "“": "”"}
ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')
OPENED = re.compile(r"\{\s*[\"'“]?\w+[\"'”]?\s*:")  # an object, and no brace in prose
CUT = object()  # stands for a value that is not all there


class BrokenError(Exception):
    """No JSON, and nothing that could be mended."""


def read_object(answer: str, wanted: str) -> tuple[dict[str, Any] | None, bool]:
    """The first object that holds the wanted key, and whether it had to be mended."""
    text = answer.rsplit(THOUGHT, 1)[-1][:LONGEST]
    at = text.find("{")
    while at >= 0:
        found, after, is_mended = _object_at(text, at)
        if found is not None and wanted in found:
            return found, is_mended
        if found is None and OPENED.match(text, at):
            break  # beyond mending; what follows may be a part of it
        at = text.find("{", max(after, at + 1))
    return None, False


def _object_at(text: str, at: int) -> tuple[dict[str, Any] | None, int, bool]:
    try:
        found, after = json.JSONDecoder().raw_decode(text, at)
        return found, after, False
    except (ValueError, RecursionError):
        pass
    reader = _Reader(text, at)
    try:
        found = reader.value(0)
    except BrokenError:
        return None, reader.at, True
    return (found if isinstance(found, dict) else None), reader.at, True


class _Reader:
    """Reads on where JSON would give up."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at = text, at

    def value(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise BrokenError
        head = self._next()
        if head == "{":
            return self._object(depth)
        if head == "[":
            return self._array(depth)
        return self._string() if head in QUOTES else self._word()

    def _next(self) -> str:
        """The next character that is no space; "" at the end."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]

    def _object(self, depth: int) -> dict[str, Any]:
        self.at += 1
        found: dict[str, Any] = {}
        while self._more("}"):
            key = self._key()
            if self._next() == "":
                break
            if self._next() != ":":
                raise BrokenError
            self.at += 1
            if self._next() == "":
                break
            value = self.value(depth + 1)
            if value is not CUT:
                found[key] = value
        return found

    def _array(self, depth: int) -> list[Any]:
        self.at += 1
        found: list[Any] = []
        while self._more("]"):
            value = self.value(depth + 1)
            if value is not CUT:
                found.append(value)
        return found

    def _more(self, closing: str) -> bool:
        """Whether another item follows; an end that is cut off closes everything."""
        while self._next() == ",":
            self.at += 1
        if self._next() == closing:
            self.at += 1
            return False
        return self._next() != ""

    def _key(self) -> str:
        if self._next() in QUOTES:
            key = self._string()
            return key if isinstance(key, str) else ""
        if not (bare := BARE.match(self.text, self.at)):
            raise BrokenError
        self.at = bare.end()
        return bare[0]

    def _string(self) -> Any:
        closing = QUOTES[self.text[self.at]]
        start = end = self.at + 1
        while end < len(self.text):
            if self.text[end] == "\\":
                end += 2
            elif self.text[end] == closing and self._closes(end):
                self.at = end + 1
                return _unescaped(self.text[start:end])
            else:
                end += 1
        self.at = len(self.text)
        whole_words, space, _ = self.text[start:].rstrip("\\").rpartition(" ")
        return _unescaped(whole_words) + " …" if space and whole_words.strip() else CUT

    def _closes(self, at: int) -> bool:
        """Whether a quote ends its string: what follows is then punctuation, the end, or the next line's key."""
        rest = self.text[at + 1 : at + 200]
        after = rest.lstrip()
        return not after or after[0] in ",:}]" or ("\n" in rest[: len(rest) - len(after)] and after[0] in QUOTES)

    def _word(self) -> Any:
        if not (bare := BARE.match(self.text, self.at)):
            raise BrokenError
        self.at = bare.end()
        if self.at == len(self.text):
            return CUT
        if bare[0].lower() in WORDS:
            return WORDS[bare[0].lower()]
        try:
            return float(bare[0])
        except ValueError as error:
            raise BrokenError from error


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda part: json.loads(f'"{part[0]}"'), text)
