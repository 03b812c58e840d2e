"""Pulling: whole or not at all, whatever the server, the network and the disk do. The server is one of the test's."""

import errno
import hashlib
import io
import json
import multiprocessing
import os
import random
import signal
import subprocess
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from resources import models, receipts
from resources.models import Model, read_catalogue
from resources.pulling import fetch, patience, placing, room, web
from resources.pulling.pull import Pulled, pull
from resources.pulling.web import PullError
from resources.settings import Settings
from tests.resources.server import Page, serving

BODY = random.Random(7).randbytes(1 << 20) * 2
SUM = hashlib.sha256(BODY).hexdigest()
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def server():
    with serving() as served:
        yield served


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(patience, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(web, "TIMEOUT_S", 5.0)


@pytest.fixture
def known(tmp_path, monkeypatch):
    """Write a catalogue of one model, `lamp`, and read it."""

    def write(files: str, more: str = "") -> Model:
        path = tmp_path / "catalogue.toml"
        head = '[lamp]\nrole = "shine"\nfamily = "lamp"\nlicence = "MIT"\nsource = "https://example.org"\n'
        revision = "" if "revision" in more else 'revision = "1"\n'
        path.write_text(f"{head}{revision}{more}\nfiles = [{files}]\n")
        found = read_catalogue(path)
        monkeypatch.setattr(models, "catalogue", lambda: found)
        return found["lamp"]

    return write


@pytest.fixture
def lamp(server, known):
    server.pages["/lamp.bin"] = Page(BODY)
    return known(f'{{ name = "lamp.bin", url = "{server.address}/lamp.bin", sha256 = "{SUM}" }}')


def assert_whole(model: Model, body: bytes = BODY) -> None:
    assert (model.folder / model.files[0].name).read_bytes() == body
    assert [finding.verdict for finding in receipts.verify(model)] == ["good"] * len(model.files)
    receipts.check(model)
    left = {path.name for path in model.folder.parent.iterdir()}
    assert left == {model.name, ".locks", ".partial"} or left == {model.name, ".locks"}
    assert not placing.partial(model).exists()


def assert_nothing(model: Model) -> None:
    assert not model.folder.exists()
    assert not list(model.folder.parent.glob(".*.tmp"))


def refused(model: Model, settings: Settings | None = None, **more) -> PullError:
    with pytest.raises(PullError) as error:
        pull(model, settings or Settings(), **more)
    assert error.value.remedy
    return error.value


def test_a_good_file_is_placed_with_its_receipt_and_not_fetched_again(server, lamp):
    assert pull(lamp, Settings()) == Pulled("lamp", "pulled")
    assert_whole(lamp)
    assert pull(lamp, Settings()) == Pulled("lamp", "present")
    assert len(server.asked) == 1
    assert pull(lamp, Settings(), again=True).status == "pulled"
    assert len(server.asked) == 1  # every file was hashed, and good
    assert_whole(lamp)


def test_a_bit_that_fell_over_is_found_by_hashing_and_mended(server, lamp):
    """Neither size nor time of the file has changed."""
    pull(lamp, Settings())
    path = lamp.folder / "lamp.bin"
    seen = path.stat()
    with path.open("r+b") as file:
        file.seek(1_000_000)
        file.write(bytes([BODY[1_000_000] ^ 1]))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert [finding.verdict for finding in receipts.verify(lamp)] == ["changed"]
    assert pull(lamp, Settings(), again=True).status == "pulled"
    assert_whole(lamp)


def test_a_wrong_sum_leaves_nothing_behind(server, lamp):
    server.pages["/lamp.bin"].body = BODY[:-1] + bytes([BODY[-1] ^ 1])
    error = refused(lamp)
    assert error.word == "wrong_sum"
    assert SUM in error.reason
    assert_nothing(lamp)
    assert not list(placing.partial(lamp).glob("*"))


def test_a_cut_connection_is_resumed_and_only_the_rest_is_sent(server, lamp):
    server.pages["/lamp.bin"].cuts = [700_000, 500_000]
    pull(lamp, Settings())
    assert_whole(lamp)
    first, second, third = server.asked
    assert "range" not in first.headers
    assert (second.headers["range"], second.headers["if-range"]) == ("bytes=700000-", '"one"')
    assert third.headers["range"] == "bytes=1200000-"
    assert (second.sent, third.sent) == (500_000, len(BODY) - 1_200_000)


def test_what_a_pull_that_gave_up_received_is_kept_for_the_next(server, lamp):
    server.pages["/lamp.bin"].cuts = [400_000, *[0] * 10]
    error = refused(lamp)
    assert error.word == "unreachable"
    assert "400000 of 2097152 bytes" in error.reason
    assert_nothing(lamp)
    asked = len(server.asked)
    assert asked == patience.TRIES
    server.pages["/lamp.bin"].cuts = []
    pull(lamp, Settings())
    assert server.asked[-1].headers["range"] == "bytes=400000-"
    assert_whole(lamp)


def test_getting_on_costs_no_tries(server, lamp, monkeypatch):
    monkeypatch.setattr(patience, "GETTING_ON", 100_000)
    server.pages["/lamp.bin"].cuts = [200_000] * 10
    pull(lamp, Settings())
    assert_whole(lamp)


def test_a_server_without_ranges_sends_it_all_again(server, lamp):
    server.pages["/lamp.bin"].has_ranges = False
    server.pages["/lamp.bin"].cuts = [700_000]
    pull(lamp, Settings())
    assert_whole(lamp)
    assert server.asked[1].sent == len(BODY)


def test_a_file_that_changed_in_the_meantime_is_not_mixed_with_the_old_one(server, known):
    server.pages["/lamp.bin"] = Page(b"old" * 100_000, etag='"old"', cuts=[150_000, *[0] * 10])
    model = known(f'{{ name = "lamp.bin", url = "{server.address}/lamp.bin" }}')
    refused(model)
    server.pages["/lamp.bin"] = Page(BODY, etag='"new"')
    assert pull(model, Settings()).unsure == ("lamp.bin",)
    assert_whole(model)


def test_an_old_part_that_no_longer_fits_is_given_up_by_its_sum(server, lamp):
    """A server that confirms no version: the sum tells, and the file is fetched once more from its beginning."""
    server.pages["/lamp.bin"] = Page(b"x" * len(BODY), etag=None, cuts=[700_000, *[0] * 10])
    refused(lamp)
    server.pages["/lamp.bin"] = Page(BODY, etag=None)
    pull(lamp, Settings())
    assert [asked.headers.get("range") for asked in server.asked[-2:]] == ["bytes=700000-", None]
    assert_whole(lamp)


def test_a_file_of_no_stated_length_is_taken_as_it_comes(server, lamp):
    server.pages["/lamp.bin"].has_length = False
    pull(lamp, Settings())
    assert_whole(lamp)


def test_a_file_that_is_gone_is_not_asked_for_twice(server, lamp):
    del server.pages["/lamp.bin"]
    assert refused(lamp).word == "not_found"
    assert len(server.asked) == 1
    assert_nothing(lamp)


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_model_says_to_accept_its_licence(server, lamp, status):
    server.pages["/lamp.bin"].first = [(status, {"X-Error-Message": "Access to model lab/lamp is restricted"})]
    error = refused(lamp)
    assert error.word == "not_allowed"
    assert "Access to model lab/lamp is restricted" in error.reason
    assert "HF_TOKEN" in error.remedy


def test_a_server_that_asks_to_wait_is_waited_for(server, lamp):
    server.pages["/lamp.bin"].first = [(429, {"Retry-After": "1"})]
    started = time.monotonic()
    pull(lamp, Settings())
    assert time.monotonic() - started >= 1.0
    assert_whole(lamp)


def test_a_server_that_asks_to_wait_for_long_is_left_alone(server, lamp):
    server.pages["/lamp.bin"].first = [(429, {"Retry-After": "7200"})]
    error = refused(lamp)
    assert (error.word, error.remedy) == ("too_many", "Try again in 120 minutes")


def test_a_server_that_stumbles_is_asked_again_and_one_that_stays_down_is_given_up(server, lamp):
    server.pages["/lamp.bin"].first = [(503, {}), (500, {})]
    said = []
    pull(lamp, Settings(), tell=lambda told: said.append(told.what))
    assert_whole(lamp)
    assert any("answers 503; trying again" in what for what in said)
    (lamp.folder / "lamp.bin").write_bytes(b"damaged")
    server.pages["/lamp.bin"].first = [(503, {})] * 9
    assert refused(lamp).word == "unreachable"
    assert (lamp.folder / "lamp.bin").read_bytes() == b"damaged"  # what was there stays until there is better


def test_a_slow_server_is_followed_byte_by_byte(server, known):
    body = bytes(range(60))
    server.pages["/slow"] = Page(body, piece=1, pause_s=0.005)
    model = known(f'{{ name = "a.bin", url = "{server.address}/slow", sha256 = "{hashlib.sha256(body).hexdigest()}" }}')
    seen = []
    pull(model, Settings(), tell=lambda told: seen.append(told.done))
    assert_whole(model, body)
    assert len(set(seen)) > 10


def test_a_server_that_falls_silent_is_asked_for_the_rest(server, lamp, monkeypatch):
    monkeypatch.setattr(web, "TIMEOUT_S", 0.3)
    page = server.pages["/lamp.bin"]
    page.piece, page.pause_s = 1 << 20, 1.0

    def tell(told):
        page.pause_s = 0.0 if "trying again" in told.what else page.pause_s

    pull(lamp, Settings(), tell=tell)
    assert_whole(lamp)
    assert len(server.asked) == 2


def test_a_host_that_does_not_answer_is_named(known):
    with serving() as gone:
        address = gone.address
    error = refused(known(f'{{ name = "a.bin", url = "{address}/a.bin" }}'))
    assert error.word == "unreachable"
    assert address in error.reason


def test_no_room_is_said_before_anything_is_written(server, lamp, monkeypatch):
    usage = type("Usage", (), {"free": room.RESERVE + 97_152})
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: usage)
    error = refused(lamp)
    assert error.word == "disk"
    assert "Free 2 MB more" in error.remedy
    assert_nothing(lamp)


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of 1 MB for the models; gives a way to make it larger."""
    folder = tmp_path / "models"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    yield lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up_on_the_way_keeps_what_was_received(server, lamp, tiny_disk):
    server.pages["/lamp.bin"].has_length = False  # so that nobody can know beforehand
    error = refused(lamp)
    assert error.word == "disk"
    assert str(models.models_folder()) in error.reason
    assert_nothing(lamp)
    kept = sum(path.stat().st_size for path in placing.partial(lamp).glob("*"))
    assert kept > 900_000
    tiny_disk("80m")
    pull(lamp, Settings())
    assert server.asked[-1].sent < len(BODY) - 900_000
    assert_whole(lamp)


def test_any_write_may_find_the_disk_full(server, lamp, monkeypatch):
    """The first, the second, ... write fails, until none does: each time nothing is placed, and the next goes on."""
    writes, write = [0], fetch._write

    def full(file, chunk):
        writes[0] -= 1
        if writes[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(file, chunk)

    monkeypatch.setattr(fetch, "_write", full)
    server.pages["/lamp.bin"].piece = 1 << 18
    nth = 1
    while error := attempt(lamp, writes, nth):
        assert error.word == "disk"
        assert_nothing(lamp)
        nth += 1
    assert nth > 1
    assert_whole(lamp)


def attempt(model: Model, writes: list[int], nth: int) -> PullError | None:
    writes[0] = nth
    try:
        pull(model, Settings())
    except PullError as error:
        return error
    return None


def test_a_folder_that_cannot_be_written_names_the_setting(lamp, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "a file" / "models"))
    error = refused(lamp)
    assert error.word == "disk"
    assert "TIKTOK_MODELS" in error.remedy


def test_two_pulls_at_once_fetch_once(server, lamp):
    server.pages["/lamp.bin"].pause_s = 0.005
    said = []
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda n: pull(lamp, Settings(), tell=lambda told: said.append(told.what)), range(2)))
    assert sorted(pulled.status for pulled in done) == ["present", "pulled"]
    assert len(server.asked) == 1
    assert any("waiting" in what for what in said)
    assert_whole(lamp)


def test_a_pull_that_was_killed_is_resumed(server, lamp):
    page = server.pages["/lamp.bin"]
    page.pause_s = 0.05
    process = multiprocessing.get_context("fork").Process(target=pull, args=(lamp, Settings()))
    process.start()
    partial = placing.partial(lamp)
    deadline = time.monotonic() + 20
    while sum(path.stat().st_size for path in partial.glob("*")) < 300_000 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert not lamp.folder.exists()
    page.pause_s = 0.0
    pull(lamp, Settings())
    assert int(server.asked[-1].headers["range"][6:-1]) >= 300_000
    assert_whole(lamp)


def test_a_pull_that_was_killed_between_its_renames_loses_nothing(server, lamp):
    pull(lamp, Settings())
    lamp.folder.rename(lamp.folder.with_name(".lamp.old"))
    assert pull(lamp, Settings()).status == "present"
    assert_whole(lamp)


def test_a_changed_file_is_found_and_only_it_is_fetched_again(server, known):
    server.pages |= {"/lamp.bin": Page(BODY), "/names.txt": Page(b"red\ngreen")}
    model = known(
        f'{{ name = "lamp.bin", url = "{server.address}/lamp.bin", sha256 = "{SUM}" }}, '
        f'{{ name = "more/names.txt", url = "{server.address}/names.txt" }}'
    )
    assert pull(model, Settings()).unsure == ("more/names.txt",)
    with (model.folder / "more/names.txt").open("r+b") as file:
        file.write(b"R")
    assert [finding.verdict for finding in receipts.verify(model)] == ["good", "changed"]
    pull(model, Settings())
    assert [asked.path for asked in server.asked] == ["/lamp.bin", "/names.txt", "/names.txt"]
    assert_whole(model)


def test_one_file_that_cannot_be_had_keeps_the_model_away(server, known):
    server.pages["/lamp.bin"] = Page(BODY)
    model = known(
        f'{{ name = "lamp.bin", url = "{server.address}/lamp.bin", sha256 = "{SUM}" }}, '
        f'{{ name = "b.bin", url = "{server.address}/b.bin" }}'
    )
    assert refused(model).word == "not_found"
    assert_nothing(model)
    server.pages["/b.bin"] = Page(b"b")
    pull(model, Settings())
    assert [asked.path for asked in server.asked] == ["/lamp.bin", "/b.bin", "/b.bin"]
    assert_whole(model)


# the hub


def hub_pages(server, cdn: str, sha256: str = SUM) -> None:
    """A large file that lies elsewhere, a small one that git holds, and what `main` stands for."""
    small = b'{"lamp": 1}'
    blob = hashlib.sha1(b"blob %d\0" % len(small) + small).hexdigest()
    at = f"/lab/lamp/resolve/{COMMIT}"
    linked = {"X-Linked-Etag": f'"{sha256}"', "X-Repo-Commit": COMMIT}
    server.pages |= {
        "/api/models/lab/lamp/revision/main": Page(json.dumps({"sha": COMMIT}).encode()),
        f"{at}/model.safetensors": Page(location=f"{cdn}/blob", headers=linked),
        f"{at}/config.json": Page(location="/cache/config.json", headers={"X-Repo-Commit": COMMIT}),
        "/cache/config.json": Page(small, etag=f'"{blob}"'),
        "/blob": Page(BODY, etag='"of the store"'),
    }


HUB_FILES = '{ name = "model.safetensors" }, { name = "config.json" }'
ON_THE_HUB = 'repository = "lab/lamp"\nrevision = "main"'


def test_a_branch_is_resolved_to_its_commit_and_the_hubs_sums_are_checked(server, known):
    hub_pages(server, server.address)
    model = known(HUB_FILES, ON_THE_HUB)
    settings = Settings(mirrors={"https://huggingface.co": server.address})
    assert pull(model, settings) == Pulled("lamp", "pulled", COMMIT)
    assert receipts.revision(model) == COMMIT
    assert_whole(model)


@pytest.mark.parametrize("what", ["large", "small", "commit"])
def test_what_is_not_what_the_hub_says_is_refused(server, known, what):
    hub_pages(server, server.address, sha256="0" * 64 if what == "large" else SUM)
    if what == "small":
        server.pages["/cache/config.json"].body = b'{"lamp": 2}'
    if what == "commit":
        server.pages[f"/lab/lamp/resolve/{COMMIT}/config.json"].headers = {"X-Repo-Commit": "f" * 40}
    model = known(HUB_FILES, ON_THE_HUB)
    assert refused(model, Settings(mirrors={"https://huggingface.co": server.address})).word == "wrong_sum"
    assert_nothing(model)


def test_a_hub_that_holds_another_file_by_now_is_left_before_it_is_fetched(server, known):
    hub_pages(server, server.address)
    files = HUB_FILES.replace('safetensors"', f'safetensors", sha256 = "{"0" * 64}"')
    error = refused(known(files, ON_THE_HUB), Settings(mirrors={"https://huggingface.co": server.address}))
    assert error.word == "wrong_sum"
    assert f"is the file {SUM} by now" in error.reason
    assert not list(models.models_folder().glob(".partial/*/*"))


def test_the_token_goes_to_the_hub_alone(server, known, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serving() as elsewhere:
        hub_pages(server, elsewhere.address)
        elsewhere.pages["/blob"] = Page(BODY)
        monkeypatch.setattr(models, "HUB", server.address)
        pull(known(HUB_FILES, ON_THE_HUB), Settings())
        assert {asked.headers.get("authorization") for asked in server.asked} == {"Bearer hf_secret"}
        assert [asked.headers.get("authorization") for asked in elsewhere.asked] == [None]


def test_a_mirror_is_not_told_the_token(server, known, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub_pages(server, server.address)
    pull(known(HUB_FILES, ON_THE_HUB), Settings(mirrors={"https://huggingface.co": server.address}))
    assert {asked.headers.get("authorization") for asked in server.asked} == {None}


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("file:///etc/passwd", "is no web address"),
        ("ftp://127.0.0.1/x", "is no web address"),
        ("/lamp.bin", "leads in circles"),
    ],
)
def test_a_redirect_leads_to_the_web_and_not_in_circles(server, lamp, location, said):
    server.pages["/lamp.bin"].location = location
    error = refused(lamp)
    assert error.word == "unreachable"
    assert said in error.reason
    assert_nothing(lamp)


def test_a_mirror_stands_in_for_what_begins_like_it(server, known):
    server.pages["/mirror/a/lamp.bin"] = Page(BODY)
    model = known(f'{{ name = "lamp.bin", url = "https://nowhere.invalid/files/a/lamp.bin", sha256 = "{SUM}" }}')
    pull(model, Settings(mirrors={"https://nowhere.invalid/files/": f"{server.address}/mirror/"}))
    assert_whole(model)


# archives


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name.replace("__", "/"), body)
    return packed.getvalue()


def test_one_file_of_an_archive_is_taken_out_and_checked(server, known):
    server.pages["/a.zip"] = Page(zipped(weights__lamp=BODY, other=b"x"))
    of_archive = f'url = "{server.address}/a.zip"'
    model = known(
        f'{{ name = "lamp.bin", {of_archive}, member = "weights/lamp", sha256 = "{SUM}" }}, '
        f'{{ name = "other", {of_archive}, member = "other" }}'
    )
    pull(model, Settings())
    assert sum(asked.sent for asked in server.asked) == len(server.pages["/a.zip"].body)
    assert_whole(model)


def test_an_archive_writes_nothing_but_the_file_asked_for(server, known, tmp_path):
    packed = zipped(**{"..__..__evil": b"evil", "lamp": BODY})
    server.pages["/a.zip"] = Page(packed)
    model = known(f'{{ name = "lamp.bin", url = "{server.address}/a.zip", member = "lamp", sha256 = "{SUM}" }}')
    pull(model, Settings())
    assert not list(tmp_path.rglob("*evil*"))
    assert_whole(model)


@pytest.mark.parametrize("body", [zipped(other=b"x"), zipped(lamp=b"another"), b"<html>", zipped(lamp=BODY)[:-9]])
def test_an_archive_that_holds_something_else_is_refused(server, known, body):
    server.pages["/a.zip"] = Page(body)
    model = known(f'{{ name = "lamp.bin", url = "{server.address}/a.zip", member = "lamp", sha256 = "{SUM}" }}')
    assert refused(model).word == "wrong_sum"
    assert_nothing(model)


def test_a_name_that_leads_out_of_the_models_folder_is_refused(server, known, tmp_path):
    server.pages["/x"] = Page(b"x")
    model = known(f'{{ name = "../../evil", url = "{server.address}/x" }}')
    refused(model)
    assert not list(tmp_path.rglob("*evil*"))


# from a folder


@pytest.mark.parametrize("place", ["lamp/lamp.bin", "lamp.bin", "download (1).bin", "deep/er/x"])
def test_files_brought_by_hand_are_found_by_name_or_by_sum(server, lamp, tmp_path, place):
    path: Path = tmp_path / "usb" / place
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)
    assert pull(lamp, Settings(), source=tmp_path / "usb").status == "pulled"
    assert server.asked == []
    assert_whole(lamp)
    path.write_bytes(b"changed later")  # a copy, not a link
    assert_whole(lamp)


def test_files_that_are_not_there_are_all_named(known, tmp_path):
    model = known(f'{{ name = "a.bin", sha256 = "{SUM}" }}, {{ name = "b.bin" }}, {{ name = "c.bin" }}', ON_THE_HUB)
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "a.bin").write_bytes(b"wrong")
    (tmp_path / "usb" / "c.bin").write_bytes(b"c")
    error = refused(model, source=tmp_path / "usb")
    assert error.word == "not_found"
    assert f"a.bin ({SUM})" in error.reason
    assert "b.bin" in error.reason
    assert "c.bin" not in error.reason
    assert "there is a.bin, with another sum" in error.reason
    assert refused(model, source=tmp_path / "nowhere").word == "not_found"


def test_a_models_folder_of_another_machine_is_taken_with_its_sums(server, known, tmp_path, monkeypatch):
    hub_pages(server, server.address)
    model = known(HUB_FILES, ON_THE_HUB)
    pull(model, Settings(mirrors={"https://huggingface.co": server.address}))
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "here"))
    assert pull(model, Settings(), source=tmp_path / "models") == Pulled("lamp", "pulled", COMMIT)
    assert receipts.revision(model) == COMMIT
    assert_whole(model)
    (tmp_path / "models" / "lamp" / "config.json").write_text('{"lamp": 3}')
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "there"))
    assert "config.json" in refused(model, source=tmp_path / "models").reason


def test_an_archive_brought_by_hand_serves_too(server, known, tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(lamp=BODY))
    model = known(f'{{ name = "lamp.bin", url = "{server.address}/a.zip", member = "lamp", sha256 = "{SUM}" }}')
    pull(model, Settings(), source=tmp_path)
    assert server.asked == []
    assert_whole(model)


# licences and what is no download


def test_a_licence_that_is_not_allowed_is_refused_before_anything_is_asked(server, known):
    model = known(f'{{ name = "a.bin", url = "{server.address}/a.bin" }}', 'terms = "copyleft"')
    error = refused(model)
    assert error.word == "licence"
    assert 'licences = "research"' in error.remedy
    assert server.asked == []
    server.pages["/a.bin"] = Page(b"a")
    pull(model, Settings(licences="research"))
    assert_whole(model, b"a")


def test_a_model_that_a_wheel_carries_is_no_download(known):
    assert pull(known("", 'ships_in = "json"'), Settings()).status == "present"
    assert refused(known("", 'ships_in = "no_such_package"')).word == "no_source"
