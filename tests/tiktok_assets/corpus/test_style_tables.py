"""What the tables say of a style: read with DuckDB, a missing or damaged table is no error, nothing found is zero."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from resources.store import Store
from tests.tiktok_assets.corpus.small import CUTS, END_S, name_of, write_cuts, write_look, write_rows
from tiktok_assets import definitions
from tiktok_assets.corpus import style_tables
from tiktok_assets.corpus.style_tables import QUESTIONS, ask

assert definitions.defs  # every analyzer is registered
ONE, OTHER = name_of(1), name_of(2)


def test_cuts_and_colours_are_read(store: Store):
    write_cuts(store, ONE)
    write_look(store, ONE, 0.4)
    answers = ask(store, [ONE], list(QUESTIONS))
    assert answers.cuts[0].tolist() == list(CUTS)
    assert {name: values[0] for name, values in answers.values.items()} == pytest.approx(
        {
            "cuts_per_min": 35.0, "shot_mean_s": 1.5, "shot_median_s": 1.5, "shot_spread": 0.5,
            "hard_cut_share": 1.0, "jump_cut_share": 0.0, "soft_cut_share": 0.0,
            "lightness": 0.4, "contrast": 0.4, "saturation": 0.1, "palette_a": 0.1, "palette_b": -0.1,
        },
        abs=1e-6,
    )  # fmt: skip


def test_moves_layouts_texts_and_faces_are_shares_of_the_time(store: Store):
    write_cuts(store, ONE)
    moves = [("static", 3.0), ("pan_left", 1.0), ("dolly_in", 2.0), ("whip", 2.0)]
    write_rows(store, "camera_analysis", ONE, [_span("segment", 0, end_s, move=move) for move, end_s in moves])
    layouts = [("full", 6.0), ("duet_h", 3.0), ("blurpad", 3.0)]
    write_rows(store, "layout_composite", ONE, [{"end_s": end_s, "layout": layout} for layout, end_s in layouts])
    texts = [("caption", 1.0), ("title", 2.0), ("watermark", 12.0)]
    write_rows(store, "text_overlay", ONE, [{"end_s": end_s, "role": role, "y": 0.5} for role, end_s in texts])
    faces = [_span("track", 0, 6, size_frac=0.2), _span("track", 3, 12, size_frac=0.1), _span("sample", 0, 1)]
    write_rows(store, "face_detection", ONE, faces)
    values = {name: float(found[0]) for name, found in ask(store, [ONE], list(QUESTIONS)).values.items()}
    assert [values[f"{name}_share"] for name in ("static", "pan", "zoom", "whip", "handheld")] == pytest.approx(
        [3 / 8, 1 / 8, 2 / 8, 2 / 8, 0]
    )
    assert [values[f"{name}_share"] for name in ("parted", "inset", "barred")] == [0.25, 0, 0.25]
    assert (values["texts_per_min"], values["texts_on_screen"]) == (60 * 2 / END_S, 3 / END_S)
    assert (values["caption_share"], values["text_middle_y"]) == (0.5, 0.5)
    assert (values["faces_on_screen"], values["largest_face"]) == pytest.approx((15 / END_S, 0.2))


def test_speech_is_read(store: Store):
    write_rows(store, "audio_environment", ONE, [{"kind": "summary", "speech_share": 0.5, "music_share": 0.25}])
    write_rows(store, "speech_rate", ONE, [_span("whole", 0, 9, words_per_min=120.0)])
    values = ask(store, [ONE], list(QUESTIONS)).values
    assert {name: found[0] for name, found in values.items()} == {
        "speech_share": 0.5, "music_share": 0.25, "words_per_s": 2.0,
    }  # fmt: skip


def test_nothing_found_is_zero_and_nothing_known_is_not(store: Store):
    for video in (ONE, OTHER):
        write_cuts(store, video)
    write_rows(store, "text_overlay", ONE, [], "none_found")
    write_rows(store, "text_overlay", OTHER, [], "failed")
    texts = ask(store, [ONE, OTHER], list(QUESTIONS)).values["texts_per_min"]
    assert texts[0] == 0
    assert np.isnan(texts[1])


def test_without_tables_nothing_is_known(store: Store):
    answers = ask(store, [ONE], list(QUESTIONS))
    assert answers.values == {}
    assert [len(cuts) for cuts in answers.cuts] == [0]


@pytest.mark.parametrize("at_a_time", [1, 3, 1000])
def test_damaged_and_older_tables_are_left_out(store: Store, monkeypatch: pytest.MonkeyPatch, at_a_time: int):
    monkeypatch.setattr(style_tables, "FILES_AT_A_TIME", at_a_time)
    videos = [name_of(number) for number in range(7)]
    for video in videos:
        write_cuts(store, video)
    store.table_path("cut_analysis", videos[2]).write_bytes(b"PAR1 cut short")
    older = store.table_path("cut_analysis", videos[5])
    pq.write_table(pq.read_table(older).drop_columns(["cpm"]), older)
    answers = ask(store, videos, ["cut_analysis"])
    assert answers.unreadable == 2
    assert np.flatnonzero(np.isnan(answers.values["cuts_per_min"])).tolist() == [2, 5]


def _span(level: str, start_s: float, end_s: float, **said: object) -> dict[str, object]:
    return {"level": level, "start_s": start_s, "end_s": end_s, **said}
