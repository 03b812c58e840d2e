"""What TikTok says of a video, from the shapes in which it goes round: TikTok's own, yt-dlp's, and flat ones.

Only what is named here is ever kept: no cookies, no headers, no signed addresses. A path like `music.id` is a way
through nested tables; the first that leads to something of the right kind counts.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from analyzers.contract import Post
from resources.downloading.errors import BadUrlError
from resources.downloading.links import canonical
from resources.settings import Settings

LONGEST_TEXT = 10_000  # characters; a caption has at most 4,000
MOST_ITEMS = 500
HASHTAGS_WRITTEN = re.compile(r"(?<![\w&/#])(?:#\w{1,100})+")  # #one#two are two
YEARS = (2014, 2100)  # TikTok's forerunner began in 2014

IDS = ("item.id", "id", "video_id", "videoId", "aweme_id", "item_id", "display_id")
URLS = ("url", "webpage_url", "original_url", "webVideoUrl", "video_url", "videoUrl", "share_url", "link")
AUTHORS = (
    "item.author.uniqueId", "uploader", "author.uniqueId", "author.unique_id", "authorMeta.name", "author_name",
    "author_username", "username", "uniqueId", "creator", "author",
)  # fmt: skip
CAPTIONS = ("item.desc", "description", "desc", "text", "caption", "title")
MUSIC_IDS = ("item.music.id", "music.id", "music.mid", "musicMeta.musicId", "music_id", "musicId")
MUSIC_TITLES = ("item.music.title", "music.title", "musicMeta.musicName", "music_title", "music_name", "track", "music")
MUSIC_AUTHORS = (
    "item.music.authorName", "music.authorName", "music.author", "musicMeta.musicAuthor", "music_author", "artist",
)  # fmt: skip
ARTISTS = ("artists",)
ORIGINALS = ("item.music.original", "music.original", "music.is_original_sound", "musicMeta.musicOriginal")
PLAYS = (
    "item.stats.playCount", "view_count", "stats.playCount", "statistics.play_count", "playCount", "play_count",
    "views", "plays",
)  # fmt: skip
LIKES = (
    "item.stats.diggCount", "like_count", "stats.diggCount", "statistics.digg_count", "diggCount", "digg_count",
    "likes", "likeCount",
)  # fmt: skip
COMMENTS = (
    "item.stats.commentCount", "comment_count", "stats.commentCount", "statistics.comment_count", "commentCount",
    "comments",
)  # fmt: skip
SHARES = (
    "item.stats.shareCount", "repost_count", "stats.shareCount", "statistics.share_count", "shareCount",
    "share_count", "shares",
)  # fmt: skip
SAVES = (
    "item.stats.collectCount", "save_count", "stats.collectCount", "statistics.collect_count", "collectCount",
    "collect_count", "saves", "bookmarks",
)  # fmt: skip
CREATED = (
    "item.createTime", "timestamp", "createTime", "create_time", "createTimeISO", "created_at", "createdAt",
    "upload_date", "date",
)  # fmt: skip
HASHTAGS = (
    "item.challenges.title", "challenges.title", "item.textExtra.hashtagName", "textExtra.hashtagName",
    "text_extra.hashtag_name", "hashtags.name", "hashtags.title", "hashtags", "tags",
)  # fmt: skip
ALSO_KEPT = (
    "extractor", "ext", "duration", "width", "height", "fps", "vcodec", "acodec", "tbr", "format_id", "format_note",
    "filesize", "uploader_id", "channel", "channel_id", "album", "language", "fetched_at", "fetched_with", "kind",
    "n_pictures", "resolved_from", "subtitles_language",
    "item.author.id", "item.author.nickname", "item.author.verified", "item.authorStats.followerCount",
    "item.music.duration", "item.music.album", "item.textLanguage", "item.locationCreated", "item.isAd",
    "item.duetEnabled", "item.stitchEnabled", "item.duetInfo.duetFromId", "item.diversificationLabels",
    "item.suggestedWords", "item.stickersOnItem.stickerText", "item.stickersOnItem.stickerType",
    "item.effectStickers.ID", "item.effectStickers.name", "item.poi.name", "item.poi.city", "item.poi.country",
    "item.contents.desc", "item.imagePost.title", "item.video.duration", "item.video.width", "item.video.height",
    "item.video.ratio", "item.video.codecType", "item.video.bitrate", "item.video.definition", "item.IsAigc",
    "item.AIGCDescription", "item.aigcLabelType", "item.isPinnedItem", "item.challenges.id", "item.textExtra.type",
    "item.textExtra.userUniqueId", "item.stats.repostCount",
)  # fmt: skip
KEPT = frozenset(
    IDS + URLS + AUTHORS + CAPTIONS + MUSIC_IDS + MUSIC_TITLES + MUSIC_AUTHORS + ARTISTS + ORIGINALS + PLAYS + LIKES
    + COMMENTS + SHARES + SAVES + CREATED + HASHTAGS + ALSO_KEPT
)  # fmt: skip


def kept(info: Mapping[str, Any]) -> dict[str, Any]:
    """Of all that is said, what is kept; addresses in their one form, or not at all."""
    found = _kept(info, "")
    for name in URLS:
        if name in found:
            address = _address(found.pop(name))
            if address:
                found[name] = address
    return found


def post_of(info: Mapping[str, Any], subtitles: str | None = None) -> Post:
    """The post that a description of any of the known shapes tells of."""
    caption = _text(info, CAPTIONS)
    url = next((address for name in URLS if (address := _address(info.get(name)))), None)
    named = next((value for value in _found(info, IDS) if re.fullmatch(r"[0-9]{8,24}", str(value))), None)
    in_url = re.search(r"/(?:video|photo)/([0-9]{8,24})", url or "")
    artists = [value for value in _found(info, ARTISTS) if isinstance(value, str)]
    title = _text(info, MUSIC_TITLES)
    original = next((value for value in _found(info, ORIGINALS) if isinstance(value, bool)), None)
    if original is None and title and title.lower().startswith("original sound"):
        original = True
    music_id = next((value for value in _found(info, MUSIC_IDS) if re.fullmatch(r"[0-9]{1,24}", str(value))), None)
    author = _text(info, AUTHORS)
    return Post(
        url=url,
        id=str(named) if named is not None else in_url[1] if in_url else None,
        author=author.removeprefix("@") if author else None,
        caption=caption,
        hashtags=_hashtags(info, caption or ""),
        music_id=str(music_id) if music_id is not None else None,
        music_title=title,
        music_author=_text(info, MUSIC_AUTHORS) or (", ".join(artists) or None),
        is_original_sound=original,
        play_count=_count(info, PLAYS),
        like_count=_count(info, LIKES),
        comment_count=_count(info, COMMENTS),
        share_count=_count(info, SHARES),
        save_count=_count(info, SAVES),
        created_at=next((said for value in _found(info, CREATED) if (said := _moment(value))), None),
        subtitles=subtitles,
    )


# What is kept


def _kept(value: Any, path: str) -> Any:
    """A part of a description without anything that is not on the list."""
    if isinstance(value, Mapping):
        inner = {}
        for name, part in value.items():
            way = f"{path}.{name}" if path else str(name)
            if isinstance(part, Mapping | list | tuple):
                if (cut := _kept(part, way)) not in ({}, []):
                    inner[str(name)] = cut
            elif way in KEPT and (cut := _plain(part)) is not None:
                inner[str(name)] = cut
        return inner
    if isinstance(value, list | tuple):
        cuts = [_kept(p, path) if isinstance(p, Mapping) else _plain(p) if path in KEPT else None for p in value]
        return [cut for cut in cuts if cut not in (None, {}, [])][:MOST_ITEMS]
    return {}


def _plain(value: Any) -> str | int | float | bool | None:
    if isinstance(value, str):
        return value[:LONGEST_TEXT].encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written
    return value if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)) else None


# What is found


def _found(info: Mapping[str, Any], paths: tuple[str, ...]) -> Iterator[Any]:
    """Everything at the ends of some paths, lists taken apart."""
    for path in paths:
        ends: list[Any] = [info]
        for name in path.split("."):
            ends = [end[name] for end in ends if isinstance(end, Mapping) and name in end]
            ends = [part for end in ends for part in (end if isinstance(end, list | tuple) else [end])]
        yield from ends


def _text(info: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    texts = (value.strip() for value in _found(info, paths) if isinstance(value, str))
    return next((text for text in texts if text), None)


def _count(info: Mapping[str, Any], paths: tuple[str, ...]) -> int | None:
    for value in _found(info, paths):
        if isinstance(value, bool):
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and 0 <= value < 1 << 62:
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
            return int(value)
    return None


def _hashtags(info: Mapping[str, Any], caption: str) -> tuple[str, ...]:
    """As they are written, without the sign; named ones first, then those that only the caption has."""
    named = [value.removeprefix("#").strip() for value in _found(info, HASHTAGS) if isinstance(value, str)]
    written = [tag for found in HASHTAGS_WRITTEN.findall(caption) for tag in found.split("#")]
    first: dict[str, str] = {}
    for tag in [*named, *written]:
        if tag and not tag.isspace():
            first.setdefault(tag.casefold(), tag)
    return tuple(first.values())[:MOST_ITEMS]


def _moment(value: Any) -> str | None:
    """A time of any of the usual spellings as ISO 8601, in UTC."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{9,13}", value):
        value = int(value)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        elif isinstance(value, str) and re.fullmatch(r"[0-9]{8}", value):
            moment = datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC)
        elif isinstance(value, str):
            moment = datetime.fromisoformat(value)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if YEARS[0] <= moment.year < YEARS[1] else None


def _address(value: Any) -> str | None:
    try:
        return canonical(value, Settings()).url if isinstance(value, str) else None
    except BadUrlError:
        return None
