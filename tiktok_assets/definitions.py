"""The code location. `dagster dev` starts here; only assembly belongs in this file."""

import os
import warnings

import dagster as dg

import analyzers
from resources.places import ROOT, data_folder, settings_path
from resources.settings import Settings, load_settings
from resources.store import Outcome, Store
from tiktok_assets import jobs, sensors
from tiktok_assets.choices import check_choices
from tiktok_assets.factory import Tell, build_assets
from tiktok_assets.imports import import_all
from tiktok_assets.report import build_report
from tiktok_assets.sources import build_sources

# Partitioned checks and batch policies are marked as moving by Dagster, once per asset: 60 lines of noise.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

# A job over assets of several batch sizes takes the smallest. Ours runs one video at a time anyway.
warnings.filterwarnings("ignore", message="Asset job .* materializes assets with varying BackfillPolicies")

import_all(analyzers)


def silent(name: str, video: str, outcome: Outcome) -> None:
    """Tell nobody: Dagster's own log is enough."""


def build(settings: Settings, tell: Tell = silent) -> dg.Definitions:
    check_choices(settings)
    return dg.Definitions(
        assets=[*build_sources(settings), *build_assets(settings, tell), *build_report(settings)],
        jobs=[jobs.ANALYZE],
        sensors=[sensors.drop_folder, sensors.AUTOMATION],
        executor=jobs.executor(settings),
        resources={"store": Store(root=str(data_folder()))},
    )


# Every process that loads this code location works offline, and compiles numba's functions once per machine.
SURROUNDINGS = {
    "NUMBA_CACHE_DIR": str(ROOT / "data/cache/numba"),  # whatever the data folder: 20 s of compiling, once
    "OMP_WAIT_POLICY": "PASSIVE",  # see resources/threads.py; read when PyTorch is loaded, never again
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "YOLO_OFFLINE": "true",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_CONFIG_DIR": str(data_folder() / "cache" / "ultralytics"),
}
for name, value in SURROUNDINGS.items():
    os.environ.setdefault(name, value)

defs = build(load_settings(settings_path()))
