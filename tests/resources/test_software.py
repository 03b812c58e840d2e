"""What a table was made with is told by name and version, and nothing that names the machine."""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

import numpy as np  # noqa: F401  it is loaded, so it is told

from resources import software

ROOT = Path(__file__).parents[2]


def test_it_names_the_project_its_lock_and_what_is_loaded(monkeypatch):
    monkeypatch.delitem(software.sys.modules, "easyocr", raising=False)
    told = software.loaded()
    assert list(told)[:4] == [software.PROJECT, "python", software.LOCK, "platform"]
    assert told["numpy"] == version("numpy")
    assert told[software.LOCK] == hashlib.sha256((ROOT / software.LOCK).read_bytes()).hexdigest()
    assert "easyocr" not in told


def test_the_machine_has_a_make_and_no_name():
    told = [software.processor(), *software.loaded().values()]
    assert all(told)
    assert os.uname().nodename not in told


def test_every_library_that_is_told_of_is_in_the_lock():
    locked = {line.split("==")[0] for line in (ROOT / software.LOCK).read_text().splitlines() if "==" in line}
    assert set(software.LIBRARIES.values()) - locked == set()
