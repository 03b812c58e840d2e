"""Scenes: which shots show the same place, and where the video returns to one that it left.

One row a visit: a run of shots of one scene. A scene keeps its number when the video comes back to it. Shots belong
together where a cut jumps within a picture or returns to one, or where colours (OKLab), their layout and sound agree;
two places that look and sound alike are taken for one, and one place seen from another side may be taken for two.
What kind of place it is, indoors or out, by day or by night, is what picture_tags say of most of the scene's time on
screen; null where they do not agree, and without a model that knows places.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Motion, Spectrum, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.colour.oklab import to_linear, to_oklab
from analyzers.measures.sound.octaves import octave_levels_db
from analyzers.measures.zero_shot.questions import Asked, Light, Place, Setting
from analyzers.picture.picture_tags import TagRow

Floats = NDArray[np.float32]

LOOKS = (0.2, 0.5, 0.8)  # of a shot, at which it is looked at: transitions lie outside
SIZE = (45, 80)  # pixels of a look
LEVELS = np.array([10, 16, 16])  # cells of lightness, a and b
LOW, WIDE = np.array([0.0, -0.24, -0.24]), np.array([1.0, 0.48, 0.48])  # their range
LAYOUT = (4, 6)  # columns and rows
SAME_COLOURS = 0.93  # Bhattacharyya coefficient: two crops of one photograph have 0.98, unrelated ones up to 0.89
SAME_LAYOUT = 0.06  # mean OKLab difference of the layout's cells
SURE_COLOURS = 0.97  # needed where the sound is another
OTHER_SOUND_DB = 10.0  # difference of the octaves' levels, root mean square
HEARD_S = 2.0  # of a shot's sound
SETTING: dict[str, Asked] = {"place_label": "place", "int_ext": "int_ext", "day_night": "day_night"}


@dataclass(frozen=True, slots=True)
class SceneRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    scene_id: Annotated[
        int, Column("number of the scene, from 0; the same whenever the video is back in it", 0, bits=32)
    ]
    shots: Annotated[tuple[int, ...], Column("the shots of this visit, by their numbers in cut_analysis", 0)]
    returns_to: Annotated[
        int | None, Column("the scene that the video is back in; null on the first visit", 0, bits=32)
    ] = None
    place_label: Annotated[Place | None, Column("what place it is, by picture_tags; null where not clear")] = None
    int_ext: Annotated[Setting | None, Column("indoors or outdoors, by picture_tags; null where not clear")] = None
    day_night: Annotated[Light | None, Column("by picture_tags, dusk or dawn is dusk; null where not clear")] = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a shot is known by."""

    colours: Floats  # root of each cell's share
    layout: Floats  # (cells, 3) OKLab
    sound: NDArray[np.float64]  # octaves, dB


@analyzer(version=2, max_gap_s=0.1)
def scene_segmentation(
    motion: Motion, spectrum: Spectrum, cut_analysis: Sequence[CutRow], picture_tags: Sequence[TagRow] | None
) -> Iterator[SceneRow]:
    shots = [row for row in cut_analysis if row.level == "shot" and row.shot is not None]
    if not shots or not len(motion.t_s):
        return
    scenes = _scenes(shots, [_look(motion, spectrum, shot) for shot in shots], _jumps(shots, cut_analysis))
    settings = _settings(picture_tags or (), {shot.shot: scene for shot, scene in zip(shots, scenes, strict=True)})
    borders = [0, *(np.flatnonzero(np.diff(scenes)) + 1).tolist(), len(scenes)]
    for first, after in pairwise(borders):
        scene, visit = scenes[first], shots[first:after]
        numbers = tuple(shot.shot for shot in visit if shot.shot is not None)
        back = scene if scene in scenes[:first] else None
        yield SceneRow(visit[0].start_s, visit[-1].end_s, None, scene, numbers, back, **settings[scene])


def _settings(tags: Sequence[TagRow], scene_of: Mapping[int | None, int]) -> list[dict[str, Any]]:
    """The columns that say what place each scene is: the same on every visit."""
    told: list[list[TagRow]] = [[] for _ in range(max(scene_of.values()) + 1)]
    for row in tags:
        if row.rank == 1 and row.shot in scene_of:
            told[scene_of[row.shot]].append(row)
    return [{column: _agreed(rows, question) for column, question in SETTING.items()} for rows in told]


def _agreed(tags: list[TagRow], question: Asked) -> str | None:
    """The answer that more than half speaks for, each shot for as long and as surely as it does."""
    votes: defaultdict[str, float] = defaultdict(float)
    for row in tags:
        if row.question == question and row.label:
            votes[row.label] += (row.end_s - row.start_s) * (row.confidence or 0.0)
    return next((label for label, vote in votes.items() if vote > sum(votes.values()) / 2), None)


def _jumps(shots: list[CutRow], rows: Sequence[CutRow]) -> set[int]:
    """Positions of shots that begin with a jump within the picture."""
    jumps = [row.start_s for row in rows if row.kind == "jump_cut"]
    return {i for i, shot in enumerate(shots) if any(abs(shot.start_s - t) < 1e-6 for t in jumps)}


def _scenes(shots: list[CutRow], looks: list[Look], jumps: set[int]) -> list[int]:
    """Each shot's scene: that of the likest earlier shot, where it is like enough."""
    colours = np.stack([look.colours for look in looks])
    position = {shot.shot: i for i, shot in enumerate(shots)}
    scenes: list[int] = []
    for i, (shot, look) in enumerate(zip(shots, looks, strict=True)):
        same = position.get(shot.same_as_shot) if shot.same_as_shot is not None else None
        if same is None and i in jumps:
            same = i - 1
        if same is None and i:
            alike = colours[:i] @ look.colours
            same = next((int(j) for j in np.argsort(-alike) if _is_same(look, looks[j], float(alike[j]))), None)
        scenes.append(max(scenes, default=-1) + 1 if same is None else scenes[same])
    return scenes


def _is_same(one: Look, other: Look, alike: float) -> bool:
    if alike < SAME_COLOURS or float(np.abs(one.layout - other.layout).mean()) > SAME_LAYOUT:
        return False
    is_other_sound = float(np.sqrt(np.square(one.sound - other.sound).mean())) > OTHER_SOUND_DB
    return alike >= SURE_COLOURS or not is_other_sound


def _look(motion: Motion, spectrum: Spectrum, shot: CutRow) -> Look:
    first, after = np.searchsorted(motion.t_s, [shot.start_s - 1e-6, shot.end_s - 1e-6]).tolist()
    frames = {min(first + int(share * max(after - first, 1)), len(motion.t_s) - 1) for share in LOOKS}
    parts = [_colours(motion.rgb[frame]) for frame in sorted(frames)]
    middle_s = (shot.start_s + shot.end_s) / 2
    heard_s = min(HEARD_S, shot.end_s - shot.start_s) / 2
    return Look(
        colours=np.sqrt(np.mean([cells for cells, _ in parts], axis=0)),
        layout=np.mean([layout for _, layout in parts], axis=0),
        sound=octave_levels_db(spectrum, middle_s - heard_s, middle_s + heard_s),
    )


def _colours(rgb: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Shares of the cells of colour, each pixel spread over the nearest, and the mean colour by place."""
    import cv2
    from scipy.ndimage import gaussian_filter

    lab = to_oklab(to_linear(np.asarray(cv2.resize(rgb, SIZE, interpolation=cv2.INTER_AREA), np.uint8)))
    cell = np.clip(((lab - LOW) / WIDE * LEVELS).astype(int), 0, LEVELS - 1).reshape(-1, 3)
    tally = np.bincount(np.ravel_multi_index(tuple(cell.T), tuple(LEVELS)), minlength=int(LEVELS.prod()))
    shares = gaussian_filter(tally.reshape(LEVELS).astype(np.float32), 0.9).ravel()
    layout = np.asarray(cv2.resize(lab, LAYOUT, interpolation=cv2.INTER_AREA), np.float32)
    return shares / shares.sum(), layout.reshape(-1, 3)
