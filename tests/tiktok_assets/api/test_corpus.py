"""The page over all videos, as it is served; and which of our files a page from nowhere may have."""

import re

import pytest

from tests.tiktok_assets.api.conftest import TOKEN, VIDEO, client_of, write_report
from tests.tiktok_assets.corpus.videos import HOSTILE, told_of, write_told
from tiktok_assets.corpus.page import page_path

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def told(house) -> str:
    """A video with a report, its page, and the files that pages load."""
    write_told(house.store, VIDEO, told_of(VIDEO, {"caption": HOSTILE}))
    folder = house.store.report_folder(VIDEO)
    (folder / "page.html").write_text("<script>1</script>")
    (folder / "reconstruction").mkdir()
    (folder / "reconstruction" / "stills.mp4").write_bytes(b"rebuilt")
    house.store.video_path(VIDEO).parent.mkdir(parents=True)
    house.store.video_path(VIDEO).write_bytes(b"0123456789")
    return VIDEO


def test_all_videos_are_on_one_page_that_is_made_when_it_is_asked_for(client, house, told):
    answer = client.get("/corpus")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'"id":"{told}"' in answer.text
    other = "local-0123456789abcdef"
    write_report(house, other)
    assert f'"id":"{other}"' in client.get("/corpus").text
    assert client.delete(f"/results/{other}").status_code == 200
    assert other not in client.get("/corpus").text
    assert client.head("/corpus").headers["Content-Length"] == str(page_path(house.store).stat().st_size)
    tag = client.get("/corpus").headers["ETag"]
    assert client.get("/corpus", headers={"If-None-Match": tag}).status_code == 304


def test_there_is_a_page_where_nothing_is_analyzed(client):
    assert client.get("/corpus").status_code == 200


def test_no_page_may_run_as_ours(client, told):
    for path in ("/corpus", f"/results/{told}/page.html"):
        policy = client.get(path, headers=BROWSER).headers["Content-Security-Policy"]
        assert "sandbox allow-scripts" in policy
        assert "allow-same-origin" not in policy
        assert "default-src 'none'" in policy


def test_a_browser_is_given_a_pass_with_the_page_and_a_program_is_not(client, house, told):
    for path in ("/corpus", f"/results/{told}/page.html"):
        for old in ("", "?pass=", "?pass=another"):
            answer = client.get(path + old, headers=BROWSER, follow_redirects=False)
            assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?pass={house.page_pass}")
        assert client.get(f"{path}?pass={house.page_pass}", headers=BROWSER, follow_redirects=False).status_code == 200
        assert client.get(path, follow_redirects=False).status_code == 200
    missing = f"/results/{told[:-1]}9/page.html"
    assert client.get(missing, headers=BROWSER, follow_redirects=False).status_code == 404


@pytest.mark.parametrize("name", ["video.mp4", "contact.webp", "reconstruction/stills.mp4"])
def test_a_film_is_for_pages_from_nowhere_only_with_the_pass(client, house, told, name):
    path = f"/results/{told}/{name}"
    for given in ("", "?pass=", "?pass=another", f"?pass={house.page_pass}x", "?pass=%00ü"):
        assert client.get(path + given).headers["Cross-Origin-Resource-Policy"] == "same-origin", given
    passed = f"{path}?pass={house.page_pass}"
    whole = client.get(passed)
    part = client.get(passed, headers={"Range": "bytes=2-4"})
    same = client.get(passed, headers={"If-None-Match": whole.headers["ETag"]})
    assert [answer.status_code for answer in (whole, part, same)] == [200, 206, 304]
    assert part.content == whole.content[2:5]
    found = {answer.headers["Cross-Origin-Resource-Policy"] for answer in (whole, part, same, client.head(passed))}
    assert found == {"cross-origin"}


def test_nothing_else_is_for_pages_from_nowhere(client, house, told):
    for name in ("report.json", "page.html", "tables/cut_analysis.parquet", "exports/x.srt"):
        answer = client.get(f"/results/{told}/{name}?pass={house.page_pass}")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_pass_opens_nothing_to_who_has_no_token_or_calls_another_name(make_house):
    house = make_house(token=TOKEN)
    write_told(house.store, VIDEO)
    with client_of(house) as client:
        for path in ("/corpus", f"/results/{VIDEO}/contact.webp"):
            passed = f"{path}?pass={house.page_pass}"
            bearer = {"Authorization": f"Bearer {TOKEN}"}
            assert client.get(passed).status_code == 401
            assert client.get(passed, headers=bearer).status_code == 200
            assert client.get(passed, headers=bearer | {"Host": "evil.example"}).status_code == 400


def test_every_server_has_a_pass_of_its_own(make_house, tmp_path):
    one = make_house()
    assert re.fullmatch(r"[\w-]{20,}", one.page_pass)
    assert one.page_pass != type(one)(one.data, one.instance, one.settings).page_pass


def test_what_was_rebuilt_is_among_the_files_and_links_out_of_its_folder_are_not_followed(
    client, house, told, tmp_path
):
    assert f"/results/{told}/reconstruction/stills.mp4" in client.get(f"/results/{told}").json()["files"]
    (tmp_path / "secret").write_text("secret")
    (house.store.report_folder(told) / "reconstruction" / "x.mp4").symlink_to(tmp_path / "secret")
    assert client.get(f"/results/{told}/reconstruction/x.mp4").status_code == 404
