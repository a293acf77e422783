"""A visit to the demo: the real bot, started as a person would, seen through its page in Chromium."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser import watched_page

STARTS_WITHIN = 60  # seconds; machines of CI are slow
SAID_WITHIN = 120_000  # milliseconds until the bot has said by itself what is due


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[str]:
    """The address of a demo with its temporary files in `folder`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        cwd=Path(__file__).parents[1],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(STARTS_WITHIN):
        address = None
        while address is None:
            line = (await process.stdout.readline()).decode()
            assert line, "the demo ended before it served"
            address = re.search(r"(?<=^Click and type in it at )http://127\.0\.0\.1:\d+", line)
    try:
        yield address[0]
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STARTS_WITHIN):
            await process.communicate()
    assert process.returncode == 0


@dataclass
class Visit:
    """Somebody at the page."""

    demo: str
    page: Page

    async def go(self, user: str, channel: str) -> None:
        await self.page.goto(f"{self.demo}/#{user}/{channel}")
        await expect(self.page.locator(f"nav a[aria-current][href='#{user}/{channel}']")).to_be_attached()
        await expect(self.page.locator("#messages")).not_to_have_attribute("aria-busy", "true")

    async def say(self, text: str) -> Locator:
        """Type it, and wait for one more message."""
        messages = self.page.get_by_role("article")
        before = await messages.count()
        await self.page.get_by_role("textbox", name="Message").fill(text)
        await self.page.keyboard.press("Escape")
        await self.page.keyboard.press("Enter")
        await expect(messages).not_to_have_count(before)
        return messages.last

    async def press(self, name: str | re.Pattern[str]) -> None:
        await self.last.get_by_role("button", name=name).first.click()

    async def press_and_confirm(self, name: str) -> None:
        await self.press(name)
        asked = self.page.get_by_role("dialog", name=f"{name}?")
        await asked.get_by_role("button", name=name, exact=True).click()

    @property
    def last(self) -> Locator:
        return self.page.get_by_role("article").last

    # --- Time -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def clock(self) -> AsyncIterator[Locator]:
        """The clock's panel, while it is open."""
        await self.page.get_by_role("button", name="The bot’s clock").click()
        yield self.page.get_by_role("dialog", name="The bot’s clock")
        await self.page.keyboard.press("Escape")

    async def go_to_what_is_next(self, until: str) -> None:
        """Move the clock to what the bot says next, again and again, until that is this."""
        async with self.clock() as panel:
            ahead = panel.locator(".clock-ahead")
            said = ""
            while until not in said:
                await expect(ahead).to_contain_text("The bot speaks next")
                await expect(ahead).not_to_have_text(said)
                said = await ahead.inner_text()
                await ahead.get_by_role("button", name="Go to that moment").click()

    async def forward(self, *steps: str) -> None:
        async with self.clock() as panel:
            for step in steps:
                before = await panel.locator(".clock-now").inner_text()
                await panel.get_by_role("button", name=f"Forward {step}").click()
                await expect(panel.locator(".clock-now")).not_to_have_text(before)

    async def reads(self, *words: str) -> Locator:
        """The bot's newest message in the channel, once these words stand in it."""
        said = self.page.locator("article:not(.ephemeral)").filter(has_text=words[0]).last
        for each in words:
            await expect(said).to_contain_text(each, timeout=SAID_WITHIN)
        return said


@asynccontextmanager
async def visiting(browser: Browser, demo: str, **how: Any) -> AsyncIterator[Visit]:
    """A visit in which nothing may go wrong: no complaint of a script, nothing that Slack would refuse."""
    complaints: list[str] = []
    async with watched_page(browser, complaints, **how) as page:
        yield Visit(demo, page)
        await expect(page.get_by_role("alert")).to_have_count(0)
    assert complaints == []
