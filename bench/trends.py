"""What trend_analysis takes over ten thousand videos' tables, and what of that is reading them."""

import json
import resource
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from analyzers.contract import REGISTRY, Post
from analyzers.schema import arrow_schema
from bench.pairs import timed
from bench.section import Line, Section
from resources.store import Outcome, Store
from tiktok_assets import definitions
from tiktok_assets.corpus.shared import as_table, write
from tiktok_assets.corpus.style_tables import QUESTIONS
from tiktok_assets.corpus.trend_analysis import TREND_ANALYSIS, Trend, compared_sounds, read_corpus, trends

VIDEOS = 10_000
STYLES = 40
TEMPLATES = 25  # of ten videos each
GOAL_S = 60.0
FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
WEEKS = 20

Columns = Mapping[str, Any]


def measure(videos: int = VIDEOS) -> list[Section]:
    assert definitions.defs  # every analyzer is registered
    with tempfile.TemporaryDirectory() as folder:
        store = Store(root=folder)
        make_corpus(store, videos)
        cpu_s = time.process_time()
        (corpus, answers), reading_s = timed(lambda: read_corpus(store, list(QUESTIONS)))
        assert not answers.unreadable
        rows, comparing_s = timed(lambda: list(trends(corpus, compared_sounds(store, corpus.videos))))
        _, writing_s = timed(lambda: write(store, TREND_ANALYSIS, as_table(Trend, rows)))
        cpu_s = time.process_time() - cpu_s
    whole_s = reading_s + comparing_s + writing_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    how = (
        f"{videos:,} videos in {STYLES} styles over {WEEKS} weeks, {len(QUESTIONS)} tables each with all columns, "
        f"{TEMPLATES} templates of ten videos; the files lie in the page cache."
    )
    lines = [
        Line("all of it", f"{whole_s:.1f} s", f"{GOAL_S:.0f} s", whole_s <= GOAL_S),
        Line("of that, reading tables and posts", f"{reading_s:.1f} s"),
        Line("of that, comparing, testing and adding up", f"{comparing_s:.1f} s"),
        Line("of that, writing the table", f"{writing_s:.1f} s, {len(rows):,} rows"),
        Line("processor time of all threads", f"{cpu_s:.1f} s"),
        Line("memory at most", f"{peak_mb:.0f} MB"),
    ]
    return [Section("Trends over the corpus", how, lines)]


def make_corpus(store: Store, videos: int) -> None:
    """Videos of a few styles with noise, and some that are cut alike."""
    rng = np.random.default_rng(1)
    middles = rng.random((STYLES, 12))
    templates = [np.cumsum(rng.uniform(0.4, 3.0, 14)) for _ in range(TEMPLATES)]
    for number in range(videos):
        video = f"local-{number:016x}"
        style = np.clip(middles[number % STYLES] + rng.normal(0, 0.06, 12), 0, 1)
        cuts = templates[number // 10] if number < 10 * TEMPLATES else _cuts(rng, style[0])
        for name, columns in _tables(rng, style, cuts).items():
            _write_table(store, name, video, columns)
        _write_post(store, video, number, rng)


def _cuts(rng: np.random.Generator, pace: float) -> np.ndarray:
    times = np.cumsum(rng.lognormal(1.2 - 1.5 * pace, 0.5, 60))
    return times[times < 28]


def _tables(rng: np.random.Generator, style: np.ndarray, cuts: np.ndarray) -> dict[str, Columns]:
    end_s = 30.0
    edges = np.concatenate([[0.0], cuts, [end_s + cuts[-1] if len(cuts) and cuts[-1] > end_s else end_s]])
    lengths, shots = np.diff(edges), len(edges) - 1
    levels = ["cut"] * len(cuts) + ["shot"] * shots + ["video"]
    frames = np.arange(900) / 30
    moves = ["static", "pan_left", "zoom_in", "handheld", "whip"]
    segments = [moves[int(4.99 * style[3 + number % 2])] for number in range(5)]
    texts = int(20 * style[1])
    faces = int(1 + 4 * style[2])
    return {
        "cut_analysis": {
            "start_s": np.concatenate([cuts, edges[:-1], [0.0]]),
            "end_s": np.concatenate([cuts, edges[1:], [edges[-1]]]),
            "level": levels,
            "kind": ["hard"] * len(cuts) + [None] * (shots + 1),
            "cpm": [None] * (len(levels) - 1) + [60 * len(cuts) / edges[-1]],
            "asl_s": [None] * (len(levels) - 1) + [lengths.mean()],
            "median_s": [None] * (len(levels) - 1) + [np.median(lengths)],
            "cv": [None] * (len(levels) - 1) + [lengths.std() / lengths.mean()],
        },
        "camera_analysis": {
            "start_s": np.concatenate([frames, [0, 6, 12, 18, 24]]),
            "end_s": np.concatenate([frames + 1 / 30, [6, 12, 18, 24, 30]]),
            "level": pa.concat_arrays([pa.repeat("frame", 900), pa.repeat("segment", 5)]),
            "dx_w_s": rng.normal(0, 1, 905).astype(np.float32),
            "dy_w_s": rng.normal(0, 1, 905).astype(np.float32),
            "move": pa.concat_arrays([pa.nulls(900, pa.string()), pa.array(segments)]),
        },
        "audio_environment": {
            "start_s": np.append(frames[::15], 0.0),
            "end_s": np.append(frames[::15] + 0.5, end_s),
            "kind": ["window"] * 60 + ["summary"],
            "speech_share": np.full(61, style[5]),
            "music_share": np.full(61, style[6]),
        },
        "speech_rate": {"start_s": [0.0], "end_s": [end_s], "level": ["whole"], "words_per_min": [200 * style[5]]},
        "text_overlay": {
            "start_s": np.linspace(0, 20, texts),
            "end_s": np.linspace(2, 22, texts),
            "role": ["caption" if style[7] > 0.5 else "title"] * texts,
            "cap_height_frac": np.full(texts, 0.03),
            "y": np.full(texts, style[7]),
            "h": np.full(texts, 0.05),
        },
        "color_analysis": {
            "start_s": [*edges[:-1].tolist(), 0.0],
            "end_s": [*edges[1:].tolist(), end_s],
            "level": ["shot"] * shots + ["video"],
            "palette": [[_swatch(style, share) for share in (0.5, 0.3, 0.2)]] * (shots + 1),
            "mean_l": np.full(shots + 1, style[8]),
            "contrast": np.full(shots + 1, style[9]),
            "saturation": np.full(shots + 1, 0.2 * style[10]),
        },
        "layout_composite": {"start_s": [0.0], "end_s": [end_s], "layout": ["full" if style[11] < 0.7 else "duet_h"]},
        "face_detection": {
            "start_s": np.concatenate([np.linspace(0, 29, 120), np.zeros(faces)]),
            "end_s": np.concatenate([np.linspace(0.25, 29.25, 120), np.full(faces, end_s)]),
            "level": ["sample"] * 120 + ["track"] * faces,
            "size_frac": np.full(120 + faces, 0.3 * style[2]),
        },
    }


def _swatch(style: np.ndarray, share: float) -> dict[str, Any]:
    return {"hex": "#808080", "share": share, "l": style[8], "a": style[9] / 5 - 0.1, "b": style[10] / 5 - 0.1}


FILL: dict[Callable[[pa.DataType], bool], Any] = {
    pa.types.is_string: "x",
    pa.types.is_floating: 0.5,
    pa.types.is_integer: 1,
    pa.types.is_boolean: False,
    pa.types.is_list: [],
}


def _write_table(store: Store, name: str, video: str, columns: Columns) -> None:
    rows, schema = len(columns["start_s"]), _schema(name)
    columns = {"video_id": pa.repeat(video, rows), **columns}
    arrays = [
        pa.array(columns[part.name], part.type) if part.name in columns else _fill(part.type, part.nullable, rows)
        for part in schema
    ]
    store.write_table(name, video, pa.table(arrays, schema=schema), Outcome("ok", 1, "", "bench", rows=rows))


@cache
def _schema(name: str) -> pa.Schema:
    return arrow_schema(REGISTRY[name].row)


@cache
def _fill(kind: pa.DataType, is_nullable: bool, rows: int) -> pa.Array:
    """A column that nobody asks for."""
    if is_nullable:
        return pa.nulls(rows, kind)
    return pa.array([next(value for fits, value in FILL.items() if fits(kind))] * rows, kind)


def _write_post(store: Store, video: str, number: int, rng: np.random.Generator) -> None:
    posted = FIRST_DAY + timedelta(days=float(rng.uniform(0, 7 * WEEKS)))
    plays = int(rng.lognormal(9, 1.5)) + 100
    tags = {f"tag{int(1000 * rng.random() ** 3)}" for _ in range(5)}
    post = Post(
        author=f"author{int(rng.integers(3000))}",
        hashtags=tuple(sorted(tags)),
        music_id=str(int(500 * rng.random() ** 2)),
        play_count=plays,
        like_count=int(plays * rng.uniform(0.02, 0.2)),
        comment_count=plays // 100,
        share_count=plays // 200,
        created_at=posted.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    path = Path(store.root) / "sources" / video / "post.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(asdict(post)))
