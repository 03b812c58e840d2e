"""The three ways to a transcript: Whisper from a small checkpoint of its format, the post's captions, voices alone."""

import pickle
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import Audio, Post, Voice
from resources import eight_bit, windows
from resources.gpu import Device
from resources.loaders import post_subtitles, voice_only, whisper
from resources.loaders.post_subtitles import utterances
from resources.weights import BadModelError, Weights
from resources.windows import LENGTH_S, pack
from tests.speech import RATE, mono_audio, noise

DIMS = {
    "n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 64, "n_audio_head": 1, "n_audio_layer": 1,
    "n_vocab": 51865, "n_text_ctx": 48, "n_text_state": 64, "n_text_head": 2, "n_text_layer": 2,
}  # fmt: skip


def heard(seconds: float, *spans: tuple[float, float], offset_s: float = 0.0) -> tuple[Audio, Voice]:
    """Noise in which somebody is said to speak in these spans."""
    t_s = np.arange(0, seconds, 0.032)
    chance = np.zeros(len(t_s), np.float32)
    for start, end in spans:
        chance[(t_s >= start) & (t_s < end)] = 0.9
    audio = mono_audio(noise(seconds), offset_s)
    return audio, Voice(t_s + offset_s, chance, np.array(spans).reshape(-1, 2) + offset_s)


# Whisper


def random_network(seed: int = 0, **changes: int):
    import torch
    from whisper.model import ModelDimensions, Whisper

    torch.manual_seed(seed)
    network = Whisper(ModelDimensions(**DIMS | changes))
    with torch.no_grad():
        network.decoder.positional_embedding.normal_()
    return network


def parrot(text: str, language: str = "de", end_s: float = 1.0, *, goes_on: bool = False):
    """A network of Whisper's format that says one thing: where it is in the text tells it what comes next."""
    import torch
    from whisper.tokenizer import get_tokenizer

    network = random_network()
    tokenizer = get_tokenizer(True, num_languages=network.num_languages, language=language, task="transcribe")
    begin = tokenizer.timestamp_begin
    end = begin + round(end_s / 0.02)
    said = [begin, *tokenizer.encode(text), end, *([end] if goes_on else []), tokenizer.eot]
    wanted = [tokenizer.to_language_token(language), tokenizer.transcribe, *said]
    with torch.no_grad():
        for block in network.decoder.blocks:
            for way_out in (block.attn.out, block.cross_attn.out, block.mlp[2]):
                way_out.weight.zero_()
                way_out.bias.zero_()
        names = network.decoder.token_embedding.weight
        names.normal_()
        network.decoder.positional_embedding[:] = 40 * names[tokenizer.eot]
        network.decoder.positional_embedding[: len(wanted)] = 40 * names[wanted]
    return network


def saved(folder: Path, network) -> Weights:
    import torch

    torch.save({"dims": asdict(network.dims), "model_state_dict": network.state_dict()}, folder / "tiny.pt")
    return Weights("tiny", folder, ("tiny.pt",))


@pytest.fixture(scope="module")
def talker(tmp_path_factory: pytest.TempPathFactory):
    return saved(tmp_path_factory.mktemp("talker"), parrot(" Guten Morgen, Welt!"))


@pytest.fixture(scope="module")
def model(talker: Weights):
    return whisper.load(talker)


def test_what_it_says_has_words_times_language_and_doubts(model):
    audio, voice = heard(4, (1.0, 2.5))
    (said,) = model(audio, voice, Post())
    assert (said.text, said.lang) == ("Guten Morgen, Welt!", "de")
    assert [word.text for word in said.words] == ["Guten", "Morgen,", "Welt!"]
    assert said.avg_logprob == pytest.approx(0, abs=0.1)
    assert 0 <= said.no_speech_prob < 0.1
    assert said.compression_ratio < 2.4
    times = [time for word in said.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[0] >= 0.8
    assert times[-1] <= 2.7
    assert all(0.5 < word.confidence <= 1 for word in said.words)


def test_times_are_the_videos(model):
    audio, voice = heard(4, (1.0, 2.5), offset_s=10)
    (late,) = model(audio, voice, Post())
    (early,) = model(*heard(4, (1.0, 2.5)), Post())
    assert late.start_s == pytest.approx(early.start_s + 10)
    assert late.words[-1].end_s == pytest.approx(early.words[-1].end_s + 10)


def test_where_nobody_speaks_it_is_not_asked(model, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model, "_encoded", None)
    assert list(model(*heard(4), Post())) == []


def test_windows_are_heard_several_at_once_and_told_in_order(model, monkeypatch: pytest.MonkeyPatch):
    asked, really = [], model._hear
    monkeypatch.setattr(
        model, "_hear", lambda audio, some, language: asked.append(len(some)) or really(audio, some, language)
    )
    said = list(model(*heard(100, (1, 29), (31, 60), (61, 90), (92, 96)), Post()))
    assert asked == [4]
    assert len(said) == 4
    assert [one.start_s for one in said] == sorted(one.start_s for one in said)
    assert said[3].start_s > 91


def test_memory_that_runs_out_halves_the_windows_at_once(model, monkeypatch: pytest.MonkeyPatch):
    asked, really = [], model._hear

    def tight(audio, some, language):
        asked.append(len(some))
        if len(some) > 2:
            raise MemoryError
        return really(audio, some, language)

    monkeypatch.setattr(model, "_hear", tight)
    assert len(list(model(*heard(100, (1, 29), (31, 60), (61, 90), (92, 96)), Post()))) == 4
    assert asked == [4, 2, 2]


def test_only_the_users_languages_are_considered(model, talker: Weights):
    audio, voice = heard(4, (1.0, 2.5))

    def told(*languages: str) -> str:
        speaks = whisper.Whisperer(model._network, replace(talker, languages=languages))
        return speaks._language(audio, pack(voice, audio))

    assert told() == told("fr", "de") == told("tlh") == "de"
    assert told("fr") == "fr"
    assert told("fr", "it") in ("fr", "it")


def test_a_text_is_cut_at_its_stamps_and_what_it_did_not_get_to_is_told():
    begin = 50364
    cut, until_s = whisper._segments([begin, 5, 6, begin + 50, begin + 50, 7], begin, 10.0)
    assert [(part["start"], part["end"], part["tokens"]) for part in cut] == [(0.0, 1.0, [begin, 5, 6, begin + 50])]
    assert until_s == 1.0
    cut, until_s = whisper._segments([begin, 5, begin + 50, begin + 60, 6, begin + 90], begin, 10.0)
    assert [(part["start"], part["end"]) for part in cut] == [(0.0, 1.0), (pytest.approx(1.2), pytest.approx(1.8))]
    assert until_s == 10.0
    assert whisper._segments([begin, 5], begin, 10.0)[0][0]["end"] == 10.0
    assert whisper._segments([], begin, 10.0)[1] == 10.0


def test_what_the_text_did_not_get_to_is_heard_again(tmp_path: Path):
    half = parrot(" eins zwei", end_s=1.0, goes_on=True)
    said = list(whisper.load(saved(tmp_path, half))(*heard(8, (0.5, 7.0)), Post()))
    assert [one.text for one in said] == ["eins zwei"] * whisper.ROUNDS
    assert [one.start_s for one in said] == sorted(one.start_s for one in said)
    assert said[-1].start_s > 2.5


def test_silence_left_out_of_a_window_parts_what_is_said(model):
    audio, voice = heard(20, (1.0, 1.6), (14.0, 14.6))
    said = list(model(audio, voice, Post()))
    for one in said:
        assert one.end_s < 2 or one.start_s > 13
    assert " ".join(one.text for one in said) == "Guten Morgen, Welt!"


def test_the_same_sound_gives_the_same_text_even_where_it_is_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(whisper, "WARMER", (0.6, 1.0))
    monkeypatch.setattr(whisper, "ROUNDS", 2)
    weights = saved(tmp_path, random_network(3))
    audio, voice = heard(6, (0.5, 5.0))
    model = whisper.load(weights)
    first, second = (list(model(audio, voice, Post())) for _ in range(2))
    assert first == second
    assert all(np.isfinite([one.start_s, one.end_s, one.avg_logprob]).all() for one in first)


def test_words_are_timed_by_the_heads_that_are_known_to_look_at_the_sound(tmp_path: Path):
    """openai-whisper lists them for each of its checkpoints, here that of `tiny`: 4 layers of 6."""
    shape = {"n_text_layer": 4, "n_text_head": 6, "n_text_state": 48, "n_audio_state": 48, "n_audio_head": 6}
    weights = saved(tmp_path, random_network(**shape))
    anyhow, known = (whisper.load(replace(weights, options=options)) for options in ({}, {"checkpoint": "tiny"}))
    assert anyhow._network.alignment_heads.to_dense().sum() == 2 * 6
    assert 0 < known._network.alignment_heads.to_dense().sum() < 2 * 6


def test_half_the_memory_is_taken_where_the_device_counts_in_halves(model, talker: Weights):
    import torch

    assert {part.dtype for part in model._network.parameters()} == {torch.float32}
    for number in ("bfloat16", "float16"):  # Whisper's decoder knows only one kind of half
        assert whisper._in_halves(replace(talker, device=Device("cuda:0", number, 2)))
        assert not whisper._in_halves(replace(talker, device=Device("cpu", number, 2)))
    assert not whisper._in_halves(replace(talker, device=Device("cuda:0", "float32", 2)))


def test_with_weights_of_eight_bits_it_says_the_same(talker: Weights, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(eight_bit, "LEAST", 1)
    model = whisper.load(replace(talker, device=Device("cpu", "float32", 2, eight_bit=True)))
    assert "EightBitLinear" in {type(layer).__name__ for layer in model._network.modules()}
    (said,) = model(*heard(4, (1.0, 2.5)), Post())
    assert said.text == "Guten Morgen, Welt!"


def test_in_halves_it_says_the_same(model, talker: Weights, monkeypatch: pytest.MonkeyPatch):
    import torch

    monkeypatch.setattr(whisper, "_in_halves", lambda weights: True)  # slow on a processor, and the same steps
    half = whisper.load(talker)
    assert {part.dtype for part in half._network.parameters()} == {torch.float16, torch.float32}
    sound = heard(4, (1.0, 2.5))
    assert [one.text for one in half(*sound, Post())] == ["Guten Morgen, Welt!"]


@pytest.mark.parametrize("seconds", [0.05, 0.3, 30.0])
def test_any_length_of_speech_is_heard(model, seconds: float):
    audio, voice = heard(seconds, (0.0, seconds))
    for one in model(audio, voice, Post()):
        assert 0 <= one.start_s <= one.end_s <= seconds + 1e-6


class Payload:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_that_would_run_code_is_refused_unrun(tmp_path: Path):
    import torch

    mark = tmp_path / "it_ran"
    weights = Weights("evil", tmp_path, ("evil.pt",))
    torch.save({"dims": DIMS, "model_state_dict": Payload(mark)}, weights.main)
    with pytest.raises(BadModelError):
        whisper.load(weights)
    weights.main.write_bytes(pickle.dumps(Payload(mark)))
    with pytest.raises(BadModelError):
        whisper.load(weights)
    assert not mark.exists()


@pytest.mark.parametrize("what", [{}, [], {"dims": {}, "model_state_dict": {}}, {"dims": DIMS, "model_state_dict": {}}])
def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path, what: object):
    import torch

    torch.save(what, tmp_path / "other.pt")
    with pytest.raises(BadModelError, match=r"other\.pt"):
        whisper.load(Weights("other", tmp_path, ("other.pt",)))


def test_nothing_is_printed(model, capfd: pytest.CaptureFixture[str]):
    list(model(*heard(4, (1.0, 2.5)), Post()))
    assert capfd.readouterr() == ("", "")


# Windows


def lengths(*spans: tuple[float, float], seconds: float = 200.0) -> list[float]:
    audio, voice = heard(seconds, *spans)
    return [round(window.length_s, 2) for window in pack(voice, audio)]


def test_short_pauses_are_kept_and_long_ones_left_out():
    assert lengths((10, 12), (12.8, 14)) == [4.4]
    assert lengths((10, 12), (16, 18)) == [2.4 + 2.4]
    assert lengths() == []


def test_a_window_is_cut_in_a_pause():
    audio, voice = heard(100, (0, 20), (20.5, 35), (36.5, 40))
    first, second = pack(voice, audio)
    assert first.pieces[-1].end_s == pytest.approx(20.2, abs=0.06)
    assert second.pieces[0].start_s == pytest.approx(20.3, abs=0.06)


def test_speech_without_a_pause_is_cut_where_it_is_least_sure():
    audio, voice = heard(70, (0, 65))
    voice.chance[round(21 / 0.032)] = 0.4
    first, *rest = pack(voice, audio)
    assert first.length_s == pytest.approx(21, abs=0.05)
    assert all(window.length_s <= LENGTH_S for window in (first, *rest))
    assert sum(window.length_s for window in (first, *rest)) == pytest.approx(65.2, abs=0.01)


def test_every_moment_of_a_window_lies_where_it_was_taken_from():
    audio, voice = heard(60, (5, 7), (20, 22), (40, 43))
    (window,) = pack(replace(voice, t_s=voice.t_s + 3, spans_s=voice.spans_s + 3), replace(audio, offset_s=3.0))
    samples = window.samples(replace(audio, offset_s=3.0))
    for at_s in np.arange(0.05, window.length_s, 0.31):
        there_s = window.on_the_clock(at_s, window.piece_at(at_s))
        assert samples[round(at_s * RATE)] == pytest.approx(audio.mono[round((there_s - 3) * RATE)], abs=1e-6)
    rest = window.after(3.0)
    assert rest.length_s == pytest.approx(window.length_s - 3)
    assert window.after(window.length_s) is None


def test_neighbours_do_not_share_their_margins():
    audio, voice = heard(10, (1.0, 2.0), (2.1, 3.0))
    pieces = list(windows._pieces(voice, audio))
    assert pieces == [(pytest.approx(0.8), pytest.approx(2.05)), (pytest.approx(2.05), pytest.approx(3.2))]


# The post's own captions


def test_cues_become_utterances():
    vtt = (
        "WEBVTT\n\n00:00:00.140 --> 00:00:02.020\nHello there\n\n"
        "2\n01:02:03.500 --> 01:02:04.000 align:start line:0\nbye"
    )
    assert [(one.start_s, one.end_s, one.text, one.lang) for one in utterances(vtt)] == [
        (0.14, 2.02, "Hello there", None),
        (3723.5, 3724.0, "bye", None),
    ]


def test_marks_settings_notes_and_line_ends_are_no_text():
    vtt = (
        "\ufeffWEBVTT - made by hand\r\nKind: captions\r\nLanguage: de-DE\r\n\r\n"
        "NOTE\r\n00:01.000 --> 00:02.000\r\n\r\n"
        "STYLE\r\n::cue { color: lime }\r\n\r\nname of the cue\r\n00:01.000 --> 00:02.000\r\n"
        "<v Anna>Tom &amp; <i>Jerry</i></v>\r\n<c.yellow>zwei &lt;Zeilen&gt;</c>\r\n"
    )
    (said,) = utterances(vtt)
    assert (said.text, said.lang, said.start_s) == ("Tom & Jerry zwei <Zeilen>", "de", 1.0)


def test_stamps_inside_a_cue_time_its_words():
    (said,) = utterances("WEBVTT\n\n00:01.000 --> 00:03.000\none<00:01.500><c> two</c><00:02.000> three four")
    assert [(word.text, word.start_s, word.end_s) for word in said.words] == [
        ("one", 1.0, 1.5),
        ("two", 1.5, 2.0),
        ("three four", 2.0, 3.0),
    ]
    assert said.text == "one two three four"
    assert utterances("WEBVTT\n\n00:01.000 --> 00:03.000\nplain")[0].words == ()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "WEBVTT",
        "no captions at all",
        "WEBVTT\n\n00:03.000 --> 00:01.000\nbackwards",
        "WEBVTT\n\n00:01.000 --> \nhalf",
        "WEBVTT\n\n1:1 --> 2:2\nbad times",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>",
        "WEBVTT\n\n00:01.000 --> 00:02.000",
        "\0" * 100,
        "<" * 10_000,
    ],
)
def test_what_cannot_be_read_is_left_out(body: str):
    assert utterances(body) == []
    good = utterances(body + "\n\n00:05.000 --> 00:06.000\nstill read")
    assert [one.text for one in good] == ["still read"]


def test_without_captions_nothing_is_said():
    audio, voice = heard(4, (1.0, 2.5))
    model = post_subtitles.load(Weights("post_subtitles", Path()))
    assert list(model(audio, voice, Post())) == []
    assert len(list(model(audio, voice, Post(subtitles="WEBVTT\n\n00:01.000 --> 00:02.000\nhi")))) == 1


# Voices alone


def test_without_a_model_the_voices_have_no_text():
    audio, voice = heard(9, (1.0, 2.5), (4.0, 8.0))
    said = list(voice_only.load(Weights("voice_only", Path()))(audio, voice, Post()))
    assert [(one.start_s, one.end_s, one.text) for one in said] == [(1.0, 2.5, None), (4.0, 8.0, None)]
