"""The shared spectrum against sounds whose spectrum is arithmetic."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import Audio
from resources.spectrum import BATCH, HOP, WINDOW, bins_hz, spectra, times_s, write_spectrum
from resources.store import map_array
from tests.inputs import make_audio, make_spectrum


def audio_of(left: np.ndarray, right: np.ndarray | None = None) -> Audio:
    return make_audio(np.stack([left, left if right is None else right], axis=1).astype(np.float32))


def sine(hz: float, duration_s: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(duration_s * 48_000)) / 48_000)


@pytest.mark.parametrize("bin_no", [4, 100, 1000])
def test_a_full_scale_sine_reads_one_in_its_bin(bin_no: int) -> None:
    spectrum = make_spectrum(audio_of(sine(bin_no * 48_000 / WINDOW)))
    middle = spectrum.magnitude[50]
    assert int(middle.argmax()) == bin_no
    assert middle[bin_no] == pytest.approx(1, abs=2e-3)
    assert spectrum.hz[bin_no] == bin_no * 48_000 / WINDOW


def test_opposite_channels_do_not_cancel_and_one_channel_has_half_the_power() -> None:
    wave = sine(48_000 / WINDOW * 100)
    assert make_spectrum(audio_of(wave, -wave)).magnitude[50, 100] == pytest.approx(1, abs=2e-3)
    assert make_spectrum(audio_of(wave, 0 * wave)).magnitude[50, 100] == pytest.approx(0.5**0.5, abs=2e-3)


def test_each_spectrum_is_centred_on_its_time() -> None:
    click = np.zeros(48_000)
    click[24_000] = 1
    spectrum = make_spectrum(audio_of(click))
    loudness = spectrum.magnitude.astype(float).sum(axis=1)
    assert spectrum.t_s[loudness.argmax()] == 0.5
    assert loudness[50 - 2] == pytest.approx(loudness[50 + 2], rel=0.01)
    assert np.flatnonzero(loudness).tolist() == [48, 49, 50, 51, 52]


def test_times_are_on_the_videos_clock() -> None:
    audio = replace(audio_of(np.zeros(4_801)), offset_s=-0.25)
    assert times_s(audio).tolist() == pytest.approx((-0.25 + np.arange(11) * 0.01).tolist())
    assert len(times_s(audio)) == sum(len(batch) for batch in spectra(audio))


def test_batches_join_without_a_seam() -> None:
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(BATCH * HOP + 5_000, 2)).astype(np.float32) * 0.1
    audio = make_audio(samples)
    batches = list(spectra(audio))
    assert len(batches) == 2
    whole = np.concatenate(batches)
    padded = np.pad(samples, ((WINDOW // 2, WINDOW), (0, 0)))
    window = np.hanning(WINDOW + 1)[:-1]
    for k in (0, BATCH - 1, BATCH, len(whole) - 1):
        piece = np.fft.rfft(padded[k * HOP : k * HOP + WINDOW] * window[:, None], axis=0)
        expected = np.sqrt((np.abs(piece) ** 2).mean(axis=1)) * 2 / window.sum()
        assert whole[k] == pytest.approx(expected, rel=2e-3, abs=1e-6)


def test_no_sound_no_spectra() -> None:
    assert len(make_spectrum(audio_of(np.zeros(0))).t_s) == 0


@pytest.mark.parametrize("samples", [1, HOP, HOP + 1, WINDOW, BATCH * HOP, BATCH * HOP + 1])
@pytest.mark.parametrize("level", [0.0, 1e-30, 1.0, 1e6])
def test_any_length_and_level_gives_finite_numbers(samples: int, level: float) -> None:
    spectrum = make_spectrum(audio_of(np.full(samples, level)))
    assert spectrum.magnitude.shape == (-(-samples // HOP), WINDOW // 2 + 1)
    assert np.isfinite(spectrum.magnitude).all()
    if level == 0:
        assert not spectrum.magnitude.any()


def test_what_is_stored_is_what_was_measured(tmp_path: Path) -> None:
    audio = audio_of(sine(440, 0.3))
    assert write_spectrum(audio, tmp_path) == 30
    spectrum = make_spectrum(audio)
    assert np.array_equal(map_array(tmp_path, "magnitude")[:], spectrum.magnitude)
    assert np.array_equal(map_array(tmp_path, "t_s")[:], spectrum.t_s)
    assert np.array_equal(map_array(tmp_path, "hz")[:], bins_hz(audio))
