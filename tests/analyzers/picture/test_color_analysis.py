"""Colours drawn in the test, sent through an encoder, and measured."""

import io
from typing import Any

import av
import numpy as np
import pytest

from analyzers.contract import Frame
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.colour.palette import find_harmony
from analyzers.measures.colour.white import colour_temperature
from analyzers.picture.color_analysis import Row, color_analysis
from analyzers.schema import Origin, to_table
from tests.inputs import make_media

SIZE = (640, 360)
PATCHES = {"#e03030": 0.3, "#30a040": 0.25, "#3050d0": 0.2, "#f0f0f0": 0.15, "#101010": 0.1}


def rgb_of(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.uint8)


def stripes(colours: dict[str, float]) -> np.ndarray:
    picture = np.zeros((*SIZE, 3), np.uint8)
    edges = np.round(np.cumsum([0, *colours.values()]) * SIZE[1]).astype(int)
    for colour, left, right in zip(colours, edges, edges[1:], strict=False):
        picture[:, left:right] = rgb_of(colour)
    return picture


def photo(name: str) -> np.ndarray:
    import cv2
    from skimage import data

    picture = getattr(data, name)()
    picture = np.stack([picture] * 3, axis=2) if picture.ndim == 2 else picture[..., :3]
    scale = max(SIZE[0] / picture.shape[0], SIZE[1] / picture.shape[1])
    wide, high = (int(np.ceil(n * scale)) for n in (picture.shape[1], picture.shape[0]))
    return np.ascontiguousarray(cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)[: SIZE[0], : SIZE[1]])


def graded(rgb: np.ndarray, gain: Any = 1.0, lift: float = 0.0, gamma: float = 1.0) -> np.ndarray:
    return (np.clip(rgb / 255 * np.array(gain) + lift, 0, 1) ** (1 / gamma) * 255).round().astype(np.uint8)


def encoded(pictures: list[np.ndarray], crf: int = 23) -> list[Frame]:
    """The pictures as they come back from H.264, four a second."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream: Any = out.add_stream("libx264", rate=4, options={"crf": str(crf)})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file) as back:
        decoded = [frame.to_ndarray(format="rgb24") for frame in back.decode(video=0)]
    return as_frames(decoded)


def as_frames(pictures: list[np.ndarray]) -> list[Frame]:
    return [Frame(i, i / 4, picture) for i, picture in enumerate(pictures)]


def one_second_shots(count: int) -> list[CutRow]:
    return [CutRow(i, i + 1, None, "shot", shot=i) for i in range(count)]


def analyse(frames: list[Frame], shots: int = 0) -> list[Row]:
    """Rows that also fit their table."""
    rows = list(
        color_analysis(make_media(duration_s=len(frames) / 4), frames, one_second_shots(shots) if shots else None)
    )
    to_table(Row, rows, Origin("local-0", "color_analysis", "measured", "test", None, None, [0.0]))
    return rows


def delta_e_2000(rgb1: np.ndarray, rgb2: np.ndarray) -> float:
    """CIEDE2000 after Sharma, Wu & Dalal 2005."""
    from skimage.color import rgb2lab

    (l1, a1, b1), (l2, a2, b2) = (rgb2lab(c[None, None] / 255.0)[0, 0] for c in (rgb1, rgb2))
    c_mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c_mean**7 / (c_mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = ((h2 - h1 + 180) % 360 - 180) if c1 * c2 else 0.0
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    h_mean = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    waves = [(0.17, 1, -30), (-0.24, 2, 0), (-0.32, 3, 6), (0.20, 4, -63)]
    t = 1 - sum(s * np.cos(np.radians(n * h_mean + p)) for s, n, p in waves)
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    turn_blue = np.radians(60 * np.exp(-(((h_mean - 275) / 25) ** 2)))
    r_t = -2 * np.sqrt(c_mean**7 / (c_mean**7 + 25**7)) * np.sin(turn_blue)
    parts = (l2 - l1) / s_l, (c2 - c1) / s_c, d_h / s_h
    return float(np.sqrt(sum(p**2 for p in parts) + r_t * parts[1] * parts[2]))


def test_the_difference_formula_agrees_with_its_paper() -> None:
    from skimage.color import deltaE_ciede2000, rgb2lab

    for one, other in (("#e03030", "#d83438"), ("#3050d0", "#3060e0"), ("#808080", "#868080")):
        lab1, lab2 = (rgb2lab(rgb_of(c)[None, None] / 255.0) for c in (one, other))
        assert delta_e_2000(rgb_of(one), rgb_of(other)) == pytest.approx(
            float(deltaE_ciede2000(lab1, lab2)[0, 0]), abs=1e-3
        )


@pytest.mark.parametrize("crf", [18, 23, 28, 35])
def test_flat_patches_keep_their_colour_and_share(crf: int) -> None:
    (row,) = analyse(encoded([stripes(PATCHES)] * 4, crf))
    assert len(row.palette) == len(PATCHES)
    for (colour, share), swatch in zip(PATCHES.items(), row.palette, strict=True):
        assert delta_e_2000(rgb_of(colour), rgb_of(swatch.hex)) < 2
        assert swatch.share == pytest.approx(share, abs=0.02)


def test_a_skin_tone_and_its_shade_are_two_colours() -> None:
    (row,) = analyse(encoded([stripes({"#d2a384": 0.6, "#b88766": 0.4})] * 2))
    assert [round(s.share, 1) for s in row.palette] == [0.6, 0.4]


def test_the_same_pictures_give_the_same_palette() -> None:
    frames = as_frames([photo("astronaut")] * 3)
    assert analyse(frames) == analyse(frames)


def test_grey_is_lit_by_daylight_and_has_no_harmony() -> None:
    (row,) = analyse(encoded([np.full((*SIZE, 3), 128, np.uint8)] * 2))
    assert row.cct_k == pytest.approx(6504, abs=100)
    assert row.is_bw
    assert row.harmony is None
    assert row.saturation < 0.002
    assert row.contrast < 0.02


def test_colour_temperatures_of_known_whites() -> None:
    from_xyz = np.linalg.inv(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    for xyz, kelvin in (([1.0985, 1, 0.35585], 2856), ([0.96422, 1, 0.82521], 5003), ([0.95047, 1, 1.08883], 6504)):
        found = colour_temperature(from_xyz @ np.array(xyz))
        assert found is not None
        assert found[0] == pytest.approx(kelvin, rel=0.01)
        assert abs(found[1]) < 0.004


def test_a_saturated_picture_has_no_colour_temperature() -> None:
    (row,) = analyse(as_frames([stripes({"#ff00ff": 1.0})]))
    assert row.cct_k is None
    assert row.duv is None


@pytest.mark.parametrize("crf", [23, 35])
def test_a_black_and_white_film_is_told_from_a_pale_one(crf: int) -> None:
    grey, colour = photo("camera"), photo("astronaut")
    pale = (colour @ np.array([0.2126, 0.7152, 0.0722]))[..., None] * 0.7 + colour * 0.3
    assert analyse(encoded([grey] * 2, crf))[0].is_bw
    assert not analyse(encoded([pale.astype(np.uint8)] * 2, crf))[0].is_bw


def test_black_white_and_everything_between_are_clipped_by_their_share() -> None:
    (row,) = analyse(as_frames([stripes({"#000000": 0.25, "#ffffff": 0.5, "#808080": 0.25})]))
    assert row.clip_lo == pytest.approx(0.25, abs=0.01)
    assert row.clip_hi == pytest.approx(0.5, abs=0.01)
    (row,) = analyse(as_frames([stripes({"#202020": 0.5, "#e0e0e0": 0.5})]))
    assert row.clip_lo == row.clip_hi == 0


@pytest.mark.parametrize("name", ["astronaut", "coffee", "rocket", "chelsea"])
@pytest.mark.parametrize("shift", [0.2, 0.1, -0.15])
def test_a_warm_shift_is_measured_with_sign_and_size(name: str, shift: float) -> None:
    plain = photo(name)
    warm = graded(plain, (1 + shift / 2, 1.0, 1 - shift / 2))
    _, later, _ = analyse(encoded([plain] * 4 + [warm] * 4), shots=2)
    assert later.reference_shot == 0
    assert later.warm_delta == pytest.approx(shift, rel=0.15)
    assert later.lift_delta == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("name", ["astronaut", "coffee", "rocket"])
def test_lift_gamma_and_gain_are_told_apart(name: str) -> None:
    plain = photo(name)
    for lift, gamma, gain in ((0.06, 1.0, 1.0), (0.0, 1.3, 1.0), (0.0, 1.0, 0.8)):
        _, later, _ = analyse(encoded([plain] * 4 + [graded(plain, gain, lift, gamma)] * 4), shots=2)
        found = later.lift_delta, later.gamma_delta, later.gain_delta
        assert found == pytest.approx((lift, gamma - 1, gain - 1), abs=0.06)


def test_two_looks_of_one_scene_are_two_grades_and_return() -> None:
    plain = photo("astronaut")
    teal = graded(plain, (0.9, 1.0, 1.1), lift=0.02)
    rows = analyse(encoded([plain] * 4 + [teal] * 4 + [plain] * 4 + [teal] * 4), shots=4)
    assert [row.grade_cluster for row in rows[:4]] == [0, 1, 0, 1]


def test_one_look_of_one_scene_is_one_grade_while_things_move() -> None:
    scene = photo("astronaut")
    moved = np.roll(scene, 12, axis=1)
    rows = analyse(encoded([scene] * 4 + [moved] * 4), shots=2)
    assert [row.grade_cluster for row in rows[:2]] == [0, 0]
    assert rows[1].reference_shot == 0
    assert rows[1].warm_delta == pytest.approx(0, abs=0.02)


def test_another_scene_is_not_compared() -> None:
    rows = analyse(encoded([photo("astronaut")] * 4 + [photo("coffee")] * 4), shots=2)
    assert rows[1].reference_shot is None
    assert rows[1].lift_delta is rows[1].gamma_delta is rows[1].gain_delta is rows[1].warm_delta is None


def test_shots_are_told_apart_and_the_video_holds_all() -> None:
    red, blue = stripes({"#e03030": 1.0}), stripes({"#3050d0": 1.0})
    first, second, video = analyse(as_frames([red] * 4 + [blue] * 4), shots=2)
    assert (first.level, first.shot, first.start_s, first.end_s) == ("shot", 0, 0, 1)
    assert [len(row.palette) for row in (first, second, video)] == [1, 1, 2]
    assert (video.level, video.shot, video.start_s, video.end_s) == ("video", None, 0, 2)
    assert [s.share for s in video.palette] == pytest.approx([0.5, 0.5])


def test_a_shot_between_two_samples_has_no_row() -> None:
    shots = [
        CutRow(0, 0.3, None, "shot", shot=0),
        CutRow(0.3, 0.4, None, "shot", shot=1),
        CutRow(0.4, 1, None, "shot", shot=2),
    ]
    rows = list(color_analysis(make_media(), as_frames([stripes(PATCHES)] * 4), shots))
    assert [row.shot for row in rows] == [0, 2, None]


@pytest.mark.parametrize(
    ("colours", "harmony"),
    [
        ({"#c03030": 0.6, "#702020": 0.4}, "monochrome"),
        ({"#d05020": 0.5, "#d0b020": 0.5}, "analogous"),
        ({"#2060c0": 0.5, "#e09030": 0.5}, "complementary"),
        ({"#ff2020": 0.34, "#20c020": 0.33, "#3030ff": 0.33}, "triadic"),
        ({"#808080": 0.5, "#303030": 0.5}, None),
    ],
)
def test_the_chord_of_the_hues_is_named(colours: dict[str, float], harmony: str | None) -> None:
    assert analyse(as_frames([stripes(colours)]))[0].harmony == harmony


@pytest.mark.parametrize(
    ("hues", "harmony"),
    [((10, 160, 220), "split_complementary"), ((20, 110, 200, 290), "tetradic"), ((0, 130), None)],
)
def test_rarer_chords_are_named_too(hues: tuple[int, ...], harmony: str | None) -> None:
    angles = np.radians(hues)
    lab = np.stack([np.full(len(hues), 0.6), 0.15 * np.cos(angles), 0.15 * np.sin(angles)], axis=1)
    assert find_harmony(lab, np.full(len(hues), 1 / len(hues))) == harmony


def test_no_pictures_no_rows() -> None:
    assert list(color_analysis(make_media(), [], None)) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 7), (121, 161)])
@pytest.mark.parametrize("level", ["black", "white", "noise"])
def test_odd_pictures_are_survived(size: tuple[int, int], level: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    picture = {"black": noise * 0, "white": noise | 255, "noise": noise}[level]
    for count in (1, 2, 8):
        for shots in (0, 2):
            rows = analyse(as_frames([picture] * count), shots)
            assert rows[-1].level == "video"
            assert sum(s.share for s in rows[-1].palette) == pytest.approx(1, abs=0.1)


def test_a_swatch_names_its_colour_in_both_ways() -> None:
    ((swatch,),) = (row.palette for row in analyse(as_frames([stripes({"#ff0000": 1.0})])))
    assert swatch.hex == "#ff0000"
    assert (swatch.l, swatch.a, swatch.b) == pytest.approx((0.62796, 0.22486, 0.12585), abs=1e-4)
