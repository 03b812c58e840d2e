"""The probes: one question each to a part of the house, answered within a moment or counted as not answering."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLateError
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from dagster._core.scheduler.instigation import InstigatorType, SensorInstigatorData
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES, DagsterRunStatus, RunsFilter

import analyzers
from resources import models, receipts
from resources.cards import cards
from resources.models import ModelMissingError
from tiktok_assets.api.house import House
from tiktok_assets.arrivals.room import shortage
from tiktok_assets.factory import active
from tiktok_assets.imports import import_all

import_all(analyzers)

# The predecessor's alarms.
MEMORY_SHARE = 0.9  # of a card
TEMPERATURE_C = 80
RESPONSE_S = 1.0
# Ours.
TICK_S = 120.0  # since a sensor was last asked, or a part of the daemon last heard of
STUCK_S = 6 * 3600.0  # an input that is neither done nor being done
ANSWER_S = 2.0  # for one probe
LOCKED_S = 0.2  # until a database that was being written is asked again
KEPT_S = 2.0  # an answer is given again for so long, however many ask


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found. `bad` means that the house is degraded, `note` that it does less than it could."""

    verdict: Literal["good", "note", "bad"]
    found: str
    remedy: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


Probe = Callable[[House], Finding]


class Doctor:
    """Asks all probes at once; one that hangs is asked again only when it has come back."""

    def __init__(self, house: House, probes: dict[str, Probe]) -> None:
        self._house, self._probes = house, probes
        self._hands = ThreadPoolExecutor(len(probes), "probe")
        self._lock, self._asked = threading.Lock(), {}
        self._last: tuple[float, dict[str, Finding]] = (-1e9, {})

    def examine(self) -> dict[str, Finding]:
        with self._lock:
            when, found = self._last
            if time.monotonic() - when > KEPT_S:
                found = self._examine()
                self._last = (time.monotonic(), found)
            return found

    def close(self) -> None:
        self._hands.shutdown(wait=False, cancel_futures=True)

    def _examine(self) -> dict[str, Finding]:
        for name, probe in self._probes.items():
            if name not in self._asked or self._asked[name].done():
                self._asked[name] = self._hands.submit(_patiently, probe, self._house)
        until = time.monotonic() + ANSWER_S
        return {name: self._answer(name, until) for name in self._probes}

    def _answer(self, name: str, until: float) -> Finding:
        try:
            return self._asked[name].result(max(0.0, until - time.monotonic()))
        except TooLateError:
            return Finding("bad", f"no answer within {ANSWER_S:g} s", "See the log of the part that is named")
        except Exception as error:  # whatever a database, a disk or a driver can raise: that is what is asked
            told = str(error).splitlines()[0][:200] if str(error) else ""
            return Finding("bad", f"{type(error).__name__}: {told}", "See the log of the part that is named")


def _patiently(probe: Probe, house: House) -> Finding:
    """Once more where a database was being written: a moment later it is not."""
    try:
        return probe(house)
    except Exception as error:  # of sqlite3, or of what Dagster wraps it in
        if "database is locked" not in str(error):
            raise
    time.sleep(LOCKED_S)
    return probe(house)


def daemon(house: House) -> Finding:
    """Every part of the daemon was heard of lately."""
    beats = house.instance.get_daemon_heartbeats()
    now = time.time()
    ages = {name: now - beats[name].timestamp if name in beats else None for name in _needed(house)}
    silent = [name for name, age in ages.items() if age is None or age > TICK_S]
    facts = {"heartbeat_age_s": {name: None if age is None else round(age, 1) for name, age in ages.items()}}
    if silent:
        return Finding(
            "bad", f"not heard of: {', '.join(sorted(silent)).lower()}", "Start it: dagster-daemon run", facts
        )
    return Finding("good", "alive", facts=facts)


def _needed(house: House) -> Sequence[str]:
    return house.instance.get_required_daemon_types()


def sensors(house: House) -> Finding:
    """Some sensor was asked lately: the daemon reaches the code, and the clock has not gone back."""
    age = last_tick_age_s(house)
    if age is None:
        return Finding("bad", "no sensor was ever asked", "Start the daemon: dagster-daemon run")
    facts = {"last_tick_age_s": round(age, 1)}
    if not -TICK_S <= age <= TICK_S:
        remedy = "See the daemon's log; it must reach the code location"
        if age < 0:
            remedy = "The clock was set back. Restart the daemon, then run: python -m tiktok_assets recover"
        return Finding("bad", f"no sensor was asked for {age:.0f} s", remedy, facts)
    return Finding("good", f"asked {max(age, 0):.0f} s ago", facts=facts)


def last_tick_age_s(house: House) -> float | None:
    """Seconds since the newest tick of any sensor."""
    states = house.instance.all_instigator_state(instigator_type=InstigatorType.SENSOR)
    asked = [state.instigator_data for state in states if isinstance(state.instigator_data, SensorInstigatorData)]
    newest = max((data.last_tick_timestamp or 0.0 for data in asked), default=0.0)
    return time.time() - newest if newest else None


def queue(house: House) -> Finding:
    """How much waits, and since when."""
    waiting = house.ledger.counts()["waiting"]
    due = house.ledger.due(1)
    age = time.time() - due[0].due_at if due else 0.0
    queued = house.instance.get_runs_count(RunsFilter(statuses=[DagsterRunStatus.QUEUED]))
    facts = {"waiting": waiting, "oldest_s": round(age, 1), "queued_runs": queued}
    if age > STUCK_S:
        return Finding("bad", f"an input has waited for {age / 3600:.1f} h", "See the daemon's log", facts)
    return Finding("good", f"{waiting} inputs and {queued} runs wait", facts=facts)


def workers(house: House) -> Finding:
    """How many runs are in progress; with workers, that every queue is served: else steps wait for ever in silence."""
    running = house.instance.get_runs_count(RunsFilter(statuses=list(IN_PROGRESS_RUN_STATUSES)))
    facts: dict[str, Any] = {"running": running}
    if broker := os.environ.get("TIKTOK_BROKER"):
        from tiktok_assets.worker import unserved

        if silent := sorted(unserved(broker)):
            facts["unserved"] = silent
            return Finding("bad", f"no worker serves {', '.join(silent)}", "Start one: worker KIND", facts)
    return Finding("good", f"{running} runs in progress", facts=facts)


def ledger(house: House) -> Finding:
    """Accepted is the sum of all states, and nothing is stuck."""
    counts, lost = house.ledger.counts(), house.ledger.unaccounted()
    facts: dict[str, Any] = {"unaccounted": lost, "inputs": counts}
    if lost:
        return Finding("bad", f"{lost} accepted inputs are unaccounted for", "Restore ledger.sqlite, tell us", facts)
    stuck = [e for e in house.ledger.in_state("running") if time.time() - e.changed_at > STUCK_S]
    if stuck:
        remedy = "Run: python -m tiktok_assets recover"
        return Finding("bad", f"{stuck[0].video} has been running for more than 6 h", remedy, facts)
    return Finding("good", f"all {sum(counts.values())} inputs are accounted for", facts=facts)


def disk(house: House) -> Finding:
    """There is room for more work."""

    usage = shutil.disk_usage(house.data)
    facts = {"free_bytes": usage.free, "total_bytes": usage.total}
    if reason := shortage(house.data, house.settings.free_gb):
        return Finding("bad", reason, "Free some space: python -m tiktok_assets clean", facts)
    return Finding("good", f"{usage.free / 1e9:.0f} GB free", facts=facts)


def gpu(house: House) -> Finding:
    """Every card is below the alarms."""
    found = cards()
    facts = {"cards": [asdict(card) for card in found]}
    if not found:
        is_demanded = house.settings.device.startswith("cuda")
        remedy = "Mend the driver, or set device in tiktok.toml" if is_demanded else None
        return Finding("bad" if is_demanded else "good", "none; all runs on the processor", remedy, facts)
    for card in found:
        if (card.temperature_c or 0) >= TEMPERATURE_C:
            return Finding("bad", f"{card.name} is at {card.temperature_c} °C", "Look after its cooling", facts)
        if card.used >= MEMORY_SHARE:
            remedy = "Bound it: memory_gb in tiktok.toml, or end who else uses the card"
            told = f"the memory of {card.name} is {card.used:.0%} full"
            return Finding("bad", told, remedy, facts)
    return Finding("good", ", ".join(f"{c.name}: {c.used:.0%}" for c in found), facts=facts)


def installed_models(house: House) -> Finding:
    """What plays each analyzer's role is what was pulled; roles that nobody plays are named."""
    missing, changed = [], []
    for role in sorted({spec.role for spec in active(house.settings) if spec.role}):
        try:
            chosen = models.choose(role, house.settings)[0]
        except ModelMissingError:
            missing.append(role)
            continue
        changed += [chosen.name for found in receipts.glance(chosen) if found.verdict != "good"]
    facts = {"missing_roles": missing, "changed": changed}
    if changed:
        remedy = f"python -m tiktok_assets models pull {changed[0]} --again"
        return Finding("bad", f"not what was pulled: {', '.join(changed)}", remedy, facts)
    if missing:
        told = f"no model for: {', '.join(missing)}"
        return Finding("note", told, "See: python -m tiktok_assets doctor", facts)
    return Finding("good", "every role is played", facts=facts)


PROBES: dict[str, Probe] = {
    "daemon": daemon,
    "sensors": sensors,
    "queue": queue,
    "workers": workers,
    "ledger": ledger,
    "disk": disk,
    "gpu": gpu,
    "models": installed_models,
}
