"""Rows become bars, curves, ticks, boxes or facts, by what they are."""

from tests.tiktok_assets.page.pages import made_lane, row
from tiktok_assets.page.lanes import MOST_POINTS


def test_a_shot_is_a_bar_and_what_holds_for_the_video_a_fact():
    rows = [row(0, 2, level="shot", shot=0), row(2, 3, level="shot", shot=1), row(0, 3, level="video", n_cuts=1)]
    lane = made_lane("cut_analysis", rows)
    assert [(e["s"], e["e"], e["l"]) for e in lane["events"]] == [(0, 2, "shot 1"), (2, 3, "shot 2")]
    assert lane["facts"] == [{"level": "video", "n_cuts": 1}]


def test_samples_are_curves_one_for_each_face_and_their_boxes():
    rows = [
        row(t / 4, (t + 1) / 4, level="sample", track_id=k, x=0.1, y=0.1, w=0.2, h=0.2, smile=t / 10)
        for t in range(8)
        for k in range(2)
    ]
    lane = made_lane("facial_details", [row(0, 2, level="track", track_id=0), *rows])
    assert [curve["name"] for curve in lane["curves"]] == ["smile"]
    assert [len(times) for times in lane["curves"][0]["t"]] == [8, 8]
    assert len(lane["boxes"]) == 16
    assert len(lane["events"]) == 1


def test_a_thinned_curve_keeps_its_peak():
    rows = [row(i / 100, (i + 1) / 100, level="frame", shake=float(i == 7777)) for i in range(20_000)]
    curve = made_lane("camera_analysis", rows)["curves"][0]
    assert len(curve["v"][0]) <= MOST_POINTS
    assert max(curve["v"][0]) == 1.0
    assert curve["t"][0] == sorted(curve["t"][0])


def test_samples_that_say_the_same_are_one_bar():
    says = ["music", "music", "speech", "speech", "music"]
    rows = [row(i / 2, (i + 1) / 2, kind="window", sound_class=said, share=0.5) for i, said in enumerate(says)]
    events = made_lane("audio_environment", rows)["events"]
    assert [(e["s"], e["e"], e["l"]) for e in events] == [(0, 1, "music"), (1, 2, "speech"), (2, 2.5, "music")]


def test_windows_that_hold_texts_are_bars():
    rows = [row(i, i + 1, level="window", text=f"scene {i}") for i in range(3)]
    lane = made_lane("vid2seq", rows)
    assert [e["l"] for e in lane["events"]] == ["scene 0", "scene 1", "scene 2"]
    assert lane["curves"] == []


def test_beats_are_ticks_and_words_are_parts():
    rows = [row(0.5, 0.5, kind="beat"), row(1, 1, kind="beat")]
    assert made_lane("audio_analysis", rows)["ticks"] == {"beat": [0.5, 1]}
    assert list(made_lane("speech", [row(0, 1, level="word", text="so")])["parts"]) == ["word"]


def test_vectors_and_masks_are_not_carried():
    lane = made_lane("fingerprint", [row(0, 1, hashes=list(range(1000)), n_landmarks=1000)])
    assert lane["events"][0]["v"] == {"n_landmarks": 1000}


def test_a_joint_that_is_guessed_is_not_drawn():
    joints = [{"x": 0.5, "y": 0.5, "confidence": 0.9}, {"x": 0.6, "y": 0.6, "confidence": 0.1}]
    rows = [row(0, 1, level="sample", track_id=0, x=0.1, y=0.1, w=0.2, h=0.2, joints=joints)]
    assert made_lane("body_pose", rows)["boxes"][0]["joints"] == [0.5, 0.5, None, None]


def test_without_rows_there_is_nothing_to_draw():
    lane = made_lane("watermark", [], status="none_found")
    assert not any(lane[part] for part in ("events", "parts", "ticks", "curves", "boxes", "facts"))
