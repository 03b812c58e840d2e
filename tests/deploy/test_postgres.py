"""The instance with Postgres, on a real server: runs, events and partitions are kept there."""

import os
import shutil
import socket
import subprocess
import sys
import time
from glob import glob
from pathlib import Path

import pytest

from tests.deploy.units import ROOT

RUN = """
import dagster as dg

videos = dg.DynamicPartitionsDefinition(name="videos")

@dg.asset(partitions_def=videos)
def made():
    return dg.MaterializeResult(metadata={"rows": 3})

with dg.DagsterInstance.get() as instance:
    instance.add_dynamic_partitions("videos", ["12345678"])
    assert dg.materialize([made], instance=instance, partition_key="12345678").success
with dg.DagsterInstance.get() as instance:
    print(type(instance.event_log_storage).__name__, *instance.get_materialized_partitions(dg.AssetKey("made")))
    print(instance.info_str())
"""


def tool(name: str) -> str | None:
    return shutil.which(name) or next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)


@pytest.fixture
def postgres(tmp_path):
    """A server of its own; it refuses to run as root, so then it runs as the user `postgres`."""
    initdb, server = tool("initdb"), tool("postgres")
    if not (initdb and server):
        pytest.skip("postgres is not installed")
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    folder = tmp_path / "pg"
    folder.mkdir()
    if user:
        for path in (tmp_path, *tmp_path.parents[:2]):
            path.chmod(0o755)
        shutil.chown(folder, **user)
    (tmp_path / "password").write_text("s@cret/: word")
    (tmp_path / "password").chmod(0o644)
    make = [initdb, "-D", str(folder), "-U", "tiktok", "-A", "scram-sha-256", "--pwfile", str(tmp_path / "password")]
    subprocess.run(make, check=True, capture_output=True, cwd="/", **user)
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    words = [server, "-D", str(folder), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", "-c", "fsync=off"]
    log = (tmp_path / "pg.log").open("w")
    child = subprocess.Popen(words, stdout=log, stderr=log, cwd="/", **user)
    until = time.monotonic() + 60
    while "ready to accept connections" not in (tmp_path / "pg.log").read_text() and time.monotonic() < until:
        time.sleep(0.1)
    yield port
    child.terminate()
    child.wait()
    log.close()


def test_runs_events_and_partitions_are_kept_in_postgres(postgres, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    config = (ROOT / "deploy/postgres/dagster.yaml").read_text()
    (home / "dagster.yaml").write_text(config.replace("port: 5432", f"port: {postgres}"))
    (home / "run.py").write_text(RUN)
    env = os.environ | {
        "DAGSTER_HOME": str(home),
        "DAGSTER_EVENT_BATCH_SIZE": "50",
        "TIKTOK_PG_HOST": "127.0.0.1",
        "TIKTOK_PG_USER": "tiktok",
        "TIKTOK_PG_PASSWORD": "s@cret/: word",
        "TIKTOK_PG_DATABASE": "postgres",
    }
    at_home = {"cwd": home, "env": env, "capture_output": True, "text": True, "check": False}
    done = subprocess.run([sys.executable, "run.py"], **at_home)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "PostgresEventLogStorage 12345678" in done.stdout
    assert "s@cret" not in done.stdout
    migrated = subprocess.run([Path(sys.executable).with_name("dagster"), "instance", "migrate"], **at_home)
    assert migrated.returncode == 0, migrated.stderr[-3000:]


def test_dagster_understands_the_configuration(tmp_path, monkeypatch):
    from dagster._core.instance.ref import InstanceRef

    shutil.copy(ROOT / "deploy/postgres/dagster.yaml", tmp_path)
    for name in ("HOST", "USER", "PASSWORD", "DATABASE"):
        monkeypatch.setenv(f"TIKTOK_PG_{name}", "x")
    ref = InstanceRef.from_dir(str(tmp_path))
    assert ref.storage_data.class_name == "DagsterPostgresStorage"
