"""PP-OCRv6 small, detection and recognition, run by onnxruntime from the files inside rapidocr's wheel.

RapidOCR's detector and recognizer are used as they are; what lies between them is ours: pieces of one
line are joined before they are read, a line that reads badly is also read upside down, and a space that
the recognizer half saw is kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Read, TextBox
from resources.weights import Weights

THREADS = 4  # at most: one line of text is too little work for more
SHORT_SIDE_PX = 640  # detection costs 0.13 s at 640x1138 against 0.22 s at 720x1280 on two cores; finds the same lines
LONG_SIDE_PX = 1280
MIN_SIDE_PX = 192  # the detector needs room around a line: smaller pictures get a border
LINE_HEIGHT_PX = 48  # what the recognizer was trained on
BATCH = 6  # lines of similar length read together
SURE = 0.85  # an upright line reads at 0.9 and more, an upside-down one below
MIN_CONFIDENCE = 0.5
SPACE_SHARE = 0.08  # chance of a space between two letters from which on it is kept


@dataclass(frozen=True, slots=True)
class Reading:
    text: str
    confidence: float


def load(weights: Weights) -> Read:
    """The reader. Its files are named outright, so nothing looks for a download."""
    from rapidocr import RapidOCR

    models = _models_folder()
    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": min(THREADS, weights.device.threads),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
            "Det.limit_type": "max",
            "Det.limit_side_len": LONG_SIDE_PX,
        }
    )
    return Reader(engine._load_det_model(), engine._load_rec_model())


def _models_folder() -> Path:
    import rapidocr

    return Path(rapidocr.__file__).parent / "models"


class Reader:
    """Reads pictures one by one; the lines of a picture go through the recognizer in batches."""

    def __init__(self, detector: Any, recognizer: Any) -> None:
        self._detect, self._recognize = detector, recognizer
        self._letters: list[str] = recognizer.postprocess_op.character
        self._space = self._letters.index(" ")

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[TextBox]]:
        for rgb in images:
            yield self._read(rgb)

    def _read(self, rgb: NDArray[np.uint8]) -> list[TextBox]:
        bgr = np.ascontiguousarray(rgb[..., ::-1])
        quads = self._find(bgr)
        crops = [_straighten(bgr, quad) for quad in quads]
        readings = self._recognize_all(crops)
        doubted = [i for i, reading in enumerate(readings) if reading.confidence < SURE]
        turned = self._recognize_all([crops[i][::-1, ::-1] for i in doubted])
        for i, reading in zip(doubted, turned, strict=True):
            if reading.confidence > max(readings[i].confidence, SURE):
                readings[i], quads[i] = reading, np.roll(quads[i], -2, axis=0)
        return [
            TextBox(reading.text, reading.confidence, tuple((float(x), float(y)) for x, y in quad))
            for reading, quad in zip(readings, quads, strict=True)
            if reading.text and reading.confidence >= MIN_CONFIDENCE
        ]

    def _find(self, bgr: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """One quadrangle per line, clockwise from where its text begins if it stands upright."""
        import cv2

        height, width = bgr.shape[:2]
        scale = min(1.0, SHORT_SIDE_PX / min(height, width), LONG_SIDE_PX / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = bgr if scale == 1 else cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
        down, across = (max(0, MIN_SIDE_PX - side) // 2 for side in picture.shape[:2])
        if down or across:
            picture = cv2.copyMakeBorder(picture, down, down, across, across, cv2.BORDER_REPLICATE)
        found = self._detect(picture).boxes
        if found is None or not len(found):
            return []
        room = np.array([across, down], np.float32)
        quads = [((quad - room) / scale).astype(np.float32) for quad in np.asarray(found)]
        limit = np.array([width - 1, height - 1], np.float32)
        return [_from_its_start(np.clip(quad, 0, limit).astype(np.float32)) for quad in _joined(quads)]

    def _recognize_all(self, crops: list[NDArray[np.uint8]]) -> list[Reading]:
        readings = [Reading("", 0.0)] * len(crops)
        by_length = sorted(range(len(crops)), key=lambda i: crops[i].shape[1] / crops[i].shape[0])
        for first in range(0, len(by_length), BATCH):
            batch = by_length[first : first + BATCH]
            widest = max(320 / LINE_HEIGHT_PX, *(crops[i].shape[1] / crops[i].shape[0] for i in batch))
            prepared = np.stack([self._recognize.resize_norm_img(crops[i], widest) for i in batch])
            for i, chances in zip(batch, self._recognize.session(prepared.astype(np.float32)), strict=True):
                readings[i] = self._decode(chances)
        return readings

    def _decode(self, chances: NDArray[np.float32]) -> Reading:
        """CTC's best path, with the spaces it nearly took: capitals set close lose theirs otherwise."""
        best = chances.argmax(axis=1)
        taken = (best != 0) & (best != np.concatenate([[0], best[:-1]]))
        columns = np.flatnonzero(taken)
        if not len(columns):
            return Reading("", 0.0)
        text = ""
        for before, column in zip([None, *columns[:-1]], columns, strict=True):
            letter = self._letters[best[column]]
            between = chances[before + 1 : column, self._space] if before is not None else chances[:0, 0]
            if len(between) and between.max() > SPACE_SHARE and " " not in (letter, text[-1:]):
                text += " "
            text += letter
        return Reading(_in_latin(" ".join(text.split())), float(chances[columns, best[columns]].mean()))


def _in_latin(text: str) -> str:
    """A Latin line without its look-alikes: full-width signs (U+FF01 and on) and a beta for a sharp s."""
    if any("\u0370" <= letter <= "\uffff" and not "\uff01" <= letter <= "\uff5e" and letter != "β" and letter.isalpha()
           for letter in text):  # fmt: skip
        return text
    plain = "".join(chr(ord(letter) - 0xFEE0) if "\uff01" <= letter <= "\uff5e" else letter for letter in text)
    return plain.replace("β", "ß")


def _joined(quads: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """Pieces of one level line that overlap or nearly touch, as one."""
    import cv2

    left = sorted(quads, key=lambda quad: float(quad[:, 0].min()))
    joined: list[NDArray[np.float32]] = []
    while left:
        quad = left.pop(0)
        again = True
        while again:
            again = False
            for i, other in enumerate(left):
                if _continues(quad, other):
                    quad = cv2.boxPoints(cv2.minAreaRect(np.concatenate([quad, left.pop(i)])))
                    quad = _clockwise_from_top_left(quad)
                    again = True
                    break
        joined.append(quad)
    return sorted(joined, key=lambda quad: (float(quad[:, 1].min()), float(quad[:, 0].min())))


def _continues(a: NDArray[np.float32], b: NDArray[np.float32]) -> bool:
    """Whether b goes on where a ends: same line, same size, hardly a gap."""
    high_a, high_b = (float(np.linalg.norm(quad[3] - quad[0])) for quad in (a, b))
    stands = any(high > 1.5 * float(np.linalg.norm(q[1] - q[0])) for q, high in ((a, high_a), (b, high_b)))
    if stands or _tilt_deg(a) > 8 or _tilt_deg(b) > 8 or not 0.7 < high_a / max(high_b, 1.0) < 1.4:
        return False
    off = abs(float(a[:, 1].mean() - b[:, 1].mean()))
    gap = float(b[:, 0].min() - a[:, 0].max())
    size = min(high_a, high_b)
    return off < 0.25 * size and gap < 0.15 * size and float(b[:, 0].max()) > float(a[:, 0].max())


def _tilt_deg(quad: NDArray[np.float32]) -> float:
    across = quad[1] - quad[0]
    return abs(float(np.degrees(np.arctan2(across[1], across[0]))))


def _clockwise_from_top_left(quad: NDArray[Any]) -> NDArray[np.float32]:
    left, right = np.split(quad[np.argsort(quad[:, 0], kind="stable")], 2)
    left, right = (pair[np.argsort(pair[:, 1], kind="stable")] for pair in (left, right))
    return np.stack([left[0], right[0], right[1], left[1]])


def _from_its_start(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """A quadrangle that stands on end holds a line turned by a quarter: it begins at the top right."""
    wide = np.linalg.norm(quad[1] - quad[0])
    high = np.linalg.norm(quad[3] - quad[0])
    return np.roll(quad, -1, axis=0) if high >= 1.5 * wide else quad


def _straighten(bgr: NDArray[np.uint8], quad: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The quadrangle's content, level."""
    import cv2

    wide = max(2, round(float(max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3])))))
    high = max(2, round(float(max(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1])))))
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, corners)
    level = cv2.warpPerspective(bgr, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return level.astype(np.uint8)
