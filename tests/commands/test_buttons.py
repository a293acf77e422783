from __future__ import annotations

from bot.slack import walk
from commands import badges, deadlines, hello, home, projects, remind, resources, status
from commands import next as next_
from tests.builders import NOON, evidence, project
from tests.commands.asking import action_of, call, elements, services


def test_every_button_that_is_offered_has_somebody_to_answer_it(store):
    store.projects.declare([project(), project(id="coral", name="Coral", channel=None)])
    store.evidence.keep("kelp", evidence(), NOON)
    at_hand = services(store)
    replies = [
        command.run(call(*words, user="U0M1"), at_hand)
        for command in (status, next_, badges, projects, hello, remind, deadlines, resources)
        for words in ((), ("kelp",), ("kelp", "cleaner"), ("coral",), ("klep",))
    ]
    replies.append(status.share(call("kelp"), at_hand))
    drawn = [reply.message.blocks for reply in replies] + [home.view(call(user="U0M1"), at_hand)["blocks"]]
    offered = {action_of(element) for blocks in drawn for element in elements(blocks)}
    assert {"status.open", "status.badge", "next.open", "badges.open"} <= offered
    assert offered <= set(walk().buttons)
