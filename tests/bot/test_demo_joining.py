"""A project is registered, and a volunteer joins: in the demo's page, on a telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser import PHONE, assert_accessible, assert_fits, chromium
from tests.visit import SAID_WITHIN, Visit, running, visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

KOFI, ORLA = "U0KOFI", "U0ORLA"
DRIFT, ORGANIZERS = "C0DRIFT", "C0ORGS"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, tmp_path: Path) -> AsyncIterator[Visit]:
    async with running(tmp_path) as demo, visiting(browser, demo, **PHONE) as one:
        yield one


def dialog(visit: Visit) -> Locator:
    return visit.page.get_by_role("dialog").last


async def look(visit: Visit) -> None:
    await assert_fits(visit.page)
    await assert_accessible(visit.page)


async def told(visit: Visit, words: str) -> None:
    """The organizers are told by themselves, and look at it."""
    await visit.go(ORLA, ORGANIZERS)
    said = visit.page.get_by_role("article").filter(has_text=words).last
    await expect(said).to_be_visible(timeout=SAID_WITHIN)
    await said.get_by_role("button", name="Look at it").click()


async def test_a_maintainer_registers_a_project_and_an_organizer_undoes_it(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam register")
    await visit.press("Register another")
    form = dialog(visit)
    await form.get_by_label("The project's name").fill("Seagrass")
    await form.get_by_label("Its repositories on GitHub").fill("no repository")
    await look(visit)
    await form.get_by_role("button", name="Register").click()
    await expect(form).to_contain_text("owner/repository")
    await form.get_by_label("Its repositories on GitHub").fill("https://github.com/driftwood-demo/driftwood")
    await form.get_by_role("button", name="Register").click()
    await expect(dialog(visit)).to_contain_text("Seagrass takes part")
    await look(visit)
    await told(visit, "registered Seagrass")
    await expect(visit.last).to_contain_text("driftwood-demo/driftwood")
    await look(visit)
    await visit.press("Take it out")
    await expect(visit.last).to_contain_text("takes part no more")


async def test_a_volunteer_joins_and_an_organizer_approves(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam volunteer")
    await visit.press("Volunteer")
    form = dialog(visit)
    await form.get_by_role("button", name="What can you help with?").click()
    await visit.page.get_by_role("option", name="SBOMs").click()
    await visit.page.keyboard.press("Escape")
    await form.get_by_label("Your hours").fill("9-17")
    await look(visit)
    await form.get_by_role("button", name="Join").click()
    await expect(dialog(visit)).to_contain_text("You want to be a volunteer")
    await told(visit, "wants to be a volunteer")
    await visit.press("Approve")
    await expect(visit.last).to_contain_text("is a volunteer now")
    await visit.say("/slam help-desk")
    await expect(visit.last).to_contain_text("3 volunteers")
    await look(visit)


async def test_whoever_asks_to_be_forgotten_sees_what_is_held_first(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam forget-me")
    await expect(visit.last).to_contain_text("your time zone")
    await look(visit)
    await visit.press("Forget me")
    await expect(visit.last).to_contain_text("All of it is deleted")
