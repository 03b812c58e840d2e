"""How near a video rebuilt from its tables comes to the original: 0 is one grey and silence, 100 the original itself.

Distances of likeness.py are taken at three moments of every second, weighed, and set against those of the best single
grey with silence. What a table adds is how much the score falls without it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio, Flow, Motion, Spectrum
from analyzers.measures.sound.spectral import ENVELOPE_LAG_S, find_onsets, onset_envelope, walk_spectrum
from resources.flow import flow_between
from resources.rebuild import likeness
from resources.rebuild.likeness import PICTURE_TERMS, SOUND_TERMS, TERMS
from resources.rebuild.picture import Drawer, Plate
from resources.rebuild.plates import letters_of
from resources.rebuild.script import OF_PICTURE, USED, Row, Script, Tables, read_script
from resources.rebuild.sound import RATE_HZ, Score, played, read_score
from resources.spectrum import HOP, bins_hz, spectra, times_s

MOMENTS = (1 / 6, 1 / 2, 5 / 6)  # of a second
GREYS = range(16, 256, 16)
MOST_MOMENTS = 600
ABLATED = 40  # moments, evenly spread, of which tables are left out
HEARD_S = 60  # of the sound looked through at once
NOTHING = 0.02  # of all terms' weight: where even grey and silence are so near, nothing is told
LEAST_SHARE = 0.02

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Original:
    """What a rebuilt video is held against."""

    motion: Motion
    flow: Flow
    envelope: Floats
    onsets_s: Floats
    texts: Sequence[Row]
    duration_s: float

    @property
    def seconds(self) -> int:
        return max(int(np.ceil(round(self.duration_s, 6))), 1)


@dataclass(frozen=True, slots=True)
class Second:
    """One second of one way to rebuild; a term is null where the original has nothing of it."""

    second: int
    score: float | None
    terms: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A whole video's score, by terms and by seconds."""

    score: float | None
    terms: Mapping[str, float | None]
    seconds: tuple[Second, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One picture of the original, prepared."""

    frame: int
    t_s: float
    luma: likeness.Luma
    colours: Floats
    letters: NDArray[np.float32]
    flow: NDArray[np.float32] | None  # to the next frame; none over a cut, where light changes, and at the end


def read_original(motion: Motion, flow: Flow, audio: Audio, tables: Tables, duration_s: float) -> Original:
    """The measures of the original that need no rebuilt video."""
    mono = audio.mono[:]
    shift = round(audio.offset_s * audio.mono_rate_hz)
    mono = np.pad(mono, (shift, 0)) if shift > 0 else mono[-shift:]
    onsets = [row["start_s"] for row in tables.get("audio_analysis", ()) if row["kind"] == "onset"]
    return Original(
        motion,
        flow,
        likeness.envelope_of(np.asarray(mono, np.float32), audio.mono_rate_hz),
        np.array(sorted(onsets)),
        tables.get("text_overlay", ()),
        duration_s,
    )


class Judge:
    """Scores rebuilt videos against one original."""

    def __init__(self, original: Original, tables: Tables) -> None:
        self._original, self._tables = original, tables
        self.script = read_script(tables, original.duration_s)
        self._moments = list(_moments(original, self.script))
        self._flow_between = flow_between()
        self._grey = self._grey_distances()
        self._silent = self._heard(read_score({}, original.duration_s))
        self._lost_sounds: dict[str, Floats] = {}
        self._heard_whole = self._heard(read_score(tables, original.duration_s))

    def likeness(self, plates: Sequence[Plate] | None) -> Likeness:
        """In colours and shapes, or with stills."""
        drawn = self._drawn(self.script, plates, range(len(self._moments)))
        seen, grey = self._by_second(drawn), self._by_second(self._grey)
        return _likeness(np.hstack([seen, self._heard_whole]), np.hstack([grey, self._silent]))

    def added(self, plates: Sequence[Plate] | None) -> dict[str, float]:
        """By how many points the score of some moments falls without each table that has rows."""
        count = len(self._moments)
        numbers = np.unique(np.linspace(0, count - 1, min(count, ABLATED)).round().astype(int)).tolist()
        if not numbers:
            return {}
        base = likeness.weighed(np.hstack([self._grey[numbers].mean(axis=0), self._silent.mean(axis=0)]))
        seen = self._drawn(self.script, plates, numbers).mean(axis=0)
        found = {}
        for name in (n for n in USED if self._tables.get(n)):
            if name in OF_PICTURE:
                script = read_script(self._without(name), self._original.duration_s)
                lost = np.hstack([self._drawn(script, plates, numbers).mean(axis=0) - seen, np.zeros(len(SOUND_TERMS))])
            else:
                lost = np.hstack([np.zeros_like(seen), self._unheard(name)])
            found[name] = round(100 * float(likeness.weighed(lost)) / max(float(base), NOTHING), 2)
        return found

    def _drawn(self, script: Script, plates: Sequence[Plate] | None, numbers: Sequence[int]) -> Floats:
        """Distances of the picture's terms, a row a moment."""
        import cv2

        out = np.zeros((len(numbers), len(PICTURE_TERMS)))
        if not len(numbers):
            return out
        _, height, width = self._original.motion.grey.shape
        drawer = Drawer(script, width, height, plates)
        for row, number in enumerate(numbers):
            moment = self._moments[number]
            picture = drawer.at(moment.t_s)
            written = likeness.soft(drawer.letters(moment.t_s))
            out[row, 0] = likeness.structure(moment.luma, likeness.luma_of(picture))
            out[row, 1] = likeness.colour(moment.colours, likeness.colours_of(picture))
            out[row, 2] = likeness.letters(moment.letters, written)
            if moment.flow is not None:
                after = drawer.at(float(self._original.motion.t_s[moment.frame + 1]))
                greys = [np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8) for rgb in (picture, after)]
                out[row, 3] = likeness.motion(moment.flow, self._flow_between(*greys).astype(np.float32))
        return out

    def _grey_distances(self) -> Floats:
        """Of the one grey that is nearest to all of it."""
        out = np.zeros((len(self._moments), len(PICTURE_TERMS)))
        if not self._moments:
            return out
        tried = [[likeness.flat_structure(m.luma, level) for m in self._moments] for level in GREYS]
        out[:, 0] = min(tried, key=lambda distances: float(np.mean(distances)))
        for row, moment in enumerate(self._moments):
            out[row, 1] = likeness.colour(moment.colours, likeness.no_colours())
            out[row, 2] = likeness.letters(moment.letters, np.zeros_like(moment.letters))
            if moment.flow is not None:
                out[row, 3] = likeness.motion(moment.flow, np.zeros_like(moment.flow))
        return out

    def _heard(self, score: Score) -> Floats:
        """Distances of the sound's terms, a row a second."""
        seconds, duration_s = self._original.seconds, self._original.duration_s
        if score.is_silent:
            envelope, onsets_s = np.zeros(0), np.zeros(0)
        else:
            envelope, onsets_s = _measured(score, duration_s)
        return np.column_stack(
            [
                likeness.envelope_distances(self._original.envelope, envelope, seconds),
                likeness.onset_distances(self._original.onsets_s, onsets_s, seconds),
            ]
        )

    def _without(self, name: str) -> Tables:
        return {other: rows for other, rows in self._tables.items() if other != name}

    def _unheard(self, name: str) -> Floats:
        """By how much the sound's distances grow without a table: the same for every way to draw."""
        if name not in self._lost_sounds:
            heard = self._heard(read_score(self._without(name), self._original.duration_s))
            self._lost_sounds[name] = heard.mean(axis=0) - self._heard_whole.mean(axis=0)
        return self._lost_sounds[name]

    def _by_second(self, distances: Floats) -> Floats:
        """The mean of a second's moments; where a second has no picture, no distance."""
        out = np.zeros((self._original.seconds, distances.shape[1]))
        owners = np.array([min(int(m.t_s), self._original.seconds - 1) for m in self._moments], int)
        for second in range(self._original.seconds):
            if (owners == second).any():
                out[second] = distances[owners == second].mean(axis=0)
        return out


def _moments(original: Original, script: Script) -> Iterator[Moment]:
    motion, count = original.motion, len(original.motion.t_s)
    cuts = [scene.start_s for scene in script.scenes[1:]]
    taken: set[int] = set()
    for wanted in _looked_at(original.seconds):
        frame = int(np.searchsorted(motion.t_s, wanted + 1e-6, side="right")) - 1
        if not 0 <= frame < count or frame in taken:
            continue
        taken.add(frame)
        t = float(motion.t_s[frame])
        rgb = motion.rgb[frame]
        written = np.zeros(rgb.shape[:2], np.bool_)
        for row in original.texts:
            if row["start_s"] <= t < row["end_s"]:
                written |= letters_of(rgb, row)
        after = float(motion.t_s[frame + 1]) if frame + 1 < count else None
        is_told = after is not None and not any(t < cut <= after for cut in cuts) and not _is_mixed(script, t)
        flow = original.flow.xy[frame].astype(np.float32) if is_told else None
        yield Moment(frame, t, likeness.luma_of(rgb), likeness.colours_of(rgb), likeness.soft(written), flow)


def _is_mixed(script: Script, t: float) -> bool:
    """Whether pictures blend or fade, which flow takes for movement."""
    is_blend = any(blend.start_s <= t < blend.end_s for blend in script.blends)
    return is_blend or any(row["start_s"] <= t < row["end_s"] for row in script.effects)


def _looked_at(seconds: int) -> list[float]:
    """Some moments of every second, or of a long video as many as are looked at of any."""
    every = [second + share for second in range(seconds) for share in MOMENTS]
    some = np.linspace(0, len(every) - 1, min(len(every), MOST_MOMENTS)).round().astype(int)
    return [every[i] for i in some.tolist()]


def _measured(score: Score, duration_s: float) -> tuple[Floats, Floats]:
    """The envelope and the onsets of what is played."""
    envelopes, onsets, block, first_s = [], [], np.zeros(0, np.float32), 0.0
    for samples in chain(played(score, duration_s), [np.zeros(0, np.float32)]):
        block = np.concatenate([block, samples])
        if len(block) and (not len(samples) or len(block) >= HEARD_S * RATE_HZ):
            envelopes.append(likeness.envelope_of(block, RATE_HZ))
            onsets.append(first_s + _onsets_of(block))
            first_s, block = first_s + len(block) / RATE_HZ, np.zeros(0, np.float32)
    return np.concatenate(envelopes), np.concatenate(onsets)


def _onsets_of(samples: NDArray[np.float32]) -> Floats:
    """As audio_analysis finds them."""
    audio = Audio(np.repeat(samples[:, None], 2, axis=1), np.zeros(0, np.float32))
    spectrum = Spectrum(times_s(audio), np.concatenate(list(spectra(audio))), bins_hz(audio))
    rises = onset_envelope(walk_spectrum(spectrum).mel)
    return np.maximum(find_onsets(rises, RATE_HZ / HOP) * HOP / RATE_HZ - ENVELOPE_LAG_S, 0.0)


def _likeness(distances: Floats, grey: Floats) -> Likeness:
    seconds = tuple(
        Second(second, _score(distances[second], grey[second]), _terms(distances[second], grey[second]))
        for second in range(len(distances))
    )
    return Likeness(
        _score(distances.sum(axis=0), grey.sum(axis=0), len(distances)),
        _terms(distances.sum(axis=0), grey.sum(axis=0), len(distances)),
        seconds,
    )


def _score(distances: Floats, grey: Floats, count: int = 1) -> float | None:
    most = float(likeness.weighed(grey))
    return None if most < NOTHING * count else round(100 * (1 - float(likeness.weighed(distances)) / most), 2)


def _terms(distances: Floats, grey: Floats, count: int = 1) -> dict[str, float | None]:
    return {
        term: None if grey[i] < LEAST_SHARE * count else round(100 * (1 - float(distances[i] / grey[i])), 2)
        for i, term in enumerate(TERMS)
    }
