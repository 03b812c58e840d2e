"""Where a video's parts and its tables live, and how they are read and written.

    media/<video>/video.mp4 request.json taken.json info.json captions.vtt   what was brought in
    sources/<video>/media.json motion/ frames/ audio/ flow/ spectrum/ voice/ pitch/    what was decoded, once
    tables/<analyzer>/<video>.parquet                  what was found, with its outcome in the file
    earlier/<analyzer>/<video>/<version>.parquet       what other versions had found there, the newest few
    reports/<video>/                                   what is told
    corpus/<name>.parquet index.html catalog.duckdb    what shows only across videos, and all of them on one page

Files appear whole or not at all: they are written beside their place and renamed. Decoded parts are
raw arrays with a small JSON beside them, mapped read-only, so that many processes share one copy.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analyzers.contract import REGISTRY, Audio, Flow, Frame, Media, Motion, Pitch, Post, Spectrum, Status, Voice
from resources import crash
from resources.models import catalogue
from resources.places import KEY, as_text, check_key

OUTCOME = b"outcome"  # key in a table's file metadata
KEPT = 3  # former versions of one video's table


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one analyzer fared on one video. Stored in its table."""

    status: Status
    version: int
    fingerprint: str  # of everything the table is a function of
    backend: str
    model_id: str | None = None
    model_rev: str | None = None
    reason: str | None = None
    remedy: str | None = None
    rows: int = 0
    seconds: float = 0.0
    # Noted for whoever repeats or cites it; older tables do not have them.
    made_at: str | None = None  # UTC, to the second
    device: str | None = None  # the make of processor or card, and the numbers that its model calculated in
    settings: dict[str, Any] = field(default_factory=dict)  # those that its rows depend on
    software: dict[str, str] = field(default_factory=dict)  # name -> version, see resources/software.py
    model_files: dict[str, str] = field(default_factory=dict)  # name -> sha256, as received

    @property
    def is_trusted(self) -> bool:
        return self.status in ("ok", "none_found", "degraded")

    @property
    def mark(self) -> str:
        """The name of its version: the analyzer's own number, and a digest of all that its rows are a function of."""
        same = [self.fingerprint, self.backend, self.model_id, self.model_rev]
        return f"{int(self.version)}-{sha256(json.dumps(same).encode()).hexdigest()[:8]}"


class MappedArray:
    """A raw file as an array of which only the part asked for is mapped, and only while it is in use.

    Mapping a whole file would count every page ever touched as this process's memory.
    """

    def __init__(self, path: Path, shape: Sequence[int], dtype: str) -> None:
        self.path, self.shape, self.dtype = path, tuple(shape), np.dtype(dtype)
        self._row_bytes = int(np.prod(self.shape[1:])) * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, which: Any, /) -> NDArray[Any]:
        if isinstance(which, tuple):
            first, *within = which
            is_one = isinstance(first, int | np.integer)
            return self[first][tuple(within) if is_one else (slice(None), *within)]
        if isinstance(which, slice):
            start, stop, step = which.indices(len(self))
            if step < 0:
                raise IndexError("a mapped array is read forwards")
            if stop <= start:
                return np.zeros((0, *self.shape[1:]), self.dtype)
            return self._map(start, stop - start)[::step]
        if isinstance(which, int | np.integer):
            index = int(which) + (len(self) if which < 0 else 0)
            if not 0 <= index < len(self):
                raise IndexError(f"{which} of {len(self)}")
            return self._map(index, 1)[0]
        return np.stack([self[int(i)] for i in which]) if len(which) else self[0:0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        whole = self[:]
        return whole if dtype is None else whole.astype(dtype)

    def _map(self, start: int, count: int) -> NDArray[Any]:
        shape = (count, *self.shape[1:])
        # As a string: of a Path, NumPy resolves every folder, which takes three quarters of the time.
        mapped = np.memmap(str(self.path), self.dtype, "r", offset=start * self._row_bytes, shape=shape)
        return mapped.view(np.ndarray)


class SampledFrames(Sequence[Frame]):
    """The sampled pictures, each mapped when it is asked for."""

    def __init__(self, index: NDArray[np.int64], t_s: NDArray[np.float64], rgb: MappedArray) -> None:
        self._index, self._t_s, self._rgb = index, t_s, rgb

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, which: Any) -> Any:
        if isinstance(which, slice):
            return [self[i] for i in range(*which.indices(len(self)))]
        return Frame(int(self._index[which]), float(self._t_s[which]), self._rgb[which])


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to write that takes its place only when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    os.close(handle)
    half = Path(name)
    try:
        crash.point("half_written")
        yield half
        half.chmod(0o644)
        crash.point("before_rename")
        half.replace(path)
        crash.point("after_rename")
    finally:
        half.unlink(missing_ok=True)


@contextmanager
def folder_written_whole(path: Path) -> Iterator[Path]:
    """A folder to fill that takes its place only when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp"))
    try:
        crash.point("half_written")
        yield half
        half.chmod(0o755)
        crash.point("before_rename")
        if path.exists():
            shutil.rmtree(path)
        half.replace(path)
        crash.point("after_rename")
    finally:
        shutil.rmtree(half, ignore_errors=True)


def write_array(folder: Path, name: str, array: NDArray[Any]) -> None:
    """One raw array and its description, in a folder that is still being filled."""
    np.ascontiguousarray(array).tofile(folder / f"{name}.raw")
    describe_array(folder, name, array.shape, array.dtype)


def describe_array(folder: Path, name: str, shape: Sequence[int], dtype: Any) -> None:
    """The description of a raw array that was written piece by piece."""
    (folder / f"{name}.json").write_text(json.dumps({"shape": [int(n) for n in shape], "dtype": np.dtype(dtype).str}))


def map_array(folder: Path, name: str) -> MappedArray:
    """A raw array of which slices are mapped on demand."""
    described = json.loads((folder / f"{name}.json").read_text())
    return MappedArray(folder / f"{name}.raw", described["shape"], described["dtype"])


def read_array(folder: Path, name: str) -> NDArray[Any]:
    """A small raw array, whole and read-only."""
    array = np.asarray(map_array(folder, name))
    array.flags.writeable = False
    return array


class Store(dg.ConfigurableResource):
    """The data folder."""

    root: str

    def folder(self, kind: str, video: str) -> Path:
        return Path(self.root) / kind / check_key(video)

    def video_path(self, video: str) -> Path:
        return self.folder("media", video) / "video.mp4"

    def request_path(self, video: str) -> Path:
        return self.folder("media", video) / "request.json"

    def captions_path(self, video: str) -> Path:
        return self.folder("media", video) / "captions.vtt"

    def taken_path(self, video: str) -> Path:
        """When a local file was taken; of a download, the info says it."""
        return self.folder("media", video) / "taken.json"

    def info_path(self, video: str) -> Path:
        """What the platform says of the video, as it was fetched or lay beside the file."""
        return self.folder("media", video) / "info.json"

    def file_name(self, video: str) -> str | None:
        """What the file was called where it came from; bytes that are no text are shown as such."""
        try:
            name = json.loads(self.request_path(video).read_text()).get("name")
        except FileNotFoundError:
            return None
        return name and as_text(name)

    def report_folder(self, video: str) -> Path:
        return self.folder("reports", video)

    def source_folder(self, name: str, video: str) -> Path:
        return self.folder("sources", video) / name

    def table_path(self, analyzer: str, video: str) -> Path:
        return Path(self.root) / "tables" / analyzer / f"{check_key(video)}.parquet"

    def earlier_folder(self, analyzer: str, video: str) -> Path:
        return Path(self.root) / "earlier" / analyzer / check_key(video)

    def videos_with(self, analyzer: str) -> list[str]:
        """The videos that have a table of it, in order."""
        names = (path.stem for path in (Path(self.root) / "tables" / analyzer).glob("*.parquet"))
        return sorted(name for name in names if KEY.fullmatch(name))

    def corpus_path(self, name: str) -> Path:
        """A table over all videos."""
        return Path(self.root) / "corpus" / f"{name}.parquet"

    def attempt_path(self, analyzer: str, video: str) -> Path:
        """A mark that lies there while an analyzer is at a video, see resources/deadline.py."""
        return Path(self.root) / "attempts" / f"{analyzer}-{check_key(video)}.json"

    # Tables

    def write_table(self, analyzer: str, video: str, table: pa.Table, outcome: Outcome) -> Path:
        """One table with its outcome, whole or not at all; another version's that lies there is kept."""
        path = self.table_path(analyzer, video)
        self._keep_former(analyzer, video, outcome)
        noted = table.replace_schema_metadata({OUTCOME: json.dumps(asdict(outcome)).encode()})
        with written_whole(path) as half:
            pq.write_table(noted, half, row_group_size=max(1, table.num_rows), compression="zstd")
        return path

    def _keep_former(self, analyzer: str, video: str, coming: Outcome) -> None:
        """Copy the table that is about to be replaced, if another version made it and it holds what can be compared."""
        former = self.read_outcome(analyzer, video)
        if former is None or former.mark == coming.mark or not former.is_trusted or _is_biometric(analyzer, former):
            return
        with written_whole(self.earlier_folder(analyzer, video) / f"{former.mark}.parquet") as half:
            shutil.copyfile(self.table_path(analyzer, video), half)
        for path in self.earlier(analyzer, video)[KEPT:]:
            path.unlink(missing_ok=True)

    def earlier(self, analyzer: str, video: str) -> list[Path]:
        """Tables of former versions, the one that was replaced last first."""
        return newest_first(self.earlier_folder(analyzer, video))

    def read_outcome(self, analyzer: str, video: str) -> Outcome | None:
        """How the analyzer fared, or None where it has not run, or its table was damaged by a power cut."""
        return outcome_in(self.table_path(analyzer, video))

    def read_table(self, analyzer: str, video: str) -> pa.Table:
        return pq.read_table(self.table_path(analyzer, video))

    # Sources

    def read(self, name: str, video: str) -> Any:
        """An analyzer's rows as it wrote them, or a decoded source."""
        if name in REGISTRY:
            return _rows_of(REGISTRY[name].row, self.read_table(name, video))
        return _READERS[name](self, video)


def outcome_in(path: Path) -> Outcome | None:
    """The outcome in a table's file, also of an older or a newer house; None where there is none, or it is damaged."""
    try:
        schema = pq.read_schema(path)
    except (FileNotFoundError, pa.ArrowInvalid):
        return None
    told = json.loads((schema.metadata or {})[OUTCOME])
    return Outcome(**{f.name: told[f.name] for f in fields(Outcome) if f.name in told})


def newest_first(folder: Path) -> list[Path]:
    """The tables of a folder of earlier versions."""
    found = [path for path in folder.glob("*.parquet") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _is_biometric(analyzer: str, outcome: Outcome) -> bool:
    """Whether a table is there only because `biometrics` is on; switched off, it must not live on beside the tables."""
    model = catalogue().get(outcome.model_id or "")
    return (analyzer in REGISTRY and REGISTRY[analyzer].is_biometric) or (model is not None and model.is_biometric)


def _rows_of(row: type, table: pa.Table) -> list[Any]:
    from analyzers.schema import fields as columns

    declared = columns(row)
    plain = list(declared)
    made = []
    for record in table.select(plain).to_pylist():
        for name, column in declared.items():
            if column.many and record[name] is not None:
                items = record[name]
                if not isinstance(column.plain, type) or column.plain not in (int, float, str, bool):
                    items = [column.plain(**item) if isinstance(item, dict) else item for item in items]
                record[name] = tuple(items)
        made.append(row(**record))
    return made


def _read_media(store: Store, video: str) -> Media:
    record = json.loads((store.folder("sources", video) / "media.json").read_text())
    return Media(**record | {"warnings": tuple(record["warnings"])})


def _read_post(store: Store, video: str) -> Post:
    path = store.folder("sources", video) / "post.json"
    written: dict[str, Any] = json.loads(path.read_text())
    record: dict[str, Any] = {f.name: written[f.name] for f in fields(Post) if f.name in written}
    record["hashtags"] = tuple(record["hashtags"])
    return Post(**record)


def _read_motion(store: Store, video: str) -> Motion:
    folder = store.source_folder("motion", video)
    index = {name: read_array(folder, name) for name in ("t_s", "dur_s", "is_key", "is_dup")}
    return Motion(**index, grey=map_array(folder, "grey"), rgb=map_array(folder, "rgb"))


def _read_frames(store: Store, video: str) -> SampledFrames:
    folder = store.source_folder("frames", video)
    return SampledFrames(read_array(folder, "index"), read_array(folder, "t_s"), map_array(folder, "rgb"))


def _read_audio(store: Store, video: str) -> Audio:
    folder = store.source_folder("audio", video)
    offset_s = float(json.loads((folder / "clock.json").read_text())["offset_s"])
    return Audio(map_array(folder, "stereo")[:], map_array(folder, "mono")[:], offset_s)


def _read_flow(store: Store, video: str) -> Flow:
    folder = store.source_folder("flow", video)
    return Flow(read_array(folder, "t_s"), map_array(folder, "xy"), read_array(folder, "residual"))


def _read_spectrum(store: Store, video: str) -> Spectrum:
    folder = store.source_folder("spectrum", video)
    return Spectrum(read_array(folder, "t_s"), map_array(folder, "magnitude"), read_array(folder, "hz"))


def _read_voice(store: Store, video: str) -> Voice:
    folder = store.source_folder("voice", video)
    return Voice(read_array(folder, "t_s"), read_array(folder, "chance"), read_array(folder, "spans_s"))


def _read_pitch(store: Store, video: str) -> Pitch:
    folder = store.source_folder("pitch", video)
    return Pitch(read_array(folder, "t_s"), read_array(folder, "hz"))


_READERS = {
    "media": _read_media,
    "post": _read_post,
    "motion": _read_motion,
    "frames": _read_frames,
    "sampling": lambda store, video: read_array(store.source_folder("frames", video), "t_s"),
    "audio": _read_audio,
    "flow": _read_flow,
    "spectrum": _read_spectrum,
    "voice": _read_voice,
    "pitch": _read_pitch,
}
