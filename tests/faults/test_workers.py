"""Processes that are killed or hang: nothing stays behind, and an analyzer that hangs is left out the second time."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from resources.ledger import Ledger
from resources.render import render
from resources.store import Store
from tests.faults.system import CLIP, HOME, descendants, lives, until
from tiktok_assets.instance import open_instance
from tiktok_assets.upkeep.recover import recover

# One run in step processes of its own, as a run worker does it.
WORKER = """
import json, sys
from pathlib import Path
import dagster as dg
from resources import sources
from resources.store import Store
from tests.faults import location
from tiktok_assets.instance import open_instance
from tiktok_assets.partitions import VIDEO_SET

data = Path(sys.argv[1])
if __name__ == "__main__":
    store = Store(root=str(data))
    video = sources.accept(store, Path(sys.argv[2]))
    with open_instance(data) as instance:
        instance.add_dynamic_partitions(VIDEO_SET, [video])
        job = dg.reconstructable(location.the_job)
        with dg.execute_job(job, instance, tags={"dagster/partition": video}) as result:
            kinds = [event.event_type_value for event in result.all_events]
    outcome = store.read_outcome(location.LOUDNESS, video)
    print(json.dumps({"success": result.success, "retries": kinds.count("STEP_RESTARTED"), "status": outcome.status,
                      "reason": outcome.reason}))
"""


def worker(folder: Path, **env: str) -> subprocess.Popen[str]:
    clip = folder / "clip.mp4"
    if not clip.exists():
        render(CLIP, clip)
    surroundings = os.environ | {"TIKTOK_DATA": str(folder / "data"), "MARK": str(folder / "mark")} | env
    command = [sys.executable, "-c", WORKER, str(folder / "data"), str(clip)]
    return subprocess.Popen(
        command, cwd=HOME, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_with_a_run_worker_its_steps_and_all_their_children_die(tmp_path):
    run = worker(tmp_path)
    until((tmp_path / "mark").exists)
    step = int((tmp_path / "mark").read_text())
    family = descendants(run.pid)
    assert {step, run.pid} < family
    run.send_signal(signal.SIGKILL)
    run.wait()
    until(lambda: not any(lives(pid) for pid in family), seconds=5)
    (entry,) = Ledger(tmp_path / "data").page(None, 0, 10)
    assert entry.state == "running"
    with open_instance(tmp_path / "data") as instance:
        done = recover(Store(root=str(tmp_path / "data")), instance)
        assert done.failed_runs == [entry.run_id]
        run_of = instance.get_run_by_id(entry.run_id)
    assert (run_of.is_failure, run_of.tags["dagster/will_retry"]) == (True, "true")


@pytest.mark.parametrize("how", ["asleep", "in C code"])
def test_an_analyzer_that_hangs_is_killed_and_left_out_by_name_and_the_report_is_made(tmp_path, how):
    run = worker(tmp_path, HOW=how, FACTOR="0.005")  # 1.5 s and a bit
    said, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors[-3000:]
    told = json.loads(said.splitlines()[-1])
    assert (told["success"], told["retries"], told["status"]) == (True, 1, "failed")
    assert told["reason"].startswith("timeout")
    (entry,) = Ledger(tmp_path / "data").page(None, 0, 10)
    assert (entry.state, entry.word) == ("partial", "some_failed")
    assert "timeout" in entry.reason
