"""Tests in a browser run where there is one, and say so where there is none."""

import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.cockpit import CHROMIUM


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM and importlib.util.find_spec("playwright"):
        return
    no_browser = pytest.mark.skip(reason="no browser: apt-get install chromium, and playwright from the `dev` packages")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(no_browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()
