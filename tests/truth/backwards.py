"""How well recordings that are played backwards are told from those that are not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.steps.backwards import LEAST_S, find_swells
from resources import sources
from resources.settings import Settings
from resources.store import Store
from tests.inputs import make_audio, make_spectrum
from tests.truth.real import Table, _with_picture

FOLDERS = ("speech", "audio_events", "music")
SOUNDS = (".wav", ".flac", ".mp3", ".ogg")
LONGEST_S = 30.0
GOAL = 0.7  # share of the recordings that are found backwards; forwards none may be
COPIES = "one_two_three_"  # the same words in other formats


def tables(media: Path) -> Iterator[Table]:
    yield backwards_table(media)


def backwards_table(media: Path) -> Table:
    """Every recording of speech, music and noises, forwards and backwards."""
    body: list[tuple[str, ...]] = []
    claimed = found = 0
    for path in sorted(path for folder in FOLDERS for path in (media / folder).iterdir()):
        if path.suffix not in SOUNDS or path.name.startswith(COPIES):
            continue
        stereo = _stereo(path)
        seconds = len(stereo) / 48_000
        if seconds < LEAST_S:
            continue
        forwards, backwards = (_swelling_s(np.ascontiguousarray(way)) for way in (stereo, stereo[::-1]))
        claimed, found = claimed + (forwards > 0), found + (backwards > 0)
        body.append((path.name, f"{seconds:.1f}", f"{forwards / seconds:.2f}", f"{backwards / seconds:.2f}"))
    share = found / max(len(body), 1)
    notes = (
        f"Share of the time that `speed_ops` calls backwards. Forwards {claimed} of {len(body)} recordings are (goal: "
        f"none), backwards {found} are: {share:.2f} (goal: {GOAL:g}{'' if share >= GOAL else ', missed'}).",
    )
    return Table("Sound played backwards", ("file", "s", "forwards", "backwards"), tuple(body), notes)


def _stereo(path: Path) -> NDArray[np.float32]:
    film = _with_picture(path)
    try:
        with tempfile.TemporaryDirectory() as root:
            store = Store(root=root)
            video = sources.accept(store, film)
            sources.fetch(store, video, Settings())
            sources.decode_video(store, video, Settings())
            return np.array(store.read("audio", video).stereo[: round(LONGEST_S * 48_000)])
    finally:
        film.unlink()


def _swelling_s(stereo: NDArray[np.float32]) -> float:
    spectrum = make_spectrum(make_audio(stereo))
    return sum(end_s - start_s for start_s, end_s, _ in find_swells(spectrum, len(stereo) / 48_000))
