from __future__ import annotations

from commands import hello
from tests.builders import NOON, clomonitor, evidence, output, passing, project, scored, seen
from tests.commands.asking import buttons, call, lines, services, text


def test_a_greeting_tells_what_the_bot_is_for_and_what_to_type(store):
    told = lines(hello.run(call(), services(store)))
    assert told[0].startswith("Hello! I tell how far a project is on each badge of Security Slam 2023")
    assert any(line.startswith("`/slam badges [badge]`") for line in told)
    assert told[-1] == "Next: try `/slam status`."
    assert "organizers" not in "".join(told)


def test_in_a_projects_channel_it_gives_one_next_step(stores):
    stores.projects.declare([project()])
    report = scored(results=passing(output("changelog")))
    stores.evidence.keep("kelp", evidence(clomonitor=seen(clomonitor(report))), NOON)
    reply = hello.run(call(channel="C0KELP"), services(stores))
    assert text(reply).count("Next:") == 1
    assert "CHANGELOG" in text(reply)
    assert {action for action, _ in buttons(reply).values()} == {"status.open", "next.open"}


def test_of_a_project_that_was_not_looked_at_it_says_so(store):
    store.projects.declare([project()])
    assert "Kelp was not looked at yet" in text(hello.run(call(channel="C0KELP"), services(store)))


def test_whoever_has_several_projects_is_not_told_about_one_of_them(store):
    store.projects.declare([project(channel=None), project(id="coral", name="Coral", channel=None)])
    assert "Coral" not in text(hello.run(call(user="U0M1"), services(store)))


def test_what_was_written_to_the_bot_changes_nothing(store):
    assert hello.run(call("<!channel>", "hi"), services(store)) == hello.run(call(), services(store))
