"""Picture tags: what place a shot shows, in what light, size, angle, arrangement and style, and how pleasing it is.

A row is one answer to one question about one shot (`rank` 1 is the best, up to three are told), or one score; of the
whole video where no shots are known. A question whose best answer is not clear has no row, and neither has one that
does not fit the picture: a title card is no place. Places, light and style are plain words; `shot_scale` is the film
maker's scale; scores are 1 for pleasing, sharp, well exposed and clean, and 0 for their opposites.

Zero-shot: a model of pictures and words (CLIP, https://arxiv.org/abs/2103.00020; SigLIP 2,
https://arxiv.org/abs/2502.14786) says which of fixed sentences fits best (analyzers/measures/zero_shot). It is a
model's opinion: how often it is right, on videos or at all, was not measured here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import EmbedImage, Frame, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.sampled import Sampled
from analyzers.measures.zero_shot.answers import Examiner
from analyzers.measures.zero_shot.questions import Asked, Topic

EVERY_S = 1.75  # one picture of a shot at least in that time; sampled pictures lie a quarter of a second apart
MARGIN = 0.2  # of all shares, between the best answer and the next: chosen, not measured
LEAST_SHARE = 0.1  # of an answer that comes second or third
MOST = 3  # answers to a question


@dataclass(frozen=True, slots=True)
class TagRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    shot: Annotated[int | None, Column("number of the shot in cut_analysis; null of the whole video", low=0, bits=32)]
    question: Annotated[Topic, Column("what the row answers")]
    label: Annotated[str | None, Column("the answer; its confidence is its share of all answers; null of a score")]
    rank: Annotated[int | None, Column("1 is the best answer; null of a score", low=1, high=MOST, bits=32)]
    score: Annotated[float | None, Column("0 the worst, 1 the best; null of an answer", low=0, high=1, bits=32)]


@dataclass(frozen=True, slots=True)
class Look:
    """One stretch of video, and the pictures that stand for it."""

    start_s: float
    end_s: float
    shot: int | None
    frames: list[Frame]


@analyzer(version=1, max_gap_s=2.0, stage="gpu_light", role="embed_image", evidence="model")
def picture_tags(
    frames: Frames, media: Media, cut_analysis: Sequence[CutRow] | None, model: EmbedImage
) -> Iterator[TagRow]:
    if not len(frames):
        return
    looks = [look for look in _looks(frames, cut_analysis or (), media.duration_s) if look.frames]
    examiner = Examiner(model)
    vectors = iter(model(frame.rgb for look in looks for frame in look.frames))
    for look in looks:
        here = [next(vectors) for _ in look.frames]
        told = [(examiner.shares(vector), examiner.scores(vector)) for vector in here]
        for question, labels in examiner.labels.items():
            yield from _answers(look, question, labels, np.mean([shares[question] for shares, _ in told], axis=0))
        for question in told[0][1]:
            score = float(np.mean([scores[question] for _, scores in told]))
            yield TagRow(look.start_s, look.end_s, None, look.shot, question, None, None, score)


def _looks(frames: Frames, cuts: Sequence[CutRow], video_s: float) -> Iterator[Look]:
    sampled = Sampled(frames)
    shots = sorted((row for row in cuts if row.level == "shot"), key=lambda row: row.start_s)
    for start_s, end_s, shot in [(row.start_s, row.end_s, row.shot) for row in shots] or [(0.0, video_s, None)]:
        here = sampled.within(start_s, end_s)
        here = here[1:] or here  # the first may still show the shot before
        wanted = min(ceil((end_s - start_s) / EVERY_S), len(here))
        yield Look(start_s, end_s, shot, [here[(2 * i + 1) * len(here) // (2 * wanted)] for i in range(wanted)])


def _answers(look: Look, question: Asked, labels: Sequence[str | None], shares: np.ndarray) -> Iterator[TagRow]:
    """The best answers, or nothing where the best is not clear or is that the question does not fit."""
    order = np.argsort(-shares, kind="stable").tolist()
    first, second = order[:2]
    if labels[first] is None or shares[first] - shares[second] < MARGIN:
        return
    named = [n for n in order if labels[n] is not None and (n == first or shares[n] >= LEAST_SHARE)]
    for rank, n in enumerate(named[:MOST], 1):
        share = min(float(shares[n]), 1.0)
        yield TagRow(look.start_s, look.end_s, share, look.shot, question, labels[n], rank, None)
