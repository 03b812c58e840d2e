"""How videos arrive by themselves: the drop folder adds partitions, the automation condition starts the work.

The drop folder is <data>/inbox. A file is taken when it has not changed for a while; it is copied into the
store and its partition requested in one tick, and moved to inbox/done in a later one, when the partition is
known to exist. A daemon that dies between the two loses nothing and does nothing twice.
"""

import time
from pathlib import Path

import dagster as dg

from resources import sources
from resources.decode import MediaError
from resources.store import Store
from tiktok_assets.partitions import VIDEO_SET, VIDEOS

STABLE_S = 2.0  # a file whose size and time have not changed for this long has been written whole
PER_TICK = 50
NOT_YET = (".part", ".tmp", ".crdownload")


@dg.sensor(
    asset_selection=dg.AssetSelection.all(),
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes video files from the drop folder and makes each a partition.",
)
def drop_folder(context: dg.SensorEvaluationContext, store: Store):
    inbox = Path(store.root) / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    known = set(context.instance.get_dynamic_partitions(VIDEO_SET))
    arrived: list[str] = []
    for path in _settled(inbox)[:PER_TICK]:
        try:
            video = sources.accept(store, path, must_open=True)
            if video in known:
                if captions := sources.captions_beside(path):
                    _move(captions, inbox / "done")
                _move(path, inbox / "done")
            else:
                sources.fetch(store, video)
                arrived.append(video)
        except MediaError as error:
            context.log.warning("%s is refused: %s. %s", path.name, error, error.remedy)
            moved = _move(path, inbox / "rejected")
            moved.with_name(moved.name + ".error").write_text(f"{error}\n{error.remedy}\n")
    new = list(dict.fromkeys(arrived))
    return dg.SensorResult(
        dynamic_partitions_requests=[VIDEOS.build_add_request(new)] if new else [],
        skip_reason=None if new else dg.SkipReason(f"nothing new in {inbox}"),
    )


def _settled(inbox: Path) -> list[Path]:
    """Files that are whole, oldest first; names that say 'not yet' are left alone."""
    now = time.time()
    found = []
    for path in inbox.iterdir():
        if path.name.startswith(".") or path.suffix in NOT_YET or path.is_dir() or path.suffix == ".vtt":
            continue  # captions come with their video
        changed = path.lstat().st_mtime
        if now - changed >= STABLE_S:
            found.append((changed, path))
    return [path for _, path in sorted(found)]


def _move(path: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    number = 1
    while target.exists():
        target = folder / f"{path.stem}.{number}{path.suffix}"
        number += 1
    return path.rename(target)


AUTOMATION = dg.AutomationConditionSensorDefinition(
    "automation",
    target=dg.AssetSelection.all(),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=15,
    description="Starts what is missing for new videos, batched.",
)
