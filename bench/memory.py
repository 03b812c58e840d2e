"""How much memory a long video takes, and how much fifty videos leave behind."""

import json
import subprocess
import sys
import tempfile

from bench.clips import full_hd, short
from bench.section import Line, Section
from resources.places import ROOT

LIMIT_MB = 1500
PROGRAM = """
import json, logging, resource, sys
from pathlib import Path
from resources import sources
from resources.settings import Settings
from resources.store import Store
class Keep(logging.Handler):
    def emit(self, record):
        Keep.child_mb = record.args[-1]  # the decoder's process says what it held
logger = logging.getLogger("resources.decode")
logger.setLevel(logging.DEBUG)
logger.addHandler(Keep())
store = Store(root=sys.argv[2])
video = sources.prepare(store, Path(sys.argv[1]), Settings())
own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"frames": store.read("media", video).n_frames, "own_mb": own_mb, "child_mb": Keep.child_mb}))
"""

MANY, GROWTH_MB = 50, 50
WALK = """
import json, sys, tempfile
from pathlib import Path
import analyzers
from analyzers.contract import REGISTRY
from resources import sources
from resources.settings import Settings
from resources.store import Store
from tiktok_assets.analysis import analyse
from tiktok_assets.imports import import_all
import_all(analyzers)
def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
settings, seen, failed = Settings(), [], []
for _ in range(int(sys.argv[2])):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(root=folder)
        video = sources.prepare(store, Path(sys.argv[1]), settings)
        left = list(REGISTRY.values())
        while left:  # those whose rows others read come first
            spec = next(s for s in left if not any(o.name in s.inputs for o in left))
            left.remove(spec)
            failed += [spec.name] * (analyse(spec, store, video, settings).status == "failed")
    seen.append(resident_mb())
peak = int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1]) / 1e3
print(json.dumps({"seen": seen, "failed": failed, "peak": peak, "analyzers": len(REGISTRY)}))
"""


def measure() -> list[Section]:
    return [_against_duration(), _over_many_videos()]


def _over_many_videos() -> Section:
    command = [sys.executable, "-c", WALK, str(short()), str(MANY)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert not found["failed"], found["failed"]
    seen = found["seen"]
    growth = seen[-1] - seen[9]
    steps = ", ".join(f"{seen[n - 1]:.0f}" for n in (1, 10, 20, 30, 40, MANY))
    return Section(
        "Memory over many videos",
        f"{MANY} videos of 3.5 s, 720x1280, all {found['analyzers']} analyzers with the models that need no download, "
        "one after the other in one process, as a step of a backfill walks them.",
        [
            Line("resident after 1, 10, 20, 30, 40, 50 videos", f"{steps} MB"),
            Line("growth from the 10th to the last", f"{growth:.0f} MB", f"under {GROWTH_MB} MB", growth < GROWTH_MB),
            Line("peak", f"{found['peak']:.0f} MB", f"under {LIMIT_MB} MB", found["peak"] < LIMIT_MB),
        ],
    )


def _against_duration() -> Section:
    lines = []
    for seconds in (60, 600):
        clip = full_hd(seconds)
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM, str(clip), folder], cwd=ROOT, capture_output=True, text=True, check=True
            )
        found = json.loads(done.stdout)
        both = found["own_mb"] + found["child_mb"]
        lines.append(
            Line(
                f"{seconds // 60} min of 1080x1920, {found['frames']} frames",
                f"{found['own_mb']:.0f} MB here and {found['child_mb']:.0f} MB in the decoder's process",
                f"under {LIMIT_MB} MB" if seconds == 600 else None,
                both < LIMIT_MB if seconds == 600 else None,
            )
        )
    return Section(
        "Memory against duration",
        "Largest resident memory while a file is brought in, decoded, and its flow and spectrum are made.",
        lines,
    )
