"""Whether events on beats are counted, acts are parted, and contradictions are found, in tables made up for it."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.meaning.cross_analyzer_intelligence import Row as CrossRow
from analyzers.meaning.cross_analyzer_intelligence import cross_analyzer_intelligence
from analyzers.meaning.hook_analysis import hook_analysis
from analyzers.meaning.temporal_flow import Row as PartRow
from analyzers.meaning.temporal_flow import temporal_flow
from analyzers.measures.meaning.phrases import promises, questions, said
from resources import sources
from resources.render import Clicks, Move, Noise, Photo, Shake, Shot, Sine, Sprite, Text, Video, render
from resources.settings import Settings
from resources.store import Store
from tests import meaning
from tests.meaning import Act, Told, play, talk
from tests.truth import sync
from tests.truth.cases import CRFS, small
from tests.truth.hooks import SENTENCES
from tests.truth.pipeline import Analysed
from tests.truth.real import Table
from tests.truth.rows import truth_rows

SEEDS = 20
CALM, BUSY = Act(8, 3.5, 0.06, -30), Act(8, 0.8, 0.5, -16)
# Three acts each, and where they meet; a video that goes on as it began; and how many parts it falls into.
STORIES: dict[str, tuple[Act, Act, Act]] = {
    "calm, talk, fast edit": (Act(5, 2.5, 0.1, -28, has_text=True), Act(9, 4, 0.05, -22, 3, True), BUSY),
    "talk, demonstration, result": (
        Act(4, 2, 0.1, -20, 3, True), Act(12, 1.5, 0.4, -26), Act(6, 3, 0.08, -18, 2.5, True, True)
    ),
    "quiet, loud, quiet": (Act(5, 3, 0.05, -34), Act(8, 1.0, 0.6, -14), Act(6, 3, 0.05, -34)),
    "long": (Act(6, 3, 0.05, -30), Act(25, 3, 0.08, -22, 3, True), Act(14, 0.9, 0.5, -14)),
}  # fmt: skip
EVEN = {
    "talking head": Act(30, 4, 0.08, -20, 3, True),
    "fast edit to music": Act(30, 0.7, 0.5, -14),
    "one calm shot": Act(20, 50, 0.05, -30),
    "captions and voice": Act(45, 3, 0.2, -22, 3, False, True),
}
POP = Text("NO WAY", 0.6, 2.0, size=0.12, stroke_hex="#000000", entrance="pop")
QUALITIES = ((28, 24), (35, 30), (28, 60))
PAUSES_S = (0.5, 1.0, 2.0)
WRITTEN_PCT = 80.0  # of the cuts in sync's film
PLANTED = (0.8, 0.5, 1.0)
TOLERANCE_PCT = 3.0


def tables() -> Iterator[Table]:
    yield beats_table()
    yield acts_table()
    yield contradictions_table()
    yield onsets_table()
    yield movements_table()
    yield phrases_table()


def crossed(end_s: float, **rows: Any) -> list[CrossRow]:
    """All that the analyzer says of these tables; those that are not named failed."""
    inputs = dict.fromkeys(
        ("cut_analysis", "camera_analysis", "pacing_curve", "temporal_consistency", "visual_effects", "audio_analysis",
         "sound_effects", "speech_transcription", "speech_flow", "speaker_diarization", "text_overlay",
         "face_detection", "gesture_recognition", "object_detection", "background_segmentation")
    )  # fmt: skip
    given: dict[str, Any] = {"motion": meaning.still(end_s), "voice": meaning.voice(), **inputs, **rows}
    return list(cross_analyzer_intelligence(**given))


def parted(told: Told, **rows: Any) -> list[PartRow]:
    names = (
        "cut_analysis", "pacing_curve", "audio_analysis", "speech_transcription", "text_overlay", "face_detection",
        "color_analysis", "comment_cta_detection", "loop_seam",
    )  # fmt: skip
    given: dict[str, Any] = dict.fromkeys(names)
    return list(temporal_flow(meaning.still(told.end_s), **(given | told.rows | rows)))


def on_beats(share: float, seed: int, count: int = 40, bpm: float = 117.0) -> tuple[Told, float]:
    """Cuts of which that share falls on beats, within two hundredths of a second, the others amid two; the end."""
    rng = np.random.default_rng(seed)
    step_s = 60 / bpm
    at = np.sort(rng.choice(np.arange(1, 4 * count), count, replace=False)) * step_s
    hits = rng.permutation(count) < round(share * count)
    at = at + np.where(hits, rng.uniform(-0.02, 0.02, count), step_s * rng.uniform(0.3, 0.7, count))
    end_s = (4 * count + 2) * step_s
    beats = [meaning.beat(i * step_s, i % 4 + 1) for i in range(4 * count + 1)]
    return Told(end_s, {"cut_analysis": [meaning.cut(t) for t in at.tolist()], "audio_analysis": beats}), share


def cuts_on_beats(told: Told) -> CrossRow:
    rows = crossed(told.end_s, **told.rows)
    return next(row for row in rows if (row.level, row.a_kind, row.b_kind) == ("pair", "cut", "beat"))


def beats_table() -> Table:
    body = []
    for share in PLANTED:
        found = [cuts_on_beats(on_beats(share, seed)[0]) for seed in range(SEEDS)]
        errors = [abs((row.locked_pct or 0) - 100 * share) for row in found]
        told = f"{np.mean([row.locked_pct for row in found]):.1f}", f"{max(errors):.1f}"
        goal = "" if max(errors) <= TOLERANCE_PCT else "missed"
        body.append((f"{100 * share:.0f} % of 40 cuts", *told, f"{max(row.p or 0 for row in found):.0e}", goal))
    rng = np.random.default_rng(5)
    beats = on_beats(1.0, 0)[0]
    chance = []
    for _ in range(SEEDS):
        at = np.sort(rng.uniform(0.5, beats.end_s - 0.5, 40)).tolist()
        chance.append(cuts_on_beats(Told(beats.end_s, beats.rows | {"cut_analysis": [meaning.cut(t) for t in at]})))
    sure = sum((row.p or 0) < 0.05 for row in chance)
    for crf in CRFS:
        row = written_beats(crf)
        error = abs((row.locked_pct or 0) - WRITTEN_PCT)
        goal = "" if error <= TOLERANCE_PCT else "missed"
        body.append(
            (
                f"{WRITTEN_PCT:.0f} % of {row.n} cuts of a film, CRF {crf}",
                f"{row.locked_pct:.1f}",
                f"{error:.1f}",
                f"{row.p:.0e}",
                goal,
            )
        )
    body.append(
        ("40 cuts anywhere", f"{np.mean([r.locked_pct for r in chance]):.1f}", "", f"{sure} of {SEEDS} below 0.05", "")
    )
    notes = (f"Goal: within {TOLERANCE_PCT:.0f} of what was planted, in each of {SEEDS} tables.",)
    return Table(
        "Cuts on beats, across tables", ("planted", "locked %, mean", "worst error", "p", ""), tuple(body), notes
    )


def written_beats(crf: int) -> CrossRow:
    """Cuts and beats of a film, as they are found in it."""
    shots = tuple(Shot(sync.SCENES[i % len(sync.SCENES)], beats / 2) for i, beats in enumerate(sync.SHOT_BEATS))
    video = replace(small(*shots, sound=(Clicks(120),)), width=360, height=640, crf=crf)
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        path = Path(folder) / "clip.mp4"
        render(video, path)
        film = Analysed(path, Path(folder) / "data")
        found = {name: film.rows(name) for name in ("cut_analysis", "audio_analysis")}
        return cuts_on_beats(Told(sum(sync.SHOT_BEATS) / 2, found))


def written_acts(crf: int) -> list[PartRow]:
    """Parts of a film: calm, fast and loud, calm again."""
    calm, fast = ("cat", "coffee", "flower", "hubble"), ("rocket", "china", "zidane", "astronaut")
    shots = [Shot(Photo(name), 2.5) for name in calm[:2]]
    shots += [Shot(Photo(fast[i % 4]), 0.8, moves=(Move(0, 0.8, x=0.4),)) for i in range(10)]
    shots += [Shot(Photo(name), 3.0) for name in calm[2:]]
    sound = (Sine(300, 0, 5, -36), Sine(300, 5, 13, -12), Sine(300, 13, 19, -36))
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        path = Path(folder) / "clip.mp4"
        render(replace(small(*shots, sound=sound), width=270, height=480, crf=crf), path)
        film = Analysed(path, Path(folder) / "data")
        names = ("cut_analysis", "pacing_curve", "audio_analysis", "color_analysis")
        return parted(Told(19.0, {name: film.rows(name) for name in names}))


def acts_table() -> Table:
    body = []
    for name, acts in STORIES.items():
        true = np.cumsum([act.seconds for act in acts])[:-1]
        errors, ordered, more = [], 0, 0
        for seed in range(SEEDS):
            rows = parted(play(acts, seed))
            borders = np.array([row.start_s for row in rows[1:]])
            errors += [float(np.abs(borders - t).min(initial=99)) for t in true]
            ordered += is_in_order(rows)
            more += len(borders) - len(true)
        within = sum(error <= 1 for error in errors)
        goal = "" if within == len(errors) and ordered == SEEDS else "missed"
        body.append((name, f"{within} of {len(errors)}", f"{ordered} of {SEEDS}", f"{more / SEEDS:.2f}", goal))
    for crf in CRFS:
        rows = written_acts(crf)
        errors = [min(abs(row.start_s - at) for row in rows) for at in (5.0, 13.0)]
        within, goal = sum(error <= 1 for error in errors), "" if max(errors) <= 1 and is_in_order(rows) else "missed"
        told = f"{within} of 2", f"{is_in_order(rows):d} of 1", f"{len(rows) - 3}"
        body.append((f"a film, calm, fast, calm, CRF {crf}", *told, goal))
    for name, act in EVEN.items():
        false = [len(parted(play([act], seed))) - 2 for seed in range(SEEDS)]
        body.append((name + ", even", "", "", f"{sum(false) / SEEDS:.2f}", "missed" if any(false) else ""))
    for pause_s in PAUSES_S:
        false = [len(parted(talk(40.0, pause_s, seed))) - 2 for seed in range(SEEDS)]
        what = f"talk, with pauses of {pause_s:g} s on average, even"
        body.append((what, "", "", f"{sum(false) / SEEDS:.2f}", "missed" if any(false) else ""))
    head = ("video", "borders within 1 s", "beats in order", "borders too many, each", "")
    notes = (
        "Tables of three acts, or of one, with uneven cuts, speeds and levels. A video that goes on as it began has "
        "the hook's border at 3 s and no other.",
    )
    return Table("Parts of a story", head, tuple(body), notes)


def is_in_order(rows: list[PartRow]) -> bool:
    order = ("hook", "setup", "build", "turn", "payoff", "cta", "loop")
    places = [order.index(row.beat) for row in rows]
    return places == sorted(places) and rows[0].beat == "hook" and "payoff" in {row.beat for row in rows}


def clean() -> dict[str, Any]:
    """Tables that agree: a talking head, then black, a pan, a freeze and silence, each where it may be."""
    levels: list[float | None] = [-20.0] * 40
    levels[32:36] = [None] * 4
    return {
        "voice": meaning.voice((0.5, 9.0)),
        "cut_analysis": [meaning.cut(10.0), meaning.cut(13.0)],
        "camera_analysis": [meaning.camera("static", 0, 10), meaning.camera("pan_left", 10, 13, 1.2)],
        "pacing_curve": meaning.pace([0.05] * 10 + [0.4] * 3 + [0.0] * 7),
        "temporal_consistency": [meaning.unsteady("freeze", 13.0, 15.0), meaning.unsteady("black", 17.0, 20.0)],
        "audio_analysis": meaning.loudness(levels) + [meaning.beat(i / 2, i % 4 + 1) for i in range(40)],
        "speech_transcription": meaning.words("so today we talk about light and how it falls on things", 0.5, 1.4),
        "face_detection": meaning.face(0.0, 9.5),
        "object_detection": meaning.thing("person", 0.0, 10.0),
        "background_segmentation": meaning.ground(0.3, 0.0, 10.0),
        "text_overlay": [meaning.text("white on black", 17.5, 19.5)],
    }


def planted() -> dict[str, dict[str, Any]]:
    """One table of the clean ones replaced by one that cannot be."""
    true = clean()
    silent = meaning.loudness([None] * 20 + [-20.0] * 20)
    return {
        "sound_in_silence": {"audio_analysis": silent},
        "words_without_a_voice": {"voice": meaning.voice((9.5, 9.9))},
        "beats_in_silence": {
            "audio_analysis": meaning.loudness([-20.0] * 24 + [None] * 16) + [meaning.beat(i / 2) for i in range(40)]
        },
        "cut_in_a_freeze": {"cut_analysis": [*true["cut_analysis"], meaning.cut(14.0)]},
        "camera_moves_in_a_freeze": {
            "camera_analysis": [*true["camera_analysis"], meaning.camera("tilt_up", 13, 15, 0.1)]
        },
        "camera_moves_nothing_else_does": {
            "camera_analysis": [*true["camera_analysis"], meaning.camera("pan_left", 15, 17, 0.9)]
        },
        "seen_in_black": {"face_detection": meaning.face(17.5, 19.0)},
        "face_without_foreground": {"background_segmentation": meaning.ground(0.0, 0.0, 10.0)},
        "face_without_a_person": {"object_detection": meaning.thing("person", 12.0, 13.0)},
    }


def contradictions(rows: dict[str, Any]) -> set[str]:
    return {str(row.why) for row in crossed(20.0, **rows) if row.level == "contradiction"}


def contradictions_table() -> Table:
    body = []
    for why, rows in planted().items():
        found = contradictions(clean() | rows)
        body.append((why, "1", str(int(why in found)), str(len(found - {why})), "" if found == {why} else "missed"))
    found = contradictions(clean())
    stories = [play(acts, seed) for acts in STORIES.values() for seed in range(3)]
    false = sum(row.level == "contradiction" for told in stories for row in crossed(told.end_s, **_heard(told)))
    body.append(("tables that agree", "0", str(len(found) + false), "", "missed" if found or false else ""))
    return Table("Contradictions", ("planted", "how many", "found", "others", ""), tuple(body))


def _heard(told: Told) -> dict[str, Any]:
    return {**told.rows, "voice": meaning.voice((0.0, told.end_s))}


def onsets_table() -> Table:
    """Planted moments of a hook, at four rates."""
    body = []
    for fps in (24.0, 29.97, 30.0, 60.0):
        errors = []
        for seed in range(SEEDS):
            at = np.random.default_rng(seed).uniform(0.1, 2.8, 4)
            at = (np.round(at * fps) / fps).tolist()
            motion = meaning.still(5.0, fps)
            row = list(
                hook_analysis(
                    motion, meaning.flow(motion, at[0]), [], None, meaning.words("one two", at[1]),
                    [meaning.text("text", at[2], 4.0)], meaning.face(at[3], 5.0),
                )
            )[-1]  # fmt: skip
            found = (row.first_motion_s, row.first_word_s, row.first_text_s, row.first_face_s)
            errors += [99.0 if f is None else abs(f - t) * fps for f, t in zip(found, at, strict=True)]
        body.append((f"{fps:g}", f"{max(errors):.2f}", "" if max(errors) <= 1 else "missed"))
    notes = ("In made-up tables and flow: what the measuring analyzers err by comes on top.",)
    return Table("First moments of a hook", ("frames a second", "worst error, frames", ""), tuple(body), notes)


def moving_from(at_s: float, speed: tuple[float, float], scene: str = "cat") -> Video:
    """A ball on a photograph, which rests until then."""
    ball = Sprite("circle", 0, at_s, x=0.3, y=0.4, w=0.2, h=0.2)
    return small(Shot(Photo(scene), 3.2), sprites=(ball, replace(ball, start_s=at_s, end_s=3.2, speed=speed)))


MOVEMENTS: dict[str, tuple[Video, float | None]] = {
    "a ball": (moving_from(0.8, (0.2, 0.0)), 0.8),
    "a slow ball": (moving_from(1.2, (0.0, 0.08), "coffee"), 1.2),
    "pan": (small(Shot(Photo("china"), 3.2, moves=(Move(1.0, 2.0, x=0.2),))), 1.0),
    "zoom": (small(Shot(Photo("bus"), 3.2, moves=(Move(1.0, 2.0, zoom=1.2),))), 1.0),
    "a hand-held camera": (small(Shot(Photo("zidane"), 3.2, shake=Shake(3.0, 0.02))), 0.0),
    "a still": (small(Shot(Noise(11), 3.2)), None),
    "a still with a text that pops": (small(Shot(Photo("flower"), 3.2), texts=(POP,)), None),
}


def first_movement_s(video: Video) -> float | None:
    """As it is told of a written film; the text's place is that of the drawing."""
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        path = Path(folder) / "clip.mp4"
        truth = render(video, path)
        store = Store(root=folder)
        key = sources.prepare(store, path, Settings())
        texts = list(truth_rows(truth)["text_overlay"])
        rows = hook_analysis(store.read("motion", key), store.read("flow", key), [], None, None, texts, None)
        return list(rows)[-1].first_motion_s


def movements_table() -> Table:
    body = []
    for name, (video, true) in MOVEMENTS.items():
        found = [(first_movement_s(replace(video, crf=crf, fps=fps)), fps) for crf, fps in QUALITIES]
        if true is None:
            told = sum(at_s is not None for at_s, _ in found)
            body.append((name, "none", "", f"{told} of {len(found)}", "missed" if told else ""))
        else:
            errors = [99.0 if at_s is None else abs(at_s - true) * fps for at_s, fps in found]
            body.append((name, f"{true:g} s", f"{max(errors):.2f}", "", "missed" if max(errors) > 1 else ""))
    qualities = ", ".join(f"CRF {crf} at {fps}" for crf, fps in QUALITIES)
    head = ("film", "moves from", "worst error, frames", "told of a still", "")
    return Table("First movement in written films", head, tuple(body), (f"Each as {qualities} frames a second.",))


def phrases_table() -> Table:
    body = []
    for lang, sentences in SENTENCES.items():
        for what in ("question", "promise"):
            true = found = hits = 0
            for line, asks, gives in sentences:
                told = list(said(meaning.words(line, 0.0)))
                is_found = bool((questions if what == "question" else promises)(told))
                is_true = asks if what == "question" else gives
                true, found, hits = true + is_true, found + is_found, hits + (is_true and is_found)
            precision, recall = hits / max(found, 1), hits / max(true, 1)
            goal = "" if min(precision, recall) >= 0.9 else "missed"
            body.append((f"{lang}: {what}s", str(len(sentences)), str(true), f"{precision:.2f}", f"{recall:.2f}", goal))
    notes = (
        "Sentences written after the patterns, by their author, and which were not changed after. Goal: 0.9 of each. "
        "Promises in other words than the patterns' are missed.",
    )
    head = ("sentences", "how many", "that do", "precision", "recall", "")
    return Table("Questions and promises", head, tuple(body), notes)
