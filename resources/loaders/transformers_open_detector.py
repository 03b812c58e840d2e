"""Things found by names that are given with the picture, by a network with safetensors from the hub.

OWLv2 (https://arxiv.org/abs/2306.09683) looks for each name by itself. Grounding DINO
(https://arxiv.org/abs/2303.05499) is given one sentence of all names, and marks words in it; a name scores as its
best word does, so the answer is always one of the names, and never a mixture of two.

How sure each is where it is right, the catalogue says: the option `sure`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detection, DetectNamed
from analyzers.measures.tracks.boxes import Box, overlap
from resources.detections import LEAST, class_names, detections
from resources.hub import load_network
from resources.portions import in_portions
from resources.weights import BadModelError, Weights, first_line

BATCH, BATCH_ON_CPU = 4, 1  # 3600 places of each picture look at each other: a gigabyte each
PHRASE = "a photo of a {}"  # what OWLv2's authors ask for
MOST_WORDS = 16  # of a phrase, in pieces of words, as OWLv2 was trained
OVERLAP = 0.5  # boxes that share more of themselves are one thing: neither network weeds out its own repetitions
Boxes = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]  # (n,) numbers of names, (n,) scores, (n, 4) corners in pixels


def load(weights: Weights) -> DetectNamed:
    import transformers

    kinds: dict[str, tuple[Any, Any, type[OpenDetector]]] = {
        "owlv2": (transformers.Owlv2ForObjectDetection, transformers.Owlv2Processor, Owl),
        "grounding-dino": (
            transformers.GroundingDinoForObjectDetection, transformers.GroundingDinoProcessor, GroundingDino
        ),
    }  # fmt: skip
    try:
        kind = json.loads((weights.folder / "config.json").read_text("utf-8"))["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadModelError(f"{weights.name} has no config.json of transformers: {first_line(error)}") from error
    if kind not in kinds:
        raise BadModelError(f"{weights.name} is neither OWLv2 nor Grounding DINO: {kind}")
    network, processor, detector = kinds[kind]
    # Half the precision is nothing that either network's authors tried, and few pictures are looked at.
    model, prepared = load_network(weights, network, processor, "open detector of transformers", "float32")
    return detector(model.to(weights.device.name).eval(), prepared, weights)


class OpenDetector:
    """What both have in common: pictures in portions, and a clean answer."""

    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        self._model, self._process, self._name = model, processor, weights.name
        self.sure = float(weights.options["sure"])
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, images: Iterable[NDArray[np.uint8]], names: Sequence[str], /) -> Iterator[list[Detection]]:
        known = class_names(list(names), len(names), self._name)

        def look(portion: Sequence[NDArray[np.uint8]]) -> Iterator[list[Detection]]:
            import torch

            pictures = [np.array(rgb) for rgb in portion]
            with torch.inference_mode():
                found = self._look(pictures, tuple(names))
            for rgb, boxes in zip(pictures, found, strict=True):
                yield _once(detections(known, boxes, rgb.shape[:2], self._name))

        return in_portions(images, self._batch, look) if names else ([] for _ in images)

    def _look(self, pictures: list[NDArray[np.uint8]], names: tuple[str, ...]) -> list[Boxes]:
        raise NotImplementedError

    def _checked(self, answer: Any) -> Any:
        import torch

        if torch.isnan(answer.logits).any() or not torch.isfinite(answer.pred_boxes).all():
            raise BadModelError(f"{self._name}: its numbers overflow")
        return answer


class Owl(OpenDetector):
    def _look(self, pictures: list[NDArray[np.uint8]], names: tuple[str, ...]) -> list[Boxes]:
        asked = [[PHRASE.format(name) for name in names]] * len(pictures)
        inputs = self._process(
            text=asked, images=pictures, input_data_format="channels_last", return_tensors="pt",
            truncation=True, max_length=MOST_WORDS,
        )  # fmt: skip
        answer = self._checked(self._model(**inputs.to(self._model.device)))
        sizes = [rgb.shape[:2] for rgb in pictures]
        results = self._process.post_process_grounded_object_detection(answer, threshold=LEAST, target_sizes=sizes)
        return [_arrays(result["labels"], result["scores"], result["boxes"]) for result in results]


class GroundingDino(OpenDetector):
    def _look(self, pictures: list[NDArray[np.uint8]], names: tuple[str, ...]) -> list[Boxes]:
        found: list[list[Boxes]] = [[] for _ in pictures]
        for first, asked in self._sentences(names):
            for each, (numbers, scores, corners) in zip(found, self._ask(pictures, asked), strict=True):
                each.append((numbers + first, scores, corners))
        return [(*map(np.concatenate, zip(*each, strict=True)),) for each in found]  # pyright: ignore[reportReturnType]

    def _ask(self, pictures: list[NDArray[np.uint8]], names: Sequence[str]) -> Iterator[Boxes]:
        import torch

        sentence, spans = _sentence(names)
        words = self._process.tokenizer(sentence, return_offsets_mapping=True)["offset_mapping"]
        inputs = self._process(
            text=[sentence] * len(pictures), images=pictures, input_data_format="channels_last", return_tensors="pt"
        )
        answer = self._checked(self._model(**inputs.to(self._model.device)))
        chances = answer.logits.sigmoid()[..., : len(words)]
        places = [[i for i, (a, b) in enumerate(words) if a >= start and start < b <= end] for start, end in spans]
        of_names = torch.stack([chances[..., place].amax(-1) for place in places], -1)  # (pictures, boxes, names)
        for told, boxes, rgb in zip(of_names, answer.pred_boxes, pictures, strict=True):
            scores, numbers = told.max(-1)
            kept = scores >= LEAST
            middle, size = boxes[kept].split(2, -1)
            tall, wide = rgb.shape[:2]
            corners = torch.cat([middle - size / 2, middle + size / 2], -1) * boxes.new_tensor([wide, tall] * 2)
            yield _arrays(numbers[kept], scores[kept], corners)

    def _sentences(self, names: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """As many names at once as the network takes, and the number of the first of them."""
        lengths = [
            len(self._process.tokenizer(f"{name.lower()}.", add_special_tokens=False)["input_ids"]) for name in names
        ]
        first, room = 0, self._model.config.max_text_len - 2  # without the sentence's own marks
        for after in range(1, len(names) + 1):
            if after == len(names) or sum(lengths[first : after + 1]) > room:
                yield first, names[first:after]
                first = after


def _sentence(names: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """All names in lower case, a dot after each, and where each of them stands."""
    sentence, spans = "", []
    for name in names:
        plain = name.lower().replace(".", " ").strip()
        spans.append((len(sentence), len(sentence) + len(plain)))
        sentence += f"{plain}. "
    return sentence.rstrip(), spans


def _arrays(*tensors: Any) -> Any:
    return tuple(tensor.cpu().numpy() for tensor in tensors)


def _once(things: Sequence[Detection]) -> list[Detection]:
    """Without weaker boxes that lie on a surer one, whatever they are called."""
    kept: list[Detection] = []
    for thing in things:
        if all(overlap(_box(thing), _box(other)) <= OVERLAP for other in kept):
            kept.append(thing)
    return kept


def _box(thing: Detection) -> Box:
    return thing.x, thing.y, thing.w, thing.h
