"""Work that does not come back ends its process, wherever it is stuck; the next process knows."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resources import deadline as deadlines
from resources.deadline import BASE_S, LATE_EXIT, PER_VIDEO_S, deadline, given_up, seconds_for

HOME = Path(__file__).parents[2]
SCRIPT = """
import ctypes, os, signal, sys, time
from pathlib import Path
from resources import deadline as d
d.GRACE_S = 0.3
with d.deadline(0.3, Path(sys.argv[1])):
    exec(sys.argv[2])
print("came back")
"""


def run(mark: Path, work: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT, str(mark), work]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False, timeout=60)


def test_work_in_time_leaves_nothing_behind(tmp_path):
    done = run(tmp_path / "mark", "time.sleep(0)")
    assert (done.returncode, done.stdout) == (0, "came back\n")
    assert not (tmp_path / "mark").exists()


def test_what_sleeps_in_python_is_ended_and_the_user_is_told_what_is_kept(tmp_path):
    done = run(tmp_path / "mark", "time.sleep(60)")
    assert done.returncode == LATE_EXIT
    assert "What was finished is kept" in done.stderr
    assert given_up(tmp_path / "mark") == "timeout"


def test_what_holds_pythons_lock_in_c_code_is_killed_by_the_kernel(tmp_path):
    done = run(tmp_path / "mark", "signal.signal(signal.SIGTERM, signal.SIG_IGN); ctypes.PyDLL(None).sleep(60)")
    assert done.returncode == -signal.SIGKILL
    assert given_up(tmp_path / "mark") == "timeout"


def test_an_error_in_time_is_no_reason_not_to_try_again(tmp_path):
    with pytest.raises(ValueError, match="wrong"), deadline(60, tmp_path / "mark"):
        raise ValueError("wrong")
    assert given_up(tmp_path / "mark") is None


def test_a_crash_is_tried_once_more_and_then_never_again_until_somebody_asks(tmp_path):
    mark = tmp_path / "mark"
    run(mark, "os.kill(os.getpid(), signal.SIGSEGV)")
    # The mark of a crash within the time: the script's 0.3 s have passed by now, a real deadline's have not.
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"seconds": 600}))
    assert given_up(mark) is None
    run(mark, "os.kill(os.getpid(), signal.SIGSEGV)")
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"seconds": 600}))
    assert given_up(mark) == "crashed"
    assert given_up(mark) is None


def test_a_power_cut_is_no_timeout_however_long_ago(tmp_path):
    mark = tmp_path / "mark"
    said = {"times": 1, "started": time.time() - 9e6, "seconds": 1, "boot": "another"}
    mark.write_text(json.dumps(said))
    assert given_up(mark) is None


def test_a_mark_that_was_cut_short_counts_for_nothing(tmp_path):
    (tmp_path / "mark").write_text('{"times": 1, "star')
    assert given_up(tmp_path / "mark") is None


def test_the_timer_is_gone_when_the_work_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(deadlines, "GRACE_S", 0.0)
    for _ in range(100):
        with deadline(0.2, tmp_path / "mark"):
            pass
    time.sleep(0.4)
    assert os.getpid()  # alive


def test_a_deadline_grows_with_the_video_and_with_the_setting():
    assert seconds_for("cpu", 10, 1.0) == BASE_S["cpu"] + 10 * PER_VIDEO_S["cpu"]
    assert seconds_for("gpu_heavy", 10, 2.0) == 2 * (BASE_S["gpu_heavy"] + 10 * PER_VIDEO_S["gpu_heavy"])
