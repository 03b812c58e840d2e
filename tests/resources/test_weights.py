"""Weights are read without running anything that lies in them."""

import os
import pickle
from pathlib import Path

import pytest
import torch

from resources.weights import BadModelError, refuse_code, state_dict


class Bomb:
    """Unpickled, it writes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@pytest.fixture
def mark(tmp_path) -> Path:
    return tmp_path / "pwned"


@pytest.fixture(params=["torch", "plain pickle", "beside real tensors"])
def hostile(request, tmp_path, mark) -> Path:
    path = tmp_path / "weights.pt"
    if request.param == "torch":
        torch.save(Bomb(mark), path)
    elif request.param == "plain pickle":
        path.write_bytes(pickle.dumps(Bomb(mark)))
    else:
        torch.save({"model_state_dict": {"w": torch.zeros(3)}, "note": Bomb(mark)}, path)
    return path


def test_the_bomb_is_real(hostile, mark):
    if hostile.read_bytes()[:2] == b"PK":
        torch.load(hostile, weights_only=False)
    else:
        pickle.loads(hostile.read_bytes())
    assert mark.exists()


def test_a_hostile_checkpoint_is_refused_and_never_run(hostile, mark):
    with pytest.raises(BadModelError, match=r"weights\.pt"):
        state_dict(hostile)
    with pytest.raises(BadModelError, match=r"weights\.pt"):
        refuse_code(hostile)
    assert not mark.exists()


def test_what_is_harmless_must_be_named(tmp_path):
    path = tmp_path / "model.pt"
    torch.save(torch.nn.Linear(2, 2), path)
    with pytest.raises(BadModelError, match=r"would run .*Linear"):
        refuse_code(path)
    refuse_code(path, lambda name: name.startswith("torch.nn.modules."))


def test_a_plain_checkpoint_is_read(tmp_path):
    path = tmp_path / "plain.pt"
    torch.save({"dims": {"n_mels": 80}, "model_state_dict": {"w": torch.ones(2)}}, path)
    refuse_code(path)
    assert state_dict(path)["dims"] == {"n_mels": 80}


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"PK\x03\x04cut off"])
def test_what_is_no_checkpoint_is_called_so(tmp_path, content):
    path = tmp_path / "broken.pt"
    path.write_bytes(content)
    with pytest.raises(BadModelError, match="is no"):
        state_dict(path)
    with pytest.raises(BadModelError, match="is no"):
        refuse_code(path)
