"""The drop folder: what is put there is taken once, and nothing of it is lost, whenever its taker dies."""

import errno
import os
import shutil
import time
from pathlib import Path

import pytest

from resources.ledger import Ledger
from tiktok_assets.arrivals import inbox as module
from tiktok_assets.arrivals.inbox import DOSE, IN_HAND, Inbox, Refused, Taken, next_dose


def url(number: int) -> str:
    return f"https://www.tiktok.com/@someone/video/{7_000_000_000_000_000_000 + number}"


def key(number: int) -> str:
    return str(7_000_000_000_000_000_000 + number)


@pytest.fixture
def folder(store, tmp_path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


@pytest.fixture
def inbox(store, settings, folder) -> Inbox:
    return Inbox(store, settings, folder)


def drop(folder: Path, name: str, content: str | bytes | Path, age_s: float = 60) -> Path:
    path = folder / name
    if isinstance(content, Path):
        shutil.copy(content, path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def words(taken: Taken) -> dict[str, str]:
    return {refused.name: refused.error.word for refused in taken.refused}


def waiting(store) -> list[str]:
    return Ledger(Path(store.root)).unfinished()


# Lists


def test_a_lists_videos_are_in_the_ledger_before_it_is_put_away(inbox, folder, store, monkeypatch):
    drop(folder, "list.txt", f"{url(1)}\n{url(2)}\n")
    there = []
    real = module._put_away
    monkeypatch.setattr(module, "_put_away", lambda *given: (there.append(waiting(store)), real(*given))[1])
    assert inbox.take().new == [key(1), key(2)]
    assert there == [[key(1), key(2)]]
    assert names(folder / "done") == {"list.txt"}
    assert Ledger(Path(store.root)).entry(key(1)).source == url(1)


@pytest.mark.case("u13", "u14", "u15")
def test_the_same_video_is_one_however_often_and_in_whatever_spelling_it_comes(inbox, folder):
    drop(folder, "a.txt", f"{url(1)}\n{url(1)}\n{url(1).replace('www.', 'm.')}?_r=1&lang=de\n")
    drop(folder, "b.csv", f"video\n{url(1)}\n{url(2)}\n")
    taken = inbox.take()
    assert (taken.new, taken.known) == ([key(1), key(2)], 3)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", marks=pytest.mark.case("u1")),
        pytest.param("\n  \n# nothing\n", marks=pytest.mark.case("u2")),
        pytest.param(b"\xef\xbb\xbf", marks=pytest.mark.case("u3")),
        pytest.param(b"\0" * 30, marks=pytest.mark.case("u4")),
    ],
)
def test_an_empty_list_is_done(inbox, folder, store, content):
    drop(folder, "empty.txt", content)
    assert inbox.take().refused == []
    assert (waiting(store), names(folder / "done")) == ([], {"empty.txt"})


@pytest.mark.case("u16")
def test_one_bad_line_is_named_and_costs_the_others_nothing(inbox, folder):
    lines = [url(n) for n in range(99)]
    lines.insert(41, "https://tiktok.com.evil.example/@a/video/7000000000000000000")
    drop(folder, "list.txt", "\n".join(lines))
    taken = inbox.take()
    assert len(taken.new) == 99
    assert words(taken) == {"list.txt": "bad_lines"}
    assert names(folder / "done") == {"list.txt", "list.txt.errors"}
    told = (folder / "done/list.txt.errors").read_text()
    assert told.startswith("line 42: bad_url: ")
    assert "evil.example" in told


def test_a_list_of_bad_lines_alone_is_rejected(inbox, folder, store):
    drop(folder, "prose.txt", "dear colleague,\nplease look at these\n")
    assert words(inbox.take()) == {"prose.txt": "bad_lines"}
    assert names(folder / "rejected") == {"prose.txt", "prose.txt.error"}
    assert waiting(store) == []


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("many.txt", "#\n" * 1_000_000, "too_large"),
        ("long.txt", "x" * ((16 << 20) + 1), "too_large"),
        ("odd.json", "{", "not_a_list"),
    ],
)
@pytest.mark.case("u12")
def test_a_list_that_cannot_be_taken_lies_beside_its_reason(inbox, folder, name, content, word):
    drop(folder, name, content)
    assert words(inbox.take()) == {name: word}
    assert (folder / "rejected" / f"{name}.error").read_text().startswith(word)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("list.txt", marks=pytest.mark.case("u20", "u22")),  # each drop has a time of its own
        pytest.param("other.csv", marks=pytest.mark.case("u21")),
    ],
)
def test_a_list_dropped_again_is_put_away_and_nothing_is_new(inbox, folder, store, name):
    drop(folder, "list.txt", f"{url(1)}\n{url(2)}\n")
    assert len(inbox.take().new) == 2
    Ledger(Path(store.root)).begin(key(1), "a run")
    drop(folder, name, f"{url(1)}\n{url(2)}\n", age_s=30)
    assert inbox.take() == Taken(known=2)
    assert names(folder) == {"done"}
    assert Ledger(Path(store.root)).accepted() == 2
    assert Ledger(Path(store.root)).entry(key(1)).state == "running"


def test_a_list_dropped_again_adds_nothing_and_wakes_what_was_refused(inbox, folder, store):
    ledger = Ledger(Path(store.root))
    drop(folder, "list.txt", f"{url(1)}\n{url(2)}\n")
    inbox.take()
    ledger.finish(key(2), "refused", "login_required", "", "")
    drop(folder, "again.txt", f"{url(1)}\n{url(2)}\n")
    assert inbox.take().new == []
    assert ledger.entry(key(2)).state == "waiting"
    assert ledger.accepted() == 2


# Files that are not whole yet, or not what they were


@pytest.mark.case("u17")
def test_a_file_is_taken_when_it_has_been_still_for_a_while(inbox, folder):
    path = drop(folder, "list.txt", url(1), age_s=0)
    assert (inbox.take().new, inbox.take().n_left) == ([], 1)
    os.utime(path, (time.time() - 3,) * 2)
    assert inbox.take().new == [key(1)]


def test_a_file_from_the_future_is_taken_when_it_was_seen_to_be_still(inbox, folder, monkeypatch):
    drop(folder, "list.txt", url(1), age_s=-86_400)
    assert inbox.take().new == []
    monkeypatch.setattr(module, "STABLE_S", 0.0)
    assert inbox.take().new == [key(1)]


@pytest.mark.parametrize("name", ["l.txt.part", ".l.txt", "l.crdownload", "~$l.csv", "l.txt.filepart", "L.TMP"])
@pytest.mark.case("u17")
def test_a_name_that_says_not_yet_is_left_alone(inbox, folder, name):
    path = drop(folder, name, url(1))
    assert inbox.take().new == []
    assert path.exists()


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("grown", marks=pytest.mark.case("u18")),
        pytest.param("replaced", marks=pytest.mark.case("u19")),
    ],
)
def test_a_list_that_changes_while_it_is_read_is_left_for_the_next_look(inbox, folder, monkeypatch, how):
    path, real = drop(folder, "list.txt", url(1)), module._content

    def read_slowly(*given):
        content = real(*given)
        if how == "grown":
            path.write_text(f"{url(1)}\n{url(2)}\n")
        else:
            (folder / ".new").write_text(url(2))
            (folder / ".new").rename(path)
        return content

    monkeypatch.setattr(module, "_content", read_slowly)
    assert inbox.take().new == []
    monkeypatch.setattr(module, "_content", real)
    os.utime(path, (0, 0))
    assert inbox.take().new == ([key(1), key(2)] if how == "grown" else [key(2)])


def test_a_list_replaced_as_it_is_put_away_goes_back(inbox, folder, monkeypatch):
    path, real = drop(folder, "list.txt", url(1)), module._put_away

    def too_late(*given):
        (folder / ".new").write_text(url(2))
        (folder / ".new").rename(path)
        return real(*given)

    monkeypatch.setattr(module, "_put_away", too_late)
    inbox.take()
    monkeypatch.setattr(module, "_put_away", real)
    os.utime(path, (0, 0))
    assert inbox.take().new == [key(2)]


def test_a_video_that_changes_while_it_is_read_is_not_refused(inbox, folder, clips, monkeypatch):
    path = drop(folder, "a.mp4", clips[0])
    real = module.sources.fetch

    def change_first(*given):
        shutil.copy(clips[1], path)
        return real(*given)

    monkeypatch.setattr(module.sources, "fetch", change_first)
    assert inbox.take() == Taken(n_left=1)
    assert path.exists()


# What else may lie there


@pytest.mark.case("u23", "u24", "u25")
def test_what_is_no_plain_file_is_refused_once_and_the_others_go_on(inbox, folder, tmp_path, store):
    (tmp_path / "outside.txt").write_text(url(9))
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "folder.txt").mkdir()
    for name in ("link.txt", "pipe.txt", "loop.mp4", "folder.txt"):
        os.utime(folder / name, (0, 0), follow_symlinks=False)
    drop(folder, "good.txt", url(1))
    taken = inbox.take()
    assert taken.new == [key(1)]
    assert words(taken) == {
        "link.txt": "outside_root",
        "pipe.txt": "not_a_regular_file",
        "loop.mp4": "unreadable",
        "folder.txt": "not_a_regular_file",
    }
    assert inbox.take().refused == []
    assert (folder / "folder.txt").is_dir()
    assert {"link.txt", "link.txt.error", "pipe.txt", "loop.mp4"} <= names(folder / "rejected")


@pytest.mark.case("u26")
def test_a_list_that_may_not_be_read_is_refused_once_and_the_others_go_on(inbox, folder, monkeypatch):
    """Tests may run as root, whom permissions do not stop: the system's answer is played."""
    drop(folder, "good.txt", url(1))
    drop(folder, "secret.txt", url(2)).chmod(0)
    real = os.open

    def open_what_may_be(path, *rest, **more):
        if str(path).endswith("/secret.txt"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr("resources.door.os.open", open_what_may_be)
    taken = inbox.take()
    assert (taken.new, words(taken)) == ([key(1)], {"secret.txt": "unreadable"})
    assert inbox.take() == Taken()


def test_a_medium_that_fails_refuses_its_file_alone(inbox, folder, monkeypatch):
    drop(folder, "bad.txt", url(1))
    drop(folder, "good.txt", url(2))
    real = module._content

    def read(path, root):
        if path.name == "bad.txt":
            raise OSError(errno.EIO, "Input/output error")
        return real(path, root)

    monkeypatch.setattr(module, "_content", read)
    taken = inbox.take()
    assert (taken.new, words(taken)) == ([key(2)], {"bad.txt": "unreadable"})


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("x" * 247 + ".txt", id="251 bytes", marks=pytest.mark.case("u27")),
        pytest.param("ä" * 123 + ".txt", id="250 bytes in 127 letters"),
        pytest.param("two\nlines.txt", id="a line break", marks=pytest.mark.case("u28")),
        pytest.param(b"\xff\xfe.txt".decode("utf-8", "surrogateescape"), id="no UTF-8"),
    ],
)
def test_odd_names_are_taken_and_told(inbox, folder, name):
    drop(folder, name, f"{url(1)}\nnonsense\n")
    assert inbox.take().new == [key(1)]
    assert name in names(folder / "done")
    assert any(other.endswith(".errors") for other in names(folder / "done"))


def test_two_files_of_one_name_are_both_kept(inbox, folder):
    for number in range(3):
        drop(folder, "list.txt", url(number))
        inbox.take()
    assert names(folder / "done") == {"list.txt", "list.1.txt", "list.2.txt"}


# Media


def test_a_video_is_copied_and_in_the_ledger_before_it_is_put_away(inbox, folder, store, clips):
    path = drop(folder, "ünï \U0001f389.mp4", clips[0])
    (video,) = inbox.take().new
    assert store.video_path(video).read_bytes() == clips[0].read_bytes()
    assert waiting(store) == [video]
    assert names(folder / "done") == {path.name}


def test_what_tells_of_a_video_comes_with_it_and_waits_for_it(inbox, folder, store, clips):
    for name in ("a.de.vtt", "a.info.json", "a.json"):
        drop(folder, name, "WEBVTT" if name.endswith("vtt") else "{}")
    drop(folder, "a.mp4.part", b"half")
    assert inbox.take() == Taken()
    (folder / "a.mp4.part").unlink()
    drop(folder, "a.mp4", clips[0])
    (video,) = inbox.take().new
    assert store.captions_path(video).read_text() == "WEBVTT"
    assert names(folder / "done") == {"a.mp4", "a.de.vtt", "a.info.json", "a.json"}


def test_the_same_video_under_two_names_is_one(inbox, folder, clips):
    drop(folder, "a.mp4", clips[0])
    drop(folder, "b.mp4", clips[0])
    taken = inbox.take()
    assert (len(taken.new), taken.known) == (1, 1)
    assert names(folder / "done") == {"a.mp4", "b.mp4"}


def test_a_folder_of_pictures_is_a_photo_post_once_it_is_whole(inbox, folder, store):
    from PIL import Image

    post = folder / "post"
    post.mkdir()
    for number in range(2):
        Image.new("RGB", (90, 160), (200, 80 * number, 0)).save(post / f"{number}.jpg")
    assert inbox.take() == Taken(n_left=1)
    for path in (*post.iterdir(), post):
        os.utime(path, (0, 0))
    (video,) = inbox.take().new
    assert store.video_path(video).exists()
    assert names(folder / "done") == {"post"}


def test_what_is_no_video_is_rejected_with_its_reason(inbox, folder, broken, store):
    drop(folder, "page.mp4", broken)
    assert words(inbox.take()) == {"page.mp4": "not_media"}
    assert "not_media" in (folder / "rejected/page.mp4.error").read_text()
    assert waiting(store) == []


def test_a_look_ends_in_time_and_lists_come_first(inbox, folder, clips):
    drop(folder, "a.mp4", clips[0], age_s=90)
    drop(folder, "list.txt", url(1))
    taken = inbox.take(spare_s=-1)
    assert (taken.new, taken.n_left) == ([], 2)
    assert inbox.take().new[0] == key(1)


# A folder that cannot be written, a disk that is full


@pytest.fixture
def unwritable(request, monkeypatch):
    """Nothing can be moved: tests may run as root, whom permissions do not stop."""

    def refuse(path, target):
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(Path, "rename", refuse)


@pytest.mark.parametrize(
    "unwritable",
    [
        pytest.param(errno.EROFS, id="read-only", marks=pytest.mark.case("u30")),
        pytest.param(errno.ENOSPC, id="full", marks=pytest.mark.case("u31")),
    ],
    indirect=True,
)
def test_in_a_folder_that_cannot_be_written_everything_is_taken_once(
    inbox, folder, store, settings, clips, broken, unwritable
):
    drop(folder, "list.txt", url(1))
    drop(folder, "a.mp4", clips[0])
    drop(folder, "page.mp4", broken)
    first = inbox.take()
    assert (len(first.new), words(first)) == (2, {"page.mp4": "not_media"})
    for again in (inbox, Inbox(store, settings, folder)):
        assert again.take() == Taken()
    os.utime(folder / "list.txt", (0, 0))
    assert inbox.take() == Taken()
    drop(folder, "list.txt", f"{url(1)}\n{url(2)}")
    assert inbox.take().new == [key(2)]


def test_a_store_that_is_full_refuses_no_file(inbox, folder, clips, monkeypatch):
    path = drop(folder, "a.mp4", clips[0])

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.sources, "fetch", full)
    with pytest.raises(OSError, match="No space left"):
        inbox.take()
    assert path.exists()


# Death in the middle


class DeathError(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize(
    ("where", "after"),
    [
        ("_content", False),
        ("_content", True),
        ("Ledger.accept_many", False),
        ("Ledger.accept_many", True),
        ("_put_away", False),
        ("_put_away", True),
        ("_Notes.save", False),
    ],
)
@pytest.mark.case("u32")
def test_whoever_dies_between_reading_and_putting_away_loses_nothing(
    store, settings, folder, monkeypatch, where, after
):
    for name in ("a.txt", "b.txt"):
        drop(folder, name, "\n".join(url(n) for n in range(30)))
    owner = module
    *path, last = where.split(".")
    for part in path:
        owner = getattr(owner, part)
    real = getattr(owner, last)

    def die(*given):
        if after:
            real(*given)
        raise DeathError

    with monkeypatch.context() as dying:
        dying.setattr(owner, last, die)
        with pytest.raises(DeathError):
            Inbox(store, settings, folder).take()
    Inbox(store, settings, folder).take()
    ledger = Ledger(Path(store.root))
    assert ledger.unfinished() == [key(n) for n in range(30)]
    assert (ledger.accepted(), ledger.unaccounted()) == (30, 0)
    assert names(folder / "done") == {"a.txt", "b.txt"}


# Doses


def test_doses_keep_the_order_and_stop_where_enough_is_in_hand(store):
    ledger = Ledger(Path(store.root))
    ledger.accept_many([(key(n), url(n)) for n in range(1000)])
    known: set[str] = set()
    while dose := next_dose(ledger, known):
        assert [entry.video for entry in dose] == [key(n) for n in range(len(known), len(known) + DOSE)]
        known.update(entry.video for entry in dose)
    assert len(known) == IN_HAND
    ledger.finish(key(7), "refused", "removed", "", "")
    assert [entry.video for entry in next_dose(ledger, known)] == [key(IN_HAND)]


def test_what_waits_for_a_later_attempt_is_not_handed_over_before(store):
    ledger = Ledger(Path(store.root))
    ledger.accept(key(1), url(1))
    ledger.put_off(key(1), 60)
    assert next_dose(ledger, set()) == []


def test_refusals_are_told_without_control_characters():
    assert module.printable("a\x1b[31m\nb") == "a\ufffd[31m\ufffdb"
    assert isinstance(Refused("x", module.refusal("not_media")).error, module.MediaError)
