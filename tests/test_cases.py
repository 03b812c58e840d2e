"""Every case of the ways in has a test: odd lists, addresses, networks, requests, command lines and settings.

A test says which cases it holds by `@pytest.mark.case("u1", ...)`, on itself or on one of its parameters. The marks
are read from the tests' sources, so a case counts whichever part of the tests is run.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent

# u: lists in the drop folder, and addresses. n: the network during a download. a: the HTTP API. k: the command line
# and the settings.
CASES = {
    "u1": "an empty list",
    "u2": "a list of blank lines and comments",
    "u3": "a list of a byte order mark alone",
    "u4": "a list of zero bytes",
    "u5": "UTF-8 with a byte order mark",
    "u6": "UTF-16LE with a byte order mark",
    "u7": "line ends CRLF, CR, mixed",
    "u8": "Latin-1 in a comment",
    "u9": "no line end after the last line",
    "u10": "spaces, tabs, brackets, quotes, commas, zero-width spaces round an address",
    "u11": "5,000 lines: all taken at once, handed over in doses",
    "u12": "a million lines, or too many bytes: refused whole",
    "u13": "the same address twice in a list",
    "u14": "the same address in two lists",
    "u15": "one video in three spellings",
    "u16": "one bad line among 99 good ones",
    "u17": "a list that is still being written",
    "u18": "a list that grows while it is read",
    "u19": "a list that is replaced while it is read",
    "u20": "the same list dropped again",
    "u21": "the same content under another name",
    "u22": "the same list with a newer time",
    "u23": "a folder",
    "u24": "a link out of the drop folder",
    "u25": "a FIFO",
    "u26": "a list that may not be read",
    "u27": "a name of 251 bytes",
    "u28": "a name with a line break",
    "u29": "no drop folder",
    "u30": "a drop folder that is read-only",
    "u31": "a drop folder on a full disk",
    "u32": "the daemon is killed between reading and answering",
    "u33": "http:// (taken, and asked for by https)",
    "u34": "ftp://",
    "u35": "file:///etc/passwd",
    "u36": "javascript:",
    "u37": "//host/...",
    "u38": "no scheme",
    "u39": "tiktok.com.evil.example",
    "u40": "www.tiktok.com@127.0.0.1",
    "u41": "a Cyrillic letter in the host",
    "u42": "127.0.0.1",
    "u43": "[::1]",
    "u44": "2130706433",
    "u45": "0x7f.1",
    "u46": "a port",
    "u47": "8,000 characters",
    "u48": "%00, CR and LF inside",
    "u49": "a user's page, a live stream: a word of their own",
    "u50": "ytsearch5:; and a photo post, which is taken",
    "n1": "a private post",
    "n2": "a removed post",
    "n3": "a post that is not shown in this country",
    "n4": "a login or age wall",
    "n5": "item doesn't exist",
    "n6": "429 with Retry-After",
    "n7": "503",
    "n8": "403 for the file",
    "n9": "name servers that do not know the host",
    "n10": "a connection refused, or reset",
    "n11": "a body shorter than it says",
    "n12": "a byte a second",
    "n13": "a body without end",
    "n14": "a page of HTML named video/mp4",
    "n15": "a redirect to an internal host",
    "n16": "a list of pieces that names a local file",
    "n17": "a certificate that has run out",
    "n18": "a page that yt-dlp does not understand any more",
    "n19": "half a file left by a killed download",
    "n20": "two downloads of one video at once",
    "n21": "a codec that nobody decodes",
    "n22": "a post deleted between its page and its file",
    "a1": "a body that is no JSON",
    "a2": "a body of text/plain",
    "a3": "a body of 10 MB",
    "a4": "a field that nobody knows",
    "a5": "both url and video_path",
    "a6": "neither of them",
    "a7": "a url that is a list, a number, null",
    "a8": "a video_path that is absolute, ../, with a zero byte, an address, concat:",
    "a9": "no token, a wrong one",
    "a10": "a wrong Host",
    "a11": "a thousand connections that say nothing",
    "a12": "the same request twice",
    "a13": "a disk that is nearly full",
    "a14": "too much waits",
    "a15": "/results: negative offset, huge limit, unknown key, ../x",
    "a16": "/health while the ledger is locked or gone",
    "a17": "SIGTERM under load",
    "a18": "Dagster away",
    "k1": "an unknown command or option, a missing argument",
    "k2": "Ctrl-C in the middle",
    "k3": "a closed pipe",
    "k4": "no terminal: no colours",
    "k5": "--json is JSON, whatever happens",
    "k6": "a path with a line break, an emoji, bytes that are no text",
    "k7": "the same video twice at once",
    "k8": "settings that are missing, empty, with a byte order mark, with tabs",
    "k9": "a setting that nobody knows",
    "k10": "a setting of a wrong type",
    "k11": "a negative limit",
    "k12": "a relative path, a variable that is not set",
    "k13": "a path that cannot be written",
    "k14": "an unknown analyzer; analyzers that need each other",
    "k15": "two settings files",
    "k16": "a ledger of another version",
}


def test_every_case_has_a_test():
    held = {name for path in TESTS.rglob("test_*.py") for name in marked(ast.parse(path.read_text()))}
    assert {name: about for name, about in CASES.items() if name not in held} == {}
    assert held - set(CASES) == set()


def test_marks_are_read_off_tests_and_their_parameters_and_nothing_else():
    source = """
@pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.case("b"))])
@pytest.mark.case("a", "c")
def test_it(x): ...

@pytest.mark.case("d")
def helper(): ...

@pytest.mark.other("e")
def test_that(): return pytest.mark.case("f")
"""
    assert sorted(marked(ast.parse(source))) == ["a", "b", "c"]


def marked(tree: ast.Module) -> Iterator[str]:
    """The cases that a module's tests hold."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for call in (part for decorator in node.decorator_list for part in ast.walk(decorator)):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.case":
                    yield from (ast.literal_eval(argument) for argument in call.args)
