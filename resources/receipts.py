"""What was received for each model: size and sha256 of every file, noted when placed, checked before it is used."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from resources.models import PICKLED, File, Model, how_to_get
from resources.weights import BadModelError

RECEIPT = "receipt.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one file of a model."""

    model: str
    file: str
    verdict: Literal["good", "missing", "changed", "not_noted"]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note(folder: Path, model: Model, sums: dict[str, str], commit: str | None = None) -> None:
    """Write down what was received, in a folder that is still being filled."""
    files = {name: {"sha256": digest, **_stamp(folder / name)} for name, digest in sums.items()}
    told = {"model": model.name, "asked": model.revision, "revision": commit or model.revision, "files": files}
    (folder / RECEIPT).write_text(json.dumps(told, indent=1))


def read(model: Model) -> dict[str, Any]:
    """The receipt's files; empty where there is none."""
    files = whole(model.folder).get("files")
    return files if isinstance(files, dict) else {}


def whole(folder: Path) -> dict[str, Any]:
    """A folder's receipt; empty where there is none."""
    try:
        told = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def is_as_received(model: Model) -> bool:
    """Whether every file of this very revision lies untouched in its place; nothing is hashed."""
    if whole(model.folder).get("asked") != model.revision:
        return False
    noted = read(model)
    for file in model.files:
        path, of_file = model.folder / file.name, noted.get(file.name, {})
        if not path.is_file() or file.sha256 not in (None, of_file.get("sha256")) or not _has_stamp(path, of_file):
            return False
    return True


def revision(model: Model) -> str:
    """The revision that is installed: a branch's name in the catalogue became a commit when it was pulled."""
    return whole(model.folder).get("revision") or model.revision


def verify(model: Model) -> Iterator[Finding]:
    """Every file's bytes against the catalogue's sum, or where none is published, against what was received."""
    noted = read(model)
    for file in model.files:
        path = model.folder / file.name
        wanted = file.sha256 or noted.get(file.name, {}).get("sha256")
        if not path.is_file():
            yield Finding(model.name, file.name, "missing")
        elif wanted is None:
            yield Finding(model.name, file.name, "not_noted")
        else:
            yield Finding(model.name, file.name, "good" if sha256(path) == wanted else "changed")


def glance(model: Model) -> Iterator[Finding]:
    """As `verify`, by size and time alone: instant, and blind to what was forged."""
    noted = read(model)
    for file in model.files:
        path = model.folder / file.name
        stamp = {name: noted.get(file.name, {}).get(name) for name in ("size_bytes", "mtime_ns")}
        if not path.is_file():
            yield Finding(model.name, file.name, "missing")
        else:
            yield Finding(model.name, file.name, "good" if _stamp(path) == stamp else "changed")


def check(model: Model) -> None:
    """Raise unless the files are those that were received. What can carry code must be in the catalogue by its sum."""
    noted = read(model)
    for file in model.files:
        path = model.folder / file.name
        if not path.is_file():
            raise BadModelError(f"{model.name}: {file.name} is missing. {how_to_get(model)}")
        wanted = file.sha256 or noted.get(file.name, {}).get("sha256")
        if wanted is None:
            raise BadModelError(f"{model.name}: {file.name} was never checked. {how_to_get(model)} --again")
        if _is_untouched(path, file, noted.get(file.name, {}), wanted):
            continue
        if sha256(path) != wanted:
            raise BadModelError(
                f"{model.name}: {file.name} has changed since it was pulled. {how_to_get(model)} --again"
            )


def _is_untouched(path: Path, file: File, noted: dict[str, Any], wanted: str) -> bool:
    if path.suffix in PICKLED or noted.get("sha256") != wanted:
        return False
    return _has_stamp(path, noted)


def _has_stamp(path: Path, noted: dict[str, Any]) -> bool:
    return _stamp(path) == {name: noted.get(name) for name in ("size_bytes", "mtime_ns")}


def _stamp(path: Path) -> dict[str, int]:
    seen = path.stat()
    return {"size_bytes": seen.st_size, "mtime_ns": seen.st_mtime_ns}
