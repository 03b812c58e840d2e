"""PP-OCRv6 small, detection and recognition, run by onnxruntime from the files inside rapidocr's wheel.

RapidOCR's own step from the detector's map to boxes is used as it is. Its sessions are not: ours keep the memory
they computed in, and their threads sleep while they wait, which takes 0.18 s of a processor for a picture
instead of 0.31. Pieces of one line are joined before they are read, a line that reads badly is also read upside
down, and a space that the recognizer half saw is kept.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Read, TextBox
from resources.weights import Weights

THREADS = 4  # at most: one line of text is too little work for more
SHORT_SIDE_PX = 640  # a third cheaper than 720, and finds the same lines
LONG_SIDE_PX = 1280
MIN_SIDE_PX = 192  # the detector needs room around a line: smaller pictures get a border
GRID_PX = 32  # the detector takes sides that are multiples of this
# How RapidOCR cuts the detector's map into lines.
CUT = {"thresh": 0.3, "box_thresh": 0.5, "max_candidates": 1000, "unclip_ratio": 1.6, "use_dilation": True}
TRACE = 0.05  # the detector's chance of letters on signs at the ends of a line is 0.1 to 0.4; elsewhere 0 to 0.02
END_ROOM = 0.15  # of the line's height, between and behind such signs
FARTHEST_SIGN = 2.0  # of the line's height
LINE_HEIGHT_PX = 48  # what the recognizer was trained on
SHORTEST_LINE = 320 / LINE_HEIGHT_PX  # widths per height: shorter lines are padded
BATCH = 6  # lines of similar length read together
SURE = 0.85  # an upright line reads at 0.9 and more, an upside-down one below
MIN_CONFIDENCE = 0.5
SPACE_SHARE = 0.08  # chance of a space between two letters from which on it is kept


@dataclass(frozen=True, slots=True)
class Reading:
    text: str
    confidence: float


def load(weights: Weights) -> Read:
    """The reader."""
    models, threads = _models_folder(), min(THREADS, weights.device.threads)
    return Reader(
        _session(models / "PP-OCRv6_det_small.onnx", threads), _session(models / "PP-OCRv6_rec_small.onnx", threads)
    )


def _models_folder() -> Path:
    import rapidocr

    return Path(rapidocr.__file__).parent / "models"


def _session(file: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


class Reader:
    """Reads pictures one by one; the lines of a picture go through the recognizer in batches."""

    def __init__(self, detector: Any, recognizer: Any) -> None:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        self._detector, self._recognizer = detector, recognizer
        self._cut = DBPostProcess(**CUT)
        letters = recognizer.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._letters: list[str] = ["", *letters, " "]  # the first says that nothing new begins
        self._space = len(self._letters) - 1

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
        found = self._boxes(np.asarray(picture, np.uint8))
        if not len(found):
            return []
        room = np.array([across, down], np.float32)
        quads = [((quad - room) / scale).astype(np.float32) for quad in np.asarray(found)]
        limit = np.array([width - 1, height - 1], np.float32)
        return [_from_its_start(np.clip(quad, 0, limit).astype(np.float32)) for quad in _joined(quads)]

    def _boxes(self, bgr: NDArray[np.uint8]) -> NDArray[Any]:
        """Corners of whatever looks like a line, from top to bottom."""
        import cv2

        height, width = bgr.shape[:2]
        size = (max(GRID_PX, round(width / GRID_PX) * GRID_PX), max(GRID_PX, round(height / GRID_PX) * GRID_PX))
        fitted = cv2.resize(bgr, size)
        chances = _run(self._detector, _normalized(np.asarray(fitted, np.uint8))[None])
        boxes, _ = self._cut(chances, (height, width))
        scale = np.array([size[0] / width, size[1] / height], np.float32)
        whole = [_to_its_ends(np.float32(box) * scale, chances[0, 0]) / scale for box in boxes]
        return np.asarray(sorted(whole, key=lambda box: float(box[0][1])))

    def _recognize_all(self, crops: list[NDArray[np.uint8]]) -> list[Reading]:
        readings = [Reading("", 0.0)] * len(crops)
        by_length = sorted(range(len(crops)), key=lambda i: crops[i].shape[1] / crops[i].shape[0])
        for first in range(0, len(by_length), BATCH):
            batch = by_length[first : first + BATCH]
            widest = max(SHORTEST_LINE, *(crops[i].shape[1] / crops[i].shape[0] for i in batch))
            prepared = np.stack([_padded(crops[i], int(LINE_HEIGHT_PX * widest)) for i in batch])
            for i, chances in zip(batch, _run(self._recognizer, prepared), strict=True):
                readings[i] = self._decode(chances)
        return readings

    def _decode(self, chances: NDArray[np.float32]) -> Reading:
        """CTC's best path, with the spaces it nearly took: capitals set close lose theirs otherwise."""
        best = chances.argmax(axis=1)
        taken = (best != 0) & (best != np.concatenate([[0], best[:-1]]))
        columns = np.flatnonzero(taken)
        if not len(columns):
            return Reading("", 0.0)
        text, sure = "", []
        for before, column in zip([None, *columns[:-1]], columns, strict=True):
            letter = self._letters[best[column]]
            between = chances[before + 1 : column, self._space] if before is not None else chances[:0, 0]
            if len(between) and between.max() > SPACE_SHARE and " " not in (letter, text[-1:]):
                text, sure = text + " ", [*sure, math.nan]
            text, sure = text + letter, [*sure, float(chances[column, best[column]])]
        first, after = _without_doubtful_ends(text, sure)
        if first == after:
            return Reading("", 0.0)
        return Reading(_in_latin(" ".join(text[first:after].split())), float(np.nanmean(sure[first:after])))


def _without_doubtful_ends(text: str, sure: list[float]) -> tuple[int, int]:
    """From where to where a line is one: an emoji at its end is read as some letter, and not surely."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    while len(words) > 1 and np.mean(sure[slice(*words[-1])]) < MIN_CONFIDENCE:
        words.pop()
    while len(words) > 1 and np.mean(sure[slice(*words[0])]) < MIN_CONFIDENCE:
        words.pop(0)
    return (words[0][0], words[-1][1]) if words else (0, 0)


def _run(session: Any, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    return session.run(None, {session.get_inputs()[0].name: batch})[0]


def _normalized(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Colours first, from -1 to 1."""
    return np.ascontiguousarray(bgr.transpose(2, 0, 1)).astype(np.float32) * np.float32(2 / 255) - np.float32(1)


def _padded(bgr: NDArray[np.uint8], width: int) -> NDArray[np.float32]:
    """A line in the recognizer's height, with grey behind it up to the width."""
    import cv2

    own = min(width, math.ceil(LINE_HEIGHT_PX * bgr.shape[1] / bgr.shape[0]))
    line = np.zeros((3, LINE_HEIGHT_PX, width), np.float32)
    line[..., :own] = _normalized(cv2.resize(bgr, (own, LINE_HEIGHT_PX)).astype(np.uint8))
    return line


def _to_its_ends(quad: NDArray[np.float32], chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """A level line with the signs at its ends that the detector only half took for letters: @ and €, say."""
    x0, y0, x1, y1 = (round(float(v)) for v in (*quad.min(axis=0), *quad.max(axis=0)))
    high = y1 - y0
    if _tilt_deg(quad) > 8 or x1 - x0 < high:
        return quad
    room, farthest = round(END_ROOM * high), round(FARTHEST_SIGN * high)
    middle = chances[max(0, y0 + high // 4) : max(0, y1 - high // 4)]
    if not middle.size:
        return quad
    seen = middle.max(axis=0)
    left = _reach(seen[max(0, x0 - farthest) : x0][::-1], room)
    right = _reach(seen[x1 : x1 + farthest], room)
    return quad + np.array([[-left, 0], [right, 0], [right, 0], [-left, 0]], np.float32)


def _reach(seen: NDArray[np.float32], room: int) -> int:
    """How far the traces go on without a gap, and the room behind them."""
    traces = np.flatnonzero(seen > TRACE)
    if not len(traces) or traces[0] > room:
        return 0
    gaps = np.flatnonzero(np.diff(traces) > room)
    last = traces[gaps[0]] if len(gaps) else traces[-1]
    return int(last) + 1 + room


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
