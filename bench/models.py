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

from analyzers.contract import Audio, Post, Question, Voice
from bench.pairs import timed
from bench.section import Line, Section
from resources import gpu
from resources.detections import COCO
from resources.gpu import Device
from resources.loaders import transformers_describer, ultralytics, whisper
from resources.settings import Settings
from resources.weights import Weights
from tests.resources.tiny_describers import qwen_files

PICTURE = 1280, 720, 3
AUDIO_S, TOKENS = 60, 100
SHOTS, SHOWN, TOLD = 20, 6, 200  # of a minute: shots of 3 s, two pictures a second, and pieces of words told of each
MOST_WORDS = 16384  # that Qwen2-VL lets a picture come to


@dataclass(frozen=True, slots=True)
class Size:
    """What is measured: the whole model where there is a card for it, its smallest brother elsewhere."""

    yolo: str
    pictures: int
    whisper: str
    dims: dict[str, int]
    qwen: str
    text: dict[str, int]
    eyes: dict[str, int]
    shots: int


LARGE = Size(
    "yolov8x", 256, "large-v3",
    {"n_mels": 128, "n_audio_ctx": 1500, "n_audio_state": 1280, "n_audio_head": 20, "n_audio_layer": 32,
     "n_vocab": 51866, "n_text_ctx": 448, "n_text_state": 1280, "n_text_head": 20, "n_text_layer": 32},
    "Qwen2-VL-7B",
    {"hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28,
     "num_key_value_heads": 4, "vocab_size": 152064, "max_position_embeddings": 32768},
    {"depth": 32, "embed_dim": 1280, "hidden_size": 3584, "num_heads": 16, "mlp_ratio": 4},
    SHOTS,
)  # fmt: skip
SMALL = Size(
    "yolov8n", 32, "tiny",
    {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 4,
     "n_vocab": 51865, "n_text_ctx": 448, "n_text_state": 384, "n_text_head": 6, "n_text_layer": 4},
    "a Qwen2-VL of 15 million weights",  # its smallest real one would take a processor minutes a shot
    {"hidden_size": 384, "intermediate_size": 1024, "num_hidden_layers": 2, "num_attention_heads": 3,
     "num_key_value_heads": 1, "vocab_size": 8192, "max_position_embeddings": 32768},
    {"depth": 2, "embed_dim": 320, "hidden_size": 384, "num_heads": 4, "mlp_ratio": 4},
    1,
)  # fmt: skip


def measure() -> list[Section]:
    device = gpu.choose_device(Settings())
    size = LARGE if device.is_gpu else SMALL
    where = f"{_name(device)}, {device.number}"
    if not device.is_gpu:
        where += "; no graphics card at hand, so small ones stand in for YOLOv8x, Whisper large-v3 and Qwen2-VL-7B"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        lines = [*_yolo(size, device, made), *_whisper(size, device, made), *_qwen(size, device, made / "qwen")]
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


def _qwen(size: Size, device: Device, folder: Path) -> Iterator[Line]:
    """As qwen2_vl_temporal asks it; a letter is a word here, so its prompts are read a little longer than they are."""
    import torch
    import transformers as hf

    folder.mkdir()
    words = qwen_files(folder, "qwen2_vl", MOST_WORDS)
    number = words.convert_tokens_to_ids
    ids = {f"{name}_token_id": number(f"<|{name}_pad|>") for name in ("image", "video")}
    ids |= {f"vision_{name}_token_id": number(f"<|vision_{name}|>") for name in ("start", "end")}
    rope = {"rope_type": "default", "mrope_section": [16, 24, 24], "rope_theta": 1e6}
    text = size.text | {"rope_parameters": rope, "eos_token_id": number("<|im_end|>"), "bos_token_id": None}
    config = hf.Qwen2VLConfig(text_config=text, vision_config=size.eyes, **ids)
    with torch.device(device.name):
        network = hf.AutoModelForImageTextToText.from_config(config, dtype=getattr(torch, device.number))
    network.save_pretrained(folder)
    del network
    _forget(device)
    describe: Any
    describe, loading_s = timed(lambda: transformers_describer.load(Weights("qwen", folder, device=device)))
    describe._model.generation_config.min_new_tokens = TOLD
    pictures = tuple(np.random.default_rng(1).integers(0, 255, (SHOWN, *PICTURE), np.uint8))
    times_s = tuple(n / 2 for n in range(SHOWN))
    asked = Question(pictures, times_s, 0.0, SHOWN / 2, "Tell what is seen. " * 20, max_tokens=TOLD)
    list(describe([asked]))  # the first call warms up
    _, took_s = timed(lambda: list(describe([asked] * size.shots)))
    told = f"{took_s * SHOTS / size.shots:.1f} s a minute of video, loaded in {loading_s:.1f} s, {_taken(device)}"
    yield Line(f"{size.qwen}, {SHOTS} shots of {SHOWN} pictures", told)


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
