"""python -m bench [SECTION ...]: measure, print, and write docs/performance.md (all sections only)."""

import datetime
import os
import platform
import sys
from collections.abc import Callable

from bench import cutting, decoding, memory, orchestration, reading, realtime
from bench.section import Section
from resources.places import ROOT

SECTIONS: dict[str, Callable[[], Section | list[Section]]] = {
    "decoding": decoding.measure,
    "memory": memory.measure,
    "orchestration": orchestration.measure,
    "realtime": realtime.measure,
    "reading": reading.measure,
    "cutting": cutting.measure,
}
HEAD = """# Performance

Written by `make bench` on {date}; do not edit. {machine}, no GPU.
Ratios are measured in turns within one run; absolute seconds depend on the machine and its mood.

"""


def main(names: list[str]) -> None:
    if odd := [name for name in names if name not in SECTIONS]:
        sys.exit(f"no section {odd[0]}; there are: {', '.join(SECTIONS)}")
    found: list[Section] = []
    for name in names or SECTIONS:
        print(f"measuring {name} ...", flush=True)
        made = SECTIONS[name]()
        found += made if isinstance(made, list) else [made]
        for section in found[-(len(made) if isinstance(made, list) else 1) :]:
            print(section.as_markdown(), flush=True)
    if not names:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        head = HEAD.format(date=datetime.date.today().isoformat(), machine=machine)
        (ROOT / "docs/performance.md").write_text(head + "\n".join(section.as_markdown() for section in found))


if __name__ == "__main__":
    main(sys.argv[1:])
