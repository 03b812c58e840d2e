"""The door: which files may come in, how they are opened, and the typed words for those that may not.

A path is opened once, by descriptor, and only the descriptor goes on: there is no name left for FFmpeg
to interpret (`concat:`, `%d`), and no swap between the check and the use. What FFmpeg may make of the
bytes is a short list; a stranger's file gets no rarer, less tested demuxer or decoder.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MAX_STREAMS = 32
MAX_PIXELS = 8192 * 4352  # 8K DCI
MAX_FRAMES = 150_000  # 40 minutes at 60 fps
MAX_S = 3 * 3600.0

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "mpegts", "mpeg", "avi", "flv", "h264", "hevc", "gif", "apng",
    "png_pipe", "jpeg_pipe", "webp_pipe", "mp3", "aac", "wav", "flac",
)  # fmt: skip
PICTURE_CODECS = (
    "h264", "hevc", "vvc", "vp8", "vp9", "libdav1d", "libvpx", "libvpx-vp9", "mpeg4", "mpeg2video", "mpeg1video",
    "h263", "flv", "mjpeg", "png", "apng", "gif", "webp", "prores", "qtrle", "ffv1",
)  # fmt: skip
SOUND_CODECS = (
    "aac", "aac_latm", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "flac", "alac", "ac3",
    "eac3", "amrnb", "amrwb", "pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be",
    "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw",
)  # fmt: skip
SEARCHED_BYTES = 1 << 20  # for the marks of encryption in an index that FFmpeg does not open
PROTECTED = (b"encv", b"enca")  # sample entries
# Texts that FFmpeg reads under some names only, and then opens what they name.
NAMES_OTHERS = (b"#EXTM3U", b"ffconcat version", b"<MPD", b"<svg", b"<SmoothStreamingMedia")
UNFINISHED = (".part", ".ytdl", ".crdownload", ".download", ".aria2")

# word: (what it means for this file, what to do, whether trying again can help)
WORDS = {
    "empty_file": ("the file has no bytes", "download or copy it again", True),
    "not_media": ("these bytes are no video, sound or picture", "check what was saved: often an error page", True),
    "no_index": (
        "the file's index is missing or damaged: the recording or the download never ended",
        "download it again, or rebuild the index with a repair tool (untrunc) and a whole file from the same camera",
        True,
    ),
    "no_frames": ("nothing in it can be decoded", "download it again, or export it anew from its source", True),
    "encrypted": ("the file is encrypted", "bring a file without copy protection", False),
    "unsupported_codec": (
        "it is coded in a way that we do not decode",
        "bring it as H.264, HEVC, VP9 or AV1; of a TikTok, download the H.264 variant",
        False,
    ),
    "forbidden_container": (
        "this kind of file is not opened: it can name other files or addresses, or is no video",
        "bring the video itself as MP4, MOV, WebM, MKV, TS, AVI or GIF",
        False,
    ),
    "too_many_pixels": ("its picture is larger than 8192x4352", "scale it down to 4K first", False),
    "too_many_frames": (f"it has more than {MAX_FRAMES:,} frames", "cut it into parts", False),
    "too_many_streams": (f"it has more than {MAX_STREAMS} tracks", "keep one picture and one sound track", False),
    "too_long": ("it is longer than three hours", "cut it into parts", False),
    "too_slow": ("it decodes more slowly than one frame a second", "scale it down, or use a faster machine", False),
    "too_broken": ("almost nothing in it can be decoded", "download it again, or export it anew", True),
    "outside_root": ("the path leads out of the folder it may come from", "copy the file itself there", False),
    "not_found": ("there is no such file", "check the path", False),
    "not_a_regular_file": ("it is a folder, a pipe, a socket or a device", "name a file", False),
    "unreadable": ("the file cannot be read", "check its permissions, links and disk", False),
    "unfinished_download": ("it is an unfinished download", "wait for the download to end, or start it again", True),
    "decoder_crashed": ("the decoder crashed on it", "export it anew from its source, and report it to us", False),
    "timeout": ("the decoder made no progress on it", "export it anew from its source", False),
    "memory": ("it needs more memory than a decoder may have", "scale it down, or cut it into parts", False),
}  # fmt: skip

# What a usable file may say of itself: the result is partial, and the report says in what.
WARNINGS = {
    "truncated": "the file ends before its content does; what is there was used, `media.lost_s` says how much is gone",
    "decode_errors": "some pictures could not be decoded, or are damaged",
    "audio_decode_errors": "some of the sound could not be decoded",
    "missing_start": "it begins in the middle; what comes before the first whole picture is lost",
    "time_not_increasing": "its time stamps go back; pictures were put in order",
    "edit_list_ignored": "its edit list hides every picture and was left out of account",
    "frames_missing": "fewer pictures came out than went in",
    "size_changed": "the picture's size changes; later pictures were scaled to the first",
    "format_changed": "the picture's format changes on the way",
    "audio_format_changed": "the sound's rate or channels change on the way",
    "audio_not_finite": "the sound holds values that are no numbers; they were taken as silence",
    "no_video": "the file has sound but no picture; only the sound was analysed",
}


class MediaError(Exception):
    """A file that cannot be used: one typed word, what it means for this file, and what to do."""

    def __init__(self, word: str, detail: str, remedy: str, *, can_retry: bool = False) -> None:
        super().__init__(f"{word}: {detail}")
        self.word, self.detail, self.remedy, self.can_retry = word, detail, remedy, can_retry

    def __reduce__(self) -> Any:
        return _made_again, (self.word, self.detail, self.remedy, self.can_retry)


def _made_again(word: str, detail: str, remedy: str, can_retry: bool) -> MediaError:
    return MediaError(word, detail, remedy, can_retry=can_retry)


def refusal(word: str, because: str = "") -> MediaError:
    """The error for a word of the list, with what was seen in this file."""
    meaning, remedy, can_retry = WORDS[word]
    return MediaError(word, meaning + (f" ({because})" if because else ""), remedy, can_retry=can_retry)


# The path, in the caller's process


def open_file(path: Path, root: Path | None = None) -> int:
    """A descriptor of a regular, non-empty file inside `root` (default: its own folder). The caller closes it."""
    path = Path(path)
    if path.name.endswith(UNFINISHED):
        raise refusal("unfinished_download")
    try:
        allowed = (root or path.parent).resolve(strict=True)
        real = path.resolve(strict=True)
        if not real.is_relative_to(allowed):
            raise refusal("outside_root")
        descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, RuntimeError, ValueError) as error:  # resolve raises RuntimeError for a loop of links
        raise _refused_path(error) from error
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise refusal("not_a_regular_file")
        if not Path(os.readlink(f"/proc/self/fd/{descriptor}")).is_relative_to(allowed):
            raise refusal("outside_root")
        if about.st_size == 0:
            raise refusal("empty_file")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def opened(path: Path, root: Path | None = None) -> Iterator[int]:
    """The descriptor of `open_file`, closed in the end."""
    descriptor = open_file(path, root)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _refused_path(error: Exception) -> MediaError:
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG) or isinstance(error, ValueError):
        return refusal("not_found")
    if number in (errno.ENXIO, errno.ENODEV):  # a socket, a device without a driver
        return refusal("not_a_regular_file")
    if number == errno.ELOOP or isinstance(error, RuntimeError):
        return refusal("unreadable", "its links go round in a circle")
    return refusal("unreadable", os.strerror(number) if number else str(error))


# The bytes, in the child


def open_media(descriptor: int, *, ignore_edits: bool = False) -> Any:
    """The file as an open PyAV container, or a refusal. Only ever called in a child."""
    import av.error

    options = {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(FORMATS),
        "codec_whitelist": ",".join(PICTURE_CODECS + SOUND_CODECS),
        "max_pixels": str(MAX_PIXELS),
        "max_streams": str(MAX_STREAMS),
    }
    if ignore_edits:
        options["ignore_editlist"] = "1"
    try:
        file = av.open(f"/proc/self/fd/{descriptor}", options=options, metadata_errors="replace")
    except av.error.MemoryError as error:
        raise refusal("too_many_streams") from error
    except (av.error.FFmpegError, ValueError) as error:
        is_kept_out = isinstance(error, av.error.ArgumentError | av.error.PermissionError)
        raise refusal(_why_closed(descriptor, is_kept_out)) from error
    try:
        check_header(file, _claimed_size(descriptor))
    except BaseException:
        file.close()
        raise
    return file


def nothing_inside(descriptor: int, file: Any) -> MediaError:
    """The refusal of a file that opens and has neither picture nor sound."""
    if file.streams.audio:
        return refusal("unsupported_codec")
    is_empty = all(stream.type == "data" for stream in file.streams)
    return refusal("no_index" if is_empty and _is_iso(descriptor) else "not_media")


def check_header(file: Any, claimed: tuple[int, int]) -> None:
    """Refuse what says of itself that it is too much. Durations are not believed: they are measured."""
    if claimed[0] * claimed[1] > MAX_PIXELS:
        raise refusal("too_many_pixels", f"{claimed[0]}x{claimed[1]}")
    if len(file.streams) > MAX_STREAMS:
        raise refusal("too_many_streams", f"{len(file.streams)}")
    for stream in file.streams.video:
        coder = stream.codec_context
        if coder is not None and coder.width * coder.height > MAX_PIXELS:
            raise refusal("too_many_pixels", f"{coder.width}x{coder.height}")
    for stream in file.streams:
        if stream.type == "video" and stream.frames > MAX_FRAMES:
            raise refusal("too_many_frames", f"{stream.frames:,}")


def picture_stream(file: Any) -> Any:
    """The picture track to decode, or None; a cover is none. A default one comes first, an empty one last."""
    from av.stream import Disposition

    pictures = [s for s in file.streams.video if not s.disposition & Disposition.attached_pic]
    return _best(pictures, PICTURE_CODECS)


def sound_stream(file: Any) -> Any:
    """The sound track to decode, or None."""
    return _best([s for s in file.streams.audio if is_decodable(s, SOUND_CODECS)], SOUND_CODECS)


def is_decodable(stream: Any, codecs: tuple[str, ...] = PICTURE_CODECS) -> bool:
    return stream.codec_context is not None and stream.codec_context.codec.name in codecs


def _best(streams: list[Any], codecs: tuple[str, ...]) -> Any:
    from av.stream import Disposition

    def rank(stream: Any) -> tuple[bool, bool, bool, int]:
        is_empty = stream.duration == 0 or (stream.frames == 0 and len(stream.index_entries) == 0)
        is_default = bool(stream.disposition & Disposition.default)
        return not is_decodable(stream, codecs), is_empty, not is_default, stream.index

    return min(streams, key=rank, default=None)


def _why_closed(descriptor: int, is_kept_out: bool) -> str:
    """The word for what FFmpeg does not open; `is_kept_out`: it knows it, and it is not on our list."""
    start = os.pread(descriptor, SEARCHED_BYTES, 0)
    if _is_iso(descriptor):
        return "encrypted" if any(kind in start for kind in PROTECTED) else "no_index"
    names_others = any(mark in start[:1024] for mark in NAMES_OTHERS)
    return "forbidden_container" if is_kept_out or names_others else "not_media"


def _claimed_size(descriptor: int) -> tuple[int, int]:
    """The size at the head of a GIF or PNG: FFmpeg, told not to decode so large a picture, no longer says it."""
    head = os.pread(descriptor, 24, 0)
    if head[:4] == b"GIF8":
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    return 0, 0


def _is_iso(descriptor: int) -> bool:
    """Whether the file begins like an MP4 or MOV."""
    return os.pread(descriptor, 8, 0)[4:] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"moof")
