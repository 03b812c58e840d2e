"""Faces: photographs that move on known paths with cuts, that are turned, mirrored and scaled, whose mouths are opened;
and what is said of real pictures and videos of people."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import REGISTRY, FindFaces, ReadFace, Voice
from analyzers.people.face_detection import FaceRow, face_detection
from analyzers.people.facial_details import DetailRow, facial_details
from resources.loaders import mediapipe_face_landmarks, opencv_face_parts, opencv_faces, yunet
from resources.render import Noise, Photo, Shot, Sprite, Video, render
from resources.render.picture import Picture, Still
from resources.weights import Weights
from tests.inputs import Shown, make_frames, make_media, make_motion
from tests.truth.cases import CRFS
from tests.truth.pictures import picture_of
from tests.truth.pipeline import Analysed
from tests.truth.real import Table

YUNET, LANDMARKER = "face_detection_yunet_2026may.onnx", "face_landmarker.task"
Box = tuple[float, float, float, float]
# From hairline to chin and from cheek to cheek, in pixels of the photograph: left, top, width, height.
FACES: dict[str, Box] = {
    "astronaut.png": (181, 66, 89, 112),
    "biden_1.jpg": (426, 175, 284, 395),
    "obama_1.jpg": (373, 95, 238, 328),
    "mp_business_person.png": (367, 115, 253, 343),
    "faceapi_surprised.jpg": (184, 57, 144, 219),
}
WIDTH, HEIGHT, SHOT_S = 576, 1024, 1.5
ANGLES = (-30, -20, -10, 10, 20, 30)
SIDE = 384  # of a picture whose face fills its middle half


@dataclass(frozen=True, slots=True)
class Walk:
    """A photograph that crosses the picture during one shot; sizes and speeds in widths of the picture."""

    shot: int
    name: str
    w: float
    x: float
    y: float
    speed: tuple[float, float] = (0.0, 0.0)


BEHIND: tuple[Picture, ...] = (
    Photo("coffee"), Photo("china", 0.2), Photo("flower"), Photo("rocket"), Photo("hubble"), Noise(41),
)  # fmt: skip
WALKS = (
    Walk(0, "astronaut.png", 0.9, 0.35, 0.5, (0.15, 0.1)),
    Walk(1, "biden_1.jpg", 0.6, 0.6, 0.55, (-0.15, -0.05)),
    Walk(2, "astronaut.png", 0.6, 0.6, 0.4, (-0.1, 0.1)),
    Walk(3, "obama_1.jpg", 0.7, 0.4, 0.5, (0.1, -0.1)),
    Walk(4, "mp_business_person.png", 0.45, 0.25, 0.4, (0.0, 0.1)),
    Walk(4, "biden_1.jpg", 0.4, 0.75, 0.5, (0.0, -0.1)),
    Walk(5, "faceapi_surprised.jpg", 0.9, 0.5, 0.35, (0.05, 0.2)),
)
NOBODY = (
    Photo("cat"), Photo("coffee"), Photo("hubble"), Photo("motorcycle"), Photo("china"), Noise(42), Photo("tissue"),
)  # fmt: skip


def tables(media: Path) -> Iterator[Table]:
    """Three tables; none where the models are not here."""
    models = media.with_name("models")
    if not all((models / name).is_file() for name in (YUNET, LANDMARKER)):
        return
    finder = yunet.load(Weights("yunet", models, (YUNET,)))
    reader = mediapipe_face_landmarks.load(Weights("face_landmarker", models, (LANDMARKER,)))
    try:
        yield paths_table(media / "faces", finder, reader)
        yield turns_table(media / "faces", finder, reader)
        yield real_table(media, finder, reader)
    finally:
        reader.close()


# On known paths


def paths_table(folder: Path, finder: FindFaces, reader: ReadFace) -> Table:
    fallback = opencv_faces.load(Weights("opencv_faces", Path()))
    columns = [_of_paths(folder, crf, finder, reader) for crf in CRFS]
    columns.append(_of_paths(folder, 28, fallback, opencv_face_parts.load(Weights("opencv_face_parts", Path()))))
    body = tuple(
        (score, goal, *(column[score] for column in columns))
        for score, goal in (
            ("faces found in sampled pictures, IoU 0.5", "at least 0.95"),
            ("boxes that are faces", "1"),
            ("faces of a shot that are one track", "all"),
            ("pairs of tracks rightly of one person, or of two", "all"),
            ("frames in which the face is read in detail", ""),
            ("tracks where nobody is", "0"),
        )
    )
    head = ("score", "goal", *(f"CRF {crf}" for crf in CRFS), "opencv_faces, CRF 28")
    notes = (
        f"Photographs of {len({walk.name for walk in WALKS})} people cross {len(BEHIND)} shots of {SHOT_S} s before "
        "landscapes and blotches, some of them twice and at other sizes; where nobody is, seven such pictures and "
        "`no_faces.jpg` stand. Faces by face_detection_yunet_2026may, details by face_landmarker; persons by their "
        "looks alone, without face vectors.",
    )
    return Table("Faces on known paths", head, body, notes)


def _of_paths(folder: Path, crf: int, finder: FindFaces, reader: ReadFace) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="truth-") as made:
        truth = {walk: _path(folder, walk) for walk in WALKS}
        sprites = tuple(sprite for sprite, _ in truth.values())
        shots = tuple(Shot(behind, SHOT_S) for behind in BEHIND)
        faces, details, times_s = _analysed(
            Video(shots, width=WIDTH, height=HEIGHT, sprites=sprites, crf=crf), made, finder, reader
        )
        still = Sprite("rectangle", 0, 1, w=0.9, h=0.67, look=Still(folder / "no_faces.jpg"))
        empty = Video(
            tuple(Shot(behind, 1.0) for behind in NOBODY), width=WIDTH, height=HEIGHT, sprites=(still,), crf=crf
        )
        nobody = _analysed(empty, made, finder, reader)[0]
    samples = [row for row in faces if row.level == "sample"]
    wanted = [(walk, t) for walk in WALKS for t in times_s if _shot(t) == walk.shot]
    hits: dict[Walk, list[FaceRow]] = {walk: [] for walk in WALKS}
    for walk, t in wanted:
        true = _box_at(folder, walk, t)
        here = [row for row in samples if abs(row.start_s - t) < 1e-6 and _overlap(_box(row), true) >= 0.5]
        hits[walk] += here[:1]
    found = sum(len(rows) for rows in hits.values())
    single = sum(len({row.track_id for row in rows}) == 1 for rows in hits.values())
    seen = {walk: rows[0].person_id for walk, rows in hits.items() if rows}
    right = [(a.name == b.name) == (seen[a] == seen[b]) for a, b in combinations(seen, 2)]
    read = sum(row.level == "sample" for row in details)
    return {
        "faces found in sampled pictures, IoU 0.5": f"{found / len(wanted):.2f} ({found} of {len(wanted)})",
        "boxes that are faces": f"{found / len(samples):.2f} ({found} of {len(samples)})" if samples else "no box",
        "faces of a shot that are one track": f"{single} of {len(WALKS)}",
        "pairs of tracks rightly of one person, or of two": f"{sum(right)} of {len(right)}",
        "frames in which the face is read in detail": f"{read / (len(WALKS) * SHOT_S * 30):.2f}",
        "tracks where nobody is": str(sum(row.level == "track" for row in nobody)),
    }


def _analysed(
    video: Video, made: str, finder: FindFaces, reader: ReadFace
) -> tuple[list[FaceRow], list[DetailRow], list[float]]:
    path = Path(made) / "clip.mp4"
    render(video, path)
    return _people_of(path, finder, reader)


def _people_of(path: Path, finder: FindFaces, reader: ReadFace) -> tuple[list[FaceRow], list[DetailRow], list[float]]:
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        analysed = Analysed(path, Path(folder))
        frames, media, cuts = (*map(analysed.source, ("frames", "media")), analysed.rows("cut_analysis"))
        faces = list(REGISTRY["face_detection"].run(frames, media, cuts, finder))
        closeups, voice = analysed.input("closeups"), analysed.input("voice")
        details = list(REGISTRY["facial_details"].run(faces, closeups, media, voice, reader))
        return faces, details, [frame.t_s for frame in frames]


def _shot(t: float) -> int:
    return int((t + 1e-6) / SHOT_S)


def _path(folder: Path, walk: Walk) -> tuple[Sprite, tuple[int, int]]:
    wide, tall = _size(folder / walk.name)
    start_s = walk.shot * SHOT_S
    return Sprite(
        "rectangle", start_s, start_s + SHOT_S, walk.x, walk.y, walk.w, walk.w * tall / wide, walk.speed,
        Still(folder / walk.name),
    ), (wide, tall)  # fmt: skip


def _box_at(folder: Path, walk: Walk, t: float) -> Box:
    """The true box, in pixels of the video."""
    wide, tall = _size(folder / walk.name)
    scale = walk.w * WIDTH / wide
    since_s = t - walk.shot * SHOT_S
    left = walk.x * WIDTH + walk.speed[0] * since_s * WIDTH - wide * scale / 2
    top = walk.y * HEIGHT + walk.speed[1] * since_s * WIDTH - tall * scale / 2
    x, y, w, h = (edge * scale for edge in FACES[walk.name])
    return left + x, top + y, w, h


def _size(path: Path) -> tuple[int, int]:
    from PIL import Image

    with Image.open(path) as image:
        return image.size


def _box(row: FaceRow) -> Box:
    return row.x * WIDTH, row.y * HEIGHT, row.w * WIDTH, row.h * HEIGHT


def _overlap(a: Box, b: Box) -> float:
    across = max(min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]), 0.0)
    down = max(min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]), 0.0)
    return across * down / (a[2] * a[3] + b[2] * b[3] - across * down)


# Turned, mirrored, scaled


@dataclass(frozen=True, slots=True)
class Told:
    """What the two analyzers say of one picture."""

    faces: tuple[float, float, float] | None  # yaw, pitch, roll
    details: DetailRow | None

    @property
    def turn(self) -> tuple[float, float, float] | None:
        d = self.details
        return None if d is None else (d.yaw_deg or 0.0, d.pitch_deg or 0.0, d.roll_deg or 0.0)


def turns_table(folder: Path, finder: FindFaces, reader: ReadFace) -> Table:
    errors: dict[str, list[list[float]]] = {name: [[], []] for name in ("roll", "rest", "mirror", "scale")}
    for name in FACES:
        straight = _told(_view(folder, name), finder, reader)
        for angle in ANGLES:
            _add(
                errors["roll"],
                straight,
                _told(_view(folder, name, angle), finder, reader),
                lambda a, b, by=angle: abs(b[2] - a[2] - by),
            )
            _add(
                errors["rest"],
                straight,
                _told(_view(folder, name, angle), finder, reader),
                lambda a, b: max(abs(b[0] - a[0]), abs(b[1] - a[1])),
            )
        mirrored = _told(np.ascontiguousarray(_view(folder, name)[:, ::-1]), finder, reader)
        _add(
            errors["mirror"], straight, mirrored, lambda a, b: max(abs(a[0] + b[0]), abs(a[1] - b[1]), abs(a[2] + b[2]))
        )
        small = _told(_view(folder, name, side=SIDE // 2), finder, reader)
        _add(errors["scale"], straight, small, lambda a, b: max(abs(p - q) for p, q in zip(a, b, strict=True)))
    told = (
        ("picture turned by up to 30°: roll, error", "3°", errors["roll"]),
        ("the same: yaw or pitch, change", "", errors["rest"]),
        ("mirrored: yaw and roll change sign, pitch stays, error", "3°", errors["mirror"]),
        ("half as large: any angle, change", "3°", errors["scale"]),
    )
    body = [(what, goal, *(_spread(values) for values in both)) for what, goal, both in told]
    expected = _expected(folder, reader)
    body.append(
        ("points of `mp_business_person.png`, mean distance from those of MediaPipe's own test", "", "", expected)
    )
    mouth = _mouth(folder, reader)
    body.append(("a mouth that is opened: correlation with `mouth_open`", "at least 0.9", "", f"{mouth:.3f}"))
    notes = (
        f"{len(FACES)} photographs, each with the face in its middle half, turned by {', '.join(map(str, ANGLES))}°. "
        "Errors are the median and the ninth decile, in degrees.",
    )
    return Table(
        "Faces turned, mirrored and scaled", ("score", "goal", "face_detection", "facial_details"), tuple(body), notes
    )


def _add(both: list[list[float]], one: Told, other: Told, error: Any) -> None:
    for values, a, b in ((both[0], one.faces, other.faces), (both[1], one.turn, other.turn)):
        values.append(np.inf if a is None or b is None else error(a, b))


def _spread(values: Sequence[float]) -> str:
    found = [value for value in values if np.isfinite(value)]
    lost = f", {len(values) - len(found)} of {len(values)} lost" if len(found) < len(values) else ""
    return f"{np.median(found):.1f}, {np.percentile(found, 90):.1f}{lost}" if found else "none found"


def _view(folder: Path, name: str, angle: float = 0.0, side: int = SIDE) -> NDArray[np.uint8]:
    """The face in the middle half of a square, turned clockwise."""
    import cv2

    x, y, w, h = FACES[name]
    whole = picture_of(folder / name)
    scale = side / 2 / max(w, h)
    matrix = cv2.getRotationMatrix2D((x + w / 2, y + h / 2), -angle, scale)
    matrix[:, 2] += side / 2 - np.array([x + w / 2, y + h / 2])
    soft = cv2.GaussianBlur(whole, (0, 0), 0.4 / scale) if scale < 0.7 else whole
    return np.asarray(cv2.warpAffine(soft, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _told(picture: NDArray[np.uint8], finder: FindFaces, reader: ReadFace) -> Told:
    tall, wide = picture.shape[:2]
    motion = make_motion(picture[None].copy())
    media = make_media(width_px=wide, height_px=tall, duration_s=motion.end_s)
    faces = [row for row in face_detection(make_frames(motion), media, None, finder) if row.level == "sample"]
    if not faces:
        return Told(None, None)
    silent = Voice(np.zeros(0), np.zeros(0, np.float32), np.zeros((0, 2)))
    rows = facial_details(faces, Shown(picture[None], np.zeros(1)), media, silent, reader)
    face = faces[0]
    turn = None if face.yaw_deg is None else (face.yaw_deg, face.pitch_deg or 0.0, face.roll_deg or 0.0)
    return Told(turn, next((row for row in rows if row.level == "sample"), None))


def _expected(folder: Path, reader: ReadFace) -> str:
    path = folder / "mp_business_person.png"
    told = json.loads(path.with_name(path.name + ".gt.json").read_text())
    true = np.array(told["landmarks_478_xyz"])[:, :2]
    (mesh,) = reader([picture_of(path)])
    if mesh is None or mesh.points is None:
        return "not found"
    away = np.linalg.norm(mesh.points[:, :2] - true, axis=1)
    return f"{away.mean():.4f}, at most {away.max():.4f} of the picture"


def _mouth(folder: Path, reader: ReadFace) -> float:
    """Correlation of `mouth_open` with a gap that is torn between the lips of a real face and filled with dark."""
    picture = _view(folder, "mp_business_person.png")
    (mesh,) = reader([picture])
    assert mesh is not None
    assert mesh.points is not None
    points = mesh.points[:, :2] * SIDE
    (left, right), lip = (points[61, 0], points[291, 0]), float(points[[13, 14], 1].mean())
    gaps = 10 * (1 - np.cos(2 * np.pi * np.arange(45) / 9)) * (0.4 + 0.6 * np.arange(45) / 45)
    pictures = np.stack([_opened(picture, left, right, lip, float(gap)) for gap in gaps])
    face = FaceRow(0.0, 2.0, 0.9, "sample", 0, 0, 0.25, 0.25, 0.5, 0.5, 0.25, 0.0, 0.0, 0.0, 0.5)
    video = Shown(pictures, np.arange(len(gaps)) / 30)
    media = make_media(width_px=SIDE, height_px=SIDE)
    silent = Voice(np.zeros(0), np.zeros(0, np.float32), np.zeros((0, 2)))
    rows = [row for row in facial_details([face], video, media, silent, reader) if row.level == "sample"]
    if len(rows) < len(gaps):
        return 0.0
    return float(np.corrcoef(gaps, [row.mouth_open or 0.0 for row in rows])[0, 1])


def _opened(picture: NDArray[np.uint8], left: float, right: float, lip: float, gap: float) -> NDArray[np.uint8]:
    """What is below the upper lip moves down, most in the middle of the mouth, and the mouth is dark inside."""
    import cv2

    down, across = np.mgrid[: len(picture), : picture.shape[1]].astype(np.float32)
    bend = np.clip(1 - ((across - (left + right) / 2) / ((right - left) / 2)) ** 2, 0, 1)
    jaw = np.clip(1 - ((across - (left + right) / 2) / (right - left)) ** 2, 0, 1)
    here = np.where(down > lip, gap * np.maximum(bend, jaw), 0).astype(np.float32)
    moved = cv2.remap(picture, across, down - np.minimum(here, down - lip).clip(0), cv2.INTER_LINEAR)
    inside = (down > lip) & (down < lip + gap * bend)
    return np.where(inside[..., None], np.array([45, 15, 15]), moved).astype(np.uint8)


# Real pictures and videos


def real_table(media: Path, finder: FindFaces, reader: ReadFace) -> Table:
    body = [_of_pictures(media / "faces", finder, reader)]
    body += _of_videos(media / "video_people", finder, reader)
    same = ("obama_1.jpg", "obama_2.jpg", "obama_3.jpg")
    body.append(
        ("three photographs of one man one after the other: persons", "1", _persons(media / "faces", same, finder))
    )
    four = ("obama_1.jpg", "biden_1.jpg", "astronaut.png", "mp_business_person.png")
    body.append(("photographs of four people: persons", "4", _persons(media / "faces", four, finder)))
    notes = (
        "Persons are told apart by their looks within the video. The three photographs show one man in other clothes, "
        "in other light and years apart: that is what face vectors (yunet_sface, with biometrics switched on) are for.",
    )
    return Table("Faces of real pictures and videos", ("what", "true", "told"), tuple(body), notes)


def _of_pictures(folder: Path, finder: FindFaces, reader: ReadFace) -> tuple[str, str, str]:
    true, found, read = 0, 0, 0
    for answers in sorted(folder.glob("*.gt.json")):
        told = json.loads(answers.read_text())
        faces = told["faces"] if isinstance(told["faces"], int) else len(told["faces"])
        (boxes,) = finder([picture_of(folder / told["file"])])
        sure = sum(face.confidence >= 0.8 for face in boxes)
        true, found = true + faces, found + sure
        if faces == 1:
            read += _told(picture_of(folder / told["file"]), finder, reader).details is not None
    return (
        "faces of the photographs (one more child stands beside two men)",
        str(true),
        f"{found}, {read} read in detail",
    )


def _of_videos(folder: Path, finder: FindFaces, reader: ReadFace) -> Iterator[tuple[str, str, str]]:
    for answers in sorted(folder.glob("*.gt.json")):
        told = json.loads(answers.read_text())
        path = answers.with_name(answers.name.removesuffix(".gt.json"))
        faces, details, times_s = _people_of(path, finder, reader)
        persons = {row.person_id for row in faces}
        seen = sum(row.level == "sample" for row in faces) / max(len(times_s) * len(persons), 1)
        speaking = [round(row.speaking_prob or 0.0, 2) for row in details if row.level == "track"]
        true = told.get("faces", told.get("persons"))
        tracks = sum(row.level == "track" for row in faces)
        yield (
            f"{path.name}: persons",
            str(true),
            f"{len(persons)}, {tracks} tracks, each in {seen:.0%} of the samples; speaking {speaking}",
        )


def _persons(folder: Path, names: Sequence[str], finder: FindFaces) -> str:
    """How many persons the largest faces of these photographs are, shown one after the other."""
    from analyzers.edit.cut_analysis import CutRow

    stills = [_portrait(folder / name) for name in names]
    motion = make_motion(np.repeat(np.stack(stills), 4, axis=0), fps=4.0)
    cuts = [CutRow(float(n), float(n), 1.0, "cut", kind="hard") for n in range(1, len(names))]
    media = make_media(width_px=WIDTH, height_px=HEIGHT, duration_s=motion.end_s)
    rows = [row for row in face_detection(make_frames(motion), media, cuts, finder) if row.level == "track"]
    largest = [
        max((r for r in rows if r.start_s == n), key=lambda r: r.size_frac, default=None) for n in range(len(names))
    ]
    return str(len({row.person_id for row in largest if row}))


def _portrait(path: Path) -> NDArray[np.uint8]:
    import cv2

    picture = picture_of(path)
    scale = min(WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    whole = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    whole[: len(small), : small.shape[1]] = small
    return whole
