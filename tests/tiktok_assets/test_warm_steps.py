"""Steps as the daemon runs them, in processes of their own: each loads its model once, and a broken one is replaced."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import dagster as dg

from analyzers import contract
from resources import sources
from resources.render import Flat, Shot, Video, render
from resources.settings import Settings
from resources.store import Store
from tiktok_assets.definitions import build
from tiktok_assets.factory import VIDEOS_PER_RUN
from tiktok_assets.partitions import VIDEO_SET

ROOT = Path(__file__).parents[2]
CUTS = dg.AssetKey(["edit", "cut_analysis"])
LOGGED = {"python_logs": {"python_log_level": "INFO", "managed_python_loggers": ["resources"]}}


def the_job() -> dg.JobDefinition:
    return build(Settings(keep_sources=True)).resolve_job_def("analyze")


def ten_videos(folder: Path) -> list[str]:
    """Decoded, of half a second each."""
    store, found = Store(root=str(folder / "data")), []
    for n in range(10):
        clip = Video((Shot(Flat(f"#{25 * n:02x}6699"), 0.5),), width=64, height=96, fps=10)
        render(clip, folder / f"{n}.mp4")
        found.append(sources.prepare(store, folder / f"{n}.mp4", Settings()))
    return found


def backfill(folder: Path) -> None:
    """What the daemon would start, batch after batch; prints how often each batch loaded its model."""
    videos, loads = ten_videos(folder), []
    with dg.DagsterInstance.local_temp(str(folder), overrides=LOGGED) as instance:
        instance.add_dynamic_partitions(VIDEO_SET, videos)
        for first in range(0, len(videos), VIDEOS_PER_RUN):
            batch = videos[first : first + VIDEOS_PER_RUN]
            tags = {"dagster/asset_partition_range_start": batch[0], "dagster/asset_partition_range_end": batch[-1]}
            with dg.execute_job(dg.reconstructable(the_job), instance, tags=tags, asset_selection=[CUTS]) as result:
                said = [entry.user_message for entry in instance.all_logs(result.run_id)]
            loads.append(sum("transnetv2 is loaded" in line for line in said))
        made = set(instance.get_materialized_partitions(CUTS))
    print(json.dumps({"loads": loads, "made": made == set(videos)}))


def run_apart(function, folder: Path) -> dict:
    """In a process of its own: the steps' template takes over the surroundings it is started in."""
    code = f"import pathlib; from {__name__} import {function.__name__} as f; f(pathlib.Path({str(folder)!r}))"
    env = os.environ | {"TIKTOK_DATA": str(folder / "data"), "MARK": str(folder / "mark")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_in_a_backfill_of_ten_videos_a_model_is_loaded_once_per_step(tmp_path):
    assert run_apart(backfill, tmp_path) == {"loads": [1, 1], "made": True}


# A broken graphics card


def breaks_the_card_once(motion, model):
    mark = Path(os.environ["MARK"])
    if not mark.exists():
        mark.touch()
        raise RuntimeError("CUDA error: device-side assert triggered")
    yield from ()


def the_breaking_job() -> dg.JobDefinition:
    contract._specs["cut_analysis"] = replace(contract.REGISTRY["cut_analysis"], run=breaks_the_card_once)
    return the_job()


def break_the_card(folder: Path) -> None:
    clip = Video((Shot(Flat("#336699"), 0.5),), width=64, height=96, fps=10)
    render(clip, folder / "clip.mp4")
    video = sources.prepare(Store(root=str(folder / "data")), folder / "clip.mp4", Settings())
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        instance.add_dynamic_partitions(VIDEO_SET, [video])
        job, tags = dg.reconstructable(the_breaking_job), {"dagster/partition": video}
        with dg.execute_job(job, instance, tags=tags, asset_selection=[CUTS]) as result:
            kinds = [event.event_type_value for event in result.all_events]
        made = instance.get_materialized_partitions(CUTS)
    print(json.dumps({"success": result.success, "retries": kinds.count("STEP_RESTARTED"), "made": made == {video}}))


def test_a_step_whose_card_broke_is_done_again_in_a_new_process(tmp_path):
    assert run_apart(break_the_card, tmp_path) == {"success": True, "retries": 1, "made": True}
