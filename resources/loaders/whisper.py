"""Whisper, https://arxiv.org/abs/2212.04356, through openai-whisper's own network and decoding.

It hears only where somebody speaks, in windows that know nothing of each other: a text that is fed back is how
Whisper gets caught in loops. Its own way in (`load_model`, `transcribe`) would download and call an ffmpeg binary,
and hears window after window; here several are decoded at once. Language is told once for the whole video.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from analyzers.contract import Audio, Post, Transcribe, Utterance, Voice, Word
from resources.eight_bit import shrink
from resources.portions import in_portions
from resources.weights import BadModelError, Weights, first_line, state_dict
from resources.windows import Window, pack

AT_ONCE_GPU, AT_ONCE_CPU = 16, 4  # windows; of large-v3 one takes 0.3 GB on the card while it is decoded
WARMER = (0.2, 0.4, 0.6, 0.8, 1.0)  # Whisper's own: temperatures for a window that came out badly
# Whisper's own: when a window came out badly, and when that is because nobody speaks.
MAX_COMPRESSION, MIN_LOGPROB, MAX_NO_SPEECH = 2.4, -1.0, 0.6
TICK_S = 0.02  # of Whisper's time stamps
WORTH_S = 1.0  # what is left of a window is heard again if it is longer than that
ROUNDS = 4  # 224 tokens each: enough for half a minute in any script


def load(weights: Weights) -> Transcribe:
    """The network with the catalogue's weights, on its device."""
    import torch
    from whisper import timing

    torch.set_num_threads(weights.device.threads)
    timing.dtw_cpu.enable_caching()  # compiled once per machine, not once per process
    timing.backtrace.enable_caching()
    return Whisperer(_network(weights), weights)


def _network(weights: Weights) -> Any:
    import whisper
    from torch import nn
    from whisper.model import ModelDimensions, Whisper

    checkpoint = state_dict(weights.main)
    try:
        network = Whisper(ModelDimensions(**checkpoint["dims"]))
        network.load_state_dict(checkpoint["model_state_dict"])
    except (KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise BadModelError(f"{weights.main.name} is no Whisper checkpoint: {first_line(error)}") from error
    if name := weights.options.get("checkpoint"):
        network.set_alignment_heads(whisper._ALIGNMENT_HEADS[name])
    if _in_halves(weights):
        for part in network.modules():  # its norms count in full whatever comes in; the rest follows its input
            if isinstance(part, nn.Linear | nn.Conv1d | nn.Embedding):
                part.half()
    if weights.device.eight_bit:
        shrink(network)
    return network.to(weights.device.name).eval()


def _in_halves(weights: Weights) -> bool:
    """Whisper's decoder counts in float16 or float32, in nothing else; processors in float32 only."""
    return weights.device.is_gpu and weights.device.number != "float32"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one window."""

    utterances: tuple[Utterance, ...]
    rest: Window | None  # what the text did not get to


class Whisperer:
    """Speech to text, several windows at once."""

    def __init__(self, network: Any, weights: Weights) -> None:
        self._network, self._weights = network, weights
        self._at_once = AT_ONCE_GPU if weights.device.is_gpu else AT_ONCE_CPU

    def __call__(self, audio: Audio, voice: Voice, post: Post, /) -> Iterator[Utterance]:
        waiting = pack(voice, audio)
        if not waiting:
            return
        language = self._language(audio, waiting)
        said: list[Utterance] = []
        for _ in range(ROUNDS):
            heard = list(in_portions(waiting, self._at_once, lambda windows: self._hear(audio, windows, language)))
            said += [utterance for one in heard for utterance in one.utterances]
            waiting = [one.rest for one in heard if one.rest]
        yield from sorted(said, key=lambda utterance: utterance.start_s)

    # Language

    def _language(self, audio: Audio, windows: Sequence[Window]) -> str:
        """What is spoken in the window that holds most; the user's languages are the only ones it may be."""
        from whisper.tokenizer import LANGUAGES

        if not self._network.is_multilingual:
            return "en"
        allowed = [code for code in self._weights.languages if code in LANGUAGES]
        if len(allowed) == 1:
            return allowed[0]
        fullest = max(windows, key=lambda window: window.length_s)
        (chances,) = next(in_portions([fullest], 1, lambda window: [self._chances(audio, window)]))
        known = {code: chance for code, chance in chances.items() if code in allowed} or chances
        return max(known, key=lambda code: known[code])

    def _chances(self, audio: Audio, windows: Sequence[Window]) -> list[dict[str, float]]:
        return self._network.detect_language(self._encoded(audio, windows))[1]

    # Decoding

    def _encoded(self, audio: Audio, windows: Sequence[Window]) -> Any:
        """What the network hears in each window: (n, ticks, channels)."""
        import torch
        from whisper.audio import N_SAMPLES, log_mel_spectrogram, pad_or_trim

        sound = np.stack([pad_or_trim(window.samples(audio), N_SAMPLES) for window in windows])
        device = self._weights.device.name
        bands = [log_mel_spectrogram(one, self._network.dims.n_mels, device=device) for one in torch.from_numpy(sound)]
        number = torch.float16 if _in_halves(self._weights) else torch.float32
        with torch.inference_mode():
            return self._network.encoder(torch.stack(bands).to(number))

    def _hear(self, audio: Audio, windows: Sequence[Window], language: str) -> list[Heard]:
        encoded = self._encoded(audio, windows)
        results = self._decoded(encoded, language)
        return [self._read(window, result, language) for window, result in zip(windows, results, strict=True)]

    def _decoded(self, encoded: Any, language: str) -> list[Any]:
        """One result a window; those that came out badly are tried again, warmer and warmer."""
        import torch
        import whisper

        halves = _in_halves(self._weights)
        options = whisper.DecodingOptions(language=language, fp16=halves)
        results = whisper.decode(self._network, encoded, options)
        assert isinstance(results, list)
        bad = [i for i, result in enumerate(results) if _came_out_badly(result)]
        device = self._weights.device
        with torch.random.fork_rng([device.name] if device.is_gpu else []):
            torch.manual_seed(0)  # the same sound gives the same text
            for temperature in WARMER:
                if not bad:
                    break
                options = whisper.DecodingOptions(language=language, fp16=halves, temperature=temperature)
                again = whisper.decode(self._network, encoded[bad], options)
                assert isinstance(again, list)
                better = {i: result for i, result in zip(bad, again, strict=True) if not _came_out_badly(result)}
                results = [better.get(i, result) for i, result in enumerate(results)]
                bad = [i for i in bad if i not in better]
        return results

    # Texts and times

    def _read(self, window: Window, result: Any, language: str) -> Heard:
        """A result's segments with their words, on the video's clock."""
        from whisper.tokenizer import get_tokenizer

        network = self._network
        tokenizer = get_tokenizer(
            network.is_multilingual, num_languages=network.num_languages, language=language, task="transcribe"
        )
        segments, read_until_s = _segments(result.tokens, tokenizer.timestamp_begin, window.length_s)
        for segment in segments:
            segment["text"] = tokenizer.decode([token for token in segment["tokens"] if token < tokenizer.eot])
        segments = [segment for segment in segments if segment["text"].strip()]
        self._add_words(segments, result, tokenizer, window.length_s)
        said = tuple(part for segment in segments for part in _on_the_clock(segment, window, result, language))
        # It cannot be getting nowhere: what is left must be shorter than what there was.
        rest = window.after(read_until_s) if read_until_s > TICK_S else None
        return Heard(said, rest if rest and rest.length_s > WORTH_S else None)

    def _add_words(self, segments: list[dict[str, Any]], result: Any, tokenizer: Any, length_s: float) -> None:
        """Times of words from where the network looked while it wrote them."""
        from whisper import timing

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on a card without a compiler it says that it goes the slower way
            timing.add_word_timestamps(
                segments=segments,
                model=_Encoded(self._network),  # pyright: ignore[reportArgumentType]
                tokenizer=tokenizer,
                mel=result.audio_features,
                num_frames=round(length_s / (TICK_S / 2)),
                last_speech_timestamp=0.0,
            )


class _Encoded:
    """The network for one that would have it hear again what it has heard: the encoder is half of the work."""

    def __init__(self, network: Any) -> None:
        self._network = network

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def __call__(self, features: Any, tokens: Any) -> Any:
        return self._network.logits(tokens, features)


def _came_out_badly(result: Any) -> bool:
    if result.no_speech_prob > MAX_NO_SPEECH and result.avg_logprob < MIN_LOGPROB:
        return False  # nobody speaks: no temperature helps
    return result.compression_ratio > MAX_COMPRESSION or result.avg_logprob < MIN_LOGPROB


def _segments(tokens: Sequence[int], first_stamp: int, length_s: float) -> tuple[list[dict[str, Any]], float]:
    """The tokens cut at pairs of time stamps, and until when the text goes: `length_s` where it goes to the end."""
    stamped = [token >= first_stamp for token in tokens]
    pairs = [i for i in range(1, len(tokens)) if stamped[i - 1] and stamped[i]]

    def seconds(token: int) -> float:
        return min((token - first_stamp) * TICK_S, length_s)

    if not pairs:
        last = next((token for token in reversed(tokens) if token >= first_stamp), first_stamp)
        end_s = seconds(last) if last > first_stamp else length_s
        return [_segment(0.0, end_s, tokens)], length_s
    ends_open = stamped[-2:] == [False, True]  # a last stamp alone: nothing is said after it
    borders = [0, *pairs, *([len(tokens)] if ends_open else [])]
    cut = [tokens[first:after] for first, after in pairwise(borders)]
    segments = [_segment(seconds(part[0]), seconds(part[-1]), part) for part in cut]
    return segments, length_s if ends_open else seconds(tokens[pairs[-1] - 1])


def _segment(start_s: float, end_s: float, tokens: Sequence[int]) -> dict[str, Any]:
    return {"seek": 0, "start": start_s, "end": max(start_s, end_s), "tokens": list(tokens), "words": []}


def _on_the_clock(segment: dict[str, Any], window: Window, result: Any, language: str) -> Iterator[Utterance]:
    """A segment as it lies in the video; silence that was left out of the window parts it."""

    def piece(word: dict[str, Any]) -> int:
        return window.piece_at((word["start"] + word["end"]) / 2)

    def utterance(text: str, start_s: float, end_s: float, words: tuple[Word, ...]) -> Utterance:
        return Utterance(
            start_s,
            max(start_s, end_s),
            text.strip(),
            language,
            words,
            float(result.avg_logprob),
            float(result.no_speech_prob),
            float(result.compression_ratio),
        )

    if not segment["words"]:
        number = window.piece_at((segment["start"] + segment["end"]) / 2)
        start_s, end_s = (window.on_the_clock(segment[edge], number) for edge in ("start", "end"))
        yield utterance(segment["text"], start_s, end_s, ())
        return
    for number, group in groupby(segment["words"], piece):
        said = list(group)
        words = tuple(_word(word, window, number) for word in said if word["word"].strip())
        if words:
            yield utterance("".join(word["word"] for word in said), words[0].start_s, words[-1].end_s, words)


def _word(word: dict[str, Any], window: Window, number: int) -> Word:
    start_s, end_s = (window.on_the_clock(float(word[edge]), number) for edge in ("start", "end"))
    sure = float(word["probability"])
    return Word(word["word"].strip(), start_s, max(start_s, end_s), sure if 0 <= sure <= 1 else None)
