"""Scores on real media with known answers, from the folder that TIKTOK_SHARED names; other detectors beside ours."""

import json
import os
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.contract import Media
from resources import models, warm
from resources.gpu import CPU
from resources.settings import Settings
from tests.truth.pipeline import Analysed
from tests.truth.scores import cuts_of, f1, matched
from tests.truth.texts import lines_wrong

# What PP-OCRv6 small was not trained to read; those pictures are counted apart.
UNREADABLE = {"fa", "sr", "hi", "el", "ta", "te", "th", "thai", "ko", "korean"}
SCRIPTS = {"fa": "Persian", "sr": "Cyrillic", "hi": "Devanagari", "el": "Greek", "ta": "Tamil", "te": "Telugu"}


DETECTORS = ("Content", "Adaptive", "Hash", "Histogram", "Threshold")  # all that PySceneDetect carries itself


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report."""

    title: str
    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def media_folder() -> Path | None:
    folder = Path(os.environ.get("TIKTOK_SHARED", "../shared")).resolve() / "media"
    return folder if folder.is_dir() else None


def tables(media: Path) -> Iterator[Table]:
    yield cuts_table(media)
    yield texts_table(media)
    yield tempo_table(media)
    yield camera_table(media)


def _answers(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.glob("*.gt.json")):
        yield path.with_name(path.name.removesuffix(".gt.json")), json.loads(path.read_text())


def _rows(path: Path, analyzer: str) -> tuple[Media, list[Any]]:
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        analysed = Analysed(path, Path(folder))
        return analysed.source("media"), analysed.rows(analyzer)


# Cuts


def cuts_table(media: Path) -> Table:
    """Every file whose cuts are known, by ours, its fallback, and all detectors of PySceneDetect."""
    fallback = Settings(models={"cut": "pyscenedetect_adaptive"})
    totals = np.zeros((2 + len(DETECTORS), 3), int)
    body = []
    for known in known_cuts(media):
        path, true = known.path, known.cuts
        answers = (*_our_cuts(known, (Settings(), fallback)), *(_their_cuts(path, name) for name in DETECTORS))
        cells = []
        for i, frames in enumerate(answers):
            counted = known.without_soft(frames)
            hits = len(matched(counted, true, 1))
            totals[i] += hits, len(counted), len(true)
            cells.append(f"{hits} of {len(true)}, {len(counted) - hits} false")
        body.append((path.name, *cells))
    body.append(("**F1**", *(f"**{f1(*map(int, row)):.3f}**" for row in totals)))
    head = ("file", "cut_analysis", "cut_analysis, fallback", *(f"PySceneDetect {name}" for name in DETECTORS))
    notes = (
        "Found within one frame of the known cut. What lies in a known fade counts neither way, but in psd_fades.mp4, "
        "where the middles of the fades are what is known, and ours too. PySceneDetect runs as its command does, with "
        "its defaults.",
    )
    return Table("Cuts of real videos", head, tuple(body), notes)


@dataclass(frozen=True, slots=True)
class KnownCuts:
    """What is known of a file: first frames of its new shots, or the middles of its fades."""

    path: Path
    cuts: Sequence[int]
    soft: Sequence[Sequence[int]] = ()  # first and last frame of what counts neither way
    is_faded: bool = False

    def answers(self, rows: Sequence[Any]) -> list[int]:
        """Of cut_analysis; what it calls soft is no claim of a hard cut."""
        cuts = [cut for cut in cuts_of(rows) if self.is_faded or cut.len_frames == 0]
        return [cut.boundary_frame - cut.len_frames // 2 for cut in cuts]

    def without_soft(self, frames: Sequence[int]) -> list[int]:
        """Detections that are no answer to a fade: those are not hard cuts, and not wrong either."""
        margin = 20  # fades are known by their darkest frame, and last up to 0.7 s around it
        return [
            n
            for n in frames
            if any(abs(n - t) <= 1 for t in self.cuts) or not any(a - margin <= n <= b + margin for a, b in self.soft)
        ]


def known_cuts(media: Path) -> Iterator[KnownCuts]:
    for path, known in _answers(media / "video_cuts"):
        if "threshold_cuts" in known:
            yield KnownCuts(path, known["threshold_cuts"], is_faded=True)
            continue
        soft = [span["frames"] for span in known.get("soft_transitions", ())]
        soft += [(fade["frame"], fade["frame"]) for fade in known.get("fades", ())]
        yield KnownCuts(path, known.get("cuts_frames", known.get("hard_cuts_viewed", ())), soft)


def _our_cuts(known: KnownCuts, settings: Sequence[Settings]) -> list[list[int]]:
    """First frames of the new shots, under each of the settings."""
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        analysed = Analysed(known.path, Path(folder))
        return [known.answers(analysed.again(chosen).rows("cut_analysis")) for chosen in settings]


def _their_cuts(path: Path, detector: str) -> list[int]:
    import scenedetect

    scenes = scenedetect.detect(str(path), getattr(scenedetect, f"{detector}Detector")())
    return [start.frame_num for start, _ in scenes[1:]]


# Texts


def texts_table(media: Path) -> Table:
    """Character errors of the reader alone on pictures whose text is known in full."""
    read = warm.load(models.choose("read", Settings())[0], CPU)
    body, errors, letters = [], 0, 0
    apart: list[tuple[str, str, float]] = []
    for path, known in _answers(media / "ocr"):
        true = _whole_text(known)
        if true is None:
            continue
        picture = _picture(path, honour_exif=True)
        lines = [_plain(box.text) for box in next(iter(read([picture])))]
        wrong = lines_wrong(lines, true)
        language = str(known.get("language", ""))
        if language in UNREADABLE:
            apart.append((path.name, SCRIPTS.get(language, language.capitalize()), wrong / max(sum(map(len, true)), 1)))
            continue
        count = sum(map(len, true))
        errors, letters = errors + wrong, letters + count
        share = f"{wrong / count:.3f}" if true else f"no text, {wrong} characters read"
        body.append((path.name, str(count), share))
    body.append(("**all**", str(letters), f"**{errors / max(letters, 1):.3f}**"))
    notes = [
        "Share of characters that are wrong, missing or too many; case, spaces and punctuation aside. Lines are "
        "compared in whatever order they were read.",
        "Languages that PP-OCRv6 small does not read, not counted above: "
        + (", ".join(f"{language} ({name}: {error:.2f})" for name, language, error in apart) or "none here")
        + ".",
    ]
    return Table("Texts of real pictures", ("picture", "characters", "error rate"), tuple(body), tuple(notes))


def _whole_text(known: dict[str, Any]) -> list[str] | None:
    """The lines, where all of them are known."""
    if known.get("text") is not None:
        lines = known["text"].split("\n")
    elif known.get("items"):
        lines = [item["text"] for item in known["items"]]
    elif known.get("viewed_text") and "not exhaustive" not in known["origin"]:
        lines = known["viewed_text"]
    else:
        return None
    return [plain for line in lines if (plain := _plain(line))]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(letter for letter in folded if letter.isalnum())


def _picture(path: Path, *, honour_exif: bool) -> np.ndarray:
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image) if honour_exif else image
        if upright.mode in ("RGBA", "LA", "P"):
            opaque = upright.convert("RGBA")
            # What is transparent shows what lies below: white under dark ink, black under bright ink.
            ink = np.asarray(opaque)
            solid = ink[ink[..., 3] > 127]
            ground = (255,) * 3 if not len(solid) or solid[:, :3].mean() < 128 else (0,) * 3
            below = Image.new("RGBA", opaque.size, (*ground, 255))
            upright = Image.alpha_composite(below, opaque)
        return np.asarray(upright.convert("RGB"))


# Sound


def tempo_table(media: Path) -> Table:
    body = []
    for path, known in _answers(media / "music"):
        video = _with_picture(path)
        try:
            _, rows = _rows(video, "audio_analysis")
        finally:
            video.unlink()
        tempo = next((row.tempo_bpm for row in rows if row.kind == "summary"), None)
        told = "none" if tempo is None else f"{tempo:.2f}"
        body.append((path.name, f"{known['tempo_bpm']}", told))
    return Table("Tempo of real music", ("file", "true, beats a minute", "audio_analysis"), tuple(body))


def _with_picture(path: Path) -> Path:
    """The sound under a still picture: the door takes videos."""
    import av

    out = Path(tempfile.mkstemp(prefix="truth-", suffix=".mp4")[1])
    with av.open(str(path)) as music, av.open(str(out), "w", format="mp4") as file:
        picture = file.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 112, "yuv420p"
        sound = file.add_stream("aac", rate=48_000, layout="stereo", bit_rate=192_000)
        resampler = av.AudioResampler("fltp", "stereo", 48_000)
        seconds = 0.0
        for frame in music.decode(audio=0):
            for piece in resampler.resample(frame):
                seconds += piece.samples / 48_000
                file.mux(sound.encode(piece))
        file.mux(sound.encode())
        for _ in range(round(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(np.full((112, 64, 3), 90, np.uint8), format="rgb24")
            file.mux(picture.encode(frame))
        file.mux(picture.encode())
    return out


# Camera

MOVES = {  # what was seen by people, and the names that say the same
    "handheld": {"handheld", "track"},
    "pan_left": {"pan_left"},
    "tilt_down": {"tilt_down"},
    "dolly-in to a green toy frog": {"zoom_in", "dolly_in"},
    "handheld/static with lens zoom jumps at about 1, 2.5, 9.5, 11 s": {"handheld", "static", "zoom_in", "zoom_out"},
}


def camera_table(media: Path) -> Table:
    """How much of the time the named move has a name that people gave it."""
    body = []
    for folder in ("video_camera", "video_phone", "video_cuts"):
        for path, known in _answers(media / folder):
            seen = known.get("camera_motion")
            if not seen:
                continue
            info, rows = _rows(path, "camera_analysis")
            spans = seen if isinstance(seen, list) else [{"motion": seen}]
            for span in spans:
                rate = info.fps_nominal or 30
                start, end = (n / rate for n in span.get("frames", (0, info.n_frames)))
                body.append((path.name, span["motion"], *_told(rows, span["motion"], start, end)))
    return Table(
        "Camera of real videos", ("file", "seen by people", "share of the time that agrees", "told"), tuple(body)
    )


def _told(rows: Sequence[Any], seen: str, start: float, end: float) -> tuple[str, str]:
    spent: dict[str, float] = {}
    for row in rows:
        if row.level == "segment" and (shared := min(row.end_s, end) - max(row.start_s, start)) > 0:
            spent[row.move] = spent.get(row.move, 0) + shared
    total = sum(spent.values()) or 1
    share = sum(seconds for move, seconds in spent.items() if move in MOVES[seen]) / total
    told = ", ".join(f"{move} {seconds:.1f} s" for move, seconds in sorted(spent.items(), key=lambda kv: -kv[1]))
    return f"{share:.2f}", told or "nothing"
