"""The source assets: a video is brought in, decoded once, and what many analyzers need is derived once.

How any of it is done lies in resources/; no decoding, no measuring here.
"""

from collections.abc import Callable, Mapping

import dagster as dg

from analyzers.contract import Stage
from resources import sources
from resources.settings import Settings
from resources.store import Store
from tiktok_assets.batches import Made, walk
from tiktok_assets.factory import asset_key
from tiktok_assets.page.contact import contact_sheet, glance
from tiktok_assets.partitions import ON_ARRIVAL, VIDEOS
from tiktok_assets.stages import on_stage
from tiktok_assets.upkeep.bookkeeping import begin, told

# Bump when what a source holds changes, not when it is made faster.
VERSIONS = {
    "video": "1",
    "media": "1",
    "post": "2",
    "frames": "1",
    "motion": "1",
    "audio": "1",
    "flow": "1",
    "spectrum": "1",
    "voice": "2",
    "pitch": "1",
}

# Assets with different batch sizes are run apart from one another: the daemon starts a batch of the later
# ones only for the videos whose earlier parts are good. One bad file cannot hold up its neighbours.
VIDEO_BATCH, DECODE_BATCH, DERIVE_BATCH = 5, 6, 7

# After the tries of resources/download.py, which are seconds apart; errors that say that a retry cannot help are
# not retried at all. What is left then is the ledger's to start again.
AFTER_A_DOWNLOAD = dg.RetryPolicy(max_retries=1, delay=30, jitter=dg.Jitter.PLUS_MINUS)

DOCS = {
    "video": "The video file itself, brought into the store.",
    "media": "What the file is: container, codecs, size, rotation, clock, and what was lost on the way in.",
    "motion": "Every frame, small, with its exact time: what cuts, movement and effects are found in.",
    "frames": "Sampled pictures, large enough for models and for reading.",
    "audio": "The sound track, 48 kHz stereo and 16 kHz mono, on the picture's clock.",
    "post": "What the platform says of the video.",
    "flow": "Dense optical flow from every frame to the next, once for all analyzers.",
    "spectrum": "The sound's short-time spectrum, once for all analyzers.",
    "voice": "Where somebody speaks, heard once for all analyzers.",
    "pitch": "How high the voice is where somebody speaks, tracked once for all analyzers.",
}

MakeOne = Callable[[Store, str], Made]


def build_sources(settings: Settings, has_retries: bool = True) -> list[dg.AssetsDefinition]:
    """Everything between a request and the analyzers."""

    def ensured(name: str) -> MakeOne:
        def make(store: Store, video: str) -> Made:
            sources.ensure(store, video, name, settings)
            return Made({"count": len(store.read(name, video).t_s)})

        return make

    def fetched(store: Store, video: str) -> Made:
        path = sources.fetch(store, video, settings)
        return Made({"path": dg.MetadataValue.path(path), "size_bytes": path.stat().st_size})

    return [
        _source("video", [], VIDEO_BATCH, fetched, stage="net", retry=AFTER_A_DOWNLOAD if has_retries else None),
        _decoded(settings),
        _source("post", ["video", "media"], DERIVE_BATCH, _post),
        _source("flow", ["motion"], DERIVE_BATCH, ensured("flow")),
        _source("spectrum", ["audio"], DERIVE_BATCH, ensured("spectrum")),
        _source("voice", ["audio"], DERIVE_BATCH, ensured("voice")),
        _source("pitch", ["audio", "voice"], DERIVE_BATCH, ensured("pitch")),
    ]


def _spec(name: str, deps: list[str], version: str, stage: Stage = "cpu") -> dg.AssetSpec:
    return dg.AssetSpec(
        asset_key(name),
        deps=[asset_key(dep) for dep in deps],
        group_name="source",
        description=DOCS[name],
        code_version=version,
        automation_condition=ON_ARRIVAL,
        owners=["team:source"],
        tags={"stage": stage},
        kinds={"pyav" if name in ("media", "motion", "frames", "audio") else "file"},
        partitions_def=VIDEOS,
    )


def _source(
    name: str, deps: list[str], batch: int, make_one: MakeOne, stage: Stage = "cpu", retry: dg.RetryPolicy | None = None
) -> dg.AssetsDefinition:
    key = asset_key(name)

    @dg.multi_asset(
        name=f"source_{name}",
        specs=[_spec(name, deps, VERSIONS[name], stage)],
        backfill_policy=dg.BackfillPolicy.multi_run(batch),
        op_tags=on_stage(stage, at_home=True),
        retry_policy=retry,
    )
    def source(context: dg.AssetExecutionContext, store: Store):
        def make(video: str) -> Mapping[dg.AssetKey, Made]:
            if name == "video":
                begin(store, video, context.run_id)
            with told(store, video):
                return {key: make_one(store, video)}

        yield from walk(context, [key], make)

    return source


def _decoded(settings: Settings) -> dg.AssetsDefinition:
    """One pass over the file makes four assets."""
    names = ("media", "motion", "frames", "audio")
    keys = [asset_key(name) for name in names]
    sampling = f"-{settings.frames_per_s:g}fps-{settings.short_side_px}px"

    @dg.multi_asset(
        name="source_decode",
        specs=[_spec(n, ["video"], VERSIONS[n] + (sampling if n == "frames" else "")) for n in names],
        backfill_policy=dg.BackfillPolicy.multi_run(DECODE_BATCH),
        op_tags=on_stage("cpu", at_home=True),
    )
    def decode(context: dg.AssetExecutionContext, store: Store):
        def make(video: str) -> Mapping[dg.AssetKey, Made]:
            with told(store, video):
                sources.decode_video(store, video, settings)
            if seen := _seen(store, video):
                context.log_event(dg.AssetObservation(asset_key("video"), metadata=seen, partition=video))
            return dict(zip(keys, _decoded_parts(store, video), strict=True))

        yield from walk(context, keys, make)

    return decode


def _seen(store: Store, video: str) -> dict[str, dg.MetadataValue]:
    """What the video looks like, told of the file itself as soon as it is decoded."""
    frames = store.read("frames", video)
    pictures = {"glance": glance(frames), "contact_sheet": contact_sheet(frames)}
    return {name: dg.MetadataValue.md(drawn) for name, drawn in pictures.items() if drawn}


def _decoded_parts(store: Store, video: str) -> list[Made]:
    media, frames = store.read("media", video), store.read("frames", video)
    facts = {
        "size": f"{media.width_px} x {media.height_px}",
        "duration_s": media.duration_s,
        "n_frames": media.n_frames,
    }
    if media.warnings:
        facts |= {"warnings": dg.MetadataValue.json(list(media.warnings)), "lost_s": media.lost_s}
    return [
        Made(facts),
        Made({"count": media.n_frames}),
        Made({"count": len(frames)}),
        Made({"seconds": len(store.read("audio", video).mono) / 16_000}),
    ]


def _post(store: Store, video: str) -> Made:
    post = sources.write_post(store, video)
    return Made({"has_metadata": post.url is not None})
