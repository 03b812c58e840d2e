"""How the machine fares, as lines of JSON: processor, memory, disk, graphics cards, and what waits.

One line every 15 seconds in data/logs/system_metrics.jsonl; a full file makes room for the next, five are kept:
about ten days. `python -m tiktok_assets monitor` writes them.
"""

import fcntl
import json
import logging
import os
import shutil
import signal
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from resources.cards import cards
from resources.ledger import Ledger

EVERY_S = 15.0
FILE_BYTES = 10 << 20  # a line is about 700 bytes
FILES = 5
NAME = "system_metrics.jsonl"


class AlreadyWatchedError(Exception):
    """Another monitor writes for this data folder."""


class Processor:
    """How busy the processor was since it was last asked."""

    def __init__(self) -> None:
        self._busy, self._all = _ticks()

    def used_share(self) -> float:
        busy, every = _ticks()
        spent, passed = busy - self._busy, every - self._all
        self._busy, self._all = busy, every
        return round(spent / passed, 4) if passed else 0.0


def _ticks() -> tuple[int, int]:
    # proc(5): user nice system idle iowait irq softirq steal; guest is counted in user
    numbers = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(numbers) - numbers[3] - numbers[4], sum(numbers)


def measure(data: Path, processor: Processor) -> dict[str, Any]:
    """Everything once."""
    disk, memory = shutil.disk_usage(data), _memory()
    return (
        {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "cpu_used_share": processor.used_share(),
            "load_1m": round(os.getloadavg()[0], 2),
            "memory_used_share": round(1 - memory["MemAvailable"] / memory["MemTotal"], 4),
            "memory_available_gb": round(memory["MemAvailable"] / 1e6, 2),
            "disk_free_share": round(disk.free / disk.total, 4),
            "disk_free_gb": round(disk.free / 1e9, 2),
            "gpus": _cards(),
        }
        | _books(data)
        | _processes()
    )


def _cards() -> list[dict[str, Any]] | None:
    """None where a driver does not answer."""
    try:
        return [asdict(card) | {"used_share": round(card.used, 4)} for card in cards()]
    except Exception:  # whatever a driver can raise, the rest of the line is written all the same
        return None


def _books(data: Path) -> dict[str, Any]:
    """What waits, what runs, what became of the rest; None where the ledger does not answer, which stops nothing."""
    ledger = Ledger(data)
    try:
        return {"inputs": ledger.counts(), "unaccounted": ledger.unaccounted()}
    except sqlite3.Error:
        return {"inputs": None, "unaccounted": None}


def _memory() -> dict[str, int]:
    """In kB, as /proc/meminfo has it."""
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in lines}


def _processes() -> dict[str, int]:
    """Our user's processes, and how many of them ended without anybody taking notice."""
    states = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):  # it may have ended since
            if folder.name.isdigit() and folder.stat().st_uid == os.getuid():
                states.append((folder / "stat").read_text().rsplit(")", 1)[1].split()[0])
    return {"processes": len(states), "zombies": states.count("Z")}


def monitor(data: Path, every_s: float = EVERY_S) -> None:
    """Write a line now and then until a signal to end comes. Raises AlreadyWatchedError."""
    folder = data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{NAME}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyWatchedError(f"another monitor writes {folder / NAME}") from None
        is_over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: is_over.set())
        _write_on(data, folder / NAME, every_s, is_over)


def _write_on(data: Path, path: Path, every_s: float, is_over: threading.Event) -> None:
    lines = RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    processor = Processor()
    due = time.monotonic()
    try:
        while not is_over.is_set():
            text = json.dumps(measure(data, processor))
            lines.emit(logging.LogRecord(NAME, logging.INFO, "", 0, text, None, None))
            due += every_s
            is_over.wait(max(0.0, due - time.monotonic()))
    finally:
        lines.close()
