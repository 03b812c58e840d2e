"""How right an analyzer was: one number from what it found and what is true, pooled over a check's clips.

What was not found at all scores worst: 0 where more is better, infinity where less is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from resources.render import Clicks, Flat, Patches, Sine, TrueText, Truth, Video
from resources.render.picture import rgb_of
from resources.render.sound import beat_times, mix
from tests.truth.texts import edit_distance


@dataclass(frozen=True, slots=True)
class Found:
    """One clip: what it is, and what one analyzer found in it."""

    clip: str
    video: Video
    truth: Truth
    rows: Sequence[Any]


def f1(hits: int, found: int, true: int) -> float:
    return 2 * hits / (found + true) if found + true else 1.0


def matched(found: Iterable[float], true: Iterable[float], tolerance: float) -> list[tuple[int, int]]:
    """Pairs of indices, nearest first, each used once."""
    found, true = np.asarray(list(found), float), np.asarray(list(true), float)
    if not len(found) or not len(true):
        return []
    far = np.abs(found[:, None] - true[None])
    pairs: list[tuple[int, int]] = []
    for flat in np.argsort(far, axis=None, kind="stable"):
        i, j = divmod(int(flat), len(true))
        if far[i, j] > tolerance:
            break
        if i not in {a for a, _ in pairs} and j not in {b for _, b in pairs}:
            pairs.append((i, j))
    return pairs


def event_f1(found: Sequence[tuple[Iterable[float], Iterable[float]]], tolerance: float) -> float:
    """F1 over several clips' (found, true) times."""
    hits = n_found = n_true = 0
    for ours, theirs in found:
        ours, theirs = list(ours), list(theirs)
        hits, n_found, n_true = hits + len(matched(ours, theirs, tolerance)), n_found + len(ours), n_true + len(theirs)
    return f1(hits, n_found, n_true)


def colour_distance(one: str, other: str) -> float:
    """CIEDE2000."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    a, b = (rgb2lab(np.array(rgb_of(colour), float)[None, None] / 255) for colour in (one, other))
    return float(deltaE_ciede2000(a, b)[0, 0])


# Cuts


def cuts_of(rows: Sequence[Any]) -> list[Any]:
    return [row for row in rows if row.level == "cut"]


def hard_cut_f1(found: Sequence[Found]) -> float:
    """Cuts whose first new frame is right within one frame."""
    return event_f1(
        [([c.boundary_frame for c in cuts_of(f.rows)], [c.first_frame for c in f.truth.changes]) for f in found], 1
    )


def cut_time_error_s(found: Sequence[Found]) -> float:
    """The worst error of a cut's time, in seconds, of cuts found within one frame."""
    worst = 0.0
    for f in found:
        cuts = cuts_of(f.rows)
        pairs = matched([c.boundary_frame for c in cuts], [c.first_frame for c in f.truth.changes], 1)
        if not pairs:
            return inf
        worst = max(worst, *(abs(cuts[i].start_s - f.truth.changes[j].start_s) for i, j in pairs))
    return worst


def _transitions(found: Sequence[Found]) -> list[tuple[Any, Any, float]]:
    """Each true transition, the row that covers it best (or None), and the length of a frame."""
    pairs = []
    for f in found:
        for true in f.truth.changes:
            near = [c for c in cuts_of(f.rows) if c.start_s < true.end_s + 0.1 and c.end_s > true.start_s - 0.1]
            overlap = [min(c.end_s, true.end_s) - max(c.start_s, true.start_s) for c in near]
            pairs.append((true, near[int(np.argmax(overlap))] if near else None, float(1 / f.video.fps)))
    return pairs


def transition_f1(found: Sequence[Found]) -> float:
    pairs = _transitions(found)
    hits = sum(row is not None for _, row, _ in pairs)
    return f1(hits, sum(len(cuts_of(f.rows)) for f in found), len(pairs))


def transition_kind_accuracy(found: Sequence[Found]) -> float:
    pairs = _transitions(found)
    return float(np.mean([row is not None and row.kind == true.kind for true, row, _ in pairs]))


def transition_bounds_accuracy(found: Sequence[Found]) -> float:
    """Share of transitions whose start and end are both right within two frames."""
    return float(
        np.mean(
            [
                row is not None
                and abs(row.start_s - true.start_s) < 2.5 * frame_s
                and abs(row.end_s - true.end_s) < 2.5 * frame_s
                for true, row, frame_s in _transitions(found)
            ]
        )
    )


def cut_count(found: Sequence[Found]) -> float:
    """Cuts in clips that have none."""
    return float(sum(len(cuts_of(f.rows)) for f in found))


# Camera


def _steps(rows: Sequence[Any], name: str) -> np.ndarray:
    return np.array([getattr(r, name) for r in rows if r.level == "frame" and getattr(r, name) is not None], float)


def _rate_error(found: Sequence[Found], column: str, true: str) -> float:
    """Error of the mean rate over the true one."""
    worst = 0.0
    for f in found:
        poses = np.array([np.log(getattr(p, true)) if true == "zoom" else getattr(p, true) for p in f.truth.poses])
        rate = (poses[-1] - poses[0]) / (f.truth.t_s[-1] - f.truth.t_s[0])
        measured = _steps(f.rows, column)
        worst = max(worst, abs(float(measured.mean()) - rate) / abs(rate) if len(measured) else inf)
    return worst


def pan_error(found: Sequence[Found]) -> float:
    return _rate_error(found, "dx_w_s", "x")


def tilt_error(found: Sequence[Found]) -> float:
    return _rate_error(found, "dy_w_s", "y")


def zoom_error(found: Sequence[Found]) -> float:
    return _rate_error(found, "zoom_rate_s", "zoom")


def roll_error_deg(found: Sequence[Found]) -> float:
    """Of the whole turn, in degrees."""
    worst = 0.0
    for f in found:
        steps = [
            (r.end_s - r.start_s) * r.roll_deg_s for r in f.rows if r.level == "frame" and r.roll_deg_s is not None
        ]
        true = f.truth.poses[-1].roll_deg - f.truth.poses[0].roll_deg
        # Rows of frames span a frame each: the last has nowhere to go.
        worst = max(worst, abs(sum(steps) - true) if steps else inf)
    return worst


def _segments(rows: Sequence[Any]) -> list[Any]:
    return [row for row in rows if row.level == "segment"]


def static_share(found: Sequence[Found]) -> float:
    """Share of the time that is called static, in clips whose camera stands."""
    total = sum(f.truth.duration_s for f in found)
    return sum(r.end_s - r.start_s for f in found for r in _segments(f.rows) if r.move == "static") / total


def static_drift_w_s(found: Sequence[Found]) -> float:
    """Mean speed that is measured where the camera stands, in widths per second."""
    speeds = [np.hypot(_steps(f.rows, "dx_w_s"), _steps(f.rows, "dy_w_s")) for f in found]
    return float(np.mean(np.concatenate(speeds))) if any(len(s) for s in speeds) else inf


def _true_move(video: Video, t: float) -> str:
    move = next((m for m in video.shots[0].moves if m.start_s <= t < m.start_s + m.seconds), None)
    if move is None:
        return "static"
    if move.x or move.y:
        names = ("pan_right", "pan_left") if move.x else ("tilt_down", "tilt_up")
        return names[(move.x or move.y) < 0]
    if move.roll_deg:
        return "roll_cw" if move.roll_deg > 0 else "roll_ccw"
    return "zoom_in" if move.zoom > 1 else "zoom_out"


def move_share(found: Sequence[Found]) -> float:
    """Share of the time whose move has the right name."""
    right: list[bool] = []
    for f in found:
        for t in np.arange(0.05, f.truth.duration_s, 0.1):
            called = next((r.move for r in _segments(f.rows) if r.start_s <= t < r.end_s), None)
            right.append(called == _true_move(f.video, t))
    return float(np.mean(right))


def _shakes(f: Found) -> tuple[float, float] | None:
    """Frequency and size of the longest segment that shakes."""
    rows = [r for r in _segments(f.rows) if r.shake_hz is not None and r.shake_rms is not None]
    longest = max(rows, key=lambda r: r.end_s - r.start_s, default=None)
    return (longest.shake_hz, longest.shake_rms) if longest else None


def shake_size_error(found: Sequence[Found]) -> float:
    """Both axes swing by a, a quarter turn apart: the root mean square of their sum is a."""
    errors = []
    for f in found:
        shake, measured = f.video.shots[0].shake, _shakes(f)
        assert shake
        errors.append(abs(measured[1] - shake.amplitude) / shake.amplitude if measured else inf)
    return max(errors)


def shake_hz_error(found: Sequence[Found]) -> float:
    errors = []
    for f in found:
        shake, measured = f.video.shots[0].shake, _shakes(f)
        assert shake
        errors.append(abs(measured[0] - shake.hz) if measured else inf)
    return max(errors)


def digital_zoom_share(found: Sequence[Found]) -> float:
    """Share of zooms, all made by enlarging a picture, that are called digital."""
    zooms = [r.is_digital for f in found for r in _segments(f.rows) if r.move in ("zoom_in", "zoom_out")]
    return float(np.mean([z is True for z in zooms])) if zooms else 0.0


# Sound


def _summary(f: Found) -> Any:
    return next((row for row in f.rows if row.kind == "summary"), None)


def _summary_errors(found: Sequence[Found], column: str, true: Sequence[float]) -> list[float]:
    values = [getattr(_summary(f), column, None) for f in found]
    return [inf if v is None else abs(v - t) for v, t in zip(values, true, strict=True)]


def _clicks(f: Found) -> Clicks:
    return next(layer for layer in f.video.sound if isinstance(layer, Clicks))


def tempo_error(found: Sequence[Found]) -> float:
    """Share of the tempo; half or double the tempo is an error too."""
    true = [_clicks(f).bpm for f in found]
    return max(e / t for e, t in zip(_summary_errors(found, "tempo_bpm", true), true, strict=True))


def beat_f1(found: Sequence[Found]) -> float:
    """Within 70 ms, as beat trackers are compared."""
    return event_f1(
        [([r.start_s for r in f.rows if r.kind == "beat"], beat_times(_clicks(f), f.truth.duration_s)) for f in found],
        0.07,
    )


def onset_f1(found: Sequence[Found]) -> float:
    return event_f1(
        [
            (
                [r.start_s for r in f.rows if r.kind == "onset"],
                [layer.start_s for layer in f.video.sound if isinstance(layer, Sine)],
            )
            for f in found
        ],
        0.05,
    )


def loudness_error_lu(found: Sequence[Found]) -> float:
    return max(_summary_errors(found, "lufs_i", [f.video.sound[0].lufs for f in found]))  # pyright: ignore[reportAttributeAccessIssue]


def pitch_error_hz(found: Sequence[Found]) -> float:
    return max(_summary_errors(found, "dominant_hz", [f.video.sound[0].hz for f in found]))  # pyright: ignore[reportAttributeAccessIssue]


def true_peak_error_db(found: Sequence[Found]) -> float:
    return max(_summary_errors(found, "true_peak_db", [f.video.sound[0].level_db for f in found]))  # pyright: ignore[reportAttributeAccessIssue]


def key_accuracy(found: Sequence[Found]) -> float:
    right = []
    for f in found:
        chord, told = f.video.sound[0], _summary(f)
        right.append(told is not None and (told.key, told.mode) == (chord.root, chord.mode))  # pyright: ignore[reportAttributeAccessIssue]
    return float(np.mean(right))


def stereo_width_error(found: Sequence[Found]) -> float:
    """Noises or opposite sines on two sides are 1 wide, the same on both sides 0."""
    true = [
        float(getattr(f.video.sound[0], "is_wide", False) or getattr(f.video.sound[0], "side", "both") == "opposite")
        for f in found
    ]
    return max(_summary_errors(found, "stereo_width", true))


def clipping_recall(found: Sequence[Found]) -> float:
    """Share of clips that clip all along and are told to."""
    return float(np.mean([any(r.kind == "clipping" for r in f.rows) for f in found]))


def clipping_count(found: Sequence[Found]) -> float:
    return float(sum(r.kind == "clipping" for f in found for r in f.rows))


def pulse_count(found: Sequence[Found]) -> float:
    """Tempi and beats in sound that has none."""
    tempi = [getattr(_summary(f), "tempo_bpm", None) for f in found]
    return float(sum(t is not None for t in tempi) + sum(r.kind == "beat" for f in found for r in f.rows))


def silence_claims(found: Sequence[Found]) -> float:
    """What is said of silence beyond its being silent."""
    claims = ("lufs_i", "tempo_bpm", "key", "mode", "dominant_hz")
    told = [getattr(_summary(f), name, None) for f in found for name in claims]
    return float(
        sum(v is not None for v in told) + sum(r.kind in ("beat", "onset", "clipping") for f in found for r in f.rows)
    )


def row_count(found: Sequence[Found]) -> float:
    return float(sum(len(f.rows) for f in found))


# Colour


def _whole(f: Found) -> Any:
    return next((row for row in f.rows if row.level == "video"), None)


def _shots_of(f: Found) -> list[Any]:
    return [row for row in f.rows if row.level == "shot"]


def flat_distance(found: Sequence[Found]) -> float:
    """ΔE00 of the largest colour, worst of all."""
    worst = 0.0
    for f in found:
        row, look = _whole(f), f.video.shots[0].picture
        assert isinstance(look, Flat)
        worst = max(worst, colour_distance(row.palette[0].hex, look.hex) if row and row.palette else inf)
    return worst


def _stripes(found: Sequence[Found]) -> list[tuple[float, float]]:
    """Of each stripe, the nearest swatch: its ΔE00 and the error of its share."""
    errors = []
    for f in found:
        row, look = _whole(f), f.video.shots[0].picture
        assert isinstance(look, Patches)
        for colour, share in look.stripes:
            near = [(colour_distance(s.hex, colour), abs(s.share - share)) for s in (row.palette if row else ())]
            errors.append(min(near, default=(inf, inf)))
    return errors


def palette_distance(found: Sequence[Found]) -> float:
    return max(distance for distance, _ in _stripes(found))


def palette_share_error(found: Sequence[Found]) -> float:
    return max(error for _, error in _stripes(found))


def warm_shift_error(found: Sequence[Found]) -> float:
    """Of the last shot against the first: red gain minus blue gain, over the true one."""
    worst = 0.0
    for f in found:
        grade, shots = f.video.shots[-1].grade, _shots_of(f)
        told = shots[-1].warm_delta if shots else None
        if told is None or grade is None:
            return inf
        true = grade.gain[0] - grade.gain[2]
        worst = max(worst, abs(told - true) / abs(true))
    return worst


def false_shift(found: Sequence[Found]) -> float:
    """The largest warm shift told where nothing was shifted."""
    return max((abs(row.warm_delta or 0.0) for f in found for row in _shots_of(f)), default=0.0)


def grade_pairs_right(found: Sequence[Found]) -> float:
    """Share of pairs of shots of one scene that are rightly told to share a grade, or not to."""
    right: list[bool] = []
    for f in found:
        middles = [(shot.start_s + shot.end_s) / 2 for shot in f.truth.shots]
        rows = [next((row for row in _shots_of(f) if row.start_s <= t < row.end_s), None) for t in middles]
        shots = f.video.shots
        for i in range(len(shots)):
            for j in range(i):
                one, other = rows[i], rows[j]
                if shots[i].picture == shots[j].picture:
                    told = one is not None and other is not None and one.grade_cluster == other.grade_cluster
                    right.append(told == (shots[i].grade == shots[j].grade))
    return float(np.mean(right))


def colourless_accuracy(found: Sequence[Found]) -> float:
    """Share of clips rightly told to be black and white, or not to be."""
    right = []
    for f in found:
        row, grade = _whole(f), f.video.shots[0].grade
        right.append(row is not None and row.is_bw == (grade is not None and grade.saturation == 0))
    return float(np.mean(right))


# Texts


def _told(true: TrueText, rows: Sequence[Any]) -> list[Any]:
    """The rows that share time with a text and say it best: likest first, no less than half alike."""

    def wrong(row: Any) -> float:
        return edit_distance(_spaced(row.text), _spaced(true.text)) / len(true.text)

    shared = [row for row in rows if row.start_s < true.end_s and row.end_s > true.start_s]
    return sorted((row for row in shared if wrong(row) < 0.5), key=wrong)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _pairs(found: Sequence[Found]) -> list[tuple[TrueText, Any]]:
    return [(true, next(iter(_told(true, f.rows)), None)) for f in found for true in f.truth.texts]


def characters_wrong(found: Sequence[Found]) -> float:
    """Share of characters, case and punctuation included; a text that was not found is wrong from end to end."""
    pairs = [(_spaced(true.text), _spaced(row.text) if row else "") for true, row in _pairs(found)]
    return sum(edit_distance(said, true) for true, said in pairs) / sum(len(true) for true, _ in pairs)


def texts_in_pieces(found: Sequence[Found]) -> float:
    """How many rows there are too many or too few: one text, one row."""
    return float(sum(abs(len(f.rows) - len(f.truth.texts)) for f in found))


def text_time_error_s(found: Sequence[Found]) -> float:
    """The worst start or end."""
    return max(
        inf if row is None else max(abs(row.start_s - true.start_s), abs(row.end_s - true.end_s))
        for true, row in _pairs(found)
    )


def box_overlap(found: Sequence[Found]) -> float:
    """The worst intersection over union, of texts that rest."""
    return min(_overlap(true, row) if row else 0.0 for true, row in _pairs(found) if not true.is_moving)


def _overlap(one: Any, other: Any) -> float:
    wide = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    tall = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    both = max(wide, 0) * max(tall, 0)
    return both / (one.w * one.h + other.w * other.h - both)


def _worst_colour(found: Sequence[Found], column: str) -> float:
    distances = []
    for true, row in _pairs(found):
        if wanted := getattr(true, column):
            told = getattr(row, column, None)
            distances.append(colour_distance(told, wanted) if told else inf)
    return max(distances)


def fill_distance(found: Sequence[Found]) -> float:
    return _worst_colour(found, "fill_hex")


def plate_distance(found: Sequence[Found]) -> float:
    return _worst_colour(found, "box_hex")


def _presence(found: Sequence[Found], column: str) -> float:
    return float(
        np.mean(
            [
                row is not None and (getattr(row, column) is None) == (getattr(true, column) is None)
                for true, row in _pairs(found)
            ]
        )
    )


def stroke_accuracy(found: Sequence[Found]) -> float:
    """Share of texts whose outline is found where there is one, and only there."""
    return _presence(found, "stroke_hex")


def plate_accuracy(found: Sequence[Found]) -> float:
    return _presence(found, "box_hex")


def entrance_accuracy(found: Sequence[Found]) -> float:
    return float(np.mean([row is not None and row.entrance == true.entrance for true, row in _pairs(found)]))


def exit_accuracy(found: Sequence[Found]) -> float:
    return float(np.mean([row is not None and row.exit == true.exit for true, row in _pairs(found)]))


def word_time_error_s(found: Sequence[Found]) -> float:
    """The worst word: its first frame against the one where it came or was lit."""
    worst = 0.0
    for f in found:
        for drawn, (_, row) in zip(f.video.texts, _pairs([f]), strict=True):
            true = [next(t for t in (*f.truth.t_s, inf) if t >= at - 1e-6) for at in drawn.words_s]
            told = [word.start_s for word in row.words] if row else []
            if len(told) != len(true):
                return inf
            worst = max([worst, *(abs(a - b) for a, b in zip(told, true, strict=True))])
    return worst


def highlight_accuracy(found: Sequence[Found]) -> float:
    right = []
    for f in found:
        for drawn, (_, row) in zip(f.video.texts, _pairs([f]), strict=True):
            wanted = "lit" if drawn.lit_hex else "appears"
            right.append(row is not None and bool(row.words) and all(word.highlight == wanted for word in row.words))
    return float(np.mean(right))


def _easings(found: Sequence[Found]) -> list[tuple[str, str | None]]:
    """What each entrance runs like, and what was told of it. A fade is even and all else slows down, unless said."""
    names = {"linear": "linear", "in": "ease_in", "out": "ease_out", "smooth": "ease_in_out", "overshoot": "overshoot"}
    return [
        (names[drawn.ease or ("linear" if drawn.entrance == "fade" else "out")], row.easing if row else None)
        for f in found
        for drawn, (_, row) in zip(f.video.texts, _pairs([f]), strict=True)
    ]


def easing_accuracy(found: Sequence[Found]) -> float:
    told = [true == said for true, said in _easings(found) if said is not None]
    return float(np.mean(told)) if told else 0.0


def easing_told(found: Sequence[Found]) -> float:
    return float(np.mean([said is not None for _, said in _easings(found)]))


# Pace


def _seconds(f: Found) -> list[tuple[Any, float, float]]:
    """Each second and its row, or None where there is none."""
    starts = range(int(np.ceil(f.truth.duration_s - 1e-6)))
    rows = {round(row.start_s): row for row in f.rows}
    return [(rows.get(n), float(n), min(n + 1.0, f.truth.duration_s)) for n in starts]


def cuts_per_second_error(found: Sequence[Found]) -> float:
    """The worst second."""
    worst = 0.0
    for f in found:
        for row, start_s, end_s in _seconds(f):
            true = sum(start_s <= change.start_s + 1e-6 < end_s for change in f.truth.changes)
            worst = max(worst, inf if row is None or row.cuts is None else abs(row.cuts - true))
    return worst


def letters_per_second_error(found: Sequence[Found]) -> float:
    """The worst second; no two texts of these clips share a second."""
    worst = 0.0
    for f in found:
        for row, start_s, end_s in _seconds(f):
            shown = [true for true in f.truth.texts if true.start_s < end_s - 1e-6 and true.end_s > start_s + 1e-6]
            true = sum(not letter.isspace() for text in shown for letter in text.text)
            worst = max(worst, inf if row is None or row.text_chars is None else abs(row.text_chars - true))
    return worst


def level_error_db(found: Sequence[Found]) -> float:
    """The worst second with sound; one without must have no level."""
    worst = 0.0
    for f in found:
        samples = mix(f.video.sound, f.truth.duration_s, 48_000)
        for row, start_s, end_s in _seconds(f):
            part = samples[round(start_s * 48_000) : round(end_s * 48_000)].astype(float)
            told = None if row is None else row.energy_db
            if not part.any():
                worst = max(worst, 0.0 if row is not None and told is None else inf)
                continue
            true = 10 * np.log10(np.mean(part**2))
            worst = max(worst, inf if told is None else abs(told - true))
    return float(worst)


def motion_error(found: Sequence[Found]) -> float:
    """Of a camera that pans steadily, in widths a second; the worst whole second."""
    worst = 0.0
    for f in found:
        poses = f.truth.poses
        true = abs(poses[-1].x - poses[0].x) / (f.truth.t_s[-1] - f.truth.t_s[0])
        for row, start_s, _ in _seconds(f)[1:-1]:
            worst = max(worst, inf if row is None or row.start_s != start_s else abs(row.motion - true))
    return worst
