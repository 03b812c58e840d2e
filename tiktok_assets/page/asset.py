"""Page: the report as one HTML file to look at: player, lanes, curves, search, boxes over the picture.

Made of the report, its tables, and the pictures and the sound that were kept of it. It asks nobody for anything.
"""

import dagster as dg

from resources.store import Store
from tiktok_assets.batches import Made, walk
from tiktok_assets.keys import EXPORTS_KEY, PAGE_KEY, REPORT_KEY, VIDEOS_PER_RUN
from tiktok_assets.page.html import write_page
from tiktok_assets.page.links import result_link
from tiktok_assets.partitions import ON_ARRIVAL, VIDEOS
from tiktok_assets.stages import on_stage

VERSION = "2"


def build_page_asset() -> list[dg.AssetsDefinition]:
    """The asset after the report, and after the exports that it links to: these never fail as a whole."""

    @dg.asset(
        key=PAGE_KEY,
        deps=[REPORT_KEY, EXPORTS_KEY],
        group_name="report",
        description=(__doc__ or "").strip(),
        code_version=VERSION,
        partitions_def=VIDEOS,
        backfill_policy=dg.BackfillPolicy.multi_run(VIDEOS_PER_RUN),
        automation_condition=ON_ARRIVAL,
        kinds={"html"},
        owners=["team:report"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu", at_home=True),
    )
    def page(context: dg.AssetExecutionContext, store: Store):
        yield from walk(context, [PAGE_KEY], lambda video: {PAGE_KEY: _made(store, video)})

    return [page]


def _made(store: Store, video: str) -> Made:
    path = write_page(store, video)
    where = {"result": result_link(video), "path": dg.MetadataValue.path(path)}
    return Made({**where, "size_bytes": path.stat().st_size})
