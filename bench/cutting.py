"""cut_analysis against the PySceneDetect command on the same files."""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from analyzers.contract import Cut
from analyzers.edit.cut_analysis import cut_analysis
from bench.clips import PORTRAIT, portrait
from bench.pairs import timed
from bench.section import Line, Section
from resources import models, sources, warm
from resources.gpu import CPU
from resources.render import truth_of
from resources.settings import Settings
from resources.store import Store
from tests.truth.real import KnownCuts, known_cuts, media_folder
from tests.truth.scores import f1, matched

WITHIN = 1  # frames
DETECTORS = tuple(f"detect-{name}" for name in ("content", "adaptive", "hash", "hist", "threshold"))


def peer(clip: Path, detector: str) -> list[int]:
    """First frames of new shots, by the command that everybody has."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("scenedetect")), "-q", "-i", str(clip), "-o", folder, detector]
        subprocess.run([*command, "list-scenes", "-q", "-s", "-f", "scenes"], check=True, capture_output=True)
        rows = list(csv.DictReader(next(Path(folder).iterdir()).open()))
    return [int(row["Start Frame"]) - 1 for row in rows[1:]]


def files() -> Iterator[KnownCuts]:
    changes = truth_of(PORTRAIT).changes
    hard = [change.first_frame for change in changes if change.kind == "hard"]
    yield KnownCuts(portrait(10), hard, [(c.first_frame, c.end_frame) for c in changes if c.kind != "hard"])
    if folder := media_folder():
        yield from known_cuts(folder)


@dataclass
class Tally:
    """Hits, finds and truths over all files, and the seconds they took."""

    hits: int = 0
    found: int = 0
    true: int = 0
    seconds: float = 0.0

    def add(self, found: Sequence[int], true: Sequence[int], took: float) -> str:
        hits = len(matched(found, true, WITHIN))
        self.hits, self.found = self.hits + hits, self.found + len(found)
        self.true, self.seconds = self.true + len(true), self.seconds + took
        return f"F1 {f1(hits, len(found), len(true)):.2f}, {took:.1f} s"

    @property
    def score(self) -> float:
        return f1(self.hits, self.found, self.true)


def ours(known: KnownCuts, model: Cut) -> tuple[list[int], float, float]:
    """First frames of new shots by cut_analysis, its seconds, and those of decoding for all analyzers."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(root=folder)
        video, decode_s = timed(lambda: sources.prepare(store, known.path, Settings()))
        motion = store.read("motion", video)
        rows, own_s = timed(lambda: list(cut_analysis(motion, model)))
    return known.answers(rows), own_s, decode_s


def measure() -> list[Section]:
    model = warm.load(models.choose("cut", Settings())[0], CPU)
    tallies = {"cut_analysis": Tally(), **{detector: Tally() for detector in DETECTORS}}
    lines = []
    for known in files():
        found, own_s, decode_s = ours(known, model)
        own = tallies["cut_analysis"].add(known.without_soft(found), known.cuts, own_s)
        said = [f"cut_analysis {own} after {decode_s:.1f} s for all parts"]
        for detector in DETECTORS:
            theirs, took = timed(partial(peer, known.path, detector))
            said.append(f"{detector} {tallies[detector].add(known.without_soft(theirs), known.cuts, took)}")
        lines.append(Line(known.path.name, "; ".join(said)))
    told = "; ".join(f"{who} F1 {tally.score:.2f}, {tally.seconds:.1f} s" for who, tally in tallies.items())
    best = max(tallies[detector].score for detector in DETECTORS)
    is_met = tallies["cut_analysis"].score >= best
    lines.append(Line("all files", told, "at least the best detector's F1", is_met))
    return [
        Section(
            "Cuts, against PySceneDetect",
            "Cuts within one frame, on the clip of the other sections and, where present, on the real clips with "
            "published cuts; what lies in a fade counts neither way, but in psd_fades.mp4, whose truth are the middles "
            "of fades. PySceneDetect runs as its own command with its defaults and decodes by itself.",
            lines,
        )
    ]
