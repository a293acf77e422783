from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands import status
from rules.model import Attestation, Criterion, Evidence, Outcome, Unavailable
from rules.progress import fingerprint, measure
from tests.builders import (
    KELP,
    NOON,
    clomonitor,
    edition,
    evidence,
    finding,
    github,
    output,
    passing,
    project,
    scored,
    seen,
    silent,
)
from tests.commands.asking import Clock, buttons, call, lines, services, text


def kelp(store, found: Evidence | None = None, **changes):
    """Kelp is registered and was looked at."""
    declared = project(**changes)
    store.projects.declare([declared])
    store.evidence.keep(
        declared.id, replace(found or evidence(), project=declared), NOON - timedelta(hours=1)
    )
    return store


def without_changelog() -> Evidence:
    report = scored(results=passing(output("changelog")))
    return evidence(clomonitor=seen(clomonitor(report)))


def line_of(badge: str, reply) -> int:
    return next(number for number, line in enumerate(lines(reply)) if f"{badge}:" in line)


def test_each_badge_has_a_line_with_its_state_and_a_meter(stores):
    reply = status.run(call("kelp"), services(kelp(stores, without_changelog())))
    assert "🟡 The Cleaner: 4 of 6 ▰▰▰▰▱▱ partial" in lines(reply)
    assert "✅ The Inspector: 2 of 2 ▰▰ evidence found" in lines(reply)


def test_what_is_missing_first_stands_under_its_badge(store):
    reply = status.run(call("kelp"), services(kelp(store, without_changelog())))
    below = lines(reply)[line_of("The Cleaner", reply) + 1]
    assert below.startswith("Missing first: documentation")
    assert f"Add to {KELP} a CHANGELOG file" in below


def test_what_only_a_person_can_judge_is_said_to_be_so(store):
    reply = status.run(call("kelp"), services(kelp(store)))
    assert lines(reply)[line_of("The Defender", reply) + 1] == "For a person to judge: check sets"


def test_it_ends_with_the_one_next_step_how_long_it_takes_and_where_to_read_how(store):
    last = lines(status.run(call("kelp"), services(kelp(store, without_changelog()))))[-1]
    assert last.startswith(f"Next: Add to {KELP} a CHANGELOG file")
    assert " – about 15 minutes. How: " in last


def test_nobody_is_told_that_a_badge_is_earned(store):
    assert "earned" not in text(status.run(call("kelp"), services(kelp(store))))


def test_when_nothing_is_missing_the_organizers_are_next(store):
    last = lines(status.run(call("kelp"), services(kelp(store, complete()))))[-1]
    assert last.startswith(
        "Everything that a program can see is there. Next: tell the organizers in #security-slam"
    )


def complete() -> Evidence:
    return evidence(github=replace(github(), guidance=seen(())))


def test_a_badge_is_awarded_once_an_organizer_awarded_it(store):
    kelp(store, without_changelog()).awards.award("kelp", "cleaner", "U0ORG1", NOON - timedelta(days=1))
    reply = status.run(call("kelp"), services(store))
    assert "🏅 The Cleaner: 4 of 6 ▰▰▰▰▱▱ awarded 19 Oct 2023, 12:00 UTC" in lines(reply)
    assert "CHANGELOG" not in text(reply), "an awarded badge asks for nothing more"


def test_new_evidence_shows_in_the_very_next_answer(stores):
    kelp(stores)
    assert "CHANGELOG" not in text(status.run(call("kelp"), services(stores)))
    stores.evidence.keep("kelp", without_changelog(), NOON)
    assert "CHANGELOG" in text(status.run(call("kelp"), services(stores)))


def test_the_age_of_the_evidence_is_said(store):
    assert "Evidence: CLOMonitor 1 hour ago, GitHub 1 hour ago." in lines(
        status.run(call("kelp"), services(kelp(store)))
    )


def test_a_silent_source_is_said_to_be_silent_and_since_when_while_its_answer_stands(store):
    reply = status.run(call("kelp"), services(kelp(store, evidence(clomonitor=silent(seen(clomonitor()))))))
    warning = "⚠️ CLOMonitor is silent since 20 Oct 2023, 10:00 UTC (503): what it said 1 hour ago stands."
    assert warning in lines(reply)
    assert lines(reply)[line_of("The Cleaner", reply)].endswith("evidence found")


def test_a_source_that_never_answered_is_said_to_be_unknown(store):
    reply = status.run(
        call("kelp"), services(kelp(store, evidence(clomonitor=Unavailable("503 at 11:00 UTC"))))
    )
    assert "⚠️ CLOMonitor told nothing yet (503 at 11:00 UTC)." in lines(reply)
    assert lines(reply)[line_of("The Defender", reply)].endswith("unknown")
    assert (
        lines(reply)[line_of("The Defender", reply) + 1] == "Not known yet: repositories – 503 at 11:00 UTC"
    )


def test_what_is_not_known_asks_for_nothing(store):
    long = Unavailable("the connection was closed while the answer came in, " * 5)
    told = text(
        status.run(call("kelp"), services(kelp(store, evidence(github=github(self_assessments=long)))))
    )
    assert "Not known yet: self assessment – the connection was closed" in told
    assert "template" not in told


def test_while_a_source_is_awaited_nothing_is_asked_of_the_maintainer(store):
    last = lines(status.run(call("kelp"), services(kelp(store, evidence(clomonitor=Unavailable("503"))))))[-1]
    assert last.startswith("Next: look again in an hour")


def test_a_project_that_was_not_looked_at_yet_says_so_and_when_it_will_be(stores):
    stores.projects.declare([project()])
    reply = status.run(call("kelp"), services(stores, Clock(due=NOON + timedelta(minutes=12))))
    assert "Kelp was not looked at yet: the first look is due about 20 Oct 2023, 12:12 UTC." in text(reply)
    assert buttons(reply) == {"Look now": ("status.refresh", "kelp")}


def test_a_first_look_that_nobody_can_date_is_due_soon(store):
    store.projects.declare([project()])
    assert "the first look is due soon" in text(status.run(call("kelp"), services(store)))


# --- Which project -----------------------------------------------------------------------------------------


def test_in_a_projects_channel_no_name_is_needed(stores):
    assert "Kelp · Security Slam 2023" in lines(status.run(call(channel="C0KELP"), services(kelp(stores))))


def test_elsewhere_it_is_the_callers_project(stores):
    assert "Kelp · Security Slam 2023" in lines(status.run(call(user="U0M1"), services(kelp(stores))))


def test_of_several_projects_each_has_a_line_and_a_button_to_look_closer(stores):
    declared = [project(), project(id="coral", name="Coral", channel="C0CORAL")]
    stores.projects.declare(declared)
    stores.evidence.keep("kelp", evidence(), NOON)
    reply = status.run(call(user="U0M1"), services(stores))
    assert "Kelp: evidence found for 5 of 5 badges ▰▰▰▰▰" in lines(reply)
    assert "Coral was not looked at yet: the first look is due soon." in lines(reply)
    assert buttons(reply)["Look closer"][0] == "status.open"


@pytest.mark.parametrize("typed", [("kelp",), ("Kelp",), ("KELP",)])
def test_a_project_is_found_in_whichever_case_it_was_typed(store, typed):
    assert "Kelp · Security Slam 2023" in lines(status.run(call(*typed), services(kelp(store))))


def test_a_project_of_two_words_is_found_as_it_is_spoken(store):
    kelp(store, id="kelp-forest", name="Kelp Forest")
    assert "Kelp Forest · Security Slam 2023" in lines(status.run(call("Kelp", "Forest"), services(store)))


def test_a_mistyped_project_gets_a_suggestion_and_a_button_for_it(stores):
    reply = status.run(call("klep"), services(kelp(stores)))
    assert "No project `klep` is registered. Did you mean `kelp`?" in lines(reply)
    assert buttons(reply) == {"kelp": ("status.open", "kelp")}


def test_a_project_like_no_other_gets_the_way_to_the_list(store):
    reply = status.run(call("zzzzzz"), services(kelp(store)))
    assert lines(reply) == ["No project `zzzzzz` is registered. `/slam projects` lists those that are."]


def test_whoever_has_no_project_is_told_how_to_name_one(store):
    assert "`/slam status kelp`" in text(status.run(call(), services(kelp(store))))


def test_before_anybody_registered_the_badges_are_shown_the_way(store):
    assert "No project is registered yet" in text(status.run(call(), services(store)))


@pytest.mark.parametrize(
    "typed",
    ["<!channel>", "<@U0M1>", "<https://evil.example|kelp>", "*bold*", "`code`", "a\nb", "x" * 3000, "&lt;"],
)
def test_what_people_type_is_shown_and_does_nothing(store, typed):
    reply = status.run(call(typed), services(kelp(store)))
    assert reply.message is not None
    shown = reply.message.blocks[0]["text"]["text"]
    assert shown.startswith("No project `")
    assert "<" not in shown
    assert shown.count("`") % 2 == 0
    assert lines(reply)


# --- The season --------------------------------------------------------------------------------------------


def test_while_the_slam_is_on_its_end_is_quoted(store):
    assert "Submissions close: 7 Nov 2023, 11:59 UTC." in lines(
        status.run(call("kelp"), services(kelp(store)))
    )


def test_after_the_end_it_is_said_to_be_over_and_since_when(store):
    late = edition().ends.at + timedelta(days=40)
    reply = status.run(call("kelp", now=late), services(kelp(store)))
    assert "Security Slam 2023 has been over since 7 Nov 2023, 11:59 UTC." in text(reply)
    assert "Submissions close" not in text(reply)


def test_before_the_beginning_it_is_said_when_it_opens(store):
    early = edition().opens.at - timedelta(days=1)
    reply = status.run(call("kelp", now=early), services(kelp(store)))
    assert "Security Slam 2023 has not begun: it opens 10 Oct 2023, 12:00 UTC." in text(reply)


# --- One badge ---------------------------------------------------------------------------------------------


def test_a_badges_page_tells_every_criterion_with_source_and_age_what_is_left_first(store):
    reply = status.run(call("kelp", "cleaner"), services(kelp(store, without_changelog())))
    told = lines(reply)
    assert told[0] == "Kelp · The Cleaner"
    missing = told.index("⬜ CLOMonitor documentation score is 100%: missing")
    found = told.index("✅ CLOMonitor license score is 100%: found")
    assert missing < found
    assert told[missing + 1].endswith("(CLOMonitor (https://example.org/kelp), 1 hour ago)")
    assert told[missing + 2].startswith(f"→ Add to {KELP} a CHANGELOG file")
    assert told[-1].startswith("Next: Add to")


def test_an_exemption_is_told_with_its_reason(store):
    report = scored(results=passing(output("changelog", exempt=True, reason="one page <b>only</b>")))
    reply = status.run(
        call("kelp", "cleaner"), services(kelp(store, evidence(clomonitor=seen(clomonitor(report)))))
    )
    assert "☑️ CLOMonitor documentation score is 100%: exempt" in lines(reply)
    assert "one page <b>only</b>" in text(reply)


def test_the_badge_of_this_channels_project_needs_only_the_badge(store):
    assert (
        lines(status.run(call("cleaner", channel="C0KELP"), services(kelp(store))))[0] == "Kelp · The Cleaner"
    )


def test_the_page_of_a_badge_with_all_its_evidence_sends_to_the_organizers(store):
    last = lines(status.run(call("kelp", "inspector"), services(kelp(store))))[-1]
    assert last.startswith("Next: tell the organizers in #security-slam")


def test_the_page_of_an_awarded_badge_asks_for_nothing(store):
    kelp(store, without_changelog()).awards.award("kelp", "cleaner", "U0ORG1", NOON)
    assert (
        lines(status.run(call("kelp", "cleaner"), services(store)))[-1]
        == "Next: nothing; the badge is yours."
    )


def test_who_attested_a_finding_is_named_as_slack_names_people(store):
    kelp(store)
    judged = next(b for b in measure(edition(), evidence()).badges if b.badge == "cleaner").findings
    sets = next(finding for finding in judged if finding.outcome is Outcome.NEEDS_PERSON)
    word = Attestation("cleaner", sets.criterion, "U0ORG1", NOON, "I *looked*", fingerprint(sets))
    store.attestations.attest("kelp", word)
    reply = status.run(call("kelp", "cleaner"), services(store))
    assert "<@U0ORG1> attested it on 2023-10-20: I ∗looked∗." in text(reply)


def test_a_project_with_a_hundred_repositories_fits_what_slack_takes(store):
    names = [f"kelp-io/repository-{number:03}-with-a-rather-long-name" for number in range(100)]
    report = clomonitor(*[scored(name, results=passing(output("changelog"))) for name in names])
    kelp(store, evidence(clomonitor=seen(report)), repositories=tuple(names))
    for badge in edition().badges:
        assert lines(status.run(call("kelp", badge.id), services(store)))
    assert lines(status.run(call("kelp"), services(store)))


# --- Buttons -----------------------------------------------------------------------------------------------


def test_the_overview_offers_details_the_next_step_a_refresh_and_sharing(store):
    offered = buttons(status.run(call("kelp"), services(kelp(store, without_changelog()))))
    assert offered["Next step"] == ("next.open", "kelp")
    assert offered["Refresh"] == ("status.refresh", "kelp")
    assert offered["Share here"] == ("status.share", "kelp")
    assert offered["The Mechanizer"] == ("status.badge", "kelp mechanizer")


def test_an_answer_is_seen_by_the_asker_alone_until_it_is_shared(store):
    kelp(store)
    assert not status.run(call("kelp"), services(store)).shared
    shared = status.BUTTONS["share"](call("kelp", user="U0M1"), services(store))
    assert shared.shared
    assert not shared.replace
    assert "Shared by <@U0M1>" in text(shared)


def test_what_was_shared_offers_nothing_that_would_change_it_for_everybody(store):
    offered = buttons(status.BUTTONS["share"](call("kelp"), services(kelp(store))))
    assert {action for action, _ in offered.values()} == {"status.badge", "status.open"}


def test_a_project_that_was_not_looked_at_is_not_shared(store):
    store.projects.declare([project()])
    assert not status.BUTTONS["share"](call("kelp"), services(store)).shared


def test_where_nothing_is_missing_no_step_is_offered(store):
    assert "Next step" not in buttons(status.run(call("kelp"), services(kelp(store))))


def test_in_the_home_there_is_nowhere_to_share(store):
    assert "Share here" not in buttons(
        status.BUTTONS["open"](call("kelp", channel=""), services(kelp(store)))
    )


async def test_a_refresh_says_at_once_that_it_asks_and_then_how_that_went(stores):
    kelp(stores)
    clock = Clock(went="GitHub's limit is used up until 12:40 UTC; what was seen before stands.")
    at_once = status.BUTTONS["refresh"](call("kelp"), services(stores, clock))
    assert "Asking the sources now" in lines(at_once)[1]
    assert at_once.replace
    assert at_once.later is not None
    assert clock.refreshed == []

    stores.evidence.keep("kelp", without_changelog(), NOON)
    then = await at_once.later()
    assert clock.refreshed == ["kelp"]
    assert lines(then)[1] == clock.went
    assert then.replace
    assert "CHANGELOG" in text(then)


async def test_a_first_look_can_be_asked_for(store):
    store.projects.declare([project()])
    at_once = status.BUTTONS["refresh"](call("kelp"), services(store))
    assert at_once.later is not None
    store.evidence.keep("kelp", evidence(), NOON)
    assert "evidence found" in text(await at_once.later())


@pytest.mark.parametrize("button", sorted(status.BUTTONS))
@pytest.mark.parametrize("value", ["", "gone", "gone cleaner", "<!channel>"])
def test_a_button_of_a_project_that_is_gone_gets_a_polite_answer(store, button, value):
    kelp(store)
    assert lines(status.BUTTONS[button](call(*value.split()), services(store)))


def test_what_people_ask_for_is_noted_for_the_clock(store):
    clock = Clock()
    status.run(call("kelp"), services(kelp(store), clock))
    assert clock.asked == ["kelp"]


def test_a_badge_with_a_criterion_for_each_of_many_repositories_still_ends_with_what_to_do(store):
    def judge(settings, found):
        return tuple(finding(criterion=f"sbom:kelp-io/r{n}", step=f"Do {n}") for n in range(90))

    slam = edition()
    crowded = replace(slam.badges[0], criteria=(Criterion("sbom", None, judge),))
    reply = status.run(call("kelp", "cleaner"), services(kelp(store), slam=replace(slam, badges=(crowded,))))
    assert "… and 50 more criteria." in lines(reply)
    assert lines(reply)[-1] == "Next: Do 0."
    assert "Next step" in buttons(reply)
