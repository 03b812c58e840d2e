"""One analyzer on one video, start to end: its inputs, its model, its table, and how it fared.

Knows the contract and the store, not Dagster: the same call serves an asset, a score and a benchmark.
"""

import ctypes
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from analyzers.contract import REGISTRY, Media, Spec
from analyzers.schema import Origin, arrow_schema, to_table
from resources import models, sources
from resources.gpu import gate
from resources.models import Model, ModelMissingError
from resources.settings import Settings
from resources.store import Outcome, Store

LOG = logging.getLogger(__name__)
RERUN = "Run `python -m tiktok_assets analyze` on the video again; only what failed is redone"


@dataclass(frozen=True, slots=True)
class Casting:
    """Who plays an analyzer's role: the models to try, best first, or why there is none."""

    candidates: tuple[Model, ...] = ()
    missing: ModelMissingError | None = None


def cast(spec: Spec, settings: Settings) -> Casting:
    """Find the models for an analyzer's role without loading any."""
    if spec.role is None:
        return Casting()
    try:
        return Casting(candidates=models.choose(spec.role, settings))
    except ModelMissingError as missing:
        return Casting(missing=missing)


def code_version(spec: Spec, settings: Settings) -> str:
    """What the analyzer's numbers depend on besides the video and its inputs."""
    casting = cast(spec, settings)
    parts: list[Any] = [spec.name, spec.version, [(m.name, m.revision) for m in casting.candidates]]
    if "frames" in spec.inputs:
        parts.append([settings.frames_per_s, settings.short_side_px])
    return _digest(parts)


def fingerprint(spec: Spec, store: Store, video: str, settings: Settings) -> str:
    """What this table is a function of: its code, its inputs' fingerprints, and the file itself."""
    upstream = [store.read_outcome(name, video) for name in spec.inputs if name in REGISTRY]
    media: Media = store.read("media", video)
    inputs = [None if o is None else (o.fingerprint, o.status) for o in upstream]
    return _digest([code_version(spec, settings), inputs, media.sha256])


def analyse(spec: Spec, store: Store, video: str, settings: Settings) -> Outcome:
    """Make the table anew unless it is already there in this version. Never raises for the video's sake."""
    wanted = fingerprint(spec, store, video, settings)
    before = store.read_outcome(spec.name, video)
    if before and before.fingerprint == wanted and before.is_trusted:
        return before
    started = time.monotonic()
    made, outcome = _attempt(spec, store, video, settings)
    outcome = replace(outcome, fingerprint=wanted, rows=made.num_rows, seconds=round(time.monotonic() - started, 3))
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
    try:
        with _device(spec, store):
            model, played_by = _load(casting.candidates)
            inputs = {name: _input(name, spec, store, video, settings) for name in spec.inputs}
            rows = list(spec.run(**inputs, **({"model": model} if model else {})))
            outcome = replace(blank, **_credit(spec, played_by))
            table = to_table(spec.row, rows, _origin(spec, store, video, outcome))
    except Exception as error:  # one analyzer's failure is data; the video's other tables are not its business
        LOG.exception("%s failed on %s", spec.name, video)
        return empty, replace(blank, status="failed", reason=f"{type(error).__name__}: {error}"[:500], remedy=RERUN)
    return table, replace(outcome, **_verdict(spec, store, video, played_by, table.num_rows))


def _untrusted_inputs(spec: Spec, store: Store, video: str) -> list[str]:
    """Inputs it cannot do without whose analyzer did not fare well, each with the reason."""
    found = []
    for name in spec.inputs:
        if name in REGISTRY and name not in spec.optional:
            outcome = store.read_outcome(name, video)
            if outcome is None or not outcome.is_trusted:
                found.append(f"{name}, which {outcome.status if outcome else 'has not run'}")
    return found


def _input(name: str, spec: Spec, store: Store, video: str, settings: Settings) -> Any:
    if name in REGISTRY:
        outcome = store.read_outcome(name, video)
        return store.read(name, video) if outcome and outcome.is_trusted else None
    sources.ensure(store, video, name, settings)
    return store.read(name, video)


def _load(candidates: Iterable[Model]) -> tuple[Callable[..., Any] | None, Model | None]:
    """The first candidate that can be loaded; the next one where a library or its weights are broken."""
    faults = []
    for model in candidates:
        try:
            return models.load(model.name), model
        except (ImportError, OSError, RuntimeError) as error:
            LOG.warning("model %s cannot be loaded: %s", model.name, error)
            faults.append(f"{model.name}: {error}")
    if faults:
        raise RuntimeError("no model for the role can be loaded: " + "; ".join(faults))
    return None, None


def _device(spec: Spec, store: Store) -> AbstractContextManager[Any]:
    return gate(Path(store.root) / "gate", spec.stage) if spec.role else nullcontext()


def _credit(spec: Spec, model: Model | None) -> dict[str, Any]:
    if model is None:
        return {"backend": "builtin"}
    return {"backend": model.name, "model_id": model.name, "model_rev": model.revision}


def _verdict(spec: Spec, store: Store, video: str, model: Model | None, n_rows: int) -> dict[str, Any]:
    if model and model.is_fallback:
        return {"status": "degraded", "reason": f"{model.name} is a fallback for the role `{model.role}`"}
    if n_rows:
        return {"status": "ok"}
    return {"status": "none_found", "reason": _why_nothing(spec, store.read("media", video))}


def _why_nothing(spec: Spec, media: Media) -> str | None:
    if media.n_frames == 0 and {"frames", "motion", "flow"} & set(spec.inputs):
        return "the file has no picture"
    if media.acodec is None and {"audio", "spectrum"} & set(spec.inputs):
        return "the video has no sound track"
    return None


def _origin(spec: Spec, store: Store, video: str, outcome: Outcome) -> Origin:
    return Origin(
        video_id=video,
        analyzer=spec.name,
        evidence=spec.evidence,
        backend=outcome.backend,
        model_id=outcome.model_id,
        model_rev=outcome.model_rev,
        frame_t_s=store.read("motion", video).t_s,
    )


def _digest(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
