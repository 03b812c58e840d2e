"""The contract: an analyzer is a function from a video's parts to rows.

Positional parameters name its inputs (a source below, or another analyzer's rows), the return
annotation names its row type, and the module's docstring describes it. The first decoded part among
the parameters is the one it looks at: coverage counts its samples. The decorator only writes that
down. Everything here is read-only and on one clock: seconds from the first picture.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, NoneType
from typing import Any, Literal, Protocol, TypeVar, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

Stage = Literal["gpu_heavy", "gpu_medium", "gpu_light", "cpu", "net"]
Status = Literal["ok", "none_found", "degraded", "skipped", "failed"]
Evidence = Literal["measured", "model", "derived", "metadata"]


class Pictures(Protocol):
    """Equally large pictures, one after the other: (n, height, width[, channels]).

    An array is one; the store's memory-mapped file is another, which maps only what is asked for,
    so a long video is walked in slices, never copied whole.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, which: Any, /) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, slots=True)
class Media:
    """What the file is. Sizes are those of the picture as displayed: turned, and with square pixels."""

    container: str
    vcodec: str | None
    acodec: str | None
    width_px: int
    height_px: int
    sar: float  # width of a stored pixel over its height
    rotation_deg: int  # counter-clockwise turn that was applied: 0, 90, 180, 270
    is_mirrored: bool
    is_hdr: bool
    fps_nominal: float | None
    is_vfr: bool
    n_frames: int
    duration_s: float  # what was decoded: end of the last frame (or of the sound, where there is no picture)
    lost_s: float  # what the file promised beyond that and does not hold; 0 in a whole file
    v_start_s: float | None  # the first picture's time on the file's own clock: this is t = 0
    a_start_s: float | None  # the first sound's time on our clock; negative where it starts before the picture
    audio_rate_hz: int | None
    audio_channels: int | None
    bitrate: int | None
    size_bytes: int
    sha256: str
    warnings: tuple[str, ...]  # what was lost or bent on the way in, in the door's words
    a_end_s: float | None = None  # the end of the sound on our clock; it may outlast the picture


@dataclass(frozen=True, slots=True)
class Post:
    """What the platform says about the video. All of it may be absent."""

    url: str | None = None
    id: str | None = None
    author: str | None = None
    caption: str | None = None
    hashtags: tuple[str, ...] = ()
    music_id: str | None = None
    music_title: str | None = None
    music_author: str | None = None
    is_original_sound: bool | None = None
    play_count: int | None = None
    like_count: int | None = None
    comment_count: int | None = None
    share_count: int | None = None
    save_count: int | None = None
    created_at: str | None = None
    subtitles: str | None = None  # the platform's own captions, as WebVTT


@dataclass(frozen=True, slots=True)
class Frame:
    """One sampled picture."""

    index: int  # in the frames table
    t_s: float
    rgb: NDArray[np.uint8]  # (height, width, 3), read-only


Frames = Sequence[Frame]  # about four a second, short side at most 720 px


@dataclass(frozen=True, slots=True)
class Motion:
    """Every frame of the video, small, and its exact time."""

    t_s: NDArray[np.float64]  # (n,)
    dur_s: NDArray[np.float64]  # (n,)
    is_key: NDArray[np.bool_]  # (n,)
    is_dup: NDArray[np.bool_]  # (n,) the small picture equals the one before, byte for byte
    grey: Pictures  # (n, height, width), about 160 wide
    rgb: Pictures  # (n, height, width, 3)

    @property
    def end_s(self) -> float:
        return float(self.t_s[-1] + self.dur_s[-1]) if len(self.t_s) else 0.0


@dataclass(frozen=True, slots=True)
class Flow:
    """Where each part of the picture went: dense optical flow from every frame to the next."""

    t_s: NDArray[np.float64]  # (n,) time of the later frame
    xy: Any  # Pictures of float16, (n, rows, columns, 2): shift to the right and down, in widths of the picture
    residual: NDArray[np.float32]  # (n,) mean grey error (0..1) after moving the earlier picture along the flow


@dataclass(frozen=True, slots=True)
class Look:
    """A part of one frame to be looked at closely; edges as shares of the picture."""

    index: int  # in the frames table
    x: float = 0.0
    y: float = 0.0
    w: float = 1.0
    h: float = 1.0


class Closeups(Protocol):
    """Any frame, or a part of it, as large as the file holds it: decoded again, so look only where it matters."""

    t_s: NDArray[np.float64]  # (n,) of every frame

    def __call__(self, looks: Sequence[Look], side_px: int, /) -> Iterator[NDArray[np.uint8]]:
        """One picture (height, width, 3) a look, in the order of time given; its longer side is at most `side_px`."""
        ...


@dataclass(frozen=True, slots=True)
class Audio:
    """The sound track. A silent video has zero samples."""

    stereo: NDArray[np.float32]  # (n, 2) at 48 kHz, -1..1 or beyond, read-only
    mono: NDArray[np.float32]  # (m,) at 16 kHz, read-only
    offset_s: float = 0.0  # time of the first sample on the video's clock
    rate_hz: int = 48_000
    mono_rate_hz: int = 16_000


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The sound track's short-time spectrum: 2048 samples of 48 kHz every 10 ms, centred on t_s.

    Magnitude is the root of the channels' mean power, so two opposite channels do not cancel.
    """

    t_s: NDArray[np.float64]  # (n,)
    magnitude: Any  # Pictures of float16, (n, 1025); a full-scale sine reads 1
    hz: NDArray[np.float64]  # (1025,)


@dataclass(frozen=True, slots=True)
class Voice:
    """Where somebody speaks, as a detector of voices hears it: a chance every 32 ms, and the stretches that follow."""

    t_s: NDArray[np.float64]  # (n,) start of each window
    chance: NDArray[np.float32]  # (n,) 0..1
    spans_s: NDArray[np.float64]  # (k, 2) start and end of each stretch of speech


@dataclass(frozen=True, slots=True)
class Pitch:
    """How high the voice is: its fundamental frequency every 10 ms of the stretches of speech."""

    t_s: NDArray[np.float64]  # (n,) middle of each frame, ascending; none between the stretches
    hz: NDArray[np.float64]  # (n,) NaN where the sound is not voiced

    def median_hz(self, start_s: float, end_s: float) -> float | None:
        """Of the voiced frames in a span; None with fewer than three of them."""
        first, after = np.searchsorted(self.t_s, [start_s, end_s])
        voiced = self.hz[first:after]
        voiced = voiced[~np.isnan(voiced)]
        return float(np.median(voiced)) if len(voiced) >= 3 else None


@dataclass(frozen=True, slots=True)
class TextBox:
    """One line of text in one picture, in pixels of that picture."""

    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]  # clockwise from the text's own top left


class Read(Protocol):
    """Read pictures: one list of lines per picture, in order."""

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[TextBox]]: ...


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing in one picture, in pixels of that picture, clipped to it."""

    label: str  # always a name: a class id without one is an error of the model
    label_id: int  # index into the vocabulary
    confidence: float
    x: float
    y: float
    w: float
    h: float


class Detect(Protocol):
    """Find things in pictures: one list per picture, in order. `vocab` names the list its labels come from."""

    vocab: str

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Detection]]: ...


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Face:
    """One face in one picture, in pixels of that picture, clipped to it."""

    confidence: float
    x: float
    y: float
    w: float
    h: float
    # As they lie in the picture, from left to right where the face looks at us: its right eye, its left eye, the tip
    # of the nose, the right and the left corner of the mouth. None from a finder that knows only boxes.
    points: tuple[Point, Point, Point, Point, Point] | None = None
    vector: NDArray[np.float32] | None = None  # of length 1, alike for one person; from a finder that knows persons


class FindFaces(Protocol):
    """Find faces in pictures: one list per picture, in order."""

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Face]]: ...


@dataclass(frozen=True, slots=True)
class Mesh:
    """One face in detail, in shares of the picture it was read from. Parts that a reader does not know are None."""

    points: NDArray[np.float32] | None = None  # (478, 3) of MediaPipe's face mesh, the last ten of the irises
    blendshapes: NDArray[np.float32] | None = None  # (52,) of 0..1, in the order of measures/people/names.py
    matrix: NDArray[np.float32] | None = None  # (4, 4) from the canonical face to the camera, in centimetres
    is_smiling: bool | None = None
    has_glasses: bool | None = None
    eyes_visible: int | None = None  # 0, 1, 2


class ReadFace(Protocol):
    """Read one face in detail from each picture of one: None where there is no face after all."""

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[Mesh | None]: ...


@dataclass(frozen=True, slots=True)
class Portrait:
    """One face as readers of expressions and of ages are shown it."""

    rgb: NDArray[np.uint8] | None = None  # square, the head upright; None for a reader without `side_px`
    blendshapes: tuple[float, ...] | None = None  # 52 of 0..1, in the order of measures/people/names.py


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face expresses."""

    shares: NDArray[np.float32]  # (7,) of sum 1, in the order of EXPRESSIONS in measures/people/names.py
    valence: float | None = None  # -1 unpleasant to 1 pleasant; None where the model does not tell
    arousal: float | None = None  # -1 calm to 1 excited


class ReadExpression(Protocol):
    """Read what faces express: one answer a portrait, in order, None where it cannot be told.

    Portraits span four distances of the eyes; their middle lies 0.54 of such a distance below the eyes.
    """

    side_px: int | None  # of the portraits that it sees; None: it reads blendshapes alone

    def __call__(self, portraits: Iterable[Portrait], /) -> Iterator[Expression | None]: ...


@dataclass(frozen=True, slots=True)
class Age:
    """How old a face looks, in years."""

    years: float
    low: float
    high: float


class ReadAge(Protocol):
    """Tell how old faces look: one answer a portrait, in order. They span twice the root of the face box's area."""

    method: str  # how its years are told, in a word or two
    side_px: int

    def __call__(self, portraits: Iterable[Portrait], /) -> Iterator[Age]: ...


@dataclass(frozen=True, slots=True)
class Body:
    """One person in one picture, in pixels of that picture."""

    confidence: float
    x: float
    y: float
    w: float
    h: float
    joints: NDArray[np.float32] | None = None  # (17, 3): x, y and certainty, in the order of measures/people/names.py


class FindBodies(Protocol):
    """Find people and their joints in pictures: one list per picture, in order."""

    knows_joints: bool  # one that does not finds nobody either: what is left are the boxes that others found

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Body]]: ...


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand in one picture, in pixels of that picture."""

    confidence: float
    side: Literal["left", "right"]  # the person's own
    points: NDArray[np.float32]  # (21, 3) of MediaPipe's hand: x, y, and depth towards the camera from the wrist
    gesture: str | None = None  # as its model names it; None where it knows none
    gesture_confidence: float | None = None


class FindHands(Protocol):
    """Find hands in pictures: one list per picture, in order."""

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Hand]]: ...


class DetectNamed(Protocol):
    """Find things by the names that they are asked for: one list per picture, in order; `label_id` counts the names.

    Answers below `sure` are guesses, which only bear out others.
    """

    sure: float

    def __call__(self, images: Iterable[NDArray[np.uint8]], names: Sequence[str], /) -> Iterator[list[Detection]]: ...


class Segment(Protocol):
    """Part pictures into foreground and background: one mask per picture, in order.

    A mask is how surely each place is foreground, 0..1, (height, width) of any size; of no size where nobody can tell.
    """

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]: ...


class Range(Protocol):
    """How far away each place of pictures is: one map per picture, in order, (height, width) of any size.

    In metres where `is_metric`; else how near a place is, on a scale of the picture's own, larger for nearer.
    """

    is_metric: bool

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]: ...


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech as a backend heard it; without text where it only heard that somebody speaks."""

    start_s: float
    end_s: float
    text: str | None = None
    lang: str | None = None  # ISO 639-1
    words: tuple[Word, ...] = ()
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None  # of the text: loops compress well


class Transcribe(Protocol):
    """Write down what is said in the stretches where somebody speaks, in the order of time."""

    def __call__(self, audio: Audio, voice: Voice, post: Post, /) -> Iterator[Utterance]: ...


class Classify(Protocol):
    """What stretches of sound are, mono at 16 kHz: for each the score of every label, 0..1, in order."""

    labels: tuple[str, ...]  # always names: an id without one is an error of the model
    window_s: float | None  # the length of a stretch that it takes; None: any

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]: ...


class EmbedVoice(Protocol):
    """Whose voice stretches of speech are, mono at 16 kHz: a vector of length 1 for each, alike for one speaker."""

    alike: float  # cosine of two vectors above which they are rather of one speaker than of two

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]: ...


class EmbedImage(Protocol):
    """What pictures show and what sentences say, as vectors of length 1: the better two fit, the larger their product.

    That product times `scale`, plus `bias`, is a logit: of a softmax over rival sentences, or of each by itself.
    """

    kind: Literal["softmax", "sigmoid"]
    scale: float
    bias: float  # 0 with softmax, where it would change nothing

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]: ...

    def embed_text(self, sentences: Sequence[str], /) -> NDArray[np.float32]: ...  # (n, size of a vector), in order


@dataclass(frozen=True, slots=True)
class Emoji:
    """Which emoji a picture shows."""

    codepoint: str  # in hexadecimal; those of a sequence are joined by "-"
    confidence: float


class NameEmoji(Protocol):
    """Which emoji pictures show, one each, in order: (height, width, 4), with how surely a place is part of it last.

    None where it is none, or one that cannot be told from others.
    """

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[Emoji | None]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One call of a describer: what it is shown, when that is, and what is asked."""

    pictures: tuple[NDArray[np.uint8], ...]  # in the order of time
    times_s: tuple[float, ...]  # of each picture, on the video's clock
    start_s: float  # of the stretch that is asked about
    end_s: float
    prompt: str
    schema: Mapping[str, Any] | None = None  # JSON Schema that the answer shall keep to; None: free words
    facts: tuple[str, ...] = ()  # what the tables say of this stretch, in sentences
    max_tokens: int = 512
    known: Mapping[str, Any] = field(default_factory=dict)  # the facts under the schema's keys, where tables tell them


class Describe(Protocol):
    """Answer questions about pictures: the words as the model said them, one answer a question, in order.

    No question knows of another; None where the model gave no answer.
    """

    most_pictures: int  # that one question may show

    def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]: ...


class Cut(Protocol):
    """How likely each frame is the last of its shot: (n,) of 0..1 from a video's small colour pictures."""

    def __call__(self, motion: Motion, /) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Spec:
    """What the decorator learned about one analyzer."""

    name: str
    group: str
    inputs: tuple[str, ...]
    optional: frozenset[str]  # inputs that may be None, because their analyzer failed or was skipped
    role: str | None
    row: type
    version: int
    stage: Stage
    max_gap_s: float
    evidence: Evidence
    doc: str
    run: Callable[..., Iterable[Any]]
    is_biometric: bool = False  # it says of people what they did not choose to show: runs only where settings allow it


SOURCES: dict[str, Any] = {
    "media": Media,
    "post": Post,
    "frames": Frames,
    "closeups": Closeups,
    "motion": Motion,
    "flow": Flow,
    "audio": Audio,
    "spectrum": Spectrum,
    "voice": Voice,
    "pitch": Pitch,
}
_specs: dict[str, Spec] = {}
REGISTRY = MappingProxyType(_specs)
Run = TypeVar("Run", bound=Callable[..., Iterable[Any]])


def analyzer(
    *,
    version: int,
    max_gap_s: float,
    stage: Stage = "cpu",
    role: str | None = None,
    evidence: Evidence = "measured",
    is_biometric: bool = False,
) -> Callable[[Run], Run]:
    """Register the decorated function, and hand it back untouched.

    Bump `version` when the numbers change, not when the prose does. `role` is the kind of model it
    takes as `model`; `max_gap_s` promises that no stretch of the video longer than that goes unseen.
    """

    def register(run: Run) -> Run:
        group, module = run.__module__.split(".")[-2:]
        if module != run.__name__:
            raise TypeError(f"{run.__module__} must define {module}(), not {run.__name__}()")
        if run.__name__ in _specs:
            raise TypeError(f"two analyzers are named {run.__name__}")
        parameters = inspect.signature(run).parameters.values()
        inputs = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
        if ("model" in inputs) != (role is not None):
            raise TypeError(f"{run.__name__}: take `model` if, and only if, you declare a role")
        hints = get_type_hints(run)
        (row,) = get_args(hints["return"])
        _specs[run.__name__] = Spec(
            name=run.__name__,
            group=group,
            inputs=tuple(name for name in inputs if name != "model"),
            optional=frozenset(name for name in inputs if NoneType in get_args(hints[name])),
            role=role,
            row=row,
            version=version,
            stage=stage,
            max_gap_s=max_gap_s,
            evidence=evidence,
            doc=inspect.getdoc(inspect.getmodule(run)) or "",
            run=run,
            is_biometric=is_biometric,
        )
        return run

    return register
