"""Whether planted trends, templates and copies are found in a corpus, and nothing where nothing is planted."""

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from analyzers.measures.trends.alike import Sounds, alike_pairs
from analyzers.measures.trends.rhythm import same_rhythms
from analyzers.measures.trends.rise import in_weeks
from resources.store import Store
from tests.truth.pipeline import Analysed
from tests.truth.real import Table
from tiktok_assets.corpus.trend_analysis import read_corpus

WEEKS = 20
A_WEEK = 200  # videos
SEEDS = 10
TAGS = 300
OFTEN = 0.05  # of the videos that have a tag, on average: ten a week
PLANTED = 10  # tags of a corpus that rise, each in one week, and stay
RISES = ((0.05, 3), (0.05, 5), (0.2, 1.5), (0.2, 2), (0.2, 3))  # how often a tag is seen, and how much more often then
VIDEOS, TEMPLATES, COPIES = 1000, 20, 5
FILMS = ("video_cuts", "video_people")
QUALITIES = ((18, 1.0), (35, 0.7))  # CRF and share of the width
LOOKED_AT = ("cut_analysis", "camera_analysis", "color_analysis")
LONGEST_S = 12.0
FRAMES_S = (1 / 60, 1 / 30, 1 / 24)


def tables(media: Path) -> Iterator[Table]:
    yield rises_table()
    yield templates_table()
    yield copies_table(media)


def rises_table() -> Table:
    flat = [told(*planted(seed, 1)) for seed in range(SEEDS)]
    tests = SEEDS * TAGS * (WEEKS - 1)
    body = [("a flat corpus", "", f"{sum(map(len, flat))} of {tests}")]
    growing = [told(*planted(seed, 1, growth=1.2)) for seed in range(SEEDS)]
    body.append(("one that grows by a fifth a week", "", f"{sum(map(len, growing))} of {tests}"))
    for often, times in RISES:
        hits = false = 0
        for seed in range(SEEDS):
            found, truth = told(*planted(seed, times, often=often)), risen(seed)
            hits, false = hits + len(found & truth), false + len(found - truth)
        count = SEEDS * PLANTED
        share = f"{hits / count:.2f} ({hits} of {count})"
        body.append((f"{often * A_WEEK:.0f} videos a week, then {times:g} times as many", share, f"{false} of {tests}"))
    notes = (
        f"{SEEDS} corpora of {A_WEEK} videos a week with {TAGS} tags, of which {PLANTED} rise in one week and stay. "
        "Target: nine of ten that rise from 10 to 50 or from 40 to 120 are found in their very week, and of what is "
        "told one in twenty is false at most. Smaller rises cannot be told from chance among thousands of tests.",
    )
    return Table("Rises and falls in a corpus", ("corpus", "found", "false"), tuple(body), notes)


def templates_table() -> Table:
    body = []
    for frame_s in FRAMES_S:
        cuts, truth = patterned(frame_s)
        found = {(one, other) for one, other, _ in same_rhythms(cuts)}
        hits, pairs = len(found & truth), VIDEOS * (VIDEOS - 1) // 2
        share = f"{hits / len(truth):.3f} ({hits} of {len(truth)})"
        body.append((f"{1 / frame_s:.0f} frames a second", share, f"{len(found - truth)} of {pairs}"))
    notes = (
        f"{VIDEOS} made-up videos of 2 to 25 cuts; {TEMPLATES} templates of 6 to 20 cuts with {COPIES} videos each, "
        "begun earlier or later, every cut up to a frame off. Target: 1.000 found, none false.",
    )
    return Table("Templates in a corpus", ("videos", "pairs found", "false pairs"), tuple(body), notes)


def copies_table(media: Path) -> Table:
    """Real videos without their sound, and what becomes of each when it is written again."""
    paths = [path for folder in FILMS for path in sorted((media / folder).glob("*.mp4"))]
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        name_of: dict[str, str] = {}
        for path in paths:
            for crf, width in QUALITIES:
                copy = Path(folder) / f"{path.stem}-{crf}.mp4"
                _write_again(path, copy, crf, width)
                analysed = Analysed(copy, Path(folder) / "data")
                for name in LOOKED_AT:
                    analysed.outcome(name)
                name_of[analysed.video] = path.stem
        corpus, _ = read_corpus(Store(root=str(Path(folder) / "data")), LOOKED_AT)
    names = [name_of[video] for video in corpus.videos]
    pairs = [pair for pair in alike_pairs(corpus.vectors, corpus.cuts, Sounds()) if pair.is_duplicate]
    hits = {names[pair.one] for pair in pairs if names[pair.one] == names[pair.other]}
    false = sum(names[pair.one] != names[pair.other] for pair in pairs)
    missed = ", ".join(path.stem for path in paths if path.stem not in hits)
    unlike = len(names) * (len(names) - 1) // 2 - len(paths)
    found = f"{len(hits) / max(len(paths), 1):.2f} ({len(hits)} of {len(paths)})"
    notes = (
        "Cuts, camera and colours of real videos, the first 12 s at CRF 18 and again at CRF 35 and 0.7 of the width, "
        "without their sound. The thresholds were chosen while these were looked at. Target: all found, none false.",
    )
    return Table(
        "Copies in a corpus", ("found", "false pairs", "missed"), ((found, f"{false} of {unlike}", missed),), notes
    )


def _write_again(path: Path, copy: Path, crf: int, width: float) -> None:
    import av

    with av.open(str(path)) as source, av.open(str(copy), "w") as written:
        film = source.streams.video[0]
        stream = written.add_stream("libx264", rate=film.average_rate, options={"crf": str(crf)})
        stream.width, stream.height = (int(size * width) // 2 * 2 for size in (film.width, film.height))
        stream.pix_fmt = "yuv420p"
        for number, frame in enumerate(source.decode(film)):
            if frame.time is not None and frame.time > LONGEST_S:
                break
            small = frame.reformat(stream.width, stream.height, "yuv420p")
            small.pts, small.time_base = number, 1 / (film.average_rate or Fraction(30))
            written.mux(stream.encode(small))
        written.mux(stream.encode())


def risen(seed: int) -> set[tuple[int, int]]:
    """Which tag rises in which week."""
    rng = np.random.default_rng(1000 + seed)
    return {(tag, int(rng.integers(2, WEEKS - 2))) for tag in range(PLANTED)}


def planted(
    seed: int, times: float, growth: float = 1.0, often: float = OFTEN
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tags, the videos that have them, and every video's week; the first tags rise, unless `times` is 1."""
    rng = np.random.default_rng(seed)
    week_of = np.repeat(np.arange(WEEKS), (A_WEEK * growth ** np.arange(WEEKS)).astype(int))
    chances = np.full((TAGS, WEEKS), often)
    for tag, week in risen(seed):
        chances[tag, week:] *= times
    has = rng.random((TAGS, len(week_of))) < chances[:, week_of]
    things, videos = np.nonzero(has)
    return things, videos, week_of


def told(things: np.ndarray, videos: np.ndarray, week_of: np.ndarray) -> set[tuple[int, int]]:
    found = in_weeks(things, videos, week_of, np.arange(len(week_of)))
    return {(row.thing, row.week) for row in found if row.growth is not None}


def patterned(frame_s: float) -> tuple[list[np.ndarray], set[tuple[int, int]]]:
    """Cuts of many videos, and which pairs of them are made from one template."""
    rng = np.random.default_rng(7)
    cuts = [np.cumsum(rng.lognormal(0.5, 0.6, rng.integers(2, 26))) for _ in range(VIDEOS)]
    truth = set()
    for template in range(TEMPLATES):
        pattern = np.cumsum(rng.uniform(0.4, 3.0, rng.integers(6, 21)))
        members = range(template * COPIES, (template + 1) * COPIES)
        for member in members:
            cuts[member] = pattern + rng.uniform(0, 5) + rng.uniform(-frame_s, frame_s, len(pattern))
        truth |= {(one, other) for one in members for other in members if one < other}
    return cuts, truth
