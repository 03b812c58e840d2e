"""Synthetic inputs with answers known by construction."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio, Flow, Frame, Look, Media, Motion, Pitch, Post, Spectrum, Voice
from resources import spectrum as spectrum_source
from resources import voice as voice_source
from resources.flow import flow_steps
from resources.pitch import track_pitch


def make_motion(pictures: NDArray[np.uint8], fps: float = 30.0, t_s: NDArray[np.float64] | None = None) -> Motion:
    """Every frame of a video from small colour pictures (n, height, width, 3)."""
    n = len(pictures)
    times = np.arange(n) / fps if t_s is None else t_s
    dur = np.diff(times, append=times[-1] + 1 / fps) if n else np.zeros(0)
    grey = (pictures @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)
    dup = np.array([i > 0 and np.array_equal(pictures[i], pictures[i - 1]) for i in range(n)], bool)
    arrays = times, dur, np.arange(n) == 0, dup, grey, pictures
    for array in arrays:
        array.flags.writeable = False
    return Motion(*arrays)


def make_flow(motion: Motion) -> Flow:
    steps = list(flow_steps(motion))
    xy = np.stack([s.xy for s in steps]) if steps else np.zeros((0, 1, 1, 2), np.float16)
    return Flow(motion.t_s[1:], xy, np.array([s.residual for s in steps], np.float32))


def make_frames(motion: Motion, per_s: float = 4.0) -> list[Frame]:
    """The pictures of `motion`, sampled as the decoder samples."""
    found, due_s = [], 0.0
    for i, t in enumerate(motion.t_s):
        if t >= due_s - 1e-6:
            found.append(Frame(i, float(t), motion.rgb[i]))
            due_s = (np.floor(t * per_s + 1e-6) + 1) / per_s
    return found


class Shown:
    """Close looks at pictures that are there already, as `closeups` gives them."""

    def __init__(self, pictures: NDArray[np.uint8], t_s: NDArray[np.float64]) -> None:
        self.t_s, self._pictures = t_s, pictures
        self.looks: list[Look] = []  # what was asked for

    def __call__(self, looks: Sequence[Look], side_px: int, /) -> Iterator[NDArray[np.uint8]]:
        from resources.stills import part

        for look in looks:
            self.looks.append(look)
            yield part(self._pictures[look.index], look, side_px)


def make_closeups(motion: Motion) -> Shown:
    return Shown(np.asarray(motion.rgb[:]), motion.t_s)


def make_audio(stereo: NDArray[np.float32]) -> Audio:
    """A sound track from 48 kHz stereo samples (n, 2)."""
    from scipy.signal import resample_poly

    mono = resample_poly(stereo.mean(axis=1), 1, 3).astype(np.float32) if len(stereo) else np.zeros(0, np.float32)
    stereo.flags.writeable = mono.flags.writeable = False
    return Audio(stereo, mono)


def make_spectrum(audio: Audio) -> Spectrum:
    batches = list(spectrum_source.spectra(audio))
    magnitude = np.concatenate(batches) if batches else np.zeros((0, 1025), np.float16)
    return Spectrum(spectrum_source.times_s(audio), magnitude, spectrum_source.bins_hz(audio))


def make_voice(audio: Audio) -> Voice:
    """Where the detector hears somebody speak."""
    batches = list(voice_source.chances(audio))
    chance = np.concatenate(batches) if batches else np.zeros(0, np.float32)
    return Voice(voice_source.times_s(audio), chance, voice_source.spans_s(chance, audio))


def make_pitch(audio: Audio, voice: Voice) -> Pitch:
    """How high the voice is where it was heard."""
    return track_pitch(audio.mono, audio.offset_s, voice.spans_s.tolist())


def make_media(**changes: object) -> Media:
    """A plain portrait video of ten seconds, except for what is said."""
    plain: dict[str, object] = {
        "container": "mov,mp4,m4a,3gp,3g2,mj2", "vcodec": "h264", "acodec": "aac", "width_px": 720,
        "height_px": 1280, "sar": 1.0, "rotation_deg": 0, "is_mirrored": False, "is_hdr": False,
        "fps_nominal": 30.0, "is_vfr": False, "n_frames": 300, "duration_s": 10.0, "lost_s": 0.0,
        "v_start_s": 0.0, "a_start_s": 0.0, "audio_rate_hz": 48_000, "audio_channels": 2, "bitrate": 1_000_000,
        "size_bytes": 1_250_000, "sha256": "0" * 64, "warnings": (),
    }  # fmt: skip
    return Media(**(plain | changes))  # pyright: ignore[reportArgumentType]


def empty_inputs() -> dict[str, object]:
    """A video with nothing in it."""
    motion = make_motion(np.zeros((0, 16, 16, 3), np.uint8))
    audio = make_audio(np.zeros((0, 2), np.float32))
    voice = make_voice(audio)
    media = make_media(n_frames=0, duration_s=0.0, acodec=None, audio_rate_hz=None, audio_channels=None)
    return {
        "media": media, "post": Post(), "frames": [], "closeups": make_closeups(motion), "motion": motion,
        "flow": make_flow(motion),
        "audio": audio, "spectrum": make_spectrum(audio), "voice": voice,
        "pitch": make_pitch(audio, voice),
    }  # fmt: skip
