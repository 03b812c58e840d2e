"""Receipts: what was received is told apart from what lies there now."""

import hashlib
import os
from pathlib import Path

import pytest

from resources import receipts
from resources.models import File, Model
from resources.weights import BadModelError

BODY = bytes(range(256)) * 40
SUM = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(autouse=True)
def models(tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path))


def placed(*names: str, known: bool = True, is_noted: bool = True, commit: str | None = None) -> Model:
    files = tuple(File(name, sha256=SUM if known else None) for name in names)
    model = Model("lamp", "shine", "MIT", "https://example.org", "main", files=files)
    model.folder.mkdir()
    for name in names:
        (model.folder / name).write_bytes(BODY)
    if is_noted:
        receipts.note(model.folder, model, dict.fromkeys(names, SUM), commit)
    return model


def flip(path: Path, keep_times: bool = False) -> None:
    """One bit, and where asked nobody could see it from outside."""
    seen = path.stat()
    path.write_bytes(BODY[:-1] + bytes([BODY[-1] ^ 1]))
    if keep_times:
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def verdicts(model: Model) -> list[str]:
    return [finding.verdict for finding in receipts.verify(model)]


@pytest.mark.parametrize("known", [True, False], ids=["sum in the catalogue", "sum noted"])
def test_verify_finds_one_flipped_bit_and_a_missing_file(known):
    model = placed("a.bin", "b.bin", "c.bin", known=known)
    assert verdicts(model) == ["good", "good", "good"]
    flip(model.folder / "b.bin", keep_times=True)
    (model.folder / "c.bin").unlink()
    assert verdicts(model) == ["good", "changed", "missing"]
    assert (model.folder / "a.bin").read_bytes() == BODY  # nothing is touched


def test_a_file_that_nobody_vouches_for_is_said_to_be_unchecked_and_not_loaded():
    model = placed("a.onnx", known=False, is_noted=False)
    assert verdicts(model) == ["not_noted"]
    assert not receipts.is_as_received(model)
    with pytest.raises(BadModelError, match="never checked"):
        receipts.check(model)


def test_a_file_placed_by_hand_loads_where_the_catalogue_knows_its_sum():
    model = placed("a.onnx", is_noted=False)
    receipts.check(model)
    flip(model.folder / "a.onnx")
    with pytest.raises(BadModelError, match=r"has changed.*models pull lamp"):
        receipts.check(model)


def test_a_missing_file_is_named_with_the_command_that_gets_it():
    model = placed("a.onnx")
    (model.folder / "a.onnx").unlink()
    with pytest.raises(BadModelError, match=r"a\.onnx is missing.*models pull lamp"):
        receipts.check(model)


@pytest.mark.parametrize("name", ["a.pt", "a.pth", "a.bin", "a.ckpt"])
def test_what_can_carry_code_is_hashed_before_every_load(name):
    model = placed(name)
    receipts.check(model)
    flip(model.folder / name, keep_times=True)
    with pytest.raises(BadModelError, match="has changed"):
        receipts.check(model)


def test_what_cannot_carry_code_is_hashed_when_it_looks_different():
    model = placed("a.safetensors")
    os.utime(model.folder / "a.safetensors")
    receipts.check(model)
    flip(model.folder / "a.safetensors")
    with pytest.raises(BadModelError, match="has changed"):
        receipts.check(model)


def test_as_received_means_this_revision_untouched():
    model = placed("a.bin")
    assert receipts.is_as_received(model)
    newer = Model("lamp", "shine", "MIT", "https://example.org", "v2", files=model.files)
    assert not receipts.is_as_received(newer)
    other = Model("lamp", "shine", "MIT", "", "main", files=(File("a.bin", sha256="0" * 64),))
    assert not receipts.is_as_received(other)
    os.utime(model.folder / "a.bin")
    assert not receipts.is_as_received(model)


def test_a_branch_becomes_the_commit_it_stood_for():
    assert receipts.revision(placed("a.bin", commit="f" * 40)) == "f" * 40


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": 3}', '"x"', "\x00"])
def test_a_damaged_receipt_is_none(content):
    model = placed("a.bin", known=False)
    (model.folder / receipts.RECEIPT).write_text(content)
    assert receipts.read(model) == {}
    assert receipts.revision(model) == "main"
    assert not receipts.is_as_received(model)
    assert verdicts(model) == ["not_noted"]
