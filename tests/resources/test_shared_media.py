"""Every file of the shared video folders: the right length, size, count and times, or the right word.

The counts and times are measured a second way, from the packets, without decoding.
"""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from analyzers.contract import Media
from resources.decode import decode
from resources.door import MediaError, picture_stream
from resources.store import read_array


@dataclass(frozen=True)
class Wanted:
    """An answer; `frames` and `duration_s` as the packets' own times say."""

    size: tuple[int, int] = (0, 0)
    frames: int = 0
    duration_s: float = 0.0
    rotation: int = 0
    warnings: tuple[str, ...] = ()
    first_s: float = 0.0
    is_mirrored: bool = False
    is_hdr: bool = False
    word: str | None = None


WANTED = {
    "video_format/ax_8k24fps_300ms.mp4": Wanted((7680, 4320), 8, 0.333, first_s=0.006),
    "video_format/ax_bbb_176x144_128kbps_15fps_h263.3gp": Wanted((176, 144), 15, 1.0),
    "video_format/ax_bbb_2500ms.ts": Wanted((1920, 1080), 58, 2.5, first_s=1.525),
    "video_format/ax_bbb_642x642_768kbps_30fps_vp9.webm": Wanted((642, 642), 90, 3.0),
    "video_format/ax_bbb_800x640_768kbps_30fps_avc_2b_firstpts_10_sec.mp4": Wanted((1137, 640), 120, 4.0, first_s=10.0),
    "video_format/ax_bear-vp9-odd-dimensions.webm": Wanted((161, 121), 30, 1.001),
    "video_format/ax_bt601.mov": Wanted((640, 428), 30, 1.02),
    "video_format/ax_h265_bframes.mp4": Wanted((854, 480), 30, 1.0),
    "video_format/ax_long_1080p_lowbitrate.mp4": Wanted((1920, 1080), 10_883, 362.767),
    "video_format/ax_roadtrip-vp92-10bit.webm": Wanted((426, 240), 72, 3.003),
    "video_format/ax_sample.avi": Wanted((960, 400), 96, 4.087),
    "video_format/ax_sample.flv": Wanted((1080, 720), 30, 1.0, first_s=0.067),
    "video_format/ax_sample.mp4": Wanted((1080, 720), 30, 1.001),
    "video_format/ax_sample_12_5fps_720p_1s.mp4": Wanted((1280, 720), 13, 1.04),
    "video_format/ax_sample_android_slow_motion.mp4": Wanted((1280, 720), 7, 0.525),
    "video_format/ax_sample_audio_only.mp4": Wanted((0, 0), 0, 1.022, warnings=("no_video",)),
    "video_format/ax_sample_av1.mp4": Wanted((1080, 720), 30, 1.001),
    "video_format/ax_sample_fragmented.mp4": Wanted((1080, 720), 30, 1.001, first_s=0.067),
    "video_format/ax_sample_h265.ts": Wanted((854, 480), 30, 1.0, first_s=1.467),
    "video_format/ax_sample_shorter_audio.mp4": Wanted((320, 240), 72, 1.2),
    "video_format/ax_sample_video_only.mp4": Wanted((1080, 720), 30, 1.001),
    "video_format/ax_sample_vvc.mp4": Wanted((320, 180), 120, 5.0),
    "video_format/ax_sample_with_chapters.mp4": Wanted((1080, 720), 30, 1.001),
    # its pictures are 1 or 2 ms apart in the file itself
    "video_format/ax_sample_with_pgs_subtitles.mkv": Wanted((1080, 720), 30, 0.05),
    "video_format/ax_sample_with_srt.mkv": Wanted((1080, 720), 30, 1.0),
    "video_format/ax_silent-black-10s.mp4": Wanted((320, 240), 300, 10.0),
    "video_format/psd_counter.mp4": Wanted((1920, 1080), 30, 3.0),
    "video_format/psd_delayed_start.mp4": Wanted((480, 320), 24, 0.96, first_s=1.075),
    "video_format/tc_av1_video.mkv": Wanted((640, 360), 125, 5.0),
    "video_format/tc_bt709_full_range.mp4": Wanted((1280, 720), 30, 1.0),
    "video_format/tc_h264_10bits.mp4": Wanted((200, 200), 30, 1.0),
    "video_format/tc_h265_10bits.mp4": Wanted((200, 200), 30, 1.0),
    "video_format/tc_h265_video.mp4": Wanted((128, 128), 10, 1.0),
    "video_phone/ax_h265_with_metadata_track.mp4": Wanted((1080, 1920), 3, 0.1, 270),
    "video_phone/ax_hdr10-video-with-sdr-container.mp4": Wanted((1920, 1080), 28, 1.017, is_hdr=True),
    "video_phone/ax_hlg10-color-test.mp4": Wanted((1920, 1080), 9, 0.3, is_hdr=True),
    "video_phone/ax_internal_emulator_transformer_output_270_rotated.mp4": Wanted((720, 1280), 149, 4.972, 90),
    "video_phone/ax_pixel-motion-photo-shortened.jpg": Wanted((3024, 4032), 1, 0.04, 270),
    "video_phone/ax_pixel7_videoOnly_cleaned.mp4": Wanted((1920, 1080), 36, 1.205, 180),
    "video_phone/ax_portrait_4k60.mp4": Wanted((2160, 3840), 18, 0.3, 270),
    "video_phone/ax_sample_MP.heic": Wanted((1080, 1920), 1, 1.0),
    "video_phone/ax_sample_edit_list.mp4": Wanted((1080, 1920), 77, 2.568, 270, is_hdr=True),
    "video_phone/ax_sample_edit_list_no_sync_frame_before_edit.mp4": Wanted(
        (1080, 1920), 68, 2.368, 270, first_s=-0.333, is_hdr=True
    ),
    "video_phone/ax_sample_portrait.mp4": Wanted((720, 1080), 30, 1.001),
    "video_phone/ax_sample_rotate_and_reflect.mp4": Wanted((720, 1080), 30, 1.001, 90, is_mirrored=True),
    "video_phone/ax_sample_sef_slow_motion.mp4": Wanted((320, 240), 63, 2.1),
    "video_phone/ax_sample_with_increasing_timestamps_360p.mp4": Wanted((640, 360), 512, 17.063),
    "video_phone/fire2_rot180_vfr.mp4": Wanted((1280, 720), 25, 2.38, 180),
    "robust/audio/awful.wav": Wanted(word="no_frames"),
    "robust/audio/bad.wav": Wanted(word="not_media"),
    "robust/audio/empty.wav": Wanted((0, 0), 0, 1.0, warnings=("no_video",)),
    "robust/audio/evil.wav": Wanted(word="not_media"),
    "robust/audio/null.wav": Wanted(word="no_frames"),
    "robust/video/ax_invalid-bitstream.webm": Wanted(word="no_frames"),
    "robust/video/ax_sample_empty_track.mp4": Wanted((1080, 720), 30, 1.001),
    "robust/video/ax_sample_fragmented_clearkey.mp4": Wanted(word="encrypted"),
    "robust/video/ax_sample_fragmented_uuid.mp4": Wanted(word="no_frames"),
    "robust/video/ax_sample_malformed_free_box.mp4": Wanted(word="no_index"),
    "robust/video/ax_sample_mdat_too_long.mp4": Wanted((1080, 720), 30, 1.001),
    "robust/video/ax_sample_missing_stsd.mp4": Wanted((1080, 720), 30, 1.001),
    "robust/video/ax_sample_with_invalid_nalu.mp4": Wanted((1080, 720), 29, 1.001, warnings=("decode_errors",)),
    "robust/video/mp4parse_chunk_out_of_range.mp4": Wanted(word="no_index"),
    "robust/video/mp4parse_invalid_userdata.mp4": Wanted(word="no_frames"),
    "robust/video/mp4parse_no_timescale.mp4": Wanted(
        (320, 240), 170, 6.042, first_s=0.066, warnings=("decode_errors", "time_not_increasing")
    ),
    "robust/video/mp4parse_zero_empty_stsc.mp4": Wanted(word="no_frames"),
    "robust/video/no_duration.webm": Wanted((1280, 720), 74, 4.938),
    "robust/video/video_with_failing_audio.mp4": Wanted((640, 360), 280, 11.2),
}
STILLS = (".jpg", ".heic")


@pytest.mark.parametrize("name", WANTED)
def test_is_answered_rightly(name: str, shared: Path, tmp_path: Path) -> None:
    wanted, path, into = WANTED[name], shared / "media" / name, tmp_path / "out"
    if wanted.word:
        with pytest.raises(MediaError) as refused:
            decode(path, into)
        assert refused.value.word == wanted.word
        return
    media: Media = decode(path, into, frames_per_s=1.0, short_side_px=240)
    assert media.warnings == wanted.warnings
    assert (media.width_px, media.height_px) == wanted.size
    assert (media.rotation_deg, media.is_mirrored) == (wanted.rotation, wanted.is_mirrored)
    assert media.is_hdr == wanted.is_hdr
    assert media.n_frames == wanted.frames
    assert media.duration_s == pytest.approx(wanted.duration_s, abs=0.002)
    assert media.v_start_s is None or media.v_start_s == pytest.approx(wanted.first_s, abs=0.001)
    t_s = read_array(into / "motion", "t_s")
    dur_s = read_array(into / "motion", "dur_s")
    assert len(t_s) == wanted.frames
    assert (np.diff(t_s) > 0).all()
    assert t_s[:-1] + dur_s[:-1] == pytest.approx(t_s[1:], abs=1e-9)
    if wanted.frames and not wanted.warnings and not name.endswith(STILLS):
        packets = _packet_times(path)
        hidden = len(packets) - len(t_s)
        assert hidden == 0 or (hidden > 0 and media.vcodec == "vp9"), "only VP9 has packets that are not shown"
        nearest = packets[np.abs(packets[None] - t_s[:, None]).argmin(axis=1)] if hidden else packets
        assert t_s == pytest.approx(nearest, abs=1e-6)


def _packet_times(path: Path) -> np.ndarray:
    """When the packets say that they are shown, from the first on."""
    with av.open(str(path), metadata_errors="replace") as file:
        stream = picture_stream(file)
        shown = [p for p in file.demux(stream) if p.size and not p.is_discard and p.pts is not None]
        return np.sort([float((p.pts - min(q.pts for q in shown[:16])) * p.time_base) for p in shown])


def test_every_shared_video_is_in_the_table(shared: Path) -> None:
    folders = (shared / "media" / name for name in ("video_format", "video_phone", "robust"))
    found = {str(p.relative_to(shared / "media")) for f in folders for p in f.rglob("*") if p.is_file()}
    assert {name for name in found if not name.endswith(".json")} == set(WANTED)
