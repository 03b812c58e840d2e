"""What detectors find on photographs and videos whose things are known, at the threshold of `object_detection`."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from analyzers.contract import REGISTRY, Detect, Detection, Frame
from analyzers.things.object_detection import MIN_CONFIDENCE
from resources.loaders import opencv_detector, ultralytics, yolox
from resources.weights import Weights
from tests.inputs import make_frames, make_media, make_motion
from tests.truth.pictures import picture_of
from tests.truth.pipeline import Analysed
from tests.truth.real import Table

SMALL, LARGE = 32**2, 96**2  # pixels; the borders that COCO draws
SIZES = ("all", "small", "medium", "large")
CONFIDENCES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
MANY = 5  # boxes of a label that say something of it
WIDTH, HEIGHT = 360, 640  # of drawn pictures
Box = tuple[float, float, float, float]  # left, top, width, height in pixels


@dataclass(frozen=True, slots=True)
class Known:
    """A photograph and what is on it."""

    path: Path
    boxes: tuple[tuple[str, Box], ...] = ()
    crowds: tuple[tuple[str, Box], ...] = ()  # nobody counted them: neither hit nor miss
    labels: tuple[str, ...] = ()  # where only these are known

    def only(self, label: str) -> "Known":
        boxes, crowds = (tuple(item for item in items if item[0] == label) for items in (self.boxes, self.crowds))
        return Known(self.path, boxes, crowds, tuple(name for name in self.labels if name == label))


@dataclass(slots=True)
class Tally:
    """Things that are there, that were found, and boxes that were wrong, by size."""

    true: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, known: Known, found: Sequence[Detection]) -> None:
        left = list(known.boxes)
        self._count(self.true, (box for _, box in left))
        for thing in sorted(found, key=lambda thing: -thing.confidence):
            place = thing.x, thing.y, thing.w, thing.h
            fitting = [(overlap(place, box), i) for i, (label, box) in enumerate(left) if label == thing.label]
            if fitting and max(fitting)[0] >= 0.5:
                self._count(self.hits, [left.pop(max(fitting)[1])[1]])
            elif not any(label == thing.label and _inside(place, box) > 0.5 for label, box in known.crowds):
                self._count(self.wrong, [place])

    def _count(self, where: Counter[str], boxes: Any) -> None:
        for _, _, w, h in boxes:
            where.update(("all", "small" if w * h < SMALL else "medium" if w * h < LARGE else "large"))

    def told(self, size: str) -> tuple[str, str]:
        """Recall and precision; of wrong boxes it is their own size that counts."""
        hits, true = self.hits[size], self.true[size]
        boxes = hits + self.wrong[size]
        recall = f"{hits / true:.2f} ({hits} of {true})" if true else "none there"
        return recall, f"{hits / boxes:.2f} ({hits} of {boxes})" if boxes else "no box"


def overlap(a: Box, b: Box) -> float:
    both = _shared(a, b)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def _inside(a: Box, b: Box) -> float:
    return _shared(a, b) / (a[2] * a[3])


def _shared(a: Box, b: Box) -> float:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(across, 0.0) * max(down, 0.0)


def detectors(models: Path) -> dict[str, Detect]:
    """Those whose weights are here."""
    families = {"yolov8n_int8": ultralytics, "yolox_nano": yolox}
    found = {
        name: family.load(Weights(name, models, (f"{name}.onnx",)))
        for name, family in families.items()
        if (models / f"{name}.onnx").is_file()
    }
    return found | {"opencv_detector": opencv_detector.load(Weights("opencv_detector", models))}


def photographs(folder: Path) -> Iterator[Known]:
    for answers in sorted(folder.glob("*.gt.json")):
        told = json.loads(answers.read_text())
        path = answers.with_name(told["file"])
        things = told.get("objects") or told.get("expected") or told.get("expected_efficientdet_lite0") or {}
        if isinstance(things, list) and "crowd" in things[0]:
            boxes = [(bool(thing["crowd"]), (thing["label"], tuple(thing["bbox_xywh"]))) for thing in things]
            single, crowds = (tuple(box for crowd, box in boxes if crowd == which) for which in (False, True))
            yield Known(path, single, crowds)
        else:  # what another detector said, or people without saying where
            names = things if isinstance(things, dict) else [thing["label"] for thing in things]
            yield Known(path, labels=tuple(sorted(set(names))))


def tables(media: Path, models: Path) -> Iterator[Table]:
    """Recall and precision of each detector on the photographs, and what `object_detection` says of videos."""
    known = list(photographs(media / "objects"))
    chosen = detectors(models)
    found = {name: [next(iter(model([picture_of(each.path)]))) for each in known] for name, model in chosen.items()}
    columns = [_of_photographs(known, found[name], name) | _of_videos(media, model) for name, model in chosen.items()]
    body = tuple((score, *(column[score] for column in columns)) for score in columns[0])
    things, pictures = sum(len(each.boxes) for each in known), sum(bool(each.boxes) for each in known)
    notes = (
        f"{pictures} photographs with {things} annotated boxes of COCO's classes; a box is right if it overlaps one of "
        f"its label by half (IoU 0.5) and scores at least {MIN_CONFIDENCE}. Sizes are COCO's: small below 32², large "
        "above 96² pixels. Boxes in annotated crowds count neither way. Of opencv_detector, which has three labels, "
        "people alone are counted on photographs.",
        "The two networks are the smallest of their families: they show that the path is right, not what larger "
        "weights find. Of the videos it is only known which things they show. A label is wrong if it is none of those; "
        "`moving_region` and `face` count neither way.",
    )
    yield Table("Objects of real pictures", ("score", *chosen), body, notes)
    yield _by_confidence(known, found)
    yield _by_class(known, found)
    yield _paths(media, chosen)
    yield _nothing(chosen)


def _tally(known: Sequence[Known], found: Sequence[Sequence[Detection]], least: float, label: str | None) -> Tally:
    """Of those with boxes, from a confidence on; of one label alone, where there is one."""
    tally = Tally()
    for each, things in zip(known, found, strict=True):
        if not each.labels:
            sure = [thing for thing in things if thing.confidence >= least and label in (None, thing.label)]
            tally.add(each.only(label) if label else each, sure)
    return tally


def _label_of(name: str) -> str | None:
    """What alone is asked of a detector; that of OpenCV knows people and nothing else of COCO's."""
    return "person" if name == "opencv_detector" else None


def _of_photographs(known: Sequence[Known], found: Sequence[Sequence[Detection]], name: str) -> dict[str, str]:
    label = _label_of(name)
    tally, named, wanted = _tally(known, found, MIN_CONFIDENCE, label), 0, 0
    for each, things in zip(known, found, strict=True):
        given = set((each.only(label) if label else each).labels)
        named += len({thing.label for thing in things if thing.confidence >= MIN_CONFIDENCE} & given)
        wanted += len(given)
    scores = {}
    for size in SIZES:
        scores[f"recall, {size}"], scores[f"precision, {size}"] = tally.told(size)
    return scores | {"labels of photographs without boxes": f"{named} of {wanted}"}


def _by_confidence(known: Sequence[Known], found: dict[str, list[list[Detection]]]) -> Table:
    body = []
    for least in CONFIDENCES:
        tallies = [_tally(known, things, least, _label_of(name)) for name, things in found.items()]
        body.append((f"{least}", *("; ".join(tally.told("all")) for tally in tallies)))
    notes = ("Recall; precision. The same photographs, boxes of all sizes.",)
    return Table("Objects of real pictures, by least confidence", ("from", *found), tuple(body), notes)


def _by_class(known: Sequence[Known], found: dict[str, list[list[Detection]]]) -> Table:
    counts = Counter(label for each in known for label, _ in each.boxes)
    labels = [label for label, count in counts.most_common() if count >= MANY]
    nets = [name for name in found if _label_of(name) is None]
    body = [
        (label, *("; ".join(_tally(known, found[name], MIN_CONFIDENCE, label).told("all")) for name in nets))
        for label in labels
    ]
    notes = (f"Recall; precision, from {MIN_CONFIDENCE} on, of the labels with {MANY} boxes or more.",)
    return Table("Objects of real pictures, by label", ("label", *nets), tuple(body), notes)


def _paths(media: Path, chosen: dict[str, Detect]) -> Table:
    """A bus, cut out of its photograph, moved over a texture: the goal is one track, and 0.7 of the drawn box."""
    nets = [name for name in chosen if _label_of(name) is None]
    rng = np.random.default_rng(3)
    times = {rate: np.arange(round(4 * rate)) / rate for rate in (24, 29.97, 30, 60)}
    uneven = np.cumsum(rng.uniform(1 / 60, 1 / 20, 120))
    body = []
    for title, t_s in [*((f"{rate} frames a second", t) for rate, t in times.items()), ("uneven times", uneven)]:
        pictures, boxes = _bus(media, t_s)
        frames = make_frames(make_motion(pictures, t_s=t_s - t_s[0]))
        cells = []
        for name in nets:
            rows = list(
                REGISTRY["object_detection"].run(
                    frames, make_media(n_frames=len(t_s), duration_s=float(t_s[-1] - t_s[0])), None, None, chosen[name]
                )
            )
            shares = [_overlap_of(row, boxes[frame.index]) for row, frame in _samples(rows, frames)]
            tracks = sum(row.level == "track" for row in rows)
            cells.append(f"{tracks} track, {len(shares)} of {len(frames)} samples, IoU {min(shares, default=0):.2f}")
        body.append((title, *cells))
    return Table(
        "A bus on a drawn path", ("frames", *nets), tuple(body), ("The worst overlap. Nothing is compressed.",)
    )


def _samples(rows: Sequence[Any], frames: Sequence[Frame]) -> Iterator[tuple[Any, Frame]]:
    by_time = {frame.t_s: frame for frame in frames}
    return ((row, by_time[row.start_s]) for row in rows if row.level == "sample" and row.label == "bus")


def _overlap_of(row: Any, box: Box) -> float:
    return overlap((row.x * WIDTH, row.y * HEIGHT, row.w * WIDTH, row.h * HEIGHT), box)


def _bus(media: Path, t_s: NDArray[np.float64]) -> tuple[NDArray[np.uint8], list[Box]]:
    (known,) = (each for each in photographs(media / "objects") if each.path.name == "coco_000000568290.jpg")
    x, y, w, h = max((box for label, box in known.boxes if label == "bus"), key=lambda box: box[2] * box[3])
    left, top = int(max(x - 6, 0)), int(max(y - 6, 0))
    piece = picture_of(known.path)[top : int(y + h + 6), left : int(x + w + 6)]
    scale = 180 / piece.shape[1]
    piece = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    pictures, boxes = np.repeat(_texture()[None], len(t_s), axis=0), []
    for picture, share in zip(pictures, (t_s - t_s[0]) / (t_s[-1] - t_s[0]), strict=True):
        at_x, at_y = round(10 + (WIDTH - 20 - piece.shape[1]) * share), round(100 + 150 * share)
        picture[at_y : at_y + piece.shape[0], at_x : at_x + piece.shape[1]] = piece
        boxes.append((at_x + (x - left) * scale, at_y + (y - top) * scale, w * scale, h * scale))
    return pictures, boxes


def _texture() -> NDArray[np.uint8]:
    rng = np.random.default_rng(5)
    coarse = [rng.normal(0, 16, (2 * n, n, 3)) for n in (4, 8, 16, 32, 64)]
    layers = [cv2.resize(layer, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for layer in coarse]
    return np.clip(120 + sum(layers), 0, 255).astype(np.uint8)


def _nothing(chosen: dict[str, Detect]) -> Table:
    """Pictures that show nothing a detector knows; of two seconds each: the goal is no row."""
    from skimage import data

    rng = np.random.default_rng(7)
    ramp = np.repeat(np.linspace(20, 230, HEIGHT)[:, None, None], WIDTH, axis=1).repeat(3, axis=2).astype(np.uint8)
    stripes = np.where(np.arange(WIDTH)[None, :, None] // 12 % 2, 230, 30) * np.ones((HEIGHT, 1, 3))
    photos = {"gravel": data.gravel(), "grass": data.grass(), "brick": data.brick(), "moon": data.moon()}
    pictures = {
        "noise": rng.integers(0, 256, (8, HEIGHT, WIDTH, 3), dtype=np.uint8),
        "texture": _still(_texture()),
        "ramp": _still(ramp),
        "stripes": _still(stripes.astype(np.uint8)),
        **{name: _still(np.repeat(grey[..., None], 3, axis=2)) for name, grey in photos.items()},
    }
    body = []
    for title, shown in pictures.items():
        frames = make_frames(make_motion(shown, fps=4.0))
        answers = [
            list(REGISTRY["object_detection"].run(frames, make_media(n_frames=8, duration_s=2.0), None, None, model))
            for model in chosen.values()
        ]
        body.append((title, *(", ".join(sorted({row.label for row in rows})) or "no row" for rows in answers)))
    return Table("Objects where none are", ("picture", *chosen), tuple(body))


def _still(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(picture[None], 8, axis=0)


def _of_videos(media: Path, model: Detect) -> dict[str, str]:
    told = {}
    for answers in sorted((media / "video_objects").glob("*.gt.json")):
        wanted = set(json.loads(answers.read_text())["objects"])
        path = answers.with_name(answers.name.removesuffix(".gt.json"))
        with tempfile.TemporaryDirectory(prefix="truth-") as folder:
            video = Analysed(path, Path(folder))
            parts = video.source("frames"), video.source("media"), video.rows("cut_analysis")
            rows = list(REGISTRY["object_detection"].run(*parts, None, model))
        tracks = Counter(row.label for row in rows if row.level == "track")
        right = [f"{count} {label}" for label, count in sorted(tracks.items()) if label in wanted]
        wrong = [
            f"{count} {label}"
            for label, count in sorted(tracks.items())
            if label not in wanted | {"moving_region", "face"}
        ]
        told[f"{path.name}: {len(wanted)} labels"] = f"{len(right)} of {len(wanted)}"
        told[f"{path.name}: tracks"] = f"{', '.join(right) or 'none right'}; {', '.join(wrong) or 'none'} wrong"
    return told
