"""What is asked of each analyzer, in numbers: the targets are those of the analyzers' plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.truth import scores
from tests.truth.cases import COLOUR, CUTS, PACING, SOUND, TEXT, TEXTLESS, UNCUT
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


HARD = tuple(clip for clip in CUTS if clip != "transitions")
MOVING = ("pan", "pan, photograph")
STANDING = ("static, moving foreground", "static")
CLICKS = tuple(clip for clip in SOUND if clip.startswith("clicks"))
CHORDS = tuple(clip for clip in SOUND if clip.startswith("chord"))
PACED = tuple(PACING)
FLAT = tuple(clip for clip in COLOUR if clip.startswith("flat"))
TEXTS = tuple(TEXT)
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
    Check("cut_analysis", "transitions, F1", ("transitions",), scores.transition_f1, "at least", 0.98),
    Check(
        "cut_analysis", "transitions, right kind", ("transitions",), scores.transition_kind_accuracy, "at least", 0.9
    ),
    Check(
        "cut_analysis",
        "transitions, start and end ±2 frames",
        ("transitions",),
        scores.transition_bounds_accuracy,
        "at least",
        0.9,
    ),
    *(Check("cut_analysis", f"false cuts: {clip}", (clip,), scores.cut_count, "at most", 0) for clip in UNCUT),
    Check("camera_analysis", "pan 0.2 widths/s, error", MOVING, scores.pan_error, "at most", 0.05),
    Check("camera_analysis", "tilt 0.2 widths/s, error", ("tilt",), scores.tilt_error, "at most", 0.05),
    Check("camera_analysis", "zoom 1.1×/s, error", ("zoom",), scores.zoom_error, "at most", 0.05),
    Check("camera_analysis", "roll by 18°, error", ("roll",), scores.roll_error_deg, "at most", 0.3, "°"),
    Check("camera_analysis", "shake 4 Hz, error of its size", ("shake",), scores.shake_size_error, "at most", 0.15),
    Check(
        "camera_analysis", "shake 4 Hz, error of its frequency", ("shake",), scores.shake_hz_error, "at most", 0.4, "Hz"
    ),
    Check(
        "camera_analysis",
        "right move, share of the time",
        ("moves", *MOVING, "tilt", "zoom", "roll"),
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
    Check("text_overlay", "colour of the letters, worst ΔE00", TEXTS, scores.fill_distance, "at most", 5),
    Check("text_overlay", "outline told where there is one", TEXTS, scores.stroke_accuracy, "at least", 0.9),
    Check("text_overlay", "plate told where there is one", TEXTS, scores.plate_accuracy, "at least", 0.9),
    Check("text_overlay", "colour of the plate, worst ΔE00", ("box", "pop"), scores.plate_distance, "at most", 5),
    Check("text_overlay", "right entrance", TEXTS, scores.entrance_accuracy, "at least", 0.9),
    Check("text_overlay", "right exit", TEXTS, scores.exit_accuracy, "at least", 0.9),
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
)
