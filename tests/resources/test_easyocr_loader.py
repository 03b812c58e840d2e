"""EasyOCR on networks of its true format, and what keeps it from running code or leaking."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from analyzers.contract import TextBox
from analyzers.text.text_overlay import text_overlay
from resources.loaders import easyocr as loader
from resources.loaders.easyocr import its_languages, load, open_reader
from resources.render import Noise, Shot, Video, pictures
from resources.weights import BadModelError, Weights
from tests.inputs import make_frames, make_motion

FILES = ("craft_mlt_25k.pth", "latin_g2.pth")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """CRAFT and the Latin network as their authors save them, with weights that learned nothing."""
    from easyocr.config import recognition_models
    from easyocr.craft import CRAFT
    from easyocr.model.vgg_model import Model

    torch.manual_seed(1)
    place = tmp_path_factory.mktemp("easyocr")
    n_classes = len(recognition_models["gen2"]["latin_g2"]["characters"]) + 1
    recognizer = Model(input_channel=1, output_channel=256, hidden_size=256, num_class=n_classes)
    for name, network in zip(FILES, (CRAFT(pretrained=False), recognizer), strict=True):
        torch.save({f"module.{key}": value for key, value in network.state_dict().items()}, place / name)
    return place


def weights(folder: Path, *languages: str, files: tuple[str, ...] = FILES) -> Weights:
    return Weights("easyocr", folder, files, languages=languages)


@pytest.fixture
def everywhere(monkeypatch):
    """Let CRAFT, which learned nothing here, find one line in every picture."""
    from easyocr import detection

    def find(*_, **__):
        return [[np.array([10, 10, 110, 10, 110, 40, 10, 40], np.int32)]]

    monkeypatch.setattr(detection, "get_textbox", find)


def test_it_reads_through_the_librarys_own_networks(folder, everywhere, monkeypatch):
    monkeypatch.setattr(loader, "MIN_CONFIDENCE", 0.0)
    read = open_reader(weights(folder))
    picture = np.random.default_rng(3).integers(0, 255, (120, 200, 3), np.uint8)
    (line,) = read(picture) or [None]
    assert isinstance(line, TextBox)
    assert line.text
    (x0, y0), (x1, _), (_, y2), _ = line.corners
    assert 0 <= x0 <= 10 <= 110 <= x1 <= 130
    assert 0 <= y0 <= 10 <= 40 <= y2 <= 50


def test_a_blank_picture_has_no_text_and_the_process_can_be_closed(folder):
    read = load(weights(folder))
    assert list(read([np.full((64, 64, 3), 255, np.uint8)] * 2)) == [[], []]
    read.close()


def test_text_overlay_takes_it_as_its_reader_and_invents_nothing(folder):
    seen = pictures(Video((Shot(Noise(5), 1.0),), width=180, height=320, fps=12))
    motion = make_motion(np.stack(list(seen)), fps=12)
    read = load(weights(folder))
    assert list(text_overlay(make_frames(motion), motion, read)) == []
    read.close()


def test_networks_that_would_run_code_never_reach_it(folder, tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path / 'pwned'}",)

    (tmp_path / FILES[1]).write_bytes((folder / FILES[1]).read_bytes())
    torch.save({"module.conv": torch.zeros(1), "extra": Bomb()}, tmp_path / FILES[0])
    with pytest.raises(BadModelError, match=r"craft_mlt_25k\.pth would run"):
        load(weights(tmp_path))
    assert not (tmp_path / "pwned").exists()


def test_a_language_without_a_network_here_is_named(folder):
    with pytest.raises(BadModelError, match="no network here for ja"):
        load(weights(folder, "ja"))


def test_languages_that_no_network_reads_together_are_refused(folder):
    with pytest.raises(ValueError, match="only compatible with English"):
        load(weights(folder, "ja", "de"))


def test_languages_go_by_their_iso_names_and_english_goes_with_all():
    assert its_languages(()) == ("en", "de", "fr", "es", "it", "pt")
    assert its_languages(("de",)) == ("de", "en")
    assert its_languages(("zh", "en")) == ("ch_sim", "en")
