"""Stickers: emoji and other pictures that the edit laid over the footage, what they are, where, and from when to when.

A row is one of them from the first frame that shows any of it to the last. It keeps its colours on the screen while the
footage moves or is uncovered by it, has an outline that is sharp while it is there and gone without it, and comes or
goes within a shot, or outlasts a cut. Which emoji it is tells a colour emoji font of the machine; a picture that no
drawing of it comes clearly nearest to is a sticker. Texts, watermarks and pictures that fill a rectangle are none.
What moves by itself is told if it springs up or vanishes from one frame to the next; what is there all the time of the
only shot, only where it is a known emoji that holds still for half a second. The box is where it stays, and of one that
moves all the time where it is first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Emoji, Frames, Motion, NameEmoji, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.stickers.cutouts import Box, Cutout, Cutter, Place
from analyzers.measures.stickers.follow import Moving, followed, joined, sudden
from analyzers.measures.stickers.holds import Mask, Patch, patches, sample
from analyzers.measures.stickers.moves import Anim, anim_of, is_restless
from analyzers.measures.stickers.overlays import Overlay, Span, Way, as_overlay
from analyzers.picture.watermark import Row as MarkRow
from analyzers.text.text_overlay import Row as TextRow

Class = Literal["emoji", "sticker"]
LEAST_FRAMES = 8  # of a video, and
LEAST_PX = 32  # of its small pictures' shorter side, to see anything
COLOURED = 60.0  # of 255, mean difference of the strongest and the weakest channel: stickers are bright
LEAST_SIZE = 0.07  # of the picture's width, of a sticker that has no name
RECTANGLE = 0.93  # share of its box that a plate or an inset picture fills
BLENDS_S = 0.3  # before and after a soft transition, where it may have begun unseen
SURE = 0.85  # of an emoji's name, where nothing else says that it was laid over the footage, or it is read as a text
TURNS_DEG = (0.0, -15.0, 15.0, -30.0, 30.0)  # how far emoji are tilted
ALL_ROUND_DEG = tuple(range(0, 360, 15))  # of one that spins
LONG, LIES = 0.5, 0.4  # share of the time and of the place that makes two the same
PIECE = 0.7  # of its box that lies within another's
WRITTEN = 0.3  # share of its box that texts or marks cover
PLATE = 0.6  # of a text's height, how far its plate reaches


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    kind: Annotated[Class, Column("`emoji` where it has a code point, else `sticker`")]
    codepoint: Annotated[str | None, Column("of the emoji, in hexadecimal; those of a sequence are joined by -")]
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    anim: Annotated[
        Anim | None,
        Column(
            "how it moves all the time (bounce, pulse, spin, path), or else comes, or goes where it is there from the "
            "start (pop, fade, slide, or none: at once); null where none of this is seen"
        ),
    ]
    track_id: Annotated[int, Column("number of the sticker within the video", low=0, bits=32)]


@dataclass(frozen=True, slots=True)
class Laid:
    """What may have been laid over the footage, as the small pictures show it."""

    start_s: float
    end_s: float
    mask: Mask
    box: Box
    place: Place | None  # of one that was followed
    anim: Anim | None
    colour: float
    is_laid_over: bool
    is_whole_life: bool = False  # it was seen to spring up and to vanish


@dataclass(frozen=True, slots=True)
class Found:
    start_s: float
    end_s: float
    emoji: Emoji | None
    box: Box
    anim: Anim | None
    is_whole_life: bool


@analyzer(version=1, max_gap_s=0.25, role="emoji", evidence="measured")
def stickers_emoji(
    motion: Motion,
    frames: Frames,
    cut_analysis: Sequence[CutRow] | None,
    text_overlay: Sequence[TextRow] | None,
    watermark: Sequence[MarkRow] | None,
    model: NameEmoji,
) -> Iterator[Row]:
    if len(motion.t_s) < LEAST_FRAMES or min(motion.grey.shape[1:]) < LEAST_PX or not len(frames):
        return
    found = _told_once(list(_found(motion, frames, cut_analysis or (), text_overlay, watermark or (), model)))
    for number, one in enumerate(sorted(found, key=lambda one: (one.start_s, one.box))):
        yield Row(
            start_s=one.start_s,
            end_s=one.end_s,
            confidence=one.emoji.confidence if one.emoji else None,
            kind="emoji" if one.emoji else "sticker",
            codepoint=one.emoji.codepoint if one.emoji else None,
            x=one.box[0],
            y=one.box[1],
            w=one.box[2],
            h=one.box[3],
            anim=one.anim,
            track_id=number,
        )


def _found(
    motion: Motion,
    frames: Frames,
    cuts: Sequence[CutRow],
    texts: Sequence[TextRow] | None,
    marks: Sequence[MarkRow],
    model: NameEmoji,
) -> Iterator[Found]:
    shots, cutter = shots_of(motion, cuts), Cutter(frames)
    avoid = [(text.start_s, text.end_s, _with_plate(text)) for text in texts or () if text.role != "scene_text"]
    avoid += [
        (place.start_s, place.end_s, (place.x, place.y, place.w, place.h)) for m in marks for place in m.positions
    ]
    for one in _laid(motion, shots):
        is_written = _is_covered(one.box, one.start_s, one.end_s, avoid)
        cutout = cutter.cut(one.mask, one.box, one.start_s, one.end_s, one.place)
        if cutout is None:
            continue
        emoji = _named(cutout, model, ALL_ROUND_DEG if one.anim == "spin" else TURNS_DEG)
        if emoji and emoji.confidence < SURE and (is_written or not one.is_laid_over):
            emoji = None
        if emoji or (texts is not None and not is_written and _is_sticker(one, cutout)):
            yield Found(one.start_s, one.end_s, emoji, cutout.box, one.anim, one.is_whole_life)


def _laid(motion: Motion, shots: Sequence[Span]) -> Iterator[Laid]:
    """What was followed, then what holds and was not followed."""
    samples = sample(motion)
    held = [one for patch in patches(motion, samples) if (one := as_overlay(motion, samples, patch, shots))]
    for one in joined([way for start, shot in sudden(motion, shots) if (way := followed(motion, start, shot))]):
        same = [other for other in held if _is_same(one, other)]
        held = [other for other in held if other not in same]
        yield _followed(motion, one, same, shots)
    for one in held:
        start_s, end_s = _times(motion, one.first, one.after)
        rough = _rough(motion, one.patch)
        yield Laid(start_s, end_s, one.patch.mask, rough, None, _anim_held(one), one.colour, one.is_laid_over)


def _anim_held(one: Overlay) -> Anim | None:
    ways: dict[Way | None, Anim | None] = {"cut": "none", "pop": "pop", "fade": "fade"}
    return ways.get(one.comes or one.goes)


def _followed(motion: Motion, one: Moving, same: Sequence[Overlay], shots: Sequence[Span]) -> Laid:
    """Where it was seen to spring up and to vanish is sure; else what was held at its place tells."""
    first, after = one.first, one.after
    if same and not one.springs_up:
        first = min(other.first for other in same)
    if same and not one.vanishes:
        after = max(other.after for other in same)
    is_from_start = any(abs(first - shot[0]) <= 1 for shot in shots)
    anim = anim_of(motion, one, is_from_start=is_from_start)
    if anim is None and same:
        anim = _anim_held(same[0])
    start_s, end_s = _times(motion, first, after)
    is_whole_life = one.springs_up and one.vanishes
    if len(same) == 1 and not is_restless(anim):  # what holds has the better outline
        rough = _rough(motion, same[0].patch)
        return Laid(start_s, end_s, same[0].patch.mask, rough, None, anim, one.colour, True, is_whole_life)
    height, width = motion.grey.shape[1:]
    rest = int(one.frames[0] if is_restless(anim) else one.frames[len(one.frames) // 2])
    patch = one.posed(rest, height, width)

    def place(t: float) -> np.ndarray:
        return one.way(rest, int(np.abs(motion.t_s - t).argmin()), height, width)

    rough = _rough(motion, patch)
    return Laid(start_s, end_s, patch.mask, rough, place, anim, one.colour, True, is_whole_life)


def _is_same(one: Moving, other: Overlay) -> bool:
    """Whether what holds lies where the other was at that time."""
    both = min(one.after, other.after) - max(one.first, other.first)
    if both < LONG * min(one.after - one.first, other.after - other.first):
        return False
    middle = one.at(max(one.first, other.first) + both // 2) @ (one.patch.w / 2, one.patch.h / 2, 1)
    size, patch = one.size / 2, other.patch
    across = min(middle[0] + size, patch.x + patch.w) - max(middle[0] - size, patch.x)
    down = min(middle[1] + size, patch.y + patch.h) - max(middle[1] - size, patch.y)
    return min(across, down) > 0 and across * down > LIES * min(patch.w * patch.h, (2 * size) ** 2)


def _rough(motion: Motion, patch: Patch) -> Box:
    height, width = motion.grey.shape[1:]
    return patch.x / width, patch.y / height, patch.w / width, patch.h / height


def _told_once(found: Sequence[Found]) -> Iterator[Found]:
    """Of one and its pieces the one, unless only the pieces have names."""
    best_first = sorted(found, key=lambda one: (one.emoji is None, not one.is_whole_life, -one.box[2] * one.box[3]))
    kept: list[Found] = []
    for one in best_first:
        if not any(_is_piece(one, other) or _is_piece(other, one) for other in kept):
            kept.append(one)
            yield one


def _is_piece(one: Found, other: Found) -> bool:
    """Whether one lies within the other, at the same time."""
    both_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    if both_s < LONG * min(one.end_s - one.start_s, other.end_s - other.start_s):
        return False
    (x, y, w, h), (left, top, wide, tall) = one.box, other.box
    across, down = min(x + w, left + wide) - max(x, left), min(y + h, top + tall) - max(y, top)
    return min(across, down) > 0 and across * down > PIECE * w * h


def shots_of(motion: Motion, cuts: Sequence[CutRow]) -> list[Span]:
    """Frames of each shot, soft transitions left out."""
    soft = {cut.start_s: BLENDS_S if cut.end_s > cut.start_s else 0.0 for cut in cuts if cut.level == "cut"}
    spans = sorted(
        (cut.start_s - soft[cut.start_s], cut.end_s + soft[cut.start_s]) for cut in cuts if cut.level == "cut"
    )
    edges = np.searchsorted(motion.t_s, np.array(spans).reshape(-1, 2) - 1e-6)
    firsts, afters = [0, *edges[:, 1].tolist()], [*edges[:, 0].tolist(), len(motion.t_s)]
    return [(first, after) for first, after in zip(firsts, afters, strict=True) if after > first]


def _times(motion: Motion, first: int, after: int) -> tuple[float, float]:
    return float(motion.t_s[first]), float(motion.t_s[after]) if after < len(motion.t_s) else motion.end_s


def _named(cutout: Cutout, model: NameEmoji, turns_deg: Sequence[float]) -> Emoji | None:
    turned = (_turned(cutout, angle_deg) for angle_deg in turns_deg)
    return next((emoji for emoji in model(turned) if emoji), None)


def _turned(cutout: Cutout, angle_deg: float) -> np.ndarray:
    import cv2

    if angle_deg == 0:
        return cutout.rgba
    tall, wide = cutout.rgba.shape[:2]
    side = int(np.ceil(np.hypot(tall, wide)))
    turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), angle_deg, 1.0)
    turn[:, 2] += ((side - wide) / 2, (side - tall) / 2)
    return np.asarray(cv2.warpAffine(cutout.rgba, turn, (side, side), flags=cv2.INTER_LINEAR))


def _is_sticker(one: Laid, cutout: Cutout) -> bool:
    x, y, w, h = cutout.box
    touches = min(x, y, 1 - x - w, 1 - y - h) <= 0
    is_large = w >= LEAST_SIZE and h * cutout.aspect >= LEAST_SIZE
    return one.is_laid_over and one.colour >= COLOURED and cutout.fill < RECTANGLE and is_large and not touches


def _with_plate(text: TextRow) -> Box:
    reach = PLATE * text.cap_height_frac
    return text.x - reach, text.y - reach, text.w + 2 * reach, text.h + 2 * reach


def _is_covered(box: Box, start_s: float, end_s: float, avoid: Sequence[tuple[float, float, Box]]) -> bool:
    """Whether what is written or marked there at that time makes up much of it."""
    x, y, w, h = box
    covered = 0.0
    for first_s, last_s, (left, top, wide, tall) in avoid:
        if min(last_s, end_s) - max(first_s, start_s) > 0.25 * (end_s - start_s):
            across, down = min(x + w, left + wide) - max(x, left), min(y + h, top + tall) - max(y, top)
            covered += max(across, 0) * max(down, 0)
    return covered >= WRITTEN * w * h
