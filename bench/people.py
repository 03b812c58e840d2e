"""What people cost: thirty seconds of one person, and thirty in which nobody is."""

from typing import Any

import analyzers as analyzers_package
from analyzers.contract import REGISTRY
from bench.clips import portrait, presenter
from bench.realtime import analyze
from bench.section import Line, Section
from tiktok_assets.imports import import_all

SECONDS = 30
ONE, NOBODY_S = 1.5, 1.0  # times its length; seconds


def measure() -> list[Section]:
    import_all(analyzers_package)
    analyze(presenter(10), "auto", "biometrics = true")  # libraries are read from the disk once
    one, nobody = (_people(analyze(clip(SECONDS), "auto", "biometrics = true")[1]) for clip in (presenter, portrait))
    taken_s, empty_s = _total_s(one), _total_s(nobody)
    lines = [
        Line(
            "one person, all people analyzers", f"{taken_s:.1f} s", f"at most {ONE}x realtime", taken_s <= ONE * SECONDS
        ),
        *(
            Line(name, f"{facts['seconds']:.2f} s by {facts['backend']} ({facts['status']}, {facts['rows']} rows)")
            for name, facts in one.items()
        ),
        Line("nobody, all people analyzers", f"{empty_s:.2f} s", f"below {NOBODY_S:g} s", empty_s < NOBODY_S),
    ]
    how = (
        f"{SECONDS} s of 720x1280 at 30 fps, by the best models that are installed here; the group's analyzers alone, "
        "biometrics switched on. Nobody: the clip of the other sections."
    )
    return [Section("People", how, lines)]


def _people(told: dict[str, Any]) -> dict[str, Any]:
    return {name: facts for name, facts in told["analyzers"].items() if REGISTRY[name].group == "people"}


def _total_s(analyzers: dict[str, Any]) -> float:
    return sum(facts["seconds"] for facts in analyzers.values())
