"""What a list of thousands of addresses costs: drop folder, ledger, Dagster's partitions, and the downloads."""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from bench.section import Line, Section
from resources.ledger import Ledger
from resources.render import Clicks, Flat, Shot, Video, render
from resources.store import Store
from tests.resources.tiktok import TikTok, tiktok
from tiktok_assets.arrivals.inbox import DOSE
from tiktok_assets.commands.analyze import QUIET, open_instance
from tiktok_assets.definitions import build
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.sensors import drop_folder
from tiktok_assets.sources import VIDEO_BATCH

FETCHED_COUNT, HANDED_COUNT = 1000, 5000
GOAL_S = 5.0  # until all are in the ledger
TICK_S = 10  # the sensor's pause between two looks
DOWNLOADS_S = 360.0  # after which no further batch is downloaded
CLIP = Video((Shot(Flat("#3060c0"), 1.0),), width=64, height=64, sound=(Clicks(bpm=120),))
FETCH = [dg.AssetKey(["source", "video"])]


@dataclass
class House:
    """A data folder, its instance, and a TikTok on this machine with a post for every address."""

    data: Path
    instance: dg.DagsterInstance
    there: TikTok
    clip: bytes
    store: Store = field(init=False)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.store, self.ledger = Store(root=str(self.data)), Ledger(self.data)
        self.job = build(self.there.settings).resolve_job_def("analyze")

    def tick(self) -> list[str]:
        """One look of the sensor, and what the daemon does with the answer."""
        answer: Any = drop_folder(dg.build_sensor_context(instance=self.instance, resources={"store": self.store}))
        new = [key for request in answer.dynamic_partitions_requests for key in request.partition_keys]
        self.instance.add_dynamic_partitions(VIDEO_SET, new)
        return new

    def download(self, videos: list[str]) -> None:
        """One run of `source/video` over a batch, as the daemon cuts them, and what it must have come to."""
        tags = {"dagster/asset_partition_range_start": videos[0], "dagster/asset_partition_range_end": videos[-1]}
        assert self.job.execute_in_process(
            run_config=QUIET, instance=self.instance, tags=tags, asset_selection=FETCH
        ).success
        for video in videos:
            assert self.store.video_path(video).read_bytes() == self.clip
            entry = self.ledger.entry(video)
            assert entry
            assert (entry.state, entry.attempts) == ("running", 1)


@dataclass
class Dropped:
    """What became of a list of addresses."""

    ticks: list[float]  # seconds of each look of the sensor, the last of which found nothing new
    handed: list[str]
    fetched: list[str]
    fetching_s: float


def measure() -> list[Section]:
    with _house() as house:
        lines = _arriving(house, *_drop(house, FETCHED_COUNT, DOWNLOADS_S))
    with _house() as house:
        lines += _arriving(house, *_drop(house, HANDED_COUNT, 0.0))
    return [
        Section(
            "Arrivals",
            "A list of addresses and a second one that repeats half of them, dropped at once; the sensor is asked "
            f"until all are partitions, at most {DOSE} a time; its pauses between two looks are not waited for. The "
            f"addresses are those of a TikTok on this machine: of the list of {FETCHED_COUNT:,}, `source/video` "
            f"downloads each dose as it arrives, in runs of {VIDEO_BATCH} one after the other within one process (the "
            "daemon has two runs at work, and starts a process for each), by the code that downloads everywhere: "
            "yt-dlp in a child behind the guard's tunnel. Page, captions and file come from the loopback, so this is "
            f"what the work around a download costs, not a line's speed. The list of {HANDED_COUNT:,} is not "
            "downloaded. Analyses are played by a line that ends each video.",
            lines,
        )
    ]


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch, tiktok(patch) as there:
        data, clip, chosen = Path(folder, "data"), Path(folder, "clip.mp4"), Path(folder, "tiktok.toml")
        chosen.write_text(f'download_hosts = ["{there.settings.download_hosts[0]}"]\n')
        patch.setenv("TIKTOK_DATA", str(data))
        patch.setenv("TIKTOK_SETTINGS", str(chosen))
        render(CLIP, clip)
        with open_instance(data) as instance:
            yield House(data, instance, there, clip.read_bytes())


def _drop(house: House, count: int, downloads_s: float) -> tuple[int, Dropped]:
    numbers = [str(7 * 10**18 + n) for n in range(count)]
    inbox = house.data / "inbox"
    inbox.mkdir()
    for name, listed, at in (("all.txt", numbers, 0), ("half.txt", numbers[::2], 1)):
        (inbox / name).write_text("\n".join(map(house.there.url, listed)))
        os.utime(inbox / name, (at, at))
    for number in numbers if downloads_s else ():
        house.there.post(house.clip, number)
    found = Dropped([], [], [], 0.0)
    while new := _looked(house, found):
        for at in range(0, len(new), VIDEO_BATCH):
            if found.fetching_s < downloads_s:
                _download(house, found, new[at : at + VIDEO_BATCH])
        for video in new:
            assert house.store.request_path(video).exists()
            house.ledger.finish(video, "done", report_sha="0" * 64)
    assert found.handed == numbers, "lost, handed over twice, or in another order"
    assert (house.ledger.accepted(), house.ledger.unaccounted(), house.ledger.counts()["waiting"]) == (count, 0, 0)
    assert set(house.instance.get_dynamic_partitions(VIDEO_SET)) == set(numbers)
    asked = Counter(one.path for one in house.there.server.asked)
    for part in ("/@some.body/video/{}", "/cdn/{}.mp4", "/cdn/{}.vtt"):
        assert [asked.pop(part.format(number)) for number in found.fetched] == [1] * len(found.fetched)
    assert not asked
    return count, found


def _looked(house: House, found: Dropped) -> list[str]:
    began = time.perf_counter()
    new = house.tick()
    found.ticks.append(time.perf_counter() - began)
    found.handed += new
    return new


def _download(house: House, found: Dropped, videos: list[str]) -> None:
    began = time.perf_counter()
    house.download(videos)
    found.fetching_s += time.perf_counter() - began
    found.fetched += videos


def _arriving(house: House, count: int, found: Dropped) -> list[Line]:
    first_s, n_ticks, n_fetched = found.ticks[0], len(found.ticks) - 1, len(found.fetched)
    pauses_min = n_ticks * TICK_S / 60
    lines = [
        Line(
            f"{count:,} addresses in the ledger, and the first {DOSE} handed over",
            f"{first_s:.1f} s",
            f"at most {GOAL_S:g} s",
            first_s <= GOAL_S,
        ),
        Line(
            f"{count:,} addresses to partitions",
            f"{sum(found.ticks):.1f} s in {n_ticks} ticks ({pauses_min:.0f} min with the pauses between them)",
        ),
        Line(f"of {count:,}: lost, handed over twice, in their order", "0, 0, yes", "0, 0, yes", True),
    ]
    if n_fetched:
        which = "all" if n_fetched == count else f"the first {n_fetched:,}"
        lines.append(
            Line(
                f"`source/video`: {which} of {count:,} downloaded, {len(house.clip) / 1000:.0f} kB each, once",
                f"{found.fetching_s:.0f} s: {n_fetched / found.fetching_s:.1f} a second",
            )
        )
    return lines
