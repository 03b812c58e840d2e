"""Ten questions that are asked across videos, to use as they are or to begin from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in words and in SQL."""

    asks: str
    sql: str


QUESTIONS: Mapping[str, Question] = {
    "shot_lengths": Question(
        "How long are shots, week by week?",
        """
SELECT date_trunc('week', v.created_at)::DATE AS week, count(DISTINCT video_id) AS videos, count(*) AS shots,
    avg(s.len_s) AS mean_s, median(s.len_s) AS median_s
FROM shots s JOIN videos v USING (video_id)
GROUP BY week
ORDER BY week
""",
    ),
    "on_the_beat": Question(
        "Which videos cut on the beat, beyond what chance would give?",
        """
SELECT a.video_id, v.file_name, a.n AS cuts, a.on_beat_share, a.on_beat_chance,
    a.on_beat_share - a.on_beat_chance AS beyond_chance
FROM audio_visual_sync a JOIN videos v USING (video_id)
WHERE a.kind = 'cuts' AND a.on_beat_share > a.on_beat_chance
ORDER BY beyond_chance DESC, video_id
""",
    ),
    "first_texts": Question(
        "Which texts are on the screen in the first three seconds?",
        """
SELECT video_id, start_s, end_s, role, text, anchor, cap_height_frac
FROM text_overlay
WHERE start_s < 3 AND role NOT IN ('watermark', 'ui', 'scene_text')
ORDER BY video_id, start_s, row_id
""",
    ),
    "into_the_camera": Question(
        "Where does a face look into the camera, and for how long?",
        """
WITH looks AS (
    SELECT video_id, person_id, track_id, start_s, end_s,
        start_s > 0.05 + lag(end_s) OVER (PARTITION BY video_id, track_id ORDER BY start_s) AS is_new
    FROM eye_tracking
    WHERE level = 'sample' AND is_at_camera
), numbered AS (
    SELECT *, count(*) FILTER (WHERE is_new) OVER (PARTITION BY video_id, track_id ORDER BY start_s) AS look
    FROM looks
)
SELECT video_id, person_id, min(start_s) AS start_s, max(end_s) AS end_s, max(end_s) - min(start_s) AS seconds
FROM numbered
GROUP BY video_id, person_id, track_id, look
ORDER BY seconds DESC, video_id, start_s
""",
    ),
    "shared_sounds": Question(
        "Which videos share a sound, by the recording itself?",
        """
SELECT video_id, other_video_id, round(end_s - start_s, 2) AS seconds, start_s, other_start_s, score,
    a.music_title AS title, b.music_title AS other_title
FROM sound_reuse s
LEFT JOIN videos a USING (video_id)
LEFT JOIN videos b ON b.video_id = s.other_video_id
WHERE s.video_id < s.other_video_id
ORDER BY seconds DESC, s.video_id, other_video_id
""",
    ),
    "hard_to_read": Question(
        "Which texts go too fast to be read: more than 20 characters a second?",
        """
SELECT video_id, start_s, end_s - start_s AS seconds, role, chars_per_s, cap_height_frac, text
FROM text_overlay
WHERE role IN ('caption', 'title', 'cta') AND chars_per_s > 20
ORDER BY chars_per_s DESC, video_id, start_s
""",
    ),
    "returning_shots": Question(
        "Which shots show again what was shown before?",
        """
SELECT s.video_id, s.shot, s.start_s, s.len_s, s.same_as_shot, f.start_s AS first_start_s,
    s.start_s - f.end_s AS away_s
FROM shots s JOIN shots f ON f.video_id = s.video_id AND f.shot = s.same_as_shot
ORDER BY s.video_id, s.shot
""",
    ),
    "opening_colours": Question(
        "In which colours do the videos open?",
        """
SELECT s.video_id, v.file_name, s.colours[:3] AS colours, s.lightness, s.saturation, s.move, s.scale
FROM shots s JOIN videos v USING (video_id)
WHERE s.shot = 0
ORDER BY s.lightness DESC NULLS LAST, s.video_id
""",
    ),
    "speech_and_cuts": Question(
        "Who talks fast, do they cut fast too? The last column is how much one goes with the other, from -1 to 1.",
        """
WITH talk AS (
    SELECT video_id, max(words_per_min) AS words_per_min FROM speech_rate WHERE level = 'whole' GROUP BY video_id
), cuts AS (
    SELECT video_id, max(cpm) AS cuts_per_min FROM cut_analysis WHERE level = 'video' GROUP BY video_id
)
SELECT video_id, words_per_min, cuts_per_min, corr(words_per_min, cuts_per_min) OVER () AS together
FROM talk JOIN cuts USING (video_id)
WHERE words_per_min IS NOT NULL
ORDER BY words_per_min DESC, video_id
""",
    ),
    "not_seen": Question(
        "Which analyzers were skipped or failed, why, and on which videos?",
        """
SELECT analyzer, coalesce(status, 'unreadable') AS status, reason, remedy, count(*) AS videos,
    list(video_id ORDER BY video_id)[:5] AS for_example
FROM runs
WHERE status IS NULL OR status IN ('skipped', 'failed')
GROUP BY ALL
ORDER BY videos DESC, analyzer, reason
""",
    ),
}
