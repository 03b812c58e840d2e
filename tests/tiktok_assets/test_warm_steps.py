"""A backfill's steps as the daemon runs them, in processes of their own: each loads its model once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg

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


def test_in_a_backfill_of_ten_videos_a_model_is_loaded_once_per_step(tmp_path):
    """In a process of its own: the steps' template takes over the surroundings it is started in."""
    code = f"import pathlib; from {__name__} import backfill; backfill(pathlib.Path({str(tmp_path)!r}))"
    env = os.environ | {"TIKTOK_DATA": str(tmp_path / "data")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {"loads": [1, 1], "made": True}
