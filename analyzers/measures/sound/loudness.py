"""Loudness after EBU R 128, read off FFmpeg's `ebur128` filter, which runs on samples in memory.

https://tech.ebu.ch/publications/r128, ITU-R BS.1770-5. The filter speaks every 100 ms: momentary loudness looks back
over 400 ms, short-term over 3 s.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP_S = 0.1  # between the filter's readings
GATE_LUFS = -70.0  # BS.1770's absolute gate: what is quieter is silence
MOMENTARY_S, SHORT_S = 0.4, 3.0
MIN_RANGE_S = 4.0  # the filter's first loudness ranges are off by 20 LU: its percentiles start with one reading
QUIETEST_PEAK = 1e-6  # -120 dB, below 16 bit's dither


@dataclass(frozen=True, slots=True)
class Loudness:
    """A sound track's loudness; what is below the gate is None."""

    momentary: tuple[float | None, ...]  # at the end of every 100 ms
    short_term: tuple[float | None, ...]
    integrated: float | None
    range_lu: float | None
    true_peak_db: float | None


def measure_loudness(stereo: NDArray[np.float32], rate_hz: int) -> Loudness:
    """The loudness of (n, 2) samples."""
    readings, peak = [], 0.0
    for start in range(0, len(stereo), rate_hz):
        peak = max(peak, float(np.abs(stereo[start : start + rate_hz]).max()))
    readings = _readings(stereo, rate_hz)
    last = readings[-1] if readings else {}
    peak = max(peak, float(last.get("lavfi.r128.true_peak", 0)))
    has_range = len(readings) * STEP_S >= MIN_RANGE_S
    integrated = _gated(last.get("lavfi.r128.I"))
    return Loudness(
        momentary=tuple(_gated(r["lavfi.r128.M"]) for r in readings),
        short_term=tuple(_gated(r["lavfi.r128.S"]) for r in readings),
        integrated=integrated,
        range_lu=float(last["lavfi.r128.LRA"]) if has_range and integrated is not None else None,
        true_peak_db=20 * float(np.log10(peak)) if peak > QUIETEST_PEAK else None,
    )


def _gated(reading: str | None) -> float | None:
    value = float(reading) if reading is not None else GATE_LUFS
    return value if np.isfinite(value) and value > GATE_LUFS else None


def _readings(stereo: NDArray[np.float32], rate_hz: int) -> list[dict[str, str]]:
    import av
    from av.error import BlockingIOError, EOFError
    from av.filter import Graph

    graph = Graph()
    source: Any = graph.add_abuffer(sample_rate=rate_hz, format="flt", layout="stereo", time_base=Fraction(1, rate_hz))
    meter = graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
    sink: Any = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found: list[dict[str, str]] = []

    def pull() -> None:
        while True:
            try:
                read: Any = graph.pull()
            except (BlockingIOError, EOFError):
                return
            if "lavfi.r128.M" in read.metadata:
                found.append(dict(read.metadata))

    for start in range(0, len(stereo), rate_hz):
        samples = np.ascontiguousarray(stereo[start : start + rate_hz], np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
        graph.push(frame)
        pull()
    graph.push(None)
    pull()
    return found
