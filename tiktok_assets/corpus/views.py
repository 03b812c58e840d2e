"""The catalog's views, in SQL: one a table, and ready ones that answer what is asked most.

The files are named from the data folder on: a connection says where that is (SET VARIABLE data = '/path/'), and one
opened in the data folder need not. Columns are those that are declared today; what a table of another version has not
is null, and what it has besides is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

import analyzers
from analyzers.contract import REGISTRY
from analyzers.schema import arrow_columns, arrow_schema
from tiktok_assets.corpus.sound_reuse import SOUND_REUSE, SharedSound
from tiktok_assets.corpus.trend_analysis import TREND_ANALYSIS, Trend
from tiktok_assets.coverage import Coverage
from tiktok_assets.imports import import_all
from tiktok_assets.reconstruction import Second

HOME = "coalesce(getvariable('data'), '')"
FRAMES = "frames"
# As report.py writes it, and whose it is: the table itself does not say, its file's name does.
FRAME_COLUMNS = pa.schema(
    [
        ("video_id", pa.string()),
        ("frame", pa.int32()),
        ("pts_s", pa.float64()),
        ("dur_s", pa.float64()),
        ("key", pa.bool_()),
        ("dup", pa.bool_()),
    ]
)
ACROSS = {SOUND_REUSE: SharedSound, TREND_ANALYSIS: Trend}  # one file each


@dataclass(frozen=True, slots=True)
class Ready:
    """A view over the others."""

    about: str
    sql: str


def declared() -> dict[str, pa.Schema]:
    """Every table's columns as they are written today, by its view's name."""
    import_all(analyzers)
    return {
        **{name: arrow_schema(REGISTRY[name].row) for name in sorted(REGISTRY)},
        "coverage": arrow_columns(Coverage),
        FRAMES: FRAME_COLUMNS,
        "reconstruction": arrow_columns(Second),
        **{name: arrow_columns(row) for name, row in ACROSS.items()},
    }


def place(name: str, file: str) -> str:
    """Where a table's file lies, from the data folder on."""
    return f"corpus/{name}.parquet" if name in ACROSS else f"tables/{name}/{file}"


def table_view(name: str, types: Mapping[str, str], files: Sequence[str]) -> str:
    """The view over these files (a pattern is one of them); over none, it is empty."""
    columns = ", ".join(f'TRY_CAST("{column}" AS {kind}) AS "{column}"' for column, kind in types.items())
    rows = f'FROM declared."{name}"'
    if files:
        rows += f" UNION ALL BY NAME {_read(name, files)}"
    return f'CREATE VIEW "{name}" AS SELECT {columns} FROM ({rows})'


def _read(name: str, files: Sequence[str]) -> str:
    paths = ", ".join(f"{HOME} || '{place(name, file)}'" for file in files)
    if name == FRAMES:
        whose = "* EXCLUDE (filename), parse_filename(filename, true) AS video_id"
        return f"SELECT {whose} FROM read_parquet([{paths}], union_by_name = true, filename = true)"
    return f"SELECT * FROM read_parquet([{paths}], union_by_name = true)"


_COUNTS = ", ".join(
    f"count(*) FILTER (WHERE status = '{status}') AS n_{status}"
    for status in ("ok", "none_found", "degraded", "skipped", "failed")
)

# What an analyzer's rows are called among the events: its label, and which rows count. Curves and samples are none.
_LABELS: dict[str, tuple[str, str]] = {
    "cut_analysis": ("kind", "level = 'cut'"),
    "camera_analysis": ("move", "level = 'segment'"),
    "scene_segmentation": ("coalesce(place_label, 'scene')", "true"),
    "speed_ops": ("op", "true"),
    "temporal_consistency": ("kind", "true"),
    "visual_effects": ("effect", "true"),
    "loop_seam": ("'loop'", "is_loop"),
    "temporal_flow": ("beat", "true"),
    "body_language": ("event", "level = 'event'"),
    "body_pose": ("posture", "level = 'track'"),
    "emotion_detection": ("top", "level = 'segment'"),
    "eye_tracking": ("'blink'", "level = 'blink'"),
    "face_detection": ("'face'", "level = 'track'"),
    "gesture_recognition": ("gesture", "true"),
    "hand_gesture": ("gesture", "level = 'track'"),
    "background_segmentation": ("bg_type", "level = 'shot'"),
    "composition_analysis": ("scale", "level = 'shot'"),
    "layout_composite": ("layout", "true"),
    "safe_zone": ("zone", "true"),
    "watermark": ("kind", "true"),
    "audio_analysis": ("coalesce(section, kind)", "kind IN ('beat', 'onset', 'section', 'clipping')"),
    "audio_environment": ("sound_class", "kind = 'window'"),
    "sound_effects": ("sfx", "true"),
    "speaker_diarization": ("speaker", "true"),
    "speech_emotion": ("emotion", "true"),
    "speech_flow": ("kind", "true"),
    "speech_transcription": ("'speech'", "level = 'segment'"),
    "comment_cta_detection": ("cta", "true"),
    "text_overlay": ("role", "true"),
    "object_detection": ("label", "level = 'track'"),
    "product_detection": ("coalesce(product, brand, source)", "true"),
    "stickers_emoji": ("kind", "true"),
    "qwen2_vl_temporal": ("'described'", "level = 'event'"),
    "streaming_dense_captioning": ("'described'", "level = 'event'"),
    "vid2seq": ("'described'", "level = 'event'"),
}
_SAID = {  # what was said, written or read there
    "speech_transcription": "text",
    "text_overlay": "text",
    "comment_cta_detection": "quote",
    "product_detection": "quote",
    "watermark": "text",
    "speech_flow": "word",
    "qwen2_vl_temporal": "text",
    "streaming_dense_captioning": "text",
    "vid2seq": "text",
}
_EVENTS = "\nUNION ALL ".join(
    f"SELECT video_id, start_s, end_s, '{name}' AS analyzer, {label} AS label, {_SAID.get(name, 'NULL::VARCHAR')} "
    f"AS text, confidence, row_id FROM {name} WHERE {rows} AND {label} IS NOT NULL"
    for name, (label, rows) in _LABELS.items()
)

READY: dict[str, Ready] = {
    "runs": Ready(
        "How each analyzer fared on each video. No status: its table is damaged, or shaped as no view can read it, "
        "and is left out of them.",
        "SELECT analyzer, video_id, status, n_rows, seconds, backend, model_id, model_rev, version, reason, remedy, "
        "made_at, device FROM kept.files WHERE is_analyzer OR NOT is_readable",
    ),
    "videos": Ready(
        "One row a video: the file, what the platform says of it, and how many analyzers fared how.",
        f"""
        SELECT v.* REPLACE (TRY_CAST(v.created_at AS TIMESTAMP) AS created_at), r.* EXCLUDE (video_id)
        FROM kept.videos v
        LEFT JOIN (SELECT video_id, {_COUNTS} FROM kept.files WHERE is_analyzer GROUP BY video_id) r
            ON r.video_id = v.video_id
        """,
    ),
    # Not materialized: DuckDB 2.0.0 waits for itself forever where LIMIT ends a query over such a part of it early.
    "shots": Ready(
        "One row a shot: the cut that it begins with, how the camera moves for most of it, its scale, its colours "
        "and the texts in it.",
        """
        WITH shot AS NOT MATERIALIZED (
            SELECT video_id, shot, start_s, end_s, len_s, same_as_shot FROM cut_analysis WHERE level = 'shot'
        ), begun AS (
            SELECT s.video_id, s.shot,
                arg_min(c.kind, abs((c.start_s + c.end_s) / 2 - s.start_s)) AS begins_with
            FROM shot s JOIN cut_analysis c ON c.video_id = s.video_id AND c.level = 'cut'
                AND s.start_s BETWEEN c.start_s - 0.1 AND c.end_s + 0.1
            WHERE s.start_s > 0 GROUP BY ALL
        ), moving AS (
            SELECT s.video_id, s.shot, c.move, any_value(c.shot_scale) AS shot_scale,
                sum(least(c.end_s, s.end_s) - greatest(c.start_s, s.start_s)) AS together_s
            FROM shot s JOIN camera_analysis c ON c.video_id = s.video_id AND c.level = 'segment'
                AND c.start_s < s.end_s AND c.end_s > s.start_s
            GROUP BY ALL
        ), moved AS (
            SELECT video_id, shot, arg_max(move, together_s) AS move, arg_max(shot_scale, together_s) AS shot_scale
            FROM moving GROUP BY ALL
        ), framed AS (
            SELECT video_id, shot, any_value(scale) AS scale FROM composition_analysis
            WHERE level = 'shot' GROUP BY ALL
        ), coloured AS (
            SELECT video_id, shot, any_value(list_transform(palette, lambda c: c.hex)) AS colours,
                any_value(mean_l) AS lightness, any_value(contrast) AS contrast, any_value(saturation) AS saturation
            FROM color_analysis WHERE level = 'shot' GROUP BY ALL
        ), written AS (
            SELECT s.video_id, s.shot, list(t.text ORDER BY t.start_s, t.row_id) AS texts
            FROM shot s JOIN text_overlay t ON t.video_id = s.video_id AND t.role NOT IN ('watermark', 'ui')
                AND t.start_s < s.end_s AND t.end_s > s.start_s
            GROUP BY ALL
        )
        SELECT video_id, shot, start_s, end_s, len_s, begins_with, same_as_shot, move,
            coalesce(scale, shot_scale) AS scale, colours, lightness, contrast, saturation,
            coalesce(texts, []) AS texts
        FROM shot
        LEFT JOIN begun USING (video_id, shot) LEFT JOIN moved USING (video_id, shot)
        LEFT JOIN framed USING (video_id, shot) LEFT JOIN coloured USING (video_id, shot)
        LEFT JOIN written USING (video_id, shot)
        """,
    ),
    "words": Ready(
        "Every word that is spoken or written, with its times; of a text that came all at once, the text's times.",
        r"""
        SELECT video_id, start_s, end_s, 'spoken' AS channel, text AS word, lang, row_id
        FROM speech_transcription WHERE level = 'word'
        UNION ALL
        SELECT video_id, w.start_s, w.end_s, 'written', w.word, lang, row_id
        FROM (SELECT video_id, lang, row_id, unnest(words) AS w FROM text_overlay)
        UNION ALL
        SELECT video_id, start_s, end_s, 'written', word, lang, row_id
        FROM (
            SELECT video_id, start_s, end_s, lang, row_id, unnest(regexp_split_to_array(trim(text), '\s+')) AS word
            FROM text_overlay WHERE len(words) = 0
        )
        """,
    ),
    "events": Ready(
        "What any analyzer has a name for, on one clock: cuts, moves, effects, beats, sounds, texts, things, calls. "
        "It reads most tables: ask it of some videos, or ask the analyzer's own view.",
        _EVENTS,
    ),
}
