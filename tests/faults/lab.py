"""A process from which others are forked: each analyses one video with a few real analyzers, and may be killed at it.

Everything is loaded once; a case costs a fork and the analysis. Reads a case a line, answers how its process ended.
"""

import errno
import hashlib
import json
import os
import subprocess
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[2]
ANALYZERS = ("audio_analysis", "color_analysis")
OWN_TIMES = ("seconds",)


class Lab:
    """From a test's side."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.lab"]
        self._process = subprocess.Popen(
            command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def analyse(self, data: Path, clip: Path, **env: str) -> int:
        """How the process ended: 0, an exit status, or minus a signal."""
        assert self._process.stdin
        assert self._process.stdout
        case = {"clip": str(clip), "env": {"TIKTOK_DATA": str(data)} | env}
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


def told(data: Path) -> dict[str, Any]:
    """What a data folder says of its one video, less how long that took."""
    (path,) = (data / "reports").glob("*/report.json")
    report = json.loads(path.read_text())
    for fared in report["analyzers"].values():
        for name in OWN_TIMES:
            del fared[name]
    return report


def sha(data: Path) -> str:
    (path,) = (data / "reports").glob("*/report.json")
    return hashlib.sha256(path.read_bytes()).hexdigest()


# The other side


def main() -> None:
    import analyzers
    from analyzers.contract import REGISTRY
    from resources.settings import Settings
    from tiktok_assets.imports import import_all

    import_all(analyzers)
    settings = Settings(disabled=tuple(name for name in REGISTRY if name not in ANALYZERS), keep_sources=True)
    import alembic.command  # noqa: F401
    import dagster._core.storage.sqlite_storage  # noqa: F401
    import numpy  # noqa: F401  # what every case needs is loaded before the first fork

    import tiktok_assets.definitions  # noqa: F401

    for line in sys.stdin:
        case = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_one(case, settings))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _one(case: dict[str, Any], settings: Any) -> int:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.environ.update(case["env"])
    from tiktok_assets.commands.analyze import analyze

    if failing := case["env"].get("FAIL_AT"):
        _fail(*failing.split(":"))
    try:
        (result,) = analyze([case["clip"]], settings, [], lambda *_: None)
    except Exception:
        traceback.print_exc()
        return 2
    return 0 if result.status == "ok" else 1


def _fail(number: str, error: str) -> None:
    """The n-th write of this process fails."""
    from resources import crash

    passed: Counter[str] = Counter()

    def point(name: str, of: str | None = None) -> None:
        if name in ("half_written", "before_rename", "before_commit"):
            passed["writes"] += 1
            if passed["writes"] == int(number):
                Path(os.environ["FAIL_MARK"]).touch()
                raise OSError(getattr(errno, error), os.strerror(getattr(errno, error)))

    crash.point = point


if __name__ == "__main__":
    main()
