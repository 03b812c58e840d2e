"""What a request wishes for its one video."""

from tiktok_assets import wishes
from tiktok_assets.wishes import analyse_as_wished, file_wish


def test_without_a_wish_every_analyzer_looks(house, store, video, settings):
    assert analyse_as_wished(house["hum"], store, video, settings).status == "ok"


def test_some_analyzers_alone_and_what_they_read(house, store, video, settings, faults, monkeypatch):
    monkeypatch.setattr(wishes, "REGISTRY", house)
    file_wish(store, video, {"only": ["echo"]})
    fared = {name: analyse_as_wished(house[name], store, video, settings) for name in ("glow", "echo", "hum")}
    assert {name: outcome.status for name, outcome in fared.items()} == {"glow": "ok", "echo": "ok", "hum": "skipped"}
    assert store.read_outcome("hum", video).reason == "the request named other analyzers"
    assert store.read_table("hum", video).num_rows == 0
    file_wish(store, video, {})
    assert analyse_as_wished(house["hum"], store, video, settings).status == "ok"


def test_another_profile_for_one_video(house, store, video, settings, monkeypatch):
    seen = []
    monkeypatch.setattr(wishes, "analyse", lambda _spec, _store, _video, chosen: seen.append(chosen.profile))
    analyse_as_wished(house["hum"], store, video, settings)
    file_wish(store, video, {"profile": "embedded"})
    analyse_as_wished(house["hum"], store, video, settings)
    assert seen == ["auto", "embedded"]
