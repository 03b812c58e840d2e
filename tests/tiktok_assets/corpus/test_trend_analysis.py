"""Trends over the corpus: planted ones found, a flat control silent, and gone with a forgotten video."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
import pytest

from analyzers.schema import arrow_columns
from resources.settings import Settings
from resources.store import Store
from tests.tiktok_assets.corpus.small import CUTS, name_of, write_cuts, write_look, write_post, write_rows
from tiktok_assets.corpus import build_corpus
from tiktok_assets.corpus.shared import as_table, write
from tiktok_assets.corpus.sound_reuse import SharedSound
from tiktok_assets.corpus.trend_analysis import Trend, forget_trends
from tiktok_assets.definitions import defs
from tiktok_assets.instance import open_instance
from tiktok_assets.upkeep.forget import forget

KEY = dg.AssetKey(["corpus", "trend_analysis"])
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)  # 2026-W10
WEEKS, A_WEEK = 4, 30


def made(store: Store, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return dg.materialize(build_corpus(Settings()), instance=instance, resources={"store": store}, selection=[KEY])


def rows_of(store: Store) -> list[dict[str, Any]]:
    with open_instance(Path(store.root)) as instance:
        assert made(store, instance).success
    return pq.read_table(store.corpus_path("trend_analysis")).to_pylist()


def one(rows: list[dict[str, Any]], **said: Any) -> dict[str, Any]:
    [row] = [row for row in rows if all(row[name] == value for name, value in said.items())]
    return row


@pytest.fixture
def posted(store: Store) -> Store:
    """Thirty videos a week: all are #fyp, a fifth #flat, and #rise comes up in the third week, with a sound."""
    for number in range(WEEKS * A_WEEK):
        week, place = divmod(number, A_WEEK)
        rises = week >= 2 and place >= 10
        tags = ["fyp", *(["Flat"] if place < 6 else []), *(["rise"] if rises or place == 10 else [])]
        video = name_of(number)
        write_cuts(store, video, ())
        write_post(
            store,
            video,
            author=f"author{number}",
            hashtags=tags,
            music_id="77" if rises else f"own{number}",
            music_title="Song" if rises else None,
            play_count=1000 + number,
            like_count=(300 if rises else 100) + number % 7,
            created_at=(MONDAY + timedelta(weeks=week)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
    return store


def test_a_planted_rise_is_told_and_a_flat_tag_is_not(posted: Store):
    rows = rows_of(posted)
    told = [(row["kind"], row["entity"], row["window"]) for row in rows if row["growth"] is not None]
    assert told == [("hashtag", "#rise", "2026-W12"), ("sound", "77", "2026-W12")]
    rise = one(rows, entity="#rise", window="2026-W12")
    assert rise["n_videos"] == 20
    assert rise["growth"] == pytest.approx(20.5 / 1.5)
    assert rise["p_value"] < 1e-4
    assert one(rows, entity="#flat", level="corpus")["n_videos"] == 24


def test_an_entity_tells_its_viewers_and_its_most_played_videos(posted: Store):
    rows = rows_of(posted)
    sound = one(rows, entity="77", level="corpus")
    assert sound["label"] == "Song"
    assert sound["exemplar_ids"] == [name_of(number) for number in (119, 118, 117, 116, 115)]
    assert len(sound["video_ids"]) == 40
    assert sound["engagement_z"] > 3
    assert abs(one(rows, entity="#flat", level="corpus")["engagement_z"]) < 1.5


def test_a_video_without_a_date_is_in_no_week(posted: Store):
    write_post(posted, name_of(0), hashtags=["fyp"])
    rows = rows_of(posted)
    assert one(rows, entity="#fyp", level="corpus")["n_videos"] == 120
    assert one(rows, entity="#fyp", window="2026-W10")["n_videos"] == 29


@pytest.fixture
def copied(store: Store) -> Store:
    """A video and its copy, two others of its template, and one that is cut otherwise."""
    for number, lightness, start_s in ((1, 0.4, 0.0), (2, 0.403, 0.02), (3, 0.8, 1.0), (4, 0.1, 2.0)):
        write_cuts(store, name_of(number), [at + start_s for at in CUTS])
        write_look(store, name_of(number), lightness)
    write_cuts(store, name_of(5), [0.7, 1.2, 4.0, 4.4, 7.0, 9.0])
    write_look(store, name_of(5), 0.4)
    return store


def test_near_duplicates_and_templates_are_told_apart(copied: Store):
    rows = rows_of(copied)
    pairs = {(row["video_id"], row["other_video_id"]): row["kind"] for row in rows if row["level"] == "pair"}
    names = [name_of(number) for number in range(5)]
    assert pairs == {
        (names[one], names[other]): "duplicate" if (one, other) == (1, 2) else "template"
        for one in range(1, 5)
        for other in range(one + 1, 5)
    }
    assert one(rows, kind="duplicate")["is_same_sound"] is None


def test_sounds_without_a_number_are_known_by_being_shared(store: Store):
    videos = [name_of(number) for number in range(4)]
    for video in videos:
        write_rows(store, "audio_environment", video, [{"kind": "summary", "speech_share": 0.5}])
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1)]
    shared = [SharedSound(videos[a], 0.0, 9.0, videos[b], 0.0, 9.0, 0.0, 0.9, 99) for a, b in pairs]
    write(store, "sound_reuse", as_table(SharedSound, shared))
    sound = one(rows_of(store), kind="sound")
    assert (sound["entity"], sound["video_ids"]) == ("shared-001", videos[:3])


def test_a_forgotten_video_is_gone_from_it_at_once(copied: Store):
    for number in (1, 2, 3):
        write_post(copied, name_of(number), hashtags=["cut"], created_at="2026-03-02T12:00:00Z")
    with open_instance(Path(copied.root)) as instance:
        made(copied, instance)
        forget(copied, instance, name_of(1))
    path = copied.corpus_path("trend_analysis")
    assert name_of(1) not in str(pq.read_table(path).to_pylist())
    assert pq.read_schema(path) == arrow_columns(Trend)
    rows = pq.read_table(path).to_pylist()
    assert [row["n_videos"] for row in rows if row["entity"] == "#cut"] == [2, 2]
    assert len([row for row in rows if row["level"] == "pair"]) == 3


def test_what_only_forgotten_videos_had_goes_with_them(copied: Store):
    for number in (1, 2, 3):
        write_post(copied, name_of(number), hashtags=["mine"], created_at="2026-03-02T12:00:00Z")
    assert any(row["entity"] == "#mine" for row in rows_of(copied))
    for number in (1, 2, 3):
        forget_trends(copied, name_of(number))
    assert "#mine" not in str(pq.read_table(copied.corpus_path("trend_analysis")).to_pylist())


def test_forgetting_before_there_is_a_table_is_nothing(store: Store):
    forget_trends(store, name_of(1))
    assert not store.corpus_path("trend_analysis").exists()


def test_without_videos_the_table_is_empty(store: Store):
    assert rows_of(store) == []


def test_it_is_no_part_of_a_videos_own_run():
    assert KEY not in defs.resolve_job_def("analyze").asset_layer.executable_asset_keys
    assert KEY in defs.resolve_asset_graph().materializable_asset_keys


def test_it_is_made_of_what_the_settings_leave_on():
    [*_, asset] = build_corpus(Settings(disabled=("audio_fingerprint", "text_overlay")))
    parents = {key.path[-1] for key in asset.asset_deps[KEY]}
    assert {"post", "cut_analysis"} <= parents
    assert not parents & {"sound_reuse", "text_overlay"}


def test_its_columns_are_shown_as_they_are():
    [*_, asset] = build_corpus(Settings())
    shown = asset.metadata_by_key[KEY]["dagster/column_schema"]
    assert [column.name for column in shown.columns] == arrow_columns(Trend).names
