"""The settings file: everything optional, every fault named at once."""

import pytest

from resources import places
from resources.places import settings_path
from resources.settings import Settings, SettingsError, load_settings


def load(tmp_path, text: str) -> Settings:
    path = tmp_path / "tiktok.toml"
    path.write_text(text)
    return load_settings(path)


@pytest.mark.case("k8", "k12")
def test_without_a_file_the_defaults_hold(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.delenv("TIKTOK_SETTINGS")
    assert load_settings(settings_path()) == Settings()


@pytest.mark.case("k8")
def test_a_file_that_somebody_names_has_to_be_there(monkeypatch, tmp_path):
    monkeypatch.setenv("TIKTOK_SETTINGS", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match=r"none\.toml: TIKTOK_SETTINGS names it, and it is not there"):
        load_settings(settings_path())


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(SettingsError, match="Is a directory"):
        load_settings(tmp_path)


@pytest.mark.case("k8")
@pytest.mark.parametrize("text", ["", "\ufeff# nothing here\n", "\t\r\n\t# tabs\n"], ids=["empty", "a mark", "tabs"])
def test_an_empty_file_changes_nothing(tmp_path, text):
    assert load(tmp_path, text) == Settings()


@pytest.mark.case("k8")
def test_a_mark_and_tabs_are_in_nobodys_way(tmp_path):
    assert load(tmp_path, '\ufeff\tkeep_days\t=\t3\r\n[models]\r\n\tcut = "a"\n') == Settings(
        keep_days=3, models={"cut": "a"}
    )


@pytest.mark.case("k15")
def test_of_two_files_the_named_one_holds_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "ROOT", tmp_path)
    (tmp_path / "tiktok.toml").write_text('profile = "best"\nkeep_days = 3\n')
    (tmp_path / "other.toml").write_text("keep_days = 5\n")
    monkeypatch.setenv("TIKTOK_SETTINGS", str(tmp_path / "other.toml"))
    assert load_settings(settings_path()) == Settings(keep_days=5)
    monkeypatch.delenv("TIKTOK_SETTINGS")
    assert load_settings(settings_path()) == Settings(profile="best", keep_days=3)


ENDPOINT = 'endpoint = "http://localhost:8000/v1"\n'


def test_an_endpoint_that_describes_is_a_table_of_its_own(tmp_path):
    said = f'[describe]\n{ENDPOINT}model = "qwen"\nkey_env = "OUR_KEY"\n'
    told = {"endpoint": "http://localhost:8000/v1", "model": "qwen", "key_env": "OUR_KEY"}
    assert load(tmp_path, said) == Settings(describe=told)
    assert load(tmp_path, "[describe]\n") == Settings()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (ENDPOINT, "`describe.model` must be a word"),
        (f'{ENDPOINT}model = ""', "`describe.model` must be a word"),
        ('model = "qwen"', "`describe.endpoint` must be a word"),
        (f'{ENDPOINT}model = "qwen"\nkey = "s3cret"', "`describe.key` is no setting"),
        (f'{ENDPOINT}model = "qwen"\nkey_envv = "OUR_KEY"', "did you mean `key_env`?"),
        (f"{ENDPOINT}model = 3", "`describe` must be a table of str"),
        ('endpoint = "localhost:8000"\nmodel = "qwen"', "must be an address"),
        ('endpoint = "file:///etc/passwd"\nmodel = "qwen"', "must be an address"),
        ('endpoint = "http://me:s3cret@host/v1"\nmodel = "qwen"', "without a name or a key in it"),
        ('endpoint = "http://host/v1?key=s3cret"\nmodel = "qwen"', "without a name or a key in it"),
        ('endpoint = "http://host:port/v1"\nmodel = "qwen"', "must be an address"),
        ('endpoint = "http://[::1/v1"\nmodel = "qwen"', "must be an address"),
    ],
)
def test_an_endpoint_that_is_none_is_told_without_its_secrets(tmp_path, said, told):
    with pytest.raises(SettingsError) as error:
        load(tmp_path, f"[describe]\n{said}\n")
    assert told in str(error.value)
    assert "s3cret" not in str(error.value)


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
        pytest.param('profil = "auto"', "`profil` is no setting; did you mean `profile`", marks=pytest.mark.case("k9")),
        ('profile = "fast"', "`profile` is 'fast', not one of auto, seed, best, embedded"),
        pytest.param("frames_per_s = -1", "`frames_per_s` must be above zero", marks=pytest.mark.case("k11")),
        pytest.param('frames_per_s = "4"', "`frames_per_s` must be a number", marks=pytest.mark.case("k10")),
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
