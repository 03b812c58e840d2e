"""The doctor: what this machine has, what it lacks, and what each lack costs."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import analyzers
from resources import models
from resources.models import ModelMissingError
from resources.places import ROOT
from resources.settings import Settings
from tiktok_assets.factory import active
from tiktok_assets.imports import import_all

import_all(analyzers)

ENOUGH_DISK = 5 * 10**9  # a minute of decoded 720p video is about 1 GB while it is being analyzed


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    verdict: Literal["good", "note", "bad"]
    found: str
    remedy: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(data: Path, settings: Settings) -> list[Finding]:
    """Everything at once; nothing is changed."""
    parts = (_python(), _packages(), _opencv(), _libraries(), _gpu(), _disk(data), _dagster(), _models(settings))
    return [finding for part in parts for finding in part]


def _python() -> Iterator[Finding]:
    version = sys.version.split()[0]
    if sys.version_info[:2] == (3, 11):
        yield Finding("python", "good", version)
    else:
        yield Finding("python", "bad", version, "This project runs on Python 3.11: python3.11 bootstrap.py")


def _packages() -> Iterator[Finding]:
    pinned = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", (ROOT / "requirements.lock").read_text(), re.M))
    installed = {re.sub(r"[-_.]+", "-", d.name.lower()): d.version for d in importlib.metadata.distributions()}
    wrong = [f"{name} {installed.get(name, 'missing')}" for name, v in pinned.items() if installed.get(name) != v]
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        yield Finding("packages", "bad", ", ".join(wrong[:5]) + more, "Install the lock again: python3.11 bootstrap.py")
    else:
        yield Finding("packages", "good", f"{len(pinned)} as locked")


def _opencv() -> Iterator[Finding]:
    names = {d.name.lower() for d in importlib.metadata.distributions()}
    found = sorted(name for name in names if name.startswith("opencv"))
    if len(found) == 1:
        yield Finding("opencv", "good", found[0])
    else:
        remedy = "Several builds overwrite one another. Install the lock again: rm -r .venv; make test"
        yield Finding("opencv", "bad", ", ".join(found) or "none", remedy)


def _libraries() -> Iterator[Finding]:
    lacking = [name for name in ("EGL", "GLESv2") if find_library(name) is None]
    if lacking:
        yield Finding(
            "libEGL, libGLESv2",
            "note",
            f"missing: {', '.join('lib' + name for name in lacking)}; MediaPipe models need them",
            "apt install libegl1 libgles2",
        )
    else:
        yield Finding("libEGL, libGLESv2", "good", "present")


def _gpu() -> Iterator[Finding]:
    if not Path("/dev/nvidiactl").exists():
        yield Finding("gpu", "note", "none; everything runs on the processor")
        return
    import torch

    if not torch.cuda.is_available():
        yield Finding("gpu", "note", "present, but its driver does not serve this PyTorch", "Update the NVIDIA driver")
        return
    name = torch.cuda.get_device_name(0)
    free, total = torch.cuda.mem_get_info(0)
    bf16 = "bf16" if torch.cuda.is_bf16_supported() else "fp16 only"
    yield Finding("gpu", "good", f"{name}, {free / 2**30:.0f} of {total / 2**30:.0f} GiB free, {bf16}")


def _disk(data: Path) -> Iterator[Finding]:
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        yield Finding("data folder", "bad", f"{data}: {error.strerror}", "Choose another: --data DIR or TIKTOK_DATA")
        return
    free = shutil.disk_usage(data).free
    verdict = "good" if free >= ENOUGH_DISK else "bad"
    remedy = None if free >= ENOUGH_DISK else "Free some space, or choose another folder: --data DIR"
    yield Finding("data folder", verdict, f"{data}, {free / 1e9:.0f} GB free", remedy)


def _dagster() -> Iterator[Finding]:
    home = os.environ.get("DAGSTER_HOME")
    if home and Path(home).resolve() != ROOT:
        yield Finding("DAGSTER_HOME", "note", home, f"The project's own dagster.yaml lies in {ROOT}; runs go elsewhere")
    else:
        yield Finding("DAGSTER_HOME", "good", home or f"{ROOT} (set by bootstrap.py)")


def _models(settings: Settings) -> Iterator[Finding]:
    roles = sorted({spec.role for spec in active(settings) if spec.role})
    for role in roles:
        users = ", ".join(spec.name for spec in active(settings) if spec.role == role)
        try:
            chosen = models.choose(role, settings)[0]
        except ModelMissingError as missing:
            yield Finding(f"model: {role}", "note", f"{missing.reason}; skipped: {users}", missing.remedy)
        else:
            yield Finding(f"model: {role}", "good", f"{chosen.name} ({chosen.licence}) for {users}")
