"""Which of the describers runs: all ten would say the same things in ten voices, each at minutes a video."""

from analyzers.contract import REGISTRY, Spec
from resources import models
from resources.models import Model, ModelMissingError
from resources.settings import Settings

GROUP = "describe"
BEST_FIRST = (
    "qwen2_vl_temporal", "qwen2_vl_optimized", "blip2", "video_llava", "llava_next_video", "vid2seq",
    "streaming_dense_captioning", "tarsier_video_description", "auroracap", "scene_description",
)  # fmt: skip


def chosen(settings: Settings) -> tuple[str, ...]:
    """Those that the settings name; or the first with a model; or the first that can do without."""
    if settings.describers:
        return settings.describers
    on = [name for name in BEST_FIRST if name in REGISTRY and name not in settings.disabled]
    players = {name: _players(REGISTRY[name], settings) for name in on}
    best = [name for name in on if any(not model.is_fallback for model in players[name])]
    return tuple([*best, *(name for name in on if players[name]), *on][:1])


def refusal(spec: Spec, settings: Settings) -> ModelMissingError | None:
    """Why a describer does not run beside the chosen ones, and how it would."""
    if spec.group != GROUP or spec.name in (running := chosen(settings)):
        return None
    names = ", ".join(f'"{name}"' for name in (*running, spec.name))
    return ModelMissingError(
        f"another describer runs: {', '.join(running)}", f"Set describers = [{names}] in tiktok.toml"
    )


def _players(spec: Spec, settings: Settings) -> tuple[Model, ...]:
    try:
        return models.choose(spec.role or "", settings)
    except ModelMissingError:
        return ()
