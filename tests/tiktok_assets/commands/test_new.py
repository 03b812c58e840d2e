"""A new analyzer from the template works as it is written."""

import subprocess
import sys
from pathlib import Path

import pytest

from tiktok_assets.commands.new import NameTakenError, write_analyzer

ROOT = Path(__file__).parents[3]


@pytest.fixture
def copy(tmp_path) -> Path:
    """The contract alone, without our analyzers, to write into."""
    (tmp_path / "analyzers").mkdir()
    for name in ("__init__.py", "contract.py", "columns.py", "schema.py"):
        (tmp_path / "analyzers" / name).write_text((ROOT / "analyzers" / name).read_text())
    return tmp_path


def test_both_files_are_written_and_their_test_passes(copy):
    written = write_analyzer("picture/brightness", copy)
    assert [str(path.relative_to(copy)) for path in written] == [
        "analyzers/picture/brightness.py",
        "tests/analyzers/picture/test_brightness.py",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(copy), "-c", "/dev/null", str(written[1])]
    done = subprocess.run(command, cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_what_is_written_passes_the_linter(copy, command):
    (copy / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    written = [str(path) for path in write_analyzer("picture/brightness", copy)]
    ruff = [sys.executable, "-m", "ruff", *command, *written]
    done = subprocess.run(ruff, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_name_is_given_once_in_all_groups(copy):
    write_analyzer("picture/brightness", copy)
    with pytest.raises(NameTakenError, match="exists already"):
        write_analyzer("sound/brightness", copy)


@pytest.mark.parametrize("name", ["brightness", "Picture/x", "a/b/c", "picture/../x", "picture/class", "picture/1x"])
def test_a_name_that_is_no_name_is_refused(copy, name):
    with pytest.raises(ValueError, match="group/name"):
        write_analyzer(name, copy)
