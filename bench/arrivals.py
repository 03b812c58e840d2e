"""What a list of thousands of addresses costs, from the drop folder to Dagster's partitions. Nothing is downloaded."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from bench.section import Line, Section
from resources.ledger import Ledger
from resources.store import Store
from tiktok_assets.arrivals.inbox import DOSE
from tiktok_assets.commands.analyze import open_instance
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.sensors import drop_folder

COUNTS = (1000, 5000)
GOAL_S = 5.0  # until all are in the ledger
TICK_S = 10  # the sensor's pause between two looks


def measure() -> list[Section]:
    lines = [line for count in COUNTS for line in _drop(count)]
    return [
        Section(
            "Arrivals",
            "A list of addresses and a second one that repeats half of them, dropped at once; the sensor is asked "
            f"until all are partitions, at most {DOSE} a time. Downloads and analyses are played by a line that ends "
            "each video at once; the sensor's pauses between ticks are not waited for.",
            lines,
        )
    ]


def _drop(count: int) -> list[Line]:
    urls = [f"https://www.tiktok.com/@bench/video/{7 * 10**18 + n}" for n in range(count)]
    with tempfile.TemporaryDirectory() as folder, open_instance(Path(folder)) as instance:
        store, ledger, inbox = Store(root=folder), Ledger(Path(folder)), Path(folder) / "inbox"
        inbox.mkdir()
        for name, listed in (("all.txt", urls), ("half.txt", urls[::2])):
            (inbox / name).write_text("\n".join(listed))
            os.utime(inbox / name, (len(listed), len(listed)) if name == "half.txt" else (0, 0))
        new, seconds = _timed(lambda: _tick(instance, store))
        accepted, handed, ticks = ledger.accepted(), list[str](), [seconds]
        while new:
            handed += new
            for video in new:
                assert store.request_path(video).exists()
                ledger.finish(video, "done", report_sha="0" * 64)
            new, seconds = _timed(lambda: _tick(instance, store))
            ticks.append(seconds)
        lost = len(set(urls)) - len(set(handed)) + ledger.unaccounted() + abs(accepted - count)
        twice = len(handed) - len(set(handed)) + ledger.counts()["waiting"]
        in_order = handed == [url.rpartition("/")[2] for url in urls]
    n_ticks = len(ticks) - 1
    return [
        Line(
            f"{count:,} addresses in the ledger, and the first {DOSE} handed over",
            f"{ticks[0]:.1f} s",
            f"at most {GOAL_S:g} s",
            ticks[0] <= GOAL_S,
        ),
        Line(
            f"{count:,} addresses to partitions",
            f"{sum(ticks):.1f} s in {n_ticks} ticks ({n_ticks * TICK_S / 60:.0f} min with the pauses between them)",
        ),
        Line(
            f"of {count:,}: lost, handed over twice, in their order",
            f"{lost}, {twice}, {'yes' if in_order else 'no'}",
            "0, 0, yes",
            lost == twice == 0 and in_order,
        ),
    ]


def _tick(instance: dg.DagsterInstance, store: Store) -> list[str]:
    """One look of the sensor, and what the daemon does with the answer."""
    answer: Any = drop_folder(dg.build_sensor_context(instance=instance, resources={"store": store}))
    new = [key for request in answer.dynamic_partitions_requests for key in request.partition_keys]
    instance.add_dynamic_partitions(VIDEO_SET, new)
    return new


def _timed(work: Callable[[], list[str]]) -> tuple[list[str], float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started
