"""The code location as Dagster sees it: it validates, and its step processes start warm."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import yaml

from analyzers.contract import REGISTRY
from tiktok_assets.definitions import defs
from tiktok_assets.factory import asset_key
from tiktok_assets.preload import MODULES

ROOT = Path(__file__).parents[2]


def test_dagster_finds_the_definitions_valid(tmp_path):
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"]
    env = os.environ | {"DAGSTER_HOME": str(tmp_path), "TIKTOK_DATA": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_analyzer_is_an_asset_with_its_checks():
    graph = defs.resolve_asset_graph()
    for spec in REGISTRY.values():
        node = graph.get(asset_key(spec.name))
        assert node.is_partitioned
        assert {key.name for key in node.check_keys} == {"status", "schema", "coverage", "no_placeholders"}


def test_every_step_is_held_by_a_stage_limit():
    limits = {"gpu_heavy", "gpu_medium", "gpu_light", "cpu", "net"}
    for assets in defs.assets or []:
        assert isinstance(assets, dg.AssetsDefinition)
        assert assets.op.tags["stage"] in limits


def test_batches_of_sources_analyzers_and_report_are_apart():
    """Equal sizes would put them into one run, and one bad video would hold up its neighbours."""
    sizes = {}
    for assets in defs.assets or []:
        assert isinstance(assets, dg.AssetsDefinition)
        if not assets.partitions_def:
            continue
        for key in assets.keys:
            sizes.setdefault(assets.backfill_policy.max_partitions_per_run, set()).add(key.path[0])
    assert sorted(map(sorted, sizes.values())) == [
        sorted({spec.group for spec in REGISTRY.values()}),
        ["report"],
        ["source"],
        ["source"],
        ["source"],
    ]


def test_the_instance_phones_nobody_and_watches_its_runs():
    config = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    assert config["telemetry"] == {"enabled": False}
    assert config["nux"] == {"enabled": False}
    assert config["run_monitoring"]["enabled"] is True
    assert config["run_monitoring"]["max_runtime_seconds"] > 0
    assert config["run_monitoring"]["free_slots_after_run_end_seconds"] > 0


PROBE = """
import dagster as dg, sys
from tiktok_assets.jobs import executor
from resources.settings import Settings

@dg.asset
def probe():
    import sys
    print("PRELOADED", all(m in sys.modules for m in MODULES), "torch" in sys.modules, flush=True)

MODULES = {modules!r}
defs = dg.Definitions(assets=[probe], executor=executor(Settings()), jobs=[dg.define_asset_job("j")])
"""


def test_the_step_processes_template_is_warm_and_holds_no_torch(tmp_path):
    """A preload that fails does so in silence: ask a real step what it found loaded."""
    (tmp_path / "probe.py").write_text(PROBE.format(modules=MODULES))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    command = [sys.executable, "-m", "dagster", "job", "execute", "-f", str(tmp_path / "probe.py"), "-j", "j"]
    env = os.environ | {"DAGSTER_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "TIKTOK_DATA": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    logs = "".join(path.read_text() for path in tmp_path.rglob("*.out"))
    assert "PRELOADED True False" in logs + done.stdout
