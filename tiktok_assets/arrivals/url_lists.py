"""Lists of addresses: what stands in a file that somebody wrote, exported or copied together.

Text, a Windows shortcut, a table with a column of addresses, JSON or JSON lines, in any of the usual encodings.
Whether an address is one that we take is decided elsewhere; here nothing that might be one is left out in silence.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from resources.door import MediaError

SUFFIXES = (".txt", ".url", ".csv", ".json", ".jsonl")
MAX_BYTES = 16 << 20
MAX_LINES = 100_000

BYTE_ORDER_MARKS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
AROUND = " \t\u00a0\"'`<>()[]{}“”‘’«»‹›,;"  # what people and programs put round an address
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'`<>“”]*")
GLUED = re.compile(r"[,;|](?=[A-Za-z][A-Za-z0-9+.-]*://)")
# A video's own address, as against its author's, its cover's, its sound's in the same table.
LIKELY = re.compile(r"tiktok\.com/(@[^/]*/(video|photo)/|t/|v/)|//v[mt]\.tiktok\.com/", re.IGNORECASE)
# Under what names programs write a video's page, the most telling first: yt-dlp's `url` is the media file's.
NAMES = ("webpage_url", "webvideourl", "video_url", "videourl", "share_url", "shareurl", "link", "url", "href")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may be an address, and where it stands."""

    place: str  # line 3, entry 3
    text: str


def addresses(content: bytes, suffix: str) -> list[Found]:
    """Everything in a list that may be an address, in its order. Raises MediaError."""
    if len(content) > MAX_BYTES:
        raise too_large(f"more than {MAX_BYTES >> 20} MB")
    text = _decoded(content)
    if (n_lines := text.count("\n")) > MAX_LINES:
        raise too_large(f"{n_lines:,} lines")
    found = list(READERS[suffix](text))
    if len(found) > MAX_LINES:
        raise too_large(f"{len(found):,} entries")
    return found


def too_large(because: str) -> MediaError:
    meaning = f"the list is longer than {MAX_LINES:,} lines or {MAX_BYTES >> 20} MB ({because})"
    return MediaError("too_large", meaning, "split it into several files")


def _not_a_list(because: str) -> MediaError:
    return MediaError("not_a_list", f"no addresses can be read from it ({because})", "save it as text, one a line")


def _decoded(content: bytes) -> str:
    """Text with plain line ends. A wrong guess spoils comments; addresses are ASCII."""
    mark, encoding = next(((m, e) for m, e in BYTE_ORDER_MARKS if content.startswith(m)), (b"", "utf-8"))
    if not mark and content[1::2].count(0) > len(content) // 4:
        encoding = "utf-16-le"  # Windows programs sometimes leave the mark out
    text = content[len(mark) :].decode(encoding, "replace").replace("\0", " ")
    return INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


# The kinds of list


def _in_text(text: str) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), start=1):
        for said in _in_words(re.split(r"(?:^|\s)#", line)[0]):
            yield Found(f"line {number}", said)


def _in_shortcut(text: str) -> Iterator[Found]:
    """A Windows shortcut names one address, and perhaps its icon's; anything else is read as text."""
    if "[internetshortcut]" not in text.lower():
        yield from _in_text(text)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        name, _, said = line.partition("=")
        if name.strip().lower() == "url":
            yield Found(f"line {number}", said.strip(AROUND))


def _in_table(text: str) -> Iterator[Found]:
    try:
        rows = _rows(text, csv.QUOTE_MINIMAL)
        if any("\n" in cell and LIKELY.search(cell.partition("\n")[2]) for _, row in rows for cell in row):
            rows = _rows(text, csv.QUOTE_NONE)  # a quote that never ends has swallowed lines
    except csv.Error as error:
        raise _not_a_list(str(error)) from error
    column = _column(rows)
    for number, (line, row) in enumerate(rows):
        cell = row[column] if column < len(row) else ""
        is_head = number == 0 and "://" not in cell
        if not is_head and not row[0].lstrip().startswith("#"):
            for said in _in_words(cell):
                yield Found(f"line {line}", said)


def _rows(text: str, quoting: Any) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with the lines that they end on."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    counts = Counter(c for c in ADDRESS.sub("", first) if c in ",;\t|")
    delimiter = counts.most_common(1)[0][0] if counts else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]


def _column(rows: list[tuple[int, list[str]]]) -> int:
    """The column in which the videos' addresses are."""
    likely: Counter[int] = Counter()
    any_address: Counter[int] = Counter()
    for _, row in rows:
        likely.update(n for n, cell in enumerate(row) if LIKELY.search(cell))
        any_address.update(n for n, cell in enumerate(row) if "://" in cell)
    head = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    named = {n for n, name in enumerate(head) if name in NAMES}
    return max(any_address, key=lambda n: (likely[n], n in named, any_address[n], -n), default=0)


def _in_json(text: str) -> Iterator[Found]:
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n")):
        return
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise _not_a_list("it is nested too deeply") from error
    except ValueError as error:
        lines = list(_in_json_lines(text))
        if not any("://" in found.text for found in lines):
            raise _not_a_list(str(error)) from error
        yield from lines
        return
    for number, said in enumerate(_in_value(whole, is_listed=True), start=1):
        yield Found(f"entry {number}", said)


def _in_json_lines(text: str) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), start=1):
        said = line.strip().rstrip(",")
        if not said or said.startswith("#"):
            continue
        try:
            parts = list(_in_value(json.loads(said), is_listed=True))
        except (ValueError, RecursionError):
            parts = list(_in_words(said))
        yield from (Found(f"line {number}", part) for part in parts)


def _in_value(value: Any, is_listed: bool) -> Iterator[str]:
    """Addresses in parsed JSON: every text of a list, of an object its most telling part, or else all its parts."""
    if isinstance(value, str):
        if is_listed or "://" in value:
            yield from _in_words(value)
    elif isinstance(value, list):
        for item in value:
            yield from _in_value(item, is_listed=True)
    elif isinstance(value, dict):
        parts = {str(name).lower(): part for name, part in value.items()}
        telling = next((p for name in NAMES if isinstance(p := parts.get(name), str) and p.strip()), None)
        if telling is not None:
            yield from _in_words(telling)
        else:
            for part in value.values():
                yield from _in_value(part, is_listed=False)


def _in_words(text: str) -> Iterator[str]:
    """The addresses in a line; where there is none, the line as it stands, if anything does."""
    found = ADDRESS.findall(GLUED.sub(" ", text))
    for said in found or [text]:
        if said := said.strip().strip(AROUND).rstrip("."):
            yield said


READERS = {
    ".txt": _in_text,
    ".url": _in_shortcut,
    ".csv": _in_table,
    ".json": _in_json,
    ".jsonl": _in_json_lines,
}
