"""Colours: the palette, contrast, white and grade of every shot and of the whole video.

A row per shot (level `shot`) and one for the video (level `video`). The deltas say what was done to the shot's colours
since the last earlier shot of the same view: later = (earlier * gain + lift) ** (1 / gamma). Letterbox bars are part
of the picture: they are in the palette and in clip_lo. The mosaic tells where in the picture the colours are.

Palette: k-means in OKLab, https://bottosson.github.io/posts/oklab/. White: shades of grey,
https://doi.org/10.2352/CIC.2004.12.1.art00008. Harmony, grades: see analyzers/measures.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from analyzers.columns import Column, Confidence, EndS, Fraction, HexColour, StartS
from analyzers.contract import Frame, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.colour.grade import LUMA, Look, cluster_grades, find_change, is_same_view
from analyzers.measures.colour.mosaic import find_mosaic
from analyzers.measures.colour.oklab import to_hex
from analyzers.measures.colour.palette import Harmony, find_colours, find_harmony
from analyzers.measures.colour.tally import Tally
from analyzers.measures.colour.white import colour_temperature


@dataclass(frozen=True, slots=True)
class Swatch:
    hex: HexColour
    share: Fraction
    l: Annotated[float, Column("OKLab lightness", bits=32)]  # noqa: E741
    a: Annotated[float, Column("OKLab green to red", bits=32)]
    b: Annotated[float, Column("OKLab blue to yellow", bits=32)]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["shot", "video"], Column("what the row is about")]
    shot: Annotated[int | None, Column("number of the shot in cut_analysis", low=0, bits=32)]
    palette: Annotated[tuple[Swatch, ...], Column("colours of 1 % of the picture or more, the largest first")]
    mean_l: Annotated[float, Column("mean OKLab lightness", low=0, high=1.01)]
    contrast: Annotated[float, Column("OKLab lightness between the darkest and lightest 5 %", low=0, high=1.01)]
    saturation: Annotated[float, Column("mean OKLab chroma; sRGB's most colourful blue has 0.31", low=0, high=0.4)]
    cct_k: Annotated[float | None, Column("colour temperature of the light; null far from any white", low=0)]
    duv: Annotated[float | None, Column("distance of that light from a black body's, + greenish, - pinkish")]
    clip_lo: Annotated[float, Column("share of the picture that is black", low=0, high=1)]
    clip_hi: Annotated[float, Column("share of the picture that is white", low=0, high=1)]
    is_bw: Annotated[bool, Column("colourless: black and white")]
    harmony: Annotated[Harmony | None, Column("the chord of the hues; null without hues, or without a chord")]
    reference_shot: Annotated[int | None, Column("the earlier shot of the same view", low=0, bits=32)] = None
    lift_delta: Annotated[float | None, Column("added to the shadows since the reference")] = None
    gamma_delta: Annotated[float | None, Column("gamma since the reference, minus 1: + brighter midtones")] = None
    gain_delta: Annotated[float | None, Column("gain of the luma since the reference, minus 1")] = None
    warm_delta: Annotated[float | None, Column("gain of red minus gain of blue since the reference: + warmer")] = None
    grade_cluster: Annotated[int | None, Column("shots that are graded alike share one", low=0, bits=32)] = None
    mosaic: Annotated[
        tuple[str, ...] | None,
        Column("shot: mean colours of the squares of the picture in its middle, as #rrggbb, row by row, 8 a row"),
    ] = None


@analyzer(version=2, max_gap_s=0.5)
def color_analysis(media: Media, frames: Frames, cut_analysis: Sequence[CutRow] | None) -> Iterator[Row]:
    if not len(frames):
        return
    whole = Tally()
    found: list[tuple[Row, Look]] = []
    for span, tally in _tallies(frames, cut_analysis or ()):
        whole.join(tally)
        if span is not None:
            row = _row(span.start_s, span.end_s, "shot", span.shot, tally)
            found.append((replace(row, mosaic=tuple(find_mosaic(_middle(frames, span).rgb))), tally.look()))
    looks = [look for _, look in found]
    for i, (row, cluster) in enumerate(zip((row for row, _ in found), cluster_grades(looks), strict=True)):
        yield replace(_compared(row, found[:i], looks[i]), grade_cluster=cluster)
    yield _row(0.0, media.duration_s, "video", None, whole)


def _middle(frames: Frames, span: CutRow) -> Frame:
    """The sampled picture that is shown in the middle of a shot."""
    middle_s = (span.start_s + span.end_s) / 2
    return frames[max(bisect_right(frames, middle_s, key=lambda frame: frame.t_s) - 1, 0)]


def _tallies(frames: Frames, cuts: Sequence[CutRow]) -> Iterator[tuple[CutRow | None, Tally]]:
    """The colours of each shot, one after the other; pictures outside every shot come with None."""
    shots = sorted((row for row in cuts if row.level == "shot"), key=lambda row: row.start_s)
    next_shot, current, tally = 0, None, Tally()
    for frame in frames:
        while next_shot < len(shots) and frame.t_s >= shots[next_shot].start_s - 1e-6:
            if tally.pixels:
                yield current, tally
            current, tally = shots[next_shot], Tally()
            next_shot += 1
        tally.add(frame.rgb)
    if tally.pixels:
        yield current, tally


def _row(start_s: float, end_s: float, level: Literal["shot", "video"], shot: int | None, tally: Tally) -> Row:
    points, weight = tally.points()
    colours, shares = find_colours(points, weight)
    white = colour_temperature(tally.white())
    lightness = float((points[:, 0] * weight).sum() / weight.sum())
    return Row(
        start_s,
        end_s,
        None,
        level,
        shot,
        palette=tuple(
            Swatch(to_hex(lab), float(share), *(float(v) for v in lab))
            for lab, share in zip(colours, shares, strict=True)
        ),
        mean_l=max(lightness, 0.0),
        contrast=tally.lightness_at(0.95) - tally.lightness_at(0.05),
        saturation=tally.chroma_sum / tally.pixels,
        cct_k=white[0] if white else None,
        duv=white[1] if white else None,
        clip_lo=float(tally.clipped[0] / tally.pixels),
        clip_hi=float(tally.clipped[1] / tally.pixels),
        is_bw=tally.is_colourless,
        harmony=None if tally.is_colourless else find_harmony(colours, shares),
    )


def _compared(row: Row, earlier: list[tuple[Row, Look]], look: Look) -> Row:
    """The row with what was done to its colours since the last shot of the same view."""
    for reference, seen in reversed(earlier):
        if is_same_view(look, seen):
            change = find_change(seen, look)
            return replace(
                row,
                reference_shot=reference.shot,
                lift_delta=change.lift,
                gamma_delta=change.gamma - 1,
                gain_delta=float(LUMA @ change.gain) - 1,
                warm_delta=float(change.gain[0] - change.gain[2]),
            )
    return row
