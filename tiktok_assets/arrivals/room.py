"""Room on the disk: work is stopped from coming in before the disk is full, and this is said.

A full disk ends more than the run that filled it: Dagster's watch over its run workers dies of it.
"""

import shutil
from pathlib import Path

LEAST_BYTES = 5 * 10**9  # free: the decoded parts of a few minutes of video, while they are analysed
LEAST_SHARE, ENOUGH_BYTES = 0.10, 20 * 10**9  # of the disk, free; on a large one this much is enough


def shortage(data: Path, free_gb: float) -> str | None:
    """What is wrong and what to do, where the data folder's disk is nearly full; None where there is room.

    `free_gb` is the setting of that name.
    """
    there = next(folder for folder in (data, *data.parents) if folder.exists())
    disk = shutil.disk_usage(there)
    needed = free_gb * 1e9 or max(LEAST_BYTES, min(LEAST_SHARE * disk.total, ENOUGH_BYTES))
    if disk.free >= needed:
        return None
    free = f"{disk.free / 1e9:.1f} GB of {disk.total / 1e9:.0f} GB ({disk.free / disk.total:.0%})"
    return (
        f"the disk of {data} is nearly full: {free} are free, {needed / 1e9:.0f} GB must be (free_gb in tiktok.toml). "
        "Nothing new is taken until there is room: python -m tiktok_assets clean"
    )
