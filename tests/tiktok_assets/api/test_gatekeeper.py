"""Who may ask, how often, how much at once."""

import pytest

from resources.settings import Settings, SettingsError
from tests.tiktok_assets.api.conftest import TOKEN, URL, client_of
from tiktok_assets.api.gatekeeper import BODY_BYTES, Pace
from tiktok_assets.api.serving import check_address
from tiktok_assets.api.token import read_token


@pytest.mark.case("a2", "a3")
def test_a_body_must_be_json_and_small(client):
    plain = client.post("/analyze", content=b"url", headers={"Content-Type": "text/plain"})
    form = client.post("/analyze", data={"url": URL})
    large = client.post("/analyze", content=b"x" * 10_000_000, headers={"Content-Type": "application/json"})
    pieces = client.post(
        "/analyze", content=iter([b" " * 1000] * (BODY_BYTES // 1000 + 1)), headers={"Content-Type": "application/json"}
    )
    said = [(answer.status_code, answer.json()["error"]) for answer in (plain, form, large, pieces)]
    assert said == [(415, "not_json"), (415, "not_json"), (413, "too_large"), (413, "too_large")]


@pytest.mark.parametrize("host", ["rebind.evil.example", "127.0.0.1.evil.example:8003", "", "localhost@evil", "[::2]"])
@pytest.mark.case("a10")
def test_another_host_name_is_refused(client, host):
    answer = client.get("/results", headers={"Host": host})
    assert (answer.status_code, answer.json()["error"]) == (400, "host")


@pytest.mark.parametrize("host", ["127.0.0.1:8003", "localhost", "LOCALHOST:1", "[::1]:8003", "[::1]"])
def test_this_machine_s_own_names_are_let_in(client, host):
    assert client.get("/results", headers={"Host": host}).status_code == 200


def test_further_names_are_let_in_where_the_settings_say_so(make_house):
    with client_of(make_house(api_hosts=("Films.example",))) as client:
        assert client.get("/results", headers={"Host": "films.example:443"}).status_code == 200


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \udcff"])
@pytest.mark.case("a9")
def test_without_the_token_nothing_is_told(make_house, given):
    with client_of(make_house(token=TOKEN)) as client:
        headers = {"Authorization": given.encode("utf-8", "surrogateescape")}
        for path in ("/results", "/metrics", "/openapi.json", "/nosuch"):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
        assert client.post("/analyze", json={"url": URL}, headers=headers).status_code == 401
        assert client.get("/health/live").status_code == 200


def test_with_the_token_all_is_told(make_house):
    with client_of(make_house(token=TOKEN)) as client:
        assert client.get("/results", headers={"Authorization": f"bearer {TOKEN}"}).status_code == 200


def test_who_asks_too_often_waits_and_others_do_not(make_house):
    with client_of(make_house(api_per_minute=12)) as client:
        answers = [client.get("/health/live") for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 429, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    pace = Pace(60)
    assert [pace.wait("one") == 0 for _ in range(12)] == [True] * 10 + [False] * 2
    assert pace.wait("another") == 0


def test_every_answer_keeps_browsers_on_a_short_lead(client):
    for path in ("/results", "/nosuch", "/docs"):
        headers = client.get(path, headers={"Origin": "https://evil.example"}).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client, method):
    answer = client.request(method, "/results", headers={"Content-Type": "application/json"})
    assert answer.status_code == 405


def test_the_documentation_loads_nothing_and_is_for_this_machine_alone(client, make_house):
    page = client.get("/docs").text
    assert "/analyze" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://127.0.0.1:8003", "")
    assert client.get("/openapi.json").json()["paths"]["/analyze"]["post"]
    with client_of(make_house(is_local=False, token=TOKEN)) as far:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert {far.get(path, headers=headers).status_code for path in ("/docs", "/openapi.json")} == {404}


@pytest.mark.expects_errors
def test_what_falls_over_is_told_without_a_trace(make_house, monkeypatch):
    house = make_house()
    with client_of(house) as client:
        monkeypatch.setattr(type(house.ledger), "page", lambda *_: 1 / 0)
        answer = client.get("/results")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert "division" not in answer.text


# The token's file


def test_a_token_is_read_from_a_file_that_nobody_else_can_read(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    assert read_token(Settings(api_token_file=str(path))) == TOKEN
    assert read_token(Settings()) is None


@pytest.mark.parametrize(
    ("text", "mode"), [(TOKEN, 0o644), (TOKEN, 0o640), ("short", 0o600), ("two words " * 4, 0o600)]
)
def test_a_token_that_others_know_or_can_guess_is_refused(tmp_path, text, mode):
    path = tmp_path / "token"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(SettingsError):
        read_token(Settings(api_token_file=str(path)))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com"])
def test_others_reach_it_with_a_token_or_not_at_all(host):
    with pytest.raises(SettingsError):
        check_address(host, None)
    check_address(host, TOKEN)
    check_address("127.0.0.1", None)
