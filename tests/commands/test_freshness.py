from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.blocks import message, section, unescape
from commands.freshness import freshness, spoken
from rules.model import Evidence, GitHub, Seen, Unavailable
from tests.builders import KELP, NOON, clomonitor, evidence, github, project, release, releases, seen, silent


def told(found: Evidence) -> list[str]:
    return unescape(message(section("\n".join(freshness(found, NOON)))).text).splitlines()


def test_each_source_is_as_old_as_the_oldest_thing_it_said():
    old = Seen("README.md", NOON - timedelta(hours=5), "https://example.org")
    assert told(evidence(github=github(files=old))) == [
        "Evidence: CLOMonitor 1 hour ago, GitHub 5 hours ago."
    ]


def test_a_source_that_answers_some_questions_is_silent_in_part():
    partly = github(releases={KELP: silent(seen(releases(release())))})
    assert (
        "⚠️ GitHub is silent in part since 20 Oct 2023, 10:00 UTC (503): what it said 1 hour ago stands."
        in told(evidence(github=partly))
    )


def test_what_it_never_answered_is_told_while_the_rest_stands():
    partly = github(releases={KELP: Unavailable("404: no such repository")})
    assert "⚠️ GitHub told nothing in part (404: no such repository)." in told(evidence(github=partly))


def test_what_was_never_asked_is_no_silence():
    assert told(Evidence(project(), seen(clomonitor()), GitHub())) == ["Evidence: CLOMonitor 1 hour ago."]


def test_when_nobody_answered_there_is_no_age():
    assert told(Evidence(project(), Unavailable("timed out"))) == [
        "⚠️ CLOMonitor told nothing yet (timed out)."
    ]


def test_a_failure_says_nothing_that_slack_would_act_upon():
    broken = replace(silent(seen(clomonitor())), failure="<!channel> *503* " + "x" * 500)
    line = freshness(evidence(clomonitor=broken), NOON)[1]
    assert "<!channel>" not in line
    assert "*" not in line
    assert len(line) < 300


def test_a_silent_source_is_named_once():
    assert told(Evidence(project(), Unavailable("CLOMonitor answered 503"))) == [
        "⚠️ CLOMonitor told nothing yet (answered 503)."
    ]


def test_one_more_source_is_named_by_its_field():
    assert spoken("scorecard") == "Scorecard"
