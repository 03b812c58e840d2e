"""What detectors find on photographs and videos whose things are known, at the threshold of `object_detection`."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.contract import REGISTRY, Detect, Detection
from analyzers.things.object_detection import MIN_CONFIDENCE
from resources.loaders import opencv_detector, ultralytics, yolox
from resources.weights import Weights
from tests.truth.pipeline import Analysed
from tests.truth.real import Table

SMALL, LARGE = 32**2, 96**2  # pixels; the borders that COCO draws
SIZES = ("all", "small", "medium", "large")
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


def objects_table(media: Path, models: Path) -> Table:
    """Recall and precision of each detector on the photographs, and what `object_detection` says of the videos."""
    known = list(photographs(media / "objects"))
    chosen = detectors(models)
    columns = []
    for name, model in chosen.items():
        columns.append(_of_photographs(known, model, name == "opencv_detector") | _of_videos(media, model))
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
    return Table("Objects of real pictures", ("score", *chosen), body, notes)


def _of_photographs(known: Sequence[Known], model: Detect, only_people: bool) -> dict[str, str]:
    tally, named, wanted = Tally(), 0, 0
    for each in known:
        given = each.only("person") if only_people else each
        (found,) = model([_picture(each.path)])
        sure = [thing for thing in found if thing.confidence >= MIN_CONFIDENCE]
        if each.labels:
            labels = {thing.label for thing in sure}
            named, wanted = named + len(labels & set(given.labels)), wanted + len(given.labels)
        else:
            tally.add(given, [thing for thing in sure if thing.label == "person" or not only_people])
    scores = {}
    for size in SIZES:
        scores[f"recall, {size}"], scores[f"precision, {size}"] = tally.told(size)
    return scores | {"labels of photographs without boxes": f"{named} of {wanted}"}


def _picture(path: Path) -> np.ndarray:
    from PIL import Image

    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _of_videos(media: Path, model: Detect) -> dict[str, str]:
    told = {}
    for answers in sorted((media / "video_objects").glob("*.gt.json")):
        wanted = set(json.loads(answers.read_text())["objects"])
        path = answers.with_name(answers.name.removesuffix(".gt.json"))
        with tempfile.TemporaryDirectory(prefix="truth-") as folder:
            video = Analysed(path, Path(folder))
            parts = video.source("frames"), video.source("media"), video.rows("cut_analysis")
            rows = list(REGISTRY["object_detection"].run(*parts, model))
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
