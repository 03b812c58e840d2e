"""One analyzer on one video: its outcome is always on record, whatever happens."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analyzers.contract import Post
from resources import gpu, receipts, software
from resources.models import Model
from resources.settings import Settings
from resources.store import Store, outcome_in
from resources.weights import BadModelError, LibraryMissingError
from tiktok_assets import analysis, casting
from tiktok_assets.analysis import analyse, code_version


def test_rows_are_written_with_how_they_came_about(house, store, video, settings):
    outcome = analyse(house["glow"], store, video, settings)
    assert (outcome.status, outcome.rows) == ("ok", 6)
    table = store.read_table("glow", video)
    assert table["video_id"].to_pylist() == [video] * 6
    assert store.read_outcome("glow", video) == outcome


def test_what_is_there_in_this_version_is_not_made_again(house, store, video, settings, faults):
    first = analyse(house["glow"], store, video, settings)
    assert analyse(house["glow"], store, video, settings) == first
    assert faults.calls == ["glow"]
    house["glow"] = replace(house["glow"], version=2)
    assert analyse(house["glow"], store, video, settings).version == 2
    assert faults.calls == ["glow", "glow"]


def test_another_version_keeps_the_former_table_and_the_same_one_nothing(house, store, video, settings):
    first = analyse(house["glow"], store, video, settings)
    analyse(house["glow"], store, video, settings)
    assert store.earlier("glow", video) == []
    house["glow"] = replace(house["glow"], version=2)
    analyse(house["glow"], store, video, settings)
    (kept,) = store.earlier("glow", video)
    assert outcome_in(kept) == first


def test_settings_that_it_looks_at_make_a_version_and_others_do_not(house, store, video, settings):
    for name in ("glow", "hum"):
        analyse(house[name], store, video, settings)
    for name in ("glow", "hum"):
        analyse(house[name], store, video, replace(settings, frames_per_s=2.0))
    assert (len(store.earlier("glow", video)), store.earlier("hum", video)) == (1, [])
    assert store.read_outcome("glow", video).settings["frames_per_s"] == 2.0


def test_what_it_was_made_with_is_noted(house, store, video, settings):
    told = analyse(house["glow"], store, video, settings)
    assert told.software == software.loaded()
    assert told.device == software.processor()
    assert datetime.now(UTC) - datetime.fromisoformat(told.made_at) < timedelta(minutes=5)
    assert told.model_files == {}


def test_a_changed_upstream_makes_its_readers_anew(house, store, video, settings, faults):
    for name in ("glow", "echo"):
        analyse(house[name], store, video, settings)
    house["glow"] = replace(house["glow"], version=2)
    for name in ("glow", "echo"):
        analyse(house[name], store, video, settings)
    assert faults.calls == ["glow", "echo", "glow", "echo"]


@pytest.mark.expects_errors
def test_a_failure_is_data_and_is_tried_again_next_time(house, store, video, settings, faults):
    faults.glow = ValueError("the bulb is broken")
    outcome = analyse(house["glow"], store, video, settings)
    assert (outcome.status, outcome.rows) == ("failed", 0)
    assert outcome.reason == "ValueError: the bulb is broken"
    assert outcome.remedy
    faults.glow = None
    assert analyse(house["glow"], store, video, settings).status == "ok"


@pytest.mark.expects_errors
def test_who_needs_a_failed_analyzer_is_skipped_and_who_can_do_without_goes_on(house, store, video, settings, faults):
    faults.glow = ValueError("broken")
    found = {name: analyse(house[name], store, video, settings) for name in ("glow", "echo", "guess")}
    assert found["echo"].status == "skipped"
    assert found["echo"].reason == "needs glow, which failed"
    assert store.read("guess", video)[0].level == 0.0


@pytest.mark.expects_errors
def test_a_row_out_of_range_fails_the_analyzer_and_is_not_written(house, store, video, settings):
    row = house["hum"].row
    house["hum"] = replace(house["hum"], run=lambda audio: [row(0.0, 1.0, None, 7.0)])
    outcome = analyse(house["hum"], store, video, settings)
    assert outcome.status == "failed"
    assert outcome.reason is not None
    assert "level is 7.0, not 0..1" in outcome.reason
    assert store.read_table("hum", video).num_rows == 0


def test_nothing_found_is_not_a_failure(house, store, video, settings):
    outcome = analyse(house["blank"], store, video, settings)
    assert (outcome.status, outcome.reason) == ("none_found", None)


def test_a_video_without_sound_says_so(house, store, clips, settings):
    silent = analysis.sources.prepare(store, clips[1], settings)
    outcome = analyse(house["hum"], store, silent, settings)
    assert (outcome.status, outcome.reason) == ("none_found", "the video has no sound track")


def playing(monkeypatch, house, *candidates: Model, broken: str = "", error: Exception | None = None):
    """Let `glow` play with models: each candidate is a plain function, one may not load."""

    def run(frames, post, model):
        return [house["glow"].row(0.0, 0.0, None, model())]

    def load(model: Model, device, **_):
        if model.name == broken:
            raise error or ImportError("libdevice.so is missing")
        return lambda: 0.25

    monkeypatch.setattr(casting.models, "catalogue", lambda: {m.name: m for m in candidates})
    monkeypatch.setattr(casting.warm, "load", load)
    house["glow"] = replace(house["glow"], role="shine", run=run, inputs=("frames", "post"))
    return house["glow"]


def model(name: str, *, ships_in: str | None = "json", **more) -> Model:
    return Model(name, "shine", "MIT", "none", "rev 1", "lamp", ships_in=ships_in, **more)


def test_rows_name_the_model_that_made_them(monkeypatch, house, store, video, settings):
    outcome = analyse(playing(monkeypatch, house, model("lamp")), store, video, settings)
    assert (outcome.status, outcome.backend, outcome.model_rev) == ("ok", "lamp", "rev 1")
    assert store.read_table("glow", video)["model_id"].to_pylist() == ["lamp"]


def test_the_sums_of_a_model_s_files_are_noted_as_they_were_received(
    monkeypatch, tmp_path, house, store, video, settings
):
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "models"))
    lamp = model("lamp")
    lamp.folder.mkdir(parents=True)
    (lamp.folder / "lamp.onnx").write_bytes(b"weights")
    receipts.note(lamp.folder, lamp, {"lamp.onnx": "c" * 64})
    outcome = analyse(playing(monkeypatch, house, lamp), store, video, settings)
    assert outcome.model_files == {"lamp.onnx": "c" * 64}
    assert outcome.device == gpu.described(gpu.choose_device(settings))
    assert outcome.settings["precision"] == "auto"


def test_a_model_that_cannot_be_loaded_gives_way_to_the_fallback_which_is_told(
    monkeypatch, house, store, video, settings
):
    spec = playing(monkeypatch, house, model("lamp"), model("candle", is_fallback=True), broken="lamp")
    outcome = analyse(spec, store, video, settings)
    assert (outcome.status, outcome.backend) == ("degraded", "candle")
    assert outcome.reason == "candle is a fallback for the role `shine`; lamp: libdevice.so is missing"


def test_what_a_second_choice_made_is_made_again_the_next_time(monkeypatch, house, store, video, settings):
    lamp, candle = model("lamp"), model("candle", is_fallback=True)
    analyse(playing(monkeypatch, house, lamp, candle, broken="lamp"), store, video, settings)
    outcome = analyse(playing(monkeypatch, house, lamp, candle), store, video, settings)
    assert (outcome.status, outcome.backend) == ("ok", "lamp")


def test_weights_that_were_changed_give_way_too_and_this_is_told(monkeypatch, house, store, video, settings):
    bad = BadModelError("lamp: net.pt has changed since it was pulled")
    spec = playing(monkeypatch, house, model("lamp"), model("torch"), broken="lamp", error=bad)
    outcome = analyse(spec, store, video, settings)
    assert (outcome.status, outcome.backend) == ("ok", "torch")
    assert "has changed" in outcome.reason


def test_a_model_without_its_part_of_the_post_is_passed_over(monkeypatch, house, store, video, settings):
    captions = model("captions", ships_in=None, needs="subtitles", evidence="metadata")
    outcome = analyse(playing(monkeypatch, house, captions, model("lamp")), store, video, settings)
    assert outcome.backend == "lamp"
    outcome = analyse(house["glow"], store, video, Settings(models={"shine": "captions"}))
    assert outcome.status == "skipped"
    assert outcome.reason == "captions needs the post's subtitles, and there are none"


def test_rows_from_the_post_say_so(monkeypatch, house, store, video, settings):
    captions = model("captions", ships_in=None, needs="subtitles", evidence="metadata")
    monkeypatch.setattr(Store, "read", with_subtitles(Store.read))
    analyse(playing(monkeypatch, house, captions), store, video, settings)
    assert store.read_table("glow", video)["evidence"].to_pylist() == ["metadata"]


def with_subtitles(read):
    return lambda store, name, video: Post(subtitles="WEBVTT") if name == "post" else read(store, name, video)


def slowly(*_, **__):
    for _ in range(1000):
        time.sleep(0.01)
    return lambda: 0.25


def test_a_describer_that_is_not_loaded_in_time_is_skipped_and_told(monkeypatch, house, store, video, settings):
    playing(monkeypatch, house, replace(model("lamp"), role="describe"))
    house["glow"] = replace(house["glow"], role="describe")
    monkeypatch.setattr(casting.warm, "load", slowly)
    outcome = analyse(house["glow"], store, video, replace(settings, load_timeout_s=0.05))
    assert (outcome.status, outcome.reason) == ("skipped", "load_timeout: lamp was not loaded in 0.05 s")
    assert "load_timeout_s" in outcome.remedy
    assert "models.describe" in outcome.remedy
    monkeypatch.setattr(casting.warm, "load", lambda *_, **__: lambda: 0.25)
    assert analyse(house["glow"], store, video, settings).status == "ok"


def test_models_of_other_roles_are_waited_for(monkeypatch, house, store, video, settings):
    spec = playing(monkeypatch, house, model("lamp"))
    monkeypatch.setattr(casting.warm, "load", lambda *_, **__: (time.sleep(0.1), lambda: 0.25)[1])
    assert analyse(spec, store, video, replace(settings, load_timeout_s=0.05)).status == "ok"


@pytest.mark.expects_errors
def test_memory_that_ran_out_is_a_failure_with_its_own_remedy(monkeypatch, house, store, video, settings):
    full = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    spec = playing(monkeypatch, house, model("lamp"), broken="lamp", error=full)
    outcome = analyse(spec, store, video, settings)
    assert outcome.status == "failed"
    assert "smaller model" in outcome.remedy


def test_a_model_that_does_not_fit_beside_the_others_gets_the_device_for_itself(
    monkeypatch, house, store, video, settings
):
    spec, tries = playing(monkeypatch, house, model("lamp")), []

    def load(model, device, **_):
        tries.append(list(loaded))
        if loaded:
            raise RuntimeError("CUDA out of memory")
        return lambda: 0.5

    loaded = ["other"]
    monkeypatch.setattr(casting.warm, "load", load)
    monkeypatch.setattr(casting.warm, "names", lambda: loaded)
    monkeypatch.setattr(casting.warm, "put_all_away", loaded.clear)
    assert analyse(spec, store, video, settings).status == "ok"
    assert tries == [["other"], []]


def test_a_broken_card_ends_the_process(monkeypatch, house, store, video, settings):
    poison = RuntimeError("CUDA error: device-side assert triggered")
    spec = playing(monkeypatch, house, model("lamp"), model("candle", is_fallback=True), broken="lamp", error=poison)

    class EndedError(BaseException):
        """Stands for the end of the process."""

    def end(error):
        raise EndedError(str(error))

    monkeypatch.setattr(analysis.gpu, "end_process", end)
    with pytest.raises(EndedError, match="device-side assert"):
        analyse(spec, store, video, settings)


def test_a_demanded_device_that_is_not_there_skips_with_the_setting(monkeypatch, house, store, video):
    monkeypatch.setattr(analysis.gpu, "_cards", lambda: 0)
    outcome = analyse(playing(monkeypatch, house, model("lamp")), store, video, Settings(device="cuda"))
    assert (outcome.status, outcome.remedy) == ("skipped", 'Set device = "auto" in tiktok.toml')


def test_a_missing_model_skips_with_the_command_that_gets_it(monkeypatch, house, store, video, settings):
    spec = playing(monkeypatch, house, model("lamp", ships_in="no_such_wheel"))
    outcome = analyse(spec, store, video, settings)
    assert (outcome.status, outcome.rows) == ("skipped", 0)
    assert outcome.remedy is not None
    assert "bootstrap.py" in outcome.remedy


def test_a_model_of_another_role_is_refused_by_name(monkeypatch, house, store, video):
    spec = playing(monkeypatch, house, model("lamp"))
    outcome = analyse(spec, store, video, Settings(models={"shine": "sun"}))
    assert outcome.status == "skipped"
    assert outcome.remedy == "Set models.shine in tiktok.toml to one of: lamp"


def test_the_code_version_knows_what_changes_the_numbers(monkeypatch, house):
    plain = Settings()
    before = code_version(house["glow"], plain)
    assert code_version(house["glow"], Settings(frames_per_s=2)) != before
    assert code_version(house["glow"], Settings(keep_sources=True)) == before
    assert code_version(house["blank"], Settings(frames_per_s=2)) == code_version(house["blank"], plain)
    shining = code_version(playing(monkeypatch, house, model("lamp")), plain)
    assert shining != before
    assert code_version(house["glow"], Settings(languages=("de",))) != shining


def test_who_only_reads_what_a_fallback_made_is_degraded_too(monkeypatch, house, store, video, settings):
    analyse(playing(monkeypatch, house, model("candle", is_fallback=True)), store, video, settings)
    outcome = analyse(house["echo"], store, video, settings)
    assert (outcome.status, outcome.reason) == ("degraded", "its input is degraded: glow by candle")
    assert analyse(house["guess"], store, video, settings).status == "ok"  # it can do without


def test_a_library_that_the_system_lacks_is_told_with_the_command_that_gets_it(
    monkeypatch, house, store, video, settings
):
    missing = LibraryMissingError("libEGL.so.1 is not there", "Run: apt install libegl1")
    outcome = analyse(playing(monkeypatch, house, model("lamp"), broken="lamp", error=missing), store, video, settings)
    assert (outcome.status, outcome.rows) == ("skipped", 0)
    assert (outcome.reason, outcome.remedy) == ("libEGL.so.1 is not there", "Run: apt install libegl1")


def test_what_is_biometric_waits_for_the_switch(house, store, video, settings, faults):
    house["glow"] = replace(house["glow"], is_biometric=True)
    outcome = analyse(house["glow"], store, video, settings)
    assert (outcome.status, outcome.rows, faults.calls) == ("skipped", 0, [])
    assert outcome.remedy == "Set biometrics = true in tiktok.toml"
    assert analyse(house["glow"], store, video, replace(settings, biometrics=True)).status == "ok"
