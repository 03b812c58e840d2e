"""A page in a browser that is watched: what it asks for, and what it complains about."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from tests.ui.cockpit import WINDOW


@dataclass
class Watched:
    """A page of files in a folder."""

    page: Any
    folder: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, browser: Any, folder: Path) -> Self:
        page = browser.new_page(viewport=WINDOW, locale="en-GB", color_scheme="light")
        page.set_default_timeout(20_000)
        found = cls(page, folder)
        page.on("request", lambda request: found.asked.append(request.url))
        page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.on("dialog", lambda dialog: found.complaints.append(f"dialog: {dialog.message}"))
        return found

    def end(self) -> None:
        """Whatever was tried, nothing left the page, and nothing went wrong in it."""
        outside = [url for url in self.asked if urlsplit(url).scheme not in ("file", "blob", "data", "about")]
        self.page.close()
        assert outside == []
        assert self.complaints == []

    def wait(self, truth: str) -> None:
        """Asked from here again and again: the page's policy does not let the browser evaluate words."""
        until = time.monotonic() + 20
        while not self.page.evaluate(truth):
            assert time.monotonic() < until, f"never: {truth}"
            self.page.wait_for_timeout(20)
