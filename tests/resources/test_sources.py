"""Files come in by descriptor, from where they may come, and as they were when they were accepted."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from resources.door import MediaError
from resources.ledger import Ledger
from resources.sources import CAPTIONS_BYTES, LOOK_FIRST_BYTES, accept, fetch, write_post
from resources.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(root=str(tmp_path / "data"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def _word(store: Store, path: Path, root: Path | None = None) -> str:
    with pytest.raises(MediaError) as refused:
        accept(store, path, root)
    assert refused.value.detail
    assert refused.value.remedy
    return refused.value.word


def test_a_file_is_known_by_what_is_in_it(store: Store, folder: Path) -> None:
    path = folder / "Мой клип 👩‍👩‍👧.mp4"
    path.write_bytes(b"some bytes")
    video = accept(store, path)
    assert video == f"local-{hashlib.sha256(b'some bytes').hexdigest()[:16]}"
    assert json.loads(store.request_path(video).read_text()) == {"path": str(path), "name": path.name}
    assert fetch(store, video).read_bytes() == b"some bytes"
    assert store.video_path(video).read_bytes() == b"some bytes"


def test_what_is_no_plain_file_is_refused_with_a_word(store: Store, folder: Path, tmp_path: Path) -> None:
    (folder / "empty.mp4").touch()
    (folder / "folder.mp4").mkdir()
    os.mkfifo(folder / "fifo.mp4")
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "dangling.mp4").symlink_to("nothing")
    (folder / "zero.mp4").symlink_to("/dev/zero")
    (folder / "half.mp4.part").write_bytes(b"x")
    (tmp_path / "other.mp4").write_bytes(b"x")
    (folder / "outside.mp4").symlink_to(tmp_path / "other.mp4")
    words = {path.name: _word(store, path) for path in folder.iterdir()}
    assert words == {
        "empty.mp4": "empty_file",
        "folder.mp4": "not_a_regular_file",
        "fifo.mp4": "not_a_regular_file",
        "loop.mp4": "unreadable",
        "dangling.mp4": "not_found",
        "zero.mp4": "outside_root",
        "half.mp4.part": "unfinished_download",
        "outside.mp4": "outside_root",
    }
    assert _word(store, folder / "absent.mp4") == "not_found"
    assert _word(store, folder / "nul\0.mp4") == "not_found"
    assert _word(store, folder / ("n" * 300)) == "not_found"


def test_a_link_may_lead_to_where_the_root_allows(store: Store, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.mp4").write_bytes(b"x")
    (folder / "link.mp4").symlink_to(tmp_path / "other.mp4")
    assert accept(store, folder / "link.mp4", root=tmp_path).startswith("local-")
    assert _word(store, tmp_path / "other.mp4", root=folder) == "outside_root"


def test_a_huge_file_that_is_no_media_is_not_read_through(store: Store, folder: Path) -> None:
    path = folder / "sparse.mp4"
    with path.open("wb") as file:
        file.truncate(LOOK_FIRST_BYTES * 1024)
    assert _word(store, path) == "not_media"


def test_a_file_that_changed_since_it_was_accepted_is_not_taken_for_it(store: Store, folder: Path) -> None:
    path = folder / "a.mp4"
    path.write_bytes(b"before")
    video = accept(store, path)
    path.write_bytes(b"after")
    with pytest.raises(MediaError) as refused:
        fetch(store, video)
    assert refused.value.word == "unreadable"
    assert not store.video_path(video).exists()
    path.unlink()
    with pytest.raises(MediaError) as refused:
        fetch(store, video)
    assert refused.value.word == "not_found"


CUES = "WEBVTT\n\n00:00.000 --> 00:01.000\nGrüße\n"


@pytest.mark.parametrize("name", ["clip.vtt", "clip.de.vtt"])
def test_captions_beside_a_video_come_with_it(store: Store, folder: Path, name: str) -> None:
    (folder / "clip.mp4").write_bytes(b"some bytes")
    (folder / name).write_text("\ufeff" + CUES)
    (folder / "clip2.vtt").write_text("not these")
    video = accept(store, folder / "clip.mp4")
    assert write_post(store, video).subtitles == CUES
    assert store.read("post", video).subtitles == CUES


def test_without_captions_the_post_has_none(store: Store, folder: Path) -> None:
    (folder / "clip.mp4").write_bytes(b"some bytes")
    (folder / "clip2.vtt").write_text(CUES)
    assert write_post(store, accept(store, folder / "clip.mp4")).subtitles is None


def test_captions_that_cannot_be_taken_do_not_keep_the_video_out(store: Store, folder: Path, tmp_path: Path) -> None:
    (folder / "clip.mp4").write_bytes(b"some bytes")
    (tmp_path / "secret").write_text("root:x:0:0")
    (folder / "clip.vtt").symlink_to(tmp_path / "secret")
    (folder / "long.mp4").write_bytes(b"other bytes")
    (folder / "long.vtt").write_bytes(b"x" * (CAPTIONS_BYTES + 1))
    for name in ("clip.mp4", "long.mp4"):
        video = accept(store, folder / name, folder)
        assert write_post(store, video).subtitles is None


@pytest.mark.parametrize("name", ["clip.info.json", "clip.json"])
def test_a_side_car_beside_a_video_tells_of_its_post(store: Store, folder: Path, name: str) -> None:
    (folder / "clip.mp4").write_bytes(b"some bytes")
    (folder / name).write_text(
        "\ufeff" + json.dumps({"desc": "Grüße #Film", "stats": {"playCount": 7}, "cookies": "x"})
    )
    (folder / "clip2.json").write_text(json.dumps({"desc": "another's"}))
    video = accept(store, folder / "clip.mp4")
    post = write_post(store, video)
    assert (post.caption, post.hashtags, post.play_count) == ("Grüße #Film", ("Film",), 7)
    assert json.loads(store.info_path(video).read_text()) == {"desc": "Grüße #Film", "stats": {"playCount": 7}}


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "7", '{"a": 1}', "[" * 100_000, "\x00", '{"desc": ' + '"' + "x" * 100]
)
def test_a_side_car_that_cannot_be_read_does_not_keep_the_video_out(store: Store, folder: Path, text: str) -> None:
    (folder / "clip.mp4").write_bytes(b"some bytes")
    (folder / "clip.json").write_text(text)
    video = accept(store, folder / "clip.mp4")
    assert write_post(store, video).caption is None
    assert not store.info_path(video).exists()


def test_names_as_long_as_can_be_and_names_that_are_no_text_come_in(store: Store, folder: Path) -> None:
    for name in (b"n" * 251 + b".mp4", b"\xff\xfe.mp4"):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.write_bytes(name)
        video = accept(store, path)
        assert fetch(store, video).read_bytes() == name


def test_what_is_accepted_stands_in_the_ledger_first(store: Store, folder: Path) -> None:
    (folder / "clip.mp4").write_bytes(b"some bytes")
    video = accept(store, folder / "clip.mp4")
    entry = Ledger(Path(store.root)).entry(video)
    assert entry is not None
    assert (entry.state, entry.source) == ("waiting", str(folder / "clip.mp4"))
