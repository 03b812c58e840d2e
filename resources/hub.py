"""A network of transformers from the folder it was pulled into: whole, its code unrun, and never from the network."""

import pickle
import re
from typing import Any

from resources.weights import BadModelError, Weights, first_line, refuse_code


def load_network(
    weights: Weights, network: Any, processor: Any, what: str, number: str, *, may_be_pickled: bool = False,
    spare: str | None = None,
) -> tuple[Any, Any]:  # fmt: skip
    """The network, where it was loaded, and what prepares its inputs. Raises BadModelError.

    `spare` is the pattern of weights that nobody asks for; the library fills with chance whatever else is missing.
    """
    import torch
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    for pickled in weights.folder.glob("*.bin") if may_be_pickled else ():
        refuse_code(pickled)
    folder = str(weights.folder)
    safe: dict[str, Any] = {"weights_only": True} if may_be_pickled else {"use_safetensors": True}
    try:
        prepared = processor.from_pretrained(folder, local_files_only=True)
        model, told = network.from_pretrained(
            folder, local_files_only=True, dtype=getattr(torch, number), output_loading_info=True, **safe
        )
    except (OSError, ValueError, KeyError, RuntimeError, pickle.UnpicklingError) as error:
        raise BadModelError(f"{weights.name} is no {what}: {first_line(error)}") from error
    if missing := sorted(key for key in told["missing_keys"] if not (spare and re.search(spare, key))):
        raise BadModelError(f"{weights.name}: {len(missing)} of its weights are missing, {missing[0]} the first")
    return model, prepared


def picture_number(weights: Weights) -> str:
    """Half of float32 is float16 here: in bfloat16 places would lie on a grid of a 256th of the picture."""
    return "float16" if weights.device.is_gpu and weights.device.number != "float32" else "float32"


def load_hearing(
    weights: Weights, network: Any, what: str, rate_hz: int, *, spare: str | None = None
) -> tuple[Any, Any]:
    """One that hears, on its device; at another rate than sound here has it would hear another pitch."""
    from transformers import AutoFeatureExtractor

    number = weights.device.number if weights.device.is_gpu else "float32"
    model, features = load_network(
        weights, network, AutoFeatureExtractor, what, number, may_be_pickled=True, spare=spare
    )
    if features.sampling_rate != rate_hz:
        raise BadModelError(f"{weights.name} hears at {features.sampling_rate} Hz, and sound here has {rate_hz} Hz")
    return model.to(weights.device.name).eval(), features
