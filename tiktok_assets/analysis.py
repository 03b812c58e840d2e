"""One analyzer on one video, start to end: its inputs, its model, its table, and how it fared.

Knows the contract and the store, not Dagster: the same call serves an asset, a score and a benchmark.
"""

import ctypes
import hashlib
import json
import logging
import os
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from analyzers.contract import REGISTRY, Media, Post, Spec
from analyzers.schema import Origin, arrow_schema, to_table
from resources import gpu, models, receipts, software, sources
from resources.deadline import deadline, given_up, seconds_for
from resources.gpu import Device, NoDeviceError, OutOfMemoryError
from resources.models import Model
from resources.settings import Settings
from resources.store import Outcome, Store
from resources.threads import set_threads, threads_for
from tiktok_assets.casting import Played, UnableError, able, cast, load

LOG = logging.getLogger(__name__)
RERUN = "Run `python -m tiktok_assets analyze` on the video again; only what failed is redone"
ROOM = (
    "Close what else uses that memory, name a smaller model under [models] in tiktok.toml "
    '(python -m tiktok_assets models list), or set device = "cpu"'
)
NO_END = {
    "timeout": "timeout: it came to no end in its time, and its process was given up",
    "crashed": "crashed: its process ended in the middle of it, twice",
}
AGAIN = "+"  # after the fingerprint of a table that a second choice made: it is made again the next time


def code_version(spec: Spec, settings: Settings) -> str:
    """What the analyzer's numbers depend on besides the video and its inputs."""
    casting = cast(spec, settings)
    parts: list[Any] = [spec.name, spec.version, [(m.name, m.revision) for m in casting.candidates]]
    for names in _counted(spec):
        values = [getattr(settings, name) for name in names]
        parts.append(values if len(values) > 1 else values[0])
    return _digest(parts)


def _counted(spec: Spec) -> list[tuple[str, ...]]:
    """The settings that its rows depend on, besides those that choose its model."""
    sampling = [("frames_per_s", "short_side_px")] if "frames" in spec.inputs else []
    model = [("languages", "precision")] if spec.role else []
    return [*sampling, *model, *([("biometrics",)] if spec.is_biometric else [])]


def _noted(spec: Spec, settings: Settings) -> dict[str, Any]:
    """What an outcome says for those who repeat it."""
    chosen = {name: getattr(settings, name) for names in _counted(spec) for name in names}
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": {name: list(v) if isinstance(v, tuple) else v for name, v in chosen.items()},
        "software": software.loaded(),
    }


def fingerprint(spec: Spec, store: Store, video: str, settings: Settings) -> str:
    """What this table is a function of: its code, its inputs' fingerprints, and the file itself."""
    upstream = [store.read_outcome(name, video) for name in spec.inputs if name in REGISTRY]
    media: Media = store.read("media", video)
    inputs = [None if o is None else (o.fingerprint, o.status) for o in upstream]
    return _digest([code_version(spec, settings), inputs, media.sha256, asdict(_post(spec, store, video))])


def _post(spec: Spec, store: Store, video: str) -> Post:
    """What the platform says of the video, for those who read it; for others it may not be there yet."""
    return store.read("post", video) if "post" in spec.inputs else Post()


def analyse(spec: Spec, store: Store, video: str, settings: Settings) -> Outcome:
    """Make the table anew unless it is already there in this version. Never raises for the video's sake."""
    wanted = fingerprint(spec, store, video, settings)
    before = store.read_outcome(spec.name, video)
    if before and before.fingerprint == wanted and before.is_trusted:
        return before
    started = time.monotonic()
    made, outcome = _attempt(spec, store, video, settings)
    seconds = round(time.monotonic() - started, 3)
    told = {"fingerprint": wanted + outcome.fingerprint, "rows": made.num_rows, "seconds": seconds}
    outcome = replace(outcome, **told, **_noted(spec, settings))
    store.write_table(spec.name, video, made, outcome)
    _give_memory_back()
    return outcome


def _give_memory_back() -> None:
    """What C code freed goes back to the system: 140 MB after a cut_analysis, which glibc would have kept."""
    ctypes.CDLL(None).malloc_trim(0)


def _attempt(spec: Spec, store: Store, video: str, settings: Settings) -> tuple[pa.Table, Outcome]:
    blank = Outcome(status="skipped", version=spec.version, fingerprint="", backend=spec.evidence)
    empty = arrow_schema(spec.row).empty_table()
    casting = cast(spec, settings)
    if casting.missing:
        return empty, replace(blank, reason=casting.missing.reason, remedy=casting.missing.remedy)
    lacking = _untrusted_inputs(spec, store, video)
    if lacking:
        return empty, replace(blank, reason=f"needs {', '.join(lacking)}", remedy=RERUN)
    candidates = able(casting.candidates, _post(spec, store, video))
    if casting.candidates and not candidates:
        reason = f"{casting.candidates[0].name} needs the post's {casting.candidates[0].needs}, and there are none"
        return empty, replace(blank, reason=reason, remedy=f"Choose another model: models.{spec.role} in tiktok.toml")
    try:
        device = gpu.choose_device(settings, spec.stage) if spec.role else gpu.CPU
    except NoDeviceError as error:
        return empty, replace(blank, reason=str(error), remedy='Set device = "auto" in tiktok.toml')
    mark = store.attempt_path(spec.name, video)
    if word := given_up(mark):
        return empty, replace(blank, status="failed", reason=NO_END[word], remedy=RERUN)
    try:
        with _gate(spec, store, device):
            set_threads(threads_for(spec.stage))
            inputs = {name: _input(name, spec, store, video, settings) for name in spec.inputs}
            duration_s = store.read("media", video).duration_s
            with deadline(seconds_for(spec.stage, duration_s, settings.deadline_factor), mark):
                played = load(candidates, device, settings)
                rows = list(spec.run(**inputs, **({"model": played.play} if played.play else {})))
            outcome = replace(blank, device=_device(spec, device), **_credit(played.model))
            table = to_table(spec.row, rows, _origin(spec, store, video, outcome, played.model))
    except UnableError as error:
        return empty, replace(blank, reason=str(error), remedy=error.remedy)
    except Exception as error:  # one analyzer's failure is data; the video's other tables are not its business
        if gpu.is_poisoned(error):
            gpu.end_process(error)
        LOG.exception("%s failed on %s", spec.name, video)
        remedy = ROOM if isinstance(error, OutOfMemoryError) or gpu.is_full(error) else RERUN
        return empty, replace(blank, status="failed", reason=f"{type(error).__name__}: {error}"[:500], remedy=remedy)
    verdict = _verdict(spec, store, video, played, settings, table.num_rows)
    return table, replace(outcome, fingerprint=AGAIN if played.faults else "", **verdict)


def _untrusted_inputs(spec: Spec, store: Store, video: str) -> list[str]:
    """Inputs it cannot do without whose analyzer did not fare well, each with the reason."""
    found = []
    for name in spec.inputs:
        if name in REGISTRY and name not in spec.optional:
            outcome = store.read_outcome(name, video)
            if outcome is None or not outcome.is_trusted:
                found.append(f"{name}, which {outcome.status if outcome else 'has not run'}")
    return found


def _degraded_input(spec: Spec, store: Store, video: str) -> tuple[str, str | None] | None:
    """The first input that it cannot do without and that a fallback made, and what would make it better."""
    for name in spec.inputs:
        if name in REGISTRY and name not in spec.optional:
            outcome = store.read_outcome(name, video)
            if outcome and outcome.status == "degraded":
                return f"{name} by {outcome.backend}", outcome.remedy
    return None


def _input(name: str, spec: Spec, store: Store, video: str, settings: Settings) -> Any:
    if name in REGISTRY:
        outcome = store.read_outcome(name, video)
        return store.read(name, video) if outcome and outcome.is_trusted else None
    return sources.as_input(store, video, name, settings)


def _gate(spec: Spec, store: Store, device: Device) -> AbstractContextManager[Any]:
    if not spec.role:
        return nullcontext()
    folder = Path(os.environ.get("TIKTOK_GATE") or Path(store.root, "gate"))  # of this machine: a card is no one else's
    return gpu.gate(folder, spec.stage, device.name.replace(":", ""))


def _device(spec: Spec, device: Device) -> str:
    """What calculated it; which numbers a model was given says nothing of those who have none."""
    return gpu.described(device) if spec.role else software.processor()


def _credit(model: Model | None) -> dict[str, Any]:
    if model is None:
        return {"backend": "builtin"}
    sums = {name: told["sha256"] for name, told in sorted(receipts.read(model).items()) if told.get("sha256")}
    rev = receipts.revision(model)
    return {"backend": model.name, "model_id": model.name, "model_rev": rev, "model_files": sums}


def _verdict(spec: Spec, store: Store, video: str, played: Played, settings: Settings, n_rows: int) -> dict[str, Any]:
    model, faults = played.model, "; ".join(played.faults)[:400]
    if model and model.is_fallback:
        why = f"{model.name} is a fallback for the role `{model.role}`"
        return {
            "status": "degraded",
            "reason": f"{why}; {faults}" if faults else why,
            "remedy": models.better(model, settings),
        }
    if model is None and (poor := _degraded_input(spec, store, video)):
        return {"status": "degraded", "reason": f"its input is degraded: {poor[0]}", "remedy": poor[1]}
    if n_rows:
        return {"status": "ok", "reason": faults or None}
    return {"status": "none_found", "reason": _why_nothing(spec, store.read("media", video))}


def _why_nothing(spec: Spec, media: Media) -> str | None:
    if media.n_frames == 0 and {"frames", "motion", "flow"} & set(spec.inputs):
        return "the file has no picture"
    if media.acodec is None and {"audio", "spectrum"} & set(spec.inputs):
        return "the video has no sound track"
    return None


def _origin(spec: Spec, store: Store, video: str, outcome: Outcome, model: Model | None) -> Origin:
    return Origin(
        video_id=video,
        analyzer=spec.name,
        evidence=(model and model.evidence) or spec.evidence,
        backend=outcome.backend,
        model_id=outcome.model_id,
        model_rev=outcome.model_rev,
        frame_t_s=store.read("motion", video).t_s,
    )


def _digest(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
