"""A Task of MediaPipe, started in the one way in which the house starts them: from bytes, and ended by `close`."""

from collections.abc import Callable
from typing import Any

from resources.weights import BadModelError, LibraryMissingError, Weights, first_line

Trial = Callable[[Any], Any]
Mend = Callable[[bytes], bytes]


def start(
    kind: Any, options: Any, weights: Weights, what: str, *, mend: Mend | None = None, trial: Trial | None = None,
    **choices: Any,
) -> Any:  # fmt: skip
    """The Task over the weights' bytes. `mend` may change them first; `trial` is what the Task must be able to do.

    Raises BadModelError, and LibraryMissingError where the machine lacks a library.
    """
    from mediapipe.tasks.python.core.base_options import BaseOptions

    class Task(kind):
        def __del__(self) -> None:
            """Nothing: it is freed by `close`. Its own way fails aloud when the interpreter is half gone."""

    try:
        model = weights.main.read_bytes()
        model = mend(model) if mend else model
        task = kind.create_from_options(options(BaseOptions(model_asset_buffer=model), **choices))
        task.__class__ = Task  # it makes its own kind, whoever is asked
        if trial:
            trial(task)
        return task
    except FileNotFoundError as error:
        raise BadModelError(f"{weights.main.name} is no {what} of MediaPipe: {first_line(error)}") from error
    except OSError as error:  # its own library links against them, though it draws nothing here
        told = f"MediaPipe does not start: {first_line(error)}"
        raise LibraryMissingError(told, "Run: apt install libegl1 libgles2") from error
    except BadModelError:
        raise
    except Exception as error:  # a broken file fails anywhere in the reading of its tree
        raise BadModelError(f"{weights.main.name} is no {what} of MediaPipe: {first_line(error)}") from error


def as_image(rgb: Any) -> Any:
    """A picture as a Task takes it."""
    import mediapipe
    import numpy as np

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
