"""Answers about one picture by BLIP-2 (https://arxiv.org/abs/2301.12597) with safetensors from the hub.

It chats with nobody: it goes on with the prompt, be it "Question: ... Answer:" or the beginning of a caption.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from analyzers.contract import Describe, Question
from resources.asking import refuse_too_many
from resources.eight_bit import shrink
from resources.hub import load_network
from resources.portions import in_portions
from resources.weights import BadModelError, Weights
from resources.words import be_greedy, number_of, write

BATCH, BATCH_ON_CPU = 8, 1


def load(weights: Weights) -> Describe:
    from transformers import Blip2ForConditionalGeneration, Blip2Processor

    model, processor = load_network(
        weights, Blip2ForConditionalGeneration, Blip2Processor, "BLIP-2", number_of(weights)
    )
    if weights.device.eight_bit:
        shrink(model)
    be_greedy(model, processor.tokenizer)
    model.language_model.generation_config = model.generation_config  # it writes by itself
    return Blip2(model.to(weights.device.name).eval(), processor, weights)


class Blip2:
    most_pictures = 1

    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        self._model, self._process, self._name = model, processor, weights.name
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU
        # Older checkpoints leave both to the library that they were made with.
        processor.num_query_tokens = model.config.num_query_tokens
        model.config.image_token_id = processor.tokenizer.convert_tokens_to_ids(str(processor.image_token))

    def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]:
        return in_portions(questions, self._batch, self._answer)

    def _answer(self, questions: Sequence[Question]) -> list[str | None]:
        prepared = self._prepared(questions).to(self._model.device, self._model.dtype)
        return write(self._model, self._process.tokenizer, prepared, questions, self._name)

    def _prepared(self, questions: Sequence[Question]) -> Any:
        for question in questions:
            refuse_too_many(question, self.most_pictures)
            if not question.pictures:
                raise BadModelError(f"{self._name} answers about a picture, and none is shown")
        return self._process(
            text=[question.prompt.strip() for question in questions],
            images=[np.array(question.pictures[0]) for question in questions],
            padding=True,
            return_tensors="pt",
        )
