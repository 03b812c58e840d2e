"""What the tables say of every video's style, asked with DuckDB, a thousand files at a time.

Nothing is judged here: each question adds up one analyzer's rows to one row a video. A video whose table has no rows
because nothing was found has zeros; one whose table is missing, failed or damaged is not known.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources.store import Store
from resources.threads import threads_for

FILES_AT_A_TIME = 1000
MEMORY = "1GB"  # of DuckDB; a thousand tables take some 100 MB

CUTS = "cut_analysis"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one analyzer's tables."""

    sql: str  # one row a video; FILES stands for the tables
    zeros: tuple[str, ...] = ()  # what is 0 where the analyzer found nothing


def _time_share(when: str) -> str:
    return f"sum(end_s - start_s) FILTER (WHERE {when}) / nullif(sum(end_s - start_s), 0)"


QUESTIONS: Mapping[str, Question] = {
    CUTS: Question(
        """
        SELECT video_id,
            max(end_s) FILTER (WHERE level = 'video') AS duration_s,
            max(cpm) AS cuts_per_min, max(asl_s) AS shot_mean_s, max(median_s) AS shot_median_s, max(cv) AS shot_spread,
            coalesce(avg((kind = 'hard')::INT), 0) AS hard_cut_share,
            coalesce(avg((kind = 'jump_cut')::INT), 0) AS jump_cut_share,
            coalesce(avg((kind NOT IN ('hard', 'jump_cut'))::INT), 0) AS soft_cut_share,
            list((start_s + end_s) / 2 ORDER BY start_s) FILTER (WHERE level = 'cut') AS cuts
        FROM FILES GROUP BY video_id
        """
    ),
    "camera_analysis": Question(
        f"""
        SELECT video_id,
            coalesce({_time_share("move = 'static'")}, 0) AS static_share,
            coalesce({_time_share("move IN ('pan_left', 'pan_right', 'tilt_up', 'tilt_down', 'track')")}, 0)
                AS pan_share,
            coalesce({_time_share("move IN ('zoom_in', 'zoom_out', 'dolly_in', 'dolly_out')")}, 0) AS zoom_share,
            coalesce({_time_share("move = 'handheld'")}, 0) AS handheld_share,
            coalesce({_time_share("move = 'whip'")}, 0) AS whip_share
        FROM FILES WHERE level = 'segment' GROUP BY video_id
        """
    ),
    "audio_environment": Question(
        "SELECT video_id, speech_share, music_share FROM FILES WHERE kind = 'summary'",
        ("speech_share", "music_share"),
    ),
    "speech_rate": Question(
        "SELECT video_id, words_per_min / 60 AS words_per_s FROM FILES WHERE level = 'whole'", ("words_per_s",)
    ),
    "text_overlay": Question(
        """
        SELECT video_id, count(*) AS texts_n, sum(end_s - start_s) AS texts_s,
            avg((role = 'caption')::INT) AS caption_share,
            avg(cap_height_frac) AS text_height, avg(y + h / 2) AS text_middle_y
        FROM FILES WHERE role NOT IN ('scene_text', 'watermark', 'ui') GROUP BY video_id
        """,
        ("texts_n", "texts_s"),
    ),
    "color_analysis": Question(
        """
        SELECT video_id, mean_l AS lightness, contrast, saturation,
            list_sum(list_transform(palette, lambda c: c.share * c.a)) AS palette_a,
            list_sum(list_transform(palette, lambda c: c.share * c.b)) AS palette_b
        FROM FILES WHERE level = 'video'
        """
    ),
    "layout_composite": Question(
        f"""
        SELECT video_id,
            coalesce({_time_share("layout IN ('duet_h', 'duet_v', 'split_n')")}, 0) AS parted_share,
            coalesce({_time_share("layout = 'pip'")}, 0) AS inset_share,
            coalesce({_time_share("layout IN ('letterbox', 'blurpad')")}, 0) AS barred_share
        FROM FILES GROUP BY video_id
        """
    ),
    "face_detection": Question(
        """
        SELECT video_id, sum(end_s - start_s) AS faces_s, max(size_frac) AS largest_face
        FROM FILES WHERE level = 'track' GROUP BY video_id
        """,
        ("faces_s", "largest_face"),
    ),
}
A_SECOND = {"texts_s": "texts_on_screen", "faces_s": "faces_on_screen"}


@dataclass(slots=True)
class Answers:
    """What the tables say, by video number."""

    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    cuts: list[NDArray[np.float64]] = field(default_factory=list)
    unreadable: int = 0  # tables


def ask(store: Store, videos: Sequence[str], names: Sequence[str]) -> Answers:
    """What these analyzers' tables say of the videos."""
    answers = Answers(cuts=[np.zeros(0)] * len(videos))
    number_of = {video: number for number, video in enumerate(videos)}
    with tempfile.TemporaryDirectory() as spill:
        connection = _connect(spill)
        for name in names:
            there = [video for video in store.videos_with(name) if video in number_of]
            told = set()
            for record in _records(connection, store, name, there, answers):
                video = record.pop("video_id")
                told.add(video)
                _note(answers, number_of[video], record, len(videos))
            for video in there:
                if video not in told and _found_nothing(store, name, video):
                    _note(answers, number_of[video], dict.fromkeys(QUESTIONS[name].zeros, 0.0), len(videos))
        connection.close()
    _per_length(answers.values)
    return answers


def _connect(spill: str) -> Any:
    import duckdb

    settings: dict[str, Any] = {
        "threads": threads_for("cpu"),
        "memory_limit": MEMORY,
        "temp_directory": spill,
        "autoinstall_known_extensions": False,  # Parquet is built in; nothing may be fetched
        "autoload_known_extensions": False,
    }
    return duckdb.connect(config=settings)


def _records(
    connection: Any, store: Store, name: str, videos: Sequence[str], answers: Answers
) -> Iterator[dict[str, Any]]:
    for first in range(0, len(videos), FILES_AT_A_TIME):
        yield from _read(connection, store, name, videos[first : first + FILES_AT_A_TIME], answers)


def _read(
    connection: Any, store: Store, name: str, videos: Sequence[str], answers: Answers
) -> Iterator[dict[str, Any]]:
    """The answers of some tables; one that is damaged, or older than a column, is found by halving, and left out."""
    import duckdb

    files = [str(store.table_path(name, video)) for video in videos]
    try:
        asked = connection.execute(QUESTIONS[name].sql.replace("FILES", "read_parquet(?)"), [files])
        columns = [column[0] for column in asked.description]
        found = [dict(zip(columns, row, strict=True)) for row in asked.fetchall()]
    except duckdb.Error:
        if len(videos) == 1:
            answers.unreadable += 1
            return
        for half in (videos[: len(videos) // 2], videos[len(videos) // 2 :]):
            yield from _read(connection, store, name, half, answers)
    else:
        yield from found


def _note(answers: Answers, number: int, record: dict[str, Any], videos: int) -> None:
    cuts = record.pop("cuts", None)
    if cuts:
        answers.cuts[number] = np.array(cuts)
    for column, value in record.items():
        if value is not None:
            answers.values.setdefault(column, np.full(videos, np.nan))[number] = value


def _found_nothing(store: Store, name: str, video: str) -> bool:
    outcome = store.read_outcome(name, video) if QUESTIONS[name].zeros else None
    return outcome is not None and outcome.is_trusted and not outcome.rows


def _per_length(values: dict[str, NDArray[np.float64]]) -> None:
    """Counts and seconds as rates; without the video's length they are not known."""
    duration_s = values.pop("duration_s", None)
    texts = values.pop("texts_n", None)
    seconds = {told: values.pop(name, None) for name, told in A_SECOND.items()}
    if duration_s is None:
        return
    length_s = np.where(duration_s > 0, duration_s, np.nan)
    if texts is not None:
        values["texts_per_min"] = 60 * texts / length_s
    values |= {told: some / length_s for told, some in seconds.items() if some is not None}
