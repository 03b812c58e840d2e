"""What a video costs from the command line, against its own length."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import analyzers as analyzers_package
from analyzers.contract import REGISTRY
from bench.clips import portrait
from bench.pairs import seconds
from bench.section import Line, Section
from resources.places import ROOT
from tiktok_assets.imports import import_all

LENGTHS_S = (10, 30, 60, 180)
LOOKING = ("picture", "edit", "things", "text")  # groups
LINEAR_WITHIN = 1.25  # of what the shorter clips foretell


def analyze(clip: Path, profile: str = "embedded", settings: str = "") -> tuple[float, dict[str, Any]]:
    """Wall time of the whole command, start of the interpreter included, and what it answered."""
    answer: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        chosen = Path(folder) / "tiktok.toml"
        chosen.write_text(settings)
        env = os.environ | {"TIKTOK_DATA": folder, "TIKTOK_SETTINGS": str(chosen)}
        command = [sys.executable, "-m", "tiktok_assets", "analyze", str(clip), "--profile", profile, "--json"]

        def run() -> None:
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
            answer.append(done.stdout)

        took = seconds(run)
    return took, json.loads(answer[0])


def measure() -> list[Section]:
    analyze(portrait(10))  # libraries are read from the disk once
    found = {length: analyze(portrait(length)) for length in LENGTHS_S}
    took, told = found[30]
    lines = [
        Line("30 s of 720x1280, all analyzers", f"{took:.1f} s", "faster than realtime", took < 30),
        *(
            Line(name, f"{facts['seconds']:.2f} s ({facts['status']}, {facts['rows']} rows)")
            for name, facts in told["analyzers"].items()
        ),
    ]
    lines += [_of_groups(told["analyzers"])]
    speed = Section("Against the video's duration", "`analyze --profile embedded` as one command, on 2 cores.", lines)
    return [speed, _linear({length: took for length, (took, _) in found.items()})]


def _of_groups(analyzers: dict[str, Any]) -> Line:
    """The share of what looks at pictures and texts, of one clip of 30 s."""
    import_all(analyzers_package)
    taken_s = sum(facts["seconds"] for name, facts in analyzers.items() if REGISTRY[name].group in LOOKING)
    return Line(f"all of {', '.join(LOOKING)}", f"{taken_s:.1f} s", "faster than realtime", taken_s < 30)


def _linear(took: dict[int, float]) -> Section:
    """The longest clip against the line through the shorter ones."""
    per_second = (took[60] - took[10]) / 50
    foretold = took[60] + per_second * 120
    ratio = took[180] / foretold
    lines = [Line(f"{length} s", f"{s:.1f} s: {s / length:.2f} s a second") for length, s in took.items()]
    goal = f"linear: within {LINEAR_WITHIN}x of what 10 to 60 s foretell"
    lines.append(Line("180 s against the line through 10 and 60 s", f"{ratio:.2f}x", goal, ratio <= LINEAR_WITHIN))
    return Section("Cost against duration", "The same command on longer clips of the same kind.", lines)
