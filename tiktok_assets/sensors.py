"""How videos arrive by themselves: the drop folder adds partitions in doses, the automation condition starts the work.

The drop folder is <data>/inbox; inbox.py says how files are taken from it. A tick may die anywhere: what it took
is in the ledger, and what it did not hand over is in the next tick's dose.
"""

import re
import sqlite3
from pathlib import Path

import dagster as dg

from resources.door import MediaError
from resources.ledger import Entry, Ledger
from resources.places import settings_path
from resources.settings import Settings, SettingsError, load_settings
from resources.store import Store
from tiktok_assets import jobs
from tiktok_assets.arrivals.inbox import IN_HAND, Inbox, Taken, next_dose, prepare, printable
from tiktok_assets.arrivals.room import shortage
from tiktok_assets.partitions import VIDEO_SET, VIDEOS
from tiktok_assets.upkeep.reconciler import reconcile

INBOX = "inbox"
_inboxes: dict[str, Inbox] = {}  # by data folder, from tick to tick: which files are still being written


@dg.sensor(
    asset_selection=dg.AssetSelection.all(),
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes lists of addresses and video files from the drop folder, and makes each video a partition.",
)
def drop_folder(context: dg.SensorEvaluationContext, store: Store):
    ledger = Ledger(Path(store.root))
    dose: list[Entry] = []
    try:
        settings = load_settings(settings_path())
        if trouble := shortage(Path(store.root), settings.free_gb):
            return _answer(context, dose, trouble, trouble)
        trouble, said = _look(context, store, settings)
        known = set(context.instance.get_dynamic_partitions(VIDEO_SET))
        dose = [entry for entry in next_dose(ledger, known) if _is_prepared(context, store, settings, ledger, entry)]
        counts = ledger.counts()
        if n_open := counts["waiting"] + counts["running"]:
            said += f"; {n_open:,} videos wait or are worked on, at most {IN_HAND} of them are handed over at once"
    except (OSError, sqlite3.Error, SettingsError) as error:
        trouble = said = f"nothing can be taken: {error}"
    return _answer(context, dose, trouble, trouble or said)


def _look(context: dg.SensorEvaluationContext, store: Store, settings: Settings) -> tuple[str, str]:
    """Take what is there; what is wrong with the folder, and what else there is to say."""
    inbox = _inboxes.setdefault(store.root, Inbox(store, settings, Path(store.root) / INBOX))
    inbox.settings = settings
    try:
        inbox.folder.mkdir(parents=True, exist_ok=True)
        taken = inbox.take()
    except OSError as error:
        return f"the drop folder {inbox.folder} cannot be used: {error}", ""
    _tell(context, taken)
    return "", f"nothing new in {inbox.folder}"


def _tell(context: dg.SensorEvaluationContext, taken: Taken) -> None:
    for refused in taken.refused:
        context.log.warning("%s: %s. %s", printable(refused.name), refused.error, refused.error.remedy)
    if taken.new or taken.known:
        context.log.info("%d new videos, %d known ones", len(taken.new), taken.known)


def _is_prepared(
    context: dg.SensorEvaluationContext, store: Store, settings: Settings, ledger: Ledger, entry: Entry
) -> bool:
    try:
        prepare(store, settings, entry)
    except MediaError as error:  # the settings have changed since it was accepted
        context.log.warning("%s is refused: %s. %s", entry.video, error, error.remedy)
        ledger.finish(entry.video, "refused", error.word, error.detail, error.remedy)
        return False
    return True


def _answer(context: dg.SensorEvaluationContext, dose: list[Entry], trouble: str, said: str) -> dg.SensorResult:
    """New partitions, or why there are none. The cursor holds what was warned of last: once, not every tick."""
    cursor = re.sub("[0-9.,]+", "", trouble)  # the same trouble with other figures is no news
    if trouble and cursor != context.cursor:
        context.log.warning("%s", trouble)
    return dg.SensorResult(
        dynamic_partitions_requests=[VIDEOS.build_add_request([entry.video for entry in dose])] if dose else [],
        skip_reason=None if dose else dg.SkipReason(said),
        cursor=cursor,
    )


AUTOMATION = dg.AutomationConditionSensorDefinition(
    "automation",
    target=dg.AssetSelection.all(),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=15,
    description="Starts what is missing for new videos, batched.",
)


@dg.sensor(
    job=jobs.ANALYZE,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Requests again what was accepted, has not come to an end, and is not being worked on.",
)
def reconciler(context: dg.SensorEvaluationContext, store: Store):
    plan = reconcile(context.instance, store, load_settings(settings_path()))
    if plan.unaccounted:
        context.log.error("%d accepted inputs are unaccounted for", plan.unaccounted)
    for video in plan.gave_up:
        context.log.warning("%s is given up: its last attempt failed", video)
    requests = [
        dg.RunRequest(run_key=f"{entry.video} {entry.due_at:.3f}", partition_key=entry.video) for entry in plan.to_start
    ]
    return dg.SensorResult(requests, skip_reason=None if requests else dg.SkipReason(plan.said))
