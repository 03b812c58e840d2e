"""What large models of the catalogue cost on this machine: networks of the real size that learned nothing.

Time and memory do not depend on what was learned, except for how much a transcriber writes: it is made to write
as much as somebody who talks fast says, 100 tokens in half a minute, and to be sure of it.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.contract import Audio, Post, Voice
from bench.pairs import timed
from bench.section import Line, Section
from resources import gpu
from resources.detections import COCO
from resources.gpu import Device
from resources.loaders import ultralytics, whisper
from resources.settings import Settings
from resources.weights import Weights

PICTURE = 1280, 720, 3
AUDIO_S, TOKENS = 60, 100


@dataclass(frozen=True, slots=True)
class Size:
    """What is measured: the whole model where there is a card for it, its smallest brother elsewhere."""

    yolo: str
    pictures: int
    whisper: str
    dims: dict[str, int]


LARGE = Size(
    "yolov8x", 256, "large-v3",
    {"n_mels": 128, "n_audio_ctx": 1500, "n_audio_state": 1280, "n_audio_head": 20, "n_audio_layer": 32,
     "n_vocab": 51866, "n_text_ctx": 448, "n_text_state": 1280, "n_text_head": 20, "n_text_layer": 32},
)  # fmt: skip
SMALL = Size(
    "yolov8n", 32, "tiny",
    {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 4,
     "n_vocab": 51865, "n_text_ctx": 448, "n_text_state": 384, "n_text_head": 6, "n_text_layer": 4},
)  # fmt: skip


def measure() -> list[Section]:
    device = gpu.choose_device(Settings())
    size = LARGE if device.is_gpu else SMALL
    where = f"{_name(device)}, {device.number}"
    if not device.is_gpu:
        where += "; no graphics card at hand, so the smallest of each family stands in for YOLOv8x and Whisper large-v3"
    with tempfile.TemporaryDirectory() as folder:
        lines = [*_yolo(size, device, Path(folder)), *_whisper(size, device, Path(folder))]
    return [Section("Models", f"Real sizes, random weights, through the house's own loaders. On {where}.", lines)]


def _name(device: Device) -> str:
    if not device.is_gpu:
        return f"the processor, {device.threads} threads"
    import torch

    return torch.cuda.get_device_name(device.name)


def _yolo(size: Size, device: Device, folder: Path) -> Iterator[Line]:
    import torch
    from ultralytics.nn.tasks import DetectionModel

    path = folder / f"{size.yolo}.pt"
    network: Any = DetectionModel(f"{size.yolo}.yaml", nc=len(COCO), verbose=False)
    network.names = dict(enumerate(COCO))
    torch.save({"model": network.half()}, path)
    del network
    _forget(device)
    detect, loading_s = timed(lambda: ultralytics.load(Weights(size.yolo, folder, (path.name,), device)))
    pictures = np.random.default_rng(1).integers(0, 255, (8, *PICTURE), np.uint8)
    list(detect(pictures))  # the first call warms up
    _, took_s = timed(lambda: sum(1 for _ in detect(pictures[n % 8] for n in range(size.pictures))))
    told = f"{size.pictures / took_s:.1f} pictures a second, loaded in {loading_s:.1f} s, {_taken(device)}"
    yield Line(f"{size.yolo}, 720x1280", told)


def _whisper(size: Size, device: Device, folder: Path) -> Iterator[Line]:
    import torch
    from whisper.model import ModelDimensions, Whisper

    path = folder / f"{size.whisper}.pt"
    torch.manual_seed(1)
    network = Whisper(ModelDimensions(**size.dims)).half()
    network.decoder.positional_embedding.data.normal_(0, 0.02)  # the library leaves in it whatever memory held
    torch.save({"dims": size.dims, "model_state_dict": network.state_dict()}, path)
    del network
    _forget(device)
    options = {"checkpoint": size.whisper}
    weights = Weights(size.whisper, folder, (path.name,), device, languages=("en",), options=options)
    transcribe: Any
    transcribe, loading_s = timed(lambda: whisper.load(weights))
    transcribe._network.decoder.register_forward_hook(Talker())
    list(transcribe(*_speech(2)))  # the first call compiles what aligns words
    _, took_s = timed(lambda: sum(1 for _ in transcribe(*_speech(AUDIO_S))))
    told = f"{took_s * 60 / AUDIO_S:.1f} s a minute of speech, loaded in {loading_s:.1f} s, {_taken(device)}"
    yield Line(f"whisper {size.whisper}", told)


def _speech(seconds: int) -> tuple[Audio, Voice, Post]:
    """Noise, and a detector that takes all of it for a voice."""
    mono = np.random.default_rng(1).normal(0, 0.1, seconds * 16_000).astype(np.float32)
    t_s = np.arange(0, seconds, 0.032)
    voice = Voice(t_s, np.ones(len(t_s), np.float32), np.array([[0.0, seconds]]))
    return Audio(np.repeat(mono, 3)[:, None].repeat(2, axis=1), mono), voice, Post()


class Talker:
    """Bends what the decoder says: so many different words, and then the end."""

    END, STEP = 50257, 37

    def __init__(self) -> None:
        from whisper.tokenizer import get_tokenizer

        forbidden = set(get_tokenizer(True).non_speech_tokens)
        self._words = [
            token for token in range(1000, 1000 + 2 * TOKENS * self.STEP, self.STEP) if token not in forbidden
        ]
        self._written = 0

    def __call__(self, decoder: Any, given: tuple[Any, ...], logits: Any) -> Any:
        if given[0].shape[-1] != 1:  # the beginning of a window, or the search for the times of words
            self._written = 0
            return logits
        self._written += 1
        logits[..., self.END if self._written > TOKENS else self._words[self._written]] += 1e4
        return logits


def _forget(device: Device) -> None:
    gpu.give_back()
    if device.is_gpu:
        import torch

        torch.cuda.reset_peak_memory_stats(device.name)


def _taken(device: Device) -> str:
    if device.is_gpu:
        import torch

        return f"{torch.cuda.max_memory_allocated(device.name) / 2**30:.1f} GiB on the card"
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return f"{int(held.split()[1]) / 1024:.0f} MB resident"
