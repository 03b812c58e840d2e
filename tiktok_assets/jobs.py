"""The jobs, and how their steps share the machine. No asset is defined here."""

import os
from typing import Any

import dagster as dg

from resources.settings import Settings

CORES = os.cpu_count() or 2
# Steps of one stage at once within a run. Across runs the gate of resources/gpu.py holds the device.
STAGE_LIMITS = {"gpu_heavy": 1, "gpu_medium": 2, "gpu_light": 4, "cpu": CORES, "net": 2}

ANALYZE = dg.define_asset_job(
    "analyze",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("corpus"),
    description="Everything about one video: bring it in, decode it once, analyze it, report.",
)


def executor(settings: Settings) -> dg.ExecutorDefinition:
    """Where a broker is set, steps go to its workers. Else as forks of a warm template: five times cheaper to start
    than fresh processes."""
    if os.environ.get("TIKTOK_BROKER"):
        from tiktok_assets.worker import celery

        return celery()
    limits = STAGE_LIMITS | settings.stage_limits
    config: dict[str, Any] = {
        "max_concurrent": CORES,
        "start_method": {"forkserver": {"preload_modules": ["tiktok_assets.preload"]}},
        "tag_concurrency_limits": [{"key": "stage", "value": stage, "limit": n} for stage, n in limits.items()],
    }
    return dg.multiprocess_executor.configured(config)
