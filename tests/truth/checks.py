"""What is asked of each analyzer, in numbers: the targets are those of the analyzers' plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.truth import editing, ground, picture, scores, stickers, things
from tests.truth.cases import (
    BACKWARDS,
    COLOUR,
    COMPOSED,
    COVERED,
    CUTS,
    EFFECTS,
    EMOJI,
    FORWARDS,
    FROZEN,
    GROUNDS,
    LAYOUTS,
    LOOPING,
    MARKED,
    MISSING,
    OWN_QUALITY,
    PACING,
    PLACES,
    QUALITY,
    REPEATED,
    SOUND,
    SOUNDING,
    SPEEDS,
    STICKERS,
    TEXT,
    TEXTLESS,
    UNCUT,
    UNDIVIDED,
    VARIED,
)
from tests.truth.scores import Found


@dataclass(frozen=True, slots=True)
class Check:
    analyzer: str
    metric: str
    clips: tuple[str, ...]
    score: Callable[[Sequence[Found]], float]
    sense: Literal["at least", "at most"]
    target: float
    unit: str = ""

    def passes(self, value: float) -> bool:
        return value >= self.target - 1e-9 if self.sense == "at least" else value <= self.target + 1e-9


BLENDED = tuple(clip for clip in CUTS if clip.startswith("transitions"))
HARD = tuple(clip for clip in CUTS if clip not in BLENDED)
MOVING = ("pan", "pan, photograph", "pan, 24 fps")
ZOOMING, ROLLING = ("zoom", "zoom, 60 fps"), ("roll", "roll, uneven times")
STANDING = ("static, moving foreground", "static")
CLICKS = tuple(clip for clip in SOUND if clip.startswith("clicks"))
CHORDS = tuple(clip for clip in SOUND if clip.startswith("chord"))
PACED = tuple(PACING)
FLAT = tuple(clip for clip in COLOUR if clip.startswith("flat"))
TEXTS = tuple(TEXT)
ONE_COLOUR = tuple(clip for clip in TEXTS if clip != "words lit")  # its letters change theirs
SPOKEN = ("words lit", "words that appear, 24 fps")
EASED = ("fade", "pop", "slide", "even slide, 60 fps", "bouncing")
UNCOMPRESSED = tuple(clip for clip in OWN_QUALITY if clip.endswith("hardly compressed"))
GRAINY = tuple(clip for clip in OWN_QUALITY if clip.startswith("grain") and clip not in UNCOMPRESSED)
COMPRESSED = tuple(clip for clip in OWN_QUALITY if not clip.startswith("grain"))
DISCS = tuple(clip for clip in COMPOSED if clip.startswith("disc"))
UNCOMPOSED = ("static, moving foreground", "pan, photograph", "tilt", "handheld", "text pop", "transitions")
PLAIN = (
    "hard cuts", "whip pan", "text pop", "picture in picture pop", "exposure step", "handheld", "pan", "zoom", "roll",
    "shake", "moves", "static, moving foreground", "static", "no text, stripes", "slide show",
)  # fmt: skip
CODES = ("codes", "codes, large picture", "codes, turned", "codes, small", "a code crosses")
UNMARKED = (
    "duet, one above the other", "inset", "black bars", "blurred bars", "level edge of a table", "pan, photograph",
    "static, moving foreground", "two lines", "texts under the app's own",
)  # fmt: skip
BLURRED = tuple(clip for clip in VARIED if clip.startswith("blur"))
PLAIN_TOO = tuple(clip for clip in VARIED if clip.startswith("plain"))
VARIED_LAYOUTS = ("inset, 29.97 fps, large", "duet, uneven times")
VARIED_EFFECTS = ("effects: 60 fps", "effects: uneven times")
VARIED_COVERED, VARIED_KEYED = ("texts under the app's own, 24 fps, large",), ("before a green screen, 24 fps, large",)
VARIED_MARKS = ("mark: jumping logo, uneven times",)
KEYED = ("before a green screen",)
PULSELESS = ("noise -14", "sine 440", "silence", "no sound")

CHECKS = (
    Check("cut_analysis", "hard cuts, F1 ±1 frame", HARD, scores.hard_cut_f1, "at least", 0.98),
    Check(
        "cut_analysis",
        "uneven frame times, worst error of a cut's time",
        ("hard cuts, uneven times",),
        scores.cut_time_error_s,
        "at most",
        1e-5,
        "s",
    ),
    Check("cut_analysis", "transitions, F1", BLENDED, scores.transition_f1, "at least", 0.98),
    Check("cut_analysis", "transitions, right kind", BLENDED, scores.transition_kind_accuracy, "at least", 0.9),
    Check(
        "cut_analysis",
        "transitions, start and end ±2 frames",
        BLENDED,
        scores.transition_bounds_accuracy,
        "at least",
        0.9,
    ),
    *(Check("cut_analysis", f"false cuts: {clip}", (clip,), scores.cut_count, "at most", 0) for clip in UNCUT),
    Check("camera_analysis", "pan 0.2 widths/s, error", MOVING, scores.pan_error, "at most", 0.05),
    Check("camera_analysis", "tilt 0.2 widths/s, error", ("tilt",), scores.tilt_error, "at most", 0.05),
    Check("camera_analysis", "zoom 1.1×/s, error", ZOOMING, scores.zoom_error, "at most", 0.05),
    Check("camera_analysis", "roll by 18°, error", ROLLING, scores.roll_error_deg, "at most", 0.3, "°"),
    Check("camera_analysis", "shake 4 Hz, error of its size", ("shake",), scores.shake_size_error, "at most", 0.15),
    Check(
        "camera_analysis", "shake 4 Hz, error of its frequency", ("shake",), scores.shake_hz_error, "at most", 0.4, "Hz"
    ),
    Check(
        "camera_analysis",
        "right move, share of the time",
        ("moves", *MOVING, "tilt", *ZOOMING, *ROLLING),
        scores.move_share,
        "at least",
        0.9,
    ),
    Check(
        "camera_analysis", "enlargement told as digital", ("zoom", "moves"), scores.digital_zoom_share, "at least", 1.0
    ),
    Check(
        "camera_analysis", "camera stands: static, share of the time", STANDING, scores.static_share, "at least", 0.98
    ),
    Check("camera_analysis", "camera stands: speed", STANDING, scores.static_drift_w_s, "at most", 0.01, "widths/s"),
    Check("audio_analysis", "tempo of clicks, error", CLICKS, scores.tempo_error, "at most", 0.01),
    Check("audio_analysis", "beats, F1 ±70 ms", CLICKS, scores.beat_f1, "at least", 0.95),
    Check("audio_analysis", "onsets, F1 ±50 ms", ("bursts",), scores.onset_f1, "at least", 0.9),
    Check(
        "audio_analysis",
        "loudness of noise, error",
        ("noise -14", "noise -30"),
        scores.loudness_error_lu,
        "at most",
        0.5,
        "LU",
    ),
    Check("audio_analysis", "440 Hz, error", ("sine 440",), scores.pitch_error_hz, "at most", 2.0, "Hz"),
    Check("audio_analysis", "true peak, error", ("sine 440",), scores.true_peak_error_db, "at most", 0.5, "dB"),
    Check("audio_analysis", "key of a chord", CHORDS, scores.key_accuracy, "at least", 1.0),
    Check(
        "audio_analysis",
        "stereo width, error",
        ("noise -14", "noise -30", "sine left and right"),
        scores.stereo_width_error,
        "at most",
        0.1,
    ),
    Check("audio_analysis", "clipping is seen", ("clipping",), scores.clipping_recall, "at least", 1.0),
    Check(
        "audio_analysis",
        "false clipping",
        ("sine 440", "noise -14", "clicks 120", *CHORDS),
        scores.clipping_count,
        "at most",
        0,
    ),
    Check("audio_analysis", "tempo or beats where none are", PULSELESS, scores.pulse_count, "at most", 0),
    Check("audio_analysis", "claims about silence", ("silence",), scores.silence_claims, "at most", 0),
    Check("audio_analysis", "rows without a sound track", ("no sound",), scores.row_count, "at most", 0),
    Check("color_analysis", "flat colours, worst ΔE00", FLAT, scores.flat_distance, "at most", 2.0),
    Check("color_analysis", "palette, worst ΔE00", ("palette",), scores.palette_distance, "at most", 2.0),
    Check(
        "color_analysis", "palette, worst error of a share", ("palette",), scores.palette_share_error, "at most", 0.02
    ),
    Check("color_analysis", "warm shift, error", ("warm shift",), scores.warm_shift_error, "at most", 0.15),
    Check(
        "color_analysis",
        "warm shift where there is none",
        ("no shift", "one grade"),
        scores.false_shift,
        "at most",
        0.02,
    ),
    Check(
        "color_analysis",
        "two grades, pairs of shots told right",
        ("two grades",),
        scores.grade_pairs_right,
        "at least",
        1.0,
    ),
    Check(
        "color_analysis",
        "one grade, pairs of shots told right",
        ("one grade",),
        scores.grade_pairs_right,
        "at least",
        1.0,
    ),
    Check(
        "color_analysis",
        "black and white told right",
        ("black and white", "palette", "warm shift", "one grade"),
        scores.colourless_accuracy,
        "at least",
        1.0,
    ),
    Check("text_overlay", "characters wrong", TEXTS, scores.characters_wrong, "at most", 0.02),
    Check("text_overlay", "rows too many or too few", TEXTS, scores.texts_in_pieces, "at most", 0),
    Check("text_overlay", "start and end, worst error", TEXTS, scores.text_time_error_s, "at most", 0.25, "s"),
    Check("text_overlay", "boxes, worst overlap (IoU)", TEXTS, scores.box_overlap, "at least", 0.7),
    Check("text_overlay", "colour of the letters, worst ΔE00", ONE_COLOUR, scores.fill_distance, "at most", 5),
    Check("text_overlay", "outline told where there is one", TEXTS, scores.stroke_accuracy, "at least", 0.9),
    Check("text_overlay", "plate told where there is one", TEXTS, scores.plate_accuracy, "at least", 0.9),
    Check("text_overlay", "colour of the plate, worst ΔE00", ("box", "pop"), scores.plate_distance, "at most", 5),
    Check("text_overlay", "right entrance", TEXTS, scores.entrance_accuracy, "at least", 0.9),
    Check("text_overlay", "right exit", TEXTS, scores.exit_accuracy, "at least", 0.9),
    Check("text_overlay", "words, worst error of a start", SPOKEN, scores.word_time_error_s, "at most", 0.042, "s"),
    Check("text_overlay", "words told lit or new", SPOKEN, scores.highlight_accuracy, "at least", 1),
    Check("text_overlay", "right easing of entrances, of those told", EASED, scores.easing_accuracy, "at least", 0.9),
    Check("text_overlay", "entrances whose easing is told", EASED, scores.easing_told, "at least", 0.6),
    *(Check("text_overlay", f"rows: {clip}", (clip,), scores.row_count, "at most", 0) for clip in TEXTLESS),
    Check("pacing_curve", "cuts a second, worst error", PACED, scores.cuts_per_second_error, "at most", 0),
    Check("pacing_curve", "letters a second, worst error", PACED, scores.letters_per_second_error, "at most", 0),
    Check("pacing_curve", "level of a second, worst error", PACED, scores.level_error_db, "at most", 0.5, "dB"),
    Check("pacing_curve", "speed of a pan, worst error", ("pan",), scores.motion_error, "at most", 0.02, "widths/s"),
    Check(
        "pacing_curve",
        "speed where nothing moves",
        ("pacing, nothing happens",),
        scores.motion_error,
        "at most",
        0.005,
        "widths/s",
    ),
    Check(
        "content_quality", "blur 0..4 px, rank of sharpness", tuple(QUALITY), picture.sharpness_rank, "at least", 0.95
    ),
    Check(
        "content_quality",
        "blur 0..4 px, rank of the score",
        tuple(QUALITY),
        picture.score_rank_by_effect,
        "at least",
        0.95,
    ),
    Check(
        "content_quality", "blur, the clean clip's lead in score", tuple(QUALITY), picture.clean_is_best, "at least", 0
    ),
    Check(
        "content_quality",
        "grain, hardly compressed: error of its size",
        UNCOMPRESSED,
        picture.noise_error,
        "at most",
        0.15,
    ),
    Check(
        "content_quality",
        "grain, hardly compressed: rank of the score",
        UNCOMPRESSED,
        picture.score_rank_by_effect,
        "at least",
        0.95,
    ),
    Check(
        "content_quality",
        "grain, what CRF 28 leaves of it: rank of its size",
        GRAINY,
        picture.noise_rank,
        "at least",
        0.95,
    ),
    Check(
        "content_quality", "CRF 18..45, rank of gen_loss_est", COMPRESSED, picture.loss_rank_by_crf, "at least", 0.95
    ),
    Check(
        "content_quality",
        "CRF 18..45, rank of blockiness",
        COMPRESSED,
        picture.blockiness_rank_by_crf,
        "at least",
        0.95,
    ),
    Check("content_quality", "CRF 18..45, rank of the score", COMPRESSED, picture.score_rank_by_crf, "at least", 0.95),
    Check("composition_analysis", "place of the subject, worst error", DISCS, picture.place_error, "at most", 0.02),
    Check(
        "composition_analysis",
        "on a third or in the middle, told right",
        DISCS,
        picture.placement_accuracy,
        "at least",
        1.0,
    ),
    Check(
        "composition_analysis",
        "turn of the horizon, worst error",
        ("horizon 5",),
        picture.horizon_error_deg,
        "at most",
        0.5,
        "°",
    ),
    Check(
        "composition_analysis",
        "symmetry of a symmetric picture",
        ("disc in the middle",),
        picture.symmetry,
        "at least",
        0.95,
    ),
    Check(
        "composition_analysis",
        "symmetry of an uneven one",
        ("disc on a third",),
        picture.symmetry,
        "at most",
        0.5,
    ),
    Check(
        "composition_analysis",
        "subjects and horizons where none are",
        ("neither subject nor horizon",),
        picture.composition_claims,
        "at most",
        0,
    ),
    *(
        Check("temporal_consistency", f"exact: {clip}", (clip,), editing.repeats_f1, "at least", 1.0)
        for clip in REPEATED
    ),
    Check(
        "temporal_consistency",
        "cadence of repeats, error",
        tuple(clip for clip in REPEATED if "pictures in" in clip),
        editing.cadence_error_hz,
        "at most",
        0.1,
        "Hz",
    ),
    *(
        Check("temporal_consistency", f"exact: {clip}", (clip,), editing.missing_f1, "at least", 1.0)
        for clip in MISSING
    ),
    *(Check("temporal_consistency", f"exact: {clip}", (clip,), editing.freezes_f1, "at least", 1.0) for clip in FROZEN),
    Check("temporal_consistency", "torn frames, F1", ("torn frames",), editing.torn_f1, "at least", 1.0),
    Check("temporal_consistency", "flicker 8 Hz, error", ("strobe",), editing.flicker_error_hz, "at most", 0.3, "Hz"),
    Check(
        "temporal_consistency", "flicker, start and end", ("strobe",), editing.flicker_time_error_s, "at most", 0.1, "s"
    ),
    Check(
        "temporal_consistency",
        "findings where all is even",
        ("pan", "zoom", "handheld", "hard cuts, uneven times", "flash", "text pop", "static, moving foreground"),
        editing.false_findings,
        "at most",
        0,
    ),
    Check(
        "temporal_consistency",
        "a still camera's grain taken for a freeze",
        ("still camera, grain", "pan", "handheld"),
        editing.false_freezes,
        "at most",
        0,
    ),
    Check("loop_seam", "picture's seam, AUC", tuple(LOOPING), editing.visual_seam_auc, "at least", 1.0),
    Check(
        "loop_seam",
        "sound's seam, AUC",
        ("loop, swing", *SOUNDING),
        editing.audio_seam_auc,
        "at least",
        1.0,
    ),
    Check("loop_seam", "told right", (*LOOPING, *SOUNDING), editing.loops_told_right, "at least", 1.0),
    Check("layout_composite", "right layout", tuple(LAYOUTS), picture.layout_accuracy, "at least", 1.0),
    Check(
        "layout_composite",
        "places of the parts, worst overlap (IoU)",
        tuple(LAYOUTS),
        picture.layout_overlap,
        "at least",
        0.95,
    ),
    Check(
        "layout_composite",
        "parts seen where one picture fills the frame",
        (*UNDIVIDED, *UNCOMPOSED),
        picture.false_layouts,
        "at most",
        0,
    ),
    Check("safe_zone", "texts inside and outside, told wrong", tuple(COVERED), picture.zones_wrong, "at most", 0),
    Check(
        "safe_zone",
        "how long they are covered, worst error",
        tuple(COVERED),
        picture.covered_error_s,
        "at most",
        0.25,
        "s",
    ),
    Check("safe_zone", "rows where all texts are safe", ("two lines", "fade"), picture.covered_texts, "at most", 0),
    *(
        Check(
            "scene_segmentation", f"{clip}: scenes and visits, error", (clip,), editing.scene_count_error, "at most", 0
        )
        for clip in PLACES
    ),
    Check("scene_segmentation", "returns told right", tuple(PLACES), editing.returns_right, "at least", 1.0),
    *(Check("speed_ops", f"{clip}: factor, error", (clip,), editing.speed_error, "at most", 0.05) for clip in SPEEDS),
    Check("speed_ops", "backwards, share of the time", tuple(BACKWARDS), editing.reversed_share, "at least", 0.95),
    Check(
        "speed_ops",
        "there and back, the way back",
        ("loop, there and back",),
        editing.way_back_error_s,
        "at most",
        0.1,
        "s",
    ),
    Check(
        "speed_ops",
        "speeds and reverses where there are none",
        (*FORWARDS, "pan", "tilt", "zoom", "shake", "moves", "handheld", "whip pan", "hard cuts, uneven times"),
        editing.false_speeds,
        "at most",
        0,
    ),
    Check("speed_ops", "slides taken for frozen footage", ("slide show",), editing.false_stops, "at most", 0),
    *(
        Check("visual_effects", f"F1 ±2 frames, {clip}", (clip,), editing.effects_f1, "at least", 0.9)
        for clip in EFFECTS
    ),
    Check("visual_effects", "strength, worst error", tuple(EFFECTS), editing.effect_strength_error, "at most", 0.1),
    Check("visual_effects", "strobe 8 Hz, error", ("effects: lights",), editing.strobe_error_hz, "at most", 0.3, "Hz"),
    Check(
        "visual_effects",
        "shake 10 Hz, error",
        ("effects: shake and vignette",),
        editing.strobe_error_hz,
        "at most",
        1,
        "Hz",
    ),
    Check(
        "visual_effects",
        "speeds, reverse, overlay, green screen told right",
        tuple(editing.OTHERS),
        editing.others_told,
        "at least",
        1.0,
    ),
    Check("visual_effects", "effects where there are none", PLAIN, scores.row_count, "at most", 0),
    Check("product_detection", "codes read exactly", CODES, things.codes_exact, "at least", 1.0),
    Check("product_detection", "codes, start and end", CODES, things.code_times_error_s, "at most", 0.25, "s"),
    Check("product_detection", "prices on the screen", ("prices",), things.prices_right, "at least", 1.0),
    Check("product_detection", "brands on the screen", ("brands",), things.brands_right, "at least", 1.0),
    Check(
        "product_detection", "a brand and its price", ("a brand and its price",), things.brand_priced, "at least", 1.0
    ),
    Check(
        "product_detection",
        "products where none is sold",
        (
            "stroke",
            "box",
            "static, moving foreground",
            "no text, photographs",
            "no text, stripes",
            "words that brands share",
        ),
        things.products_told,
        "at most",
        0,
    ),
    Check("stickers_emoji", "place and time, F1 ±0.1 s", tuple(STICKERS), stickers.found_f1, "at least", 0.9),
    Check("stickers_emoji", "place, worst overlap (IoU)", tuple(STICKERS), stickers.worst_iou, "at least", 0.8),
    Check("stickers_emoji", "start and end, worst error", tuple(STICKERS), stickers.time_error_s, "at most", 0.1, "s"),
    Check(
        "stickers_emoji",
        "how they move or come, share right",
        tuple(clip for clip in STICKERS if clip != "stickers: over cuts"),
        stickers.anims_right,
        "at least",
        0.9,
    ),
    Check("stickers_emoji", "drawings taken for emoji", tuple(STICKERS), stickers.names_of_drawings, "at most", 0),
    Check("stickers_emoji", "stickers where there are none", (*PLAIN, *TEXT, *MARKED), scores.row_count, "at most", 0),
    *(
        Check("stickers_emoji", metric, tuple(EMOJI), score, "at least", 0.9)
        for metric, score in (
            ("emoji, place and time, F1 ±0.1 s", stickers.found_f1),
            ("emoji found and named right", stickers.named_right),
            ("names of emoji that are right", stickers.names_right),
            ("emoji, how they move or come, share right", stickers.anims_right),
        )
        if EMOJI
    ),
    Check("watermark", "marks and their kinds told right", tuple(MARKED), picture.marks_told, "at least", 1.0),
    Check("watermark", "place of a mark, worst error", tuple(MARKED), picture.mark_place_error, "at most", 0.02),
    Check(
        "watermark", "start and end of a place, error", tuple(MARKED), picture.mark_time_error_s, "at most", 0.3, "s"
    ),
    Check("watermark", "marks where there are none", UNMARKED, scores.row_count, "at most", 0),
    Check("background_segmentation", "right type", tuple(GROUNDS), ground.kinds_right, "at least", 1.0),
    Check("background_segmentation", "colour of a green screen, ΔE00", KEYED, ground.key_error, "at most", 3),
    *(
        Check("background_segmentation", f"mask {clip} (IoU)", (clip,), ground.mask_overlap, "at least", 0.7)
        for clip in GROUNDS
    ),
    Check("background_segmentation", "blur 0..4 px, rank", tuple(QUALITY), ground.blur_rank, "at least", 0.95),
    Check(
        "background_segmentation",
        "share of samples with a foreground where none is told apart",
        ("static", "pan", "pan, photograph", "tilt", "handheld"),
        ground.masks_told,
        "at most",
        0.1,
    ),
    *(
        Check(analyzer, f"other rates and sizes: {metric}", clips, measure, sense, target, unit)  # pyright: ignore[reportArgumentType]
        for analyzer, metric, clips, measure, sense, target, unit in (
            (
                "color_analysis",
                "palette, worst ΔE00",
                ("palette, 24 fps, large",),
                scores.palette_distance,
                "at most",
                2,
                "",
            ),
            (
                "color_analysis",
                "palette, worst error of a share",
                ("palette, 24 fps, large",),
                scores.palette_share_error,
                "at most",
                0.02,
                "",
            ),
            (
                "color_analysis",
                "warm shift, error",
                ("warm shift, 60 fps",),
                scores.warm_shift_error,
                "at most",
                0.15,
                "",
            ),
            (
                "color_analysis",
                "two grades, pairs told right",
                ("two grades, uneven times",),
                scores.grade_pairs_right,
                "at least",
                1,
                "",
            ),
            (
                "content_quality",
                "blur 0..4 px, rank of sharpness",
                BLURRED,
                picture.sharpness_rank,
                "at least",
                0.95,
                "",
            ),
            (
                "content_quality",
                "blur 0..4 px, rank of the score",
                BLURRED,
                picture.score_rank_by_effect,
                "at least",
                0.95,
                "",
            ),
            (
                "composition_analysis",
                "place of the subject",
                ("disc on a third, 24 fps, large",),
                picture.place_error,
                "at most",
                0.02,
                "",
            ),
            (
                "composition_analysis",
                "turn of the horizon",
                ("horizon 5, 60 fps",),
                picture.horizon_error_deg,
                "at most",
                0.5,
                "°",
            ),
            ("layout_composite", "right layout", VARIED_LAYOUTS, picture.layout_accuracy, "at least", 1, ""),
            (
                "layout_composite",
                "places of the parts (IoU)",
                VARIED_LAYOUTS,
                picture.layout_overlap,
                "at least",
                0.95,
                "",
            ),
            (
                "layout_composite",
                "parts where there is one picture",
                PLAIN_TOO,
                picture.false_layouts,
                "at most",
                0,
                "",
            ),
            (
                "safe_zone",
                "texts inside and outside, told wrong",
                VARIED_COVERED,
                picture.zones_wrong,
                "at most",
                0,
                "",
            ),
            ("safe_zone", "how long they are covered", VARIED_COVERED, picture.covered_error_s, "at most", 0.25, "s"),
            ("watermark", "marks told right", VARIED_MARKS, picture.marks_told, "at least", 1, ""),
            ("watermark", "place of a mark", VARIED_MARKS, picture.mark_place_error, "at most", 0.02, ""),
            ("watermark", "start and end of a place", VARIED_MARKS, picture.mark_time_error_s, "at most", 0.3, "s"),
            ("watermark", "marks where there are none", PLAIN_TOO, scores.row_count, "at most", 0, ""),
            ("background_segmentation", "right type", VARIED_KEYED, ground.kinds_right, "at least", 1, ""),
            (
                "background_segmentation",
                "colour of a green screen, ΔE00",
                VARIED_KEYED,
                ground.key_error,
                "at most",
                3,
                "",
            ),
            ("background_segmentation", "mask (IoU)", VARIED_KEYED, ground.mask_overlap, "at least", 0.7, ""),
            ("background_segmentation", "blur 0..4 px, rank", BLURRED, ground.blur_rank, "at least", 0.95, ""),
            (
                "background_segmentation",
                "foreground where none is told apart",
                PLAIN_TOO,
                ground.masks_told,
                "at most",
                0.1,
                "",
            ),
            ("visual_effects", "F1 ±2 frames", VARIED_EFFECTS, editing.effects_f1, "at least", 0.9, ""),
            (
                "visual_effects",
                "strength, worst error",
                VARIED_EFFECTS,
                editing.effect_strength_error,
                "at most",
                0.1,
                "",
            ),
            ("visual_effects", "effects where there are none", PLAIN_TOO, scores.row_count, "at most", 0, ""),
            ("temporal_consistency", "findings where all is even", PLAIN_TOO, editing.false_findings, "at most", 0, ""),
            (
                "speed_ops",
                "speeds and reverses where there are none",
                PLAIN_TOO,
                editing.false_speeds,
                "at most",
                0,
                "",
            ),
        )
    ),
)
