"""Photo posts become videos: each picture for its time, over their sound."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resources import decode, slideshow, sources
from resources.door import MediaError
from resources.render import Clicks, Flat, Shot, Video, render
from resources.store import Store, map_array
from tests.resources.server import Page
from tests.resources.tiktok import VIDEO, tiktok

COLOURS = ((220, 30, 30), (30, 200, 30), (30, 30, 220))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, named so that only their numbers order them, and five seconds of sound."""
    made = tmp_path / "post"
    made.mkdir()
    for number, colour in zip((2, 10, 1), (COLOURS[1], COLOURS[2], COLOURS[0]), strict=True):
        Image.new("RGB", (90, 160), colour).save(made / f"{number}.png")
    return made


def sound(path: Path, seconds: float) -> Path:
    """An mp4 that holds a sound; what it shows is not looked at."""
    render(Video((Shot(Flat("#000000"), seconds),), width=32, height=32, fps=10, sound=(Clicks(bpm=120),)), path)
    return path


def seen(path: Path, into: Path) -> tuple[list[tuple[int, ...]], float]:
    """The colour of each sampled picture, rounded, and the seconds of sound."""
    media = decode.decode(path, into, frames_per_s=1.0)
    rgb = map_array(into / "frames", "rgb")
    assert media.duration_s is not None
    colours = [tuple(int(v) for v in np.asarray(rgb[i]).reshape(-1, 3).mean(0).round(-1)) for i in range(len(rgb))]
    return colours, len(map_array(into / "audio", "stereo")) / 48_000


def near(found: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 20 for a, b in zip(found, colour, strict=True))


def test_a_folder_of_pictures_is_shown_in_the_order_of_its_numbers(folder: Path, tmp_path: Path):
    store = Store(root=str(tmp_path / "data"))
    video = sources.accept(store, folder)
    colours, sound_s = seen(sources.fetch(store, video), tmp_path / "out")
    assert len(colours) == 9  # three seconds each
    assert all(near(found, COLOURS[second // 3]) for second, found in enumerate(colours))
    assert sound_s == 0
    assert sources.accept(store, folder) == video


def test_the_sound_s_length_is_shared_out_where_it_fits(folder: Path, tmp_path: Path):
    heard = sound(tmp_path / "sound.mp4", 6.0)
    pictures, _ = slideshow.parts(folder)
    each_s = slideshow.make(pictures, heard, tmp_path / "video.mp4")
    assert each_s == pytest.approx(2.0, abs=0.05)
    colours, sound_s = seen(tmp_path / "video.mp4", tmp_path / "out")
    assert len(colours) in (6, 7)
    assert sound_s == pytest.approx(6.0, abs=0.2)


@pytest.mark.parametrize(("count", "sound_s", "each_s"), [(3, 0, 3), (3, 1, 3), (3, 12, 4), (3, 60, 3), (30, 60, 2)])
def test_how_long_a_picture_stays(count: int, sound_s: float, each_s: float):
    assert slideshow.seconds_each(count, sound_s) == each_s


def test_a_short_sound_goes_round(folder: Path, tmp_path: Path):
    pictures, _ = slideshow.parts(folder)
    slideshow.make(pictures, sound(tmp_path / "sound.mp4", 1.0), tmp_path / "video.mp4")
    assert seen(tmp_path / "video.mp4", tmp_path / "out")[1] == pytest.approx(9.0, abs=0.2)


def test_pictures_of_all_shapes_are_fitted_into_the_first(tmp_path: Path):
    paths = []
    for number, size in enumerate([(91, 161), (300, 100), (1, 1), (3000, 4000)]):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", size, (200, 200, 200)).save(paths[-1])
    slideshow.make(paths, None, tmp_path / "video.mp4")
    media = decode.decode(tmp_path / "video.mp4", tmp_path / "out")
    assert (media.width_px, media.height_px) == (92, 160)  # 91x161, made even


def test_an_empty_folder_and_a_bad_picture_are_refused(folder: Path, tmp_path: Path):
    store = Store(root=str(tmp_path / "data"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaError) as raised:
        sources.accept(store, tmp_path / "empty")
    assert raised.value.word == "not_a_regular_file"
    (folder / "3.jpg").write_bytes(b"not a picture")
    video = sources.accept(store, folder)
    with pytest.raises(MediaError) as raised:
        sources.fetch(store, video)
    assert raised.value.word == "not_media"
    assert not store.video_path(video).exists()
    (folder / "3.jpg").write_bytes(b"something else")
    with pytest.raises(MediaError) as raised:
        sources.fetch(store, video)
    assert raised.value.word == "unreadable"


def test_a_picture_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path):
    (tmp_path / "secret.png").write_bytes(b"x")
    (folder / "4.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(MediaError) as raised:
        sources.accept(Store(root=str(tmp_path / "data")), folder)
    assert raised.value.word == "outside_root"


def photo_post(address: str, names: list[str]) -> dict:
    images = [{"imageURL": {"urlList": [f"{address}/cdn/gone.webp", f"{address}/cdn/{name}"]}} for name in names]
    return {"imagePost": {"images": images, "title": "three"}, "video": {"duration": 0, "width": 0, "height": 0}}


def test_a_photo_post_comes_with_its_pictures_and_its_sound(folder: Path, tmp_path: Path, monkeypatch):
    store = Store(root=str(tmp_path / "data"))
    with tiktok(monkeypatch) as there:
        for path in folder.iterdir():
            there.server.pages[f"/cdn/{path.name}"] = Page(path.read_bytes())
        heard = sound(tmp_path / "sound.mp4", 6.0)
        there.server.pages[f"/cdn/{VIDEO}.m4a?mime_type=audio_mp4"] = Page(heard.read_bytes())
        there.post(b"", **photo_post(there.server.address, ["1.png", "2.png", "10.png"]))
        video = sources.accept_url(store, there.url(kind="photo"), there.settings)
        path = sources.fetch(store, video, there.settings)
    colours, sound_s = seen(path, tmp_path / "out")
    assert all(near(colours[2 * i], COLOURS[i]) for i in range(3))
    assert sound_s == pytest.approx(6.0, abs=0.2)
    info = json.loads(store.info_path(video).read_text())
    assert (info["kind"], info["n_pictures"]) == ("slideshow", 3)
    assert "/cdn/" not in json.dumps(info)


@pytest.mark.parametrize("names", [[], ["1.png"], ["gone.webp"]])
def test_a_photo_post_whose_pictures_cannot_be_had_says_what_to_do(tmp_path: Path, monkeypatch, names: list[str]):
    store = Store(root=str(tmp_path / "data"))
    with tiktok(monkeypatch) as there:
        there.post(b"", **photo_post(there.server.address, names) | {"music": {}})
        there.server.pages["/cdn/1.png"] = Page(b"not a picture")
        video = sources.accept_url(store, there.url(kind="photo"), there.settings)
        with pytest.raises(MediaError) as raised:
            sources.fetch(store, video, there.settings)
    assert raised.value.word == "photo_post"
    assert "folder" in raised.value.remedy
