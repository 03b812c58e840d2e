"""Files appear whole or not at all, and only under names that are keys."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from resources.places import check_key
from resources.store import (
    MappedArray,
    SampledFrames,
    Store,
    folder_written_whole,
    map_array,
    read_array,
    write_array,
    written_whole,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def mapped(tmp_path) -> tuple[np.ndarray, MappedArray]:
    array = np.arange(7 * 3 * 2, dtype=np.int16).reshape(7, 3, 2)
    write_array(tmp_path, "a", array)
    return array, map_array(tmp_path, "a")


@pytest.mark.parametrize(
    "which",
    [
        *(0, 6, -1, slice(None), slice(2, 5), slice(5, 99), slice(4, 2), slice(0, 7, 3), [0, 4, 4]),
        *((slice(2, 5), slice(1, 3)), (slice(2, 5), slice(None), 1), (3, 1), (3, slice(0, 2), 0), ([0, 4], 2)),
    ],
)
def test_a_mapped_array_reads_like_the_array(mapped, which):
    array, on_disk = mapped
    assert np.array_equal(on_disk[which], array[which])


def test_a_mapped_array_is_read_only_and_knows_its_end(mapped):
    _, on_disk = mapped
    with pytest.raises(ValueError, match="read-only"):
        on_disk[0][0, 0] = 1
    with pytest.raises(IndexError):
        on_disk[7]


def test_an_empty_array_can_be_kept(tmp_path):
    write_array(tmp_path, "none", np.zeros((0, 4), np.float32))
    assert read_array(tmp_path, "none").shape == (0, 4)


def test_frames_know_their_place_and_time(tmp_path):
    write_array(tmp_path, "rgb", np.arange(2 * 12, dtype=np.uint8).reshape(2, 2, 2, 3))
    frames = SampledFrames(np.array([0, 8]), np.array([0.0, 0.25]), map_array(tmp_path, "rgb"))
    assert [(f.index, f.t_s) for f in frames] == [(0, 0.0), (8, 0.25)]
    assert frames[-1].rgb[0, 0].tolist() == [12, 13, 14]
    assert [f.index for f in frames[1:]] == [8]


@pytest.mark.parametrize("key", ["local-0123456789abcdef", "7300000000000000000"])
def test_a_key_is_a_key(key):
    assert check_key(key) == key


@pytest.mark.parametrize(
    "key", ["", "..", "../x", "a/b", "local-../../etc", "local-0123456789ABCDEF", "12345", "local-0123456789abcdef\n"]
)
def test_anything_else_never_becomes_a_path(tmp_path, key):
    with pytest.raises(ValueError, match="no video key"):
        Store(root=str(tmp_path)).table_path("x", key)


def fail_to_write(path: Path) -> None:
    with written_whole(path) as half:
        half.write_text("half")
        raise RuntimeError


def test_a_file_that_is_not_finished_is_not_there(tmp_path):
    path = tmp_path / "x.json"
    with pytest.raises(RuntimeError):
        fail_to_write(path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("old")
    with pytest.raises(RuntimeError):
        fail_to_write(path)
    assert path.read_text() == "old"


def test_a_folder_takes_the_place_of_the_old_one_at_once(tmp_path):
    for word in ("old", "new"):
        with folder_written_whole(tmp_path / "f") as half:
            (half / word).touch()
    assert [p.name for p in (tmp_path / "f").iterdir()] == ["new"]


def test_a_writer_that_is_killed_leaves_no_half_file(tmp_path):
    code = (
        "import os, signal, sys; from pathlib import Path; from resources.store import written_whole\n"
        "with written_whole(Path(sys.argv[1]) / 'x.json') as half:\n"
        "    half.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "x.json").exists()
