"""Two versions of a table side by side: the right two, all that differs, and a word where nothing can be compared."""

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from resources.store import Outcome, Store
from tiktok_assets.__main__ import app
from tiktok_assets.commands.diff import SHOWN, NoVersionError, as_json, diff, versions

VIDEO = "local-0123456789abcdef"
NAME = "cut_analysis"
FIRST = Outcome("degraded", 1, "first", "adaptive", "adaptive", "0.6", rows=2, settings={"precision": "auto"})
SECOND = Outcome("ok", 2, "second", "transnetv2", "transnetv2", "1.0", rows=2, settings={"precision": "float32"})
HOSTILE = "[bold]\x1b[31m\u202etext[/] \n next"


def rows(*at: float, **more) -> pa.Table:
    said = [{"kind": "cut", "start_s": t, "end_s": t, "confidence": 0.9} | more for t in at]
    return pa.Table.from_pylist([{"video_id": VIDEO, "row_id": f"{NAME}-{n:05d}"} | row for n, row in enumerate(said)])


@pytest.fixture
def two(store) -> Store:
    """A table of two versions: a cut moved, and one came."""
    store.write_table(NAME, VIDEO, rows(2.0, 5.0), FIRST)
    store.write_table(NAME, VIDEO, rows(2.1, 5.0, 8.0), replace(SECOND, rows=3))
    return store


def cli(*words: str):
    return CliRunner().invoke(app, ["diff", *words], env={"COLUMNS": "200", "NO_COLOR": "1"})


def test_the_newest_earlier_version_is_compared_with_the_present_one(two):
    made = diff(two, VIDEO, NAME)
    assert (made.before.mark, made.after.mark) == (FIRST.mark, SECOND.mark)
    assert (made.found.unchanged, len(made.found.changed), len(made.found.added)) == (1, 1, 1)


def test_other_versions_are_named_by_their_marks_or_the_beginnings_of_them(two):
    two.write_table(NAME, VIDEO, rows(2.1), replace(SECOND, version=3, fingerprint="third"))
    newest, middle, oldest = versions(two, NAME, VIDEO)
    assert [v.is_present for v in (newest, middle, oldest)] == [True, False, False]
    assert diff(two, VIDEO, NAME).before.mark == middle.mark == SECOND.mark
    assert diff(two, VIDEO, NAME, before="1-").before.mark == oldest.mark
    back = diff(two, VIDEO, NAME, before="present", after=oldest.mark)
    assert (back.before.mark, back.after.mark) == (newest.mark, oldest.mark)
    assert diff(two, VIDEO, NAME, after=oldest.mark).before.mark == middle.mark
    with pytest.raises(NoVersionError, match="no version `9-`") as error:
        diff(two, VIDEO, NAME, before="9-")
    assert all(v.mark in error.value.remedy for v in (newest, middle, oldest))


def test_a_table_of_another_data_folder_is_compared_with_the_one_here(two, tmp_path):
    other = Store(root=str(tmp_path / "other"))
    other.write_table(NAME, VIDEO, rows(2.1, 5.0), replace(SECOND, rows=2))
    made = diff(two, VIDEO, NAME, other=other)
    assert (made.before.outcome.rows, made.after.outcome.rows) == (3, 2)
    assert (made.found.unchanged, made.found.removed) == (2, [2])
    done = cli(VIDEO, NAME, "--data-of", other.root, "--json")
    assert json.loads(done.stdout)["counts"] == {"unchanged": 2, "changed": 0, "added": 0, "removed": 1}


def test_an_identical_table_elsewhere_does_not_differ(two, tmp_path):
    other = Store(root=str(tmp_path / "other"))
    other.write_table(NAME, VIDEO, two.read_table(NAME, VIDEO), SECOND)
    done = cli(VIDEO, NAME, "--data-of", other.root)
    assert (done.exit_code, "no difference" in done.stdout) == (0, True)


def test_json_holds_everything(two):
    told = json.loads(cli(VIDEO, NAME, "--json").stdout)
    assert (told["from"]["mark"], told["to"]["mark"], told["to"]["is_present"]) == (FIRST.mark, SECOND.mark, True)
    assert (told["from"]["status"], told["to"]["settings"]) == ("degraded", {"precision": "float32"})
    assert told["counts"] == {"unchanged": 1, "changed": 1, "added": 1, "removed": 0}
    assert told["changed"][0]["columns"] == {"start_s": [2.0, 2.1], "end_s": [2.0, 2.1]}
    assert told["added"][0]["start_s"] == 8.0
    assert told["changed_columns"] == {"start_s": 1, "end_s": 1}


def test_people_are_shown_what_was_made_with_what_and_what_differs(two):
    done = cli(VIDEO, NAME)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert any(line.startswith("status") and "degraded" in line and "ok" in line for line in lines)
    assert any(line.startswith("by") and "adaptive 0.6" in line and "transnetv2 1.0" in line for line in lines)
    assert any(line.startswith("precision") and '"auto"' in line and '"float32"' in line for line in lines)
    assert "rows: 1 unchanged, 1 changed, 1 added, 0 removed" in lines
    assert any(line.startswith("~") and "start_s 2 -> 2.1" in line for line in lines)
    assert any(line.startswith("+") and "8.000 - 8.000" in line for line in lines)


def test_a_long_list_is_cut_and_says_so(store):
    store.write_table(NAME, VIDEO, rows(), FIRST)
    store.write_table(NAME, VIDEO, rows(*(float(n) for n in range(SHOWN + 7))), SECOND)
    done = cli(VIDEO, NAME)
    assert "7 more differences: --json has all of them" in done.stdout
    assert sum(line.startswith("+") for line in done.stdout.splitlines()) == SHOWN
    assert len(json.loads(cli(VIDEO, NAME, "--json").stdout)["added"]) == SHOWN + 7


def test_strangers_words_do_nothing_to_the_terminal(store):
    store.write_table(NAME, VIDEO, rows(1.0, text="calm"), FIRST)
    store.write_table(NAME, VIDEO, rows(1.0, text=HOSTILE), SECOND)
    shown = cli(VIDEO, NAME).stdout
    assert "[bold]" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


def test_a_figure_of_32_bits_is_told_as_short_as_it_is(store):
    for outcome, value in ((FIRST, 0.1), (SECOND, 0.2)):
        store.write_table(NAME, VIDEO, rows(1.0).append_column("level", pa.array([value], pa.float32())), outcome)
    told = as_json(diff(store, VIDEO, NAME))
    assert told["changed"][0]["columns"] == {"level": [0.1, 0.2]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((VIDEO, "cut_analyses"), "Did you mean `cut_analysis`"),
        ((VIDEO, "cut_analysis,text_overlay"), "is no analyzer"),
        ((VIDEO, ""), "is no analyzer"),
        (("../../etc", NAME), "is no video id"),
        ((VIDEO, "text_overlay"), "has no table of"),
        ((VIDEO, NAME, "--data-of", "/nowhere"), "no such folder"),
        ((VIDEO, NAME, "--from", "nothing"), "there is no version `nothing`"),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_said_with_what_to_do(two, words, said):
    done = cli(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_where_there_is_one_version_alone_it_is_named(store):
    store.write_table(NAME, VIDEO, rows(1.0), FIRST)
    done = cli(VIDEO, NAME)
    assert done.exit_code == 2
    assert f"only {FIRST.mark} (present): degraded" in done.stderr
    assert "--data-of DIR" in done.stderr


def test_a_table_that_is_no_longer_whole_is_not_there(two):
    (earlier,) = two.earlier(NAME, VIDEO)
    earlier.write_bytes(b"half")
    assert len(versions(two, NAME, VIDEO)) == 1
    Path(two.table_path(NAME, VIDEO)).write_bytes(b"half")
    assert cli(VIDEO, NAME).exit_code == 2
