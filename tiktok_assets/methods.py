"""Methods: how one report came about, in a file beside it, for whoever repeats, checks or cites the analysis.

Everything in it was noted when it happened; what was not noted is left out. Written again from the same tables, it has
the same bytes.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzers.contract import REGISTRY, Media, Post, Spec
from resources import receipts
from resources.door import WARNINGS
from resources.models import Model, catalogue
from resources.settings import Settings
from resources.software import LOCK, PROJECT
from resources.store import Outcome, Store, written_whole
from tiktok_assets.markdown import code, facts, table, words
from tiktok_assets.wishes import read_wish

NAME = "METHODS.md"
# Settings that decide what the tables say, as they stand in tiktok.toml. Those that only decide where and how fast are
# not told, nor any that names a machine, a person or a folder.
TOLD = (
    "profile", "licences", "biometrics", "languages", "device", "precision", "frames_per_s", "short_side_px",
    "disabled", "describers", "models",
)  # fmt: skip
STATUSES = ("failed", "degraded", "skipped")  # of which the reason is told
SHORT = 12  # letters of a commit or of a sum where it need not be whole
Fared = Mapping[str, tuple[Spec, Outcome]]


def write_methods(store: Store, video: str, fared: Fared, settings: Settings) -> Path:
    """METHODS.md beside report.json."""
    path = store.report_folder(video) / NAME
    text = methods(store, video, fared, settings)
    with written_whole(path) as half:
        half.write_text(text, encoding="utf-8")
    return path


def methods(store: Store, video: str, fared: Fared, settings: Settings) -> str:
    """The whole text."""
    media, post = store.read("media", video), store.read("post", video)
    outcomes = [outcome for _, outcome in fared.values()]
    sections = {
        "The file": _file(store, video, media),
        "Where it comes from": _origin(store, video, post),
        "How time is counted": _time(media),
        "What ran": _analyzers(fared),
        "What did not run, or ran with less than the best": _reasons(fared),
        "Models": _models(outcomes),
        "Software and machine": _software(store, video, outcomes),
        "Settings": _settings(store, video, fared, settings),
        "Check the files": _sums(store, video, media, fared),
        "Repeat it": _again(video, fared),
        "Cite it": _citation(video, media, outcomes),
    }
    told = [f"## {title}\n\n{text}" for title, text in sections.items() if text]
    return "\n\n".join([_head(video, media, outcomes), *told]) + "\n"


def _head(video: str, media: Media, outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    fared = ", ".join(f"{n} {status}" for status, n in sorted(counts.items()))
    return (
        f"# Methods: video {code(video)}\n\n"
        f"How the tables of this video came about: {_seconds(media.duration_s)} s were looked at by {len(outcomes)} "
        f"analyzers ({fared.replace('_', ' ')}). What they found is in `report.json` and in the Parquet tables that "
        "are named below; this file says of what, with what, and how to do it again. What was not noted at the time "
        "is not in it."
    )


# The video


def _file(store: Store, video: str, media: Media) -> str:
    warned = [f"{words(word)} ({words(WARNINGS[word])})" if word in WARNINGS else code(word) for word in media.warnings]
    name = store.file_name(video)
    return facts(
        [
            ("name", name and code(name)),
            ("SHA-256", code(media.sha256)),
            ("size", f"{media.size_bytes:,} bytes"),
            ("container", code(media.container)),
            ("picture", _picture(media)),
            ("frames", _frames(media)),
            ("turned", _turned(media)),
            ("sound", _sound(media)),
            ("duration", f"{_seconds(media.duration_s)} s, as decoded"),
            ("lost", f"{_seconds(media.lost_s)} s that the file promises and does not hold" if media.lost_s else None),
            ("bit rate", f"{media.bitrate / 1000:,.0f} kbit/s" if media.bitrate else None),
            ("warnings", "; ".join(warned)),
        ]
    )


def _picture(media: Media) -> str | None:
    if media.vcodec is None:
        return None
    sar = f", stored pixels {media.sar:g} times as wide as high" if media.sar != 1 else ""
    return f"{code(media.vcodec)}, {media.width_px} x {media.height_px} as shown{sar}{', HDR' if media.is_hdr else ''}"


def _frames(media: Media) -> str | None:
    if not media.n_frames:
        return None
    rate = f", {media.fps_nominal:g} a second nominally" if media.fps_nominal else ""
    kind = "at varying intervals (VFR)" if media.is_vfr else "at equal intervals (CFR)"
    return f"{media.n_frames:,}{rate}, {kind}"


def _turned(media: Media) -> str | None:
    turned = f"{media.rotation_deg}° counter-clockwise, before anything was measured" if media.rotation_deg else ""
    return ", ".join(part for part in (turned, "mirrored" if media.is_mirrored else "") if part) or None


def _sound(media: Media) -> str | None:
    if media.acodec is None:
        return None
    rate = f", {media.audio_rate_hz} Hz" if media.audio_rate_hz else ""
    channels = f", {media.audio_channels} channels" if media.audio_channels else ""
    return f"{code(media.acodec)}{rate}{channels}"


def _origin(store: Store, video: str, post: Post) -> str:
    author = f"@{post.author}" if post.author else None
    told = facts(
        [
            ("address", post.url and code(post.url)),
            ("post", post.id and code(post.id)),
            ("author", author and code(author)),
            ("posted", post.created_at and code(post.created_at)),
            ("caption", post.caption and code(post.caption)),
            ("sound", post.music_title and code(post.music_title)),
            ("taken", _taken(store, video)),
        ]
    )
    return told if told.count("\n") > 1 else ""


def _taken(store: Store, video: str) -> str | None:
    """When it came into the store, and by what."""
    if not video.startswith("local-"):
        about = _json(store.info_path(video))  # our own downloader's word: a local file's may be anybody's
        at, by = about.get("fetched_at"), about.get("fetched_with")
        when = _utc(at) if isinstance(at, int) else ""
        return f"downloaded {when}{f' by {code(by)}' if isinstance(by, str) else ''}".strip() if when or by else None
    at = _json(store.taken_path(video)).get("at")
    return f"copied from a local file at {words(at)}" if isinstance(at, str) else None


def _time(media: Media) -> str:
    shown = f", which the file's own clock shows at {media.v_start_s:g} s" if media.v_start_s else ""
    zero = f"from the presentation time (PTS) of the first picture{shown}" if media.n_frames else "from the first sound"
    frames = (
        " Frame numbers are rows of the table `frames`, which has the measured time of every picture; no time is "
        "computed from a frame rate."
    )
    sound = f" The sound begins at {media.a_start_s:+.6f} s on this clock." if media.a_start_s else ""
    return (
        f"Times are seconds {zero}. A row holds from `start_s` until just before `end_s`: intervals are half-open, so "
        f"that neighbours neither overlap nor leave a gap.{frames if media.n_frames else ''}{sound}"
    )


# The analyzers


def _analyzers(fared: Fared) -> str:
    head = ("analyzer", "status", "rows", "seconds", "version", "model", "revision", "licence", "evidence")
    lines = [
        (
            code(name),
            outcome.status.replace("_", " "),
            f"{outcome.rows:,}",
            f"{outcome.seconds:.2f}",
            str(outcome.version),
            code(outcome.model_id) if outcome.model_id else "",
            code(_short(outcome.model_rev)) if outcome.model_rev else "",
            _licence(outcome),
            _evidence(spec, outcome),
        )
        for name, (spec, outcome) in fared.items()
    ]
    meant = (
        "Evidence: *measured* from pictures or sound, *model*: a model's opinion, *derived* from other tables, "
        "*metadata*: said by the file or the platform."
    )
    return f"{table(head, lines, right=(2, 3, 4))}\n\n{meant}"


def _short(revision: str) -> str:
    """A commit's first letters; a version as it is."""
    return revision[:SHORT] if re.fullmatch("[0-9a-f]{40}", revision) else revision


def _evidence(spec: Spec, outcome: Outcome) -> str:
    model = _model(outcome)
    return (model and model.evidence) or spec.evidence


def _model(outcome: Outcome) -> Model | None:
    return catalogue().get(outcome.model_id or "")


def _licence(outcome: Outcome) -> str:
    model = _model(outcome)
    if model is None:
        return ""
    terms = "" if model.terms == "permissive" else f" ({model.terms.replace('_', ' ')})"
    return words(model.licence) + terms


def _reasons(fared: Fared) -> str:
    """Analyzers by what became of them, why, and what would help."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name, (_, outcome) in fared.items():
        if outcome.status in STATUSES:
            found.setdefault((outcome.status, outcome.reason or "", outcome.remedy or ""), []).append(name)
    lines = [
        (status, ", ".join(code(name) for name in names), words(reason), code(remedy))
        for (status, reason, remedy), names in sorted(found.items(), key=lambda item: STATUSES.index(item[0][0]))
    ]
    return table(("status", "analyzers", "why", "remedy"), lines) if lines else ""


def _models(outcomes: Iterable[Outcome]) -> str:
    used: dict[tuple[str, str], Outcome] = {}
    for outcome in outcomes:
        if outcome.model_id:
            used.setdefault((outcome.model_id, outcome.model_rev or ""), outcome)
    lines = [
        (code(name), code(rev), _licence(outcome), _source(outcome), _files(outcome))
        for (name, rev), outcome in sorted(used.items())
    ]
    return table(("model", "revision", "licence", "source", "files and their SHA-256"), lines) if lines else ""


def _source(outcome: Outcome) -> str:
    model = _model(outcome)
    return code(model.source) if model else ""


def _files(outcome: Outcome) -> str:
    sums = outcome.model_files or _sums_of(outcome)
    if not sums and (model := _model(outcome)) and model.ships_in:
        return f"in the package {code(model.ships_in)}"
    return ", ".join(f"{code(name)} {code(digest)}" for name, digest in sums.items())


def _sums_of(outcome: Outcome) -> dict[str, str]:
    """For a table in which the sums were not noted: those of the files that are here, if they are that revision's."""
    model = _model(outcome)
    if model is None or receipts.revision(model) != outcome.model_rev:
        return {}
    noted = receipts.read(model)
    known = {file.name: file.sha256 or noted.get(file.name, {}).get("sha256") for file in model.files}
    return {name: digest for name, digest in known.items() if digest}


# What it ran on


def _software(store: Store, video: str, outcomes: Sequence[Outcome]) -> str:
    decoder = _json(store.folder("sources", video) / "decoder.json")
    versions = [outcome.software for outcome in outcomes if outcome.software]
    names = sorted({name for one in versions for name in one}, key=_rank)
    made = sorted(outcome.made_at for outcome in outcomes if outcome.made_at)
    called = {LOCK: f"{LOCK} (SHA-256)"}
    rows = [(called.get(name, name), _most(one.get(name) for one in versions)) for name in names]
    rows += [(f"{name}, which decoded it", code(v)) for name, v in sorted(decoder.items()) if isinstance(v, str)]
    rows.append(("calculated on", _most(outcome.device for outcome in outcomes)))
    if made:
        rows.append(("tables made", f"{words(made[0])} to {words(made[-1])}"))
    if not any(value for _, value in rows):
        return ""
    return f"{facts(rows)}\n\nLibraries are those that were loaded when the tables were made."


def _rank(name: str) -> tuple[int, str]:
    """This project first, then what it stands on, then the libraries."""
    first = (PROJECT, LOCK, "python", "platform")
    return (first.index(name) if name in first else len(first)), name


def _most(values: Iterable[str | None]) -> str:
    """One value, or where tables differ, each with the number of its tables."""
    counts = Counter(value for value in values if value)
    if len(counts) == 1:
        return code(next(iter(counts)))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{code(value)} ({n} table{'s' * (n > 1)})" for value, n in ranked)


def _settings(store: Store, video: str, fared: Fared, settings: Settings) -> str:
    wish = read_wish(store, video)
    chosen = {name: wish.get(name) or getattr(settings, name) for name in TOLD}
    lines = [_toml(name, value) for name, value in chosen.items()]
    text = "As they stand in `tiktok.toml`, those that decide what the tables say:\n\n```toml\n"
    text += "\n".join(lines) + "\n```"
    if only := wish.get("only"):
        text += f"\n\nThe request named these analyzers alone: {', '.join(code(name) for name in only)}."
    if endpoint := settings.describe.get("model"):
        text += f"\n\nAn endpoint described pictures with the model {code(endpoint)}."
    if others := [_differing(name, outcome, settings) for name, (_, outcome) in fared.items()]:
        told = "".join(f"\n- {line}" for line in others if line)
        text += f"\n\nTables that were made under other settings:\n{told}" if told else ""
    return text


def _differing(name: str, outcome: Outcome, settings: Settings) -> str | None:
    now = {key: _plain(getattr(settings, key, None)) for key in outcome.settings}
    other = [f"{key} = {json.dumps(value)}" for key, value in outcome.settings.items() if value != now[key]]
    return f"{code(name)}: {', '.join(code(one) for one in other)}" if other else None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _toml(name: str, value: Any) -> str:
    """One setting; a text in JSON is one in TOML."""
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {json.dumps(item)}" for key, item in sorted(value.items()))
        return f"{name} = {{ {inner} }}" if inner else f"{name} = {{}}"
    return f"{name} = {json.dumps(_plain(value))}"


# What the reader can do


def _sums(store: Store, video: str, media: Media, fared: Fared) -> str:
    files = [store.table_path(name, video) for name in (*fared, "coverage", "frames")]
    lines = [f"{media.sha256}  {_place(store, store.video_path(video))}"]
    files = [store.report_folder(video) / "report.json", *sorted(files)]
    lines += [f"{_sha256(path)}  {_place(store, path)}" for path in files if path.is_file()]
    here = _place(store, store.report_folder(video) / NAME)
    listed = "\n".join(lines)
    return (
        "This file is its own list of sums. In the data folder:\n\n"
        f"```sh\nsha256sum --check --ignore-missing --quiet {here}\n```\n\n"
        "It warns that most lines of this file are no sums, and fails where a file that is there has changed.\n\n"
        f"```text\n{listed}\n```"
    )


def _place(store: Store, path: Path) -> str:
    return path.relative_to(store.root).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _again(video: str, fared: Fared) -> str:
    only = "" if set(fared) >= set(REGISTRY) else f" --only {','.join(fared)}"
    return (
        f"With the sources whose `{LOCK}` has the sum above, the settings above in `tiktok.toml`, and the models above "
        "(`python -m tiktok_assets models pull NAME`):\n\n"
        "```sh\n"
        f"python3.11 bootstrap.py -m tiktok_assets analyze FILE --data again{only}\n"
        f"python -m tiktok_assets diff {video} ANALYZER --data-of again\n"
        "```\n\n"
        "The second command compares a table with the one that was made now, row by row. Other processors, cards and "
        "library versions may change last digits, and what a model is just about sure of."
    )


def _citation(video: str, media: Media, outcomes: Sequence[Outcome]) -> str:
    made = sorted(outcome.made_at for outcome in outcomes if outcome.made_at)
    versions = sorted({v for outcome in outcomes if (v := outcome.software.get(PROJECT))})
    locks = sorted({v for outcome in outcomes if (v := outcome.software.get(LOCK))})
    by = f"{PROJECT} {' and '.join(words(v) for v in versions)}".strip()
    lock = f" ({LOCK} {' and '.join(code(v[:SHORT]) for v in locks)})" if locks else ""
    day = f", {words(made[-1][:10])}" if made else ""
    counts = Counter(outcome.status for outcome in outcomes)
    n_whole = counts["ok"] + counts["none_found"]
    return (
        f"> Video {code(video)}, SHA-256 {code(media.sha256)}. Analysed with {by}{lock}{day}. "
        f"{n_whole} of {len(outcomes)} analyzers measured it as intended, {counts['degraded']} with less than the "
        f"best, {counts['skipped'] + counts['failed']} not at all. Methods: {code(NAME)} beside the report.\n\n"
        "Name the models that you rely on as well, by revision and licence, from the table above."
    )


def _json(path: Path) -> dict[str, Any]:
    """What was noted in a file; nothing where it is not there or damaged."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _seconds(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
