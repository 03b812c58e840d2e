"""A video is asked about as a whole, in parts without a gap, and each part is shown what lies in it."""

from itertools import pairwise

import pytest

from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.describe.stretches import Reel, Stretch
from tests.describers import clip

FRAMES, _ = clip(20)


def shots(*edges_s: float) -> list[CutRow]:
    return [CutRow(a, b, None, "shot", shot=i) for i, (a, b) in enumerate(pairwise(edges_s))]


def has_no_gap(stretches: list[Stretch], video_s: float = 20.0) -> bool:
    edges = [0.0, *(stretch.own_s[1] for stretch in stretches)]
    return edges == pytest.approx([*(stretch.own_s[0] for stretch in stretches), video_s])


@pytest.mark.parametrize("most", [1, 5, 8, 32, 1000])
def test_shots_are_told_without_a_gap_and_in_no_more_pictures_than_can_be_shown(most: int):
    found = list(Reel(FRAMES, shots(0, 0.1, 3, 15.5, 20), 20.0, 0.5, most).shots())
    assert has_no_gap(found)
    assert all(len(stretch.frames) <= most for stretch in found)
    assert all(stretch.start_s <= frame.t_s < stretch.end_s for stretch in found for frame in stretch.frames)
    assert sorted({stretch.shot for stretch in found}) == [0, 1, 2, 3]


def test_no_stretch_longer_than_the_step_goes_unseen():
    seen_s = [f.t_s for s in Reel(FRAMES, shots(0, 3, 15.5, 20), 20.0, 0.5, 6).shots() for f in s.frames]
    borders = [*seen_s, 20.0]
    assert max(b - a for a, b in pairwise(borders)) <= 1.0


def test_without_shots_the_video_is_one():
    (shot,) = Reel(FRAMES, None, 20.0, 1.0, 100).shots()
    assert (shot.start_s, shot.end_s, shot.shot, len(shot.frames)) == (0.0, 20.0, None, 20)


@pytest.mark.parametrize(
    ("long_s", "overlap_s", "most"), [(6, 1.5, 32), (30, 4, 64), (8, 1, 5), (3, 2.9, 100), (6, 1.5, 1)]
)
def test_windows_overlap_and_their_rows_leave_no_gap(long_s: float, overlap_s: float, most: int):
    found = list(Reel(FRAMES, shots(0, 7, 20), 20.0, 0.5, most).windows(long_s, overlap_s))
    assert has_no_gap(found)
    assert [stretch.window for stretch in found] == list(range(len(found)))
    assert all(a.end_s > b.start_s for a, b in pairwise(found))
    assert all(len(stretch.frames) <= most for stretch in found)


def test_a_short_video_is_one_window():
    (window,) = Reel(FRAMES[:8], None, 2.0, 0.5, 32).windows(30, 4)
    assert window.own_s == (0.0, 2.0)


def test_every_shot_is_in_the_pictures_of_the_video_where_there_is_room():
    (video,) = Reel(FRAMES, shots(0, 1, 2, 2.5, 20), 20.0, 2.0, 32).video()
    assert all(any(a <= f.t_s < b for f in video.frames) for a, b in ((0, 1), (1, 2), (2, 2.5), (2.5, 20)))


def test_nothing_is_asked_about_no_picture():
    reel = Reel([], None, 0.0, 0.5, 8)
    assert [*reel.shots(), *reel.windows(6, 1), *reel.video(), *reel.scenes(None)] == []
