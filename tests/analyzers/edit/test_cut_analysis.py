import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from analyzers.contract import Motion
from analyzers.edit.cut_analysis import CutRow, cut_analysis
from resources.render.transition import blend
from tests.inputs import empty_inputs, make_motion

Pictures = NDArray[np.uint8]
HEIGHT, WIDTH = 160, 90
PHOTOS = ("astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "retina")


def photo(number: int, width: int = WIDTH) -> Pictures:
    """A part of a photograph, as large as a small portrait picture."""
    whole = getattr(data, PHOTOS[number])()
    scale = 1.3 * HEIGHT / whole.shape[0]
    big = resize(whole, (round(whole.shape[0] * scale), round(whole.shape[1] * scale)), anti_aliasing=True) * 255
    return big[20 : 20 + HEIGHT, 30 : 30 + width].astype(np.uint8)


def noisy(pictures: Pictures, deviation: float = 2.0) -> Pictures:
    """What a codec leaves: no two frames are equal."""
    noise = np.random.default_rng(0).normal(0, deviation, pictures.shape)
    return np.clip(pictures + noise, 0, 255).astype(np.uint8)


def shots(*lengths: int) -> Pictures:
    return noisy(np.concatenate([np.repeat(photo(i)[None], n, axis=0) for i, n in enumerate(lengths)]))


def unsure(motion: Motion) -> NDArray[np.float32]:
    """A model that never sees a cut."""
    return np.zeros(len(motion.t_s), np.float32)


def excited(motion: Motion) -> NDArray[np.float32]:
    """A model that sees a cut in every jump of the picture, flash or not."""
    step = np.abs(np.diff(np.asarray(motion.grey).astype(float), axis=0)).mean(axis=(1, 2))
    return np.append(step > 10, False).astype(np.float32)


def cuts(pictures: Pictures, model=unsure, **clock) -> list[CutRow]:
    return [row for row in cut_analysis(make_motion(pictures, **clock), model) if row.level == "cut"]


@pytest.mark.parametrize("model", [unsure, excited])
def test_hard_cuts_are_found_on_their_frame_down_to_three_frame_shots(model):
    found = cuts(shots(20, 3, 3, 25, 8, 30), model)
    assert [(row.kind, row.boundary_frame, row.len_frames) for row in found] == [
        ("hard", frame, 0) for frame in (20, 23, 26, 51, 59)
    ]
    assert all(row.start_s == row.end_s for row in found)


def test_a_cut_has_the_time_of_its_frame_where_the_frames_are_uneven():
    times = np.cumsum(np.random.default_rng(3).choice([1 / 60, 1 / 30, 1 / 15], 60))
    times -= times[0]
    assert [row.start_s for row in cuts(shots(23, 37), t_s=times)] == [times[23]]


def test_frames_shown_twice_do_not_move_a_cut():
    doubled = np.repeat(shots(10, 12), 2, axis=0)
    assert [row.boundary_frame for row in cuts(doubled, fps=60)] == [20]


@pytest.mark.parametrize(
    "kind",
    ["dissolve", "fade_black", "fade_white", "wipe_left", "wipe_right", "wipe_up", "wipe_down",
     "slide_left", "slide_right", "slide_up", "slide_down"],
)  # fmt: skip
def test_a_soft_transition_is_named_and_spans_its_frames(kind):
    before, after = photo(0), photo(1)
    mixed = [blend(kind, before, after, i / 15) for i in range(1, 15)]
    pictures = noisy(np.stack([before] * 40 + mixed + [after] * 40))
    (found,) = cuts(pictures)
    assert found.kind == kind
    assert abs(round(found.start_s * 30) - 40) <= 2
    assert abs((found.boundary_frame or 0) - 54) <= 2


@pytest.mark.parametrize("kind", ["zoom", "whip"])
def test_a_zoom_and_a_whip_are_named_where_the_model_points_at_them(kind):
    before, after = photo(0), photo(1)
    mixed = [blend(kind, before, after, i / 13) for i in range(1, 13)]
    pictures = noisy(np.stack([before] * 40 + mixed + [after] * 40))

    def model(motion: Motion) -> NDArray[np.float32]:
        score = unsure(motion)
        score[46] = 0.8
        return score

    (found,) = cuts(pictures, model)
    assert found.kind == kind
    assert abs(round(found.start_s * 30) - 40) <= 2
    assert abs((found.boundary_frame or 0) - 52) <= 2


def seated(x: int) -> Pictures:
    """Someone before a wall: the wall stays where it is, and the one before it is at `x`."""
    scene, person = photo(1), photo(2)
    scene[60:, x : x + 40] = person[60:, 20:60]
    return scene


def test_a_subject_that_jumps_before_a_still_scene_is_a_jump_cut_where_the_model_agrees():
    pictures = noisy(np.stack([seated(2)] * 30 + [seated(38)] * 30))
    assert [(row.kind, row.boundary_frame) for row in cuts(pictures, excited)] == [("jump_cut", 30)]
    assert cuts(pictures, unsure) == []


def test_a_cut_to_black_is_hard_even_where_the_next_picture_fades_in():
    into = [blend("dissolve", np.zeros_like(photo(1)), photo(1), i / 20) for i in range(1, 20)]
    pictures = noisy(np.stack([photo(0)] * 40 + [np.zeros_like(photo(0))] * 30 + into + [photo(1)] * 40))
    hard, fade = cuts(pictures)
    assert (hard.kind, hard.boundary_frame) == ("hard", 40)
    assert fade.kind == "fade_black"
    assert abs(round(fade.start_s * 30) - 70) <= 5  # the first of it is as good as black
    assert abs((fade.boundary_frame or 0) - 89) <= 2


@pytest.mark.parametrize("light", [0, 0.08, 0.2])
@pytest.mark.parametrize("length", [3, 12, 24])
def test_a_dark_or_black_shot_between_two_cuts_is_a_shot_and_no_fade(length, light):
    dark = (photo(3) * light).astype(np.uint8)
    pictures = noisy(np.stack([photo(0)] * 40 + [dark] * length + [photo(1)] * 40))
    assert [(row.kind, row.boundary_frame) for row in cuts(pictures)] == [("hard", 40), ("hard", 40 + length)]


@pytest.mark.parametrize("half", [3, 12])
@pytest.mark.parametrize("hold", [1, 12])
def test_a_fade_to_black_is_one_however_fast_it_is_and_however_long_the_black_stays(half, hold):
    black = np.zeros_like(photo(0))
    out, into = (
        [blend("dissolve", *pair, i / half) for i in range(1, half)] for pair in ((photo(0), black), (black, photo(1)))
    )
    (found,) = cuts(noisy(np.stack([photo(0)] * 40 + out + [black] * hold + into + [photo(1)] * 40)))
    assert found.kind == "fade_black"
    assert abs(round(found.start_s * 30) - 40) <= 2
    assert abs((found.boundary_frame or 0) - (38 + 2 * half + hold)) <= 2


def test_part_of_a_long_dissolve_is_not_taken_for_the_whole():
    mixed = [blend("dissolve", photo(0), photo(1), i / 45) for i in range(1, 45)]
    (found,) = cuts(noisy(np.stack([photo(0)] * 40 + mixed + [photo(1)] * 40)))
    assert abs(round(found.start_s * 30) - 40) <= 2
    assert abs((found.boundary_frame or 0) - 84) <= 2


def test_cuts_are_found_in_the_dark_and_between_bars():
    dark = (shots(20, 20, 20) * 0.25).astype(np.uint8)
    assert [row.boundary_frame for row in cuts(dark)] == [20, 40]
    barred = shots(20, 20, 20)
    barred[:, :50] = barred[:, -50:] = 0
    assert [row.boundary_frame for row in cuts(barred)] == [20, 40]


def still(count: int = 60) -> Pictures:
    return np.repeat(photo(0)[None], count, axis=0).copy()


def flashing(colour: int) -> Pictures:
    pictures = still()
    for first in range(10, 50, 4):  # 7.5 a second
        pictures[first : first + 2] = colour
    return pictures


def fading_flash() -> Pictures:
    pictures = still().astype(float)
    for i in range(12):
        pictures[20 + i] = pictures[20 + i] * i / 12 + 255 * (1 - i / 12)
    return pictures.astype(np.uint8)


def with_text() -> Pictures:
    import cv2

    pictures = still()
    for picture in pictures[20:45]:
        cv2.putText(picture, "WAIT", (5, 60), 0, 1.1, (255, 255, 255), 4)
        cv2.putText(picture, "FOR IT", (5, 100), 0, 0.8, (255, 255, 0), 3)
    return pictures


def with_title() -> Pictures:
    pictures = still().astype(float)
    for i, share in enumerate(np.clip((np.arange(60) - 15) / 30, 0, 1)):
        pictures[i, 50:110, 10:80] += share * (255 - pictures[i, 50:110, 10:80])
    return pictures.astype(np.uint8)


def with_inset() -> Pictures:
    pictures = still()
    pictures[20:45, 10 : 10 + HEIGHT // 2, 5 : 5 + WIDTH // 2] = photo(1)[::2, ::2]
    return pictures


def brightening() -> Pictures:
    pictures = still()
    pictures[30:] = np.clip(pictures[30:] * 1.5, 0, 255)
    return pictures


def whip_pan() -> Pictures:
    wide = photo(1, WIDTH * 2)
    places = (np.clip((np.arange(60) - 25) / 6, 0, 1) * WIDTH * 0.9).astype(int)
    return np.stack([wide[:, x : x + WIDTH] for x in places])


NEGATIVES = {
    "a still picture": still,
    "a white strobe": lambda: flashing(255),
    "a black strobe": lambda: flashing(0),
    "a flash that fades away": fading_flash,
    "a text that pops up": with_text,
    "a title that fades in": with_title,
    "a picture in the picture": with_inset,
    "a jump of the exposure": brightening,
    "a whip pan within the shot": whip_pan,
    "noise": lambda: np.random.default_rng(5).integers(0, 255, (60, HEIGHT, WIDTH, 3)).astype(np.uint8),
}


@pytest.mark.parametrize("model", [unsure, excited])
@pytest.mark.parametrize("name", NEGATIVES)
def test_there_is_no_cut_in(name, model):
    assert cuts(noisy(NEGATIVES[name]()), model) == []


def test_a_fade_in_at_the_start_and_a_fade_out_at_the_end_are_no_cuts():
    share = np.clip(np.minimum(np.arange(90), 89 - np.arange(90)) / 25, 0, 1)
    assert cuts((photo(2)[None] * share[:, None, None, None]).astype(np.uint8)) == []


def test_shots_are_numbered_measured_and_known_again():
    a, b, c = (np.repeat(photo(i)[None], 20, axis=0) for i in (0, 1, 2))
    rows = list(cut_analysis(make_motion(noisy(np.concatenate([a, b, a, c]))), unsure))
    found = [row for row in rows if row.level == "shot"]
    assert [(row.shot, row.same_as_shot, row.is_dup_scene) for row in found] == [
        (0, None, False), (1, None, False), (2, 0, True), (3, None, False),
    ]  # fmt: skip
    assert [row.len_s for row in found] == pytest.approx([2 / 3] * 4)


def test_the_video_has_one_row_of_statistics():
    (video,) = [row for row in cut_analysis(make_motion(shots(30, 60)), unsure) if row.level == "video"]
    assert (video.n_cuts, video.asl_s, video.median_s) == (1, pytest.approx(1.5), pytest.approx(1.5))
    assert video.cpm == pytest.approx(20)
    assert video.cv == pytest.approx(1 / 3)


@pytest.mark.parametrize("shape", [(1, 16, 16), (2, 1, 1), (40, 2, 2), (40, 33, 57)])
@pytest.mark.parametrize("colour", [0, 255])
def test_a_video_without_a_cut_is_one_shot_however_small_it_is(shape, colour):
    rows = list(cut_analysis(make_motion(np.full((*shape, 3), colour, np.uint8)), unsure))
    assert [row.level for row in rows] == ["shot", "video"]


def test_nothing_in_gives_nothing_out():
    motion = empty_inputs()["motion"]
    assert list(cut_analysis(motion, unsure)) == []  # pyright: ignore[reportArgumentType]
