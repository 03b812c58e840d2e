"""The shared voice pass: where somebody speaks, heard once for every analyzer of speech.

Silero VAD, whose weights lie in its wheel: https://github.com/snakers4/silero-vad. Its "sequence" form gives the
same chances as the streaming one, many windows in one call, and runs on onnxruntime alone. Sung words are speech
for it, and so now and then is a bare instrument; a transcript has guards of its own against those.
"""

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio
from resources import voice_edges
from resources.store import write_array

RATE_HZ = 16_000
WINDOW = 512  # samples of 16 kHz: 32 ms, the one length the network takes
CONTEXT = 64  # samples of the window before that it sees again
BATCH = 512  # windows in one call: 16 s of sound in memory
UNITS = 128  # of its recurrent layer, whose state is carried from call to call

# Where a stretch begins and ends: the detector's own thresholds. The lower one bridges what is mumbled.
ENTER, LEAVE = 0.5, 0.35
MIN_PAUSE_S = 0.1  # a shorter hush is the closure of a stop, as in "apple": Silero's own value
MIN_SPEECH_S = 0.25  # shorter is a knock or a cough, not a word: Silero's own value
# The first window of a stretch comes late by one, on a soft consonant. Room on both sides, as Silero adds it, would
# shorten every pause by 60 ms.
BEFORE_S = WINDOW / RATE_HZ


def chances(audio: Audio) -> Iterator[NDArray[np.float32]]:
    """The chance that somebody speaks in each window, in batches; the last window is filled up with silence."""
    if not len(audio.mono):
        return
    network = _network()
    state = {name: np.zeros((1, 1, UNITS), np.float32) for name in ("h", "c")}
    before = np.zeros(CONTEXT, np.float32)
    for first in range(0, len(audio.mono), BATCH * WINDOW):
        samples = np.nan_to_num(audio.mono[first : first + BATCH * WINDOW], posinf=1, neginf=-1)
        count = -(-len(samples) // WINDOW)
        padded = np.concatenate([before, samples, np.zeros(count * WINDOW - len(samples), np.float32)])
        seen = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT + WINDOW)[::WINDOW]
        told, state["h"], state["c"] = network.run(
            ["speech_probs", "hn", "cn"], {"input": np.ascontiguousarray(seen), **state}
        )
        before = padded[-CONTEXT:]
        yield told.reshape(-1)


@cache
def _network() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # windows follow one another: a second one idles
    options.log_severity_level = 3  # it warns of parts of the file that are never used
    return onnxruntime.InferenceSession(_weights(), options, providers=["CPUExecutionProvider"])


def _weights() -> Path:
    """The file inside the wheel, found without importing the package, which would import PyTorch."""
    found = importlib.util.find_spec("silero_vad")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("silero_vad is not installed: run python3.11 bootstrap.py")
    return Path(found.submodule_search_locations[0]) / "data" / "silero_vad_16k_sequence.onnx"


def times_s(audio: Audio) -> NDArray[np.float64]:
    """When each window starts, on the video's clock."""
    return audio.offset_s + np.arange(-(-len(audio.mono) // WINDOW)) * WINDOW / RATE_HZ


def spans_s(chance: NDArray[np.float32], audio: Audio) -> NDArray[np.float64]:
    """The stretches of speech, (k, 2) on the video's clock; between two lies a pause."""
    return audio.offset_s + voice_edges.moved(detected_s(chance, len(audio.mono) / RATE_HZ), audio.mono)


def detected_s(chance: NDArray[np.float32], until_s: float) -> NDArray[np.float64]:
    """The same by the detector's windows alone, in seconds of the sound."""
    found = [(start, end) for start, end in _joined(_runs(chance)) if end - start >= MIN_SPEECH_S]
    return (np.array(found).reshape(-1, 2) - [BEFORE_S, 0]).clip(0, until_s)


def _runs(chance: NDArray[np.float32]) -> list[tuple[float, float]]:
    """From a window that is surely speech to the last before one that is surely not, in seconds of sound."""
    is_sure, is_not = chance >= ENTER, chance < LEAVE
    found, start = [], None
    for i in range(len(chance)):
        if start is None and is_sure[i]:
            start = i
        elif start is not None and is_not[i]:
            found.append((start, i))
            start = None
    if start is not None:
        found.append((start, len(chance)))
    return [(first * WINDOW / RATE_HZ, after * WINDOW / RATE_HZ) for first, after in found]


def _joined(runs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Runs with no more than a short hush between them, as one."""
    joined: list[tuple[float, float]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < MIN_PAUSE_S:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def write_voice(audio: Audio, folder: Path) -> int:
    """Fill a folder with one sound track's chances and stretches of speech; the number of windows."""
    batches = list(chances(audio))
    chance = np.concatenate(batches) if batches else np.zeros(0, np.float32)
    write_array(folder, "t_s", times_s(audio))
    write_array(folder, "chance", chance)
    write_array(folder, "spans_s", spans_s(chance, audio))
    return len(chance)
