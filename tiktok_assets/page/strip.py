"""A table as a small picture: when in the video its rows lie. Drawn inline by the Dagster UI."""

from base64 import b64encode

import numpy as np
import pyarrow as pa

from tiktok_assets.page.timeline import CURVES, PARTS, WHOLE

STEPS = 60  # one path of 60 steps is about 550 characters; longer than 1,000 and the UI hides it behind a click
HEIGHT = 12


def strip(table: pa.Table, duration_s: float) -> str | None:
    """Markdown of a timeline strip; None where there is nothing to draw."""
    if not table.num_rows or duration_s <= 0:
        return None
    table = without(table, *CURVES, *PARTS, *WHOLE)
    first = np.clip(table["start_s"].to_numpy() / duration_s * STEPS, 0, STEPS - 1).astype(int)
    last = np.clip((table["end_s"].to_numpy() / duration_s * STEPS).astype(int), first + 1, STEPS)
    change = np.bincount(first, minlength=STEPS + 1) - np.bincount(last, minlength=STEPS + 1)
    busy = np.cumsum(change)[:STEPS].tolist()
    top = max(busy)
    path = "".join(f"V{round(HEIGHT * (1 - count / top))}h5" for count in busy)
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{STEPS * 5}' height='{HEIGHT}'>"
        f"<path d='M0 {HEIGHT}{path}V{HEIGHT}z' fill='#4f43dd'/></svg>"
    )
    return f"![](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def without(table: pa.Table, *kinds: str) -> pa.Table:
    """The rows that are of none of these levels and kinds; all rows where there are no such rows."""
    kept = np.ones(table.num_rows, bool)
    for name in ("level", "kind"):
        if name in table.column_names:
            kept &= ~np.isin(table[name].to_numpy(zero_copy_only=False).astype(str), kinds)
    return table.filter(pa.array(kept)) if kept.any() else table
