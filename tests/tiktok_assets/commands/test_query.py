"""The command that asks all videos' tables a question."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from rich.console import Console

from resources.store import Store
from tests.tiktok_assets.corpus.small import name_of, write_cuts, write_rows
from tests.tiktok_assets.test_cli import cli
from tiktok_assets.commands.query import as_csv, as_json, plain, show
from tiktok_assets.corpus.asking import Answer
from tiktok_assets.corpus.questions import QUESTIONS

ONE = name_of(1)


def answered(columns: tuple[str, ...], *rows: tuple[object, ...]) -> Answer:
    return Answer(columns, list(rows), False, [], True)


def shown(answer: Answer, *, width: int, is_terminal: bool) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=is_terminal, color_system=None, highlight=False)
    show(answer, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_an_answer_is_a_table_json_or_csv(tmp_path):
    write_cuts(Store(root=str(tmp_path)), ONE)
    sql = "SELECT shot, len_s, move FROM shots WHERE start_s = 0"
    assert cli("query", sql, data=tmp_path).stdout.split() == ["shot", "len_s", "move"]
    write_rows(Store(root=str(tmp_path)), "cut_analysis", ONE, [{"level": "shot", "shot": 0, "len_s": 1.5}])
    assert cli("query", sql, data=tmp_path).stdout.split() == ["shot", "len_s", "move", "0", "1.5"]
    assert json.loads(cli("query", sql, "--json", data=tmp_path).stdout) == {"shot": 0, "len_s": 1.5, "move": None}
    assert cli("query", sql, "--csv", data=tmp_path).stdout == "\ufeffshot,len_s,move\n0,1.5,\n"
    done = cli("query", "FROM range(9)", "--limit", "2", "--json", data=tmp_path)
    assert (len(done.stdout.splitlines()), "the first 2 rows" in done.stderr, done.returncode) == (2, True, 0)


def test_ready_questions_are_listed_and_asked(tmp_path):
    write_cuts(Store(root=str(tmp_path)), ONE)
    told = cli("query", "--examples", data=tmp_path).stdout
    assert [line.split()[0] for line in told.splitlines() if not line.startswith(" ")] == list(QUESTIONS)
    assert len(QUESTIONS) == 10
    [row] = map(json.loads, cli("query", "--example", "shot_lengths", "--json", data=tmp_path).stdout.splitlines())
    assert (row["week"], row["shots"]) == (None, 8)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["FROM shot"], 2, "Did you mean shots"),
        (["DROP VIEW shots"], 2, "only read"),
        (["--example", "shot_length"], 2, "Did you mean shot_lengths"),
        ([], 2, "one question is needed"),
        (["FROM shots", "--example", "shot_lengths"], 2, "one question is needed"),
    ],
)
def test_a_mistake_is_told_with_a_remedy_and_no_trace(tmp_path, words, code, said):
    done = cli("query", *words, data=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_before_the_first_video_it_says_where_to_begin(tmp_path):
    done = cli("query", "FROM shots", data=tmp_path)
    assert (done.returncode, done.stdout) == (0, "nothing analyzed yet; start with: python -m tiktok_assets demo\n")
    assert cli("query", "FROM shots", "--json", data=tmp_path).stdout == ""


def test_what_is_left_out_is_said(tmp_path):
    store = Store(root=str(tmp_path))
    write_cuts(store, ONE)
    store.table_path("cut_analysis", ONE).write_bytes(b"")
    done = cli("query", "FROM shots", "--json", data=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"1 tables cannot be read, and are left out: tables/cut_analysis/{ONE}.parquet" in done.stderr


def test_a_wide_answer_is_a_list_on_a_terminal_and_whole_in_a_pipe():
    answer = answered(("first", "second", "third"), ("a" * 30, "b" * 30, None), ("c" * 30, "d" * 30, "e"))
    assert shown(answer, width=30, is_terminal=False).splitlines()[1].split() == ["a" * 30, "b" * 30]
    lines = shown(answer, width=40, is_terminal=True).splitlines()
    assert [line.split()[0] for line in lines] == ["row", "first", "second", "row", "first", "second", "third"]


def test_strangers_words_move_nothing_on_a_terminal():
    told = shown(answered(("text",), ("[red]x[/]\x1b[31m\n\u202ey " + "z" * 99,)), width=200, is_terminal=True)
    assert told.splitlines()[1].rstrip() == "[red]x[/][31m y " + "z" * 43 + "…"


def test_values_are_what_programs_take():
    answer = answered(("a", "b"), (float("nan"), {"at": [Decimal("1.5"), date(2026, 3, 2)]}))
    assert list(as_json(answer)) == ['{"a": null, "b": {"at": [1.5, "2026-03-02"]}}']
    assert as_csv(answered(("t",), ("=1+1",), (["x"],))) == '\ufefft\r\n\'=1+1\r\n"[""x""]"\r\n'
    assert [plain(v) for v in (True, b"\x01", timedelta(seconds=2), (1,))] == [True, "01", 2.0, [1]]
