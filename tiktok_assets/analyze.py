"""Local files to reports, now: one Dagster run a video, in this process, on the shared instance.

The UI shows these runs like any other. Models stay loaded from one video to the next.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.instance.ref import InstanceRef

from analyzers.contract import REGISTRY
from resources import sources
from resources.decode import MediaError
from resources.places import ROOT, data_folder
from resources.settings import Settings
from resources.store import Outcome, Store
from tiktok_assets.definitions import build
from tiktok_assets.event_log import cheap_events
from tiktok_assets.factory import Tell, asset_key
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.report import COVERAGE_KEY, REPORT_KEY

# Dagster's console log repeats what the progress lines say.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
SOURCES = ("video", "media", "motion", "frames", "audio", "post", "flow", "spectrum", "voice")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file."""

    file: str
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
            "file": self.file,
            "warnings": list(self.warnings),
        }
        if self.status in ("refused", "error"):
            told |= {"word": self.word, "reason": self.reason, "remedy": self.remedy}
        return told


def open_instance(data: Path) -> dg.DagsterInstance:
    """The instance of dagster.yaml, its databases in the data folder, wherever the command was given."""
    base = str(data / "dagster")
    Path(base, "logs").mkdir(parents=True, exist_ok=True)
    overrides: Any = {
        "storage": {"sqlite": {"base_dir": base}},
        "local_artifact_storage": {
            "module": "dagster._core.storage.root",
            "class": "LocalArtifactStorage",
            "config": {"base_dir": base},
        },
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
    }
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(ROOT), overrides=overrides))


def analyze(paths: Sequence[Path], settings: Settings, only: Sequence[str], tell: Tell) -> Iterator[Result]:
    """Analyze files one after the other; a bad one does not stop the next."""
    store = Store(root=str(data_folder()))
    job = build(settings, tell).resolve_job_def("analyze")
    with open_instance(data_folder()) as instance:
        for path in paths:
            yield _one(path, store, job, instance, settings, only)


def _one(
    path: Path,
    store: Store,
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    settings: Settings,
    only: Sequence[str],
) -> Result:
    started = time.monotonic()

    def spent() -> float:
        return round(time.monotonic() - started, 3)

    try:
        video = sources.accept(store, path)
    except MediaError as error:
        return Result(str(path), "refused", spent(), None, None, error.word, error.detail, error.remedy)
    instance.add_dynamic_partitions(VIDEO_SET, [video])
    run_id = str(uuid4())
    with cheap_events(data_folder(), run_id):
        run = job.execute_in_process(
            run_config=QUIET,
            instance=instance,
            partition_key=video,
            asset_selection=_selection(only, settings) if only else None,
            raise_on_error=False,
            run_id=run_id,
        )
    if not run.success:
        return _broken(path, video, run, spent())
    wanted = needed(only) if only else {name for name in REGISTRY if name not in settings.disabled}
    fared = {name: outcome for name in sorted(wanted) if (outcome := store.read_outcome(name, video))}
    warnings = store.read("media", video).warnings
    has_failed = any(outcome.status == "failed" for outcome in fared.values())
    return Result(
        str(path),
        "some_failed" if has_failed else "partial" if warnings else "ok",
        spent(),
        video,
        store.report_folder(video) / "report.json",
        warnings=warnings,
        analyzers=fared,
    )


def _broken(path: Path, video: str, run: dg.ExecuteInProcessResult, seconds: float) -> Result:
    """A run that ended early: the video was refused, or a step of ours fell over."""
    for event in run.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            refused = data.user_failure_data.metadata.get("refused") if data.user_failure_data else None
            if refused is not None:
                said: Any = refused.value
                return Result(str(path), "refused", seconds, video, None, **said[video])
            error = data.error
            cause = error.cause or error if error else None
            if error and error.cls_name == DagsterExecutionInterruptedError.__name__:
                raise KeyboardInterrupt
            reason = f"{event.step_key}: {cause.message.strip() if cause else 'failed'}"
            remedy = f"See run {run.run_id} in the UI (make ui) for the trace"
            return Result(str(path), "error", seconds, video, None, "error", reason, remedy)
    return Result(str(path), "error", seconds, video, None, "error", "the run ended early", "Run it again")


def needed(only: Sequence[str]) -> set[str]:
    """Analyzers, and the analyzers they read."""
    found: set[str] = set()
    queue = list(only)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += [upstream for upstream in REGISTRY[name].inputs if upstream in REGISTRY]
    return found


def _selection(only: Sequence[str], settings: Settings) -> list[dg.AssetKey]:
    """What must be made for some analyzers: their upstream, the sources, and the report."""
    names = [name for name in needed(only) if name not in settings.disabled]
    return [asset_key(name) for name in (*SOURCES, *names)] + [COVERAGE_KEY, REPORT_KEY]
