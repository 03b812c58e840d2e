"""Pages of videos that nobody made: lanes drawn in the test, with strangers' words in them."""

from typing import Any

from tiktok_assets.page.lanes import lane

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> <!-- {{film}} ünï \u2028 ' \" &amp;"
RAN = {"status": "ok", "reason": None, "remedy": None, "backend": "test", "model": None, "seconds": 0.1}


def row(start_s: float, end_s: float, **more: Any) -> dict[str, Any]:
    return {"start_s": start_s, "end_s": end_s, **more}


def made_lane(name: str, rows: list[dict[str, Any]], group: str = "text", **facts: Any) -> dict[str, Any]:
    return lane(name, group, RAN | {"rows": len(rows)} | facts, rows) | {
        "about": "A test's own.",
        "docs": {},
        "table": f"../../tables/{name}/local-0.parquet",
    }


def page_data(lanes: list[dict[str, Any]], duration_s: float = 3.0, fps: float = 30.0, **more: Any) -> dict[str, Any]:
    n_frames = round(duration_s * fps)
    times = [round(i / fps * 1e6) for i in range(n_frames)]
    media = {
        "width_px": 160, "height_px": 120, "sar": 1.0, "fps_nominal": fps, "is_vfr": False,
        "duration_s": duration_s, "v_start_s": 0.0, "a_start_s": 0.0,
    }  # fmt: skip
    return {
        "video": {"id": "local-0", "file_name": HOSTILE, "caption": HOSTILE},
        "media": media,
        "lanes": lanes,
        "coverage": {one["name"]: ["measured"] * int(duration_s) for one in lanes},
        "frames_us": [b - a for a, b in zip([0, *times], times, strict=False)],
        "contact": None,
        "n_tiles": 8,
        "sound": None,
        "video_at": "../../media/local-0/video.mp4",
        "exports": [],
    } | more
