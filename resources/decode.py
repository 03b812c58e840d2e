"""The door for media: one file in, one pass, everything the analyzers share out.

`decode` fills a folder with media.json, motion/, frames/ and audio/ (see resources/store.py), all on
one clock: seconds from the first picture. Nothing else in the house opens a media file.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from analyzers.contract import Media
from resources.store import describe_array, write_array

AUDIO_HZ = 48_000
MONO_HZ = 16_000
MOTION_WIDTH_PX = 160


class MediaError(Exception):
    """A file that cannot be used: one typed word, what it means for this file, and what to do."""

    def __init__(self, word: str, detail: str, remedy: str, *, can_retry: bool = False) -> None:
        super().__init__(f"{word}: {detail}")
        self.word, self.detail, self.remedy, self.can_retry = word, detail, remedy, can_retry


def decode(path: Path, into: Path, *, frames_per_s: float = 4.0, short_side_px: int = 720) -> Media:
    """Decode one file once; what the analyzers share is written below `into`."""
    import av
    import cv2

    for name in ("motion", "frames", "audio"):
        (into / name).mkdir(parents=True)
    pts, durs, keys, dups, sampled, stereo, mono = [], [], [], [], [], [], []
    next_sample_s, first_s, audio_start_s = 0.0, None, None
    last_small = None
    with (
        av.open(str(path)) as file,
        (into / "motion/grey.raw").open("wb") as grey_raw,
        (into / "motion/rgb.raw").open("wb") as rgb_raw,
        (into / "frames/rgb.raw").open("wb") as frames_raw,
    ):
        video = file.streams.video[0]
        video.thread_type = "AUTO"
        streams = [video, *file.streams.audio[:1]]
        to_stereo = av.AudioResampler("fltp", "stereo", AUDIO_HZ)
        to_mono = av.AudioResampler("fltp", "mono", MONO_HZ)
        for packet in file.demux(streams):
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    audio_start_s = audio_start_s if audio_start_s is not None else float(frame.time or 0)
                    stereo += [f.to_ndarray() for f in to_stereo.resample(frame)]
                    mono += [f.to_ndarray() for f in to_mono.resample(frame)]
                    continue
                time_s = float(frame.pts * frame.time_base)
                first_s = time_s if first_s is None else first_s
                pts.append(time_s - first_s)
                durs.append(float(frame.duration * frame.time_base))
                keys.append(frame.key_frame)
                rgb = frame.to_ndarray(format="rgb24")
                height, width = rgb.shape[:2]
                factor = max(1, round(width / MOTION_WIDTH_PX))
                small_size = (width // factor, height // factor)
                small = cv2.resize(rgb, small_size, interpolation=cv2.INTER_AREA)
                dups.append(last_small is not None and np.array_equal(small, last_small))
                last_small = small
                small.tofile(rgb_raw)
                cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).tofile(grey_raw)
                if pts[-1] >= next_sample_s - 1e-6:
                    next_sample_s = (np.floor(pts[-1] * frames_per_s + 1e-6) + 1) / frames_per_s
                    scale = min(1.0, short_side_px / min(width, height))
                    size = (round(width * scale), round(height * scale))
                    picture = rgb if scale == 1 else cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
                    picture.tofile(frames_raw)
                    sampled.append((len(pts) - 1, pts[-1]))
        container, vcodec = file.format.name, video.codec.name
        acodec = streams[1].codec.name if len(streams) > 1 else None
        rate = float(video.average_rate) if video.average_rate else None
    n = len(pts)
    describe_array(into / "motion", "grey", (n, small_size[1], small_size[0]), np.uint8)
    describe_array(into / "motion", "rgb", (n, small_size[1], small_size[0], 3), np.uint8)
    describe_array(into / "frames", "rgb", (len(sampled), size[1], size[0], 3), np.uint8)
    write_array(into / "motion", "t_s", np.array(pts))
    write_array(into / "motion", "dur_s", np.array(durs))
    write_array(into / "motion", "is_key", np.array(keys, bool))
    write_array(into / "motion", "is_dup", np.array(dups, bool))
    write_array(into / "frames", "index", np.array([i for i, _ in sampled], np.int64))
    write_array(into / "frames", "t_s", np.array([t for _, t in sampled], np.float64))
    both = np.concatenate(stereo, axis=1).T if stereo else np.zeros((0, 2), np.float32)
    one = np.concatenate(mono, axis=1)[0] if mono else np.zeros(0, np.float32)
    write_array(into / "audio", "stereo", both)
    write_array(into / "audio", "mono", one)
    offset_s = (audio_start_s or 0.0) - (first_s or 0.0) if len(both) else 0.0
    (into / "audio/clock.json").write_text(json.dumps({"offset_s": offset_s}))
    media = Media(
        container=container,
        vcodec=vcodec,
        acodec=acodec,
        width_px=width,
        height_px=height,
        sar=1.0,
        rotation_deg=0,
        is_mirrored=False,
        is_hdr=False,
        fps_nominal=rate,
        is_vfr=bool(n > 2 and np.ptp(np.diff(pts)) > 0.002),
        n_frames=n,
        duration_s=pts[-1] + durs[-1],
        lost_s=0.0,
        v_start_s=first_s,
        a_start_s=offset_s if len(both) else None,
        audio_rate_hz=AUDIO_HZ if len(both) else None,
        audio_channels=2 if len(both) else None,
        bitrate=None,
        size_bytes=path.stat().st_size,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        warnings=(),
    )
    (into / "media.json").write_text(json.dumps(asdict(media), indent=1))
    return media
