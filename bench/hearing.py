"""What it costs to hear: every analyzer of speech and sound on a minute, without a model that must be pulled."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.section import Line, Section
from resources.places import ROOT
from resources.render.sound import Chord, Clicks, PinkNoise, mix

MINUTE_S = 60
RATE_HZ = 48_000
GOAL = 0.15  # of the sound's own length
SAID = "Three things nobody tells you about coffee. First, buy a grinder. Then, um, weigh the water, really weigh it. "
# A second pass in the same process is what a backfill pays; the imports are in the first alone.
PROGRAM = """
import json, sys, tempfile, time
from pathlib import Path
import analyzers
from analyzers.contract import REGISTRY
from resources import sources
from resources.settings import Settings
from resources.store import Store
from resources.threads import set_threads, threads_for
from tiktok_assets.analysis import analyse
from tiktok_assets.imports import import_all
import_all(analyzers)
set_threads(threads_for("cpu"))
settings, passes = Settings(profile="embedded"), []
for _ in range(2):
    took = {}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(root=folder)
        video = sources.accept(store, Path(sys.argv[1]), Path(sys.argv[1]).parent)
        sources.fetch(store, video, settings)
        sources.decode_video(store, video, settings)
        sources.write_post(store, video)
        for name in ("spectrum", "voice", "pitch"):
            began = time.perf_counter()
            sources.ensure(store, video, name, settings)
            took[f"source/{name}"] = time.perf_counter() - began, "ok", 0
        left = [s for s in REGISTRY.values()]
        while left:
            spec = next(s for s in left if not any(o.name in s.inputs for o in left))
            left.remove(spec)
            began = time.perf_counter()
            outcome = analyse(spec, store, video, settings)
            if spec.group in ("speech", "sound"):
                took[spec.name] = time.perf_counter() - began, outcome.status, outcome.rows
    passes.append(took)
print(json.dumps(passes))
"""


def measure() -> list[Section]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minute.wav"
        words = _write_minute(path)
        surroundings = os.environ | {"TIKTOK_MODELS": folder}
        runs = []
        for _ in range(2):  # the first one may have to read the libraries from the disk
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM, str(path)],
                cwd=ROOT,
                env=surroundings,
                capture_output=True,
                text=True,
                check=True,
            )
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    cold, warm = runs[-1]
    first, again = (sum(s for s, *_ in took.values()) for took in (cold, warm))
    how = (
        f"A minute of sound: {words} over a drum, chords and noise; the shared passes and every analyzer of speech and "
        "sound, one after the other, in one process with no model but those inside wheels."
    )
    goal = f"at most {GOAL}x of its length"
    lines = [
        Line(
            "all of them, in a process that has heard before",
            f"{again:.1f} s: {again / MINUTE_S:.3f}x",
            goal,
            again <= GOAL * MINUTE_S,
        ),
        Line(
            "all of them, in a fresh process",
            f"{first:.1f} s: {first / MINUTE_S:.3f}x",
            goal,
            first <= GOAL * MINUTE_S,
        ),
        *(Line(name, f"{s:.2f} s ({status}, {rows} rows)") for name, (s, status, rows) in warm.items()),
    ]
    return [Section("Hearing a minute", how, lines)]


def _write_minute(path: Path) -> str:
    """What is said in it."""
    music = mix((Clicks(bpm=110), Chord("A", "major", level_db=-30), PinkNoise(lufs=-50)), MINUTE_S, RATE_HZ)
    voice, words = _voice()
    both = music[:, :2] * 0.4
    both[: len(voice)] += voice[: len(both), None]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((both.clip(-1, 1) * 32767).astype(np.int16).tobytes())
    return words


def _voice() -> tuple[NDArray[np.float32], str]:
    if not shutil.which("espeak-ng"):
        return np.zeros(0, np.float32), "nothing said (espeak-ng is not installed)"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-w", str(path), SAID * 6], check=True, capture_output=True)
        with wave.open(str(path)) as file:
            rate_hz, raw = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    t_s = np.arange(round(len(raw) / rate_hz * RATE_HZ)) / RATE_HZ
    heard = np.interp(t_s, np.arange(len(raw)) / rate_hz, raw / 32768 * 0.5).astype(np.float32)
    return heard, f"{min(len(t_s) / RATE_HZ, MINUTE_S):.0f} s of words that espeak-ng says"
