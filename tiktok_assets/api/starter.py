"""One video now: what the API has taken in gets its run at once. A crowd is left to the daemon and its batches.

The run is created and queued here, as a click in the UI would; the daemon launches it, and nothing is executed in this
process. Whatever goes wrong here, the daemon's next look at the ledger starts what has no run.
"""

import logging
import threading
import time
from functools import cache

import dagster as dg
from dagster._core.remote_origin import RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.run_coordinator import SubmitRunContext
from dagster._core.storage.tags import PARTITION_NAME_TAG
from dagster._core.workspace.load import location_origins_from_yaml_paths

from resources.ledger import Entry
from resources.places import ROOT
from tiktok_assets.api.house import House
from tiktok_assets.arrivals.inbox import prepare
from tiktok_assets.jobs import ANALYZE
from tiktok_assets.partitions import VIDEO_SET

LOG = logging.getLogger(__name__)
AT_ONCE = 4  # inputs that wait; more are cheaper in one batch: a step loads its model once for all of them
GATHERED_S = 0.2  # before looking whether it is one video or a crowd


class Starter:
    """A thread that is woken by every input, so that no answer waits for Dagster's databases."""

    def __init__(self, house: House) -> None:
        self._house, self._is_closed = house, False
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._work, name="starter", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        self._is_closed = True
        self._woken.set()
        self._thread.join(timeout=5)

    def _work(self) -> None:
        while self._woken.wait() and not self._is_closed:
            time.sleep(GATHERED_S)
            self._woken.clear()
            try:
                start_few(self._house)
            except Exception as error:  # a lock, a disk, a database away: the daemon has it in its book
                LOG.warning("not started at once, the daemon will: %s", error)


def start_few(house: House) -> list[str]:
    """A queued run for each new input that waits, if they are few; the videos."""
    waiting = house.ledger.due(AT_ONCE + 1)
    if len(waiting) > AT_ONCE:
        return []
    known = set(house.instance.get_dynamic_partitions(VIDEO_SET))
    fresh = [entry for entry in waiting if entry.video not in known and not entry.attempts]
    for entry in fresh:
        _start(house, entry)
    return [entry.video for entry in fresh]


def _start(house: House, entry: Entry) -> None:
    """First the run, then the partition: the automation starts what is missing and not in progress."""
    prepare(house.store, house.settings, entry)
    job, origin = _analyze()
    tags = {PARTITION_NAME_TAG: entry.video}
    run = house.instance.create_run_for_job(job, tags=tags, remote_job_origin=origin)
    # No workspace is needed to queue a run: the queue's coordinator writes an event, and the daemon does the rest.
    house.instance.run_coordinator.submit_run(SubmitRunContext(run, workspace=None))  # pyright: ignore[reportArgumentType]
    house.instance.add_dynamic_partitions(VIDEO_SET, [entry.video])


@cache
def _analyze() -> tuple[dg.JobDefinition, RemoteJobOrigin]:
    """The job, and under which name the daemon and the UI know it: that of workspace.yaml."""
    from tiktok_assets.definitions import defs  # loaded by this thread, while the first answers are given

    [location] = location_origins_from_yaml_paths([str(ROOT / "workspace.yaml")])
    job = defs.resolve_job_def(ANALYZE.name)
    return job, RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), ANALYZE.name)
