"""One describer runs by default, the best that is installed; others say which, and how they would."""

import pytest

from analyzers.contract import REGISTRY
from resources import models
from resources.models import Model, ModelMissingError
from resources.settings import Settings
from tiktok_assets import describers
from tiktok_assets.casting import cast

TABLES = Model("from_tables", "describe", "MIT", "none", "1", "from_tables", is_fallback=True)
TEN = [name for name, spec in REGISTRY.items() if spec.group == "describe"]


@pytest.fixture
def installed(monkeypatch):
    """The roles whose models are installed, beside the tables' sentences."""
    roles: list[str] = []

    def choose(role: str, settings: Settings) -> tuple[Model, ...]:
        found = [Model(f"a_{role}", role, "MIT", "none", "1", "lamp")] if role in roles else []
        if role == "describe":
            found.append(TABLES)
        if not found:
            raise ModelMissingError(f"no model for `{role}`", "pull one")
        return tuple(found)

    monkeypatch.setattr(models, "choose", choose)
    return roles


def run(settings: Settings) -> list[str]:
    """The describers that have somebody to play them."""
    return [name for name in describers.BEST_FIRST if cast(REGISTRY[name], settings).candidates]


def test_the_order_names_all_ten():
    assert sorted(describers.BEST_FIRST) == sorted(TEN)


def test_without_a_model_the_first_runs_by_the_tables(installed):
    assert run(Settings()) == ["qwen2_vl_temporal"]


@pytest.mark.parametrize(
    ("roles", "runs"),
    [
        (["describe", "describe_blip2"], "qwen2_vl_temporal"),
        (["describe_small", "describe_tarsier"], "qwen2_vl_optimized"),
        (["describe_blip2"], "blip2"),
        (["describe_auroracap"], "auroracap"),
    ],
)
def test_the_first_with_a_model_runs_alone(installed, roles, runs):
    installed += roles
    assert run(Settings()) == [runs]


def test_the_others_say_who_runs_and_how_they_would(installed):
    missing = cast(REGISTRY["vid2seq"], Settings()).missing
    assert missing is not None
    assert missing.reason == "another describer runs: qwen2_vl_temporal"
    assert missing.remedy == 'Set describers = ["qwen2_vl_temporal", "vid2seq"] in tiktok.toml'


def test_the_settings_decide(installed):
    installed += ["describe_blip2"]
    assert run(Settings(describers=("blip2", "scene_description"))) == ["blip2", "scene_description"]


def test_one_that_is_switched_off_makes_room(installed):
    assert describers.chosen(Settings(disabled=("qwen2_vl_temporal",))) == ("vid2seq",)  # by the tables
    installed += ["describe"]
    assert describers.chosen(Settings(disabled=("qwen2_vl_temporal",))) == ("vid2seq",)


def test_one_that_is_named_and_has_no_model_says_so(installed):
    missing = cast(REGISTRY["blip2"], Settings(describers=("blip2",))).missing
    assert missing is not None
    assert missing.remedy == "pull one"
