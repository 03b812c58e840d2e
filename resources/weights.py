"""What a loader is handed, and the only ways in which weights are read: none of them runs code from the file.

safetensors where they exist; a state dict through torch's weights-only reader; a whole pickled model only
after every name in it was found on a list of harmless ones. What else a file may hold is refused unread.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resources.gpu import CPU, Device


class BadModelError(Exception):
    """Weights that are not what the catalogue says, or that would run code; loading them is refused."""


class LibraryMissingError(OSError):
    """A library of the system is not there that a model's own library links against; the remedy is a command."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model's verified files lie, and what it shall run on."""

    name: str
    folder: Path
    files: tuple[str, ...] = ()
    device: Device = CPU
    languages: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def main(self) -> Path:
        """The first file: the weights themselves, where there is one file of them."""
        return self.folder / self.files[0]


def state_dict(path: Path) -> Any:
    """A checkpoint of plain tensors and numbers, read by torch's weights-only reader, which runs nothing."""
    import pickle

    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise BadModelError(f"{path.name} is no plain checkpoint: {first_line(error)}") from error


def refuse_code(path: Path, is_harmless: Callable[[str], bool] = lambda name: False) -> None:
    """Raise unless every name that the pickle would import is harmless; the pickle itself is not run."""
    import pickle

    import torch

    trusted = torch.serialization.get_safe_globals()  # by whatever library was loaded: not by us
    torch.serialization.clear_safe_globals()
    try:
        names: Sequence[str] = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise BadModelError(f"{path.name} is no checkpoint: {first_line(error)}") from error
    finally:
        torch.serialization.add_safe_globals(trusted)
    if bad := sorted(name for name in names if not is_harmless(name)):
        raise BadModelError(f"{path.name} would run {', '.join(bad[:3])}; it is not loaded")


def first_line(error: Exception) -> str:
    """What a library's error says, without its advice on how to switch the guard off."""
    return (str(error).splitlines() or ["it is empty"])[0]
