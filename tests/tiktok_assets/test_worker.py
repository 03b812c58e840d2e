"""Workers: which steps wait where, who takes them, and models that stay loaded from one video to the next."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
import yaml

from analyzers.contract import REGISTRY
from resources import sources
from resources.render import Flat, Shot, Video, render
from resources.settings import Settings
from resources.store import Store
from tiktok_assets import jobs
from tiktok_assets.definitions import build
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.worker import CONFIG, KINDS, build_app, is_kind, unserved

ROOT = Path(__file__).parents[2]
CUTS = dg.AssetKey(["edit", "cut_analysis"])


def queues() -> dict[str, str]:
    job = build(Settings()).resolve_job_def("analyze")
    return {node.name: node.tags["dagster-celery/queue"] for node in job.nodes}


def test_an_analyzer_waits_in_the_queue_of_its_stage():
    found = queues()
    for spec in REGISTRY.values():
        assert found[f"{spec.group}__{spec.name}"] == spec.stage


def test_what_keeps_the_books_stays_where_the_ledger_is():
    found = queues()
    books = {name: queue for name, queue in found.items() if name.startswith(("source", "report"))}
    assert books.pop("report__reconstruction") == "cpu"  # it draws, for seconds
    assert set(books.values()) == {"home"}


def test_every_queue_is_served_by_one_kind_of_worker():
    served = [queue for names, _ in KINDS.values() for queue in names]
    assert len(served) == len(set(served))
    assert set(queues().values()) <= set(served)


def test_one_step_at_a_time_is_on_the_card():
    assert KINDS["gpu"][1] == 1


def test_without_a_broker_steps_stay_on_this_machine(monkeypatch):
    monkeypatch.delenv("TIKTOK_BROKER", raising=False)
    assert jobs.executor(Settings()).name == "multiprocess"


def test_with_a_broker_they_are_handed_over(monkeypatch):
    monkeypatch.setenv("TIKTOK_BROKER", "redis://:a-secret@elsewhere:6379/0")
    assert jobs.executor(Settings()).name == "celery"
    told = dg.serialize_value(build(Settings()).resolve_job_def("analyze").get_job_snapshot())
    assert "celery" in told
    assert "a-secret" not in told


def test_a_step_is_taken_off_its_queue_when_it_is_done_and_never_given_back_by_a_crash():
    app = build_app("redis://127.0.0.1:1/0")
    assert app.conf.task_acks_late
    assert not app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert "execute_plan" in app.tasks


def test_a_lost_step_is_given_to_another_before_its_run_is_given_up():
    given_up_s = yaml.safe_load((ROOT / "dagster.yaml").read_text())["run_monitoring"]["max_runtime_seconds"]
    assert CONFIG["broker_transport_options"]["visibility_timeout"] < given_up_s


@pytest.mark.parametrize("kind", ["home", "cpu", "gpu", "gpu0", "gpu1"])
def test_kinds(kind):
    assert is_kind(kind)


@pytest.mark.parametrize("kind", ["", "net", "cpu1", "1", "gpux", "GPU"])
def test_no_kinds(kind):
    assert not is_kind(kind)


# For real, with a Redis and a worker


def the_job() -> dg.JobDefinition:
    return build(Settings(keep_sources=True)).resolve_job_def("analyze")


def two_videos(folder: Path) -> None:
    """From the file to its cuts, each video in a run of its own, as the daemon would start them."""
    store, videos, runs, loads = Store(root=str(folder / "data")), [], [], 0
    for n in range(2):
        clip = Video((Shot(Flat(f"#{80 * n:02x}6699"), 0.5),), width=64, height=96, fps=10)
        render(clip, folder / f"{n}.mp4")
        videos.append(sources.accept(store, folder / f"{n}.mp4"))
    wanted = [dg.AssetKey(["source", name]) for name in ("video", "media", "motion", "frames", "audio")] + [CUTS]
    with dg.DagsterInstance.get() as instance:
        instance.add_dynamic_partitions(VIDEO_SET, videos)
        for video in videos:
            tags = {"dagster/partition": video}
            with dg.execute_job(dg.reconstructable(the_job), instance, tags=tags, asset_selection=wanted) as result:
                runs.append(result.success)
                loads += sum("transnetv2 is loaded" in log.user_message for log in instance.all_logs(result.run_id))
        made = sorted(instance.get_materialized_partitions(CUTS))
    print(json.dumps({"runs": runs, "made": made == sorted(videos), "loads": loads}))


@pytest.fixture
def redis(tmp_path):
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"redis://127.0.0.1:{port}/0"
    child.terminate()
    child.wait()


def test_two_videos_go_through_a_worker_that_loads_its_model_once(redis, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(
        f"telemetry: {{enabled: false}}\n"
        f"storage: {{sqlite: {{base_dir: {home}}}}}\n"
        "python_logs: {python_log_level: INFO, managed_python_loggers: [resources]}\n"
    )
    settings = tmp_path / "tiktok.toml"
    settings.write_text("keep_sources = true\n")
    env = os.environ | {
        "TIKTOK_BROKER": redis,
        "TIKTOK_DATA": str(tmp_path / "data"),
        "TIKTOK_SETTINGS": str(settings),
        "DAGSTER_HOME": str(home),
    }
    log = (tmp_path / "workers.log").open("w+")
    kinds = [kind for kind, (names, _) in KINDS.items() if {"home", REGISTRY["cut_analysis"].stage} & set(names)]
    run = {"cwd": ROOT, "env": env, "stdout": log, "stderr": log}
    workers = [subprocess.Popen([sys.executable, "-m", "tiktok_assets", "worker", kind], **run) for kind in kinds]
    try:
        code = f"import pathlib; from {__name__} import two_videos as f; f(pathlib.Path({str(tmp_path)!r}))"
        run = {"cwd": ROOT, "env": env, "capture_output": True, "text": True, "timeout": 300, "check": False}
        done = subprocess.run([sys.executable, "-c", code], **run)
        log.seek(0)
        assert done.returncode == 0, done.stderr[-3000:] + log.read()[-3000:]
        assert json.loads(done.stdout.splitlines()[-1]) == {"runs": [True, True], "made": True, "loads": 1}
        assert unserved(redis) == {"cpu"}
        alive = sorted(path.name for path in (tmp_path / "data/run").iterdir())
        assert alive == sorted(f"worker-{os.uname().nodename}-{kind}" for kind in kinds)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        ends = [worker.wait(60) for worker in workers]
        log.close()
    assert ends == [0, 0]
