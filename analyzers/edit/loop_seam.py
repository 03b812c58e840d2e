"""Loop seam: how visible and how audible the jump is from the end of the video back to its beginning.

One row a video. The last picture is held against the first as any picture against the next, and the sound before the
end against that after the beginning as any stretch against the following one: what changes no more than usual there
goes on. Two black or blank ends show no picture that could go on: they have no visual seam, and null says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Motion, Spectrum, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.sound.octaves import SILENCE_DB, octave_levels_db

STEPS = 8  # at each end, of which the usual change is known
CODED = 3.0  # grey levels by which a key frame differs from the last frame of the same still at CRF 35
LOOKS = 40  # pictures of the whole video that say how different its pictures are
LEAST_FAR = 12.0  # grey levels: where nothing moves much, a small jump is a small seam
PLAIN = 6.0  # grey levels of deviation across a picture, below which it shows nothing
STRETCH_S = 0.2  # of sound on each side of the seam
EDGE_S = 0.05  # at both ends of a sound track, where coders fade
USUAL = 80  # percentile of the changes within the sound that a seam may reach unheard
FAR = 90  # percentile of the distances to the first picture
FULL_DB = 12.0  # beyond that it is as audible as any
UNSEEN, UNHEARD = 0.1, 0.25  # seams up to which the video goes round


@dataclass(frozen=True, slots=True)
class SeamRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    visual_seam: Annotated[
        Fraction | None,
        Column("change from the last picture to the first beyond a usual step; 1: as far apart as any two", 0, 1, 32),
    ]
    audio_seam: Annotated[
        Fraction | None,
        Column("change of the sound from end to beginning beyond the usual, of 12 dB; null without sound", 0, 1, 32),
    ]
    is_loop: Annotated[bool | None, Column("neither is noticed; null where no picture is seen")]


@analyzer(version=1, max_gap_s=0.1)
def loop_seam(motion: Motion, spectrum: Spectrum, cut_analysis: Sequence[CutRow] | None) -> Iterator[SeamRow]:
    if len(motion.t_s) < 2:
        return
    seen, heard = _visual_seam(motion, cut_analysis or ()), _audio_seam(spectrum, motion.end_s)
    is_loop = None if seen is None else seen <= UNSEEN and (heard is None or heard <= UNHEARD)
    yield SeamRow(0.0, motion.end_s, None, visual_seam=seen, audio_seam=heard, is_loop=is_loop)


def _visual_seam(motion: Motion, cuts: Sequence[CutRow]) -> float | None:
    count = len(motion.t_s)
    first, last = motion.grey[0], motion.grey[count - 1]
    if max(first.std(), last.std()) < PLAIN:
        return None
    new = {row.boundary_frame for row in cuts if row.boundary_frame}
    ends = [i for i in range(1, count) if (i <= STEPS or i >= count - STEPS) and i not in new]
    usual = float(np.median([_apart(motion.grey[i - 1], motion.grey[i]) for i in ends])) if ends else 0.0
    looks = np.unique(np.linspace(0, count - 1, LOOKS).astype(int))
    far = float(np.percentile([_apart(first, motion.grey[int(i)]) for i in looks], FAR))
    beyond = _apart(last, first) - 1.5 * usual - CODED
    return float(np.clip(beyond / max(far, LEAST_FAR), 0, 1))


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Mean difference, grey levels."""
    import cv2

    return float(cv2.absdiff(one, other).mean())


def _audio_seam(spectrum: Spectrum, end_s: float) -> float | None:
    if not len(spectrum.t_s) or end_s < 4 * STRETCH_S:
        return None
    starts = np.arange(EDGE_S, end_s - EDGE_S - STRETCH_S, STRETCH_S / 2)
    starts = [*starts, end_s - EDGE_S - STRETCH_S]
    stretches = np.stack([octave_levels_db(spectrum, start, start + STRETCH_S) for start in starts])
    if stretches.max() <= SILENCE_DB:
        return None
    changes = np.sqrt(np.square(stretches[2:-1] - stretches[:-3]).mean(axis=1))
    usual = float(np.percentile(changes, USUAL)) if len(changes) else 0.0
    seam = float(np.sqrt(np.square(stretches[-1] - stretches[0]).mean()))
    return float(np.clip((seam - usual) / FULL_DB, 0, 1))
