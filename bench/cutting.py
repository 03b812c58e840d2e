"""cut_analysis against the PySceneDetect command on the same files."""

import csv
import json
import os
import subprocess
import sys
import tempfile
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
from tests.truth.scores import f1, matched

WITHIN = 1  # frames


def peer(clip: Path, detector: str) -> list[int]:
    """First frames of new shots, by the command that everybody has."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("scenedetect")), "-q", "-i", str(clip), "-o", folder, detector]
        subprocess.run([*command, "list-scenes", "-q", "-s", "-f", "scenes"], check=True, capture_output=True)
        rows = list(csv.DictReader(next(Path(folder).iterdir()).open()))
    return [int(row["Start Frame"]) - 1 for row in rows[1:]]


def files() -> dict[Path, list[int]]:
    """Clips and the true first frames of their new shots."""
    true = [change.first_frame for change in truth_of(PORTRAIT).changes if change.kind == "hard"]
    found = {portrait(10): true}
    folder = Path(os.environ.get("TIKTOK_SHARED", "../shared")) / "media/video_cuts"
    for note in sorted(folder.glob("*.gt.json")):
        told = json.loads(note.read_text())
        if "cuts_frames" in told:
            found[folder / told["file"]] = told["cuts_frames"]
    return found


@dataclass
class Tally:
    """Hits, finds and truths over all files, and the seconds they took."""

    hits: int = 0
    found: int = 0
    true: int = 0
    seconds: float = 0.0

    def add(self, found: list[int], true: list[int], took: float) -> str:
        hits = len(matched(found, true, WITHIN))
        self.hits, self.found = self.hits + hits, self.found + len(found)
        self.true, self.seconds = self.true + len(true), self.seconds + took
        return f"F1 {f1(hits, len(found), len(true)):.2f}, {took:.1f} s"

    @property
    def score(self) -> float:
        return f1(self.hits, self.found, self.true)


def ours(clip: Path, model: Cut) -> tuple[list[int], float, float]:
    """First frames of new shots by cut_analysis, its seconds, and those of decoding for all analyzers."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(root=folder)
        video, decode_s = timed(lambda: sources.prepare(store, clip, Settings()))
        motion = store.read("motion", video)
        rows, own_s = timed(lambda: list(cut_analysis(motion, model)))
    hard = [r.boundary_frame for r in rows if r.level == "cut" and r.len_frames == 0 and r.boundary_frame]
    return hard, own_s, decode_s


def measure() -> list[Section]:
    model = warm.load(models.choose("cut", Settings())[0], CPU)
    tallies = {"cut_analysis": Tally(), "detect-content": Tally(), "detect-adaptive": Tally()}
    lines = []
    for clip, true in files().items():
        found, own_s, decode_s = ours(clip, model)
        said = [f"cut_analysis {tallies['cut_analysis'].add(found, true, own_s)} after {decode_s:.1f} s for all parts"]
        for detector in ("detect-content", "detect-adaptive"):
            theirs, took = timed(partial(peer, clip, detector))
            said.append(f"{detector} {tallies[detector].add(theirs, true, took)}")
        lines.append(Line(clip.name, "; ".join(said)))
    told = "; ".join(f"{who} F1 {tally.score:.2f}, {tally.seconds:.1f} s" for who, tally in tallies.items())
    best = max(tallies["detect-content"].score, tallies["detect-adaptive"].score)
    is_met = tallies["cut_analysis"].score >= best
    lines.append(Line("all files", told, "at least the better detector's F1", is_met))
    return [
        Section(
            "Cuts, against PySceneDetect",
            "Hard cuts within one frame, on the clip of the other sections and, where present, on the real clips with "
            "published cuts. PySceneDetect runs as its own command with its defaults and decodes by itself.",
            lines,
        )
    ]
