"""What the ledger is told while a video goes through its assets: begun, postponed, refused, done."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from resources import crash
from resources.door import MediaError
from resources.ledger import Ledger, State
from resources.store import Store

LATER = "Nothing: it is tried again by itself"
# The network, TikTok's patience, or a library that TikTok has outrun: no fault of this input. For so long after it was
# accepted such an attempt does not count, so an evening without a network costs nothing.
NOT_ITS_FAULT = ("network", "rate_limited", "extractor_broken")
PATIENCE_S = 3 * 86400.0


def begin(store: Store, video: str, run_id: str) -> None:
    """The first step of a run is at it."""
    Ledger(Path(store.root)).begin(video, run_id)


@contextmanager
def told(store: Store, video: str) -> Iterator[None]:
    """What a source step is refused goes into the ledger, and on to the step."""
    try:
        yield
    except MediaError as error:
        _refused(store, video, error)
        raise


def _refused(store: Store, video: str, error: MediaError) -> None:
    ledger = Ledger(Path(store.root))
    if not error.can_retry or video.startswith("local-"):  # the same bytes are refused again
        ledger.finish(video, "refused", error.word, error.detail, error.remedy)
        return
    store.video_path(video).unlink(missing_ok=True)  # so that the next attempt downloads it anew
    wait_s = getattr(error, "retry_after_s", None) or 0.0
    entry = ledger.entry(video)
    is_young = entry is not None and time.time() - entry.accepted_at < PATIENCE_S
    counts = error.word not in NOT_ITS_FAULT or not is_young
    ledger.postpone(video, error.word, error.detail, error.remedy, wait_s=wait_s, counts=counts)


def conclude(store: Store, video: str) -> None:
    """The report lies there: done, or partial with what is missing. It is on the disk before the ledger says so."""
    path = store.report_folder(video) / "report.json"
    for written, how in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(written, how)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    content = path.read_bytes()
    state, word, reason, remedy = standing(json.loads(content))
    with crash.stage("ledger"):
        sha = hashlib.sha256(content).hexdigest()
        Ledger(Path(store.root)).finish(video, state, word, reason, remedy, report_sha=sha)


def standing(report: dict[str, Any]) -> tuple[State, str | None, str | None, str | None]:
    """What a report says of itself: state, word, reason, remedy."""
    failed = {name: told for name, told in report["analyzers"].items() if told["status"] == "failed"}
    if failed:
        first = next(iter(failed.values()))
        reason = "; ".join(f"{name}: {told['reason']}" for name, told in failed.items())
        return "partial", "some_failed", reason[:500], first["remedy"]
    if warnings := report["media"]["warnings"]:
        return "partial", warnings[0], ", ".join(warnings), "Bring a whole file; see `media` in its report"
    return "done", None, None, None
