"""The checks bite: what an analyzer found is bent, and the check that should see it turns red."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.truth.checks import CHECKS
from tests.truth.collect import Collected, score
from tests.truth.conftest import QUICK_CRF

Rows = Sequence[Any]


def cuts_three_frames_late(rows: Rows) -> Rows:
    return [
        replace(row, boundary_frame=row.boundary_frame + 3, start_s=row.start_s + 0.1, end_s=row.end_s + 0.1)
        if row.level == "cut"
        else row
        for row in rows
    ]


def cuts_two_milliseconds_late(rows: Rows) -> Rows:
    return [replace(row, start_s=row.start_s + 0.002) for row in rows]


def a_cut_in_every_clip(rows: Rows) -> Rows:
    return [*rows, replace(rows[0], level="cut", kind="hard", boundary_frame=5)]


def the_camera_the_other_way(rows: Rows) -> Rows:
    return [replace(row, dx_w_s=-row.dx_w_s) if row.dx_w_s else row for row in rows]


def zoom_a_tenth_stronger(rows: Rows) -> Rows:
    return [replace(row, zoom_rate_s=row.zoom_rate_s * 1.1) if row.zoom_rate_s else row for row in rows]


def everything_pans(rows: Rows) -> Rows:
    return [replace(row, move="pan_left") if row.level == "segment" else row for row in rows]


def red_and_blue_swapped(rows: Rows) -> Rows:
    def swapped(colour: str) -> str:
        return "#" + colour[5:7] + colour[3:5] + colour[1:3]

    return [replace(row, palette=tuple(replace(s, hex=swapped(s.hex)) for s in row.palette)) for row in rows]


def one_grade_for_all(rows: Rows) -> Rows:
    return [replace(row, grade_cluster=0) for row in rows]


def beats_a_tenth_late(rows: Rows) -> Rows:
    return [replace(row, start_s=row.start_s + 0.1, end_s=row.end_s + 0.1) for row in rows]


def half_the_tempo(rows: Rows) -> Rows:
    return [replace(row, tempo_bpm=row.tempo_bpm / 2) if row.tempo_bpm else row for row in rows]


def one_unit_louder(rows: Rows) -> Rows:
    return [replace(row, lufs_i=row.lufs_i + 1) if row.lufs_i is not None else row for row in rows]


def silence_with_a_tempo(rows: Rows) -> Rows:
    return [replace(row, tempo_bpm=120.0) if row.kind == "summary" else row for row in rows]


def relative_major(rows: Rows) -> Rows:
    return [replace(row, key="C", mode="major") if row.key else row for row in rows]


def nothing(rows: Rows) -> Rows:
    return []


def two_letters_wrong(rows: Rows) -> Rows:
    return [replace(row, text="xx" + row.text[2:]) for row in rows]


def every_text_twice(rows: Rows) -> Rows:
    return [*rows, *rows]


def texts_half_a_second_late(rows: Rows) -> Rows:
    return [replace(row, start_s=row.start_s + 0.5, end_s=row.end_s + 0.5) for row in rows]


def texts_further_down(rows: Rows) -> Rows:
    return [replace(row, y=min(row.y + row.h / 2, 1.0)) for row in rows]


def one_cut_more_a_second(rows: Rows) -> Rows:
    return [replace(row, cuts=row.cuts + 1) for row in rows]


def no_letters(rows: Rows) -> Rows:
    return [replace(row, text_chars=0) for row in rows]


def restless(rows: Rows) -> Rows:
    return [replace(row, motion=row.motion + 0.1) for row in rows]


def two_fifths_more_noise(rows: Rows) -> Rows:
    return [replace(row, noise_sigma=1.4 * row.noise_sigma) for row in rows]


def subject_in_the_mirror(rows: Rows) -> Rows:
    return [replace(row, subject_x=1 - row.subject_x) if row.subject_x is not None else row for row in rows]


def the_horizon_the_other_way(rows: Rows) -> Rows:
    return [replace(row, horizon_deg=-row.horizon_deg) if row.horizon_deg is not None else row for row in rows]


def a_subject_everywhere(rows: Rows) -> Rows:
    return [replace(row, subject_x=0.5, subject_y=0.5) for row in rows]


def parts_a_little_lower(rows: Rows) -> Rows:
    return [replace(row, regions=tuple(replace(region, y=region.y + 0.02) for region in row.regions)) for row in rows]


def everything_a_duet(rows: Rows) -> Rows:
    return [replace(row, layout="duet_h") for row in rows]


def everything_under_the_caption(rows: Rows) -> Rows:
    return [replace(row, zone="caption") for row in rows]


def covered_for_half_a_second_more(rows: Rows) -> Rows:
    return [replace(row, overlap_s=row.overlap_s + 0.5) for row in rows]


def repeats_a_frame_late(rows: Rows) -> Rows:
    return [replace(row, frames=tuple(f + 1 for f in row.frames)) if row.frames else row for row in rows]


def loops_the_other_way(rows: Rows) -> Rows:
    return [replace(row, is_loop=not row.is_loop, visual_seam=1 - row.visual_seam) for row in rows]


def never_back(rows: Rows) -> Rows:
    return [replace(row, scene_id=i, returns_to=None) for i, row in enumerate(rows)]


def a_tenth_faster(rows: Rows) -> Rows:
    return [replace(row, factor=row.factor * 1.1) if row.op == "speed" else row for row in rows]


def a_letter_of_a_code_wrong(rows: Rows) -> Rows:
    return [replace(row, code_payload=row.code_payload[:-1] + "?") if row.code_payload else row for row in rows]


def codes_half_a_second_late(rows: Rows) -> Rows:
    return [replace(row, start_s=row.start_s + 0.5, end_s=row.end_s + 0.5) for row in rows]


def front_and_back_swapped(rows: Rows) -> Rows:
    return [replace(row, mask_rle=(0, *row.mask_rle)) if row.mask_rle else row for row in rows]


def a_key_a_shade_bluer(rows: Rows) -> Rows:
    return [replace(row, bg_hex=row.bg_hex[:5] + "70") if row.bg_hex else row for row in rows]


BENT: list[tuple[str, str, Callable[[Rows], Rows]]] = [
    ("cut_analysis", "hard cuts, F1 ±1 frame", cuts_three_frames_late),
    ("cut_analysis", "hard cuts, F1 ±1 frame", nothing),
    ("cut_analysis", "uneven frame times, worst error of a cut's time", cuts_two_milliseconds_late),
    ("cut_analysis", "false cuts: flash", a_cut_in_every_clip),
    ("camera_analysis", "pan 0.2 widths/s, error", the_camera_the_other_way),
    ("camera_analysis", "zoom 1.1×/s, error", zoom_a_tenth_stronger),
    ("camera_analysis", "camera stands: static, share of the time", everything_pans),
    ("color_analysis", "palette, worst ΔE00", red_and_blue_swapped),
    ("color_analysis", "two grades, pairs of shots told right", one_grade_for_all),
    ("audio_analysis", "beats, F1 ±70 ms", beats_a_tenth_late),
    ("audio_analysis", "tempo of clicks, error", half_the_tempo),
    ("audio_analysis", "loudness of noise, error", one_unit_louder),
    ("audio_analysis", "claims about silence", silence_with_a_tempo),
    ("audio_analysis", "key of a chord", relative_major),
    ("text_overlay", "characters wrong", nothing),
    ("text_overlay", "characters wrong", two_letters_wrong),
    ("text_overlay", "rows too many or too few", every_text_twice),
    ("text_overlay", "start and end, worst error", texts_half_a_second_late),
    ("text_overlay", "boxes, worst overlap (IoU)", texts_further_down),
    ("content_quality", "grain, hardly compressed: error of its size", two_fifths_more_noise),
    ("content_quality", "grain, hardly compressed: error of its size", nothing),
    ("composition_analysis", "place of the subject, worst error", subject_in_the_mirror),
    ("composition_analysis", "turn of the horizon, worst error", the_horizon_the_other_way),
    ("composition_analysis", "subjects and horizons where none are", a_subject_everywhere),
    ("layout_composite", "places of the parts, worst overlap (IoU)", parts_a_little_lower),
    ("layout_composite", "right layout", everything_a_duet),
    ("layout_composite", "parts seen where one picture fills the frame", everything_a_duet),
    ("safe_zone", "texts inside and outside, told wrong", everything_under_the_caption),
    ("safe_zone", "texts inside and outside, told wrong", nothing),
    ("safe_zone", "how long they are covered, worst error", covered_for_half_a_second_more),
    ("temporal_consistency", "exact: repeats", repeats_a_frame_late),
    ("temporal_consistency", "exact: repeats", nothing),
    ("loop_seam", "picture's seam, AUC", loops_the_other_way),
    ("loop_seam", "told right", loops_the_other_way),
    ("scene_segmentation", "two places in turn: scenes and visits, error", never_back),
    ("scene_segmentation", "returns told right", never_back),
    ("speed_ops", "twice, then half as fast: factor, error", a_tenth_faster),
    ("speed_ops", "twice, then half as fast: factor, error", nothing),
    ("speed_ops", "there and back, the way back", nothing),
    ("product_detection", "codes read exactly", a_letter_of_a_code_wrong),
    ("product_detection", "codes read exactly", nothing),
    ("product_detection", "codes, start and end", codes_half_a_second_late),
    ("background_segmentation", "mask before a moving ground (IoU)", front_and_back_swapped),
    ("background_segmentation", "mask before a moving ground (IoU)", nothing),
    ("background_segmentation", "colour of a green screen, ΔE00", a_key_a_shade_bluer),
    ("pacing_curve", "cuts a second, worst error", one_cut_more_a_second),
    ("pacing_curve", "cuts a second, worst error", nothing),
    ("pacing_curve", "letters a second, worst error", no_letters),
    ("pacing_curve", "speed where nothing moves", restless),
]


@pytest.mark.parametrize(("analyzer", "metric", "bend"), BENT, ids=lambda value: getattr(value, "__name__", value))
def test_a_bent_answer_turns_the_check_red(
    analyzer: str, metric: str, bend: Callable[[Rows], Rows], collected: Collected
):
    (check,) = [check for check in CHECKS if (check.analyzer, check.metric) == (analyzer, metric)]
    bent = {
        key: replace(found, rows=bend(found.rows)) if key[0] == analyzer else found for key, found in collected.items()
    }
    value = score(check, bent, QUICK_CRF)
    assert value is not None
    assert not check.passes(value)
