"""Effects drawn by the test over beds of speech, music and noise; events that a planted model names; cuts nearby."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from analyzers.contract import Audio
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.sound.events import find_events
from analyzers.measures.sound.tags import Group, Tag
from analyzers.schema import Origin, to_table
from analyzers.sound.audio_environment import Row as EnvironmentRow
from analyzers.sound.sound_effects import Row, sound_effects
from tests import sounds
from tests.inputs import empty_inputs, make_audio, make_spectrum, make_voice

BEDS = {
    "silence": lambda seconds: 0.0,
    "hiss": lambda seconds: sounds.loud(sounds.coloured(seconds, 1, 5), -55),
    "music": lambda seconds: sounds.loud(sounds.song(seconds, 105, 5), -32),
}
every_bed = pytest.mark.parametrize("bed", BEDS)


def effects(audio: Audio, environment=None, cuts=None, texts=None, moves=None) -> list[Row]:
    rows = list(sound_effects(audio, make_spectrum(audio), make_voice(audio), environment, cuts, texts, moves))
    to_table(Row, rows, Origin("v", "sound_effects", "measured", "test", None, None, np.zeros(1)))
    return rows


def heard_over(bed: str, *laid: tuple[float, np.ndarray], seconds: float = 5.0) -> list[Row]:
    return effects(sounds.coded(sounds.placed(laid, seconds) + BEDS[bed](seconds), 128_000))


# Shapes


@every_bed
@pytest.mark.parametrize("seconds", [0.3, 0.8])
def test_a_whoosh_is_found_and_timed(bed, seconds):
    (row,) = heard_over(bed, (2.0, sounds.whoosh(seconds, 400, 4000, 0.4, 7)))
    assert row.sfx == "whoosh"
    assert row.peak_s == pytest.approx(2.0 + seconds / 2, abs=0.05)
    if bed == "silence":
        assert row.start_s == pytest.approx(2.0, abs=0.05)
        assert row.end_s == pytest.approx(2.0 + seconds, abs=0.1)


@every_bed
@pytest.mark.parametrize("is_tonal", [False, True], ids=["noise", "tone"])
def test_a_riser_is_found_and_its_end_timed(bed, is_tonal):
    (row,) = heard_over(bed, (1.5, sounds.riser(2.0, peak=0.4, seed=3, is_tonal=is_tonal)))
    assert row.sfx == "riser"
    assert row.end_s == pytest.approx(3.5, abs=0.05)


@every_bed
@pytest.mark.parametrize("hz", [950, 3000])
def test_a_ding_is_found_and_timed(bed, hz):
    (row,) = heard_over(bed, (2.0, sounds.ding(1.5, hz)))
    assert row.sfx == "ding"
    assert row.onset_s == row.start_s == pytest.approx(2.0, abs=0.03)
    assert row.peak_db == pytest.approx(20 * np.log10(0.4 * 1.6), abs=4)


@every_bed
@pytest.mark.parametrize("hz", [40, 60])
def test_a_boom_is_found_and_timed(bed, hz):
    (row,) = heard_over(bed, (2.0, sounds.boom(1.5, hz, 0.4, 0.6)))
    assert row.sfx == "boom"
    assert row.onset_s == pytest.approx(2.0, abs=0.03)


def test_a_bleep_is_no_ding():
    (row,) = heard_over("hiss", (2.0, sounds.bleep(0.5)))
    assert row.sfx == "beep"
    assert (row.start_s, row.end_s) == (pytest.approx(2.0, abs=0.03), pytest.approx(2.5, abs=0.05))


def test_effects_are_found_over_speech():
    laid = [(1.0, sounds.boom(1.5, 45, 0.4, 0.6)), (4.0, sounds.ding(1.5, 2200))]
    sound = sounds.placed(laid, 7.0) + sounds.loud(sounds.talk(7.0), -28)
    assert [row.sfx for row in effects(sounds.coded(sound, 128_000))] == ["boom", "ding"]


@pytest.mark.parametrize("voice", ["en", "de+f2"])
def test_speech_alone_has_no_effects(voice):
    assert effects(sounds.coded(sounds.loud(sounds.talk(10.0, voice, 1), -20))) == []


@pytest.mark.parametrize("play", [sounds.melody, sounds.beat, sounds.song], ids=["melody", "drums", "song"])
@pytest.mark.parametrize("bpm", [75, 125])
def test_music_alone_has_no_effects(play, bpm):
    assert effects(sounds.coded(sounds.loud(play(8.0, bpm, bpm), -18))) == []


@pytest.mark.parametrize("exponent", [0, 1, 2], ids=["white", "pink", "brown"])
def test_noise_alone_has_no_effects(exponent):
    assert effects(sounds.track(sounds.loud(sounds.coloured(8.0, exponent), -20))) == []


def test_noise_that_sways_has_no_effects():
    sway = 1 - 0.9 * (0.5 + 0.5 * np.sin(2 * np.pi * 0.2 * sounds.clock(8.0)))
    assert effects(sounds.track(0.3 * sounds.coloured(8.0, 1) * sway)) == []


def test_a_steady_tone_and_silence_have_no_effects():
    assert effects(sounds.track(0.3 * np.sin(2 * np.pi * 440 * sounds.clock(5.0)))) == []
    assert effects(sounds.track(np.zeros(5 * sounds.RATE))) == []


def test_several_dings_in_a_row_are_a_tune():
    laid = [
        (0.5 + 0.4 * number, sounds.ding(0.8, hz)) for number, hz in enumerate((1200, 1350, 1500, 1800, 1350, 1200))
    ]
    assert heard_over("silence", *laid) == []


# Names of a model


def window(number: int, *tags: tuple[str, float], group: Group = "event") -> EnvironmentRow:
    named = tuple(Tag(label, score, group) for label, score in tags)
    return EnvironmentRow(number / 2, number / 2 + 0.5, 1.0, "window", "noise", (), named, 0.0, 0.0)


def windows(count: int, **scores: Sequence[float]) -> list[EnvironmentRow]:
    """Half seconds with the scores of some names."""
    return [
        window(i, *((name.replace("_", " "), score[i]) for name, score in scores.items() if score[i] > 0.1))
        for i in range(count)
    ]


def test_what_a_model_is_sure_of_is_a_row_with_its_name_and_time():
    dog = 0.5 * sounds.coloured(0.4, 1, 3)
    audio = sounds.track(sounds.placed([(2.1, dog)], 5.0) + sounds.loud(sounds.coloured(5.0, 1), -60))
    (row,) = effects(audio, windows(10, Dog=[0, 0, 0, 0.3, 0.9, 0.6, 0, 0, 0, 0]))
    assert (row.sfx, row.source) == ("Dog", "model")
    assert row.confidence == pytest.approx(0.9)
    assert row.onset_s == pytest.approx(2.1, abs=0.05)
    assert row.peak_db == pytest.approx(20 * np.log10(0.5), abs=1)


def test_what_a_model_is_not_sure_of_is_no_row():
    assert effects(sounds.track(np.zeros(5 * sounds.RATE)), windows(10, Dog=[0.4] * 10)) == []


def test_speech_music_and_settings_are_no_effects():
    for group in ("speech", "music", "setting"):
        assert find_events([window(i, ("Thing", 0.9), group=group) for i in range(4)]) == []


def test_other_names_for_the_same_are_told_beside_the_best():
    (event,) = find_events(windows(6, Animal=[0.9] * 6, Dog=[0.7] * 6, Bark=[0.8] * 6))
    assert event.names == ("Bark", "Dog", "Animal")  # the broad one last, however sure
    assert event.score == pytest.approx(0.8)


def test_a_broad_name_is_told_where_there_is_no_finer_one():
    (event,) = find_events(windows(6, Animal=[0.9] * 6))
    assert event.names == ("Animal",)


def test_two_events_at_a_time_are_two():
    names = [event.names for event in find_events(windows(8, Applause=[0.9] * 8, Dog=[0, 0, 0.8, 0.8, 0, 0, 0, 0]))]
    assert sorted(names) == [("Applause",), ("Dog",)]


def test_a_short_doubt_does_not_end_an_event_and_a_long_one_does():
    score = [0.9, 0.9, 0, 0.9, 0, 0, 0, 0.9]
    spans = [(event.start_s, event.end_s) for event in find_events(windows(8, Applause=score))]
    assert spans == [(0.0, 2.0), (3.5, 4.0)]


def test_a_shape_and_its_name_are_one_row():
    audio = sounds.track(sounds.placed([(2.0, sounds.ding())], 5.0))
    (row,) = effects(audio, windows(10, Ding=[0, 0, 0, 0.5, 0.9, 0.6, 0, 0, 0, 0]))
    assert (row.sfx, row.source, row.also) == ("ding", "shape", ("Ding",))
    assert row.onset_s == pytest.approx(2.0, abs=0.03)


# What happens in the picture


DING = sounds.track(sounds.placed([(2.0, sounds.ding())], 5.0))


def cut(at_s: float, frames: int = 0, length_s: float = 1 / 30) -> CutRow:
    return CutRow(at_s - length_s, at_s, 1.0, "cut", kind="hard", len_frames=frames)


def punch(at_s: float, seconds: float = 0.3, move="zoom_in") -> CameraRow:
    return CameraRow(at_s, at_s + seconds, 1.0, "segment", move=move)


class Shown:
    def __init__(self, start_s: float, entrance: str | None = "pop") -> None:
        self.start_s, self.entrance = start_s, entrance


@pytest.mark.parametrize(
    ("cuts", "texts", "moves", "told", "offset_s"),
    [
        ([cut(1.95)], [], [], "cut", 0.05),
        ([cut(2.5, 24, 0.8)], [], [], "cut", -0.1),
        ([cut(1.95)], [Shown(2.01)], [], "text", -0.01),
        ([], [Shown(2.1)], [punch(1.97)], "punch", 0.03),
        ([cut(1.0)], [Shown(3.0)], [punch(4.0)], "none", None),
        ([], [Shown(2.0, None)], [punch(2.0, move="pan_left"), punch(2.0, 2.0)], "none", None),
        ([], None, None, "none", None),
        (None, None, None, None, None),
    ],
    ids=["cut", "dissolve", "nearest", "punch", "far away", "others", "no cuts", "nobody looked"],
)
def test_an_effect_hits_what_happens_at_its_moment(cuts, texts, moves, told, offset_s):
    (row,) = effects(DING, None, cuts, texts, moves)
    assert row.sync_to == told
    assert row.sync_offset_s == (pytest.approx(offset_s, abs=0.02) if offset_s is not None else None)


def test_a_whoosh_hits_with_its_peak_and_a_riser_with_its_end():
    laid = [(1.0, sounds.whoosh(0.8, seed=5)), (2.5, sounds.riser(1.5, seed=5))]
    rows = effects(sounds.track(sounds.placed(laid, 6.0)), None, [cut(1.4), cut(4.0)])
    assert [(row.sfx, row.sync_to) for row in rows] == [("whoosh", "cut"), ("riser", "cut")]


# Edges


def test_no_sound_track_no_rows():
    parts = empty_inputs()
    assert list(sound_effects(parts["audio"], parts["spectrum"], parts["voice"], [], [], [], [])) == []


@pytest.mark.parametrize("samples", [1, 2, 480, 481, 2048, 20_000])
def test_a_very_short_track_is_no_trouble(samples):
    stereo = np.random.default_rng(0).normal(size=(samples, 2)).astype(np.float32) * 0.3
    assert effects(make_audio(stereo), windows(1, Dog=[0.9])) is not None


def test_beyond_full_scale_and_off_centre_is_no_trouble():
    stereo = np.full((96_000, 2), 3.0, np.float32)
    stereo[40_000:50_000, 1] = -7
    effects(make_audio(stereo))


@pytest.mark.parametrize("offset_s", [-1.5, 0.75])
def test_rows_lie_on_the_videos_clock(offset_s):
    (row,) = effects(replace(DING, offset_s=offset_s))
    assert row.onset_s == pytest.approx(2.0 + offset_s, abs=0.03)


def test_what_ends_before_the_picture_is_left_out():
    assert effects(replace(DING, offset_s=-4.9)) == []
