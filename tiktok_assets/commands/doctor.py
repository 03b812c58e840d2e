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
from resources import models, receipts
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
    """Who plays each role; what nobody plays, and what a fallback plays, with what that costs."""
    skipped: list[str] = []
    degraded: list[str] = []
    for role in sorted({spec.role for spec in active(settings) if spec.role}):
        users = [spec.name for spec in active(settings) if spec.role == role]
        try:
            chosen = next(model for model in models.choose(role, settings) if model.needs is None)
        except (ModelMissingError, StopIteration) as missing:
            reason, remedy = _why(missing)
            skipped += users
            yield Finding(f"model: {role}", "note", f"{reason}; skipped: {', '.join(users)}", remedy)
            continue
        told = f"{chosen.name} ({chosen.licence}) for {', '.join(users)}"
        if changed := [found.file for found in receipts.glance(chosen) if found.verdict != "good"]:
            remedy = f"python -m tiktok_assets models pull {chosen.name} --again"
            told = f"{chosen.name}: {', '.join(changed)} is not what was pulled"
            yield Finding(f"model: {role}", "bad", told, remedy)
        elif chosen.is_fallback:
            degraded += users
            yield Finding(f"model: {role}", "note", f"{told}, a fallback", models.better(chosen, settings))
        else:
            yield Finding(f"model: {role}", "good", told)
    if skipped or degraded:
        yield Finding("models", "note", _cost(skipped, degraded), "See: python -m tiktok_assets models list")


def _why(missing: Exception) -> tuple[str, str]:
    if isinstance(missing, ModelMissingError):
        return missing.reason, missing.remedy
    return "only what comes with a post is there", "See: python -m tiktok_assets models list"


def _cost(skipped: list[str], degraded: list[str]) -> str:
    parts = [(skipped, "will be skipped"), (degraded, "will be degraded (a fallback looks)")]
    told = [f"{len(names)} analyzer{'s' * (len(names) > 1)} {what}" for names, what in parts if names]
    return ", ".join(told)
