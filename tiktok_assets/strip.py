"""A table as a small picture: when in the video its rows lie. Drawn inline by the Dagster UI."""

from base64 import b64encode

import pyarrow as pa

STEPS = 60  # one path of 60 steps is about 550 characters; longer than 1,000 and the UI hides it behind a click
HEIGHT = 12


def strip(table: pa.Table, duration_s: float) -> str | None:
    """Markdown of a timeline strip; None where there is nothing to draw."""
    if not table.num_rows or duration_s <= 0:
        return None
    busy = [0] * STEPS
    for start, end in zip(table["start_s"].to_pylist(), table["end_s"].to_pylist(), strict=True):
        first = min(int(start / duration_s * STEPS), STEPS - 1)
        last = min(max(int(end / duration_s * STEPS), first + 1), STEPS)
        for step in range(first, last):
            busy[step] += 1
    top = max(busy)
    path = "".join(f"V{round(HEIGHT * (1 - count / top))}h5" for count in busy)
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{STEPS * 5}' height='{HEIGHT}'>"
        f"<path d='M0 {HEIGHT}{path}V{HEIGHT}z' fill='#4f43dd'/></svg>"
    )
    return f"![](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"
