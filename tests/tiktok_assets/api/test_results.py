"""What is told of results, and how their files are handed out."""

import pytest

from tests.tiktok_assets.api.conftest import TOKEN, VIDEO, client_of, finish, write_report
from tiktok_assets.api.progress import Watcher

OTHER = "local-0123456789abcdef"


@pytest.fixture
def done(house) -> str:
    """A video with a report and all its files."""
    house.ledger.accept(VIDEO, "https://www.tiktok.com/@n/video/" + VIDEO)
    write_report(house, VIDEO)
    folder = house.store.report_folder(VIDEO)
    (folder / "timeline.png").write_bytes(bytes(range(256)) * 10)
    (folder / "page.html").write_text("<script>1</script>")
    (folder / "exports").mkdir()
    (folder / "exports" / "cuts.edl").write_text("TITLE: cuts")
    table = house.store.table_path("cut_analysis", VIDEO)
    table.parent.mkdir(parents=True)
    table.write_bytes(b"PAR1")
    house.store.video_path(VIDEO).parent.mkdir(parents=True)
    house.store.video_path(VIDEO).write_bytes(b"mp4")
    finish(house, VIDEO)
    return VIDEO


def test_a_list_names_all_newest_first_in_pages(client, house):
    for number in range(5):
        house.ledger.accept(f"730000000000000000{number}", "x")
    house.ledger.finish("7300000000000000003", "refused", "private", "it is", "log in")
    write_report(house, OTHER)  # by hand, before there was a ledger
    whole = client.get("/results").json()
    ids = [told["id"] for told in whole["results"]]
    assert whole["total"] == 6
    assert ids == [f"730000000000000000{n}" for n in (4, 3, 2, 1, 0)] + [OTHER]
    pages = [client.get("/results", params={"offset": n, "limit": 2}).json()["results"] for n in (0, 2, 4, 6)]
    assert [told["id"] for page in pages for told in page] == ids
    refused = client.get("/results", params={"state": "refused"}).json()
    assert [(told["word"], told["remedy"]) for told in refused["results"]] == [("private", "log in")]
    assert client.get("/results", params={"state": "done"}).json()["total"] == 1


@pytest.mark.parametrize(
    "query",
    ["offset=-1", "limit=0", "limit=1000000000", "offset=1e9", "offset=99999999999999", "state=lost", "limit=a"],
)
@pytest.mark.case("a15")
def test_a_list_has_bounds(client, query):
    answer = client.get(f"/results?{query}")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


@pytest.mark.parametrize(
    "key", ["7", "local-1", "x", "..%2f..%2fetc", "%2e%2e%2fx", "7300000000000000001%00", "local-" + "g" * 16]
)
@pytest.mark.case("a15")
def test_what_is_no_key_never_reaches_the_disk(client, key):
    for path in ("", "/report.json", "/progress", "/video.mp4", "/tables/a.parquet"):
        assert client.get(f"/results/{key}{path}").status_code in (404, 422)
    assert client.delete(f"/results/{key}").status_code in (404, 422)


@pytest.mark.case("a15")
def test_a_key_that_nobody_knows_is_not_found(client):
    for path in ("", "/report.json", "/timeline.png", "/progress", "/video.mp4", "/tables/cut_analysis.parquet"):
        answer = client.get(f"/results/{VIDEO}{path}")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), path
    assert client.delete(f"/results/{VIDEO}").status_code == 404


def test_one_result_says_how_it_fared_and_where_each_file_is(client, done):
    told = client.get(f"/results/{done}").json()
    assert (told["status"], told["summary"]["complete"]) == ("done", True)
    assert told["analyzers"]["cut_analysis"]["rows"] == 3
    assert len(told["files"]) == 6
    for path in told["files"]:
        assert client.get(path).status_code == 200, path


def test_how_it_came_about_is_shown_as_plain_text(client, house, done):
    (house.store.report_folder(done) / "METHODS.md").write_text("# Methods: `<script>`")
    answer = client.get(f"/results/{done}/METHODS.md")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert f"/results/{done}/METHODS.md" in client.get(f"/results/{done}").json()["files"]


def test_a_browser_is_sent_to_the_page(client, done):
    answer = client.get(f"/results/{done}", headers={"Accept": "text/html,*/*"}, follow_redirects=False)
    assert answer.headers["Location"] == f"/results/{done}/page.html"
    policy = client.get(f"/results/{done}/page.html").headers["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy


def test_files_come_in_parts_and_only_when_they_have_changed(client, done):
    path = f"/results/{done}/timeline.png"
    whole = client.get(path)
    assert (whole.headers["Content-Type"], len(whole.content)) == ("image/png", 2560)
    part = client.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["Content-Range"] == "bytes 10-19/2560"
    last = client.get(path, headers={"Range": "bytes=-6"})
    assert last.content == bytes(range(250, 256))
    assert client.get(path, headers={"Range": "bytes=99999-"}).status_code == 416
    same = client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    other = client.get(path, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert other.status_code == 200
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "2560")


def test_links_out_of_the_folder_are_not_followed(client, house, done, tmp_path):
    (tmp_path / "secret").write_text("secret")
    report = house.store.report_folder(done)
    (report / "timeline.png").unlink()
    (report / "timeline.png").symlink_to(tmp_path / "secret")
    (report / "exports" / "x.txt").symlink_to(tmp_path / "secret")
    for path in ("timeline.png", "exports/x.txt", "exports/..%2freport.json", "exports/nothing", "tables/x.parquet"):
        assert client.get(f"/results/{done}/{path}").status_code in (404, 422), path


def test_what_is_forgotten_is_gone(client, house, done):
    assert client.delete(f"/results/{done}").json()["files"] >= 6
    assert client.get(f"/results/{done}").status_code == 404
    assert not house.store.report_folder(done).exists()
    assert house.ledger.accepted() == 0


def test_what_is_being_analyzed_is_not_forgotten(client, house, monkeypatch):
    from tiktok_assets.upkeep.forget import BusyError

    def busy(*_args, **_more):
        raise BusyError("a run is at it")

    house.ledger.accept(VIDEO, "x")
    monkeypatch.setattr("tiktok_assets.api.results.forget", busy)
    answer = client.delete(f"/results/{VIDEO}")
    assert (answer.status_code, answer.json()["error"]) == (409, "busy")
    assert house.ledger.entry(VIDEO)


# Progress


def test_progress_of_what_has_ended_is_its_end(client, done):
    answer = client.get(f"/results/{done}/progress")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.text == f'event: end\ndata: {{"id": "{done}", "status": "done"}}\n\n'


def test_progress_tells_states_and_steps_as_they_come(house):
    import dagster as dg

    @dg.asset(partitions_def=dg.DynamicPartitionsDefinition(name="videos"))
    def shots() -> None: ...

    house.instance.add_dynamic_partitions("videos", [VIDEO])
    house.ledger.accept(VIDEO, "x")
    watcher = Watcher(house, VIDEO)
    assert watcher.look() == [("state", {"id": VIDEO, "status": "waiting"})]
    assert watcher.look() == []
    run = dg.materialize([shots], instance=house.instance, partition_key=VIDEO)
    house.ledger.begin(VIDEO, run.run_id)
    kinds = [(kind, told.get("status") or told["what"]) for kind, told in watcher.look()]
    assert kinds == [("state", "running"), ("step", "started"), ("step", "made")]
    house.ledger.finish(VIDEO, "refused", "no_frames", "no picture", "export it anew")
    [(kind, told)] = watcher.look()
    assert (kind, told["word"], told["remedy"]) == ("end", "no_frames", "export it anew")


def test_events_are_for_those_with_the_token(make_house):
    house = make_house(token=TOKEN)
    house.ledger.accept(VIDEO, "x")
    with client_of(house) as client:
        assert client.get(f"/results/{VIDEO}/progress").status_code == 401
