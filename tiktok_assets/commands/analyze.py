"""Files and addresses to reports, now: one Dagster run a video, in this process, on the shared instance.

The UI shows these runs like any other. Models stay loaded from one video to the next.
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError

from analyzers.contract import REGISTRY
from resources import sources
from resources.decode import MediaError
from resources.ledger import Ledger
from resources.places import alone, as_text, data_folder
from resources.settings import Settings
from resources.store import Outcome, Store
from tiktok_assets.definitions import build
from tiktok_assets.event_log import cheap_events
from tiktok_assets.factory import Tell, asset_key
from tiktok_assets.instance import open_instance
from tiktok_assets.keys import COVERAGE_KEY, EXPORTS_KEY, PAGE_KEY, REPORT_KEY
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.workers import WORKER, fail_gone, this_process
from tiktok_assets.wishes import with_upstream

# Dagster's console log repeats what the progress lines say.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
ADDRESS_CUT_SHORT = re.compile(r"([a-z]+\.)?tiktok\.com/", re.IGNORECASE)
SOURCES = ("video", "media", "motion", "frames", "audio", "post", "flow", "spectrum", "voice", "pitch")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file or address."""

    file: str  # as it was given
    status: Literal["ok", "partial", "some_failed", "refused", "error"]  # partial: something of the file is lost
    seconds: float
    video_id: str | None = None
    report: Path | None = None
    word: str | None = None
    reason: str | None = None
    remedy: str | None = None
    warnings: tuple[str, ...] = ()
    analyzers: dict[str, Outcome] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        found = {
            name: {"status": o.status, "rows": o.rows, "seconds": o.seconds, "backend": o.backend}
            | ({"reason": o.reason, "remedy": o.remedy} if o.status in ("skipped", "failed") else {})
            for name, o in self.analyzers.items()
        }
        told: dict[str, Any] = {
            "video_id": self.video_id,
            "status": self.status,
            "report": str(self.report) if self.report else None,
            "seconds": self.seconds,
            "analyzers": found,
            "file": as_text(self.file),
            "warnings": list(self.warnings),
        }
        if self.status in ("refused", "error"):
            told |= {"word": self.word, "reason": self.reason, "remedy": self.remedy}
        return told


def is_address(source: str) -> bool:
    """Whether this is meant as an address: one that lacks its https:// is answered with how it is written."""
    return "://" in source or ADDRESS_CUT_SHORT.match(source) is not None


def analyze(given: Sequence[str], settings: Settings, only: Sequence[str], tell: Tell) -> Iterator[Result]:
    """Analyze files and addresses one after the other; a bad one does not stop the next."""
    with workshop(settings, only, tell) as shop:
        for source in given:
            yield shop.analyze(source)


@contextmanager
def workshop(settings: Settings, only: Sequence[str], tell: Tell) -> Iterator["Workshop"]:
    """Where videos are analyzed in this process, one after the other."""
    job = build(settings, tell, has_retries=False).resolve_job_def("analyze")
    with open_instance(data_folder()) as instance:
        fail_gone(instance)
        yield Workshop(Store(root=str(data_folder())), instance, job, settings, only)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What one run after the other needs."""

    store: Store
    instance: dg.DagsterInstance
    job: dg.JobDefinition
    settings: Settings
    only: Sequence[str]

    def analyze(self, source: str) -> Result:
        """Accept a file or an address, and run everything about it."""
        started = time.monotonic()
        try:
            video = self._accept(source)
        except MediaError as error:
            seconds = round(time.monotonic() - started, 3)
            return Result(source, "refused", seconds, None, None, error.word, error.detail, error.remedy)
        return self.run(video, source, started)

    def _accept(self, source: str) -> str:
        if is_address(source):
            return sources.accept_url(self.store, source, self.settings)
        return sources.accept(self.store, Path(source))

    def run(self, video: str, source: str, started: float) -> Result:
        """One Dagster run over an accepted video, after that of any other command that is at the same one."""
        with alone(self.store.folder("media", video) / ".analyze.lock"):
            return self._run(video, source, started)

    def _run(self, video: str, source: str, started: float) -> Result:
        self.instance.add_dynamic_partitions(VIDEO_SET, [video])
        run_id = str(uuid4())
        try:
            with cheap_events(Path(self.store.root), run_id):
                run = self.job.execute_in_process(
                    run_config=QUIET,
                    instance=self.instance,
                    partition_key=video,
                    asset_selection=_selection(self.only, self.settings) if self.only else None,
                    raise_on_error=False,
                    run_id=run_id,
                    tags={WORKER: this_process()},
                )
            seconds = round(time.monotonic() - started, 3)
            return self._told(video, source, seconds) if run.success else _broken(source, video, run, seconds)
        except (KeyboardInterrupt, DagsterExecutionInterruptedError) as error:
            Ledger(Path(self.store.root)).put_back(video)
            raise KeyboardInterrupt from error

    def _told(self, video: str, source: str, seconds: float) -> Result:
        wanted = with_upstream(self.only) if self.only else set(REGISTRY) - set(self.settings.disabled)
        fared = {name: outcome for name in sorted(wanted) if (outcome := self.store.read_outcome(name, video))}
        warnings = self.store.read("media", video).warnings
        has_failed = any(outcome.status == "failed" for outcome in fared.values())
        return Result(
            source,
            "some_failed" if has_failed else "partial" if warnings else "ok",
            seconds,
            video,
            self.store.report_folder(video) / "report.json",
            warnings=warnings,
            analyzers=fared,
        )


def _broken(source: str, video: str, run: dg.ExecuteInProcessResult, seconds: float) -> Result:
    """A run that ended early: the video was refused, or a step of ours fell over."""
    for event in run.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            refused = data.user_failure_data.metadata.get("refused") if data.user_failure_data else None
            if refused is not None:
                said: Any = refused.value
                return Result(source, "refused", seconds, video, None, **said[video])
            error = data.error
            cause = error.cause or error if error else None
            if error and error.cls_name == DagsterExecutionInterruptedError.__name__:
                raise KeyboardInterrupt
            reason = f"{event.step_key}: {cause.message.strip() if cause else 'failed'}"
            remedy = f"See run {run.run_id} in the UI (make ui) for the trace"
            return Result(source, "error", seconds, video, None, "error", reason, remedy)
    return Result(source, "error", seconds, video, None, "error", "the run ended early", "Run it again")


def _selection(only: Sequence[str], settings: Settings) -> list[dg.AssetKey]:
    """What must be made for some analyzers: their upstream, the sources, and the report."""
    names = [name for name in with_upstream(only) if name not in settings.disabled]
    return [asset_key(name) for name in (*SOURCES, *names)] + [COVERAGE_KEY, REPORT_KEY, EXPORTS_KEY, PAGE_KEY]
