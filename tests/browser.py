"""Chromium for the tests of pages, and what holds for every page."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")  # as distributions call it; else playwright's own
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
BEYOND_THE_EDGE = """[...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest(".table, pre"))
    .map((node) => node.outerHTML)"""
PATIENCE = 40_000  # milliseconds that a page has to show what is expected of it; machines of CI are slow
expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def watched_page(browser: Browser, complaints: list[str], **how: Any) -> AsyncIterator[Page]:
    """A page that is closed afterwards; what its scripts and its console complain of is written down."""
    context = await browser.new_context(**{**DESK, **how})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    try:
        yield page
    finally:
        await context.close()


async def assert_accessible(page: Page) -> None:
    """axe finds nothing in what the page shows now that is more than minor."""
    found = await Axe().run(page)
    grave = [each for each in found.response["violations"] if each["impact"] != "minor"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in grave] == []


async def assert_fits(page: Page) -> None:
    """Nothing reaches beyond the edge of the page."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(BEYOND_THE_EDGE) == []
