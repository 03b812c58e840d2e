"""Closeups: the frame that was asked for, the part of it, and no larger than asked."""

from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import Look
from resources import sources
from resources.closeups import PORTION
from resources.door import MediaError
from resources.render import Flat, Shot, Video, render
from resources.settings import Settings
from resources.store import Store

COLOURS = ("#ff0000", "#00ff00", "#0000ff", "#ffffff")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    """Four shots of a colour each, half a second long."""
    folder = tmp_path_factory.mktemp("closeups")
    clip = folder / "clip.mp4"
    render(Video(width=320, height=576, fps=30, crf=18, shots=tuple(Shot(Flat(c), 0.5) for c in COLOURS)), clip)
    store = Store(root=str(folder / "data"))
    return store, sources.prepare(store, clip, Settings())


def test_every_frame_is_the_one_that_was_asked_for(made: tuple[Store, str]):
    closeups = sources.as_input(*made, "closeups", Settings())
    looks = [Look(index) for index in range(len(closeups.t_s)) for _ in range(1 + PORTION // 50)]
    seen = list(closeups(looks, 64))
    assert len(seen) == len(looks) > PORTION
    for look, picture in zip(looks, seen, strict=True):
        wanted = [int(COLOURS[look.index // 15][i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(picture.mean(axis=(0, 1)) - wanted).max() < 12


def test_a_part_is_cut_out_and_no_longer_than_asked(made: tuple[Store, str]):
    closeups = sources.as_input(*made, "closeups", Settings())
    whole, part, beyond = closeups([Look(0), Look(1, 0.25, 0.5, 0.5, 0.25), Look(2, 0.9, 0.9, 0.5, 0.5)], 288)
    assert whole.shape == (288, 160, 3)
    assert part.shape == (144, 160, 3)
    assert beyond.shape == (58, 32, 3)


def test_nobody_asks_nothing_is_decoded(made: tuple[Store, str]):
    assert list(sources.as_input(*made, "closeups", Settings())([], 288)) == []


def test_a_file_that_is_gone_is_an_error_with_a_word(made: tuple[Store, str], tmp_path: Path):
    from resources.closeups import Closeups

    with pytest.raises(MediaError):
        list(Closeups(tmp_path / "none.mp4", np.zeros(1))([Look(0)], 64))
