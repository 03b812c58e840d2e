"""The same sound in several videos: found once a day, and gone with a forgotten video."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import numpy as np
import pyarrow.parquet as pq
import pytest

from analyzers.contract import REGISTRY
from analyzers.schema import Origin, to_table
from analyzers.sound.audio_fingerprint import audio_fingerprint
from resources.settings import Settings
from resources.store import Outcome, Store
from tests.inputs import make_audio, make_spectrum
from tests.music import played
from tiktok_assets.corpus import build_corpus, sound_reuse
from tiktok_assets.corpus.sound_reuse import forget_sounds, shared_sounds
from tiktok_assets.definitions import defs
from tiktok_assets.instance import open_instance
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.forget import forget
from tiktok_assets.upkeep.housekeeping import clean

ONE, OTHER, THIRD = (f"local-{digit * 16}" for digit in "abc")
KEY = dg.AssetKey(["corpus", "sound_reuse"])
RATE = 48_000


def write(store: Store, video: str, mono: np.ndarray, status: str = "ok") -> None:
    audio = make_audio(np.stack([mono, mono], axis=1).astype(np.float32))
    spec = REGISTRY["audio_fingerprint"]
    rows = audio_fingerprint(make_spectrum(audio))
    table = to_table(spec.row, rows, Origin(video, spec.name, "measured", "builtin", None, None, [0.0]))
    outcome = Outcome(status, 1, "", "builtin", rows=table.num_rows)  # pyright: ignore[reportArgumentType]
    store.write_table(spec.name, video, table, outcome)


@pytest.fixture
def three(store: Store) -> Store:
    """Two videos with one tune, the second of them two seconds late; a third with another tune."""
    tune = played(1, 12)
    write(store, ONE, tune)
    write(store, OTHER, np.concatenate([np.zeros(2 * RATE), tune]))
    write(store, THIRD, played(2, 12))
    return store


def made(store: Store, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return dg.materialize(build_corpus(Settings()), instance=instance, resources={"store": store}, selection=[KEY])


def test_a_shared_sound_is_told_from_both_sides(three: Store):
    with open_instance(Path(three.root)) as instance:
        assert made(three, instance).success
    rows = pq.read_table(three.corpus_path("sound_reuse")).to_pylist()
    assert [(row["video_id"], row["other_video_id"]) for row in rows] == [(ONE, OTHER), (OTHER, ONE)]
    assert [row["offset_s"] for row in rows] == pytest.approx([2.0, -2.0], abs=0.03)
    assert rows[0]["end_s"] - rows[0]["start_s"] > 9
    assert rows[0]["other_start_s"] == pytest.approx(rows[1]["start_s"])
    assert min(row["score"] for row in rows) > 0.8


def test_without_videos_the_table_is_empty(store: Store):
    with open_instance(Path(store.root)) as instance:
        assert made(store, instance).success
    assert pq.read_table(store.corpus_path("sound_reuse")).num_rows == 0


def test_a_table_that_failed_is_left_out(three: Store):
    write(three, OTHER, played(1, 12), status="failed")
    with open_instance(Path(three.root)) as instance:
        made(three, instance)
    assert pq.read_table(three.corpus_path("sound_reuse")).num_rows == 0


def test_block_by_block_the_same_pairs_are_found(three: Store, monkeypatch: pytest.MonkeyPatch):
    videos = [ONE, OTHER, THIRD]
    whole = list(shared_sounds(three, videos))
    monkeypatch.setattr(sound_reuse, "BLOCK_LANDMARKS", 1)
    pieces = list(shared_sounds(three, videos))
    assert {(row.video_id, row.other_video_id) for row in pieces} == {
        (row.video_id, row.other_video_id) for row in whole
    }
    assert len(pieces) == len(whole) == 2


def test_a_forgotten_video_is_gone_from_it_at_once(three: Store):
    with open_instance(Path(three.root)) as instance:
        made(three, instance)
        forget(three, instance, OTHER)
    assert OTHER.encode() not in three.corpus_path("sound_reuse").read_bytes()
    assert pq.read_table(three.corpus_path("sound_reuse")).num_rows == 0


def test_forgetting_before_there_is_a_table_is_nothing(store: Store):
    forget_sounds(store, ONE)
    assert not store.corpus_path("sound_reuse").exists()


def test_it_is_no_part_of_a_videos_own_run():
    assert KEY not in defs.resolve_job_def("analyze").asset_layer.executable_asset_keys
    assert KEY in defs.resolve_asset_graph().materializable_asset_keys


def test_many_new_videos_start_it_once_a_day(three: Store):
    assets = dg.Definitions(assets=build_corpus(Settings()), resources={"store": three})
    with open_instance(Path(three.root)) as instance:
        asked, cursor = [], None
        for day, hour in ((1, 3), (1, 5), (1, 6), (1, 23), (2, 3), (2, 5)):
            instance.add_dynamic_partitions(VIDEO_SET, [f"local-{day:08}{hour:08}"])
            at = datetime(2026, 3, day, hour, tzinfo=UTC)
            told = dg.evaluate_automation_conditions(assets, instance, cursor=cursor, evaluation_time=at)
            asked.append(told.total_requested)
            cursor = told.cursor
    assert asked == [0, 2, 0, 0, 0, 2]  # trend_analysis comes with it


def test_without_fingerprints_there_is_nothing_to_share():
    assets = build_corpus(Settings(disabled=("audio_fingerprint",)))
    assert KEY not in {asset.key for asset in assets}


def test_housekeeping_keeps_its_newest_run(three: Store):
    with open_instance(Path(three.root)) as instance:
        first, second = made(three, instance).run_id, made(three, instance).run_id
        clean(three, instance, 0.0)
        left = {run.run_id for run in instance.get_runs()}
    assert second in left
    assert first not in left
