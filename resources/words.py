"""Words that a network of transformers writes: always the likeliest next one, until its end or the question's limit."""

from collections.abc import Sequence
from typing import Any

from analyzers.contract import Question
from resources.weights import BadModelError, Weights


def number_of(weights: Weights) -> str:
    """On a processor float16 is either missing or slow."""
    number = weights.device.number
    return "bfloat16" if number == "float16" and not weights.device.is_gpu else number


def be_greedy(model: Any, tokenizer: Any) -> None:
    """Answers that do not depend on chance, whatever its authors would have drawn."""
    from transformers import GenerationConfig

    own = model.generation_config
    end = own.eos_token_id if own.eos_token_id is not None else tokenizer.eos_token_id
    filler = own.pad_token_id if own.pad_token_id is not None else tokenizer.pad_token_id
    if filler is None:
        filler = end[0] if isinstance(end, list) else end
    model.generation_config = GenerationConfig(
        do_sample=False, num_beams=1, bos_token_id=own.bos_token_id, eos_token_id=end, pad_token_id=filler,
        repetition_penalty=own.repetition_penalty,
    )  # fmt: skip
    tokenizer.padding_side = "left"  # the answers follow the questions without a gap
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token


def write(model: Any, tokenizer: Any, prepared: Any, questions: Sequence[Question], name: str) -> list[str | None]:
    """One answer a question, each cut at its own limit."""
    import torch
    from transformers import LogitsProcessorList

    def checked(_: Any, scores: torch.Tensor) -> torch.Tensor:
        if torch.isnan(scores).any():
            raise BadModelError(f'{name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        return scores

    asked = prepared["input_ids"].shape[1]
    with torch.inference_mode():
        written = model.generate(
            **prepared,
            max_new_tokens=max(question.max_tokens for question in questions),
            logits_processor=LogitsProcessorList([checked]),
        )
    answers = [row[asked : asked + question.max_tokens] for row, question in zip(written, questions, strict=True)]
    return [words.strip() or None for words in tokenizer.batch_decode(answers, skip_special_tokens=True)]
