"""What a request wishes for its one video: another profile of models, some analyzers alone.

It is filed beside the video, so it holds whoever starts the work: a click, a backfill, or the daemon.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from analyzers.contract import REGISTRY, Spec
from analyzers.schema import arrow_schema
from resources.settings import Settings
from resources.store import Outcome, Store, written_whole
from tiktok_assets.analysis import analyse


def analyse_as_wished(spec: Spec, store: Store, video: str, settings: Settings) -> Outcome:
    """One analyzer on one video, or an empty table that says that nobody asked for it."""
    wish = read_wish(store, video)
    if (only := wish.get("only")) and spec.name not in with_upstream(only):
        reason, remedy = "the request named other analyzers", "Forget the video, and request it without `only`"
        outcome = Outcome("skipped", spec.version, "", spec.evidence, reason=reason, remedy=remedy)
        store.write_table(spec.name, video, arrow_schema(spec.row).empty_table(), outcome)
        return outcome
    if profile := wish.get("profile"):
        settings = replace(settings, profile=profile)
    return analyse(spec, store, video, settings)


def file_wish(store: Store, video: str, wish: dict[str, Any]) -> None:
    """Beside the video's future data, before a run begins; an empty one takes an earlier one back."""
    if not wish:
        _path(store, video).unlink(missing_ok=True)
        return
    with written_whole(_path(store, video)) as half:
        half.write_text(json.dumps(wish), encoding="utf-8")


def read_wish(store: Store, video: str) -> dict[str, Any]:
    """What was wished for this video; empty where nothing was."""
    try:
        return json.loads(_path(store, video).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def _path(store: Store, video: str) -> Path:
    return store.folder("media", video) / "wish.json"


def with_upstream(names: Iterable[str]) -> set[str]:
    """Analyzers, and the analyzers they read."""
    found: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in found and name in REGISTRY:
            found.add(name)
            queue += REGISTRY[name].inputs
    return found
