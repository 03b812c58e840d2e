"""Draw the clips, run the analyzers that their checks need, keep the rows."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from resources.render import render
from resources.settings import Settings
from tests.truth.cases import CLIPS, ONE_QUALITY
from tests.truth.checks import CHECKS, Check
from tests.truth.pipeline import Analysed
from tests.truth.rows import write_truth
from tests.truth.scores import Found

ANY_CRF = 23  # of clips whose picture says nothing; stands for the own one of those that have one
FALLBACK_CRF = 28  # other settings than the first are tried at one quality only
Collected = dict[tuple[str, str, int], Found]  # (analyzer, clip, crf)


def crfs_of(clip: str, crfs: Sequence[int]) -> Sequence[int]:
    return (ANY_CRF,) if clip in ONE_QUALITY else crfs


def collect(
    clips: Iterable[str],
    crfs: Sequence[int],
    settings: Sequence[Settings] = (Settings(),),
    told: Callable[[str], None] = lambda line: None,
) -> list[Collected]:
    """What was found in each clip at each quality, with each of the settings."""
    found: list[Collected] = [{} for _ in settings]
    for clip in clips:
        for crf in crfs_of(clip, crfs):
            told(f"{clip}, CRF {crf}")
            folder = Path(tempfile.mkdtemp(prefix="truth-"))
            try:
                _collect_one(clip, crf, settings, folder, found)
            finally:
                shutil.rmtree(folder)
    return found


def _collect_one(clip: str, crf: int, settings: Sequence[Settings], folder: Path, found: list[Collected]) -> None:
    video = CLIPS[clip] if clip in ONE_QUALITY else replace(CLIPS[clip], crf=crf)
    path = folder / "clip.mp4"
    truth = render(video, path)
    write_truth(truth, path)
    first = Analysed(path, folder / "data", settings[0])
    for number, chosen in enumerate(settings if crf == FALLBACK_CRF else settings[:1]):
        analysed = first if number == 0 else first.again(chosen)
        wanted = {check.analyzer for check in CHECKS if clip in check.clips}
        if number:  # only what the other settings change
            wanted &= {"cut_analysis"} if "cut" in chosen.models else set()
        for name in sorted(wanted):
            found[number][name, clip, crf] = Found(clip, video, truth, analysed.rows(name))


def score(check: Check, collected: Collected, crf: int) -> float | None:
    """The check's score on those of its clips that were collected."""
    found = [
        collected[key]
        for clip in check.clips
        if (key := (check.analyzer, clip, ANY_CRF if clip in ONE_QUALITY else crf)) in collected
    ]
    return check.score(found) if found else None
