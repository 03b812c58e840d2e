"""Sounds that several videos share, found by analyzers/measures/sound/reuse.py."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import dagster as dg
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analyzers.columns import Column, EndS, StartS
from analyzers.contract import REGISTRY
from analyzers.measures.sound.landmarks import Landmarks
from analyzers.measures.sound.reuse import Reuse, build_index, find_reuse
from resources.store import Store
from tiktok_assets.corpus.shared import DAILY, GROUP, as_table, write
from tiktok_assets.factory import asset_key
from tiktok_assets.schema import table_schema
from tiktok_assets.stages import on_stage

SOUND_REUSE = "sound_reuse"
FINGERPRINT = "audio_fingerprint"
VERSION = "1"  # bump when the numbers change
BLOCK_LANDMARKS = 5_000_000  # indexed at a time, some 600 videos of a minute: 200 MB


@dataclass(frozen=True, slots=True)
class SharedSound:
    """A stretch of one video's sound that is also in another's; every pair is told from both sides."""

    video_id: Annotated[str, Column("partition key of the video")]
    start_s: StartS
    end_s: EndS
    other_video_id: Annotated[str, Column("partition key of the video that has the same sound")]
    other_start_s: Annotated[float, Column("start of the stretch in the other video", low=0)]
    other_end_s: Annotated[float, Column("end of the stretch in the other video", low=0)]
    offset_s: Annotated[float, Column("how much later the sound lies in the other video")]
    score: Annotated[float, Column("share of the stretch's landmarks that both have", low=0, high=1, bits=32)]
    n_landmarks: Annotated[int, Column("different landmarks that both have", low=0, bits=32)]


def build_sound_reuse() -> dg.AssetsDefinition:
    @dg.asset(
        key=[GROUP, SOUND_REUSE],
        deps=[asset_key(FINGERPRINT)],
        group_name=GROUP,
        description="Sounds that several videos share: which stretch of which video is the same recording, and where "
        "it lies there. Found by landmarks, so compression, talk and a shift do not hide it; a change of speed does.",
        code_version=f"{VERSION}-{REGISTRY[FINGERPRINT].version}",
        automation_condition=DAILY,
        kinds={"parquet"},
        owners=[f"team:{GROUP}"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu", at_home=True),
        metadata={"dagster/column_schema": table_schema(SharedSound, has_header=False)},
    )
    def sound_reuse(store: Store) -> dg.MaterializeResult:
        videos = fingerprinted(store)
        table = _table(list(shared_sounds(store, videos)))
        write(store, SOUND_REUSE, table)
        sharing = len(set(table["video_id"].to_pylist()))
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": table.num_rows,
                "videos": len(videos),
                "videos_that_share_a_sound": sharing,
                "path": dg.MetadataValue.path(store.corpus_path(SOUND_REUSE)),
            }
        )

    return sound_reuse


def shared_sounds(store: Store, videos: Sequence[str]) -> Iterator[SharedSound]:
    """Every pair of videos is looked at once, block by block: an index never holds more than one block."""
    for first, last in _blocks(store, videos):
        index = build_index([_landmarks(store, video) for video in videos[first:last]])
        for number in range(first, len(videos)):
            sound = index.sounds[number - first] if number < last else _landmarks(store, videos[number])
            for reuse in find_reuse(sound, index, before=number - first if number < last else None):
                yield from _told(videos[number], videos[first + reuse.other], reuse)


def forget_sounds(store: Store, video: str) -> None:
    """Take a video out of the table, from both sides."""
    path = store.corpus_path(SOUND_REUSE)
    if path.exists():
        table = pq.read_table(path)
        write(store, SOUND_REUSE, table.filter((pc.field("video_id") != video) & (pc.field("other_video_id") != video)))


def fingerprinted(store: Store) -> list[str]:
    """The videos whose sound can be found again."""
    outcomes = ((video, store.read_outcome(FINGERPRINT, video)) for video in store.videos_with(FINGERPRINT))
    return [video for video, outcome in outcomes if outcome and outcome.is_trusted and outcome.rows]


def _blocks(store: Store, videos: Sequence[str]) -> Iterator[tuple[int, int]]:
    first = held = 0
    for number, video in enumerate(videos):
        held += int(store.read_table(FINGERPRINT, video)["n_landmarks"].to_numpy().sum())
        if held >= BLOCK_LANDMARKS:
            yield first, number + 1
            first, held = number + 1, 0
    if first < len(videos):
        yield first, len(videos)


def _landmarks(store: Store, video: str) -> Landmarks:
    table = store.read_table(FINGERPRINT, video)
    times_s, hashes = (table[name].combine_chunks().flatten().to_numpy() for name in ("times_s", "hashes"))
    return Landmarks(times_s.astype(np.float32), hashes.astype(np.int32))


def _told(video: str, other: str, reuse: Reuse) -> Iterator[SharedSound]:
    other_end_s = reuse.other_start_s + reuse.end_s - reuse.start_s
    here, there = (reuse.start_s, reuse.end_s), (reuse.other_start_s, other_end_s)
    offset_s = reuse.other_start_s - reuse.start_s
    yield SharedSound(video, *here, other, *there, offset_s, reuse.score, reuse.n_landmarks)
    yield SharedSound(other, *there, video, *here, -offset_s, reuse.score, reuse.n_landmarks)


def _table(found: list[SharedSound]) -> pa.Table:
    rows = sorted(found, key=lambda row: (row.video_id, row.start_s, -row.n_landmarks, row.other_video_id))
    return as_table(SharedSound, rows)
