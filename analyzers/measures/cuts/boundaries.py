"""Where shots end: hard cuts and soft transitions, each shown in the pixels and supported by the model's score.

Neither is trusted alone. The model misses wipes and three-frame shots and answers to flashes; pixels
alone mistake a pan for a slide. So a clear finding in the pixels needs no model, a doubtful one does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.cuts.likeness import Likeness, likeness, same_frame
from analyzers.measures.cuts.transitions import Change, explain, hint, thumbs

Tiny = NDArray[np.uint8]
Grey = NDArray[np.uint8]

SPIKE = 2.5  # a cut changes the picture this many times as much as the frames around it do
LEAST_SPIKE = 1.3  # and at least this many times where the model is sure: in noise every frame is new
STILL = 2.5  # grey levels of 255: less than this between two frames is noise of the codec
AROUND = 6  # frames on each side that a change is held against
BUSY = 70  # percentile of those: three-frame shots put up to a third of other cuts among them
WEAK_SCORE, FAIR_SCORE, STRONG_SCORE = 0.1, 0.3, 0.5  # of the model: worth a look, a support, a proof
NEW_SCENE = 0.35  # share of a picture found in the next one, up to which it is another scene
CAPTIONED = 0.5  # the same of a soft transition, below captions that stay where they are
SAME_SCENE = 0.6  # and from which it is the same
MOST = 0.5  # share of the picture that has to change; bars and borders stay
SOME = 0.2  # share that is enough where the model has no doubt
SOME_STAYS = 0.2  # share of the pieces that are as they were, from which something was laid over the rest
CAMERA_PX = 10.0  # of likeness.LONG_SIDE_PX: a camera does not move further from one frame to the next
TEXTURED, FILM = 0.3, 0.25  # shares of a film between bars with texture, and of the screen that it fills
COLOUR_CHANGE = 24  # grey levels in any channel
SLIGHT_CHANGE = 12  # the same, of what a soft transition changes
SAME_COLOURS = 0.65  # share of the changed place's colours that it has before and after
FLASH_S = 0.5  # a picture that is back within this time was not cut away from
MIN_SHOT = 3  # frames; a picture shown for fewer is a flash, too
PLAIN = 6.0  # grey levels of deviation across the picture, below which it shows nothing
PALE = 0.22  # the same, as a share of what the pictures around it have: the middle of a fade
DARK, BRIGHT = 40, 215  # mean grey of a picture that counts as black, as white
MAX_HOLD_S = 2.0  # a picture that stays black longer is a shot of its own
SHARP = 0.85  # share of the way to black that two frames take, from which it is a cut: coders mix a frame in between
MIN_DIP_S = 0.5  # a slow fade to black and back is a transition even where the same picture returns
REACHES_S = (0.13, 0.27, 0.55, 1.1)  # half of the time that a soft transition may take
CLEAR, DOUBTFUL = 0.3, 0.5  # share left unexplained, up to which a change is one without and with the model
SLID = 0.2  # the same of a slide, which a fast pan resembles, to the model as well
STEADY = 0.12  # rms from a ramp
ENLARGED = (0.8, 0.67, 0.55, 0.45, 0.37)  # shares of the side that a camera may have gone into
OVERLAP = 0.3  # share of the picture that a pan of nearly its width leaves in sight
STRIP, JOINED = 0.08, 0.9  # share of the picture at its border, and its correlation with where it went on
SEAM = 2.2  # so many times the usual difference of columns shows that two pictures meet there
MIN_STEP = 10.0  # grey levels between the pictures before and after
HINT = 0.4  # share left unexplained, up to which a quick look asks for a closer one


@dataclass(frozen=True, slots=True)
class Boundary:
    """One end of a shot: hard where start == end."""

    kind: str
    start: int  # first frame that is not the old picture alone
    end: int  # first frame that is the new picture alone
    confidence: float


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of every frame."""

    motion: Motion
    tiny: Tiny
    score: NDArray[np.float32]  # the model's: how likely the frame is the last of its shot
    step: NDArray[np.float32]  # mean difference to the frame before, grey levels
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    def frames(self, seconds: float) -> int:
        """How many frames that is, at least two."""
        typical_s = float(np.median(np.diff(self.motion.t_s))) if len(self.step) > 1 else 1 / 30
        return max(2, round(seconds / max(typical_s, 1e-3)))

    def like(self, before: int, after: int) -> Likeness:
        return likeness(self.motion.grey[before], self.motion.grey[after])

    def gap(self, before: int, after: int) -> float:
        """Mean difference between any two frames, grey levels."""
        return float(np.abs(self.tiny[before].astype(np.int16) - self.tiny[after]).mean())

    def support(self, start: int, end: int) -> float:
        """The model's best score for a shot's end in there, give or take two frames."""
        return float(self.score[max(start - 3, 0) : end + 2].max(initial=0))


def read_signs(motion: Motion, score: NDArray[np.float32]) -> Signs:
    tiny = thumbs(motion)
    step, mean, spread = (np.zeros(len(tiny), np.float32) for _ in range(3))
    for i, picture in enumerate(tiny):
        mean[i], spread[i] = picture.mean(), picture.mean(axis=2).std()
        if i:
            step[i] = np.abs(picture.astype(np.int16) - tiny[i - 1]).mean()
    return Signs(motion, tiny, score, step, mean, spread)


def find_boundaries(motion: Motion, score: NDArray[np.float32]) -> list[Boundary]:
    """All ends of shots, in order, none within another."""
    from threadpoolctl import threadpool_limits

    if len(score) < 2:
        return []
    with threadpool_limits(1, "blas"):  # products this small only make further threads spin
        return _find(read_signs(motion, score))


def _find(signs: Signs) -> list[Boundary]:
    found = list(_fades(signs))
    hard = [cut for cut in _hard_cuts(signs) if not _touches(cut, found, 1)]
    found += hard
    return sorted([*found, *_soft_changes(signs, found)], key=lambda cut: cut.start)


def _touches(cut: Boundary, others: list[Boundary], margin: int) -> bool:
    return any(cut.start <= other.end + margin and other.start - margin <= cut.end for other in others)


# Through black or white


def _fades(signs: Signs) -> Iterator[Boundary]:
    """Every stretch of black or white that a picture goes into gradually, or comes out of."""
    done = 0
    for first, last, kind in _plain_runs(signs):
        if first == 0 or last == len(signs.step) or first < done:
            continue
        if float(signs.motion.t_s[last] - signs.motion.t_s[first]) > MAX_HOLD_S:
            continue
        change = _widest_fade(signs, first, last, kind, done)
        if change is None:
            continue
        blank = first + int(
            signs.mean[first:last].argmin() if kind == "fade_black" else signs.mean[first:last].argmax()
        )
        cut_out, cut_in = _is_sharp(signs, change.start - 1, blank), _is_sharp(signs, blank, change.end)
        ramps = max(first - change.start, change.end - last)
        seconds = float(signs.motion.t_s[change.end] - signs.motion.t_s[change.start])
        is_dip = kind == "fade_black" and seconds >= MIN_DIP_S and ramps >= 3
        if (cut_out and cut_in) or (_is_back(signs, change.start - 1, change.end) and not is_dip):
            continue
        start, end = change.start, change.end
        if last - first > signs.frames(FLASH_S):  # a cut to black, or from it, is a cut of its own
            start, end = (last if cut_out else start), (first if cut_in else end)
        done = change.end
        yield Boundary(kind, start, end, 1 - min(change.unexplained, 1.0) / 2)


def _is_sharp(signs: Signs, before: int, after: int) -> bool:
    """Whether all changes at once on the way from one frame to another."""
    steps = np.append(signs.step[before + 1 : after + 1], 0)
    return float((steps[:-1] + steps[1:]).max()) >= SHARP * signs.gap(before, after)


def _plain_runs(signs: Signs) -> Iterator[tuple[int, int, str]]:
    """(first, end, kind) of every stretch without a picture, black or white."""
    around = signs.frames(0.5)
    padded = np.pad(signs.spread, around, mode="edge")
    usual = np.lib.stride_tricks.sliding_window_view(padded, 2 * around + 1).max(axis=1)
    plain = signs.spread <= np.maximum(PLAIN, PALE * usual)
    for kind, shade in (("fade_black", signs.mean <= DARK), ("fade_white", signs.mean >= BRIGHT)):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], plain & shade, [False]]).astype(np.int8)))
        for first, last in edges.reshape(-1, 2).tolist():
            yield first, last, kind


def _widest_fade(signs: Signs, first: int, last: int, kind: str, low: int) -> Change | None:
    best, best_merit = None, 0.0
    for seconds in REACHES_S:
        reach = signs.frames(seconds)
        before, after = max(first - reach, low), min(last - 1 + reach, len(signs.step) - 1)
        change = explain(signs.tiny, low, len(signs.step), before, after, only=kind)
        if change is None or change.unexplained > CLEAR or change.roughness > STEADY:
            continue
        if not (low < change.start <= first and last <= change.end < len(signs.step)):
            continue
        merit = (1 - change.unexplained) * float(signs.spread[change.start - 1] + signs.spread[change.end] + 1)
        if merit > best_merit * 1.02:
            best, best_merit = change, merit
    return best


# Hard cuts


def _hard_cuts(signs: Signs) -> Iterator[Boundary]:
    accepted: list[Boundary] = []
    for new in _jumps(signs):
        kind_and_trust = _judge(signs, new)
        if kind_and_trust is None or _is_flash(signs, new):
            continue
        cut = Boundary(kind_and_trust[0], new, new, kind_and_trust[1])
        if accepted and new - accepted[-1].start < MIN_SHOT:
            stronger = signs.step[new] > signs.step[accepted[-1].start]
            accepted[-1] = cut if stronger else accepted[-1]
        else:
            accepted.append(cut)
    yield from accepted


def _jumps(signs: Signs) -> list[int]:
    """Frames that differ much more from the one before than their neighbours do, or that the model points at."""
    step, count = signs.step, len(signs.step)
    jumps = {
        k for k in range(1, count) if step[k] >= STILL and _ratio(signs, k) >= SPIKE and step[k] >= _beside(step, k)
    }
    for last in np.flatnonzero(signs.score[:-1] >= FAIR_SCORE).tolist():
        if signs.score[last] >= signs.score[max(last - 2, 0) : last + 3].max():
            near = np.arange(max(last - 1, 1), min(last + 4, count))
            jumps.add(int(near[step[near].argmax()]))
    return sorted(jumps)


def _beside(step: NDArray[np.float32], k: int) -> float:
    return float(max(step[k - 1], step[k + 1] if k + 1 < len(step) else 0))


def _ratio(signs: Signs, new: int) -> float:
    """How much more the picture changes here than around."""
    around = np.r_[signs.step[max(new - AROUND, 1) : new], signs.step[new + 1 : new + 1 + AROUND]]
    usual = float(np.percentile(around, BUSY)) if len(around) else 0.0
    return float(signs.step[new]) / max(usual, STILL / SPIKE)


def _judge(signs: Signs, new: int) -> tuple[str, float] | None:
    """Hard, a jump within the scene, or no cut; and how sure."""
    like = signs.like(new - 1, new)
    score = signs.support(new, new)
    spike = _ratio(signs, new)
    plain = min(like.textured_before, like.textured_after) < 0.1
    is_new = like.changed >= MOST and (plain or like.kept <= NEW_SCENE)
    if like.area * like.changed < MOST and (plain or (score < FAIR_SCORE and not _is_film(signs, new, like))):
        return None  # a text on an empty screen, and no picture between bars
    trust = max(score, 1 - like.kept) if not plain else max(score, like.changed)
    if is_new and (spike >= SPIKE or (score >= STRONG_SCORE and spike >= LEAST_SPIKE)):
        return "hard", trust
    if spike < SPIKE or score < STRONG_SCORE or plain:
        return None
    if like.kept < SAME_SCENE and like.changed >= MOST and (like.untouched < SOME_STAYS or like.shift_px > CAMERA_PX):
        return "hard", score
    if like.kept >= NEW_SCENE and like.changed >= SOME and _is_rearranged(signs, new):
        return "jump_cut", score
    return None


def _is_film(signs: Signs, new: int, like: Likeness) -> bool:
    """Whether both pictures fill the same part of the screen with texture."""
    is_full = min(like.textured_before, like.textured_after) >= TEXTURED and like.area >= FILM
    return is_full and same_frame(signs.motion.grey[new - 1], signs.motion.grey[new])


def _is_rearranged(signs: Signs, new: int) -> bool:
    """Whether what changed still has its colours: the subject jumped, and no other picture was laid over it."""
    before, after = signs.tiny[new - 1], signs.tiny[new]
    changed = np.abs(before.astype(np.int16) - after).max(axis=2) > COLOUR_CHANGE
    tallies = []
    for picture in (before, after):
        red, green, blue = (picture[changed] // 64).T
        tallies.append(np.bincount(red * 16 + green * 4 + blue, minlength=64) / max(1, changed.sum()))
    return float(np.minimum(*tallies).sum()) >= SAME_COLOURS


def _is_flash(signs: Signs, new: int) -> bool:
    """Whether the picture of before is soon back, or was there before a blink, or there is none at all."""
    reach, count = signs.frames(FLASH_S), len(signs.step)
    if _shows_nothing(signs, 0, new) and new < reach:
        return True
    if _shows_nothing(signs, new, count) and count - new < reach:
        return True
    for back in range(new + 1, min(new + reach + 1, count)):
        if _is_back(signs, new - 1, back):
            return _is_blink(signs, new - 1, new, back)
    for earlier in range(new - 2, max(new - reach - 2, -1), -1):
        if _is_back(signs, earlier, new):
            return _is_blink(signs, earlier, earlier + 1, new)
    return False


def _shows_nothing(signs: Signs, first: int, last: int) -> bool:
    return bool((signs.spread[first:last] <= PLAIN).all())


def _is_back(signs: Signs, before: int, after: int) -> bool:
    """The same picture again, as the eye sees it, or as its pieces tell under another light."""
    gap = signs.gap(before, after)
    if gap <= STILL:
        return True
    if gap > 4 * STILL and not _is_alike(signs, before, after):
        return False
    return signs.like(before, after).kept >= SAME_SCENE


def _is_alike(signs: Signs, before: int, after: int) -> bool:
    """A cheap look: do the tiny pictures go up and down together?"""
    a, b = (signs.tiny[i].astype(np.float32).mean(axis=2).ravel() for i in (before, after))
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b) >= 0.5 * float(np.sqrt((a @ a) * (b @ b))) > 0


def _is_blink(signs: Signs, before: int, first: int, back: int) -> bool:
    """Whether what was shown from `first` until the picture was back is a flash, not a picture of its own."""
    if back - first < MIN_SHOT:
        return True
    shown = signs.spread[first:back]
    if float(np.median(shown)) <= max(PLAIN, PALE * float(signs.spread[before])):
        return True
    middle = (first + back) // 2
    negative = 255 - signs.motion.grey[before]
    return likeness(np.asarray(negative, np.uint8), signs.motion.grey[middle]).kept >= SAME_SCENE


# Soft transitions


def _soft_changes(signs: Signs, found: list[Boundary]) -> Iterator[Boundary]:
    """Changes that a mixture of before and after explains; the likeliest are looked at first."""
    taken = list(found)
    for middle, reach in _suspects(signs, found):
        low, high = _room(signs, taken, middle)
        if high - low < 4 or _near(middle, taken, 1):
            continue
        best, best_merit = None, 0.0
        for wider in [reach, *(r for r in map(signs.frames, REACHES_S) if r > reach)]:
            boundary, merit = _look_closer(signs, low, high, middle, wider)
            if boundary is None or merit <= best_merit:
                break  # part of a dissolve is one, too: as long as more differs before and after, look further
            best, best_merit = boundary, merit
        if best is not None and not _touches(best, taken, 1):
            taken.append(best)
            yield best


def _look_closer(signs: Signs, low: int, high: int, middle: int, reach: int) -> tuple[Boundary | None, float]:
    """The change around there, if it is one, and how much of the picture's change it explains."""
    change = explain(signs.tiny, low, high, max(low, middle - reach), min(high - 1, middle + reach))
    if change is None or not low < change.start <= middle + reach or not middle - reach <= change.end < high:
        return None, 0.0
    return _accept(signs, change), (1 - change.unexplained) * signs.gap(change.start - 1, change.end)


def _suspects(signs: Signs, found: list[Boundary]) -> list[tuple[int, int]]:
    """(middle, reach) of stretches that may be a soft transition, those first that a mixture explains best."""
    count = len(signs.step)
    peaks = np.flatnonzero((signs.score >= WEAK_SCORE) & (signs.score >= _wide_max(signs.score, 4))).tolist()
    suspects = []
    for seconds in REACHES_S:
        reach = signs.frames(seconds)
        looks = _hints(signs, found, reach)
        for middle, share in looks.items():
            around = [looks.get(middle + k * max(1, reach // 2), np.inf) for k in (-1, 1)]
            if share <= HINT and share <= min(around):
                suspects.append((share, middle, reach))
        for middle in peaks:
            if reach <= middle < count - reach and not _near(middle, found, 2):
                suspects.append((hint(signs.tiny, middle, reach), middle, reach))
    return [suspect[1:] for suspect in sorted(suspects)]


def _hints(signs: Signs, found: list[Boundary], reach: int) -> dict[int, float]:
    """A quick look at every stretch of that length between two pictures that differ."""
    looks = {}
    for middle in range(reach, len(signs.step) - reach, max(1, reach // 2)):
        before, after = middle - reach, middle + reach
        shows = min(signs.spread[before], signs.spread[after]) > PLAIN
        if shows and not _near(middle, found, reach // 2) and signs.gap(before, after) >= MIN_STEP:
            looks[middle] = hint(signs.tiny, middle, reach)
    return looks


def _wide_max(score: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    padded = np.pad(score, reach)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)


def _near(middle: int, found: list[Boundary], margin: int) -> bool:
    return any(cut.start - margin <= middle <= cut.end + margin for cut in found)


def _room(signs: Signs, found: list[Boundary], middle: int) -> tuple[int, int]:
    """The frames of the shot around `middle`."""
    low = max((cut.end for cut in found if cut.end <= middle), default=0)
    high = min((cut.start for cut in found if cut.start > middle), default=len(signs.step))
    return low, high


def _accept(signs: Signs, change: Change) -> Boundary | None:
    score = signs.support(change.start, change.end)
    limit = DOUBTFUL if score >= FAIR_SCORE else CLEAR
    if change.kind.startswith("slide"):
        limit = SLID
    if change.end - change.start < 2 or change.unexplained > limit or change.roughness > STEADY:
        return None
    if min(signs.spread[change.start - 1], signs.spread[change.end]) <= PLAIN:
        return None  # out of nothing or into nothing: no two shots
    apart = np.abs(signs.tiny[change.start - 1].astype(np.int16) - signs.tiny[change.end]).max(axis=2)
    if float((apart > SLIGHT_CHANGE).mean()) < MOST:
        return None  # a title comes up
    like = signs.like(change.start - 1, change.end)
    if like.kept > (NEW_SCENE if like.shift_px else CAPTIONED) or like.changed < MOST:
        return None
    if change.kind.startswith("slide") and _is_pan(signs, change):
        return None
    if change.kind == "zoom" and _is_enlarged(signs.motion.grey[change.start - 1], signs.motion.grey[change.end]):
        return None
    kind = "whip" if change.kind.startswith("whip") else change.kind
    return Boundary(kind, change.start, change.end, max(score, 1 - change.unexplained))


def _is_enlarged(before: Grey, after: Grey) -> bool:
    """Whether one picture is the middle of the other: the camera went in or out."""
    for wide, close in ((before, after), (after, before)):
        for share in ENLARGED:
            top, left = (round(side * (1 - share) / 2) for side in wide.shape)
            middle = wide[top : wide.shape[0] - top, left : wide.shape[1] - left]
            if middle.size and likeness(_resized(middle, close.shape), close).kept > NEW_SCENE:
                return True
    return False


def _resized(picture: Grey, shape: tuple[int, ...]) -> Grey:
    import cv2

    return np.asarray(cv2.resize(picture, shape[::-1]), np.uint8)


def _is_pan(signs: Signs, change: Change) -> bool:
    """Whether the camera turned, and nothing slid in: the pictures join, or no border is seen on its way."""
    import cv2

    before, after = (_leftwards(signs, change, frame) for frame in (change.start - 1, change.end))
    width = before.shape[1]
    strip = np.ascontiguousarray(before[:, width - max(1, round(width * STRIP)) :])
    near = np.ascontiguousarray(after[:, : max(strip.shape[1], round(width * OVERLAP))])
    if float(cv2.matchTemplate(near, strip, cv2.TM_CCOEFF_NORMED).max()) >= JOINED:
        return True
    count = change.end - change.start
    return float(np.median([_seam(signs, change, (i + 0.5) / count) for i in range(count)])) < SEAM


def _seam(signs: Signs, change: Change, progress: float) -> float:
    """How much more the columns differ where the border ought to be than they usually do."""
    picture = _leftwards(signs, change, change.start + int(progress * (change.end - change.start)))
    step = np.abs(picture[:, 2:] - picture[:, :-2]).mean(axis=0)
    place, reach = (1 - progress) * len(step), max(2, len(step) // 8)
    near = step[max(0, int(place) - reach) : int(place) + reach + 1]
    return float(near.max(initial=0)) / max(float(np.median(step)), 1.0)


def _leftwards(signs: Signs, change: Change, frame: int) -> NDArray[np.float32]:
    """The picture, turned so that the change travels to the left."""
    picture = signs.motion.grey[frame].astype(np.float32)
    picture = picture.T if change.kind.endswith(("up", "down")) else picture
    return picture[:, ::-1] if change.kind.endswith(("right", "down")) else picture
