"""POST /analyze: what is taken, what is refused, and that it is written down before the answer."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.tiktok_assets.api.conftest import URL, VIDEO, client_of
from tiktok_assets.upkeep.callbacks import Wish


def test_a_url_is_accepted_at_once_and_lies_in_the_ledger(client, house):
    answer = client.post("/analyze", json={"url": URL})
    assert answer.status_code == 202
    told = answer.json()
    assert (told["id"], told["status"]) == (VIDEO, "waiting")
    assert told["links"]["self"] == f"/results/{VIDEO}"
    assert house.ledger.entry(VIDEO).state == "waiting"
    assert client.get(told["links"]["self"]).json()["status"] == "waiting"


def test_a_file_in_an_allowed_folder_is_accepted_by_relative_and_by_absolute_path(client, house, folder, clips):
    (folder / "clip.mp4").write_bytes(clips[0].read_bytes())
    by_name = client.post("/analyze", json={"video_path": "clip.mp4"})
    by_path = client.post("/analyze", json={"video_path": str(folder / "clip.mp4")})
    assert (by_name.status_code, by_path.status_code) == (202, 202)
    assert by_name.json()["id"] == by_path.json()["id"]
    assert house.ledger.counts()["waiting"] == 1


@pytest.mark.case("a12")
def test_the_same_input_again_is_the_same_id_and_keeps_its_place(client, house):
    spelled = [URL, URL + "?_r=1&lang=de", URL.replace("www.", "m.")]
    ids = {client.post("/analyze", json={"url": url}).json()["id"] for url in spelled}
    assert ids == {VIDEO}
    house.ledger.begin(VIDEO, "a-run")
    assert client.post("/analyze", json={"url": URL}).json()["status"] == "running"
    assert house.ledger.entry(VIDEO).attempts == 1


def test_many_clients_at_once_lose_nothing_and_double_nothing(client, house):
    urls = [f"https://www.tiktok.com/@n/video/73000000000000{n % 50:05}" for n in range(200)]
    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(lambda url: client.post("/analyze", json={"url": url}), urls))
    assert {answer.status_code for answer in answers} == {202}
    assert house.ledger.counts()["waiting"] == house.ledger.accepted() == 50


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        pytest.param("{", 400, "JSON", marks=pytest.mark.case("a1")),
        ("", 422, ""),
        ("[]", 422, ""),
        ("null", 422, ""),
        pytest.param("{}", 422, "exactly one", marks=pytest.mark.case("a6")),
        pytest.param('{"url": null}', 422, "exactly one", marks=pytest.mark.case("a7")),
        pytest.param(f'{{"url": "{URL}", "video_path": "a.mp4"}}', 422, "exactly one", marks=pytest.mark.case("a5")),
        pytest.param('{"url": ["a"]}', 422, "url", marks=pytest.mark.case("a7")),
        pytest.param('{"url": 1}', 422, "url", marks=pytest.mark.case("a7")),
        pytest.param(f'{{"url": "{URL}", "urls": []}}', 422, "urls", marks=pytest.mark.case("a4")),
        (f'{{"url": "{URL}", "profile": "fast"}}', 422, "profile"),
        (f'{{"url": "{URL}", "only": ["nonsense"]}}', 422, "nonsense"),
        (f'{{"url": "{URL}", "only": "cut_analysis"}}', 422, "only"),
        (f'{{"url": "{URL}", "callback_url": "ftp://a/b"}}', 422, "callback_url"),
        (f'{{"url": "{URL}", "callback_url": "http://u:p@a/b"}}', 422, "callback_url"),
        (f'{{"url": "{URL}", "callback_url": "http://a:99999/b"}}', 422, "callback_url"),
        ('{"url": "http://127.0.0.1/secret"}', 422, ""),
        ('{"url": "https://www.tiktok.com@127.0.0.1/@a/video/7300000000000000001"}', 422, ""),
        ('{"url": "file:///etc/passwd"}', 422, ""),
    ],
)
def test_what_is_not_understood_is_refused_by_name_and_leaves_nothing(client, house, body, status, named):
    answer = client.post("/analyze", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "reason", "remedy"}
    assert named in answer.json()["reason"]
    assert house.ledger.accepted() == 0


@pytest.mark.parametrize(
    "path",
    [
        "missing.mp4", "/etc/passwd", "/nosuch", "../secret.mp4", "a\0b.mp4", "http://127.0.0.1/a.mp4", "concat:a|b",
        "file:clip.mp4", "link.mp4", "loop.mp4", "/proc/self/environ", "x" * 4096, "",
    ],
)  # fmt: skip
@pytest.mark.case("a8")
def test_a_path_outside_is_answered_like_one_that_does_not_exist(client, house, folder, path):
    (folder.parent / "secret.mp4").write_bytes(b"secret")
    (folder / "link.mp4").symlink_to(folder.parent / "secret.mp4")
    (folder / "loop.mp4").symlink_to("loop.mp4")
    missing = client.post("/analyze", json={"video_path": "nothing.mp4"})
    answer = client.post("/analyze", json={"video_path": path})
    assert (answer.status_code, answer.json()) == (404, missing.json()) or path == ""
    assert answer.status_code in (404, 422)
    assert house.ledger.accepted() == 0


def test_a_fifo_and_an_empty_file_are_named_and_nobody_waits(client, folder):
    os.mkfifo(folder / "pipe.mp4")
    (folder / "empty.mp4").touch()
    said = [client.post("/analyze", json={"video_path": name}) for name in ("pipe.mp4", "empty.mp4")]
    assert [(a.status_code, a.json()["error"]) for a in said] == [(422, "not_a_regular_file"), (422, "empty_file")]


def test_without_allowed_folders_no_file_is_taken(make_house, folder, clips):
    (folder / "clip.mp4").write_bytes(clips[0].read_bytes())
    with client_of(make_house(api_folders=())) as client:
        assert client.post("/analyze", json={"video_path": str(folder / "clip.mp4")}).status_code == 404


@pytest.mark.case("a13")
def test_nothing_is_taken_while_the_disk_is_nearly_full(client, house, monkeypatch):
    monkeypatch.setattr("tiktok_assets.api.jobs.shortage", lambda *_: "2 GB are free")
    answer = client.post("/analyze", json={"url": URL})
    assert (answer.status_code, answer.json()["error"]) == (503, "no_room")
    assert int(answer.headers["Retry-After"]) > 0
    assert house.ledger.accepted() == 0


@pytest.mark.case("a14")
def test_nothing_is_taken_while_too_much_waits(make_house):
    house = make_house(api_waiting=1)
    with client_of(house) as client:
        assert client.post("/analyze", json={"url": URL}).status_code == 202
        answer = client.post("/analyze", json={"url": URL[:-1] + "2"})
    assert (answer.status_code, answer.json()["error"]) == (429, "queue_full")
    assert "Retry-After" in answer.headers


@pytest.mark.case("a18")
def test_an_input_is_accepted_while_dagster_is_away(client, house, monkeypatch):
    def away(*_args, **_more):
        raise ConnectionError("no database")

    for name in ("get_runs", "get_runs_count", "add_dynamic_partitions", "get_daemon_heartbeats"):
        monkeypatch.setattr(type(house.instance), name, away)
    assert client.post("/analyze", json={"url": URL}).status_code == 202
    assert house.ledger.entry(VIDEO).state == "waiting"


def test_what_was_refused_waits_again_when_it_is_asked_for_again(client, house):
    client.post("/analyze", json={"url": URL})
    house.ledger.finish(VIDEO, "refused", "private", "its account is private", "set cookies")
    assert client.get(f"/results/{VIDEO}").json()["word"] == "private"
    assert client.post("/analyze", json={"url": URL}).json()["status"] == "waiting"


def test_the_last_wish_before_the_work_begins_holds(client, house):
    path = house.store.folder("media", VIDEO) / "wish.json"
    client.post("/analyze", json={"url": URL, "only": ["color_analysis"]})
    client.post("/analyze", json={"url": URL, "profile": "embedded", "only": ["cut_analysis"]})
    house.ledger.begin(VIDEO, "a-run")
    client.post("/analyze", json={"url": URL})
    assert path.read_text() == '{"profile": "embedded", "only": ["cut_analysis"]}'


def test_a_callback_is_filed_once(client, house):
    for _ in range(2):
        client.post("/analyze", json={"url": URL, "callback_url": "https://example.com/told"})
    [path] = (house.data / "callbacks").glob("*.json")
    assert VIDEO in path.name
    assert Wish(VIDEO, "https://example.com/told").url in path.read_text()
