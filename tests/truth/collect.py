"""Draw the clips, run the analyzers that their checks need, keep the rows."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from analyzers.contract import REGISTRY
from resources import models
from resources.render import render
from resources.settings import Settings
from tests.truth.cases import CLIPS, ONE_QUALITY
from tests.truth.checks import CHECKS, Check
from tests.truth.pipeline import Analysed
from tests.truth.rows import write_truth
from tests.truth.scores import Found

ANY_CRF = 23  # of clips whose picture says nothing; stands for the own one of those that have one
Collected = dict[tuple[str, str, int], Found]  # (analyzer, clip, crf)


def crfs_of(clip: str, crfs: Sequence[int]) -> Sequence[int]:
    return (ANY_CRF,) if clip in ONE_QUALITY else crfs


def fallbacks() -> dict[str, models.Model]:
    """Who stands in, without a download, for what plays an analyzer's role here; of analyzers that are asked."""
    found = {}
    for name in dict.fromkeys(check.analyzer for check in CHECKS):
        if role := REGISTRY[name].role:
            _, *others = models.choose(role, Settings())
            if stand_in := next((model for model in others if model.is_fallback), None):
                found[name] = stand_in
    return found


def collect(
    clips: Iterable[str],
    crfs: Sequence[int],
    stand_ins: Mapping[str, models.Model] | None = None,
    told: Callable[[str], None] = lambda line: None,
) -> tuple[Collected, Collected]:
    """What was found in each clip at each quality; and what the analyzers with a stand-in find with it."""
    ours: Collected = {}
    theirs: Collected = {}
    for clip in clips:
        for crf in crfs_of(clip, crfs):
            told(f"{clip}, CRF {crf}")
            folder = Path(tempfile.mkdtemp(prefix="truth-"))
            try:
                _collect_one(clip, crf, folder, ours, stand_ins or {}, theirs)
            finally:
                shutil.rmtree(folder)
    return ours, theirs


def _collect_one(
    clip: str, crf: int, folder: Path, ours: Collected, stand_ins: Mapping[str, models.Model], theirs: Collected
) -> None:
    video = CLIPS[clip] if clip in ONE_QUALITY else replace(CLIPS[clip], crf=crf)
    path = folder / "clip.mp4"
    truth = render(video, path)
    write_truth(truth, path)
    analysed = Analysed(path, folder / "data")
    wanted = {check.analyzer for check in CHECKS if clip in check.clips}
    for name in sorted(wanted):
        ours[name, clip, crf] = Found(clip, video, truth, analysed.rows(name))
    # A stand-in's table replaces the first one, which is made anew for whoever reads it: who reads most comes first.
    for name in sorted(wanted & set(stand_ins), key=lambda name: -len(REGISTRY[name].inputs)):
        model = stand_ins[name]
        rows = analysed.again(Settings(models={model.role: model.name})).rows(name)
        theirs[name, clip, crf] = Found(clip, video, truth, rows)


def score(check: Check, collected: Collected, crf: int) -> float | None:
    """The check's score on those of its clips that were collected."""
    found = [
        collected[key]
        for clip in check.clips
        if (key := (check.analyzer, clip, ANY_CRF if clip in ONE_QUALITY else crf)) in collected
    ]
    return check.score(found) if found else None
