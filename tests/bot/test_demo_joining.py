"""A project is registered, and a volunteer joins: in the demo's page, on a telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser import PHONE, assert_accessible, assert_fits
from tests.visit import SAID_WITHIN, Visit, running, visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KOFI, MARA, ORLA = "U0KOFI", "U0MARA", "U0ORLA"
DRIFT, ORGANIZERS = "C0DRIFT", "C0ORGS"


@pytest_asyncio.fixture(loop_scope="session")
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
    await visit.press_and_confirm("Take it out")
    await expect(visit.last).to_contain_text("takes part no more")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_maintainer_types_three_letters_and_registers_what_is_found(
    visit: Visit, scheme: Literal["light", "dark"]
) -> None:
    await visit.page.emulate_media(color_scheme=scheme)
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam register")
    await visit.press("Register another")
    found = dialog(visit).get_by_role("button", name="Find your project")
    await found.click()
    box = visit.page.get_by_role("combobox", name="Search: Type a part of its name")
    await expect(box).to_be_focused()
    await visit.page.keyboard.type("drift")
    option = visit.page.get_by_role("option")
    await expect(option).to_have_text(["Takes part as driftwood: Driftwood (cncf/driftwood)"])
    await look(visit)
    await box.fill("man")
    await expect(option).to_have_text(["Mangrove (cncf/mangrove)"])
    await look(visit)
    await visit.page.keyboard.press("Enter")
    await expect(found).to_contain_text("Mangrove (cncf/mangrove)")
    await dialog(visit).get_by_role("button", name="Register").click()
    await expect(dialog(visit)).to_contain_text(
        "Mangrove takes part, as mangrove. Every source answered just now."
    )
    await look(visit)
    await visit.page.keyboard.press("Escape")
    await visit.say("/slam register mangrove")
    await expect(visit.last).to_contain_text("cncf/mangrove")


async def test_a_repository_is_typed_and_chosen_with_the_mouse(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam register")
    await visit.press("Register another")
    await dialog(visit).get_by_role("button", name="Find your project").click()
    await visit.page.keyboard.type("https://github.com/mangrove-demo/mangrove-docs")
    await visit.page.get_by_role("option", name="Repository mangrove-demo/mangrove-docs").click()
    await dialog(visit).get_by_label("The project's name").fill("The handbook")
    await dialog(visit).get_by_role("button", name="Register").click()
    await expect(dialog(visit)).to_contain_text("The handbook takes part, as the-handbook.")


async def test_whoever_asks_to_join_a_project_is_added_by_its_maintainer(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam register")
    await visit.press("Register another")
    await dialog(visit).get_by_label("The project's name").fill("Seagrass")
    await dialog(visit).get_by_label("Its repositories on GitHub").fill("driftwood-demo/driftwood")
    await dialog(visit).get_by_role("button", name="Register").click()
    await expect(dialog(visit).get_by_role("button", name="Where it stands")).to_be_visible()
    await visit.page.keyboard.press("Escape")
    await visit.go(MARA, "C0RANDOM")
    await visit.say("/slam register seagrass")
    await visit.press("Ask to join")
    await expect(visit.last).to_contain_text("I told @Kofi Mensah")
    await look(visit)
    await visit.go(KOFI, "D0KOFI")
    await visit.reads("asks to speak for Seagrass with you")
    await look(visit)
    await visit.press("Add them")
    await expect(visit.last).to_contain_text("speaks for Seagrass now")
    await visit.go(MARA, "D0MARA")
    await visit.reads("added you: you speak for Seagrass now")
    await look(visit)


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
    await visit.go(KOFI, "D0KOFI")
    await visit.reads("approved it: you are a volunteer")
    await look(visit)
    await visit.go(ORLA, ORGANIZERS)
    await visit.say("/slam help-desk")
    await expect(visit.last).to_contain_text("3 volunteers")
    await look(visit)


async def test_whoever_asks_to_be_forgotten_sees_what_is_held_first(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam forget-me")
    await expect(visit.last).to_contain_text("your time zone")
    await look(visit)
    await visit.press_and_confirm("Forget me")
    await expect(visit.last).to_contain_text("All of it is deleted")
