"""A named point ends the process where it is asked to, and nowhere else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parents[2]
SCRIPT = """
from pathlib import Path
import sys
from resources import crash
from resources.store import written_whole

for n in range(3):
    with crash.stage("flow"), written_whole(Path(sys.argv[1], str(n))) as half:
        half.write_text("whole")
"""


def files_after(folder: Path, crash_at: str) -> tuple[int, list[str]]:
    env = os.environ | {"CRASH_AT": crash_at}
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], cwd=HOME, env=env, check=False)
    return done.returncode, sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_without_the_variable_nothing_happens(tmp_path):
    assert files_after(tmp_path, "") == (0, ["0", "1", "2"])


def test_the_nth_passage_of_a_point_is_the_last(tmp_path):
    assert files_after(tmp_path, "flow.before_rename:2") == (-signal.SIGKILL, ["0"])
    assert files_after(tmp_path, "flow.after_rename:2") == (-signal.SIGKILL, ["0", "1"])


def test_points_of_other_stages_are_passed(tmp_path):
    assert files_after(tmp_path, "audio.before_rename") == (0, ["0", "1", "2"])
