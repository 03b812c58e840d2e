"""Every file of the battery is answered as the reliability page asks: ok, partial and why, or one typed word."""

import hashlib
import logging
import os
import re
import tempfile
from pathlib import Path

import av
import pytest

from analyzers.contract import Media
from resources.decode import decode
from resources.door import WORDS, MediaError
from tests.battery.cases import CASES, Battery, Case, mutants

WARNINGS = {
    "truncated", "decode_errors", "audio_decode_errors", "missing_start", "time_not_increasing", "edit_list_ignored",
    "frames_missing", "size_changed", "format_changed", "audio_format_changed", "audio_not_finite", "no_video",
}  # fmt: skip
MOST_MB = 500


@pytest.fixture(scope="session")
def battery() -> Battery:
    """Made once for this version of its makers and of PyAV, outside the repository."""
    made_by = sorted(Path(__file__).parent.glob("*.py"))
    version = hashlib.sha256(b"".join(p.read_bytes() for p in made_by if "test_" not in p.name))
    version.update(av.__version__.encode())
    folder = Path(tempfile.gettempdir()) / f"tiktok-battery-{os.getuid()}-{version.hexdigest()[:12]}"
    folder.mkdir(exist_ok=True)
    return Battery(folder)


def _answer(path: Path, into: Path, caplog: pytest.LogCaptureFixture) -> tuple[Media | MediaError, int]:
    """The door's answer, and what the child held, in MB."""
    caplog.set_level(logging.DEBUG, "resources.decode")
    try:
        media = decode(path, into, frames_per_s=4.0, short_side_px=720)
    except MediaError as error:
        return error, 0
    return media, int(re.findall(r"held (\d+) MB", caplog.text)[-1])


@pytest.mark.parametrize("name", CASES, ids=lambda name: ascii(name[:40]))
def test_is_answered_as_asked(name: str, battery: Battery, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    case: Case = CASES[name]
    if name == "j09_unreadable.mp4" and os.geteuid() == 0:
        pytest.skip("root reads a file of mode 000 all the same")
    try:
        path = battery.path(name)
    except av.codec.codec.UnknownCodecError as absent:
        pytest.skip(f"this PyAV cannot make it: {absent}")
    answer, held_mb = _answer(path, tmp_path / "out", caplog)
    if case.reject:
        assert isinstance(answer, MediaError), answer
        assert answer.word == case.reject
        return
    assert isinstance(answer, Media), answer
    if case.warnings:
        assert set(case.warnings) <= set(answer.warnings)
    else:
        assert answer.warnings == ()
    if case.frames is not None:
        assert answer.n_frames == case.frames
    if case.duration_s is not None:
        assert answer.duration_s == pytest.approx(case.duration_s, abs=0.06)
    assert held_mb < case.most_mb


def test_a_mutant_gets_a_typed_answer(battery: Battery, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    words: set[str] = set()
    for name, data in mutants(battery):
        path = tmp_path / name
        path.write_bytes(data)
        answer, held_mb = _answer(path, tmp_path / f"{name}.out", caplog)
        if isinstance(answer, MediaError):
            assert answer.word in WORDS, name
            assert answer.word not in ("timeout", "memory", "decoder_crashed"), (name, answer)
            words.add(answer.word)
        else:
            assert set(answer.warnings) <= WARNINGS, name
            words.update(answer.warnings)
        assert held_mb < MOST_MB, name
    assert words & WARNINGS, "not one mutant was damaged"
    assert words & set(WORDS), "not one mutant was refused"
