"""Somebody is stuck, and somebody helps: in the demo's page, each in their own view."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser import PHONE, assert_accessible, assert_fits
from tests.visit import SAID_WITHIN, Visit, running, visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MARA, KOFI, RUTH, ORLA, VIKRAM, ADA = "U0MARA", "U0KOFI", "U0RUTH", "U0ORLA", "U0VIKRAM", "U0ADA"
HOME = "A0HOME"
DRIFT, SALT, HELP, ORGANIZERS = "C0DRIFT", "C0SALT", "C0HELP", "C0ORGS"
ODD = "scorecard Why is the moon not counted as a contributor?"


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, tmp_path: Path) -> AsyncIterator[Visit]:
    """It begins at 9:00 UTC: Vikram in Kolkata and Adaeze in Lagos are on duty, Ruth's Vancouver sleeps."""
    async with running(tmp_path) as demo, visiting(browser, demo) as one:
        yield one


def card(visit: Visit, words: str) -> Locator:
    """The card of a question, with its thread."""
    return visit.page.locator("#messages > article").filter(has_text=words)


async def still_stuck(visit: Visit, user: str, channel: str, question: str) -> None:
    await visit.go(user, channel)
    await visit.say(f"/slam ask {question}")
    await visit.press(re.compile("Still stuck|Ask a volunteer"))
    await expect(visit.last).to_contain_text("slam-help")


async def claim(visit: Visit, user: str, words: str) -> Locator:
    """Take the question that has these words; gives back its card."""
    await visit.go(user, HELP)
    found = card(visit, words)
    await expect(found).to_contain_text("can you help", timeout=SAID_WITHIN)
    await found.get_by_role("button", name=re.compile("^Claim")).first.click()
    await expect(found).to_contain_text("has it", timeout=SAID_WITHIN)
    return found


async def reply(visit: Visit, message: Locator, words: str) -> None:
    """Answer in a message's thread."""
    await message.hover()
    await message.get_by_role("button", name="More about this message").first.click()
    await visit.page.get_by_role("menuitem", name="Reply in a thread").click()
    await visit.page.get_by_role("textbox", name="Message").fill(words)
    await visit.page.keyboard.press("Enter")
    await expect(message.get_by_role("region", name="Thread")).to_contain_text(words)


async def test_what_is_known_already_solves_it_and_nobody_is_asked(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    answer = await visit.say("/slam ask scorecard why is Branch-Protection -1?")
    await expect(answer).to_contain_text("repository rulesets")
    await expect(answer).to_contain_text(
        "Scorecard on driftwood-demo/driftwood: Branch-Protection has no result, -1"
    )
    await expect(answer).to_contain_text("Also low: Signed-Releases 0, Token-Permissions 0")
    await visit.press("That solved it")
    await expect(visit.last).to_contain_text("Good to hear")
    await visit.go(VIKRAM, HELP)
    await expect(visit.page.locator("article:not(.ephemeral)")).to_have_count(0)


async def test_a_volunteer_takes_it_they_talk_in_its_thread_and_it_is_solved(visit: Visit) -> None:
    await still_stuck(visit, KOFI, DRIFT, ODD)
    found = await claim(visit, VIKRAM, "the moon")
    await expect(found).to_contain_text("Driftwood")
    await expect(found).to_contain_text("Vikram Rao took it", timeout=SAID_WITHIN)
    await expect(found.get_by_role("button", name=re.compile("^Claim"))).to_have_count(0)
    await reply(visit, found, "It has committed nothing so far.")
    await visit.go(KOFI, HELP)
    asked = card(visit, "the moon")
    await reply(visit, asked, "Of course, thank you!")
    await visit.page.get_by_role("button", name=re.compile("^Mark as resolved")).first.click()
    await expect(asked).to_contain_text(re.compile("Resolved today, .* by @"), timeout=SAID_WITHIN)
    await reply(visit, asked, "But Scorecard still says so?")
    await expect(asked).to_contain_text("reopened it", timeout=SAID_WITHIN)
    await visit.go(KOFI, HOME)
    await expect(visit.page.locator(".home")).to_contain_text("Vikram Rao has it")


async def test_who_is_not_in_the_help_channel_is_met_in_a_conversation_of_three(visit: Visit) -> None:
    await still_stuck(visit, RUTH, SALT, ODD)
    await expect(visit.page.get_by_role("link", name="slam-help")).to_have_count(0)
    await claim(visit, VIKRAM, "the moon")
    await visit.page.get_by_role("link", name="Ruth Amador and Slam Bot").click(timeout=SAID_WITHIN)
    await expect(visit.last).to_contain_text("Vikram Rao takes it", timeout=SAID_WITHIN)
    await expect(visit.last).to_contain_text("the moon")
    await visit.say("It has committed nothing so far.")
    await visit.go(RUTH, SALT)
    await visit.page.get_by_role("link", name="Vikram Rao and Slam Bot").click()
    await visit.page.get_by_role("button", name=re.compile("^Mark as resolved")).first.click()
    await visit.reads("Resolved, says")
    await visit.go(VIKRAM, HELP)
    await expect(card(visit, "the moon")).to_contain_text(
        re.compile("Resolved today, .* by @"), timeout=SAID_WITHIN
    )


async def test_organizers_see_what_waits_and_volunteers_what_is_theirs(visit: Visit) -> None:
    await still_stuck(visit, KOFI, DRIFT, ODD)
    await visit.go(ORLA, ORGANIZERS)
    desk = await visit.say("/slam help-desk")
    await expect(desk).to_contain_text("1 question that nobody has")
    await expect(desk).to_contain_text("2 volunteers, 2 on duty now")
    await expect(desk).to_contain_text("the moon")
    await claim(visit, VIKRAM, "the moon")
    await visit.go(VIKRAM, DRIFT)
    await expect(await visit.say("/slam volunteer")).to_contain_text("3 questions, 1 now")


async def test_outside_everybodys_hours_the_asker_is_told_when_to_expect_somebody(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.forward("1 day", "1 hour", "1 hour", "1 hour", "1 hour", "1 hour", "1 hour", "1 hour")
    await visit.say(f"/slam ask {ODD}")
    await visit.press("Still stuck")
    await expect(visit.last).to_contain_text("expect somebody from")


async def test_a_message_becomes_a_question(visit: Visit) -> None:
    await visit.go(MARA, HELP)
    said = await visit.say("Our signing step says imposter commit, and I am lost")
    await said.hover()
    await said.get_by_role("button", name="More about this message").click()
    await visit.page.get_by_role("menuitem", name="Ask a volunteer").click()
    dialog = visit.page.get_by_role("dialog", name="Ask for help")
    await expect(dialog.get_by_role("textbox", name="Your question")).to_have_value(
        "Our signing step says imposter commit, and I am lost"
    )
    await assert_accessible(visit.page)
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    answer = visit.page.get_by_role("dialog", name="Ask", exact=True)
    await expect(answer).to_contain_text("Here is what I know about it")
    await answer.get_by_role("button", name="That solved it").click()
    await expect(answer).to_contain_text("Good to hear")


async def test_beside_what_is_missing_there_is_help(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.say("/slam status driftwood mechanizer")
    await visit.press("Ask for help")
    dialog = visit.page.get_by_role("dialog", name="Ask for help")
    await dialog.get_by_role("textbox", name="Your question").fill("How do we begin with it?")
    await dialog.get_by_role("button", name="Ask", exact=True).click()
    answer = visit.page.get_by_role("dialog", name="Ask", exact=True)
    await expect(answer).to_contain_text("Seen: no SBOM in 2 of 3 releases")


async def test_a_course_that_is_done_is_not_offered_again(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    offered = await visit.say("/slam resources defender")
    await expect(offered).to_contain_text("LFEL1006")
    await visit.press("Mark as done")
    await expect(visit.last).not_to_contain_text("Mark as done")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("how", [pytest.param(PHONE, id="phone"), pytest.param({}, id="desk")])
async def test_help_can_be_read_by_everybody(
    browser: Browser, tmp_path: Path, scheme: str, how: dict[str, Any]
) -> None:
    async with running(tmp_path) as demo, visiting(browser, demo, color_scheme=scheme, **how) as visit:
        await still_stuck(visit, KOFI, DRIFT, "scorecard why is Branch-Protection -1 and Code-Review low?")
        await visit.say("/slam ask scorecard why is Branch-Protection -1?")
        await visit.say("/slam ask")
        await visit.say("/slam resources")
        await assert_fits(visit.page)
        await assert_accessible(visit.page)
        await claim(visit, VIKRAM, "Code-Review low")
        await visit.say("/slam volunteer")
        await assert_fits(visit.page)
        await assert_accessible(visit.page)
        await visit.go(ORLA, ORGANIZERS)
        await visit.say("/slam help-desk")
        await assert_fits(visit.page)
        await assert_accessible(visit.page)
        await visit.go(KOFI, HOME)
        await expect(visit.page.locator(".home")).to_contain_text("Vikram Rao has it")
        await assert_fits(visit.page)
        await assert_accessible(visit.page)
