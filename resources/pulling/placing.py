"""Where a model is while it is being got, and how it takes its place: whole, by one rename.

<models>/<model>/             the model and its receipt
<models>/.partial/<model>/    what has arrived; kept until the model is placed, so that nothing is sent twice
<models>/.<model>.tmp/        being filled, under second names of the same files
<models>/.<model>.old/        the one before, between two renames
<models>/.locks/<model>       held by the one who is at it
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from resources.models import Model
from resources.places import models_folder
from resources.pulling import unpack
from resources.pulling.room import room_reported
from resources.pulling.web import PullError


def partial(model: Model) -> Path:
    return models_folder() / ".partial" / model.name


def lock(model: Model) -> Path:
    return models_folder() / ".locks" / model.name


@contextmanager
def half_filled(model: Model) -> Iterator[Path]:
    """A folder to fill, gone when the block ends unless it was placed."""
    half = models_folder() / f".{model.name}.tmp"
    shutil.rmtree(half, ignore_errors=True)
    try:
        with room_reported(models_folder()):
            half.mkdir()
        yield half
    finally:
        shutil.rmtree(half, ignore_errors=True)


def place_in(half: Path, name: str) -> Path:
    """Where a file goes, in a folder that is there."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise PullError("no_source", f"{name!r} is no name of a file in a model's folder", "Mend the catalogue")
    with room_reported(half):
        (half / path).parent.mkdir(parents=True, exist_ok=True)
    return half / path


def link(path: Path, target: Path) -> None:
    """The same file under a second name."""
    with room_reported(target.parent):
        try:
            os.link(path, target)
        except OSError:  # a file system without links
            unpack.copy(path, target)


def place(model: Model, half: Path) -> None:
    """Put the filled folder in its place, and clear away what led to it."""
    with room_reported(models_folder()):
        shutil.rmtree(_old(model), ignore_errors=True)
        if model.folder.exists():
            model.folder.rename(_old(model))
        half.rename(model.folder)
    shutil.rmtree(_old(model), ignore_errors=True)
    shutil.rmtree(partial(model), ignore_errors=True)


def mend(model: Model) -> None:
    """After a pull that was killed between the two renames: the model before is back."""
    if not model.folder.exists() and _old(model).exists():
        _old(model).rename(model.folder)


def _old(model: Model) -> Path:
    return models_folder() / f".{model.name}.old"
