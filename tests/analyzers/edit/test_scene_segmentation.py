from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.scene_segmentation import SceneRow, scene_segmentation
from analyzers.measures.zero_shot.questions import Asked
from analyzers.picture.picture_tags import TagRow
from analyzers.schema import Origin, to_table
from tests.inputs import empty_inputs, make_audio, make_motion, make_spectrum

HEIGHT, WIDTH, LENGTH = 120, 68, 15
PHOTOS = {
    name: (resize(getattr(data, name)(), (160, 220), anti_aliasing=True) * 255).astype(np.uint8)
    for name in ("astronaut", "coffee", "chelsea", "rocket")
}
SILENT = make_spectrum(make_audio(np.zeros((0, 2), np.float32)))


def shot(name: str, left: int = 30, top: int = 20) -> NDArray[np.uint8]:
    crop = PHOTOS[name][top : top + HEIGHT, left : left + WIDTH]
    noise = np.random.default_rng(left).normal(0, 2, (LENGTH, *crop.shape))
    return np.clip(crop + noise, 0, 255).astype(np.uint8)


def cut_rows(count: int, kind: str = "hard") -> list[CutRow]:
    times = [i * LENGTH / 30 for i in range(count + 1)]
    shots = [CutRow(a, b, None, "shot", shot=i) for i, (a, b) in enumerate(pairwise(times))]
    return shots + [CutRow(t, t, 0.9, "cut", kind=kind) for t in times[1:-1]]  # pyright: ignore[reportArgumentType]


def scenes(
    *shots: NDArray[np.uint8], kind: str = "hard", spectrum=SILENT, tags: Sequence[TagRow] | None = None
) -> list[SceneRow]:
    """Rows that also fit their table."""
    motion = make_motion(np.concatenate(shots))
    rows = list(scene_segmentation(motion, spectrum, cut_rows(len(shots), kind), tags))
    to_table(SceneRow, rows, Origin("local-0", "scene_segmentation", "measured", "test", None, None, [0.0]))
    return rows


def tag(shot: int, question: Asked, label: str, share: float = 0.8, rank: int = 1) -> TagRow:
    return TagRow(shot * LENGTH / 30, (shot + 1) * LENGTH / 30, share, shot, question, label, rank, None)


def test_two_places_in_turn_are_two_scenes_that_are_returned_to():
    found = scenes(shot("coffee"), shot("rocket"), shot("coffee"), shot("rocket"))
    assert [(row.scene_id, row.shots, row.returns_to) for row in found] == [
        (0, (0,), None),
        (1, (1,), None),
        (0, (2,), 0),
        (1, (3,), 1),
    ]
    assert [row.start_s for row in found] == [0.0, 0.5, 1.0, 1.5]
    assert found[-1].end_s == 2.0


def test_other_places_are_other_scenes():
    assert [row.scene_id for row in scenes(*map(shot, PHOTOS))] == [0, 1, 2, 3]


def test_cuts_within_a_place_do_not_end_the_scene():
    (row,) = scenes(shot("coffee", 30), shot("coffee", 40, 30), shot("coffee", 34, 16))
    assert row.shots == (0, 1, 2)
    assert row.returns_to is None


def test_a_jump_cut_stays_in_the_scene_whatever_it_shows():
    assert len(scenes(shot("coffee"), shot("rocket"), kind="jump_cut")) == 1


def test_the_sound_tells_places_apart_that_look_nearly_alike():
    rate = 48_000
    noise = np.random.default_rng(0).normal(0, 0.1, (rate, 1)).astype(np.float32)
    noise[rate // 2 :] *= 0.001
    heard = make_spectrum(make_audio(np.repeat(noise, 2, axis=1)))
    near = np.clip(shot("coffee") * np.array([1.12, 1.03, 0.93]), 0, 255).astype(np.uint8)
    assert len(scenes(shot("coffee"), near)) == 1
    assert len(scenes(shot("coffee"), near, spectrum=heard)) == 2


def test_what_nobody_measured_is_not_claimed():
    (row,) = scenes(shot("rocket"))
    assert (row.place_label, row.int_ext, row.day_night) == (None, None, None)


def test_a_place_is_that_of_the_scene_on_every_visit():
    tags = [tag(0, "place", "kitchen"), tag(0, "int_ext", "int"), tag(1, "int_ext", "ext"), tag(1, "day_night", "dusk")]
    found = scenes(shot("coffee"), shot("rocket"), shot("coffee"), tags=tags)
    assert [(row.place_label, row.int_ext, row.day_night) for row in found] == [
        ("kitchen", "int", None),
        (None, "ext", "dusk"),
        ("kitchen", "int", None),
    ]


def test_a_scene_whose_shots_disagree_goes_by_the_most_and_surest_of_them():
    shots = [shot("coffee", 30), shot("coffee", 34), shot("coffee", 40)]
    two_of_three = [tag(0, "place", "bar"), tag(1, "place", "stage"), tag(2, "place", "bar")]
    assert scenes(*shots, tags=two_of_three)[0].place_label == "bar"
    assert scenes(*shots, tags=two_of_three[:2])[0].place_label is None
    surer = [tag(0, "place", "bar", 0.5), tag(1, "place", "stage", 0.9)]
    assert scenes(*shots, tags=surer)[0].place_label == "stage"


def test_second_answers_scores_and_shots_that_are_not_there_say_nothing_of_a_place():
    tags = [tag(0, "place", "bar", rank=2), tag(7, "place", "pool")]
    tags += [TagRow(0.0, 0.5, None, 0, "aesthetics", None, None, 0.9)]
    assert scenes(shot("coffee"), tags=tags) == scenes(shot("coffee"))


def test_nothing_in_gives_nothing_out():
    inputs = empty_inputs()
    assert list(scene_segmentation(inputs["motion"], inputs["spectrum"], [], None)) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 1, 1), (3, 2, 2), (9, 33, 17)])
@pytest.mark.parametrize("shade", [0, 255])
def test_the_smallest_videos_are_one_scene(shape, shade):
    motion = make_motion(np.full((*shape, 3), shade, np.uint8))
    (row,) = scene_segmentation(motion, SILENT, [CutRow(0.0, motion.end_s, None, "shot", shot=0)], None)
    assert (row.start_s, row.end_s, row.shots) == (0.0, motion.end_s, (0,))
