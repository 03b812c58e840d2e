"""An anchor: a frame whose corners are found again in later ones, so that a path is exact and does not drift."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.camera.similarity import Floats, Points, move_points, weighted_similarity

CORNERS = 110
CORNER = 1.5e-4  # of OpenCV's measure: gradients of 1.5 grey levels a pixel in every direction
STRONG = 2e-3  # the same for 6 grey levels: such corners survive a hard compression in their place
MIN_CORNERS = 14
FAR_ASTRAY = 4.0  # pixels that a corner may stray because it is nearer or farther than others
MIN_KEPT = 0.35  # share of the anchor's corners still found; below it a new anchor is taken
PATCH_PX = 13
JUMP_SCALES = np.log([0.5, 0.6, 0.7, 0.78, 0.86, 1.16, 1.28, 1.43, 1.67, 2.0])
GUESS_REACH = 0.12  # ln scale, a little more than half the way from one of these to the next
MIN_JUMP = 0.04  # ln scale


@dataclass(frozen=True, slots=True)
class Match:
    """How an anchor's corners were found again."""

    similarity: Floats
    kept: float  # share of the corners seen that follow it
    misfit: float  # widths, root mean square over those
    bend: float  # widths, the part of the misfit that neighbours share
    moved: float  # widths, mean


class Anchor:
    """A frame whose corners are looked for in later frames."""

    def __init__(self, grey: NDArray[np.uint8], t_s: float) -> None:
        self.grey, self.t_s = np.ascontiguousarray(grey), t_s
        self.height, self.width = grey.shape
        self.centre = complex(self.width - 1, self.height - 1) / 2
        self._corners: Points | None = None
        self._trust: Floats = np.zeros(0)

    @property
    def corners(self) -> Points:
        """The best of each part of the picture, so that a caption's do not outnumber the background's."""
        import cv2

        if self._corners is None:
            side = max(int(np.sqrt(self.width * self.height / CORNERS)), PATCH_PX)
            rows, columns = self.height // side, self.width // side
            strength = cv2.cornerMinEigenVal(self.grey, 3)[: rows * side, : columns * side]
            tiles = strength.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows * columns, side * side)
            best = tiles.argmax(axis=1)
            tile = np.flatnonzero(tiles[np.arange(len(tiles)), best] > CORNER)
            best = best[tile]
            strength = tiles[tile, best]
            self._trust = strength / (strength + STRONG)
            px = np.stack([tile % columns * side + best % side, tile // columns * side + best // side], axis=1)
            self._corners = self._from_px(px)
        return self._corners

    def find(self, grey: NDArray[np.uint8], guess: Floats, slack: float) -> Match | None:
        """Where this frame has gone in `grey`: about where `guess` says, give or take `slack` widths."""
        if len(self.corners) < MIN_CORNERS:
            return None
        guessed = move_points(self.corners, guess)
        there, is_seen = self._look(self.grey, self.corners, grey, guessed, levels=0)
        return self._agree(there, is_seen & (abs(there - guessed) < 4 / self.width), guess, slack)

    def find_rescaled(self, grey: NDArray[np.uint8]) -> Match | None:
        """As `find`, for a picture that was rescaled at once: the flow cannot guess that."""
        import cv2

        best = None
        for ln_scale in JUMP_SCALES:  # corners are sought at the size they have become
            scale = float(np.exp(ln_scale))
            turn = cv2.getRotationMatrix2D((self.centre.real, self.centre.imag), 0, scale)
            here = cv2.warpAffine(self.grey, turn, (self.width, self.height), flags=cv2.INTER_LINEAR)
            there, is_seen = self._look(here, self.corners * scale, grey, self.corners * scale, levels=3)
            found = self._agree(there, is_seen, None, 1 / self.width)
            is_near = found and abs(found.similarity[2] - ln_scale) < GUESS_REACH
            if found and is_near and (best is None or found.kept > best.kept):
                best = found
        is_sure = best and best.kept > MIN_KEPT and abs(best.similarity[2]) > MIN_JUMP
        return best if is_sure else None

    def _look(
        self, here: Any, corners: Points, grey: NDArray[np.uint8], guessed: Points, levels: int
    ) -> tuple[Points, Any]:
        import cv2

        start, there = self._to_px(corners), self._to_px(guessed)
        corner = (self.width - 1, self.height - 1)
        is_inside = ((start > 0) & (start < corner) & (there > 0) & (there < corner)).all(axis=1)
        if not is_inside.any():
            return guessed, is_inside
        there, status, _ = cv2.calcOpticalFlowPyrLK(
            here,
            _lit_like(grey, here),
            start,
            there,
            winSize=(PATCH_PX, PATCH_PX),
            maxLevel=levels,
            criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.01),
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )
        return self._from_px(there), (status.ravel() > 0) & is_inside

    def _agree(self, there: Points, is_seen: NDArray[np.bool_], guess: Floats | None, slack: float) -> Match | None:
        """The similarity of the corners that move together."""
        import cv2

        here, there, trust = self.corners[is_seen], there[is_seen], self._trust[is_seen]
        if len(here) < MIN_CORNERS:
            return None
        if guess is None:
            cv2.setRNGSeed(0)
            one, other = (np.stack([points.real, points.imag], axis=1) for points in (here, there))
            affine, _ = cv2.estimateAffinePartial2D(one, other, ransacReprojThreshold=1 / self.width)
            if affine is None:
                return None
            turn = np.log(complex(affine[0, 0], affine[1, 0]))
            guess = np.array([affine[0, 2], affine[1, 2], turn.real, turn.imag])
        limit = slack
        for _ in range(4):
            error = abs(there - move_points(here, guess))
            weight = trust * np.maximum(1 - (error / limit) ** 2, 0) ** 2
            if (weight > 0).sum() < MIN_CORNERS:
                return None
            guess = weighted_similarity(here, there, weight)
            limit = min(max(4 * float(np.median(error[weight > 0])), 0.3 / self.width), slack)
        moved = move_points(here, guess)
        error = abs(there - moved)
        close = error < max(limit, 1 / self.width)
        if close.sum() < MIN_CORNERS:
            return None
        misfit = float(np.sqrt((error[close] ** 2).mean()))
        near = error < FAR_ASTRAY / self.width
        bend = _bend(here[near], (there - moved)[near])
        return Match(guess, float(close.mean()), misfit, bend, float(abs(moved - here).mean()))

    def _to_px(self, points: Points) -> NDArray[np.float32]:
        px = points * self.width + self.centre
        return np.stack([px.real, px.imag], axis=1).astype(np.float32)

    def _from_px(self, px: NDArray[Any]) -> Points:
        px = px.reshape(-1, 2).astype(np.float64)
        return (px[:, 0] + 1j * px[:, 1] - self.centre) / self.width


def _bend(points: Points, stray: Points) -> float:
    """What most corners stray together with their neighbour: depth bends the picture, noise and people do not."""
    apart = abs(points[:, None] - points)
    np.fill_diagonal(apart, np.inf)
    shared = np.median((stray * stray[apart.argmin(axis=1)].conj()).real)
    return float(np.sqrt(max(shared, 0.0)))


def _lit_like(grey: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as bright as another, so that a fade does not look like movement."""
    import cv2

    (mean,), (spread,) = (a.ravel() for a in cv2.meanStdDev(grey))
    (other_mean,), (other_spread,) = (a.ravel() for a in cv2.meanStdDev(other))
    if spread < 1 or abs(mean - other_mean) < 3:
        return np.ascontiguousarray(grey)
    gain = other_spread / spread
    return cv2.convertScaleAbs(grey, alpha=float(gain), beta=float(other_mean - gain * mean))  # pyright: ignore
