"""The catalog: what its views hold, what keeps nobody out, and what a question cannot do."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analyzers.contract import Media
from resources.settings import Settings
from resources.store import Outcome, Store
from tests.tiktok_assets.corpus.small import END_S, name_of, write_cuts, write_look, write_post, write_rows
from tiktok_assets.corpus import asking, build_corpus, catalog, forget_video
from tiktok_assets.corpus.asking import Answer, DamagedError, QuestionError, ask
from tiktok_assets.corpus.catalog import build, catalog_path, is_current
from tiktok_assets.corpus.questions import QUESTIONS
from tiktok_assets.corpus.shared import as_table, write
from tiktok_assets.corpus.sound_reuse import SharedSound
from tiktok_assets.corpus.views import READY, declared
from tiktok_assets.definitions import defs
from tiktok_assets.instance import open_instance

ONE, OTHER, THIRD = name_of(1), name_of(2), name_of(3)
MEDIA = Media(
    "mp4", "h264", "aac", 1080, 1920, 1.0, 0, False, False, 30.0, False, 360, END_S, 0.0, 0.0, 0.0, 48000, 2, 9, 9,
    "0" * 64, (),
)  # fmt: skip


def write_media(store: Store, video: str) -> None:
    folder = store.folder("sources", video)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "media.json").write_text(json.dumps(asdict(MEDIA)))
    store.request_path(video).parent.mkdir(parents=True, exist_ok=True)
    store.request_path(video).write_text(json.dumps({"name": f"{video[-1]}.mp4"}))


def records(store: Store, sql: str) -> list[dict[str, Any]]:
    return list(ask(store, sql).records())


def column(store: Store, sql: str) -> list[Any]:
    return [row[0] for row in ask(store, sql).rows]


def ready(store: Store, name: str) -> list[dict[str, Any]]:
    return records(store, QUESTIONS[name].sql)


@pytest.fixture
def filmed(store: Store) -> Store:
    """A video of eight shots with everything in it."""
    write_media(store, ONE)
    write_post(store, ONE, created_at="2026-03-04T12:00:00Z", author="@anna", hashtags=["edit"], play_count=7)
    write_cuts(store, ONE)
    return store


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A catalog that is asked often, and not changed."""
    store = Store(root=str(tmp_path_factory.mktemp("kept")))
    write_cuts(store, ONE)
    build(store)
    (Path(store.root) / "sources").mkdir()
    (Path(store.root) / "sources" / "secret.csv").write_text("a,b\n1,2\n")
    ask(store, "SELECT 1")
    return store


# What is in it


def test_every_table_has_a_view_and_without_a_file_it_is_empty(store: Store):
    build(store)
    names = set(column(store, "SHOW TABLES"))
    assert names == {*declared(), *READY}
    sizes = " UNION ALL ".join(f'SELECT count(*) FROM "{name}"' for name in sorted(names))
    assert set(column(store, sizes)) == {0}


def test_an_empty_view_has_the_columns_that_are_declared(store: Store):
    build(store)
    names = (
        "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE schema_name = 'main'"
    )
    told = dict(ask(store, f"{names} GROUP BY table_name").rows)
    assert {name: told[name] for name in declared()} == {name: schema.names for name, schema in declared().items()}


def test_a_video_tells_its_file_its_post_and_how_analyzers_fared(filmed: Store):
    write_rows(filmed, "watermark", ONE, [], status="none_found")
    write_rows(filmed, "tts_voice", ONE, [], status="skipped")
    [row] = records(filmed, "FROM videos")
    wanted = {
        "video_id": ONE, "file_name": "1.mp4", "author": "@anna", "hashtags": ["edit"], "play_count": 7,
        "width_px": 1080, "duration_s": END_S, "n_ok": 1, "n_none_found": 1, "n_skipped": 1, "n_failed": 0,
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert row["created_at"].isoformat() == "2026-03-04T12:00:00"


def test_a_run_tells_what_made_a_table(store: Store):
    outcome = Outcome("degraded", 3, "", "small", model_id="m", model_rev="r", reason="too dark", rows=0, seconds=1.5)
    store.write_table("watermark", ONE, declared()["watermark"].empty_table(), outcome)
    [row] = records(store, "FROM runs")
    wanted = {"analyzer": "watermark", "video_id": ONE, "status": "degraded", "version": 3, "backend": "small"}
    assert {name: row[name] for name in wanted} == wanted
    assert (row["model_id"], row["model_rev"], row["reason"], row["n_rows"]) == ("m", "r", "too dark", 0)


def test_a_shot_tells_its_cut_its_camera_its_colours_and_its_texts(filmed: Store):
    palette = [{"hex": "#ff0000", "share": 1.0, "l": 0.5, "a": 0.1, "b": 0.1}]
    looks = [{"level": "shot", "shot": 1, "palette": palette, "mean_l": 0.5}, {"level": "video", "mean_l": 0.9}]
    write_rows(filmed, "color_analysis", ONE, looks)
    moves = [("static", 0.0, 1.2), ("pan_left", 1.2, 4.0)]
    rows = [{"level": "segment", "move": move, "start_s": s, "end_s": e, "shot_scale": "CU"} for move, s, e in moves]
    write_rows(filmed, "camera_analysis", ONE, [*rows, {"level": "frame", "start_s": 1.0, "end_s": 3.0}])
    texts = [("title", "early", 0.0, 0.9), ("caption", "here", 2.0, 2.8), ("watermark", "@anna", 0.0, 12.0)]
    write_rows(filmed, "text_overlay", ONE, [{"role": r, "text": t, "start_s": s, "end_s": e} for r, t, s, e in texts])
    rows = [{**row, "shot": n} for n, row in enumerate(_shots(filmed))]
    cuts = [{"level": "cut", "kind": "dissolve", "start_s": 0.8, "end_s": 1.2}]
    write_rows(filmed, "cut_analysis", ONE, [*cuts, *rows])
    first, second, third, *_ = records(filmed, "FROM shots ORDER BY shot")
    assert (first["begins_with"], first["move"], first["texts"], first["colours"]) == (None, "static", ["early"], None)
    wanted = ("dissolve", "pan_left", "CU", ["#ff0000"], ["here"])
    assert tuple(second[n] for n in ("begins_with", "move", "scale", "colours", "texts")) == wanted
    assert (third["start_s"], third["begins_with"], third["texts"]) == (2.5, None, ["here"])


def _shots(store: Store) -> list[dict[str, Any]]:
    rows = store.read_table("cut_analysis", ONE).to_pylist()
    return [{name: row[name] for name in ("level", "start_s", "end_s")} for row in rows if row["level"] == "shot"]


def test_words_are_spoken_and_written(store: Store):
    said = [{"level": "word", "text": "hello", "start_s": 1.0, "end_s": 1.5}, {"level": "segment", "text": "hello"}]
    write_rows(store, "speech_transcription", ONE, said)
    typed = [{"word": "one", "start_s": 2.0, "end_s": 3.0, "highlight": "#ffffff"}]
    texts = [{"text": "one", "words": typed}, {"text": "two\nlines ", "start_s": 4.0, "end_s": 5.0}]
    write_rows(store, "text_overlay", ONE, texts)
    found = ask(store, "SELECT channel, word, start_s, end_s FROM words ORDER BY start_s, word").rows
    assert found == [
        ("spoken", "hello", 1.0, 1.5), ("written", "one", 2.0, 3.0), ("written", "lines", 4.0, 5.0),
        ("written", "two", 4.0, 5.0),
    ]  # fmt: skip


def test_events_of_all_analyzers_are_on_one_clock(filmed: Store):
    write_rows(filmed, "sound_effects", ONE, [{"sfx": "whoosh", "start_s": 2.6, "end_s": 2.9}])
    write_rows(filmed, "text_overlay", ONE, [{"role": "title", "text": "hi", "start_s": 2.7, "end_s": 3.0}])
    rows = ask(filmed, "SELECT analyzer, label, text FROM events WHERE start_s BETWEEN 2.5 AND 3 ORDER BY start_s").rows
    assert rows == [
        ("cut_analysis", "hard", None), ("sound_effects", "whoosh", None), ("text_overlay", "title", "hi"),
    ]  # fmt: skip


def test_a_frame_knows_its_video(store: Store):
    path = store.table_path("frames", ONE)
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"frame": pa.array([0], pa.int32()), "pts_s": [0.0], "dur_s": [0.1]}), path)
    assert ask(store, "SELECT video_id, frame, dur_s FROM frames").rows == [(ONE, 0, 0.1)]


# What keeps nobody out


def test_tables_of_other_versions_are_in_it(filmed: Store):
    now = filmed.read_table("cut_analysis", ONE)
    older = now.drop_columns(["cpm", "same_as_shot"]).append_column("gone", pa.array([1] * now.num_rows))
    place = older.column_names.index("shot")
    older = older.set_column(place, "shot", older["shot"].cast(pa.string()))
    filmed.write_table("cut_analysis", OTHER, older, Outcome("ok", 0, "", "builtin", rows=older.num_rows))
    rows = records(filmed, "SELECT count(*) AS n, count(cpm) AS cpm, typeof(any_value(shot)) AS kind FROM cut_analysis")
    assert rows == [{"n": 2 * now.num_rows, "cpm": 1, "kind": "INTEGER"}]
    assert "gone" not in column(filmed, "SELECT column_name FROM (DESCRIBE cut_analysis)")


@pytest.mark.parametrize("broken", ["cut off", "empty", "another shape", "no outcome"])
def test_a_table_that_cannot_be_read_is_left_out_and_named(filmed: Store, broken: str):
    write_look(filmed, OTHER, 0.5)
    write_look(filmed, ONE, 0.5)
    path = filmed.table_path("color_analysis", OTHER)
    if broken == "another shape":
        pq.write_table(pa.table({"palette": ["red"]}, metadata={"outcome": "{}"}), path)
    elif broken == "no outcome":
        pq.write_table(declared()["color_analysis"].empty_table(), path)
    else:
        path.write_bytes(b"" if broken == "empty" else path.read_bytes()[:-9])
    answer = ask(filmed, "SELECT DISTINCT video_id FROM color_analysis")
    assert (answer.rows, answer.left_out) == ([(ONE,)], [f"tables/color_analysis/{OTHER}.parquet"])
    [row] = records(filmed, "FROM runs WHERE status IS NULL")
    assert (row["video_id"], row["remedy"]) == (OTHER, "Analyze the video again")
    path.unlink()
    write_look(filmed, OTHER, 0.5)
    assert ask(filmed, "FROM color_analysis").left_out == []


def test_a_table_that_breaks_inside_says_so(filmed: Store):
    path = filmed.table_path("cut_analysis", ONE)
    content, footer = path.read_bytes(), pq.read_metadata(path).serialized_size + 8
    path.write_bytes(content[:4] + b"\xff" * (len(content) - footer - 4) + content[-footer:])
    with pytest.raises(DamagedError) as error:
        ask(filmed, "FROM cut_analysis")
    assert "analyze that video again" in error.value.remedy


def test_a_limit_ends_a_question_over_many_videos(store: Store):
    for number in range(60):
        write_cuts(store, name_of(number))
    assert len(ask(store, "FROM shots LIMIT 1").rows) == 1
    assert len(ask(store, "FROM shots", 1).rows) == 1


def test_damaged_facts_of_a_video_are_not_known(filmed: Store):
    (filmed.folder("sources", ONE) / "media.json").write_text("{")
    [row] = records(filmed, "FROM videos")
    assert (row["video_id"], row["author"], row["width_px"]) == (ONE, "@anna", None)


@pytest.mark.parametrize("name", ["elsewhere", "with [odd] * 'names' ?"])
def test_a_data_folder_may_be_moved(filmed: Store, tmp_path: Path, name: str):
    build(filmed)
    moved = Path(shutil.move(filmed.root, tmp_path / name))
    assert column(Store(root=str(moved)), "SELECT DISTINCT video_id FROM shots") == [ONE]


def test_the_shell_needs_nothing_but_to_be_in_the_data_folder(filmed: Store, monkeypatch: pytest.MonkeyPatch):
    path = build(filmed).path
    monkeypatch.chdir(filmed.root)
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM shots").fetchall() == [(8,)]


def test_without_leave_to_write_the_catalog_lies_elsewhere(filmed: Store):
    (Path(filmed.root) / "corpus").write_text("no folder")
    assert column(filmed, "SELECT video_id FROM videos") == [ONE]
    assert (Path(filmed.root) / "corpus").read_text() == "no folder"


# When it is made anew


def test_it_is_current_until_something_comes_changes_or_goes(filmed: Store):
    assert not is_current(filmed)
    build(filmed)
    assert is_current(filmed)
    write_post(filmed, ONE, author="@ben")
    assert not is_current(filmed)
    assert column(filmed, "SELECT author FROM videos") == ["@ben"]
    write_look(filmed, OTHER, 0.5)
    assert not is_current(filmed)
    assert column(filmed, "SELECT count(*) FROM videos") == [2]
    filmed.table_path("color_analysis", OTHER).unlink()
    assert not is_current(filmed)
    assert column(filmed, "SELECT count(*) FROM color_analysis") == [0]


def test_only_files_that_have_changed_are_opened_again(filmed: Store):
    write_look(filmed, OTHER, 0.5)
    assert (build(filmed).anew, build(filmed).anew) == (2, 0)
    write_look(filmed, OTHER, 0.7)
    assert build(filmed).anew == 1


def test_another_version_opens_all_again(filmed: Store, monkeypatch: pytest.MonkeyPatch):
    build(filmed)
    monkeypatch.setattr(catalog, "VERSION", "another")
    assert not is_current(filmed)
    assert build(filmed).anew == 1


def test_a_damaged_catalog_is_made_anew(filmed: Store):
    path = build(filmed).path
    for broken in (b"", b"no database", path.read_bytes()[:9000]):
        path.write_bytes(broken)
        assert column(filmed, "SELECT video_id FROM videos") == [ONE]


def test_a_forgotten_video_is_gone_from_it_at_once(filmed: Store):
    write_look(filmed, OTHER, 0.5)
    build(filmed)
    for path in Path(filmed.root).glob(f"*/{ONE}"):
        shutil.rmtree(path)
    filmed.table_path("cut_analysis", ONE).unlink()
    forget_video(filmed, ONE)
    content = catalog_path(filmed).read_bytes()
    assert (ONE.encode() in content, b"@anna" in content, OTHER.encode() in content) == (False, False, True)


def test_the_asset_tells_what_it_made(filmed: Store):
    key = dg.AssetKey(["corpus", "catalog"])
    with open_instance(Path(filmed.root)) as instance:
        assets = build_corpus(Settings())
        done = dg.materialize(assets, instance=instance, resources={"store": filmed}, selection=[key])
        [event] = done.asset_materializations_for_node("corpus__catalog")
    told = {name: event.metadata[name].value for name in ("videos", "tables", "tables_opened", "unreadable_tables")}
    assert told == {"videos": 1, "tables": 1, "tables_opened": 1, "unreadable_tables": 0}
    assert key not in defs.resolve_job_def("analyze").asset_layer.executable_asset_keys


# What a question cannot do


HOSTILE = [
    "COPY (SELECT 1) TO '{tables}/evil.csv'",
    "WITH x AS (COPY (SELECT 1) TO '{tables}/evil.csv') SELECT 1",
    "SELECT * FROM (WITH x AS (COPY (SELECT 1) TO '{tables}/evil.csv') SELECT 1)",
    "SELECT * FROM query('WITH x AS (COPY (SELECT 1) TO ''{tables}/evil.csv'') SELECT 1')",
    "FROM json_execute_serialized_sql(json_serialize_sql("
    "'WITH x AS (COPY (SELECT 1) TO ''{tables}/evil.csv'') SELECT 1'))",
    "FROM \"json_execute_serialized_sql\"('{{}}')",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{tables}/evil.csv'",
    "WITH x AS (INSERT INTO kept.made VALUES ('x') RETURNING *) FROM x",
    "EXPORT DATABASE '{tables}/evil'",
    "ATTACH '{tables}/evil.duckdb'",
    "ATTACH '/etc/passwd' AS evil",
    "FROM read_csv('/etc/passwd')",
    "FROM read_text('/etc/passwd')",
    "FROM read_text('{tables}/../sources/secret')",
    "FROM '/etc/passwd'",
    "FROM '/etc/passwd.csv'",
    "FROM '{tables}/../sources/secret.csv'",
    "FROM 'https://example.com/x.parquet'",
    "FROM glob('/*')",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET VARIABLE data = '/'",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "FROM enable_profiling(save_location = '{tables}/evil.json')",
    "CREATE TABLE evil AS SELECT 1",
    "CREATE TEMP TABLE evil AS SELECT 1",
    "DELETE FROM kept.files",
    "DROP VIEW shots",
    "CHECKPOINT",
    "SELECT 1; DROP VIEW shots",
    "SELECT 1) ; DROP VIEW shots; SELECT (1",
    "FROM here",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_question_reads_the_tables_and_does_nothing_else(kept: Store, sql: str):
    here = pa.table({"secret": [1]})  # noqa: F841  a table of the program's is no view
    before = {path: path.stat().st_mtime_ns for path in Path(kept.root).rglob("*")}
    with pytest.raises(QuestionError):
        ask(kept, sql.format(tables=Path(kept.root) / "tables"))
    assert {path: path.stat().st_mtime_ns for path in Path(kept.root).rglob("*")} == before


@pytest.mark.parametrize(
    ("sql", "what", "remedy"),
    [
        ("FROM shot", "no view `shot`", "Did you mean shots"),
        ("SELECT nope FROM shots", '"nope"', "DESCRIBE"),
        ("SELEC 1", "syntax error", "--examples"),
        ("", "0 statements", "one question"),
        ("PIVOT videos ON author USING count(*)", "MULTI", "IN ("),
    ],
)
def test_a_mistake_comes_with_a_remedy(kept: Store, sql: str, what: str, remedy: str):
    with pytest.raises(QuestionError) as error:
        ask(kept, sql)
    assert what in str(error.value)
    assert remedy in error.value.remedy


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT 1 AS a -- one", [(1,)]),
        ("SELECT ';' AS a;", [(";",)]),
        ("VALUES (1), (2)", [(1,), (2,)]),
        ("SELECT 1 AS a, 2 AS a", [(1, 2)]),
        ("FROM range(2) UNION ALL SELECT 7", [(0,), (1,), (7,)]),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) FROM t ORDER BY n DESC",
         [(3,), (2,), (1,)]),
        ("PIVOT (SELECT 1 AS a, 2 AS b) ON a IN (1) USING sum(b)", [(2,)]),
        ("SELECT unnest([1, 2])", [(1,), (2,)]),
    ],
)  # fmt: skip
def test_what_only_reads_is_answered(kept: Store, sql: str, rows: list[tuple[Any, ...]]):
    assert ask(kept, sql).rows == rows


def test_an_answer_says_that_there_is_more(store: Store):
    answer = ask(store, "FROM range(3) r(n) ORDER BY n DESC", 2)
    assert answer == Answer(("n",), [(2,), (1,)], True, [], False)
    assert not ask(store, "FROM range(2)", 2).has_more


def test_a_question_without_an_end_is_ended(kept: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "LONGEST_S", 0.2)
    with pytest.raises(QuestionError, match=r"within 0.2 s"):
        ask(kept, "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3")


# The ready questions


def test_shot_lengths_are_told_by_week(filmed: Store):
    write_post(filmed, OTHER, created_at="2026-03-09T00:00:00Z")
    write_rows(
        filmed, "cut_analysis", OTHER, [{"level": "shot", "len_s": s, "shot": n} for n, s in enumerate((1, 2, 6))]
    )
    week = ready(filmed, "shot_lengths")[1]
    assert week["week"].isoformat() == "2026-03-09"
    assert (week["videos"], week["shots"], week["mean_s"], week["median_s"]) == (1, 3, 3.0, 2.0)


def test_cuts_on_the_beat_are_those_beyond_chance(store: Store):
    for video, share in ((ONE, 0.5), (OTHER, 0.9), (THIRD, 0.2)):
        row = {"kind": "cuts", "n": 9, "on_beat_share": share, "on_beat_chance": 0.25}
        write_rows(store, "audio_visual_sync", video, [row, {"kind": "cut", "is_on_beat": True}])
    rows = ready(store, "on_the_beat")
    assert [(row["video_id"], row["beyond_chance"]) for row in rows] == [(OTHER, 0.65), (ONE, 0.25)]


def test_first_texts_are_of_three_seconds(store: Store):
    texts = [("title", "hook", 0.0), ("ui", "Follow", 0.0), ("caption", "late", 3.0)]
    write_rows(store, "text_overlay", ONE, [{"role": r, "text": t, "start_s": s} for r, t, s in texts])
    assert [row["text"] for row in ready(store, "first_texts")] == ["hook"]


def test_a_look_into_the_camera_goes_on_from_sample_to_sample(store: Store):
    samples = [(0.0, True), (0.25, True), (0.5, False), (0.75, True), (1.0, None)]
    rows = [{"level": "sample", "start_s": s, "end_s": s + 0.25, "is_at_camera": at} for s, at in samples]
    write_rows(store, "eye_tracking", ONE, rows)
    found = [(row["start_s"], row["end_s"]) for row in ready(store, "into_the_camera")]
    assert found == [(0.0, 0.5), (0.75, 1.0)]


def test_shared_sounds_are_told_once(store: Store):
    write_post(store, OTHER, music_title="Song")
    pair = (ONE, 0.0, 5.0, OTHER, 1.0, 6.0, 1.0, 0.9, 99)
    write(
        store,
        "sound_reuse",
        as_table(SharedSound, [SharedSound(*pair), SharedSound(OTHER, 1.0, 6.0, *pair[:3], -1.0, 0.9, 99)]),
    )
    [row] = ready(store, "shared_sounds")
    assert (row["video_id"], row["other_video_id"], row["seconds"], row["other_title"]) == (ONE, OTHER, 5.0, "Song")


def test_texts_are_hard_to_read_beyond_twenty_characters_a_second(store: Store):
    rows = [{"role": "caption", "text": str(rate), "chars_per_s": rate} for rate in (12.0, 31.0, 20.0, 24.0)]
    write_rows(store, "text_overlay", ONE, [*rows, {"role": "scene_text", "chars_per_s": 99.0}])
    assert [row["chars_per_s"] for row in ready(store, "hard_to_read")] == [31.0, 24.0]


def test_a_returning_shot_tells_how_long_it_was_away(store: Store):
    rows = [{"level": "shot", "shot": n, "start_s": float(n), "end_s": n + 1.0, "len_s": 1.0} for n in range(4)]
    rows[3] |= {"same_as_shot": 0, "is_dup_scene": True}
    write_rows(store, "cut_analysis", ONE, rows)
    [row] = ready(store, "returning_shots")
    assert (row["shot"], row["same_as_shot"], row["first_start_s"], row["away_s"]) == (3, 0, 0.0, 2.0)


def test_openings_tell_their_first_colours(store: Store):
    for video, light in ((ONE, 0.2), (OTHER, 0.8)):
        write_rows(store, "cut_analysis", video, [{"level": "shot", "shot": n, "len_s": 1.0} for n in (0, 1)])
        palette = [{"hex": f"#00000{n}", "share": 0.25, "l": light, "a": 0.0, "b": 0.0} for n in range(4)]
        write_rows(store, "color_analysis", video, [{"level": "shot", "shot": 0, "palette": palette, "mean_l": light}])
    rows = ready(store, "opening_colours")
    assert [row["video_id"] for row in rows] == [OTHER, ONE]
    assert rows[0]["colours"] == ["#000000", "#000001", "#000002"]


def test_speech_and_cuts_go_together_where_they_do(store: Store):
    for number, (words, cuts) in enumerate(((100.0, 10.0), (150.0, 15.0), (200.0, 20.0))):
        write_rows(store, "speech_rate", name_of(number), [{"level": "whole", "words_per_min": words}])
        write_rows(store, "cut_analysis", name_of(number), [{"level": "video", "cpm": cuts}])
    rows = ready(store, "speech_and_cuts")
    assert [row["cuts_per_min"] for row in rows] == [20.0, 15.0, 10.0]
    assert rows[0]["together"] == pytest.approx(1.0)


def test_what_was_not_seen_is_counted(store: Store):
    for video, status in ((ONE, "skipped"), (OTHER, "skipped"), (THIRD, "ok")):
        write_rows(store, "tts_voice", video, [], status=status)
    [row] = ready(store, "not_seen")
    assert (row["analyzer"], row["status"], row["videos"], row["for_example"]) == (
        "tts_voice",
        "skipped",
        2,
        [ONE, OTHER],
    )


def test_all_ready_questions_are_answered_without_videos(store: Store):
    for name in QUESTIONS:
        assert ready(store, name) == []
