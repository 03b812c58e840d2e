"""Settings that name what is not there are refused at the start, all faults in one message."""

from dataclasses import replace

import pytest

from resources.settings import Settings, SettingsError
from tiktok_assets.choices import check_choices
from tiktok_assets.definitions import build


def test_sensible_settings_pass():
    check_choices(Settings())
    check_choices(
        Settings(
            disabled=("pacing_curve",),
            models={"cut": "pyscenedetect_adaptive"},
            languages=("de", "en"),
            device="cuda:1",
            stage_limits={"cpu": 2},
        )
    )


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        pytest.param(
            Settings(disabled=("pacing_curv",)),
            "`pacing_curv` is no analyzer; did you mean `pacing_curve`?",
            marks=pytest.mark.case("k14"),
        ),
        (Settings(models={"reed": "easyocr"}), "`reed` is no role of a model; did you mean `read`?"),
        (Settings(stage_limits={"gpu": 1}), "`gpu` is no stage"),
        (Settings(languages=("german",)), "`german` is no language of ISO 639-1"),
        (Settings(device="gpu"), "`gpu` is no device"),
        pytest.param(Settings(api_folders=("clips",)), "`api_folders` says 'clips'", marks=pytest.mark.case("k12")),
        pytest.param(Settings(api_token_file="../token"), "`api_token_file`", marks=pytest.mark.case("k12")),
        pytest.param(Settings(cookies="cookies.txt"), "`cookies` says 'cookies.txt'", marks=pytest.mark.case("k12")),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest_that_is(settings, complaint):
    with pytest.raises(SettingsError) as error:
        check_choices(settings)
    assert complaint in str(error.value)


def test_whole_paths_and_browsers_pass():
    check_choices(Settings(api_folders=("/srv/videos", "~/clips"), api_token_file="~/token", cookies="firefox:work"))
    check_choices(Settings(cookies="/etc/cookies.txt"))


@pytest.mark.case("k14")
def test_analyzers_that_need_each_other_or_what_is_not_there_are_told_before_anything_is_built(house, monkeypatch):
    glow, echo = house["glow"], house["echo"]
    monkeypatch.setitem(house, "glow", replace(glow, inputs=("frames", "echo")))
    monkeypatch.setitem(house, "hum", replace(house["hum"], inputs=("audo",)))
    with pytest.raises(SettingsError) as error:
        build(Settings())
    assert "hum: `audo` is no source and no analyzer; did you mean `audio`?" in str(error.value)
    assert "analyzers that need each other: " in str(error.value)
    assert echo.name in str(error.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(SettingsError) as error:
        check_choices(Settings(disabled=("a", "b"), device="x", languages=("xx1",)))
    assert len(str(error.value).splitlines()) == 4
