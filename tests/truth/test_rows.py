"""The truth speaks the analyzers' own language."""

import json
from dataclasses import replace
from pathlib import Path

from analyzers.contract import REGISTRY
from analyzers.schema import Origin, to_table
from resources.render import truth_of
from tests.truth.rows import truth_rows, write_truth
from tiktok_assets.commands.demo import DEMO


def test_the_truth_fits_the_analyzers_tables(tmp_path: Path):
    video = replace(DEMO, width=90, height=160)
    truth = truth_of(video)
    for name, rows in truth_rows(truth).items():
        origin = Origin("1" * 12, name, "measured", "drawn", None, None, truth.t_s)
        assert to_table(REGISTRY[name].row, rows, origin).num_rows == len(rows) > 0
    told = json.loads(write_truth(truth, tmp_path / "clip.mp4").read_text())
    assert set(told["rows"]) == set(truth_rows(truth))
    assert len(told["video"]["texts"]) == len(DEMO.texts)
