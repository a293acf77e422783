from __future__ import annotations

from commands import projects
from tests.builders import project
from tests.commands.asking import buttons, call, elements, lines, services, text


def many(store, count: int):
    store.projects.declare([project(id=f"kelp-{n:03}", name=f"Kelp {n}") for n in range(count)])
    return store


def test_those_who_take_part_are_listed_with_their_channel(stores):
    stores.projects.declare([project(), project(id="coral", name="Coral <3", channel=None)])
    told = lines(projects.run(call(), services(stores)))
    assert told[0] == "Security Slam 2023: 2 projects"
    assert "• Kelp  `kelp`  <#C0KELP>" in told
    assert "• Coral <3  `coral`" in told
    assert told[-1] == "Next: look closer at one, or type `/slam status coral`."


def test_one_can_be_chosen_from_the_list(store):
    reply = projects.run(call(), services(many(store, 3)))
    (choice,) = [element for element in elements(reply.message.blocks) if element["type"] == "static_select"]
    assert choice["action_id"] == "status.open"
    assert [option["value"] for option in choice["options"]] == ["kelp-000", "kelp-001", "kelp-002"]


def test_a_long_list_comes_in_pages(stores):
    first = projects.run(call(), services(many(stores, 45)))
    assert "Kelp 19" in text(first)
    assert "Kelp 20" not in text(first)
    action, value = buttons(first)["More"]
    assert action == "projects.more"
    second = projects.BUTTONS["more"](call(value), services(stores))
    assert second.replace
    assert "• Kelp 20  `kelp-020`  <#C0KELP>" in lines(second)
    third = projects.BUTTONS["more"](call(buttons(second)["More"][1]), services(stores))
    assert "More" not in buttons(third)
    assert "Kelp 44" in text(third)


def test_after_the_last_page_it_is_said_to_be_the_last(store):
    after = projects.BUTTONS["more"](call("zzz"), services(many(store, 3)))
    assert "the last" in text(after)


def test_those_with_a_name_like_a_word_are_found(store):
    reply = projects.run(call("kelp-01"), services(many(store, 30)))
    assert "• Kelp 10  `kelp-010`  <#C0KELP>" in lines(reply)


def test_a_word_that_is_in_no_name_is_shown_and_does_nothing(store):
    assert "No project has a name like `<!channel>`." in text(
        projects.run(call("<!channel>"), services(many(store, 3)))
    )


def test_before_anybody_registered_the_organizers_are_next(store):
    assert "ask the organizers in #security-slam" in text(projects.run(call(), services(store)))
