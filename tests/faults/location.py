"""A code location with one real analyzer, which holds the device and does not end the first time that it is run.

What happens to it is chosen by the environment: MARK is the file that says who is at it; HOW is `asleep`, or `held`
until a file of that name lies beside the mark, else it hangs in C code. With TICK, the drop folder's first tick that
takes something stays in its middle for a while, and a file `tick` beside the mark says so.
"""

import ctypes
import os
import time
from dataclasses import replace
from pathlib import Path

import analyzers
from analyzers import contract
from resources import gpu, ledger
from resources.places import data_folder
from resources.settings import Settings
from tiktok_assets.arrivals import room
from tiktok_assets.arrivals.inbox import Inbox
from tiktok_assets.definitions import build
from tiktok_assets.imports import import_all
from tiktok_assets.upkeep import reconciler

import_all(analyzers)
LOUDNESS = "audio_analysis"
_real = contract.REGISTRY[LOUDNESS].run
_take = Inbox.take


def stuck_once(audio, spectrum):
    with gpu.gate(data_folder() / "gate", "gpu_heavy"):  # as a model would have it
        _hang_once(Path(os.environ["MARK"]), os.environ.get("HOW"))
        return _real(audio, spectrum)


def _hang_once(mark: Path, how: str | None) -> None:
    if mark.exists():
        return
    mark.with_suffix(".new").write_text(str(os.getpid()))
    mark.with_suffix(".new").replace(mark)
    if how == "held":
        while not mark.with_name("held").exists():
            time.sleep(0.05)
        return
    if how == "asleep":
        time.sleep(600)
    ctypes.PyDLL(None).sleep(600)  # holds Python's lock: no handler, no thread of this process runs any more


def take_slowly(inbox, *args):
    taken = _take(inbox, *args)
    tick = Path(os.environ["MARK"]).with_name("tick")
    if taken.new and not tick.exists():
        tick.touch()
        time.sleep(30)
    return taken


if "TICK" in os.environ:
    Inbox.take = take_slowly
contract._specs[LOUDNESS] = replace(contract.REGISTRY[LOUDNESS], run=stuck_once)
room.LEAST_SHARE = 0.0  # however full this machine's disk is
ledger.FIRST_PAUSE_S, reconciler.GRACE_S = 5.0, 30.0  # a test has minutes
others = tuple(name for name in contract.REGISTRY if name != LOUDNESS)
settings = Settings(disabled=others, keep_sources=True, deadline_factor=float(os.environ.get("FACTOR", "1")))
defs = build(settings)


def the_job():
    return defs.resolve_job_def("analyze")
