"""python -m bench [SECTION ...]: measure, print, and put what was measured into docs/performance.md."""

import datetime
import os
import platform
import sys
from collections.abc import Callable

from bench import (
    api,
    arrivals,
    cutting,
    decoding,
    hearing,
    memory,
    models,
    orchestration,
    page,
    people,
    reading,
    realtime,
    trends,
)
from bench.section import Section
from resources.gpu import choose_device
from resources.places import ROOT
from resources.settings import Settings
from resources.threads import set_threads, threads_for

PAGE = ROOT / "docs/performance.md"
SECTIONS: dict[str, Callable[[], list[Section]]] = {
    "decoding": decoding.measure,
    "memory": memory.measure,
    "orchestration": orchestration.measure,
    "arrivals": arrivals.measure,
    "realtime": realtime.measure,
    "people": people.measure,
    "page": page.measure,
    "reading": reading.measure,
    "cutting": cutting.measure,
    "hearing": hearing.measure,
    "models": models.measure,
    "api": api.measure,
    "trends": trends.measure,
}
HEAD = """# Performance

Written by `make bench`; do not edit. Ratios are measured in turns within one run; absolute seconds depend on the
machine and its mood.
"""


def main(names: list[str]) -> None:
    set_threads(threads_for("cpu"))
    if odd := [name for name in names if name not in SECTIONS]:
        sys.exit(f"no section {odd[0]}; there are: {', '.join(SECTIONS)}")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {_card()}, Python {platform.python_version()}"
    when = f"{datetime.date.today().isoformat()}, {machine}"
    for name in names or SECTIONS:
        print(f"measuring {name} ...", flush=True)
        for section in SECTIONS[name]():
            print(section.as_markdown(when), flush=True)
            put(section, when)


def _card() -> str:
    device = choose_device(Settings())
    if not device.is_gpu:
        return "no GPU"
    import torch

    return torch.cuda.get_device_name(device.name)


def put(section: Section, when: str) -> None:
    """Into the page, in the place of what was measured before."""
    told = PAGE.read_text() if PAGE.exists() else HEAD
    head, *parts = told.split("\n## ")
    titles = [part.splitlines()[0] for part in parts]
    made = section.as_markdown(when).removeprefix("## ")
    if section.title in titles:
        parts[titles.index(section.title)] = made
    else:
        parts.append(made)
    PAGE.write_text("\n## ".join([head, *(part.rstrip() + "\n" for part in parts)]))


if __name__ == "__main__":
    main(sys.argv[1:])
