"""Reconstruction: the video rebuilt from its tables alone, and how near that comes to the original.

Two ways: in colours, shapes and texts (`schematic`), and of one still a shot that moves as its camera did (`stills`).
Each is written as a small film and scored second by second: 0 is one grey and silence, 100 the original itself.
What a table adds is how many points the score falls without it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import dagster as dg
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analyzers.columns import Column
from analyzers.contract import REGISTRY
from analyzers.schema import arrow_columns
from resources import sources
from resources.decode import MediaError
from resources.rebuild.film import film_size, write_film
from resources.rebuild.likeness import TERMS, WEIGHTS
from resources.rebuild.picture import Drawer, Plate
from resources.rebuild.plates import choose_plates
from resources.rebuild.score import Judge, Likeness, read_original
from resources.rebuild.script import USED, Tables
from resources.rebuild.sound import read_score
from resources.settings import Settings
from resources.store import Store, folder_written_whole, written_whole
from tiktok_assets.batches import Made, walk
from tiktok_assets.checks import STATUS, Verdict
from tiktok_assets.factory import active, asset_key
from tiktok_assets.keys import COVERAGE_KEY, RECONSTRUCTION_KEY, VIDEOS_PER_RUN
from tiktok_assets.page.links import result_link
from tiktok_assets.partitions import ON_ARRIVAL, VIDEOS
from tiktok_assets.stages import on_stage

VERSION = "1"
FOLDER, TOLD = "reconstruction", "score.json"
PARTS = ("motion", "flow", "frames", "audio")
WAYS = ("schematic", "stills")
STILL_QUALITY = 60
POINTS = "points of 100; 0 is grey and silence, below that it is worse; null where the original has nothing of it"


@dataclass(frozen=True, slots=True)
class Second:
    """A row of its table."""

    video_id: Annotated[str, Column("partition key of the video")]
    way: Annotated[Literal["schematic", "stills"], Column("how it was rebuilt: in colours and shapes, or of stills")]
    second: Annotated[int, Column("number of the second, from 0", low=0, bits=32)]
    score: Annotated[float | None, Column(f"all terms together, {POINTS}")]
    structure: Annotated[float | None, Column(f"likeness of the luma (SSIM), {POINTS}")]
    colour: Annotated[float | None, Column(f"likeness of the colours' histograms, {POINTS}")]
    letters: Annotated[float | None, Column(f"overlap of the texts' letters, {POINTS}")]
    motion: Annotated[float | None, Column(f"likeness of the optical flow, {POINTS}")]
    envelope: Annotated[float | None, Column(f"likeness of the sound's level, {POINTS}")]
    onsets: Annotated[float | None, Column(f"F1 of where sounds begin, {POINTS}")]


def build_reconstruction(settings: Settings) -> list[dg.AssetsDefinition]:
    """The asset between the tables and the report, which tells its score."""
    tables = [asset_key(spec.name) for spec in active(settings) if spec.name in USED]

    @dg.asset(
        key=RECONSTRUCTION_KEY,
        deps=[COVERAGE_KEY, *tables, *map(asset_key, PARTS)],
        group_name="report",
        description=(__doc__ or "").strip(),
        code_version=VERSION,
        partitions_def=VIDEOS,
        backfill_policy=dg.BackfillPolicy.multi_run(VIDEOS_PER_RUN),
        automation_condition=ON_ARRIVAL,
        kinds={"parquet", "mp4"},
        owners=["team:report"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu"),
        check_specs=[
            dg.AssetCheckSpec(
                STATUS,
                asset=RECONSTRUCTION_KEY,
                description="the video was rebuilt and scored",
                partitions_def=VIDEOS,
            )
        ],
    )
    def reconstruction(context: dg.AssetExecutionContext, store: Store):
        yield from walk(
            context, [RECONSTRUCTION_KEY], lambda video: {RECONSTRUCTION_KEY: _made(store, video, settings)}
        )

    return [reconstruction]


def _made(store: Store, video: str, settings: Settings) -> Made:
    started = time.monotonic()
    told = rebuild(store, video, settings)
    facts = {name: told[name] for name in ("status", "reason", "score") if told[name] is not None}
    where = {"result": result_link(video), "path": dg.MetadataValue.path(folder_of(store, video))}
    ways = {f"{way}_score": said["score"] for way, said in told["ways"].items() if said["score"] is not None}
    said = told["reason"] or ("no score" if told["score"] is None else f"{told['score']:.1f} of 100")
    verdict = Verdict(STATUS, told["status"] == "ok", said, is_warning=told["status"] == "skipped")
    return Made({**facts, **ways, **where, "seconds": round(time.monotonic() - started, 3)}, (verdict,))


def folder_of(store: Store, video: str) -> Path:
    return store.report_folder(video) / FOLDER


def rebuild(store: Store, video: str, settings: Settings) -> dict[str, Any]:
    """Films, stills, the table and what is told of them. What goes wrong here costs nobody the report."""
    if not settings.rebuild:
        return _without(store, video, "skipped", "`rebuild` is switched off in the settings")
    made_of = _made_of(store, video)
    if (known := _read(store, video)) and known["made_of"] == made_of and known["status"] == "ok":
        return known
    try:
        return _rebuilt(store, video, settings, made_of)
    except MediaError:
        raise
    except Exception as error:
        return _without(store, video, "failed", f"{type(error).__name__}: {error}")


def told_of(store: Store, video: str) -> dict[str, Any] | None:
    """For the report: the score of these very tables."""
    told = _read(store, video)
    if told is None or (told["status"] == "ok" and told["made_of"] != _made_of(store, video)):
        return None
    return {name: value for name, value in told.items() if name != "made_of"}


def _made_of(store: Store, video: str) -> dict[str, str]:
    outcomes = {name: store.read_outcome(name, video) for name in USED}
    return {"": VERSION} | {name: outcome.fingerprint for name, outcome in outcomes.items() if outcome}


def _read(store: Store, video: str) -> dict[str, Any] | None:
    try:
        return json.loads((folder_of(store, video) / TOLD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _without(store: Store, video: str, status: str, reason: str) -> dict[str, Any]:
    told = {"status": status, "reason": reason, "score": None, "ways": {}, "stills": [], "coverage": {}, "made_of": {}}
    with folder_written_whole(folder_of(store, video)) as folder:
        _write(folder, told)
    _write_table(store, video, {})
    return told


def _rebuilt(store: Store, video: str, settings: Settings, made_of: Mapping[str, str]) -> dict[str, Any]:
    for part in PARTS:
        sources.ensure(store, video, part, settings)
    media, motion = store.read("media", video), store.read("motion", video)
    tables = read_tables(store, video)
    original = read_original(motion, store.read("flow", video), store.read("audio", video), tables, media.duration_s)
    judge = Judge(original, tables)
    played = read_score(tables, media.duration_s)
    with folder_written_whole(folder_of(store, video)) as folder:
        stills = _write_stills(folder, choose_plates(judge.script, store.read("frames", video)))
        ways: dict[str, Any] = {}
        likenesses: dict[str, Likeness] = {}
        for way, plates in zip(WAYS, (None, [plate for _, plate in stills]), strict=True):
            likenesses[way] = judge.likeness(plates)
            ways[way] = _told(likenesses[way], judge.added(plates))
            if len(motion.t_s):
                size = film_size(media.width_px, media.height_px)
                drawer = Drawer(judge.script, *size, plates)
                write_film(folder / f"{way}.mp4", drawer, size, motion.t_s, played, media.duration_s)
                ways[way]["film"] = f"{FOLDER}/{way}.mp4"
        told = {
            "status": "ok",
            "reason": None,
            "score": likenesses["stills"].score,
            "weights": WEIGHTS,
            "ways": ways,
            "stills": [{"t_s": round(plate.t_s, 6), "file": f"{FOLDER}/{name}"} for name, plate in stills],
            "coverage": looked_at(pq.read_table(store.table_path("coverage", video))),
            "made_of": dict(made_of),
        }
        _write(folder, told)
    _write_table(store, video, likenesses)
    return told


def read_tables(store: Store, video: str) -> Tables:
    """The rows of what can be drawn or played."""
    outcomes = {name: store.read_outcome(name, video) for name in USED}
    trusted = [name for name, outcome in outcomes.items() if outcome and outcome.is_trusted]
    return {name: store.read_table(name, video).to_pylist() for name in trusted}


def _write_stills(folder: Path, plates: Sequence[Plate]) -> list[tuple[str, Plate]]:
    """As files, and as they are read back: what is rebuilt is rebuilt from what is kept."""
    from PIL import Image

    kept = []
    for number, plate in enumerate(plates, 1):
        name = f"still-{number:03}.webp"
        Image.fromarray(plate.rgb).save(folder / name, "WEBP", quality=STILL_QUALITY, method=4)
        with Image.open(folder / name) as image:
            kept.append((name, Plate(plate.t_s, np.asarray(image.convert("RGB")))))
    return kept


def _told(likeness: Likeness, added: Mapping[str, float]) -> dict[str, Any]:
    seconds = [second.score for second in likeness.seconds]
    return {"score": likeness.score, "terms": dict(likeness.terms), "seconds": seconds, "added": dict(added)}


def looked_at(coverage: pa.Table) -> dict[str, float]:
    """Percent of each group's seconds and analyzers that were measured, with or without a finding."""
    groups: dict[str, list[bool]] = {}
    for name, status in zip(coverage["analyzer"].to_pylist(), coverage["status"].to_pylist(), strict=True):
        if name in REGISTRY:
            groups.setdefault(REGISTRY[name].group, []).append(status in ("measured", "none_found"))
    return {group: round(100 * sum(seen) / len(seen), 1) for group, seen in sorted(groups.items())}


def _write(folder: Path, told: Mapping[str, Any]) -> None:
    (folder / TOLD).write_text(json.dumps(told, indent=1, allow_nan=False), encoding="utf-8")


def _write_table(store: Store, video: str, likenesses: Mapping[str, Likeness]) -> None:
    rows = [
        asdict(Second(video, way, second.second, second.score, **{term: second.terms[term] for term in TERMS}))  # pyright: ignore[reportArgumentType]
        for way, likeness in likenesses.items()
        for second in likeness.seconds
    ]
    table = pa.Table.from_pylist(rows, schema=arrow_columns(Second))
    with written_whole(store.table_path("reconstruction", video)) as half:
        pq.write_table(table, half, compression="zstd")
