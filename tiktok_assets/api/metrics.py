"""Metrics for Prometheus, gathered when they are asked for."""

import json
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter
from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import PlainTextResponse, Response

from resources.cards import cards
from tiktok_assets.api.house import House
from tiktok_assets.api.probes import last_tick_age_s

HOUR_S = 3600.0
REPORTS = 50  # the newest; seconds per analyzer are the mean over these
WHOLE: dict[int | str, dict] = {200: {"content": {"text/plain": {}}, "description": "in Prometheus' text format"}}


def routes(house: House) -> APIRouter:
    router = APIRouter()
    registry = CollectorRegistry()
    registry.register(Metrics(house))

    @router.get("/metrics", summary="For Prometheus", response_class=PlainTextResponse, responses=WHOLE)
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


class Metrics(Collector):
    """A part that cannot be read is left out, and named by `tiktok_part_readable`."""

    def __init__(self, house: House) -> None:
        self._house, self._spent = house, Spent(house.data / "reports")

    def describe(self) -> list[Metric]:
        return []  # nothing is gathered before the first question

    def collect(self) -> Iterator[Metric]:
        parts: dict[str, Callable[[], Iterator[Metric]]] = {
            "ledger": self._ledger,
            "dagster": self._dagster,
            "analyzers": self._analyzers,
            "disk": self._disk,
            "gpu": self._gpu,
        }
        readable = GaugeMetricFamily("tiktok_part_readable", "1 where the part answered", labels=["part"])
        for name, part in parts.items():
            try:
                yield from list(part())
                readable.add_metric([name], 1)
            except Exception:  # whatever a database, a disk or a driver can raise; the others are told all the same
                readable.add_metric([name], 0)
        yield readable

    def _ledger(self) -> Iterator[Metric]:
        ledger = self._house.ledger
        yield _labelled("tiktok_inputs", "inputs by state", ["state"], {(s,): n for s, n in ledger.counts().items()})
        yield _labelled("tiktok_inputs_by_word", "inputs by state and word", ["state", "word"], ledger.words())
        yield _one("tiktok_ledger_unaccounted", "accepted inputs of which nothing is known", ledger.unaccounted())
        waiting = ledger.due(1)
        age = time.time() - waiting[0].due_at if waiting else 0.0
        yield _one("tiktok_queue_age_seconds", "since when the longest waiting input is due", age)
        finished = ledger.in_state("done") + ledger.in_state("partial")
        lately = sum(time.time() - entry.changed_at < HOUR_S for entry in finished)
        yield _one("tiktok_videos_per_hour", "videos finished within the last hour", lately)

    def _dagster(self) -> Iterator[Metric]:
        instance = self._house.instance
        runs = {
            (status.value.lower(),): instance.get_runs_count(RunsFilter(statuses=[status]))
            for status in DagsterRunStatus
            if status is not DagsterRunStatus.MANAGED
        }
        yield _labelled("tiktok_runs", "Dagster runs by state", ["state"], runs)
        beats = instance.get_daemon_heartbeats()
        ages = {(name.lower(),): time.time() - beat.timestamp for name, beat in beats.items()}
        about = "since a part of the daemon was heard of"
        yield _labelled("tiktok_daemon_heartbeat_age_seconds", about, ["daemon"], ages)
        if (age := last_tick_age_s(self._house)) is not None:
            yield _one("tiktok_last_tick_age_seconds", "since a sensor was asked", age)

    def _analyzers(self) -> Iterator[Metric]:
        about = f"mean over the last {REPORTS} reports"
        seconds = {(name,): value for name, value in self._spent.means().items()}
        yield _labelled("tiktok_analyzer_seconds", about, ["analyzer"], seconds)

    def _disk(self) -> Iterator[Metric]:
        usage = shutil.disk_usage(self._house.data)
        yield _one("tiktok_disk_free_bytes", "free where the data lies", usage.free)
        yield _one("tiktok_disk_free_ratio", "share that is free where the data lies", usage.free / usage.total)

    def _gpu(self) -> Iterator[Metric]:
        for name, about, field in (
            ("tiktok_gpu_memory_used_ratio", "share of the memory in use", "used"),
            ("tiktok_gpu_temperature_celsius", "temperature", "temperature_c"),
            ("tiktok_gpu_busy_ratio", "share of time in which it computes", "busy"),
            ("tiktok_gpu_power_watts", "power", "power_w"),
        ):
            told = {(str(number),): getattr(card, field) for number, card in enumerate(cards())}
            yield _labelled(name, about, ["card"], {key: value for key, value in told.items() if value is not None})


class Spent:
    """Seconds that each analyzer took, from the newest reports, each read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[float, dict[str, float]]] = {}

    def means(self) -> dict[str, float]:
        newest = sorted(((p.stat().st_mtime, p) for p in self._folder.glob("*/report.json")), reverse=True)[:REPORTS]
        self._read = {path: self._seconds(path, changed) for changed, path in newest}
        found: dict[str, list[float]] = defaultdict(list)
        for _, seconds in self._read.values():
            for name, value in seconds.items():
                found[name].append(value)
        return {name: sum(values) / len(values) for name, values in sorted(found.items())}

    def _seconds(self, path: Path, changed: float) -> tuple[float, dict[str, float]]:
        if (known := self._read.get(path)) and known[0] == changed:
            return known
        told = json.loads(path.read_text(encoding="utf-8"))["analyzers"]
        return changed, {name: facts["seconds"] for name, facts in told.items() if facts["status"] != "skipped"}


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _labelled(name: str, about: str, labels: Sequence[str], values: dict) -> Metric:
    family = GaugeMetricFamily(name, about, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family
