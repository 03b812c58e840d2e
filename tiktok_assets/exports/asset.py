"""Exports: the video's timeline for editing programs, its words as subtitles, its tables for spreadsheets.

OpenTimelineIO (shots, typed transitions, speeds, texts with their looks, sounds, markers), EDL, FCPXML, Final Cut 7
XML, SRT, WebVTT, ASS, every table as CSV, one wide row, and as an experiment a CapCut draft. All are readings of the
report's tables; nothing is measured here. A format that cannot be written is told by a check and in a file beside the
others, which are there all the same; so is the page.
"""

import dagster as dg

from resources.store import Store, folder_written_whole
from tiktok_assets.batches import Made, walk
from tiktok_assets.checks import Verdict
from tiktok_assets.exports.formats import contents, exports_folder
from tiktok_assets.exports.names import FAILED
from tiktok_assets.keys import EXPORTS_KEY, REPORT_KEY, VIDEOS_PER_RUN
from tiktok_assets.page.links import result_link
from tiktok_assets.partitions import ON_ARRIVAL, VIDEOS
from tiktok_assets.stages import on_stage

VERSION = "2"
FORMATS = "formats"  # name of the check
CHECKS = {FORMATS: "the report was written in every format"}


def build_exports() -> list[dg.AssetsDefinition]:
    """The asset after the report."""

    @dg.asset(
        key=EXPORTS_KEY,
        deps=[REPORT_KEY],
        group_name="report",
        description=(__doc__ or "").strip(),
        code_version=VERSION,
        partitions_def=VIDEOS,
        backfill_policy=dg.BackfillPolicy.multi_run(VIDEOS_PER_RUN),
        automation_condition=ON_ARRIVAL,
        kinds={"otio", "xml", "csv"},
        owners=["team:report"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu", at_home=True),
        check_specs=[
            dg.AssetCheckSpec(name, asset=EXPORTS_KEY, description=doc, partitions_def=VIDEOS)
            for name, doc in CHECKS.items()
        ],
    )
    def exports(context: dg.AssetExecutionContext, store: Store):
        yield from walk(context, [EXPORTS_KEY], lambda video: {EXPORTS_KEY: write_exports(store, video)})

    return [exports]


def write_exports(store: Store, video: str) -> Made:
    """All formats, in a folder that appears as a whole; those that fail by name."""
    folder = exports_folder(store, video)
    made, failed = contents(store, video)
    why = [f"{to}: {reason}" for to, reason in failed.items()]
    if failed:
        made[f"{video}.{FAILED}"] = "\n".join([*why, ""]).encode()
    with folder_written_whole(folder) as half:
        for name, content in made.items():
            (half / name).write_bytes(content)
    told = {"result": result_link(video), "path": dg.MetadataValue.path(folder)}
    told |= {"files": len(made), "size_bytes": sum(map(len, made.values()))} | ({"failed": why} if failed else {})
    said = f"not written: {'; '.join(why)}" if failed else f"{len(made)} files"
    return Made(told, (Verdict(FORMATS, not failed, said),))
