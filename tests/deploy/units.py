"""The systemd units as they are, so that tests start what an operator starts."""

import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/systemd"
INSTALLED = "/opt/tiktok-assets"
COMMON = FOLDER / "tiktok-.service.d/hardened.conf"


def read(path: Path) -> dict[str, dict[str, list[str]]]:
    """Sections, and in each what every key was given, in order."""
    found: dict[str, dict[str, list[str]]] = {}
    keys: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line.startswith("["):
            keys = found.setdefault(line.strip("[]"), {})
        elif "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            keys.setdefault(key, []).append(value)
    return found


def units() -> list[Path]:
    return sorted(FOLDER.glob("*.service"))


def command(name: str, key: str = "ExecStart") -> list[str]:
    """What a unit runs, from the root of the project."""
    (line,) = read(FOLDER / f"tiktok-{name}.service")["Service"][key]
    return [word.replace(f"{INSTALLED}/", "") for word in shlex.split(line)]
