"""The Dagster instance of a data folder, for processes beside the daemon."""

import os
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from resources.places import ROOT, alone


def open_instance(data: Path) -> dg.DagsterInstance:
    """The instance of dagster.yaml, its databases in the data folder, wherever the command was given.

    DAGSTER_HOME may name another: that of deploy/postgres, where the daemon keeps its books.
    """
    home = os.environ.get("DAGSTER_HOME")
    if home and Path(home).resolve() != ROOT:
        return dg.DagsterInstance.get()
    base = str(data / "dagster")
    Path(base, "logs").mkdir(parents=True, exist_ok=True)
    overrides: Any = {
        "storage": {"sqlite": {"base_dir": base}},
        "local_artifact_storage": {
            "module": "dagster._core.storage.root",
            "class": "LocalArtifactStorage",
            "config": {"base_dir": base},
        },
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
    }
    with alone(Path(base, ".opening")):  # two that make the databases at once both fail
        instance = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(ROOT), overrides=overrides))
        _ = instance.run_storage, instance.event_log_storage, instance.schedule_storage
    return instance
