"""Bodies: a photographed person on known paths with cuts, mirrored and scaled; and people in real pictures."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import FindBodies
from analyzers.measures.people.names import JOINTS
from analyzers.people.body_pose import BodyRow, body_pose
from analyzers.people.face_detection import FaceRow
from resources.loaders import mediapipe_pose
from resources.loaders.mediapipe_pose import OF_COCO
from resources.render import Noise, Photo, Shot, Sprite, Video, render
from resources.render.picture import Picture, Still
from resources.weights import Weights
from tests.truth.cases import CRFS
from tests.truth.pictures import picture_of
from tests.truth.pipeline import Analysed
from tests.truth.real import Table

LANDMARKER = "pose_landmarker_lite.task"
PERSON = "mp_pose_person.jpg"
WIDTH, HEIGHT, SHOT_S = 576, 1024, 2.0
CERTAIN = 0.5
SWAPPED = [JOINTS.index(n.replace("left", "?").replace("right", "left").replace("?", "right")) for n in JOINTS]


@dataclass(frozen=True, slots=True)
class Walk:
    """The photograph's middle and width in one shot, in shares of the picture, and its speed."""

    w: float
    x: float
    y: float
    speed: tuple[float, float]


BEHIND: tuple[Picture, ...] = (Photo("coffee"), Photo("rocket"), Noise(43))
WALKS = (Walk(1.0, 0.5, 0.4, (0.0, 0.1)), Walk(0.7, 0.4, 0.6, (0.1, -0.1)), Walk(0.85, 0.55, 0.5, (-0.1, 0.0)))
NOBODY = (Photo("cat"), Photo("coffee"), Photo("hubble"), Photo("motorcycle"), Photo("china"), Noise(44))
PEOPLE_IN = {
    "poses/mp_pose_person.jpg": 1,
    "faces/astronaut.png": 1,
    "faces/mp_business_person.png": 1,
    "objects/mp_couple_and_dog.jpeg": 2,
    "faces/obama_and_biden.jpg": 2,
    "faces/no_faces.jpg": 0,
    "objects/chelsea_cat.png": 0,
    "objects/coffee.png": 0,
}


def tables(media: Path) -> Iterator[Table]:
    """Two tables; none where the model is not here."""
    models = media.with_name("models")
    if not (models / LANDMARKER).is_file():
        return
    finder = mediapipe_pose.load(Weights("pose_landmarker_lite", models, (LANDMARKER,)))
    yield paths_table(media, finder)
    yield pictures_table(media, finder)


def paths_table(media: Path, finder: FindBodies) -> Table:
    columns = [_of_paths(media, crf, finder) for crf in CRFS]
    goals = {
        "looks that show the person at IoU 0.5": "at least 0.95",
        "joints, median error, of the box": "at most 0.03",
        "shots with exactly one track": "all",
        "tracks where nobody is": "0",
    }
    body = tuple((score, goal, *(column[score] for column in columns)) for score, goal in goals.items())
    notes = (
        f"`{PERSON}` crosses {len(BEHIND)} shots of {SHOT_S:g} s at three sizes, about ten looks a second by "
        "pose_landmarker_lite; where the joints are is what it said of the photograph by itself, and how well that "
        "agrees with MediaPipe's own answer stands in the next table. Nobody: six landscapes and blotches.",
    )
    return Table("Bodies on known paths", ("score", "goal", *(f"CRF {crf}" for crf in CRFS)), body, notes)


def _of_paths(media: Path, crf: int, finder: FindBodies) -> dict[str, str]:
    photo = media / "poses" / PERSON
    rgb = picture_of(photo)
    (alone,) = next(iter(finder([rgb])))
    assert alone.joints is not None
    tall, wide = rgb.shape[:2]
    sprites = tuple(_sprite(shot, walk, photo, tall / wide) for shot, walk in enumerate(WALKS))
    shots = tuple(Shot(behind, SHOT_S) for behind in BEHIND)
    video = Video(shots, width=WIDTH, height=HEIGHT, sprites=sprites, crf=crf)
    empty = Video(tuple(Shot(behind, 1.0) for behind in NOBODY), width=WIDTH, height=HEIGHT, crf=crf)
    with tempfile.TemporaryDirectory(prefix="truth-") as made:
        rows, nobody = _analysed(video, made, finder), _analysed(empty, made, finder)
    errors: list[NDArray[np.float64]] = []
    hits = 0
    for row in (row for row in rows if row.level == "sample"):
        walk, since_s = WALKS[min(int(row.start_s / SHOT_S), len(WALKS) - 1)], row.start_s % SHOT_S
        scale = walk.w * WIDTH / wide
        middle = np.array([walk.x * WIDTH, walk.y * HEIGHT]) + np.array(walk.speed) * since_s * WIDTH
        corner = middle - np.array([wide, tall]) * scale / 2
        true = *(corner + np.array([alone.x, alone.y]) * scale), alone.w * scale, alone.h * scale
        found = row.x * WIDTH, row.y * HEIGHT, row.w * WIDTH, row.h * HEIGHT
        hits += _overlap(found, tuple(float(edge) for edge in true)) >= 0.5
        places = np.array([(j.x * WIDTH, j.y * HEIGHT) for j in row.joints])
        wanted = corner + alone.joints[:, :2] * scale
        is_in = (wanted > 0).all(axis=1) & (wanted < (WIDTH, HEIGHT)).all(axis=1) & (alone.joints[:, 2] >= CERTAIN)
        errors.append(np.linalg.norm(places - wanted, axis=1)[is_in] / max(true[2:]))
    looks = round(len(WALKS) * SHOT_S / 0.1)
    tracks = [row for row in rows if row.level == "track"]
    single = sum(sum(int(track.start_s / SHOT_S) == shot for track in tracks) == 1 for shot in range(len(WALKS)))
    return {
        "looks that show the person at IoU 0.5": f"{hits / looks:.2f} ({hits} of {looks})",
        "joints, median error, of the box": f"{float(np.median(np.concatenate(errors))):.3f}" if errors else "none",
        "shots with exactly one track": f"{single} of {len(WALKS)}",
        "tracks where nobody is": str(sum(row.level == "track" for row in nobody)),
    }


def _sprite(shot: int, walk: Walk, photo: Path, tall: float) -> Sprite:
    start_s = shot * SHOT_S
    return Sprite(
        "rectangle", start_s, start_s + SHOT_S, walk.x, walk.y, walk.w, walk.w * tall, walk.speed, Still(photo)
    )


def _analysed(video: Video, made: str, finder: FindBodies) -> list[BodyRow]:
    path = Path(made) / "clip.mp4"
    render(video, path)
    clip = Analysed(path, Path(made) / f"data-{len(video.shots)}")
    parts = {name: clip.input(name) for name in ("frames", "media", "closeups", "flow")}
    nobody: list[FaceRow] = []
    return list(
        body_pose(
            **parts, cut_analysis=clip.rows("cut_analysis"), face_detection=nobody, object_detection=None, model=finder
        )
    )


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    across = max(min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]), 0.0)
    down = max(min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]), 0.0)
    both = across * down
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def pictures_table(media: Path, finder: FindBodies) -> Table:
    """How many people are found where their number is known, and how the joints of one move with the picture."""
    body: list[tuple[str, ...]] = []
    for name, known in PEOPLE_IN.items():
        found = next(iter(finder([picture_of(media / name)])))
        body.append((name, str(known), str(len(found)), ""))
    rgb = picture_of(media / "poses" / PERSON)
    expected = json.loads((media / "poses" / f"{PERSON}.gt.json").read_text())["landmarks_33_xyz_lite"]
    truth = np.array(expected)[list(OF_COCO), :2] * rgb.shape[1::-1]
    wide = rgb.shape[1]
    for what, seen, back in (
        ("as MediaPipe's own test expects it", rgb, lambda xy: xy),
        ("mirrored", rgb[:, ::-1], lambda xy: xy[SWAPPED] * (-1, 1) + (wide, 0)),
        ("every second pixel", rgb[::2, ::2], lambda xy: xy * 2),
    ):
        (one,) = next(iter(finder([np.ascontiguousarray(seen)])))
        assert one.joints is not None
        apart = np.linalg.norm(back(one.joints[:, :2]) - truth, axis=1)
        body.append((f"{PERSON}, {what}", "1", "1", f"{float(np.median(apart)) / 531:.3f}"))
    notes = (
        "People counted in whole pictures by pose_landmarker_lite. The last column is the joints' median distance "
        "from where MediaPipe's test of this picture expects them, as a share of the person's width; target 0.03. Its "
        "finder is made for one person: of several it may find one, which is why body_pose looks at each known "
        "person's part of the picture.",
    )
    return Table("People in pictures", ("picture", "people", "found", "joints apart"), tuple(body), notes)
