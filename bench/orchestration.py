"""What Dagster costs when the assets do nothing."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import dagster as dg

from analyzers.columns import Confidence, EndS, StartS
from analyzers.contract import Media, Spec
from bench.clips import portrait
from bench.section import Line, Section
from resources import sources
from resources.settings import Settings
from resources.store import Store
from tiktok_assets.commands.analyze import QUIET, open_instance
from tiktok_assets.definitions import silent
from tiktok_assets.event_log import cheap_events
from tiktok_assets.factory import build_asset
from tiktok_assets.partitions import VIDEO_SET

STEPS = 40
GOAL_S = 0.1


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence


def nothing(media: Media) -> Iterator[Row]:
    yield from ()


def idle(number: int) -> Spec:
    """An analyzer that does nothing."""
    return Spec(
        name=f"idle_{number}",
        group="idle",
        inputs=("media",),
        optional=frozenset(),
        role=None,
        row=Row,
        version=1,
        stage="cpu",
        max_gap_s=1,
        evidence="derived",
        doc="Idle: nothing at all.",
        run=nothing,
    )


def measure() -> list[Section]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(root=folder)
        video = sources.prepare(store, portrait(10), Settings())
        assets = [build_asset(idle(number), Settings(), silent) for number in range(STEPS)]
        defs = dg.Definitions(assets=assets, jobs=[dg.define_asset_job("idle")], resources={"store": store})
        job = defs.resolve_job_def("idle")
        with open_instance(Path(folder)) as instance:
            instance.add_dynamic_partitions(VIDEO_SET, [video])
            took = []
            for _ in range(3):
                run_id = str(uuid4())
                started = time.perf_counter()
                with cheap_events(Path(folder), run_id):
                    job.execute_in_process(run_config=QUIET, instance=instance, partition_key=video, run_id=run_id)
                took.append((time.perf_counter() - started) / STEPS)
    best = sorted(took)[1]
    return [
        Section(
            "Orchestration",
            f"{STEPS} analyzers that do nothing on one video, in one process, with their four checks each, on the "
            "instance's own database; the median of three runs.",
            [Line("one step", f"{best:.3f} s", f"at most {GOAL_S} s", best <= GOAL_S)],
        )
    ]
