"""The catalogue: complete, honest about licences, and every model in it has a loader."""

import importlib.metadata
import importlib.util

import pytest

from analyzers.contract import REGISTRY
from resources import models
from resources.models import ModelMissingError, catalogue, choose
from resources.settings import Settings

every_model = pytest.mark.parametrize("model", catalogue().values(), ids=lambda m: m.name)


@every_model
def test_it_says_where_it_comes_from_and_under_what_licence(model):
    assert model.licence
    assert model.source.startswith("https://")
    assert importlib.util.find_spec(model.loader)


@every_model
def test_its_revision_is_that_of_the_installed_wheel(model):
    wheel, version = model.revision.split(",")[0].split(" ")
    assert importlib.metadata.version(wheel) == version


def test_every_role_that_an_analyzer_needs_is_played_without_a_download():
    for role in {spec.role for spec in REGISTRY.values() if spec.role}:
        assert choose(role, Settings(profile="embedded"))


def test_the_best_comes_first_and_a_fallback_never_does():
    for role in {model.role for model in catalogue().values()}:
        assert not choose(role, Settings())[0].is_fallback


def test_the_user_may_choose():
    chosen = choose("cut", Settings(models={"cut": "pyscenedetect_adaptive"}))
    assert [model.name for model in chosen] == ["pyscenedetect_adaptive"]


def test_a_choice_that_is_not_there_names_those_that_are():
    with pytest.raises(ModelMissingError, match="one of: transnetv2, pyscenedetect_adaptive"):
        choose("cut", Settings(models={"cut": "rapidocr_ppocrv6"}))


def test_a_model_is_loaded_once_in_a_process(monkeypatch):
    loaded = []
    monkeypatch.setattr(
        models.importlib, "import_module", lambda name: type("M", (), {"load": lambda: loaded.append(name)})
    )
    models.load.cache_clear()
    for _ in range(3):
        models.load("transnetv2")
    assert loaded == ["resources.loaders.transnetv2"]
    models.load.cache_clear()
