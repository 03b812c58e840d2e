"""The settings file: everything optional, every fault named at once."""

import pytest

from resources.settings import Settings, SettingsError, load_settings


def load(tmp_path, text: str) -> Settings:
    path = tmp_path / "tiktok.toml"
    path.write_text(text)
    return load_settings(path)


def test_without_a_file_the_defaults_hold(tmp_path):
    assert load_settings(tmp_path / "none.toml") == Settings()


def test_an_empty_file_changes_nothing(tmp_path):
    assert load(tmp_path, "\ufeff# nothing here\n") == Settings()


def test_what_is_said_holds(tmp_path):
    said = 'profile = "embedded"\ndisabled = ["pacing_curve"]\nframes_per_s = 2\nkeep_sources = true\n'
    said += '[models]\ncut = "pyscenedetect_adaptive"\n[stage_limits]\ncpu = 1\n'
    assert load(tmp_path, said) == Settings(
        profile="embedded",
        disabled=("pacing_curve",),
        frames_per_s=2,
        keep_sources=True,
        models={"cut": "pyscenedetect_adaptive"},
        stage_limits={"cpu": 1},
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('profil = "auto"', "`profil` is no setting; did you mean `profile`"),
        ('profile = "fast"', "`profile` is 'fast', not one of auto, seed, best, embedded"),
        ("frames_per_s = -1", "`frames_per_s` must be above zero"),
        ('frames_per_s = "4"', "`frames_per_s` must be a number"),
        ("short_side_px = 1.5", "`short_side_px` must be a number"),
        ('disabled = "a"', "`disabled` must be a list of names"),
        ("keep_sources = 1", "`keep_sources` must be true or false"),
        ("models = 3", "`models` must be a table of str"),
        ("stage_limits = {cpu = true}", "`stage_limits` must be a table of int"),
        ("x = [", "tiktok.toml"),
    ],
)
def test_a_fault_is_named(tmp_path, text, complaint):
    with pytest.raises(SettingsError) as error:
        load(tmp_path, text)
    assert complaint in str(error.value)


def test_all_faults_come_in_one_message(tmp_path):
    with pytest.raises(SettingsError) as error:
        load(tmp_path, "profil = 1\nframes_per_s = 0\n")
    assert len(str(error.value).splitlines()) == 2
