"""The battery: every media case of the reliability page, made from nothing, with the answer wanted.

A case is a function that writes one file into a folder; it may use cases made before it. `reject` words
are the door's; `warnings` must all be given, and for `ok` none may be.
"""

import io
import os
import random
import shutil
import socket
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.battery import boxes
from tests.battery.boxes import Box, patched, set_edits, set_matrix, span
from tests.battery.film import ONE_BY_ONE, copy, film, flat, moving, sine

Make = Callable[[Path, "Battery"], Any]


@dataclass(frozen=True)
class Case:
    name: str
    make: Make
    reject: str | None = None
    warnings: tuple[str, ...] = ()
    frames: int | None = 60
    duration_s: float | None = None
    most_mb: int = 500


CASES: dict[str, Case] = {}


class Battery:
    """A folder in which cases are made once, when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        path = self.folder / name
        if not os.path.lexists(path):
            half = self.folder / ".half" / name
            shutil.rmtree(half.parent, ignore_errors=True)
            half.parent.mkdir(parents=True)
            CASES[name].make(half, self)
            half.replace(path)
        return path

    def bytes(self, name: str) -> bytes:
        return self.path(name).read_bytes()


def case(name: str, make: Make, reject: str | None = None, *warnings: str, **wanted: Any) -> None:
    wanted.setdefault("frames", None if reject else 60)
    CASES[name] = Case(name, make, reject, warnings, **wanted)


def clip(**how: Any) -> Make:
    return lambda path, battery: film(path, **how)


def raw(data: bytes) -> Make:
    return lambda path, battery: path.write_bytes(data)


def from_bytes(source: str, change: Callable[[bytes], bytes]) -> Make:
    return lambda path, battery: path.write_bytes(change(battery.bytes(source)))


def patch(change: Callable[[Box], None], source: str = "a01_plain.mp4") -> Make:
    return lambda path, battery: patched(battery.path(source), path, change)


def remux(source: str = "a01_plain.mp4", **how: Any) -> Make:
    return lambda path, battery: copy([battery.path(source)], path, **how)


def noise(n: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(n)


# a: what arrives from a network or a phone


def _no_mdat(data: bytes) -> bytes:
    return b"".join(bytes(b) for b in boxes.parse(data) if b.kind != b"mdat")


def _nested(path: Path, battery: Battery) -> None:
    depth = 20_000
    path.write_bytes(
        bytes(Box(b"ftyp", bytearray(b"isom\0\0\2\0isom")))
        + b"".join(struct.pack(">I4s", 8 * (depth - i), b"trak" if i else b"moov") for i in range(depth))
    )


def _tracks(count: int) -> Callable[[Box], None]:
    def change(moov: Box) -> None:
        moov.inside += [moov.track(b"soun")] * (count - 2)

    return change


def _stsz(*numbers: int) -> Callable[[Box], None]:
    return lambda moov: moov.track(b"vide").all(b"stsz")[0].put(4, *numbers)


def _fixed_sizes(moov: Box) -> None:
    track = moov.track(b"vide")
    track.all(b"stsz")[0].put(4, 1, 134_000_000)
    track.all(b"stts")[0].put(4, 1, 134_000_000, 512)
    track.all(b"stsc")[0].body[:] = struct.pack(">5I", 0, 1, 1, 134_000_000, 1)
    for table in (b"ctts", b"stss"):
        for stbl in track.all(b"stbl"):
            stbl.inside = [b for b in stbl.inside if b.kind != table]


def _offsets_outside(moov: Box) -> None:
    for stco in moov.all(b"stco"):
        for i in range(stco.number(4)):
            stco.put(8 + 4 * i, stco.number(8 + 4 * i) + 0x7000000)


def _with_extras(path: Path, battery: Battery) -> None:
    with av.open(str(battery.path("a01_plain.mp4"))) as source, av.open(str(path), "w") as file:
        streams = {s.index: file.add_stream_from_template(s) for s in source.streams}
        file.add_attachment("font.ttf", "font/ttf", noise(5000))
        file.set_chapters([_chapter(i, f"part {i}") for i in range(50)])
        _pour(source, file, streams)


def _chapters(path: Path, battery: Battery) -> None:
    with av.open(str(battery.path("a01_plain.mp4"))) as source, av.open(str(path), "w") as file:
        streams = {s.index: file.add_stream_from_template(s) for s in source.streams}
        file.set_chapters([_chapter(i, "x" * 200 + str(i)) for i in range(10_000)])
        _pour(source, file, streams)


def _chapter(i: int, title: str) -> Any:
    base = Fraction(1, 1000)
    return {"id": i + 1, "start": i, "end": i + 1, "time_base": base, "metadata": {"title": title}}


def _pour(source: Any, file: Any, streams: dict[int, Any]) -> None:
    for packet in source.demux(list(source.streams)):
        if packet.dts is not None:
            packet.stream = streams[packet.stream_index]
            file.mux(packet)


def _with_cover(form: str, source: str) -> Make:
    def make(path: Path, battery: Battery) -> None:
        cover = battery.bytes("d38_photo.jpg")
        with av.open(str(battery.path(source))) as film_file, av.open(str(path), "w", format=form) as file:
            art: Any = file.add_stream("mjpeg", rate=1)
            art.width, art.height, art.pix_fmt = 144, 256, "yuvj420p"
            art.disposition = av.stream.Disposition.attached_pic
            streams = {s.index: file.add_stream_from_template(s) for s in film_file.streams}
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts, packet.is_keyframe = art, 0, 0, True
            packet.time_base = Fraction(1, 1)
            file.mux(packet)
            _pour(film_file, file, streams)

    return make


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return held.getvalue()


def _sparse(path: Path, battery: Battery) -> None:
    with path.open("wb") as file:
        file.truncate(8 << 30)


case("a01_plain.mp4", clip(), duration_s=2.0)
case("a02_faststart.mp4", clip(container={"movflags": "faststart"}), duration_s=2.0)
case("a03_fragmented.mp4", clip(container={"movflags": "frag_keyframe+empty_moov"}), duration_s=2.0)
case("a04_zero_bytes.mp4", raw(b""), "empty_file")
case("a05_one_byte.mp4", raw(b"x"), "not_media")
case("a06_text.mp4", raw(b"Once upon a time there was a file that was no video.\n" * 40), "not_media")
case("a07_html_page.mp4", raw(b"<!DOCTYPE html><html><body><h1>403 Forbidden</h1></body></html>\n"), "not_media")
case("a08_json_error.mp4", raw(b'{"statusCode": 10204, "statusMsg": "item does not exist"}\n'), "not_media")
case("a09_noise.mp4", raw(noise(256 << 10)), "not_media")
case("a10_zeros.mp4", raw(bytes(1 << 20)), "not_media")
case("a11_sparse_8gib.mp4", _sparse, "not_media")
case("a12_truncated_half.mp4", from_bytes("a02_faststart.mp4", lambda d: d[: len(d) // 2]), None, "truncated",
     frames=None)  # fmt: skip
case("a13_truncated_last_packet.mp4", from_bytes("a02_faststart.mp4", lambda d: d[:-200]), None, "truncated",
     frames=None)  # fmt: skip
case("a14_no_moov.mp4", from_bytes("a01_plain.mp4", lambda d: d[: span(d, b"moov")[0] - 500]), "no_index")
case("a15_moov_cut.mp4", from_bytes("a01_plain.mp4", lambda d: d[:-500]), "no_index")
case("a16_ftyp_only.mp4", from_bytes("a01_plain.mp4", lambda d: d[:32]), "no_index")
case("a17_no_mdat.mp4", from_bytes("a01_plain.mp4", _no_mdat), "no_frames")
case("a18_fragment_cut.mp4", from_bytes("a03_fragmented.mp4", lambda d: d[: len(d) * 6 // 10]), None, "truncated",
     frames=None)  # fmt: skip
case("a19_junk_before.mp4", from_bytes("a01_plain.mp4", lambda d: noise(64 << 10) + d), "not_media")
case("a20_junk_after.mp4", from_bytes("a01_plain.mp4", lambda d: d + noise(64 << 10)))
case("a21_webm_named.mp4", from_bytes("d23_vp9.webm", bytes))
case("a22_mp4_named.mp3", from_bytes("a01_plain.mp4", bytes))
case("a23_no_extension", from_bytes("a01_plain.mp4", bytes))
case("a24_box_size_overflow.mp4", from_bytes("a01_plain.mp4", lambda d: b"\xff\xff\xff\xff" + d[4:]), "no_index")
case("a25_sample_count_bomb.mp4", patch(_stsz(0, 0x10000000)), "no_index")
case("a26_fixed_size_bomb.mp4", patch(_fixed_sizes), "too_many_frames")
case("a27_offsets_outside.mp4", patch(_offsets_outside), "no_frames")
case("a28_nested_boxes.mp4", _nested, "no_index")
case("a29_2000_tracks.mp4", patch(_tracks(2000)), "too_many_streams")
case("a30_900_tracks.mp4", patch(_tracks(900)), "too_many_streams")
case("a31_duplicate_streams.mp4", remux(twice=True))
case("a32_subtitle_and_data.mkv", _with_extras)
case("a33_thumbnail_first.mp4", _with_cover("mp4", "a01_plain.mp4"))
case("a34_cover_mp3.mp3", _with_cover("mp3", "g22_sound_only.mp4"), None, "no_video", frames=0)
case("a35_encrypted.mp4", remux(container={"encryption_scheme": "cenc-aes-ctr", "encryption_key": "76" * 16,
     "encryption_kid": "a7" * 16}), "encrypted")  # fmt: skip
case("a36_unknown_codec.mp4", from_bytes("a01_plain.mp4", lambda d: d.replace(b"avc1\0\0", b"bvc2\0\0")),
     "unsupported_codec")  # fmt: skip
case("a37_zip.mp4", raw(_zip()), "not_media")
case("a38_zip_polyglot.mp4", from_bytes("a01_plain.mp4", lambda d: d + _zip()))
case("a39_elf.mp4", lambda path, _: path.write_bytes(Path(sys.executable).read_bytes()[:65536]), "not_media")
case("a40_10000_chapters.mkv", _chapters)
case("a41_hevc_in_flv_like.ts", remux(form="mpegts"), duration_s=2.0)
case("a42_download.mp4.part", from_bytes("a12_truncated_half.mp4", bytes), "unfinished_download")

# b: containers that name others

HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n{key}#EXTINF:5,\n{uri}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
    '<Representation id="1" bandwidth="1"><BaseURL>http://127.0.0.1/x.mp4</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>"
)
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Text\n"
    "Dialogue: 0,0:00:00.00,0:00:02.00,hello\n"
)
SVG = (
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
)


def _foreign_reference(moov: Box) -> None:
    for dref in moov.all(b"dref"):
        name = b"/etc/passwd\0"
        dref.body[:] = struct.pack(">II", 0, 1) + struct.pack(">I4sI", 12 + len(name), b"url ", 0) + name


def text(said: str) -> Make:
    return raw(said.encode())


case("b01_hls_http.mp4", text(HLS.format(key="", uri="http://127.0.0.1:9/secret.ts")), "forbidden_container")
case("b02_hls_http.m3u8", text(HLS.format(key="", uri="http://127.0.0.1:9/secret.ts")), "forbidden_container")
case("b03_hls_file.m3u8", text(HLS.format(key="", uri="file:///etc/passwd")), "forbidden_container")
case("b04_hls_key.m3u8", text(HLS.format(key='#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:9/k"\n',
     uri="a41_hevc_in_flv_like.ts")), "forbidden_container")  # fmt: skip
case("b05_concat_sibling.mp4", text("ffconcat version 1.0\nfile a01_plain.mp4\n"), "forbidden_container")
case("b06_concat_absolute.mp4", text("ffconcat version 1.0\nfile /etc/passwd\n"), "forbidden_container")
case("b07_concat_http.mp4", text("ffconcat version 1.0\nfile http://127.0.0.1:9/x\n"), "forbidden_container")
case("b08_dash.mpd", text(DASH), "forbidden_container")
case("b09_sdp.mp4", text(SDP), "forbidden_container")
case("b10_subtitles.mp4", text("1\n00:00:00,000 --> 00:00:01,000\nhello\n\n2\n00:00:01,000 --> 00:00:02,000\nyou\n\n"),
     "forbidden_container")  # fmt: skip
case("b11_ass.mp4", text(ASS), "forbidden_container")
case("b12_ansi_art.txt", text("\x1b[31mred\x1b[0m and \x1b[1mbold\x1b[0m text\n" * 60), "not_media")
case("b13_xxe.svg", text(SVG), "forbidden_container")
case("b14_data_reference.mov", patch(_foreign_reference))

# c: time

GAPS_MS = (20, 33, 66, 250)
VFR_MS = [sum(GAPS_MS[k % 4] for k in range(i)) for i in range(60)]
HOUR_MS = [i * 33 + (3_600_000 if i >= 30 else 0) for i in range(60)]
MS = Fraction(1, 1000)


def _moved(seconds: float) -> Callable[[Any, int], Any]:
    def change(packet: Any, _: int) -> Any:
        ticks = round(seconds / packet.time_base)
        packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
        return packet

    return change


def _delayed(packet: Any, n: int) -> Any:
    return _moved(1.0)(packet, n) if packet.stream.type == "video" else packet


def _pairs(packet: Any, n: int) -> Any:
    if packet.stream.type == "video":
        step = packet.duration or round(Fraction(1, 30) / packet.time_base)
        packet.pts = packet.dts = n // 2 * 2 * step
    return packet


def _duration(ticks: Callable[[int], int]) -> Callable[[Box], None]:
    def change(moov: Box) -> None:
        for kind, at, scale in ((b"mvhd", 16, 12), (b"mdhd", 16, 12)):
            for box in moov.all(kind):
                box.put(at, ticks(box.number(scale)))
        for box in moov.all(b"tkhd"):
            box.put(20, ticks(moov.all(b"mvhd")[0].number(12)))

    return change


def _last_held(moov: Box) -> None:
    track = moov.track(b"vide")
    stts, scale = track.all(b"stts")[0], track.all(b"mdhd")[0].number(12)
    step = stts.number(12)
    stts.body[:] = struct.pack(">6I", 0, 2, 59, step, 1, 60 * scale)
    track.inside = [b for b in track.inside if b.kind != b"edts"]


def _edits(count: int, seconds: float, start_s: float) -> Callable[[Box], None]:
    def change(moov: Box) -> None:
        movie, media = moov.all(b"mvhd")[0].number(12), moov.track(b"vide").all(b"mdhd")[0].number(12)
        set_edits(moov, [(round(seconds * movie), round(start_s * media))] * count)

    return change


@cache
def small_frames() -> list[av.VideoFrame]:
    """Drawn once: ten minutes of them are drawn from a few."""
    draw = moving(64, 112)
    return [av.VideoFrame.from_ndarray(draw(i), "rgb24").reformat(format="yuv420p", threads=1) for i in range(64)]


ULTRA = {"preset": "ultrafast"}
NO_B = {"preset": "veryfast", "g": "15", "bf": "0"}

case("c00_no_b_frames.mp4", clip(options=NO_B))
case("c01_one_frame.mp4", clip(n=1), frames=1)
case("c02_two_frames.mp4", clip(n=2), frames=2)
case("c03_half_fps.mp4", clip(n=5, fps=Fraction(1, 2)), frames=5, duration_s=10.0)
case("c04_120fps.mp4", clip(n=240, fps=120), frames=240, duration_s=2.0)
case("c05_million_fps.mp4", patch(lambda moov: set_edits(moov, [(0, 0)]), "c05_whole.mp4"), None, "edit_list_ignored")
case("c05_whole.mp4", clip(time_base=Fraction(1, 1_000_000), options=NO_B, sound=None))
case("c06_vfr.mp4", clip(pts=lambda i: VFR_MS[i], time_base=MS, options=NO_B), duration_s=None)
case("c07_edit_list_skip.mp4", patch(_edits(1, 1.5, 0.5), "c00_no_b_frames.mp4"), frames=45, duration_s=1.5)
case("c08_edit_list_delay.mp4", remux(change=_delayed), duration_s=2.0)
case("c09_edit_list_repeat.mp4", patch(_edits(500, 1.0, 0.0), "c00_no_b_frames.mp4"), frames=15000)
case("c10_negative_pts.mkv", remux("c00_no_b_frames.mp4", change=_moved(-1.0)), duration_s=2.0)
case("c11_gap_one_hour.mkv", clip(pts=lambda i: HOUR_MS[i], time_base=MS, sound=None, options=NO_B), duration_s=3602.0)
case("c12_start_at_26_hours.ts", remux(form="mpegts", change=_moved(95_443)), duration_s=2.0)
case("c13_no_timestamps.h264", clip(sound=None, form="h264"))
case("c14_duration_lies.mp4", patch(_duration(lambda scale: 360_000 * scale), "c00_no_b_frames.mp4"), duration_s=2.0)
case("c15_duration_zero.mp4", patch(_duration(lambda scale: 0), "c00_no_b_frames.mp4"), duration_s=2.0)
case("c16_last_frame_held.mp4", patch(_last_held, "c00_no_b_frames.mp4"), duration_s=59 / 30 + 60)
case("c17_same_pts.mkv", remux("c00_no_b_frames.mp4", change=_pairs), None, "time_not_increasing")
case("c18_backwards_pts.ts", from_bytes("a41_hevc_in_flv_like.ts", lambda d: d + d), None, "time_not_increasing",
     frames=120)  # fmt: skip
case("c19_no_first_keyframe.ts", from_bytes("c19_long_gop.ts", lambda d: d[len(d) // 3 // 188 * 188 :]), None,
     "missing_start", frames=None)  # fmt: skip
case("c19_long_gop.ts", clip(form="mpegts", options={"preset": "veryfast", "g": "30", "sc_threshold": "0"}))
case("c20_ten_minutes.mp4", clip(size=(64, 112), n=18_000, options=ULTRA, frames=lambda i: small_frames()[i % 64],
     sound="pcm_s16le", rate=8000, layout="mono", form="mov"), frames=18_000, duration_s=600.0)  # fmt: skip
case("c21_three_days.mp4", clip(size=(64, 64), n=4320, fps=Fraction(1, 60), sound=None, draw=flat(64, 64, 90, 40, 10),
     options={"preset": "ultrafast"}), "too_long")  # fmt: skip
case(
    "c23_avi_b_frames.avi",
    clip(sound=None, form="avi", options={"preset": "veryfast", "bf": "3"}),
    None,
    "time_not_increasing",
)

# d: pictures


def _gif_bomb() -> bytes:
    side = struct.pack("<HH", 16_000, 16_000)
    one = b"\x2c\0\0\0\0" + side + b"\0" + b"\x08" + b"\x02\x00\x01" + b"\0"
    return b"GIF89a" + side + b"\xf0\0\0" + b"\0\0\0\xff\xff\xff" + one * 20 + b"\x3b"


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packed = zlib.compress(bytes((width // 8 + 2) * height), 6)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _size_lies(moov: Box) -> None:
    track = moov.track(b"vide")
    track.all(b"tkhd")[0].put(76, 0xFFFF0000, 0xFFFF0000)
    stsd = track.all(b"stsd")[0]
    struct.pack_into(">HH", stsd.body, 8 + 8 + 24, 65535, 65535)


def _glued(*names: str) -> Make:
    return lambda path, battery: path.write_bytes(b"".join(battery.bytes(name) for name in names))


def _matrix(a: float, b: float, c: float, d: float) -> Make:
    return patch(lambda moov: set_matrix(moov, a, b, c, d))


def _alpha(i: int) -> av.VideoFrame:
    picture = np.dstack([moving(144, 256)(i), np.full((256, 144), 128, np.uint8)])
    return av.VideoFrame.from_ndarray(picture, "rgba")


def hdr_clip(transfer: int, **how: Any) -> Make:
    colours = {"color_trc": transfer, "color_primaries": 9, "colorspace": 9, "color_range": 1}
    name = {16: "smpte2084", 18: "arib-std-b67"}[transfer]
    params = f"{ONE_BY_ONE}:colorprim=bt2020:transfer={name}:colormatrix=bt2020nc"
    options = {"preset": "ultrafast", "x265-params": params}
    return clip(codec="libx265", pix_fmt="yuv420p10le", colours=colours, options=options, n=30, **how)


R = 0.5**0.5
BIG = np.zeros((4320, 7680, 3), np.uint8)
BIG[::2, ::64] = 200

case("d01_1x1.mp4", clip(size=(1, 1), pix_fmt="yuv444p"))
case("d02_2x2.mp4", clip(size=(2, 2)))
case("d03_odd.webm", clip(size=(181, 321), codec="libvpx-vp9", sound="libopus", rate=48_000))
case("d04_odd444.mp4", clip(size=(181, 321), pix_fmt="yuv444p"))
case("d05_wide.mp4", clip(size=(4096, 2), n=10, sound=None), frames=10)
case("d06_4k.mp4", clip(size=(2160, 3840), n=10, sound=None, options=ULTRA, draw=lambda i: BIG[:3840, :2160]),
     frames=10)  # fmt: skip
case("d07_8k.mp4", clip(size=(7680, 4320), n=5, sound=None, options=ULTRA, draw=lambda i: BIG), frames=5)
case("d08_gif_bomb.gif", raw(_gif_bomb()), "too_many_pixels")
case("d09_png_bomb.mp4", raw(_png(15_000, 15_000)), "too_many_pixels")
case("d11_size_lies.mp4", patch(_size_lies))
case("d12_rotated_90.mp4", _matrix(0, 1, -1, 0))
case("d12_rotated_180.mp4", _matrix(-1, 0, 0, -1))
case("d12_rotated_270.mp4", _matrix(0, -1, 1, 0))
case("d13_rotated_45.mp4", _matrix(R, R, -R, R))
case("d14_mirrored.mp4", _matrix(-1, 0, 0, 1))
case("d15_matrix_zero.mp4", patch(lambda moov: moov.track(b"vide").all(b"tkhd")[0].put(40, *[0] * 9)))
case("d16_sar_2_1.mp4", clip(sar=Fraction(2)))
case(
    "d17_sar_absurd.mp4",
    clip(options={"preset": "veryfast", "x264-params": "sar=1/1000"}),
    None,
    "frames_missing",
    frames=None,
)
case("d18_interlaced.mp4", clip(options={"preset": "veryfast", "flags": "+ildct+ilme", "x264-params": "tff=1"}))
case("d19_hdr10.mp4", hdr_clip(16), frames=30)
case("d20_hlg.mp4", hdr_clip(18), frames=30)
case("d21_hevc.mp4", clip(codec="libx265"))
case("d22_av1.mp4", clip(codec="libsvtav1"))
case("d23_vp9.webm", clip(codec="libvpx-vp9", sound="libopus", rate=48_000))
case("d24_vp8.webm", clip(codec="libvpx", sound="libopus", rate=48_000))
case("d25_mpeg4.avi", clip(codec="mpeg4", sound="libmp3lame"))
case("d26_mjpeg.avi", clip(codec="mjpeg", pix_fmt="yuvj420p", sound="libmp3lame"))
case("d27_mpeg2.mpg", clip(codec="mpeg2video", sound="mp2", form="mpeg"))
case("d28_h263.3gp", clip(codec="h263", size=(176, 144), form="3gp", fps=Fraction(30_000, 1001)))
case("d29_full_range.mp4", clip(pix_fmt="yuvj420p"))
case("d30_yuv422p10.mp4", clip(pix_fmt="yuv422p10le"))
case("d31_rgb.mp4", clip(codec="libx264rgb", pix_fmt="rgb24"))
case("d32_gray.mkv", clip(codec="ffv1", pix_fmt="gray"))
case("d33_gray16.mkv", clip(codec="ffv1", pix_fmt="gray16le"))
case("d34_alpha_prores.mov", clip(codec="prores_ks", pix_fmt="yuva444p10le", frames=_alpha, n=10), frames=10)
case("d35_alpha_rle.mov", clip(codec="qtrle", pix_fmt="argb", frames=_alpha, n=10), frames=10)
case("d36_animated.gif", clip(codec="gif", pix_fmt="rgb8", n=10, fps=10, sound=None), frames=10)
case("d37_animated.apng", clip(codec="apng", pix_fmt="rgb24", n=10, fps=10, sound=None, form="apng"), frames=10)
case("d38_photo.jpg", clip(codec="mjpeg", pix_fmt="yuvj420p", n=1, sound=None, form="mjpeg"), frames=1)
case("d39_photo_pattern_%03d.jpg", from_bytes("d38_photo.jpg", bytes), frames=1)
case("d40_black.mp4", clip(draw=flat(144, 256, 0, 0, 0)))
case("d41_white.mp4", clip(draw=flat(144, 256, 255, 255, 255)))
case("d42_strobe.mp4", clip(draw=lambda i: np.full((256, 144, 3), 255 * (i % 2), np.uint8)))
case("d43_noise.mp4", clip(n=30, draw=lambda i: np.random.default_rng(i).integers(0, 256, (256, 144, 3), np.uint8)),
     frames=30)  # fmt: skip
case("d44_large.ts", clip(size=(288, 512), form="mpegts", sound=None))
case("d44_small.ts", clip(form="mpegts", sound=None))
case("d44_size_changes.ts", _glued("d44_small.ts", "d44_large.ts"), None, "size_changed", frames=120)
case("d45_ten_bit.ts", clip(pix_fmt="yuv420p10le", form="mpegts", sound=None))
case("d45_format_changes.ts", _glued("d44_small.ts", "d45_ten_bit.ts"), None, "format_changed", frames=120)
case("d46_long_gop.mp4", clip(n=300, options={"preset": "veryfast", "g": "100000", "bf": "3", "sc_threshold": "0"}),
     frames=300, duration_s=10.0)  # fmt: skip

# e: damage


def _middle(n: int, filling: Callable[[int], bytes]) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        start, end = span(data, b"mdat")
        at = (start + end) // 2
        return data[:at] + filling(n) + data[at + n :]

    return change


def _bit_rot(data: bytes) -> bytes:
    start, end = span(data, b"mdat")
    rotten, luck = bytearray(data), random.Random(3)
    for _ in range((end - start) * 8 // 2000):
        rotten[luck.randrange(start, end)] ^= 1 << luck.randrange(8)
    return bytes(rotten)


def _samples(path: Path, kind: str) -> list[tuple[int, int]]:
    with av.open(str(path)) as file:
        entries = next(s for s in file.streams if s.type == kind).index_entries
        return [(entries[i].pos, entries[i].size) for i in range(len(entries))]


def _spoilt(kind: str, which: slice) -> Make:
    def make(path: Path, battery: Battery) -> None:
        data = bytearray(battery.bytes("a02_faststart.mp4"))
        for at, size in _samples(battery.path("a02_faststart.mp4"), kind)[which]:
            data[at : at + size] = noise(size, at)
        path.write_bytes(data)

    return make


def _all_noise(data: bytes) -> bytes:
    start, end = span(data, b"mdat")
    return data[:start] + noise(end - start, 5) + data[end:]


def _no_setup(moov: Box) -> None:
    stsd = moov.track(b"vide").all(b"stsd")[0]
    at = stsd.body.index(b"avcC")
    size = struct.unpack_from(">I", stsd.body, at - 4)[0]
    stsd.body[at + 4 : at - 4 + size] = bytes(size - 8)


def _lost_packets(data: bytes) -> bytes:
    packets = [data[i : i + 188] for i in range(0, len(data), 188)]
    return b"".join(p for i, p in enumerate(packets) if i % 23 != 22)


class _Bits:
    """Exponential Golomb codes, most significant bit first."""

    def __init__(self) -> None:
        self.bits = ""

    def put(self, value: int, width: int) -> "_Bits":
        self.bits += f"{value:0{width}b}"
        return self

    def ue(self, *values: int) -> "_Bits":
        for value in values:
            code = f"{value + 1:b}"
            self.bits += "0" * (len(code) - 1) + code
        return self

    def __bytes__(self) -> bytes:
        bits = self.bits + "1"
        bits += "0" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _sps_bomb(data: bytes) -> bytes:
    """A baseline SPS of 1024x1024 macroblocks before the slices of a real stream."""
    sps = _Bits().put(66, 8).put(0, 8).put(62, 8).ue(0, 0, 2, 1).put(0, 1).ue(1023, 1023).put(0b1100, 4)
    units = data.split(b"\0\0\0\1")
    return b"\0\0\0\1".join(b"\x67" + bytes(sps) if unit[:1] == b"\x67" else unit for unit in units)


def _evil_aac(packet: Any, n: int) -> Any:
    if packet.stream.type != "audio" or n != 20:
        return packet
    evil = av.Packet(b"\xb4\xed\x10" + bytes(18) + b"\x38")
    evil.pts, evil.dts, evil.time_base, evil.stream = packet.pts, packet.dts, packet.time_base, packet.stream
    evil.duration = packet.duration
    return evil


case(
    "e01_corrupt_middle.mp4", from_bytes("a02_faststart.mp4", _middle(2048, noise)), None, "decode_errors", frames=None
)
case("e02_hole_middle.mp4", from_bytes("a02_faststart.mp4", _middle(8192, bytes)), None, "decode_errors", frames=None)
case("e03_bit_rot.mp4", from_bytes("a02_faststart.mp4", _bit_rot), None, "decode_errors", frames=None)
case("e04_first_keyframe.mp4", _spoilt("video", slice(0, 1)), None, "decode_errors", frames=None)
case("e05_all_noise.mp4", from_bytes("a02_faststart.mp4", _all_noise), "no_frames")
case("e06_no_decoder_setup.mp4", patch(_no_setup), "no_frames")
case("e07_sound_only_corrupt.mp4", _spoilt("audio", slice(None)), None, "audio_decode_errors")
case("e08_ts_lost_packets.ts", from_bytes("a41_hevc_in_flv_like.ts", _lost_packets), None, "decode_errors", frames=None)
case("e09_whole.mkv", remux())
case("e09_mkv_cut.mkv", from_bytes("e09_whole.mkv", lambda d: d[: len(d) // 2]), None, "truncated", frames=None)
case("e10_sps_size_bomb.h264", from_bytes("c13_no_timestamps.h264", _sps_bomb), "no_frames")
case("e11_aac_new_layout.mp4", remux(change=_evil_aac), None, "audio_decode_errors")

# g: sound


def _no_packets(path: Path, battery: Battery) -> None:
    copy([battery.path("a01_plain.mp4")], path, change=lambda p, n: p if p.stream.type == "video" else None)


def _not_finite(t: Any) -> Any:
    sound = sine()(t)
    sound[0, 100], sound[1, 200] = np.nan, np.inf
    return sound


def _one_side(t: Any) -> Any:
    return sine()(t) * np.array([[1], [0]], np.float32)


def _opposite(t: Any) -> Any:
    return sine()(t) * np.array([[1], [-1]], np.float32)


FLOAT = {"sound": "pcm_f32le", "rate": 48_000}
case("g01_no_sound.mp4", clip(sound=None))
case("g02_silence.mp4", clip(sing=sine(level=0)))
case("g03_aac_8000_1ch.mp4", clip(rate=8000, layout="mono"))
case("g04_aac_96000_2ch.mp4", clip(rate=96_000))
case("g05_aac_48000_6ch.mp4", clip(rate=48_000, layout="5.1"))
case("g06_flac_48000_8ch.mkv", clip(sound="flac", rate=48_000, layout="7.1"))
case("g07_pcm_s32le_192000_2ch.mov", clip(sound="pcm_s32le", rate=192_000))
case("g08_pcm_u8_11025_1ch.avi", clip(sound="pcm_u8", rate=11_025, layout="mono", options=NO_B))
case("g09_libopus_48000_2ch.mp4", clip(sound="libopus", rate=48_000))
case("g10_libmp3lame_44100_2ch.mp4", clip(sound="libmp3lame"))
case("g11_ac3_48000_2ch.mp4", clip(sound="ac3", rate=48_000))
case("g12_longer_than_picture.mp4", clip(sound_s=8.0), duration_s=2.0)
case("g13_shorter_than_picture.mp4", clip(sound_s=0.3), duration_s=2.0)
case("g14_starts_late.mp4", clip(sound_at_s=1.0), duration_s=2.0)
case("g15_no_packets.mov", _no_packets)
case("g16_one_sample.mov", clip(sound="pcm_s16le", sound_s=1 / 44_100))
case("g17_nan.mov", clip(sing=_not_finite, **FLOAT), None, "audio_not_finite")
case("g18_far_over_full_scale.mov", clip(sing=sine(level=1e6), **FLOAT))
case("g19_one_side_silent.mp4", clip(sing=_one_side))
case("g20_opposite_phase.mp4", clip(sing=_opposite))
case("g21_sound_only.m4a", clip(codec=None, sound_s=2.0), None, "no_video", frames=0, duration_s=2.0)
case("g22_sound_only.mp4", clip(codec=None, sound="libmp3lame", form="mp3", sound_s=2.0), None, "no_video", frames=0)
case("g23_44.aac", clip(codec=None, form="adts", sound_s=1.0), None, "no_video", frames=0)
case("g23_48.aac", clip(codec=None, form="adts", sound_s=1.0, rate=48_000, layout="mono"), None, "no_video", frames=0)
case("g23_rate_changes.ts", _glued("g23_44.aac", "g23_48.aac"), None, "audio_format_changed", "no_video", frames=0)

# h: names, of one five-frame clip

NAMES = (
    "Мой клип.mp4", "👩‍👩‍👧‍👦.mp4", "clip\u202egpj.mp4", "cafe\u0301.mp4", "caf\u00e9.mp4", "n" * 247 + ".mp4",
    "it's \"quoted\" `x`.mp4", "line\nbreak\ttab.mp4", "$(touch pwned);&|.mp4", "<img src=x onerror=alert(1)>.mp4",
    "[x](javascript:alert(1)).mp4", "'); DROP TABLE videos;--.mp4", "%d_%n_%s.mp4", "http:x", "concat:a|b", "-h16",
    "\x1b[31mred\x1b[0m.mp4", "{{7*7}}${y}.mp4", "..dots..mp4", "=cmd|' calc'!A0.mp4", ".hidden.mp4", "*[a]?.mp4",
)  # fmt: skip
for _name in NAMES:
    case(_name, from_bytes("h_clip.mp4", bytes), frames=5)
case("h_clip.mp4", clip(n=5), frames=5)

# i: tags


def _title_not_utf8(data: bytes) -> bytes:
    return data.replace(b"TITLE", b"\xff\xfe\xe9\xe8\x80")


EVIL = "<script>alert(1)</script> ![](/graphql?query=x) '); DROP TABLE x;--\r\nINFO forged \x1b[31m"
case("i01_tags_evil.mkv", clip(n=5, metadata={"title": EVIL, "comment": EVIL}), frames=5)
case("i02_tag_1mb.mkv", clip(n=5, metadata={"title": "x" * 1_000_000}), frames=5)
case("i03_titled.mp4", clip(n=5, metadata={"title": "TITLE"}), frames=5)
case("i03_tag_not_utf8.mp4", from_bytes("i03_titled.mp4", _title_not_utf8), frames=5)

# j: what is no plain file


def _socket(path: Path, battery: Battery) -> None:
    held = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's path may have 108 bytes
    try:
        held.bind(path.name)
    finally:
        os.chdir(here)
        held.close()


def _link(target: str) -> Make:
    return lambda path, battery: path.symlink_to(target)


def _link_inside(path: Path, battery: Battery) -> None:
    battery.path("a01_plain.mp4")
    path.symlink_to("a01_plain.mp4")


def _mode_000(path: Path, battery: Battery) -> None:
    path.write_bytes(battery.bytes("h_clip.mp4"))
    path.chmod(0)


case("j01_link_inside.mp4", _link_inside)
case("j02_link_outside.mp4", _link("/etc/passwd"), "outside_root")
case("j03_link_loop.mp4", _link("j03_link_loop.mp4"), "unreadable")
case("j04_link_dangling.mp4", _link("nothing"), "not_found")
case("j05_folder.mp4", lambda path, _: path.mkdir(), "not_a_regular_file")
case("j06_fifo.mp4", lambda path, _: os.mkfifo(path), "not_a_regular_file")
case("j07_socket.mp4", _socket, "not_a_regular_file")
case("j08_dev_zero.mp4", _link("/dev/zero"), "outside_root")
case("j09_unreadable.mp4", _mode_000, "unreadable")
case("j10_proc_environ.mp4", _link("/proc/self/environ"), "outside_root")


def mutants(battery: Battery, count: int = 300, seed: int = 20_261_120) -> list[tuple[str, bytes]]:
    """Files with a few bytes wrong: of an MP4 only in its index, where structure is, of WebM and TS anywhere."""
    luck, made = random.Random(seed), []
    seeds = [battery.bytes(name) for name in ("f_seed.mp4", "f_seed.webm", "f_seed.ts")]
    for i in range(count):
        data = bytearray(seeds[i % 3])
        start, end = span(bytes(data), b"moov") if i % 3 == 0 else (0, len(data))
        for _ in range(luck.choice((1, 2, 4, 16, 64))):
            at, how = luck.randrange(start, end), luck.randrange(4)
            if how == 0:
                data[at] ^= 1 << luck.randrange(8)
            elif how == 1:
                data[at] = luck.choice((0, 1, 0x7F, 0x80, 0xFF))
            elif how == 2:
                data[at : at + 4] = luck.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"))
            else:
                data[at : at + 8] = luck.randbytes(8)
        if luck.random() < 0.1:
            del data[luck.randrange(start, len(data)) :]
        made.append((f"f{i:03d}{('.mp4', '.webm', '.ts')[i % 3]}", bytes(data)))
    return made


case("f_seed.mp4", clip(n=20), frames=20)
case("f_seed.webm", clip(n=20, codec="libvpx-vp9", sound="libopus", rate=48_000), frames=20)
case("f_seed.ts", clip(n=20, form="mpegts"), frames=20)
