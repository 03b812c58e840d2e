"""What every process of the house finds in its environment: it works offline, and no library reports on it."""

import os

from resources.places import ROOT

CACHE = ROOT / "data/cache"  # whatever the data folder

SURROUNDINGS = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "YOLO_OFFLINE": "true",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_CONFIG_DIR": str(CACHE / "ultralytics"),
    "OMP_WAIT_POLICY": "PASSIVE",  # see resources/threads.py; read when PyTorch is loaded, never again
}


def settle() -> None:
    """Before any heavy library is imported; what the operator has set is left alone."""
    for name, value in SURROUNDINGS.items():
        os.environ.setdefault(name, value)
