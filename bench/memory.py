"""How much memory a long video takes."""

import json
import subprocess
import sys
import tempfile

from bench.clips import full_hd
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


def measure() -> list[Section]:
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
    return [
        Section(
            "Memory against duration",
            "Largest resident memory while a file is brought in, decoded, and its flow and spectrum are made.",
            lines,
        )
    ]
