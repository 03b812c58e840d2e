"""Rows of two versions are paired as somebody would who looks at both: the answers are known by construction."""

import random
from typing import Any

import pyarrow as pa
import pytest

from tiktok_assets.comparing import Comparison, compare

CUTS = [
    {"kind": "cut", "start_s": 2.0, "end_s": 2.0, "confidence": 0.9},
    {"kind": "cut", "start_s": 5.0, "end_s": 5.0, "confidence": 0.8},
    {"kind": "shot", "start_s": 0.0, "end_s": 2.0, "confidence": None},
    {"kind": "shot", "start_s": 2.0, "end_s": 5.0, "confidence": None},
    {"kind": "shot", "start_s": 5.0, "end_s": 9.0, "confidence": None},
]
THING: dict[str, Any] = {
    "level": "sample", "label": "person", "track_id": 0, "start_s": 1.0, "end_s": 1.25, "confidence": 0.5,
    "x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2, "points": [{"x": 0.5}], "is_near": True,
}  # fmt: skip


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{"row_id": f"x-{n}", "video_id": "v", "backend": "b"} | r for n, r in enumerate(rows)])


def found(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Comparison:
    return compare(table(before), table(after))


def counts(made: Comparison) -> tuple[int, int, int, int]:
    return made.unchanged, len(made.changed), len(made.removed), len(made.added)


def pairs(made: Comparison) -> dict[tuple[int, int], set[str]]:
    return {(change.before, change.after): set(change.columns) for change in made.changed}


@pytest.mark.parametrize("rows", [CUTS, [THING] * 3, []], ids=["cuts", "duplicates", "nothing"])
def test_a_table_does_not_differ_from_itself(rows):
    made = found(rows, rows)
    assert counts(made) == (len(rows), 0, 0, 0)
    assert made.is_same


def test_the_order_of_rows_says_nothing():
    assert counts(found(CUTS, CUTS[::-1])) == (5, 0, 0, 0)


def test_a_row_that_is_there_twice_was_once():
    assert counts(found([THING], [THING, THING])) == (1, 0, 0, 1)
    assert counts(found([THING, THING, THING], [THING])) == (1, 0, 2, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("label", "dog"), ("track_id", 7), ("level", "track"), ("confidence", 0.6), ("confidence", None),
        ("x", 0.9), ("points", [{"x": 0.6}]), ("points", []), ("is_near", False), ("start_s", 0.9), ("end_s", 1.5),
    ],
)  # fmt: skip
def test_a_planted_change_of_one_cell_is_the_only_difference(column, value):
    others = [THING | {"start_s": n, "end_s": n + 0.25, "track_id": n} for n in range(2, 30)]
    made = found([*others, THING], [THING | {column: value}, *others])
    assert counts(made) == (28, 1, 0, 0)
    assert pairs(made) == {(28, 0): {column}}


def test_a_cut_that_moved_is_the_same_cut_and_its_shots_are_the_same_shots():
    moved = [dict(row) for row in CUTS]
    moved[0] |= {"start_s": 2.3, "end_s": 2.3}
    moved[2] |= {"end_s": 2.3}
    moved[3] |= {"start_s": 2.3}
    made = found(CUTS, moved)
    assert pairs(made) == {(0, 0): {"start_s", "end_s"}, (2, 2): {"end_s"}, (3, 3): {"start_s"}}
    assert counts(made) == (2, 3, 0, 0)


def test_an_event_that_moved_far_is_another_event():
    made = found(CUTS[:1], [CUTS[0] | {"start_s": 4.0, "end_s": 4.0}])
    assert counts(made) == (0, 0, 1, 1)


def test_a_split_event_is_its_larger_part_and_a_new_one():
    whole = [{"kind": "move", "start_s": 0.0, "end_s": 10.0}, {"kind": "move", "start_s": 12.0, "end_s": 14.0}]
    parts = [{"kind": "move", "start_s": 0.0, "end_s": 4.0}, {"kind": "move", "start_s": 4.0, "end_s": 10.0}, whole[1]]
    made = found(whole, parts)
    assert pairs(made) == {(0, 1): {"start_s"}}
    assert (made.unchanged, made.added) == (1, [0])
    back = found(parts, whole)
    assert (pairs(back), back.removed) == ({(1, 0): {"start_s"}}, [0])


def test_events_of_another_kind_are_never_paired_though_they_share_their_time():
    made = found(
        [{"kind": "zoom", "start_s": 1.0, "end_s": 2.0, "n": 1}],
        [{"kind": "pan", "start_s": 1.0, "end_s": 2.0, "n": 2}],
    )
    assert counts(made) == (0, 0, 1, 1)


def test_things_are_told_apart_by_their_place_also_where_their_numbers_were_given_anew():
    left, right = THING | {"track_id": 1}, THING | {"track_id": 2, "x": 0.7, "confidence": 0.7}
    swapped = [left | {"track_id": 2, "confidence": 0.55}, right | {"track_id": 1, "confidence": 0.75}]
    made = found([left, right], swapped)
    assert pairs(made) == {(0, 0): {"track_id", "confidence"}, (1, 1): {"track_id", "confidence"}}


def test_of_many_things_at_one_time_the_one_that_is_gone_is_found():
    things = [THING | {"x": n / 10, "w": 0.09, "track_id": n} for n in range(9)]
    after = [thing | {"confidence": 0.6} for n, thing in enumerate(things) if n != 4]
    made = found(things, random.Random(0).sample(after, 8))
    assert (counts(made), made.removed) == ((0, 8, 1, 0), [4])
    assert set.union(*pairs(made).values()) == {"confidence"}


def test_another_thing_at_another_place_is_no_change_of_the_first():
    made = found([THING], [THING | {"x": 0.7, "y": 0.7, "confidence": 0.6}])
    assert counts(made) == (0, 0, 1, 1)


def test_words_that_come_a_little_later_are_the_same_words():
    said = [{"level": "word", "start_s": 0.4 * n, "end_s": 0.4 * n + 0.35, "text": t} for n, t in enumerate("abcdef")]
    later = [row | {"start_s": row["start_s"] + 0.15, "end_s": row["end_s"] + 0.15} for row in said]
    made = found(said, later)
    assert pairs(made) == {(n, n): {"start_s", "end_s"} for n in range(6)}


def test_a_word_that_is_heard_otherwise_is_one_change():
    said = [{"level": "word", "start_s": float(n), "end_s": n + 0.5, "text": t, "p": 0.5} for n, t in enumerate("abc")]
    made = found(said, [said[0], said[1] | {"text": "B", "p": 0.4}, said[2]])
    assert pairs(made) == {(1, 1): {"text", "p"}}


def test_columns_that_came_or_went_are_told_and_change_no_row():
    after = [row | {"speed": 1.0} for row in CUTS]
    made = compare(table(CUTS), table(after).drop_columns(["confidence"]))
    assert (made.new_columns, made.gone_columns) == (["speed"], ["confidence"])
    assert counts(made) == (5, 0, 0, 0)
    assert not made.is_same


def test_what_all_rows_say_alike_is_said_once():
    made = compare(table(CUTS), table([row | {"backend": "c"} for row in CUTS]))
    assert (counts(made), made.once) == ((5, 0, 0, 0), {"backend": ("b", "c")})
    one = compare(table(CUTS), table([row | {"backend": "c"} if n == 1 else row for n, row in enumerate(CUTS)]))
    assert pairs(one) == {(1, 1): {"backend"}}


def test_numbers_of_rows_and_of_frames_are_no_change_of_their_own():
    rows = [{"start_s": 1.0, "end_s": 2.0, "start_frame": 30, "end_frame": 60, "n": 1}]
    moved = [{"start_s": 1.1, "end_s": 2.0, "start_frame": 33, "end_frame": 60, "n": 1}]
    assert pairs(found(rows, moved)) == {(0, 0): {"start_s"}}
    assert pairs(found(rows, [rows[0] | {"start_frame": 31}])) == {(0, 0): {"start_frame"}}


def test_a_figure_that_was_stored_in_fewer_bits_is_the_same_figure():
    wide = pa.table({"start_s": [0.0, 1.0], "end_s": [1.0, 2.0], "level": [0.1, 1 / 3]})
    narrow = wide.set_column(2, "level", wide["level"].cast(pa.float32()))
    made = compare(wide, narrow)
    assert counts(made) == (2, 0, 0, 0)
    assert made.retyped == {"level": ("double", "float")}
    assert counts(compare(wide, wide.set_column(2, "level", pa.array([0.1, 0.3334])))) == (1, 1, 0, 0)


@pytest.mark.parametrize(("old", "new"), [(0.1, 0.1 + 1e-15), (0.0, -0.0), (None, None), (float("inf"), float("inf"))])
def test_noise_is_no_change(old, new):
    one = pa.table({"start_s": [0.0], "end_s": [1.0], "level": pa.array([old], pa.float64())})
    assert compare(one, one.set_column(2, "level", pa.array([new], pa.float64()))).is_same


@pytest.mark.parametrize(("old", "new"), [(0.1, 0.100001), (0.0, None), (0.0, 1e-9), (1e308, float("inf"))])
def test_what_is_no_noise_is_a_change(old, new):
    one = pa.table({"start_s": [0.0], "end_s": [1.0], "level": pa.array([old], pa.float64())})
    assert pairs(compare(one, one.set_column(2, "level", pa.array([new], pa.float64())))) == {(0, 0): {"level"}}


def test_from_nothing_and_to_nothing():
    full = table(CUTS)
    assert counts(compare(full, full.slice(0, 0))) == (0, 0, 5, 0)
    assert counts(compare(full.slice(0, 0), full)) == (0, 0, 0, 5)
    assert counts(compare(full.slice(0, 0), full.slice(0, 0))) == (0, 0, 0, 0)


def test_tables_without_times_are_compared_too():
    rows = [{"name": "a", "n": 1}, {"name": "b", "n": 2}]
    assert pairs(found(rows, [rows[1], {"name": "a", "n": 3}])) == {(0, 1): {"n"}}


def test_every_row_is_told_of_exactly_once_whatever_the_tables_are():
    chance = random.Random(5)

    def some(n: int) -> list[dict[str, Any]]:
        return [
            THING
            | {"start_s": (t := chance.randrange(8) / 4), "end_s": t + chance.choice([0.0, 0.25, 1.0])}
            | {"label": chance.choice("ab"), "track_id": chance.choice([0, 1, None]), "x": chance.random()}
            | {"confidence": chance.choice([0.1, 0.2, None])}
            for _ in range(n)
        ]

    for _ in range(60):
        before, after = some(chance.randrange(1, 30)), some(chance.randrange(1, 30))
        made = found(before, after)
        olds = [change.before for change in made.changed] + made.removed
        news = [change.after for change in made.changed] + made.added
        assert len(olds) == len(set(olds)) == len(before) - made.unchanged
        assert len(news) == len(set(news)) == len(after) - made.unchanged
        assert all(change.columns for change in made.changed)


def test_fifty_thousand_rows_are_paired_exactly():
    chance = random.Random(1)
    rows = [
        THING | {"start_s": n // 20 / 30, "end_s": n // 20 / 30, "track_id": n % 20, "x": chance.random() * 0.8}
        for n in range(50_000)
    ]
    after = [row | {"confidence": 0.6} if n % 100 == 7 else row for n, row in enumerate(rows) if n % 1000]
    assert counts(found(rows, after)) == (49_450, 500, 50, 0)
