"""Sound fingerprint: the landmarks by which the same recording is found again in other videos.

A row is ten seconds of the sound track with its landmarks: pairs of spectral peaks, each a number, and when each is
heard. Silence and held tones have none, and no row. What is made of them is corpus/sound_reuse. Method: Wang 2003,
https://doi.org/10.5281/zenodo.1416340, see analyzers/measures/sound/landmarks.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Spectrum, analyzer
from analyzers.measures.sound.landmarks import HASH_BITS, find_landmarks

SEGMENT_S = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    n_landmarks: Annotated[int, Column("number of landmarks that begin in the row", low=1, bits=32)]
    hashes: Annotated[
        tuple[int, ...], Column("what each landmark is, in order of time", low=0, high=2**HASH_BITS, bits=32)
    ]
    times_s: Annotated[
        tuple[float, ...], Column("when each landmark is heard, in seconds from the first picture", low=0, bits=32)
    ]


@analyzer(version=1, max_gap_s=0.1)
def audio_fingerprint(spectrum: Spectrum) -> Iterator[Row]:
    landmarks = find_landmarks(spectrum)
    end_s = float(spectrum.t_s[-1]) if len(spectrum.t_s) else 0.0
    for start_s in np.arange(0.0, end_s, SEGMENT_S).tolist():
        first, after = np.searchsorted(landmarks.t_s, (start_s, start_s + SEGMENT_S))
        if after > first:
            yield Row(
                start_s,
                min(start_s + SEGMENT_S, end_s),
                None,
                int(after - first),
                tuple(landmarks.hashes[first:after].tolist()),
                tuple(landmarks.t_s[first:after].tolist()),
            )
