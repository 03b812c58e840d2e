"""Lists of addresses: whatever wrote them, every address is found, and what is none is named with its place."""

import json

import pytest

from resources.door import MediaError
from tiktok_assets.arrivals.url_lists import MAX_BYTES, MAX_LINES, addresses

A, B, C = (f"https://www.tiktok.com/@someone/video/71234567890123456{n:02}" for n in range(3))


def found(content: bytes | str, suffix: str = ".txt") -> list[str]:
    content = content.encode() if isinstance(content, str) else content
    return [one.text for one in addresses(content, suffix)]


@pytest.mark.parametrize(
    "content", [b"", b"\n\r\n  \t\n", b"# note\n\n#" + A.encode(), b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 100]
)
@pytest.mark.parametrize("suffix", [".txt", ".url", ".csv", ".json", ".jsonl"])
def test_a_list_without_addresses_has_none(content, suffix):
    assert found(content, suffix) == []


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        pytest.param("utf-8-sig", marks=pytest.mark.case("u5")),
        pytest.param("utf-16", marks=pytest.mark.case("u6")),  # with its mark, in this machine's order of bytes
        "utf-16-le",
        "utf-32",
    ],
    ids=lambda name: f"as {name}",
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.case("u7", "u9")
def test_every_encoding_and_every_line_end_is_read(encoding, end):
    assert found(f"# für später{end}{A}{end}{B}".encode(encoding)) == [A, B]


@pytest.mark.case("u7", "u8")
def test_mixed_line_ends_and_odd_bytes_in_a_comment_cost_nothing():
    assert found(b"# f\xfcr sp\xe4ter\r" + f"{A}\r\n{B}\n{C}".encode()) == [A, B, C]


@pytest.mark.parametrize(
    "line",
    [
        "  {} \t", "<{}>", '"{}",', "'{}';", "\u200b{}\u200b", "\ufeff{}", "“{}”", "- {}", "1. {}", "[clip]({})",
        "{} # the one with the cat", "see {}.", "\u00a0{}\u00a0", "({})",
    ],
)  # fmt: skip
@pytest.mark.case("u10")
def test_what_is_round_an_address_is_taken_off(line):
    assert found(line.format(A) + "\n") == [A]


def test_several_addresses_in_a_line_are_several():
    assert found(f"{A} {B},{C}") == [A, B, C]


def test_what_is_no_address_is_handed_on_with_its_place():
    listed = addresses(f"{A}\n\njavascript:alert\nfile:///etc/passwd\n".encode(), ".txt")
    assert [(one.place, one.text) for one in listed] == [
        ("line 1", A),
        ("line 3", "javascript:alert"),
        ("line 4", "file:///etc/passwd"),
    ]


def test_a_windows_shortcut_names_one_address_and_not_its_icons():
    shortcut = f"[InternetShortcut]\r\nURL={A}\r\nIconFile=https://www.tiktok.com/favicon.ico\r\nIconIndex=0\r\n"
    assert found(shortcut, ".url") == [A]
    assert found(f"{A}\n{B}\n", ".url") == [A, B]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_in_a_table_the_column_of_videos_is_found_among_others(delimiter):
    head = ["author", "cover", "video", "text"]
    rows = [["https://www.tiktok.com/@a", "https://cdn.example.org/1.jpg", url, "so, so\tgood"] for url in (A, B)]
    table = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in [head, *rows])
    assert found(table, ".csv") == [A, B]


def test_a_table_without_a_head_or_with_one_column_is_read():
    assert found(f"{A}\n{B}\n", ".csv") == [A, B]
    assert found(f"url\n{A}\n\n{B}\n", ".csv") == [A, B]
    assert found(f"1,{A}\n2,{B}\n3,n/a\n4,\n", ".csv") == [A, B, "n/a"]


def test_a_quote_that_never_ends_swallows_no_address():
    assert found(f'text,url\n"so good,{A}\nfine,{B}\nfine,{C}\n', ".csv") == [A, B, C]


@pytest.mark.parametrize(
    "value",
    [
        [A, B],
        {"urls": [A, B]},
        [{"url": A, "cover": "https://cdn.example.org/1.jpg"}, {"URL": B}],
        [{"webpage_url": A, "url": "https://cdn.example.org/1.mp4"}, {"link": B}],
        {"Activity": {"Favorite Videos": {"FavoriteVideoList": [{"Date": "x", "Link": A}, {"Date": "y", "Link": B}]}}},
    ],
    ids=["a list", "an object", "objects", "as yt-dlp writes", "as TikTok exports"],
)
def test_addresses_are_found_in_json_of_any_shape(value):
    assert found(json.dumps(value), ".json") == [A, B]


def test_json_lines_may_be_texts_objects_or_plain_addresses():
    lines = f'"{A}"\n{{"url": "{B}"}}\r\n{C}\n'
    assert found(lines, ".jsonl") == found(lines, ".json") == [A, B, C]
    assert found(lines + '{"broken\n', ".jsonl") == [A, B, C, "broken"]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"url": ', "\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_read_as_json_is_refused_whole(content):
    with pytest.raises(MediaError) as refused:
        found(content, ".json")
    assert refused.value.word == "not_a_list"
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"x" * (MAX_BYTES + 1), ".txt"),
        ((A + "\n").encode() * (MAX_LINES + 1), ".txt"),
        (json.dumps(["x"] * (MAX_LINES + 1)).encode(), ".json"),
    ],
)
def test_a_list_beyond_the_limits_is_refused_whole(content, suffix):
    with pytest.raises(MediaError) as refused:
        addresses(content, suffix)
    assert refused.value.word == "too_large"


def test_thousands_of_lines_keep_their_order():
    urls = [f"https://www.tiktok.com/@u/video/{7 * 10**18 + n}" for n in range(5000)]
    assert found("\n".join(urls)) == urls
