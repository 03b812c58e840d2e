"""Comparing: which rows of a table have a counterpart in another version of it, and in which columns the two differ.

Pairs are made in rounds, each of what those before have left: rows that are equal, whatever their order; rows that
differ in one cell which is no time; rows of the same time, by where they lie in the picture, what they are called and
what else they say; rows that overlap or lie close in time, first those of the same track, which another version may
have numbered anew. The rest was added or removed.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

NEAR_S = 0.5  # an event that moved by less is the same event, unless others of its kind follow as closely
LEAST_PLACE = 0.1  # shared area over joint area: methods draw boxes tightly or generously
LEAST_OVERLAP = 0.2  # shared time over joint time: the largest of three equal parts is still the old event
NEIGHBOURS = 4  # on either side, by start and by end, that a row is compared with in the last rounds
CLUSTER_PAIRS = 4096  # rows of one time and kind are all compared with each other up to here; beyond, in their order
ONCE = ("backend", "model_id", "model_rev", "evidence")  # usually one value a table, which is then told of the table
NUMBERED = ("video_id", "row_id")  # say nothing of what was found: the second is a row's number
TIME = ("start_s", "end_s")
FRAMES = {"start_frame": "start_s", "end_frame": "end_s"}  # change with the time, which is told
HARD = ("level", "kind", "question")  # rows that differ in one of them say different things
LABELS = ("label", "hand")  # what a row is about
TRACKS = ("track_id", "person_id")  # whom or what it follows
NAMES = (*LABELS, *TRACKS)
TEXTS = ("text", "word", "quote")
BOX = ("x", "y", "w", "h")
NARROW, WIDE = 2.0**-22, 1e-12  # relative noise of numbers that were stored in 32 and in 64 bits
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Change:
    """Two rows that are one: their numbers, and the columns in which they differ."""

    before: int
    after: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the rows of a table: their numbers, in the order of the tables."""

    unchanged: int
    changed: list[Change]
    removed: list[int]
    added: list[int]
    new_columns: list[str] = field(default_factory=list)
    gone_columns: list[str] = field(default_factory=list)
    retyped: dict[str, tuple[str, str]] = field(default_factory=dict)  # column -> its type before and after
    once: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # what each table says in all of its rows

    @property
    def is_same(self) -> bool:
        """Whether no row and no column differs."""
        return not (self.changed or self.removed or self.added or self.new_columns or self.gone_columns)


def compare(before: pa.Table, after: pa.Table) -> Comparison:
    """Pair the rows of two versions of one table, and say what differs."""
    common = [name for name in before.column_names if name in after.column_names and name not in NUMBERED]
    only = {name: (_only(before[name]), _only(after[name])) for name in common if name in ONCE}
    once = {name: (b[0], a[0]) for name, (b, a) in only.items() if b and a}
    names = [name for name in common if name not in once]
    pairs = _Pairs(before, after, names)
    pairs.make()
    return Comparison(
        unchanged=len(before) - len(pairs.left_before) - len(pairs.changes),
        changed=pairs.changes,
        removed=pairs.left_before.tolist(),
        added=pairs.left_after.tolist(),
        new_columns=[name for name in after.column_names if name not in before.column_names],
        gone_columns=[name for name in before.column_names if name not in after.column_names],
        retyped={n: (str(b), str(a)) for n in common if (b := before[n].type) != (a := after[n].type)},
        once={name: values for name, values in once.items() if values[0] != values[1]},
    )


def _only(column: pa.ChunkedArray) -> tuple[Any] | None:
    """The value that all rows share; None where they differ, or there are none."""
    values = column.unique().to_pylist()
    return (values[0],) if len(values) == 1 else None


class _Pairs:
    """Rows of two tables, paired round by round. Rows of the second are counted on from those of the first."""

    def __init__(self, before: pa.Table, after: pa.Table, names: list[str]) -> None:
        self.n = len(before)
        self.names = names
        self.values = {name: _numbers(before[name], after[name]) for name in names}
        columns = [_codes(before[name], after[name]) for name in names]
        self.codes = np.stack(columns, axis=1) if columns else np.zeros((len(before) + len(after), 0), np.int64)
        self.left_before, self.left_after = np.arange(self.n), np.arange(len(after))
        self.changes: list[Change] = []

    def make(self) -> None:
        parts = [_mixed(self.codes[:, number], number) for number in range(len(self.names))]
        whole = sum(parts, np.zeros(len(self.codes), np.uint64))
        self._take(self._equal(whole))
        for number in self._cells():
            self._take(self._equal(whole - parts[number]))
        self._take(self._of_one_time())
        self._take(self._nearby([*HARD, *LABELS, *TRACKS]))
        self._take(self._nearby([*HARD, *LABELS]))
        self.changes.sort(key=lambda change: (change.before, change.after))

    def _cells(self) -> list[int]:
        """Columns by number, those that say what a row is about last."""
        order = [name for name in self.names if name not in (*TIME, *FRAMES)]
        order.sort(key=lambda name: (name in HARD, name in NAMES))
        return [self.names.index(name) for name in order]

    def _take(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Note pairs, by numbers within the tables; what is in one is no longer left."""
        found = np.array(list(pairs), np.int64).reshape(-1, 2)
        differing = self.codes[found[:, 0]] != self.codes[found[:, 1] + self.n]
        for row in np.flatnonzero(differing.any(axis=1)):
            names = [name for name, is_other in zip(self.names, differing[row], strict=True) if is_other]
            told = tuple(name for name in names if FRAMES.get(name) not in names)
            self.changes.append(Change(int(found[row, 0]), int(found[row, 1]), told))
        self.left_before = np.setdiff1d(self.left_before, found[:, 0])
        self.left_after = np.setdiff1d(self.left_after, found[:, 1])

    def _equal(self, keys: NDArray[np.uint64]) -> Iterator[tuple[int, int]]:
        """Rows of the same key, as often as both tables have it."""
        here, there = keys[self.left_before], keys[self.left_after + self.n]
        waiting: dict[int, deque[int]] = defaultdict(deque)
        for row in self.left_after[np.isin(there, here)].tolist():
            waiting[int(keys[row + self.n])].append(row)
        for row in self.left_before[np.isin(here, there)].tolist():
            if queue := waiting[int(keys[row])]:
                yield row, queue.popleft()

    def _of_one_time(self) -> Iterator[tuple[int, int]]:
        """Rows of the same time and kind, the most alike first."""
        keys = self._groups([*TIME, *HARD])
        here, there = defaultdict(list), defaultdict(list)
        for row in self.left_before.tolist():
            here[keys[row]].append(row)
        for row in self.left_after.tolist():
            there[keys[row + self.n]].append(row)
        shared = [(rows, there[key]) for key, rows in here.items() if key in there]
        small = [(a, b) for a, b in shared if len(a) * len(b) <= CLUSTER_PAIRS]
        for a, b in shared:
            if len(a) * len(b) > CLUSTER_PAIRS:
                yield from self._in_order(a, b)
        first = np.array([x for a, b in small for x in a for _ in b], np.int64)
        second = np.array([y for a, b in small for _ in a for y in b], np.int64)
        alike, is_the_one = self._likeness(first, second)
        yield from _best(first[is_the_one], second[is_the_one], alike[is_the_one])

    def _in_order(self, a: list[int], b: list[int]) -> Iterator[tuple[int, int]]:
        keys = self._groups(list(NAMES))
        a.sort(key=lambda row: (keys[row], row))
        b.sort(key=lambda row: (keys[row + self.n], row))
        return zip(a, b, strict=False)

    def _nearby(self, names: list[str]) -> Iterator[tuple[int, int]]:
        """Rows that agree in these columns and overlap in time or lie near, the most alike first."""
        if any(name not in self.names for name in TIME) or not (len(self.left_before) and len(self.left_after)):
            return iter(())
        groups = self._groups(names)
        start, end = (self.values[name] for name in TIME)
        a, b = self._neighbours(groups, start, end)
        there = b + self.n
        shared = np.minimum(end[a], end[there]) - np.maximum(start[a], start[there])
        joint = np.maximum(end[a], end[there]) - np.minimum(start[a], start[there])
        overlap = np.clip(shared, 0.0, None) / np.where(joint > 0, joint, 1.0)
        moved = np.maximum(abs(start[a] - start[there]), abs(end[a] - end[there]))
        near_s = self._near_s(groups, start)[groups[a]]
        fit = np.maximum(overlap, np.where(moved <= near_s, 1.0 - 0.5 * moved / near_s, 0.0))
        is_one = (groups[a] == groups[there]) & ((overlap >= LEAST_OVERLAP) | (moved <= near_s))
        a, b, fit = a[is_one], b[is_one], fit[is_one]
        alike, is_the_one = self._likeness(a, b)
        return _best(a[is_the_one], b[is_the_one], (fit + 0.3 * alike)[is_the_one])

    def _neighbours(
        self, groups: Codes, start: NDArray[np.float64], end: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every left row with the left rows of the other table that begin or end about when it does."""
        span = float(end.max() - start.min()) + 2 * NEAR_S + 1.0
        found = []
        for time in (start, end):
            place = groups * span + (time - start.min())
            order = self.left_after[np.argsort(place[self.left_after + self.n], kind="stable")]
            at = np.searchsorted(place[order + self.n], place[self.left_before])
            steps = np.arange(-NEIGHBOURS, NEIGHBOURS)
            which = np.clip(at[:, None] + steps, 0, len(order) - 1)
            found.append(np.stack([np.repeat(self.left_before, len(steps)), order[which].ravel()], axis=1))
        pairs = np.unique(np.concatenate(found), axis=0)
        return pairs[:, 0], pairs[:, 1]

    def _near_s(self, groups: Codes, start: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each group, how far an event may have moved: less than half of the mean step from one to the next."""
        near = np.full(int(groups.max()) + 1, NEAR_S)
        for part in (slice(None, self.n), slice(self.n, None)):
            steps = np.unique(np.stack([groups[part].astype(float), start[part]], axis=1), axis=0)
            group, first, count = np.unique(steps[:, 0].astype(np.int64), return_index=True, return_counts=True)
            span = steps[first + count - 1, 1] - steps[first, 1]
            mean = np.where(count > 1, span / np.maximum(count - 1, 1), np.inf)
            near[group] = np.minimum(near[group], mean / 2)
        return near

    def _groups(self, names: list[str]) -> Codes:
        """A number for every row, the same for rows that agree in these columns."""
        columns = [self.codes[:, self.names.index(name)] for name in names if name in self.names]
        if not columns:
            return np.zeros(len(self.codes), np.int64)
        _, numbers = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        return numbers.reshape(-1)

    def _likeness(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """How alike rows are, and whether they can be one: they share a place, or where none is told, a name."""
        there = b + self.n
        agreed = {name: self._agreement(name, a, there) for name in self.names if name not in (*TIME, *FRAMES, *HARD)}
        labels, tracks = ([agreed[name] for name in some if name in agreed] for some in (LABELS, TRACKS))
        is_one = np.ones(len(a), bool)
        if labels or tracks:
            is_one = np.min(labels, axis=0) == 1 if labels else np.max(tracks, axis=0) == 1
        named = [agreed[name] for name in (*NAMES, *TEXTS) if name in agreed]
        if all(name in agreed and self.values[name].size for name in BOX):
            place, is_told = self._places(a, there)
            is_one = np.where(is_told, place > LEAST_PLACE, is_one)
            named += [place, place]
        return 2 * _mean(named, len(a)) + _mean([v for n, v in agreed.items() if n not in NAMES], len(a)), is_one

    def _agreement(self, name: str, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
        """1 where two cells are the same; figures agree the more the closer they are, names do or do not."""
        number = self.names.index(name)
        same = (self.codes[a, number] == self.codes[b, number]).astype(float)
        values = self.values[name]
        if name in NAMES or not values.size:
            return same
        wide = float(np.nanmax(values) - np.nanmin(values)) if np.isfinite(values).any() else 0.0
        close = 1.0 - np.nan_to_num(abs(values[a] - values[b]) / (wide or 1.0), nan=1.0, posinf=1.0)
        return np.where(same == 1.0, 1.0, 0.9 * close)

    def _places(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Shared area over joint area, and whether either row has a box at all."""
        x, y, w, h = (self.values[name] for name in BOX)
        wide = np.minimum(x[a] + w[a], x[b] + w[b]) - np.maximum(x[a], x[b])
        high = np.minimum(y[a] + h[a], y[b] + h[b]) - np.maximum(y[a], y[b])
        shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
        joint = w[a] * h[a] + w[b] * h[b] - shared
        is_told = ~(np.isnan(x[a]) & np.isnan(x[b]))
        return np.nan_to_num(shared / np.where(joint > 0, joint, np.inf)), is_told


def _mean(parts: list[NDArray[np.float64]], n: int) -> NDArray[np.float64]:
    return np.mean(parts, axis=0) if parts else np.zeros(n)


def _best(a: NDArray[np.int64], b: NDArray[np.int64], score: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Pairs by falling score, each row once; of equals, those that come first in the tables."""
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    for at in np.lexsort((b, a, -score)).tolist():
        one, other = int(a[at]), int(b[at])
        if one not in taken_a and other not in taken_b:
            taken_a.add(one)
            taken_b.add(other)
            yield one, other


# Cells


def _codes(before: pa.ChunkedArray, after: pa.ChunkedArray) -> Codes:
    """A number for every cell of both columns, the same for equal values; -1 for absence."""
    if _is_figure(before.type) and _is_figure(after.type) and pa.float64() in (_widest(before), _widest(after)):
        noise = NARROW if pa.float32() in (before.type, after.type) else WIDE
        return _float_codes(_numbers(before, after), noise)
    if before.type != after.type or pa.types.is_nested(before.type):
        digits = 6 if before.type != after.type else 17
        return _text_codes([_text(value, digits) for part in (before, after) for value in part.to_pylist()])
    both = pa.chunked_array([*before.chunks, *after.chunks], before.type).combine_chunks()
    if isinstance(both, pa.ChunkedArray):
        both = pa.concat_arrays(both.chunks) if both.num_chunks else pa.array([], before.type)
    return both.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _is_figure(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _widest(column: pa.ChunkedArray) -> pa.DataType:
    return pa.float64() if pa.types.is_floating(column.type) else column.type


def _numbers(before: pa.ChunkedArray, after: pa.ChunkedArray) -> NDArray[np.float64]:
    """Both columns as figures, absence as NaN; empty for columns that hold none."""
    if not (_is_figure(before.type) and _is_figure(after.type)):
        return np.zeros(0)
    parts = [part.cast(pa.float64(), safe=False).to_numpy() for part in (before, after)]
    return np.concatenate([np.asarray(part, np.float64) for part in parts])


def _float_codes(values: NDArray[np.float64], noise: float) -> Codes:
    """Neighbours on the line of numbers are one where no more than noise is between them."""
    order = np.argsort(values, kind="stable")  # NaN comes last
    line = np.nan_to_num(values[order], nan=0.0)
    size = np.maximum(abs(line[1:]), abs(line[:-1]))
    with np.errstate(over="ignore"):
        is_new = np.diff(line) > noise * size + WIDE
    codes = np.empty(len(values), np.int64)
    codes[order] = np.concatenate([[0], np.cumsum(is_new)])[: len(values)]
    codes[np.isnan(values)] = -1
    return codes


def _text_codes(texts: list[str | None]) -> Codes:
    known: dict[str | None, int] = {None: -1}
    return np.array([known.setdefault(text, len(known)) for text in texts], np.int64)


def _text(value: Any, digits: int) -> str | None:
    """A value in one form; floats with so many digits."""
    if value is None:
        return None
    if isinstance(value, float):
        return f"{value + 0.0:.{digits}g}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_text(item, digits)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(str(_text(item, digits)) for item in value) + "]"
    return repr(value)


def _mixed(codes: Codes, salt: int) -> NDArray[np.uint64]:
    """Numbers without any order, so that their sums over the columns of a row tell rows apart (splitmix64)."""
    with np.errstate(over="ignore"):
        mixed = codes.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15) * np.uint64(salt + 1)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
