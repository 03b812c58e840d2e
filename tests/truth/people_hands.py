"""Hands: what is said of real pictures, of pictures that move on known paths, and of hands drawn by their points."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import REGISTRY, FindBodies, FindHands, Flow
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.people.hands import FINGERS, Finger, palm
from analyzers.people.gesture_recognition import Row, gesture_recognition
from analyzers.people.hand_gesture import HandRow, hand_gesture
from resources.loaders import mediapipe_hands, mediapipe_pose
from resources.render import Noise, Photo, Shot, Sprite, Video, render
from resources.render.picture import Still
from resources.weights import Weights
from tests.hands import NOISE, hand_rows, hand_shape, relaxed_hand, thumb_hand
from tests.inputs import make_closeups, make_frames, make_media, make_motion
from tests.truth.cases import CRFS
from tests.truth.pictures import picture_of
from tests.truth.pipeline import Analysed
from tests.truth.real import Table
from tests.truth.scores import f1

HANDS, POSES = "gesture_recognizer_lite.task", "pose_landmarker_lite.task"
# Whose hand the picture's gesture is of, and the fingers that stand, as one sees them.
SEEN: dict[str, tuple[str, str, tuple[Finger, ...]]] = {
    "gesture_call_1.jpg": ("right", "call", ("thumb", "pinky")),
    "gesture_call_2.jpg": ("right", "call", ("thumb", "pinky")),
    "gesture_call_3.jpg": ("left", "call", ("thumb", "pinky")),
    "gesture_four_1.jpg": ("left", "four", FINGERS[1:]),
    "gesture_four_2.jpg": ("left", "four", FINGERS[1:]),
    "gesture_four_3.jpg": ("right", "four", FINGERS[1:]),
    "gesture_none_1.jpg": ("right", "Thumb_Down", ("thumb",)),
    "gesture_none_2.jpg": ("left", "Thumb_Down", ("thumb",)),
    "gesture_none_3.jpg": ("left", "Thumb_Down", ("thumb",)),
    "gesture_rock_1.jpg": ("right", "rock", ("index", "pinky")),
    "gesture_rock_2.jpg": ("left", "rock", ("index", "pinky")),
    "gesture_rock_3.jpg": ("right", "rock", ("index", "pinky")),
    "mp_hand_left.jpg": ("right", "Thumb_Up", ("thumb",)),
    "mp_hand_thumb_up.jpg": ("left", "Thumb_Up", ("thumb",)),
    "mp_thumbs_up.png": ("right", "Thumb_Up", ("thumb",)),
}
WIDTH, HEIGHT, SHOT_S = 576, 1024, 1.5
WIDE = 1.5  # widths of the picture that the moved photograph is wide; its hand is a fifth of it
PATHS = ((0.35, 0.4, 0.12, 0.1), (0.55, 0.55, -0.1, -0.15))  # where each shot's begins, and its speed, in widths
NOWHERE = (Photo("cat"), Photo("coffee"), Photo("hubble"), Photo("china"), Photo("motorcycle"), Noise(42))
MEDIA = make_media()


def tables(media: Path) -> Iterator[Table]:
    """Of the drawn hands always, of real ones where the models are."""
    yield drawn_table()
    yield clap_table()
    models = media.with_name("models")
    if not all((models / name).is_file() for name in (HANDS, POSES)):
        return
    finder = mediapipe_hands.load(Weights("hands", models, (HANDS,)))
    poses = mediapipe_pose.load(Weights("pose", models, (POSES,)))
    try:
        yield pictures_table(media / "hands", finder, poses)
        yield changed_table(media / "hands", finder)
        yield paths_table(media / "hands", finder)
        yield videos_table(media, finder, poses)
    finally:
        for task in (finder, poses):
            task.close()  # pyright: ignore[reportAttributeAccessIssue]


# Drawn by their points


@dataclass(frozen=True, slots=True)
class Played:
    """What one hand or two do, and what that is."""

    rows: list[HandRow]
    true: tuple[tuple[str, float, float], ...]  # gesture, start, end


@dataclass(slots=True)
class Tally:
    """Gestures that were told rightly, told at all, and done; and those told of hands that show nothing."""

    hits: int = 0
    told: int = 0
    true: int = 0
    extra: int = 0

    @property
    def f1(self) -> float:
        return f1(self.hits, self.told, self.true)


def drawn_table() -> Table:
    """F1 of gestures, by noise and lost looks."""
    body = []
    for title, goal, noise, dropped in (
        ("1 % of the hand", "at least 0.95", NOISE, 0.0),
        ("1 %, a tenth of the looks lost", "at least 0.95", NOISE, 0.1),
        ("2 %, a fifth lost", "", 2 * NOISE, 0.2),
    ):
        tally = drawn_f1(noise, dropped, seeds=4)
        counts = f"{tally.f1:.3f} ({tally.hits} of {tally.true}, {tally.told} told)"
        body.append((title, goal, counts, str(tally.extra)))
    notes = (
        "Ten looks a second at hands drawn by their 21 points, thirty where they clap, as hand_gesture looks: eight "
        "signs held for 0.6 s (an open palm for 1 s), waves at 1 to 3 Hz, claps, swipes, counting to four, and hands "
        "that rest or talk. A gesture is right if it has its name and overlaps by half. The rows of hands that show "
        "nothing are counted in F1 too.",
    )
    head = ("noise of the points", "goal, F1", "F1", "rows where nothing is shown, goal 0")
    return Table("Gestures of drawn hands", head, tuple(body), notes)


def drawn_f1(noise: float, dropped: float, seeds: int) -> Tally:
    tally = Tally()
    for seed in range(seeds):
        for played in _scenes(noise, dropped, seed):
            rows = list(gesture_recognition(played.rows, None, None, None, MEDIA))
            tally.extra += 0 if played.true else len(rows)
            tally.hits += hits(rows, played.true)
            tally.told += len(rows)
            tally.true += len(played.true)
    return tally


def hits(rows: Sequence[Row], true: Sequence[tuple[str, float, float]]) -> int:
    left = list(rows)
    found = 0
    for name, start_s, end_s in true:
        for row in left:
            shared_s = min(row.end_s, end_s) - max(row.start_s, start_s)
            if row.gesture == name and shared_s >= 0.5 * max(row.end_s - row.start_s, end_s - start_s):
                left.remove(row)
                found += 1
                break
    return found


def _scenes(noise: float, dropped: float, seed: int) -> Iterator[Played]:
    def played(path: Callable[[float], Any], seconds: float, *true: tuple[str, float, float]) -> Played:
        return Played(hand_rows(path, seconds, noise=noise, dropped=dropped, seed=seed), true)

    rng = np.random.default_rng(seed)
    rest, open_hand = relaxed_hand(), hand_shape(FINGERS)
    signs = {
        "thumb_up": thumb_hand(is_up=True),
        "thumb_down": thumb_hand(is_up=False),
        "point": hand_shape(["index"], turn_deg=float(rng.uniform(-80, 80))),
        "horns": hand_shape(["index", "pinky"]),
        "call": hand_shape(["thumb", "pinky"]),
        "i_love_you": hand_shape(["thumb", "index", "pinky"]),
        "open_palm": open_hand,
        "victory": _victory(),
    }
    for name, shape in signs.items():
        length_s = 1.0 if name == "open_palm" else 0.6
        start_s = float(rng.uniform(0.5, 1.0))
        yield played(
            lambda t, a=start_s, b=start_s + length_s, shape=shape: (shape if a <= t < b else rest, 0.5, 0.9),
            2.5,
            (name, start_s, start_s + length_s),
        )
    for hz in (1.0, 2.0, 3.0):
        yield played(
            lambda t, hz=hz: (
                (open_hand, 0.5 + 0.06 * np.sin(2 * np.pi * hz * t), 0.8) if 1 <= t < 3.5 else (rest, 0.5, 0.9)
            ),
            4.5,
            ("wave", 1.0, 3.5),
        )
    yield played(lambda t: (rest, 0.3 + 0.4 * float(np.clip((t - 1) / 0.35, 0, 1)), 0.9), 2.5, ("swipe", 1.0, 1.35))
    up = ("index", "middle", "ring", "pinky")
    yield played(lambda t: (hand_shape(up[: min(int(t / 0.6), 4)]), 0.5, 0.9), 3.0, ("count_fingers", 0.6, 3.0))
    moments = (1.0 + np.arange(4) * float(rng.uniform(0.4, 0.7))).tolist()
    yield Played(_clapping(moments, 4.5, noise, dropped, seed, 30.0), (("clap", moments[0], moments[-1]),))
    yield played(lambda t: (rest, 0.5, 0.9), 4.0)
    paces, phases = rng.uniform(0.3, 1.5, 6), rng.uniform(0, 6, 6)

    def talking(t: float) -> Any:
        x, y = (0.03 * np.sin(2 * np.pi * paces[k : k + 3] * t + phases[k : k + 3]).sum() for k in (0, 3))
        return rest, 0.3 + x, 1.0 + y

    yield played(talking, 8.0)


def _victory() -> NDArray[np.float64]:
    """The first two fingers parted."""
    shape = hand_shape(["index", "middle"])
    for first, by in ((5, 0.15), (9, -0.15)):
        shape[first + 1 : first + 4, 0] += by * np.array([0.5, 0.8, 1.0])
    return shape


def _clapping(
    at_s: Sequence[float], seconds: float, noise: float, dropped: float, seed: int, looks_hz: float = 10.0
) -> list[HandRow]:
    """Palms that meet at these times, 0.2 s there and 0.2 s back, 0.15 widths each."""

    def path(side: int) -> Callable[[float], Any]:
        shape = hand_shape([], is_left=side > 0, is_loose=True)

        def at(t: float) -> Any:
            share = min(min(abs(t - moment) for moment in at_s) / 0.2, 1.0)
            away = 0.15 * np.sin(np.pi / 2 * share)  # quickest where they meet
            return shape, 0.5 + side * (0.02 + away), 0.9

        return at

    rows = []
    for side, name, track in ((-1, "right", 0), (1, "left", 1)):
        rows += hand_rows(
            path(side), seconds, side=name, track_id=track, noise=noise, dropped=dropped, seed=seed + track,
            looks_hz=looks_hz,
        )  # fmt: skip
    return rows


def clap_table() -> Table:
    """When hands meet, by how often they are looked at."""
    body = []
    for looks_hz, goal in ((10.0, ""), (30.0, "1 frame: 33 ms")):
        errors, true = clap_errors(looks_hz, seeds=10)
        cells = f"{1000 * np.median(errors):.0f} ms", f"{1000 * max(errors):.0f} ms", f"{len(errors)} of {true}"
        body.append((f"{looks_hz:.0f} looks a second", goal, *cells))
    notes = (
        "Hands drawn by their points, with noise of 1 %; times of the claps are not those of the looks. hand_gesture "
        "looks at every frame, up to 30 a second, while the wrists of body_pose meet, and else ten times a second.",
    )
    return Table("Times of claps", ("hands seen", "goal", "error, median", "worst", "claps told"), tuple(body), notes)


def clap_errors(looks_hz: float, seeds: int) -> tuple[list[float], int]:
    """In seconds, of every clap that was told, and how many there are."""
    rng = np.random.default_rng(5)
    errors, true = [], 0
    for seed in range(seeds):
        at_s = (1.0 + np.cumsum(rng.uniform(0.4, 0.8, 5))).tolist()
        rows = _clapping(at_s, 6.0, NOISE, 0.0, seed, looks_hz)
        told = [t for row in gesture_recognition(rows, None, None, None, MEDIA) for t in row.at_s]
        errors += [min(abs(t - moment) for moment in at_s) for t in told]
        true += len(at_s)
    return errors, true


# Real pictures


def pictures_table(folder: Path, finder: FindHands, poses: FindBodies) -> Table:
    body, right = [], np.zeros((2, 3), int)
    for name, (side, sign, fingers) in SEEN.items():
        cells = []
        for which, with_body in enumerate((None, poses)):
            rows = [row for row in _hands_of(picture_of(folder / name), finder, with_body) if row.level == "track"]
            known = _best(rows, side, fingers)
            answer = (
                known is not None,
                known is not None and known.hand == side,
                known and known.fingers_up == fingers,
            )
            right[which] += [bool(part) for part in answer]
            cells.append("; ".join(_said(row) for row in rows) or "no hand")
        body.append((name, f"{side}: {sign}, {_names(fingers)}", *cells))
    sums = [
        f"{found} found, {hand} rightly left or right, {shown} with the right fingers" for found, hand, shown in right
    ]
    body.append((f"**{len(SEEN)} hands that show something**", "", *(f"**{text}**" for text in sums)))
    notes = (
        "The hand that shows something, as one sees it: left and right are the person's own. MediaPipe's tests call "
        "the hands of mp_hand_left.jpg and .mp4 left, for a picture taken as a mirror; they are right ones. The "
        "pictures of the folder `none` show thumbs down, which the model knows; call, four and rock it does not know, "
        "and the fingers tell them. `by body_pose`: looked at around the wrists that pose_landmarker_lite is sure of.",
    )
    return Table("Hands of real pictures", ("picture", "shown", "whole picture", "by body_pose"), tuple(body), notes)


def _best(rows: Sequence[HandRow], side: str, fingers: tuple[Finger, ...]) -> HandRow | None:
    """The hand that is meant, where several are seen: of that side if there is one, then of those fingers."""
    return max(rows, key=lambda row: (row.hand == side, row.fingers_up == fingers), default=None)


def _said(row: HandRow) -> str:
    return f"{row.hand}: {row.gesture or 'none'}, {_names(row.fingers_up)}"


def _names(fingers: Sequence[str]) -> str:
    return "+".join(fingers) or "no finger"


def _hands_of(rgb: NDArray[np.uint8], finder: FindHands, poses: FindBodies | None) -> list[HandRow]:
    """Of a picture shown for three looks."""
    motion = make_motion(np.repeat(rgb[None], 3, axis=0), fps=10.0)
    media = make_media(width_px=rgb.shape[1], height_px=rgb.shape[0], n_frames=3, duration_s=motion.end_s)
    frames, closeups = make_frames(motion), make_closeups(motion)
    bodies = None
    if poses:
        still = Flow(np.zeros(0), np.zeros((0, 1, 1, 2), np.float16), np.zeros(0, np.float32))
        bodies = list(REGISTRY["body_pose"].run(frames, media, closeups, still, None, None, None, poses))
    return list(hand_gesture(frames, media, closeups, None, bodies, None, None, finder))


def changed_table(folder: Path, finder: FindHands) -> Table:
    """Pictures of one hand, changed in known ways."""
    import cv2

    cases: dict[str, list[tuple[bool, float]]] = {}
    for name in ("mp_hand_thumb_up.jpg", "mp_thumbs_up.png", "gesture_rock_1.jpg", "gesture_four_2.jpg"):
        rgb = picture_of(folder / name)
        scale = 640 / max(rgb.shape[:2])
        rgb = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        height, width = rgb.shape[:2]
        plain = _only(finder, rgb)
        changes = {"mirrored": np.array([[-1.0, 0, width - 1], [0, 1, 0]])}
        changes |= {f"at {s} of its size": np.array([[s, 0, 0], [0, s, 0.0]]) for s in (0.5, 0.75, 1.5)}
        changes |= {"moved by a tenth": np.array([[1, 0, 0.1 * width], [0, 1, 0.1 * height]])}
        changes |= {
            f"turned by {a}°": cv2.getRotationMatrix2D((width / 2, height / 2), a, 1.0) for a in (-30, -15, 15, 30)
        }
        for title, matrix in changes.items():
            size = (round(width * 1.5), round(height * 1.5)) if "1.5" in title else (width, height)
            changed = cv2.warpAffine(rgb, matrix, size, borderMode=cv2.BORDER_REPLICATE)
            other = _only(finder, np.asarray(changed, np.uint8))
            if plain is None or other is None:
                cases.setdefault(title, []).append((False, np.inf))
                continue
            true = plain.points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
            away = float(np.linalg.norm(other.points[:, :2] - true, axis=1).mean())
            unit = palm(plain.points.astype(float)) * float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
            cases.setdefault(title, []).append(((other.side != plain.side) == (title == "mirrored"), away / unit))
    body = []
    for title, found in cases.items():
        sides, errors = sum(right for right, _ in found), [error for _, error in found if np.isfinite(error)]
        told = f"{np.median(errors):.3f}, {max(errors):.3f}" if errors else "none found"
        body.append((title, f"{sides} of {len(found)}", told))
    told = json.loads((folder / "mp_thumbs_up.png.gt.json").read_text())
    hand = _only(finder, rgb := picture_of(folder / "mp_thumbs_up.png"))
    if hand is not None:
        away = hand.points[:, :2] / rgb.shape[1::-1] - np.array(told["landmarks_21_xyz"])[:, :2]
        score = f"{hand.gesture} {hand.gesture_confidence:.2f}, of {told['gesture']} {told['score']:.2f}"
        body.append(
            (f"mp_thumbs_up.png: mean error of a point, {score}", "", f"{np.abs(away).mean():.4f} of the picture")
        )
    notes = ("Four pictures. The points' distance from where the change puts them, in palms: median, worst.",)
    return Table("Hands of changed pictures", ("change", "left or right as it must be", "points"), tuple(body), notes)


def _only(finder: FindHands, rgb: NDArray[np.uint8]) -> Any:
    """The surest hand of a picture."""
    (hands,) = finder([np.ascontiguousarray(rgb)])
    return max(hands, key=lambda hand: hand.confidence, default=None)


# Moving


def paths_table(folder: Path, finder: FindHands) -> Table:
    columns = [_of_paths(folder, crf, finder) for crf in CRFS]
    goals = {
        "looks that find the hand, IoU 0.5": "at least 0.95",
        "worst overlap": "",
        "tracks": str(len(PATHS)),
        "right hand, thumb up": "all tracks",
        "tracks where no hand is": "0",
        "time of its own for 6 s where no hand is": "",
    }
    body = tuple((score, goal, *(column[score] for column in columns)) for score, goal in goals.items())
    notes = (
        "mp_thumbs_up.png, whose points MediaPipe's own test tells, crosses two shots of 1.5 s, "
        "whose cuts are told; a third shows coffee. "
        "Where no hand is, six pictures of a second each stand. Without body_pose: whole pictures are looked at.",
    )
    return Table("A hand on a known path", ("score", "goal", *(f"CRF {crf}" for crf in CRFS)), body, notes)


def _of_paths(folder: Path, crf: int, finder: FindHands) -> dict[str, str]:
    told = json.loads((folder / "mp_thumbs_up.png.gt.json").read_text())
    points = np.array(told["landmarks_21_xyz"])[:, :2]
    tall = WIDE * 1280 / 1920
    sprites = tuple(
        Sprite(
            "rectangle", n * SHOT_S, (n + 1) * SHOT_S, x, y, WIDE, tall, (dx, dy), Still(folder / "mp_thumbs_up.png")
        )
        for n, (x, y, dx, dy) in enumerate(PATHS)
    )
    shots = Shot(Noise(11), SHOT_S), Shot(Photo("flower"), SHOT_S), Shot(Photo("coffee"), SHOT_S)
    cuts = [CutRow(n * SHOT_S, n * SHOT_S, 1.0, "cut", kind="hard") for n in (1, 2)]
    rows, _ = _analysed(Video(shots, width=WIDTH, height=HEIGHT, sprites=sprites, crf=crf), finder, cuts)
    samples = [row for row in rows if row.level == "sample"]
    tracks = [row for row in rows if row.level == "track"]
    overlaps = []
    for n, (x, y, dx, dy) in enumerate(PATHS):
        for look in np.arange(n * SHOT_S, (n + 1) * SHOT_S - 1e-6, 0.1):
            near = [row for row in samples if row.start_s - 1e-3 <= look + 0.02 < row.end_s]
            best = 0.0
            for row in near:
                since_s = row.start_s - n * SHOT_S
                left_top = np.array([x + dx * since_s - WIDE / 2, y * HEIGHT / WIDTH + dy * since_s - tall / 2])
                true = (left_top + points * (WIDE, tall)) / (1, HEIGHT / WIDTH)
                best = max(best, _overlap(true, row))
            overlaps.append(best)
    shown = sum((row.hand, row.gesture) == ("right", "Thumb_Up") for row in tracks)
    nothing = Video(tuple(Shot(look, 1.0) for look in NOWHERE), width=WIDTH, height=HEIGHT, crf=crf)
    empty, seconds = _analysed(nothing, finder)
    found = sum(overlap >= 0.5 for overlap in overlaps)
    return {
        "looks that find the hand, IoU 0.5": f"{found / len(overlaps):.2f} ({found} of {len(overlaps)})",
        "worst overlap": f"{min(overlaps):.2f}",
        "tracks": str(len(tracks)),
        "right hand, thumb up": f"{shown} of {len(tracks)}",
        "tracks where no hand is": str(sum(row.level == "track" for row in empty)),
        "time of its own for 6 s where no hand is": f"{seconds:.2f} s",
    }


def _overlap(points: NDArray[np.float64], row: HandRow) -> float:
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    across = max(min(right, row.x + row.w) - max(left, row.x), 0.0)
    down = max(min(bottom, row.y + row.h) - max(top, row.y), 0.0)
    return float(across * down / ((right - left) * (bottom - top) + row.w * row.h - across * down))


def _analysed(video: Video, finder: FindHands, cuts: list[CutRow] | None = None) -> tuple[list[HandRow], float]:
    """The rows, and the processor's time that they took."""
    with tempfile.TemporaryDirectory(prefix="truth-") as made:
        path = Path(made) / "clip.mp4"
        render(video, path)
        return _of_file(path, finder, None, cuts)


def _of_file(
    path: Path, finder: FindHands, poses: FindBodies | None, cuts: list[CutRow] | None = None
) -> tuple[list[HandRow], float]:
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        analysed = Analysed(path, Path(folder))
        parts = [*map(analysed.source, ("frames", "media")), analysed.input("closeups")]
        cuts, bodies = analysed.rows("cut_analysis") if cuts is None else cuts, None
        if poses:
            flow = analysed.input("flow")
            bodies = list(REGISTRY["body_pose"].run(*parts, flow, cuts, None, None, poses))
        started = time.process_time()
        rows = list(hand_gesture(*parts, cuts, bodies, None, None, finder))
        return rows, time.process_time() - started


def videos_table(media: Path, finder: FindHands, poses: FindBodies) -> Table:
    body = []
    for folder, shown in (("video_hands", "one right hand throughout"), ("video_people", "")):
        for path in sorted((media / folder).iterdir()):
            if path.suffix == ".json":
                continue
            cells = []
            for with_body in (None, poses):
                rows, _ = _of_file(path, finder, with_body)
                tracks = [row for row in rows if row.level == "track"]
                gestures = [row.gesture for row in gesture_recognition(rows, None, None, None, MEDIA)]
                lasted_s = sum(row.end_s - row.start_s for row in tracks)
                sides = " and ".join(sorted({row.hand for row in tracks})) or "none"
                cells.append(f"{len(tracks)} tracks ({sides}), {lasted_s:.1f} s; {', '.join(gestures) or 'no gesture'}")
            body.append((path.name, shown, *cells))
    return Table("Hands of real videos", ("video", "shown", "whole pictures", "by body_pose"), tuple(body))
