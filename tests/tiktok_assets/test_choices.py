"""Settings that name what is not there are refused at the start, all faults in one message."""

import pytest

from resources.settings import Settings, SettingsError
from tiktok_assets.choices import check_choices


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
        (Settings(disabled=("pacing_curv",)), "`pacing_curv` is no analyzer; did you mean `pacing_curve`?"),
        (Settings(models={"reed": "easyocr"}), "`reed` is no role of a model; did you mean `read`?"),
        (Settings(stage_limits={"gpu": 1}), "`gpu` is no stage"),
        (Settings(languages=("german",)), "`german` is no language of ISO 639-1"),
        (Settings(device="gpu"), "`gpu` is no device"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest_that_is(settings, complaint):
    with pytest.raises(SettingsError) as error:
        check_choices(settings)
    assert complaint in str(error.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(SettingsError) as error:
        check_choices(Settings(disabled=("a", "b"), device="x", languages=("xx1",)))
    assert len(str(error.value).splitlines()) == 4
