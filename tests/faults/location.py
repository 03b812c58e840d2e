"""A code location with one real analyzer, which the first time that it looks at a video named by SLOW does not end."""

import ctypes
import os
import time
from dataclasses import replace
from pathlib import Path

import analyzers
from analyzers import contract
from resources.settings import Settings
from tiktok_assets.arrivals import room
from tiktok_assets.definitions import build
from tiktok_assets.imports import import_all

import_all(analyzers)
LOUDNESS = "audio_analysis"
_real = contract.REGISTRY[LOUDNESS].run


def stuck_once(audio, spectrum):
    """Holds Python's lock in C code: no handler, no thread of this process runs any more."""
    mark = Path(os.environ["MARK"])
    if not mark.exists():
        mark.with_suffix(".new").write_text(str(os.getpid()))
        mark.with_suffix(".new").replace(mark)
        if os.environ.get("HOW") == "asleep":
            time.sleep(600)
        ctypes.PyDLL(None).sleep(600)
    return _real(audio, spectrum)


contract._specs[LOUDNESS] = replace(contract.REGISTRY[LOUDNESS], run=stuck_once)
room.LEAST_SHARE = 0.0  # however full this machine's disk is
others = tuple(name for name in contract.REGISTRY if name != LOUDNESS)
settings = Settings(disabled=others, keep_sources=True, deadline_factor=float(os.environ.get("FACTOR", "1")))
defs = build(settings)


def the_job():
    return defs.resolve_job_def("analyze")
