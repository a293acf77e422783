from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands import next as next_
from rules.model import Evidence
from tests.builders import KELP, NOON, clomonitor, evidence, output, passing, project, scored, seen
from tests.commands.asking import Clock, buttons, call, lines, services, text


def kelp(store, found: Evidence | None = None):
    store.projects.declare([project()])
    store.evidence.keep("kelp", found or evidence(), NOON - timedelta(hours=1))
    return store


def without(*checks: str) -> Evidence:
    report = scored(results=passing(*(output(check) for check in checks)))
    return evidence(clomonitor=seen(clomonitor(report)))


def test_one_step_is_told_with_what_it_is_for_what_was_seen_and_how(stores):
    told = lines(next_.run(call("kelp"), services(kelp(stores, without("changelog")))))
    assert told[0] == "Kelp · next step"
    assert told[1] == "For The Cleaner: CLOMonitor documentation score is 100%."
    assert f"changelog is missing in {KELP}" in told[2]
    assert told[2].endswith("(CLOMonitor (https://example.org/kelp), 1 hour ago)")
    assert told[3].startswith("Wanted: A CHANGELOG file")
    assert told[4].startswith("Usual cause:")
    assert told[5].startswith("What to do:")
    assert told[-1].startswith(f"Next: Add to {KELP} a CHANGELOG file")
    assert "How: A changelog" in told[-1]


def test_it_is_one_step_however_much_is_missing(store):
    told = text(next_.run(call("kelp"), services(kelp(store, without("changelog", "contributing")))))
    assert told.count("Next:") == 1


def test_a_step_towards_an_awarded_badge_is_not_asked_for(store):
    kelp(store, without("changelog")).awards.award("kelp", "cleaner", "U0ORG1", NOON)
    assert "CHANGELOG" not in text(next_.run(call("kelp"), services(store)))


def test_when_every_badge_is_awarded_there_is_thanks(store):
    kelp(store, without("changelog"))
    for badge in services(store).edition.badges:
        store.awards.award("kelp", badge.id, "U0ORG1", NOON)
    assert "Every badge is awarded. Thank you" in text(next_.run(call("kelp"), services(store)))


def test_whoever_did_it_can_have_it_looked_at_again(store):
    offered = buttons(next_.run(call("kelp"), services(kelp(store, without("changelog")))))
    assert offered["Done? Look again"] == ("status.refresh", "kelp")
    assert offered["All badges"] == ("status.open", "kelp")
    assert offered["What else helps"] == ("resources.needs", "kelp")


def test_people_help_with_the_next_step(store):
    offered = buttons(next_.run(call("kelp"), services(kelp(store, without("changelog")))))
    assert offered["Ask for help"] == ("ask.open", "kelp cleaner documentation")
    assert "Ask for help" not in buttons(next_.run(call("kelp"), services(kelp(store))))


def test_a_project_that_was_not_looked_at_yet_says_so_and_when_it_will_be(store):
    store.projects.declare([project()])
    reply = next_.run(call("kelp"), services(store, Clock(due=NOON + timedelta(minutes=12))))
    assert "the first look is due about 20 Oct 2023, 12:12 UTC" in text(reply)
    assert buttons(reply) == {"Look now": ("status.refresh", "kelp")}


def test_of_several_projects_each_has_its_step(store):
    coral = replace(project(), id="coral", name="Coral", channel="C0CORAL")
    store.projects.declare([project(), coral])
    store.evidence.keep("kelp", without("changelog"), NOON)
    reply = next_.run(call(user="U0M1"), services(store))
    assert "Kelp" in lines(reply)
    assert f"Next: Add to {KELP} a CHANGELOG file" in text(reply)
    assert "Coral was not looked at yet" in text(reply)
    assert buttons(reply) == {"How": ("next.open", "kelp")}


def test_a_mistyped_project_gets_a_suggestion(store):
    reply = next_.run(call("klep"), services(kelp(store)))
    assert buttons(reply) == {"kelp": ("next.open", "kelp")}


def test_what_people_ask_for_is_noted_for_the_clock(store):
    clock = Clock()
    next_.run(call("kelp"), services(kelp(store), clock))
    assert clock.asked == ["kelp"]


@pytest.mark.parametrize(
    ("length", "spoken"),
    [
        (timedelta(minutes=1), "about 1 minute"),
        (timedelta(minutes=20), "about 20 minutes"),
        (timedelta(hours=1), "about 1 hour"),
        (timedelta(minutes=100), "about 2 hours"),
        (timedelta(hours=8), "about 1 day"),
        (timedelta(hours=20), "about 2 days"),
    ],
)
def test_effort_is_rough(length, spoken):
    assert next_.effort(length) == spoken
