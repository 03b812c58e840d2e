"""Body language: how people hold themselves, second by second: open or closed, leaning, turned, moving, alike.

A row of level `second` is one body in one second of its track; what cannot be told of what is seen is null. A row of
level `event` is a stretch in which it does something: arms crossed, or a hand that waves. All of it is geometry on
body_pose's joints, none of it says what anybody feels. Left and right of leaning and turning are the picture's.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Media, analyzer
from analyzers.measures.people import skeleton as pose
from analyzers.measures.people.skeleton import Facing, Skeleton, skeletons
from analyzers.measures.people.waves import is_regular, swings
from analyzers.people.body_pose import BodyRow

SECOND_S = 1.0
CROSSED_S = 0.5  # a shorter one is a movement on its way
BRIDGE_S = 0.35  # of joints lost between two sights of crossed arms
WAVE = 0.12  # of the trunk, to each side, that a wrist swings about its elbow


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["second", "event"], Column("one body in one second, or what it does for a while")]
    track_id: Annotated[int, Column("the body's number in body_pose", low=0, bits=32)]
    person_id: Annotated[int | None, Column("the person's number in face_detection", low=0, bits=32)]
    event: Annotated[Literal["arms_crossed", "wave"] | None, Column("of an event: what it is")] = None
    hand: Annotated[Literal["left", "right"] | None, Column("of a wave: the person's own")] = None
    hz: Annotated[float | None, Column("of a wave: to and fro a second", low=0, bits=32)] = None
    openness: Annotated[float | None, Column("0 both hands before the body, 1 arms spread wide", 0, 1, bits=32)] = None
    lean_deg: Annotated[
        float | None, Column("of the trunk from the upright; above 0 to the picture's right", -180, 180, bits=32)
    ] = None
    facing: Annotated[Facing | None, Column("where the body is turned")] = None
    is_arms_crossed: Annotated[bool | None, Column("whether each hand is at the other arm")] = None
    energy: Annotated[float | None, Column("mean speed of the joints, in trunks a second", low=0, bits=32)] = None
    mirroring: Annotated[
        float | None, Column("likeness with the mirror image of who stands beside: 1 alike", 0, 1, bits=32)
    ] = None


@analyzer(version=1, max_gap_s=0.25, evidence="derived")
def body_language(body_pose: Sequence[BodyRow], media: Media) -> Iterator[Row]:
    bodies = skeletons(body_pose, media.height_px / media.width_px)
    rows = [row for body in bodies for row in (*_seconds(body, bodies), *_crossed(body), *_waves(body))]
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, row.level, row.end_s))


def _seconds(body: Skeleton, bodies: Sequence[Skeleton]) -> Iterator[Row]:
    lean, opened = pose.lean_deg(body.xy), pose.openness(body.xy)
    crossed, turned, speed = pose.arms_crossed(body.xy), pose.facing(body.xy), pose.speeds(body)
    arms = ~np.isnan(opened)
    for second in range(int(body.t_s[0] // SECOND_S), int(body.t_s[-1] // SECOND_S) + 1):
        now = np.flatnonzero((body.t_s >= second * SECOND_S) & (body.t_s < (second + 1) * SECOND_S))
        if not len(now):
            continue
        faced: Counter[Facing] = Counter(one for i in now if (one := turned[i]))
        seen = now[arms[now]]
        yield Row(
            float(body.t_s[now[0]]),
            min((second + 1) * SECOND_S, body.end_s),
            None,
            "second",
            body.track_id,
            body.person_id,
            openness=_median(opened[now]),
            lean_deg=_median(lean[now]),
            facing=faced.most_common(1)[0][0] if faced else None,
            is_arms_crossed=bool(crossed[seen].mean() >= 0.5) if len(seen) else None,
            energy=_median(speed[now[now < len(speed)]]),
            mirroring=_mirroring(body, now, bodies),
        )


def _mirroring(body: Skeleton, now: NDArray[np.intp], bodies: Sequence[Skeleton]) -> float | None:
    """With whoever is in the picture at the same times and most alike."""
    best = None
    for other in bodies:
        if other is body:
            continue
        told = []
        for i in now:
            j = bisect_right(other.t_s, body.t_s[i] + 1e-6) - 1
            if j >= 0 and abs(other.t_s[j] - body.t_s[i]) < BRIDGE_S:
                alike = pose.likeness_in_a_mirror(body.xy[i], other.xy[j])
                told += [] if alike is None else [alike]
        if len(told) > len(now) / 2:
            best = max(best or 0.0, float(np.mean(told)))
    return best


def _crossed(body: Skeleton) -> Iterator[Row]:
    times_s = body.t_s[pose.arms_crossed(body.xy)]
    groups = np.split(times_s, np.flatnonzero(np.diff(times_s) > BRIDGE_S) + 1)
    for group in groups:
        if len(group) and group[-1] - group[0] >= CROSSED_S:
            after = bisect_right(body.t_s, group[-1])
            end_s = float(body.t_s[after]) if after < len(body.t_s) else body.end_s
            who = body.track_id, body.person_id
            yield Row(float(group[0]), end_s, None, "event", *who, event="arms_crossed")


def _waves(body: Skeleton) -> Iterator[Row]:
    """A wrist that swings about its elbow, held above it."""
    trunk = pose.trunk_length(body.xy)
    hands: tuple[Literal["left", "right"], ...] = ("left", "right")
    for hand in hands:
        arm = pose.of(body.xy, f"{hand}_wrist") - pose.of(body.xy, f"{hand}_elbow")
        aside = np.where(arm[:, 1] < 0, arm[:, 0] / trunk, np.nan)
        for swing in swings(body.t_s, aside, WAVE):
            within = (body.t_s >= swing.start_s) & (body.t_s <= swing.end_s)
            if not is_regular(body.t_s[within], arm[within] / trunk[within, None], swing.hz):
                continue
            who = body.track_id, body.person_id
            yield Row(swing.start_s, swing.end_s, None, "event", *who, event="wave", hand=hand, hz=swing.hz)


def _median(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None
