"""One step over a batch of videos: what each came to, told to Dagster partition by partition.

A single video's step tells its result the plain way. A ranged step has to name each partition itself:
its checks, or Dagster files them under no partition, and its materializations, when the step fails for
some of the videos, or the good ones would be lost with the bad.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from resources import crash
from resources.decode import MediaError
from resources.inchild import die_with_caller
from tiktok_assets.checks import Verdict

Events = Iterator[Any]
SOON_S = 30.0  # the pause before a step's retry, see sources.py


@dataclass(frozen=True, slots=True)
class Made:
    """What one asset came to for one video."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()


def walk(
    context: dg.AssetExecutionContext,
    keys: Sequence[dg.AssetKey],
    make: Callable[[str], Mapping[dg.AssetKey, Made]],
) -> Events:
    """Make every video's part; videos whose file is refused fail the step after the good ones are on record."""
    die_with_caller()
    done: dict[str, Mapping[dg.AssetKey, Made]] = {}
    refused: dict[str, MediaError] = {}
    for video in context.partition_keys:
        try:
            with crash.stage(keys[0].path[-1]):
                done[video] = make(video)
        except MediaError as error:
            context.log.warning("%s: %s. %s", video, error, error.remedy)
            refused[video] = error
    if refused:
        yield from _record(context, keys, done)
        raise _failure(refused, len(done))
    yield from _results(context, keys, done)
    crash.point("after_event", keys[0].path[-1])


def _results(
    context: dg.AssetExecutionContext, keys: Sequence[dg.AssetKey], done: Mapping[str, Mapping[dg.AssetKey, Made]]
) -> Events:
    is_range = len(done) > 1 or not context.has_partition_key
    for key in keys:
        checks: list[dg.AssetCheckResult] = []
        for video, made in done.items():
            context.add_asset_metadata(dict(made[key].metadata), asset_key=key, partition_key=video)
            if is_range:
                yield from (_evaluation(key, video, verdict) for verdict in made[key].verdicts)
        names = [verdict.check for verdict in next(iter(done.values()))[key].verdicts]
        for name in names:
            found = [v for made in done.values() for v in made[key].verdicts if v.check == name]
            worst = next((v for v in found if not v.passed and not v.is_warning), None)
            worst = worst or next((v for v in found if not v.passed), found[0])
            checks.append(
                dg.AssetCheckResult(
                    asset_key=key,
                    check_name=name,
                    passed=worst.passed,
                    severity=_severity(worst),
                    description=worst.said,
                )
            )
        yield dg.MaterializeResult(asset_key=key, check_results=checks)


def _record(
    context: dg.AssetExecutionContext, keys: Sequence[dg.AssetKey], done: Mapping[str, Mapping[dg.AssetKey, Made]]
) -> Events:
    for video, made in done.items():
        for key in keys:
            version = context.assets_def.code_versions_by_key.get(key) or ""
            tags = {"dagster/code_version": version, "dagster/data_version": version}
            context.log_event(
                dg.AssetMaterialization(key, metadata=dict(made[key].metadata), partition=video, tags=tags)
            )
            yield from (_evaluation(key, video, verdict) for verdict in made[key].verdicts)


def _evaluation(key: dg.AssetKey, video: str, verdict: Verdict) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=key,
        check_name=verdict.check,
        passed=verdict.passed,
        severity=_severity(verdict),
        description=verdict.said,
        metadata={},
        partition=video,
    )


def _severity(verdict: Verdict) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.WARN if verdict.is_warning else dg.AssetCheckSeverity.ERROR


def _failure(refused: Mapping[str, MediaError], n_good: int) -> dg.Failure:
    """What an operator reads at the top of a failed run: the word, the reason and the remedy, before anything else."""
    lines = [f"{error}; {error.remedy}. [{video}]" for video, error in refused.items()]
    if len(refused) > 1:
        lines.append(f"{len(refused)} videos refused")
    if n_good:
        lines.append(f"{n_good} other video{'s' * (n_good > 1)} of the batch {'are' if n_good > 1 else 'is'} kept")
    told = {video: {"word": e.word, "reason": e.detail, "remedy": e.remedy} for video, e in refused.items()}
    return dg.Failure(
        description="\n".join(lines),
        metadata={"refused": dg.MetadataValue.json(told)},
        allow_retries=any(_is_soon_mended(error) for error in refused.values()),
    )


def _is_soon_mended(error: MediaError) -> bool:
    """Whether a retry within this run can help; where a server asks for a long pause, the ledger starts it later."""
    return error.can_retry and (getattr(error, "retry_after_s", None) or 0.0) <= SOON_S
