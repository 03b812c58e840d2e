"""What every route needs: where the data lies, the Dagster instance, and what the user chose."""

import secrets
import sqlite3
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import dagster as dg

from resources.ledger import Ledger
from resources.settings import Settings
from resources.store import Store


@dataclass(frozen=True)
class House:
    data: Path
    instance: dg.DagsterInstance
    settings: Settings
    token: str | None = None
    is_local: bool = True  # only this machine can reach it
    page_pass: str = field(default_factory=lambda: secrets.token_urlsafe(18))  # see files.py; lasts as long as we do

    @cached_property
    def store(self) -> Store:
        return Store(root=str(self.data))

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.data)

    @cached_property
    def _held(self) -> sqlite3.Connection:
        held = sqlite3.connect(self.data / "ledger.sqlite", check_same_thread=False)
        held.execute("SELECT COUNT(*) FROM inputs").fetchall()
        return held

    def hold(self) -> None:
        """Keep the ledger open. SQLite folds its log back when the last connection closes, which costs as much again
        as the row that was written."""
        _ = self._held

    def let_go(self) -> None:
        if held := vars(self).pop("_held", None):
            held.close()
