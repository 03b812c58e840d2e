"""EasyOCR: CRAFT finds the lines, a network for each family of scripts reads them: https://github.com/JaidedAI/EasyOCR.

It runs in a process that is replaced as it grows. Its networks are plain tensors in a pickle, which it
unpickles without restraint; they reach it only when they hold nothing else.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Read, TextBox
from resources.recycled import Recycled
from resources.threads import set_threads
from resources.weights import BadModelError, Weights, refuse_code

# Of ISO 639-1, where EasyOCR says it otherwise.
ITS_NAMES = {"zh": "ch_sim", "sr": "rs_latin"}
LATIN = ("en", "de", "fr", "es", "it", "pt")  # what is read where the settings name no language: one network for all
MIN_CONFIDENCE = 0.3  # its own authors' mark for a doubtful reading
BATCH = 8  # lines read together on a graphics card; on a processor it reads them one by one
START_S, CALL_S = 300.0, 120.0

Found = list[TextBox]


def load(weights: Weights) -> Read:
    """The reader. Its process is started here, so that what cannot be loaded is told here."""
    return Reader(Recycled(open_reader, weights, start_s=START_S, call_s=CALL_S))


class Reader:
    """Reads pictures one by one, in the order they come."""

    def __init__(self, read: Recycled[NDArray[np.uint8], Found]) -> None:
        self._read = read

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[Found]:
        for rgb in images:
            yield self._read(np.ascontiguousarray(rgb))

    def close(self) -> None:
        """End its process."""
        self._read.close()


def open_reader(weights: Weights) -> Callable[[NDArray[np.uint8]], Found]:
    """The real thing, in the child: from a picture to its lines."""
    for file in weights.files:
        refuse_code(weights.folder / file)
    set_threads(weights.device.threads)
    import easyocr
    from easyocr import easyocr as library

    set_threads(weights.device.threads)
    # It compares files with sums of its own, in MD5; ours were compared with better ones before they came here.
    for known in (*library.detection_models.values(), *library.recognition_models["gen2"].values()):
        if known["filename"] in weights.files:
            known["md5sum"] = library.calculate_md5(str(weights.folder / known["filename"]))
    make: Any = easyocr.Reader  # its annotations are narrower than what it takes and gives
    try:
        reader = make(
            list(its_languages(weights.languages)),
            gpu=weights.device.name if weights.device.is_gpu else False,
            model_storage_directory=str(weights.folder),
            user_network_directory=str(weights.folder),
            download_enabled=False,
            verbose=False,
        )
    except FileNotFoundError as error:
        raise BadModelError(f"EasyOCR has no network here for {', '.join(weights.languages)}: {error}") from error

    def read(rgb: NDArray[np.uint8]) -> Found:
        found = reader.readtext(rgb[..., ::-1], batch_size=BATCH)
        return [_line(corners, text, confidence) for corners, text, confidence in found if _counts(text, confidence)]

    return read


def its_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """The settings' languages in EasyOCR's words; English goes with every script."""
    wanted = tuple(ITS_NAMES.get(language, language) for language in languages) or LATIN
    return wanted if "en" in wanted else (*wanted, "en")


def _counts(text: str, confidence: float) -> bool:
    return bool(text.strip()) and confidence >= MIN_CONFIDENCE


def _line(corners: Sequence[Sequence[float]], text: str, confidence: float) -> TextBox:
    quad = tuple((float(x), float(y)) for x, y in corners)
    return TextBox(text.strip(), min(1.0, float(confidence)), quad)
