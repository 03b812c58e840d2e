"""Every registered analyzer, as a Dagster asset. The only file that knows both sides."""

from collections.abc import Callable, Mapping

import dagster as dg

from analyzers.contract import REGISTRY, Spec
from resources.settings import Settings
from resources.store import Outcome, Store
from tiktok_assets.analysis import code_version
from tiktok_assets.batches import Made, walk
from tiktok_assets.checks import CHECKS, verdicts
from tiktok_assets.coverage import read_clock
from tiktok_assets.page.links import result_link
from tiktok_assets.page.peek import peek
from tiktok_assets.page.strip import strip
from tiktok_assets.partitions import ON_ARRIVAL, VIDEOS
from tiktok_assets.schema import table_schema
from tiktok_assets.stages import on_stage
from tiktok_assets.wishes import analyse_as_wished

# A step loads its model once, then walks its videos: each step is its own process, and no
# resource outlives a run (https://github.com/dagster-io/dagster/issues/28596). Below 100 partitions
# a step, Dagster still tracks which inputs are stale.
VIDEOS_PER_RUN = 8

# An analyzer's errors are data and never get here. What does is the end of its process: a crash in native code,
# a kill for want of memory, a broken graphics card. Once more, in a new process, and no more than that.
AFTER_A_CRASH = dg.RetryPolicy(max_retries=1, delay=2)

Tell = Callable[[str, str, Outcome], None]


def asset_key(name: str) -> dg.AssetKey:
    """Where an input lives: beside its analyzer, or among the decoded sources."""
    return dg.AssetKey([REGISTRY[name].group if name in REGISTRY else "source", name])


def _parents(name: str) -> list[dg.AssetKey]:
    """The assets that an input comes from: a close look is one at the video itself, at the times of its frames."""
    return [asset_key(part) for part in ({"closeups": ("video", "motion")}.get(name) or (name,))]


def build_asset(spec: Spec, settings: Settings, tell: Tell, has_retries: bool = True) -> dg.AssetsDefinition:
    """One analyzer, partitioned by video, written as one Parquet file per video."""
    key = asset_key(spec.name)

    @dg.asset(
        key=key,
        deps=sorted({key for name in spec.inputs for key in _parents(name)}),
        group_name=spec.group,
        description=spec.doc,
        code_version=code_version(spec, settings),
        partitions_def=VIDEOS,
        backfill_policy=dg.BackfillPolicy.multi_run(VIDEOS_PER_RUN),
        automation_condition=ON_ARRIVAL,
        retry_policy=AFTER_A_CRASH if has_retries else None,
        kinds={"parquet", *([spec.role] if spec.role else [])},
        owners=[f"team:{spec.group}"],
        tags={"stage": spec.stage, "evidence": spec.evidence},
        op_tags=on_stage(spec.stage),
        metadata={"dagster/column_schema": table_schema(spec.row), "max_gap_s": spec.max_gap_s},
        check_specs=[
            dg.AssetCheckSpec(name, asset=key, description=doc, partitions_def=VIDEOS) for name, doc in CHECKS.items()
        ],
    )
    def asset(context: dg.AssetExecutionContext, store: Store):
        def make(video: str) -> Mapping[dg.AssetKey, Made]:
            outcome = analyse_as_wished(spec, store, video, settings)
            tell(spec.name, video, outcome)
            return {key: _made(spec, store, video, outcome)}

        yield from walk(context, [key], make)

    return asset


def _made(spec: Spec, store: Store, video: str, outcome: Outcome) -> Made:
    table, clock = store.read_table(spec.name, video), read_clock(store, video)
    duration_s = clock.media.duration_s
    metadata = {
        "status": outcome.status,
        "reason": outcome.reason,
        "remedy": outcome.remedy,
        "when": dg.MetadataValue.md(drawn) if (drawn := strip(table, duration_s)) else None,
        "found": peek(table),
        "dagster/row_count": table.num_rows,
        "backend": outcome.backend,
        "seconds": outcome.seconds,
        "seconds_per_video_second": round(outcome.seconds / duration_s, 4) if duration_s else None,
        "result": result_link(video),
        "path": dg.MetadataValue.path(store.table_path(spec.name, video)),
    }
    present = {name: value for name, value in metadata.items() if value is not None}
    return Made(present, tuple(verdicts(spec, outcome, table, clock)))


def build_assets(settings: Settings, tell: Tell, has_retries: bool = True) -> list[dg.AssetsDefinition]:
    """All analyzers that the settings leave on."""
    return [build_asset(spec, settings, tell, has_retries) for spec in active(settings)]


def active(settings: Settings) -> list[Spec]:
    return [spec for spec in REGISTRY.values() if spec.name not in settings.disabled]
