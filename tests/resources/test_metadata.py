"""What is said of a post, in any of the shapes in which it goes round, and nothing that is nobody's business."""

import json

import pytest

from analyzers.contract import Post
from resources.downloading.metadata import kept, post_of
from tests.resources.tiktok import VIDEO, item_of

URL = f"https://www.tiktok.com/@some.body/video/{VIDEO}"
POST = Post(
    url=URL,
    id=VIDEO,
    author="some.body",
    caption="Morning light #Film #fyp",
    hashtags=("Film", "fyp"),
    music_id="7300000000000000001",
    music_title="original sound",
    music_author="Some Body",
    is_original_sound=True,
    play_count=1000,
    like_count=200,
    comment_count=30,
    share_count=4,
    save_count=5,
    created_at="2023-11-14T22:13:20Z",
)
YT_DLP = {
    "id": VIDEO,
    "webpage_url": URL + "?_r=1",
    "uploader": "some.body",
    "description": POST.caption,
    "title": "Morning light",
    "track": "original sound",
    "artists": ["Some Body"],
    "view_count": 1000,
    "like_count": 200,
    "comment_count": 30,
    "repost_count": 4,
    "save_count": 5,
    "timestamp": 1700000000,
}
SCRAPER = {
    "id": VIDEO,
    "text": POST.caption,
    "createTimeISO": "2023-11-14T22:13:20.000Z",
    "webVideoUrl": URL,
    "authorMeta": {"name": "some.body", "nickName": "Some Body"},
    "musicMeta": {
        "musicId": "7300000000000000001",
        "musicName": "original sound",
        "musicAuthor": "Some Body",
        "musicOriginal": True,
    },
    "playCount": 1000,
    "diggCount": 200,
    "commentCount": 30,
    "shareCount": 4,
    "collectCount": 5,
    "hashtags": [{"name": "Film"}, {"name": "fyp"}],
}
APP = {
    "aweme_id": VIDEO,
    "desc": POST.caption,
    "create_time": 1700000000,
    "share_url": f"{URL}?u_code=x",
    "author": {"unique_id": "some.body"},
    "music": {
        "mid": "7300000000000000001",
        "title": "original sound",
        "author": "Some Body",
        "is_original_sound": True,
    },
    "statistics": {"play_count": 1000, "digg_count": 200, "comment_count": 30, "share_count": 4, "collect_count": 5},
    "text_extra": [{"hashtag_name": "Film"}, {"hashtag_name": "fyp"}],
}
FLAT = {
    "video_id": VIDEO,
    "url": URL,
    "author": "@some.body",
    "caption": POST.caption,
    "music_title": "original sound",
    "music_author": "Some Body",
    "music_id": "7300000000000000001",
    "views": "1000",
    "likes": "200",
    "comments": "30",
    "shares": "4",
    "saves": "5",
    "created_at": "2023-11-15 00:13:20+02:00",
    "hashtags": ["#Film", "fyp"],
}


@pytest.mark.parametrize("info", [SCRAPER, APP, FLAT], ids=["scraper", "app", "flat"])
def test_all_shapes_tell_of_the_same_post(info: dict):
    assert post_of(kept(info)) == POST


def test_yt_dlp_s_own_shape_lacks_only_the_music_s_id():
    post = post_of(kept(YT_DLP))
    assert post == Post(**{f: getattr(POST, f) for f in POST.__slots__} | {"music_id": None})


def test_tiktok_s_own_shape_beside_it_has_that_too():
    post = post_of(kept(YT_DLP | {"item": item_of(VIDEO, "https://cdn.example")}))
    assert post.music_id == "7300000000000000001"
    assert post.is_original_sound
    assert post.hashtags == ("film", "fyp")
    assert (post.save_count, post.created_at) == (5, POST.created_at)


def test_of_nothing_nothing_is_said():
    for info in ({}, {"a": 1}, {"id": None, "stats": None, "hashtags": None}, {"item": []}):
        assert post_of(kept(info)) == Post()


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ({"view_count": -1}, "play_count"),
        ({"view_count": True}, "play_count"),
        ({"view_count": 1.5}, "play_count"),
        ({"view_count": float("nan")}, "play_count"),
        ({"views": "1.2M"}, "play_count"),
        ({"timestamp": 0}, "created_at"),
        ({"timestamp": 10**30}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"id": "../../etc/passwd"}, "id"),
        ({"url": "https://www.tiktok.com@127.0.0.1/@a/video/7301234567890123456"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"description": "   "}, "caption"),
        ({"music": {"id": "x"}}, "music_id"),
        ({"author": {"uniqueId": 5}}, "author"),
    ],
)
def test_what_cannot_be_is_not_said(info: dict, name: str):
    assert getattr(post_of(kept(info)), name) is None


@pytest.mark.parametrize(
    ("caption", "hashtags"),
    [
        ("#a #B #a", ("a", "B")),
        ("wörter #über#unter #日本語 done", ("über", "unter", "日本語")),
        ("no tags: a#b http://x/#c &#39; #", ()),
        ("# a #", ()),
    ],
)
def test_hashtags_are_found_in_the_caption(caption: str, hashtags: tuple):
    assert post_of({"desc": caption}).hashtags == hashtags


def test_nothing_is_kept_that_is_not_on_the_list():
    secret = "s3cret"
    info = YT_DLP | {
        "http_headers": {"Cookie": secret},
        "cookies": secret,
        "formats": [{"url": f"https://cdn.example/?sig={secret}", "http_headers": {"Referer": secret}}],
        "url": f"https://cdn.example/v.mp4?sig={secret}",
        "requested_downloads": [{"filepath": f"/home/{secret}"}],
        "_filename": secret,
        "author": {"uniqueId": "some.body", "privateToken": secret},
        "item": item_of(VIDEO, f"https://{secret}.example") | {"msToken": secret},
        "subtitles": {"eng-US": [{"url": f"https://cdn.example/?sig={secret}"}]},
        "thumbnail": f"https://cdn.example/?sig={secret}",
    }
    written = json.dumps(kept(info))
    assert secret not in written
    assert '"view_count": 1000' in written


def test_what_is_kept_has_an_end():
    info = kept({"description": "x" * 50_000, "hashtags": [f"t{i}" for i in range(5000)]})
    assert len(info["description"]) == 10_000
    assert len(info["hashtags"]) == 500


def test_what_is_kept_can_be_written():
    info = kept(
        json.loads('{"description": "cut \\ud83d", "duration": NaN, "view_count": 1e999, "uploader": "a\\ud800"}')
    )
    assert info == {"description": "cut ?", "uploader": "a?"}
    json.dumps(info, ensure_ascii=False, allow_nan=False).encode()
