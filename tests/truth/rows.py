"""What is true of a rendered video, as rows of the analyzers' own tables. What a description does not say is null."""

import json
from collections.abc import Iterator
from dataclasses import MISSING, asdict, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.edit import camera_analysis, cut_analysis
from analyzers.sound import audio_analysis
from analyzers.text import text_overlay
from resources.render import Truth
from resources.render.sound import Chord, Clicks, beat_times


def truth_rows(truth: Truth) -> dict[str, list[Any]]:
    """Rows by analyzer."""
    return {
        "cut_analysis": list(_cuts(truth, cut_analysis.CutRow)),
        "camera_analysis": list(_camera(truth, camera_analysis.Row)),
        "audio_analysis": list(_sound(truth, audio_analysis.Row)),
        "text_overlay": list(_texts(truth, text_overlay.Row)),
    }


def write_truth(truth: Truth, clip: Path) -> Path:
    """<clip>.truth.json: what is true of a clip, and the analyzers' tables as they ought to be."""
    rows = {name: [asdict(row) for row in known] for name, known in truth_rows(truth).items()}
    path = clip.with_suffix(".truth.json")
    path.write_text(json.dumps({"video": asdict(truth), "rows": rows}, ensure_ascii=False, indent=1))
    return path


def known(row: type, **values: Any) -> Any:
    """A row of which only some columns are known."""
    missing = {f.name: None for f in fields(row) if f.default is MISSING and f.name not in values}
    return row(**missing, **values)


def _cuts(truth: Truth, row: type) -> Iterator[Any]:
    for change in truth.changes:
        yield known(
            row,
            start_s=change.start_s,
            end_s=change.end_s,
            level="cut",
            kind=change.kind,
            boundary_frame=change.end_frame,
            len_frames=change.end_frame - change.first_frame,
        )
    middles = [(change.start_s + change.end_s) / 2 for change in truth.changes]
    edges = [0.0, *middles, truth.duration_s]
    lengths = np.diff(edges)
    for number, (start_s, end_s) in enumerate(pairwise(edges)):
        yield known(row, start_s=start_s, end_s=end_s, level="shot", shot=number, len_s=end_s - start_s)
    yield known(
        row,
        start_s=0.0,
        end_s=truth.duration_s,
        level="video",
        n_cuts=len(truth.changes),
        asl_s=float(lengths.mean()),
        median_s=float(np.median(lengths)),
        cpm=60 * len(truth.changes) / truth.duration_s,
        cv=float(lengths.std() / lengths.mean()),
    )


def _camera(truth: Truth, row: type) -> Iterator[Any]:
    """From each frame to the next of the same shot."""
    for shot in truth.shots:
        for i in range(shot.first_frame, shot.end_frame - 1):
            before, after = truth.poses[i], truth.poses[i + 1]
            step_s = truth.t_s[i + 1] - truth.t_s[i]
            yield known(
                row,
                start_s=truth.t_s[i],
                end_s=truth.t_s[i + 1],
                level="frame",
                dx_w_s=(after.x - before.x) * before.zoom / step_s,
                dy_w_s=(after.y - before.y) * before.zoom / step_s,
                zoom_rate_s=float(np.log(after.zoom / before.zoom)) / step_s,
                roll_deg_s=(after.roll_deg - before.roll_deg) / step_s,
            )


def _sound(truth: Truth, row: type) -> Iterator[Any]:
    clicks = [layer for layer in truth.sound if isinstance(layer, Clicks)]
    chords = [layer for layer in truth.sound if isinstance(layer, Chord)]
    if truth.sound:
        yield known(
            row,
            start_s=0.0,
            end_s=truth.duration_s,
            kind="summary",
            tempo_bpm=clicks[0].bpm if len(clicks) == 1 else None,
            key=chords[0].root if len(chords) == 1 else None,
            mode=chords[0].mode if len(chords) == 1 else None,
        )
    for layer in clicks:
        for at in beat_times(layer, truth.duration_s):
            yield known(row, start_s=float(at), end_s=float(at), kind="beat")


def _texts(truth: Truth, row: type) -> Iterator[Any]:
    from analyzers.text.text_overlay import ROWS

    for number, text in enumerate(truth.texts):
        letters = sum(letter.isalnum() for letter in text.text)
        yield known(
            row,
            start_s=text.start_s,
            end_s=text.end_s,
            text=text.text,
            role="caption",
            x=min(max(text.x, 0.0), 1.0),
            y=min(max(text.y, 0.0), 1.0),
            w=min(text.w, 1.0),
            h=min(text.h, 1.0),
            angle_deg=0.0,
            anchor=ROWS[_third(text.y + text.h / 2)][_third(text.x + text.w / 2)],
            cap_height_frac=text.h / (1 + text.text.count("\n")),
            fill_hex=text.fill_hex,
            stroke_hex=text.stroke_hex,
            box_hex=text.box_hex,
            entrance=text.entrance,
            exit=text.exit,
            words=(),
            chars_per_s=letters / (text.end_s - text.start_s),
            votes=1,
            track_id=number,
            n_samples=1,
        )


def _third(place: float) -> int:
    return min(max(int(place * 3), 0), 2)
