"""Trends: hashtags, sounds, styles and templates of the corpus, week by week, and videos that are nearly the same.

Nothing is judged here: analyzers/measures/trends compares and tests what the tables and the platform say.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import dagster as dg
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analyzers.columns import Column
from analyzers.contract import REGISTRY, Post
from analyzers.measures.trends.alike import LEAST_MEMBERS, Pair, Sounds, alike_pairs, components, styles
from analyzers.measures.trends.engagement import engagement_z
from analyzers.measures.trends.rise import in_weeks
from analyzers.measures.trends.style import Vectors, style_vectors, told_traits
from resources.store import Store
from tiktok_assets.corpus.shared import DAILY, GROUP, as_table, write
from tiktok_assets.corpus.sound_reuse import FINGERPRINT, SOUND_REUSE, fingerprinted
from tiktok_assets.corpus.style_tables import QUESTIONS, Answers, ask
from tiktok_assets.factory import asset_key
from tiktok_assets.schema import table_schema
from tiktok_assets.stages import on_stage

TREND_ANALYSIS = "trend_analysis"
VERSION = "1"  # bump when the numbers change
LEAST_VIDEOS = 3  # of a hashtag or a sound: fewer are nobody's trend
EXEMPLARS = 5
MOST_PAIRS = 20  # of one video, the likest
WHOLE_SOUND = 0.8  # of the shorter video's length: they share their sound, not a sound in it
MONDAY = 3  # the days from the Monday before 1970-01-01 to it

Ints = NDArray[np.int64]
Kind = Literal["hashtag", "sound", "style", "template", "duplicate"]


@dataclass(frozen=True, slots=True)
class StyleTrait:
    """In what a style differs from the corpus."""

    name: Annotated[str, Column("what is meant, see analyzers/measures/trends/style.py")]
    away: Annotated[float, Column("how far its median lies above the corpus's, in units of that trait", bits=32)]


@dataclass(frozen=True, slots=True)
class Trend:
    """One entity in one week, one entity in all of the corpus, or two videos that are nearly the same."""

    level: Annotated[Literal["week", "corpus", "pair"], Column("what the row is about")]
    kind: Annotated[Kind, Column("week, corpus: what the entity is; pair: template or duplicate")]
    entity: Annotated[
        str | None,
        Column("hashtag, music id, shared-, style- or template- and a number; null for pairs", verbatim=True),
    ] = None
    label: Annotated[str | None, Column("sound: its title, where the platform tells it", verbatim=True)] = None
    window: Annotated[str | None, Column("week: ISO week of the videos' dates, in UTC, as 2026-W46")] = None
    n_videos: Annotated[int | None, Column("videos that have the entity", low=0, bits=32)] = None
    growth: Annotated[
        float | None,
        Column("week: its share of the week's authors over that of the week before; null by chance", low=0),
    ] = None
    p_value: Annotated[float | None, Column("week: chance of such a growth without one; null if not told", low=0)] = (
        None
    )
    engagement_z: Annotated[
        float | None, Column("median of likes, comments and shares per play, in robust deviations from the corpus's")
    ] = None
    traits: Annotated[tuple[StyleTrait, ...], Column("style: what sets it apart, the most first")] = ()
    exemplar_ids: Annotated[
        tuple[str, ...], Column("up to five videos: the most played, or the middle of a style")
    ] = ()
    video_ids: Annotated[tuple[str, ...], Column("all videos that have it")] = ()
    video_id: Annotated[str | None, Column("pair: partition key of the one video")] = None
    other_video_id: Annotated[str | None, Column("pair: partition key of the other")] = None
    score: Annotated[
        float | None, Column("pair: template: share of the cuts in common; duplicate: likeness of style", low=0, high=1)
    ] = None
    is_same_sound: Annotated[bool | None, Column("pair: they share their sound; null where that is not known")] = None


@dataclass(frozen=True, slots=True)
class Entity:
    """Who has what; the members that show it best come first."""

    kind: Kind
    name: str
    members: Ints
    label: str | None = None
    traits: tuple[StyleTrait, ...] = ()


@dataclass(slots=True)
class Corpus:
    """All videos, by number, and what is known of each."""

    videos: list[str]
    posts: list[Post]
    vectors: Vectors
    cuts: list[NDArray[np.float64]]
    week: Ints = field(init=False)  # from the first Monday of 1970 on; -1 where the date is not known
    voice: Ints = field(init=False)  # whose video it is; without an author, its own
    plays: NDArray[np.float64] = field(init=False)
    z: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.week = np.array([_week(post.created_at) for post in self.posts], np.int64)
        named = {author: number for number, author in enumerate({post.author for post in self.posts})}
        own = range(len(named), len(named) + len(self.posts))
        whose = [named[p.author] if p.author else alone for p, alone in zip(self.posts, own, strict=True)]
        self.voice = np.array(whose, np.int64)
        self.plays = np.array([p.play_count if p.play_count is not None else np.nan for p in self.posts], float)
        acts = [[p.like_count or 0, p.comment_count or 0, p.share_count or 0] for p in self.posts]
        liked = np.array([p.like_count is not None for p in self.posts], bool)
        self.z = engagement_z(np.where(liked, self.plays, np.nan), np.array(acts, float).reshape(-1, 3).sum(axis=1))


def build_trend_analysis(names: set[str]) -> dg.AssetsDefinition:
    """The asset, made of those tables that the settings leave on."""
    asked = [name for name in QUESTIONS if name in names]
    sounds = [dg.AssetKey([GROUP, SOUND_REUSE])] if FINGERPRINT in names else []

    @dg.asset(
        key=[GROUP, TREND_ANALYSIS],
        deps=[asset_key("post"), *(asset_key(name) for name in asked), *sounds],
        group_name=GROUP,
        description="Hashtags, sounds, styles and templates, week by week and in all: how many videos have them, "
        "whether that grew or fell beyond chance, how it moves the viewers, and which videos show it. And pairs of "
        "videos that are nearly the same, or cut by one template.",
        code_version="-".join([VERSION, *(str(REGISTRY[name].version) for name in asked)]),
        automation_condition=DAILY,
        kinds={"parquet", "duckdb"},
        owners=[f"team:{GROUP}"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu", at_home=True),
        metadata={"dagster/column_schema": table_schema(Trend, has_header=False)},
    )
    def trend_analysis(store: Store) -> dg.MaterializeResult:
        corpus, answers = read_corpus(store, asked)
        rows = list(trends(corpus, compared_sounds(store, corpus.videos)))
        write(store, TREND_ANALYSIS, as_table(Trend, rows))
        levels = Counter(row.level for row in rows)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(rows),
                "videos": len(corpus.videos),
                "videos_without_a_date": int((corpus.week < 0).sum()),
                "entities": levels["corpus"],
                "rises_and_falls": sum(row.growth is not None for row in rows),
                "pairs": levels["pair"],
                "unreadable_tables": answers.unreadable,
                "path": dg.MetadataValue.path(store.corpus_path(TREND_ANALYSIS)),
            }
        )

    return trend_analysis


def read_corpus(store: Store, names: Sequence[str]) -> tuple[Corpus, Answers]:
    """What is known of every video that has a table of one of these analyzers."""
    videos = sorted({video for name in names for video in store.videos_with(name)})
    answers = ask(store, videos, names)
    posts = [_post(store, video) for video in videos]
    return Corpus(videos, posts, style_vectors(answers.values, len(videos)), answers.cuts), answers


def compared_sounds(store: Store, videos: Sequence[str]) -> Sounds:
    """What sound_reuse has found among the videos."""
    try:
        table = pq.read_table(
            store.corpus_path(SOUND_REUSE), columns=["video_id", "other_video_id", "start_s", "end_s"]
        )
    except (FileNotFoundError, pa.ArrowInvalid):
        return Sounds()
    number_of = {video: number for number, video in enumerate(videos)}
    lengths_s: Counter[tuple[int, int]] = Counter()
    for one, other, start_s, end_s in zip(*(table[name].to_pylist() for name in table.column_names), strict=True):
        if one in number_of and other in number_of and number_of[one] < number_of[other]:
            lengths_s[number_of[one], number_of[other]] += end_s - start_s
    heard_s = {number_of[video]: _heard_s(store, video) for video in fingerprinted(store) if video in number_of}
    whole = {
        pair for pair, s in lengths_s.items() if s >= WHOLE_SOUND * min(heard_s.get(n, float("inf")) for n in pair)
    }
    return Sounds(frozenset(heard_s), frozenset(lengths_s), frozenset(whole))


def trends(corpus: Corpus, sounds: Sounds) -> Iterator[Trend]:
    """The rows, entities first."""
    pairs = alike_pairs(corpus.vectors, corpus.cuts, sounds)
    entities = [
        *_hashtags(corpus),
        *_sounds(corpus, sounds.shared),
        *_styles(corpus),
        *_templates(pairs, len(corpus.videos)),
    ]
    yield from (_row(corpus, "corpus", entity, entity.members) for entity in entities)
    yield from _weeks(corpus, entities)
    yield from _pairs(corpus, pairs, sounds.shared)


def forget_trends(store: Store, video: str) -> None:
    """Take a video out of the table: its pairs, and its part in every entity."""
    path = store.corpus_path(TREND_ANALYSIS)
    if not path.exists():
        return
    kept = []
    for row in pq.read_table(path).to_pylist():
        if video in row["video_ids"]:
            row["video_ids"].remove(video)
            row["exemplar_ids"] = [other for other in row["exemplar_ids"] if other != video]
            row["n_videos"] -= 1
        if video not in (row["video_id"], row["other_video_id"]):
            kept.append(row)
    gone = {(row["kind"], row["entity"]) for row in kept if row["level"] == "corpus" and not row["n_videos"]}
    kept = [row for row in kept if (row["kind"], row["entity"]) not in gone]
    kept = [row for row in kept if row["n_videos"] != 0 or row["growth"] is not None]
    write(store, TREND_ANALYSIS, pa.Table.from_pylist(kept, schema=pq.read_schema(path)))


def _post(store: Store, video: str) -> Post:
    try:
        return store.read("post", video)
    except FileNotFoundError:
        return Post()


def _week(created_at: str | None) -> int:
    if created_at is None:
        return -1
    seconds = datetime.fromisoformat(created_at).replace(tzinfo=UTC).timestamp()
    return int(seconds // 86_400 + MONDAY) // 7


def _as_text(week: int) -> str:
    year, number, _ = date.fromordinal(date(1970, 1, 1).toordinal() - MONDAY + 7 * week).isocalendar()
    return f"{year}-W{number:02}"


def _heard_s(store: Store, video: str) -> float:
    """How much of a video's sound can be found again: to the end of its last landmark's row."""
    ends_s = pq.read_table(store.table_path(FINGERPRINT, video), columns=["end_s"])["end_s"].to_pylist()
    return max(ends_s)


def _hashtags(corpus: Corpus) -> Iterator[Entity]:
    members: dict[str, list[int]] = {}
    for number, post in enumerate(corpus.posts):
        for tag in sorted({tag.casefold().lstrip("#") for tag in post.hashtags} - {""}):
            members.setdefault(f"#{tag}", []).append(number)
    for name in sorted(members):
        if len(members[name]) >= LEAST_VIDEOS:
            yield Entity("hashtag", name, _by_plays(corpus, members[name]))


def _sounds(corpus: Corpus, shared: Set[tuple[int, int]]) -> Iterator[Entity]:
    """By the platform's number; a video without one counts to the sound that it shares with others."""
    number_of: dict[int, str] = {n: post.music_id for n, post in enumerate(corpus.posts) if post.music_id}
    for place, group in enumerate(components(sorted(shared), len(corpus.videos)), 1):
        ids = Counter(number_of[n] for n in group.tolist() if n in number_of).most_common(1)
        name = ids[0][0] if ids else f"shared-{place:03}"
        number_of = dict.fromkeys(group.tolist(), name) | number_of
    members: dict[str, list[int]] = {}
    for number in sorted(number_of):
        members.setdefault(number_of[number], []).append(number)
    for name in sorted(members):
        if len(members[name]) >= LEAST_VIDEOS:
            titles = Counter(t for n in members[name] if (t := corpus.posts[n].music_title)).most_common(1)
            yield Entity("sound", name, _by_plays(corpus, members[name]), titles[0][0] if titles else None)


def _styles(corpus: Corpus) -> Iterator[Entity]:
    for place, members in enumerate(styles(corpus.vectors), 1):
        traits = tuple(StyleTrait(*told) for told in told_traits(corpus.vectors, members))
        yield Entity("style", f"style-{place:03}", members, traits=traits)


def _templates(pairs: Sequence[Pair], videos: int) -> Iterator[Entity]:
    groups = components([(pair.one, pair.other) for pair in pairs if not pair.is_duplicate], videos)
    for place, members in enumerate((group for group in groups if len(group) >= LEAST_MEMBERS), 1):
        yield Entity("template", f"template-{place:03}", members)


def _by_plays(corpus: Corpus, members: Sequence[int]) -> Ints:
    numbers = np.array(members, np.int64)
    return numbers[np.argsort(-np.nan_to_num(corpus.plays[numbers], nan=-1.0), kind="stable")]


def _weeks(corpus: Corpus, entities: Sequence[Entity]) -> Iterator[Trend]:
    things = np.repeat(np.arange(len(entities)), [len(entity.members) for entity in entities])
    videos = np.concatenate([np.zeros(0, np.int64), *(entity.members for entity in entities)])
    for found in in_weeks(things, videos, corpus.week, corpus.voice):
        entity = entities[found.thing]
        members = entity.members[corpus.week[entity.members] == found.week]
        row = _row(corpus, "week", replace(entity, traits=()), members)
        yield replace(row, window=_as_text(found.week), growth=found.growth, p_value=found.p_value)


def _row(corpus: Corpus, level: Literal["week", "corpus"], entity: Entity, members: Ints) -> Trend:
    judged = corpus.z[members]
    judged = judged[~np.isnan(judged)]
    names = tuple(corpus.videos[number] for number in members)
    return Trend(
        level,
        entity.kind,
        entity.name,
        entity.label,
        n_videos=len(members),
        engagement_z=float(np.median(judged)) if len(judged) else None,
        traits=entity.traits,
        exemplar_ids=names[:EXEMPLARS],
        video_ids=names,
    )


def _pairs(corpus: Corpus, pairs: Sequence[Pair], shared: Set[tuple[int, int]]) -> Iterator[Trend]:
    """Of each video the likest, duplicates first."""
    told: Counter[int] = Counter()
    for pair in sorted(pairs, key=lambda pair: (not pair.is_duplicate, -pair.score, pair.one, pair.other)):
        if max(told[pair.one], told[pair.other]) < MOST_PAIRS:
            told.update((pair.one, pair.other))
            names: dict[str, Any] = {"video_id": corpus.videos[pair.one], "other_video_id": corpus.videos[pair.other]}
            musics = {corpus.posts[number].music_id for number in (pair.one, pair.other)}
            is_known = (pair.one, pair.other) in shared or None not in musics
            is_same = (pair.one, pair.other) in shared or len(musics) == 1
            kind = "duplicate" if pair.is_duplicate else "template"
            yield Trend("pair", kind, **names, score=pair.score, is_same_sound=is_same if is_known else None)
