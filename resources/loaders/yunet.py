"""Faces and five points of each by YuNet; with SFace's weights beside it, a vector for each as well.

https://doi.org/10.1007/s11633-023-1423-y, https://doi.org/10.1109/TIP.2020.3048632. The whole picture is looked at
small, which finds faces from 5 % of its short side on. Then each face is looked at again, upright and of one size: so
its points do not depend on where it lies, how large it is and how it is tilted, and what is no face is not seen twice.

onnxruntime takes a third of OpenCV's time for the same answers, 1.6 ms of one thread instead of 5.0; a second thread
would mostly wait. Where the file holds the network to one size of pictures (2023mar) it is OpenCV that can set another.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Face, FindFaces
from resources.onnx_faces import start
from resources.weights import BadModelError, Weights, first_line

SHORT_SIDE_PX = 270  # faces are found from 14 pixels on; with twice as many it takes four times as long
LEAST = 0.5  # below, most boxes are no faces
OVERLAP = 0.3  # of two boxes that are one face
ROUGH_PX, FINE_PX = 40, 80  # between the eyes in second looks: until it is nearly upright, and then
NEARLY, UPRIGHT = np.radians(3.0), np.radians(0.8)  # tilt left over that ends either
FEW = 3  # faces of a picture, the widest, that are looked at finely: 20 ms each
TURNS = 5  # looks at most of either: the network sees only half of a tilt
SIDE = 4  # of a second look, in distances between the eyes
BEYOND = 1.4  # how much further than seen the next look turns
MIRRORED = [1, 0, 2, 4, 3]  # which point is which in a mirror
STRIDES = 8, 16, 32  # pixels from one cell to the next in the network's three maps
PARTS = "cls", "obj", "bbox", "kps"  # of each: two shares whose product is the score's square, boxes, points
SIZES = 4  # of pictures that OpenCV keeps ready: a video's, and those of the second looks
UNSEEN = 0.5  # factor on the confidence of a face that the second look does not find

# The points of an upright face, between the eyes 1 wide.
FACE = np.array([-0.5 - 0.5j, 0.5 - 0.5j, 0.1j, -0.42 + 0.6j, 0.42 + 0.6j])
Box = tuple[float, float, float, float]
Network = Callable[[NDArray[np.uint8]], NDArray[np.float32]]  # of a picture, one face a row: box, five points, score


def load(weights: Weights) -> FindFaces:
    import cv2

    try:
        network = _network(weights)
        others = [weights.folder / name for name in weights.files[1:]]
        knower = cv2.FaceRecognizerSF.create(str(others[0]), "") if others else None
        model = YuNet(network, knower)
        list(model([np.zeros((64, 64, 3), np.uint8)]))
    except cv2.error as error:
        raise BadModelError(f"{weights.name}: no network of faces that OpenCV reads: {first_line(error)}") from error
    return model


def _network(weights: Weights) -> Network:
    session = start(replace(weights, device=replace(weights.device, threads=1)))
    if isinstance(session.get_inputs()[0].shape[-1], int):
        return ByOpenCv(str(weights.main))
    names = {told.name for told in session.get_outputs()}
    if not names >= {f"{part}_{stride}" for part in PARTS for stride in STRIDES}:
        raise BadModelError(f"{weights.name}: no network of faces, by the names of its answers")
    return partial(_by_onnxruntime, session)


def _by_onnxruntime(session: Any, bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As OpenCV's FaceDetectorYN: filled up with black to whole cells, and of boxes that overlap the surest."""
    import cv2

    height, width = bgr.shape[:2]
    down, across = (-(-side // STRIDES[-1]) * STRIDES[-1] for side in (height, width))
    filled = np.zeros((1, 3, down, across), np.float32)
    filled[0, :, :height, :width] = bgr.transpose(2, 0, 1)
    answers = session.run(None, {session.get_inputs()[0].name: filled})
    maps = {told.name: answer[0] for told, answer in zip(session.get_outputs(), answers, strict=True)}
    rows = np.concatenate([_of_cells(maps, stride, across // stride) for stride in STRIDES])
    kept = cv2.dnn.NMSBoxes(rows[:, :4].astype(int).tolist(), rows[:, 14].tolist(), LEAST, OVERLAP)
    return rows[np.asarray(kept, int).ravel()]


def _of_cells(maps: dict[str, NDArray[np.float32]], stride: int, across: int) -> NDArray[np.float32]:
    """The faces that the cells of one map hold, in pixels."""
    cls, obj, box, points = (maps[f"{part}_{stride}"] for part in PARTS)
    scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
    (cells,) = np.nonzero(scores >= LEAST)
    corners = np.stack([cells % across, cells // across], axis=1).astype(np.float32)
    sizes = np.exp(box[cells, 2:]) * stride
    places = (points[cells] + np.tile(corners, 5)) * stride
    return np.hstack([(corners + box[cells, :2]) * stride - sizes / 2, sizes, places, scores[cells, None]])


class ByOpenCv:
    """A network of one size that is set to another."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._finders: dict[tuple[int, int], Any] = {}  # by size: one that changes it sets its network up anew

    def __call__(self, bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
        import cv2

        size = bgr.shape[1], bgr.shape[0]
        if size not in self._finders:
            if len(self._finders) >= SIZES:
                self._finders.pop(next(iter(self._finders)))
            self._finders[size] = cv2.FaceDetectorYN.create(self._path, "", size, LEAST, OVERLAP)
        found = self._finders[size].detect(bgr)[1]
        return np.zeros((0, 15), np.float32) if found is None else found


class YuNet:
    def __init__(self, network: Network, knower: Any) -> None:
        self._network, self._knower = network, knower

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Face]]:
        import cv2

        for rgb in images:
            scale = min(1.0, SHORT_SIDE_PX / min(rgb.shape[:2]))
            small = np.asarray(cv2.cvtColor(_scaled(rgb, scale), cv2.COLOR_RGB2BGR), np.uint8)
            rows = sorted(self._rows(small), key=lambda row: -float(row[2]))
            bgr = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), np.uint8) if rows else small
            faces = [self._close(bgr, small, scale, row, place < FEW) for place, row in enumerate(rows)]
            yield [face for face in faces if face]

    def _rows(self, bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
        if min(bgr.shape[:2]) < 16:
            return np.zeros((0, 15), np.float32)
        found = self._network(bgr)
        return found[np.isfinite(found).all(axis=1)]

    def _close(
        self,
        bgr: NDArray[np.uint8],
        small: NDArray[np.uint8],
        scale: float,
        row: NDArray[np.float32],
        is_large: bool,
    ) -> Face | None:
        """A face in pixels of the whole picture; its points from looks at itself alone."""
        points, confidence = _points(row), float(row[14]) * UNSEEN
        eyes = abs(points[1] - points[0])
        for close, enough in ((_Close(ROUGH_PX), NEARLY), (_Close(FINE_PX), UPRIGHT)):
            picture, factor = (small, 1.0) if eyes >= close.eyes_px else (bgr, 1 / scale)
            if close.eyes_px == FINE_PX and (eyes * factor < ROUGH_PX / 2 or not is_large):
                break  # the picture holds no more, or a crowd
            straight = self._straight(picture, points * factor, close, enough)
            if straight is None:
                break
            points, confidence = straight / factor, float(row[14])
        return self._face(bgr, row, points / scale, confidence, scale)

    def _straight(
        self, picture: NDArray[np.uint8], points: NDArray[np.complex128], close: "_Close", enough: float
    ) -> NDArray[np.complex128] | None:
        """The points as looks see them that turn until the face is upright; None where no look finds a face."""
        found = None
        turn, shift = close.fit(points)
        for _ in range(TURNS):
            seen = self._evenly(close.cut(picture, turn, shift))
            if seen is None:
                break
            found, tilt = seen * turn + shift, np.angle(close.fit(seen)[0])
            if abs(tilt) < enough:
                break
            turn, shift = close.fit(found)
            further, middle = np.exp(1j * (BEYOND - 1) * tilt), complex(found.mean())
            turn, shift = turn * further, middle + (shift - middle) * further
        return found

    def _evenly(self, close: NDArray[np.uint8]) -> NDArray[np.complex128] | None:
        """The points of the face in the middle, as the mean of it and its mirror image: no side is favoured."""
        one, other = self._central(close), self._central(np.ascontiguousarray(close[:, ::-1]))
        if one is None or other is None:
            return None
        return (_points(one) + (close.shape[1] - 1 - _points(other)[MIRRORED].conj())) / 2

    def _central(self, close: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """The face in the middle of a close look."""
        middle = close.shape[0] / 2
        rows = [r for r in self._rows(close) if r[0] <= middle <= r[0] + r[2] and r[1] <= middle <= r[1] + r[3]]
        return max(rows, key=lambda row: float(row[14]), default=None)

    def _face(
        self,
        bgr: NDArray[np.uint8],
        row: NDArray[np.float32],
        points: NDArray[np.complex128],
        score: float,
        scale: float,
    ) -> Face | None:
        height, width = bgr.shape[:2]
        left, top = max(0.0, float(row[0]) / scale), max(0.0, float(row[1]) / scale)
        right, bottom = (
            min(float(width), float(row[0] + row[2]) / scale),
            min(float(height), float(row[1] + row[3]) / scale),
        )
        if right - left < 1 or bottom - top < 1:
            return None
        places: Any = tuple((float(point.real), float(point.imag)) for point in points)
        return Face(
            confidence=min(1.0, score), x=left, y=top, w=right - left, h=bottom - top, points=places,
            vector=self._vector(bgr, (left, top, right - left, bottom - top), places),
        )  # fmt: skip

    def _vector(
        self, bgr: NDArray[np.uint8], box: Box, points: Sequence[tuple[float, float]]
    ) -> NDArray[np.float32] | None:
        if self._knower is None:
            return None
        row = np.array([*box, *(edge for point in points for edge in point), 1.0], np.float32)
        vector = np.ravel(self._knower.feature(self._knower.alignCrop(bgr, row))).astype(np.float32)
        length = float(np.linalg.norm(vector))
        return vector / length if np.isfinite(length) and length > 0 else None


def _points(row: NDArray[np.float32]) -> NDArray[np.complex128]:
    return row[4:14:2].astype(float) + 1j * row[5:14:2].astype(float)


class _Close:
    """An upright look at one face, of a size given by the distance of its eyes."""

    def __init__(self, eyes_px: int) -> None:
        self.eyes_px = eyes_px
        self._side = SIDE * eyes_px
        self._ideal = FACE * eyes_px + (1 + 1j) * self._side / 2

    def fit(self, points: NDArray[np.complex128]) -> tuple[complex, complex]:
        """The turn (and scale) and the shift that lead from the look to the points, by least squares."""
        middle, centred = points.mean(), self._ideal - self._ideal.mean()
        turn = complex(np.vdot(centred, points - middle) / np.vdot(centred, centred))
        return turn, complex(middle - turn * self._ideal.mean())

    def cut(self, picture: NDArray[np.uint8], turn: complex, shift: complex) -> NDArray[np.uint8]:
        import cv2

        matrix = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(picture, matrix, (self._side, self._side), flags=flags), np.uint8)


def _scaled(picture: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Halved while that leaves enough, and then the rest: 0.9 ms, where one step takes 2.0."""
    import cv2

    width, height = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    while picture.shape[1] >= 2 * width and picture.shape[0] >= 2 * height:
        half = picture.shape[1] // 2, picture.shape[0] // 2
        picture = np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
