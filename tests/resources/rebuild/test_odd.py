"""Whatever the tables say, and however small or short the video is, something is drawn, played and scored."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from resources.rebuild.film import film_size, write_film
from resources.rebuild.picture import Drawer
from resources.rebuild.plates import choose_plates
from resources.rebuild.score import Judge, read_original
from resources.rebuild.script import EFFECTS, Tables
from resources.rebuild.sound import read_score
from tests.inputs import make_flow, make_frames, make_motion
from tests.resources.rebuild.known import Known, known


@pytest.fixture(scope="module")
def film() -> Known:
    return known()


def rebuilt(film: Known, tables: Tables, folder: Path) -> None:
    judge = Judge(read_original(film.motion, film.flow, film.audio, tables, film.duration_s), tables)
    plates = choose_plates(judge.script, film.frames)
    for likeness in (judge.likeness(None), judge.likeness(plates)):
        values = [likeness.score, *likeness.terms.values(), *(second.score for second in likeness.seconds)]
        assert all(value is None or np.isfinite(value) for value in values)
    judge.added(plates)
    size, score = film_size(*film.motion.grey.shape[:0:-1]), read_score(tables, film.duration_s)
    drawer = Drawer(judge.script, *size, plates)
    write_film(folder / "film.mp4", drawer, size, film.motion.t_s[:5], score, film.duration_s)
    assert (folder / "film.mp4").stat().st_size > 0


@pytest.mark.parametrize("entrance", ["typewriter", "pop", "slide"])
@pytest.mark.parametrize("text", ["👋🏽 hi", "日本語", "a\n\nb", " ", "\n", "x" * 300, "עברית", "\u0301"])
def test_any_text(film, tmp_path, text, entrance):
    words = [{"word": w, "start_s": 0.6, "end_s": 1.0, "highlight": "appears"} for w in text.split()]
    odd = film.tables["text_overlay"][0] | {"text": text, "entrance": entrance, "exit": "fade", "words": words}
    rebuilt(film, {**film.tables, "text_overlay": [odd]}, tmp_path)


@pytest.mark.parametrize("box", [(0, 0, 0, 0), (0.9, 0.9, 0.5, 0.5), (0, 0, 1, 1), (0.5, 0.5, 0.001, 0.001)])
def test_any_box(film, tmp_path, box):
    span = {"start_s": 0.0, "end_s": 2.0}
    place = span | dict(zip("xywh", box, strict=True))
    odd = {
        "text_overlay": [film.tables["text_overlay"][0] | place | {"stroke_hex": "#000000", "stroke_frac": 1.0}],
        "object_detection": [place | {"level": "sample", "label": "person"}],
        "stickers_emoji": [place | {"codepoint": "1f600"}, place | {"codepoint": None}],
        "layout_composite": [span | {"layout": "letterbox", "regions": [place | {"role": "content"}]}],
    }
    rebuilt(film, {**film.tables, **odd}, tmp_path)


@pytest.mark.parametrize("effect", EFFECTS)
def test_any_effect(film, tmp_path, effect):
    row = {"effect": effect, "start_s": 1.0, "end_s": 1.5, "strength": None, "hz": None, "region": None}
    rebuilt(film, {**film.tables, "visual_effects": [row, row | {"end_s": 1.0, "strength": 0.05}]}, tmp_path)


@pytest.mark.parametrize("duration_s", [0.05, 4.5])
@pytest.mark.parametrize("count", [1, 2])
def test_a_frame_or_two(film, tmp_path, count, duration_s):
    motion = make_motion(film.motion.rgb[:count])
    short = replace(film, motion=motion, flow=make_flow(motion), frames=film.frames[:1], duration_s=duration_s)
    rebuilt(short, film.tables, tmp_path)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 2), (16, 8), (160, 10), (10, 160)])
def test_any_size(film, tmp_path, width, height):
    motion = make_motion(np.random.default_rng(0).integers(0, 255, (30, height, width, 3)).astype(np.uint8))
    other = replace(film, motion=motion, flow=make_flow(motion), frames=make_frames(motion), duration_s=1.0)
    rebuilt(other, film.tables, tmp_path)


@pytest.mark.parametrize("offset_s", [-0.5, 1.5])
def test_sound_that_begins_before_or_after_the_picture(film, tmp_path, offset_s):
    rebuilt(replace(film, audio=replace(film.audio, offset_s=offset_s)), film.tables, tmp_path)
