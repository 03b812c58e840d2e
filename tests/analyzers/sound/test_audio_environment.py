"""Sounds of known kind, room and noise, and models whose answers are planted."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from analyzers.contract import Audio
from analyzers.measures.sound.rooms import Fall, rt60_s
from analyzers.measures.sound.tags import groups_of
from analyzers.schema import Origin, to_table
from analyzers.sound.audio_analysis import audio_analysis
from analyzers.sound.audio_environment import Row, audio_environment
from tests import sounds
from tests.inputs import empty_inputs, make_audio, make_spectrum, make_voice

LABELS = ("Speech", "Narration, monologue", "Shout", "Laughter", "Singing", "Groan", "Dog", "Music", "Guitar", "Wind",
          "Silence", "Inside, small room", "Outside, rural or natural", "White noise")  # fmt: skip


class Deaf:
    labels: tuple[str, ...] = ()
    window_s: float | None = None

    def __call__(self, stretches: Iterable[np.ndarray], /) -> Iterator[np.ndarray]:
        return (np.zeros(0, np.float32) for _ in stretches)


class Told:
    """A model that says what it was told to, and counts what it is asked."""

    labels = LABELS

    def __init__(self, window_s: float | None = 1.0, **scores: float) -> None:
        self.window_s, self.lengths = window_s, list[int]()
        self._scores = np.array([scores.get(label.split(",")[0].lower(), 0.0) for label in LABELS], np.float32)

    def __call__(self, stretches: Iterable[np.ndarray], /) -> Iterator[np.ndarray]:
        for stretch in stretches:
            self.lengths.append(len(stretch))
            yield self._scores


def environment(audio: Audio, model=None, rows=()) -> list[Row]:
    return list(audio_environment(audio, make_spectrum(audio), make_voice(audio), rows, model or Deaf()))


def analysed(sound: np.ndarray) -> list[Row]:
    audio = sounds.coded(sounds.loud(sound, -22))
    return environment(audio, rows=list(audio_analysis(audio, make_spectrum(audio))))


def classes(rows: list[Row]) -> dict[str, int]:
    told = [row.sound_class for row in rows if row.kind == "window"]
    return {kind: told.count(kind) for kind in dict.fromkeys(told)}


# Kinds


@pytest.mark.parametrize("exponent", [0, 1, 2], ids=["white", "pink", "brown"])
def test_noise_of_any_colour_is_noise(exponent):
    assert classes(analysed(sounds.coloured(6.0, exponent, 3))) == {"noise": 12}


def test_noise_that_sways_like_the_sea_is_still_noise():
    sway = 1 - 0.8 * (0.5 + 0.5 * np.sin(2 * np.pi * 0.4 * sounds.clock(8.0)))
    assert classes(analysed(sounds.coloured(8.0, 1, 3) * sway)) == {"noise": 16}


@pytest.mark.parametrize("play", [sounds.melody, sounds.beat, sounds.song], ids=["melody", "drums", "song"])
def test_music_is_music_with_tones_or_with_a_beat_alone(play):
    rows = analysed(play(8.0, 105, 3))
    assert classes(rows) == {"music": 16}
    assert rows[0].music_share == 1
    assert (rows[0].snr_db, rows[0].rt60_s) == (None, None)  # nobody speaks, and what falls there is notes


def test_a_tone_that_never_changes_is_no_music():
    assert classes(analysed(np.sin(2 * np.pi * 440 * sounds.clock(6.0)))) == {"tonal": 12}


def test_speech_is_speech_and_its_share_is_told():
    rows = analysed(sounds.placed([(2.0, sounds.talk(4.0, pause_s=0.1))], 8.0))
    assert {row.sound_class for row in rows[1:] if 2.5 <= row.start_s < 5.5} == {"speech"}
    assert {row.sound_class for row in rows[1:] if row.end_s <= 2.0 or row.start_s >= 6.5} == {"silence"}
    assert rows[0].speech_share == pytest.approx(0.45, abs=0.06)
    assert rows[0].music_share == 0


@pytest.mark.parametrize("level_db", [-75, None], ids=["hiss", "digital"])
def test_silence_is_silence(level_db):
    sound = np.zeros(3 * sounds.RATE) if level_db is None else sounds.loud(sounds.coloured(3.0), level_db)
    rows = environment(sounds.track(sound))
    assert classes(rows) == {"silence": 6}
    assert (rows[0].sound_class, rows[0].speech_share, rows[0].music_share) == ("silence", 0, 0)
    assert (rows[0].rt60_s, rows[0].snr_db, rows[0].indoor_prob) == (None, None, None)


def test_chances_of_a_row_add_up_and_its_class_is_the_likeliest():
    for row in analysed(sounds.song(4.0)):
        chances = {one.kind: one.chance for one in row.probs}
        assert sum(chances.values()) == pytest.approx(1)
        assert row.sound_class == max(chances, key=lambda kind: chances[kind])
        assert row.confidence == pytest.approx(chances[row.sound_class])


# Rooms and noise


@pytest.mark.parametrize("true_s", [0.3, 0.8, 1.5])
def test_claps_tell_the_room(true_s):
    dry = sounds.claps(np.arange(0.5, 11, 1.7).tolist(), 12.0)
    rows = environment(sounds.coded(sounds.loud(sounds.in_room(dry, sounds.room(true_s)), -22)))
    assert rows[0].rt60_s == pytest.approx(true_s, rel=0.1)


@pytest.mark.parametrize("true_s", [0.3, 0.8, 1.5])
def test_speech_tells_the_room(true_s):
    wet = sounds.in_room(sounds.talk(14.0, pause_s=0.6), sounds.room(true_s, direct_db=0))
    rows = environment(sounds.coded(sounds.loud(wet, -22)))
    assert rows[0].rt60_s == pytest.approx(true_s, rel=0.25)


def test_dry_claps_tell_of_no_room():
    rows = environment(sounds.track(sounds.claps(np.arange(0.5, 11, 1.7).tolist(), 12.0)))
    assert rows[0].rt60_s is None


def test_a_few_falls_or_falls_of_one_moment_tell_of_no_room():
    falls = [Fall(float(i), 0.5, 30.0) for i in range(8)]
    assert rt60_s(falls) == pytest.approx(0.5)
    assert rt60_s(falls[:3]) is None
    assert rt60_s([replace(fall, at_s=2.0) for fall in falls]) is None


@pytest.mark.parametrize("true_db", [0, 10, 25])
def test_speech_stands_out_of_noise_as_far_as_it_was_mixed(true_db):
    speech, noise = sounds.talk(10.0, seed=1), sounds.coloured(10.0, 1, 4)
    audio, hum = sounds.track(speech * 0.5), sounds.track(noise * 0.1)
    spoken = np.abs(audio.mono) > 1e-4
    loudness = [10 * np.log10(np.mean(part**2)) for part in (audio.mono[spoken], hum.mono)]
    mixed = 0.5 * speech + 0.1 * noise * sounds.gain(loudness[0] - loudness[1] - true_db)
    rows = environment(sounds.coded(0.6 * mixed))
    assert rows[0].snr_db == pytest.approx(true_db, abs=2)


def test_noise_alone_has_no_speech_to_compare_with():
    assert environment(sounds.track(sounds.coloured(5.0) * 0.1))[0].snr_db is None


# Models


NOISE = sounds.track(0.1 * sounds.coloured(4.0))


def test_what_a_model_calls_music_is_music():
    rows = environment(NOISE, Told(music=0.9, guitar=0.4))
    assert classes(rows) == {"music": 8}
    assert [(tag.label, tag.group) for tag in rows[1].tags] == [("Music", "music"), ("Guitar", "music")]
    assert rows[0].music_share == 1


def test_an_instruments_name_alone_is_no_music():
    assert classes(environment(NOISE, Told(guitar=0.9))) == {"noise": 8}


def test_names_that_a_model_hardly_believes_are_not_told():
    assert environment(NOISE, Told(music=0.05))[1].tags == ()


def test_voices_that_the_model_does_not_hear_are_half_believed():
    audio = sounds.track(sounds.loud(sounds.talk(4.0), -22))
    assert "speech" not in classes(environment(audio, Told(singing=0.9)))
    assert "speech" in classes(environment(audio, Told(speech=0.9)))


@pytest.mark.parametrize(
    ("inside", "outside", "told"), [(0.3, 0.1, 0.75), (0.0, 0.2, 0.0), (0.02, 0.01, None), (0.0, 0.0, None)]
)
def test_a_setting_is_told_where_the_model_hears_one(inside, outside, told):
    rows = environment(NOISE, Told(**{"inside": inside, "outside": outside}))
    assert rows[0].indoor_prob == (pytest.approx(told) if told is not None else None)


def test_silence_is_not_shown_to_a_model():
    model = Told(music=0.9)
    quiet = sounds.placed([(6.0, 0.1 * sounds.coloured(2.0))], 10.0)
    rows = environment(sounds.track(quiet), model)
    assert len(model.lengths) < 8
    assert all(row.tags == () for row in rows[1:] if row.sound_class == "silence" and row.end_s < 5)


@pytest.mark.parametrize(("window_s", "calls", "longest"), [(0.975, 8, 15_600), (4.0, 2, 64_000), (None, 8, 16_000)])
def test_a_model_gets_stretches_of_its_length_once_each_that_overlap_by_half(window_s, calls, longest):
    model = Told(window_s=window_s)
    environment(NOISE, model)
    assert len(model.lengths) == calls
    assert max(model.lengths) <= longest


def test_names_belong_together_as_audiosets_order_says():
    groups = dict(zip(LABELS, groups_of(LABELS), strict=True))
    assert [groups[name] for name in ("Narration, monologue", "Shout", "Singing", "Dog", "Guitar", "Wind")] == [
        "speech", "event", "music", "event", "music", "event",
    ]  # fmt: skip
    assert groups["White noise"] == groups["Inside, small room"] == "setting"
    assert groups_of(("bark", "meow")) == ("event", "event")


# Edges


def test_no_sound_track_no_rows():
    parts = empty_inputs()
    found = audio_environment(parts["audio"], parts["spectrum"], parts["voice"], None, Told(music=0.9))
    assert list(found) == []


@pytest.mark.parametrize("samples", [1, 2, 479, 481, 24_000, 24_001])
@pytest.mark.parametrize("model", [Deaf(), Told(music=0.9, speech=0.2)], ids=["no model", "model"])
def test_a_very_short_track_is_told_of_too(samples, model):
    stereo = np.full((samples, 2), 0.5, np.float32)
    stereo[1::2] *= -1
    rows = environment(make_audio(stereo), model)
    assert [row.kind for row in rows] == ["summary"] + ["window"] * -(-samples // 24_000)
    assert rows[-1].end_s == pytest.approx(samples / 48_000)
    table = to_table(Row, rows, Origin("v", "audio_environment", "model", "test", None, None, np.zeros(1)))
    assert table.num_rows == len(rows)


@pytest.mark.parametrize("offset_s", [-0.7, 1.3])
def test_rows_lie_on_the_videos_clock(offset_s):
    sound = sounds.placed([(1.0, 0.1 * sounds.coloured(1.0))], 3.0)
    audio = replace(sounds.track(sound), offset_s=offset_s)
    rows = environment(audio, Told(music=0.9))
    heard = [row for row in rows[1:] if row.sound_class != "silence"]
    assert heard[0].start_s == pytest.approx(1.0 + offset_s)
    assert heard[-1].end_s == pytest.approx(2.0 + offset_s)
    assert all(row.start_s >= 0 for row in rows)
    assert rows[-1].end_s == pytest.approx(3.0 + offset_s)
