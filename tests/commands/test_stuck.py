from __future__ import annotations

import pytest

from commands import ask, hello, stuck
from commands import help as help_
from tests.commands.asking import buttons, text
from tests.commands.helping import ADA, by, desk

OFFER = "Shall I help? Next: tell me what happened."


@pytest.mark.parametrize(
    "said",
    [
        "I'm stuck on Scorecard",
        "stuck",
        "can somebody help me with the SBOM?",
        "Our release job fails",
        "there is an ERROR!",
        "workflow verification failed: imposter commit",
        "why is Branch-Protection -1 on scorecard",
    ],
)
def test_whoever_says_that_they_are_stuck_is_offered_help(store, said):
    for reply in (hello.run(by(ADA, text=said), desk(store)), stuck.run(by(ADA, text=said), desk(store))):
        assert text(reply) == OFFER
        assert buttons(reply) == {"Ask for help": ("ask.about", said)}


@pytest.mark.parametrize(
    "said", ["", "hello", "help", "statsu kelp", "What is this?", "Thank you, helpful bot!"]
)
def test_whoever_says_something_else_is_not(store, said):
    assert stuck.run(by(ADA, text=said), desk(store)).message is None
    assert OFFER not in text(hello.run(by(ADA, text=said), desk(store)))


@pytest.mark.parametrize("said", ["me", "me please", "I'm stuck on Scorecard"])
def test_whoever_asks_for_help_with_more_than_a_command_is_offered_it(store, said):
    assert text(help_.run(by(ADA, *said.split(), text=said), desk(store))) == OFFER


def test_what_was_said_stands_in_the_dialog(store):
    modal = ask.about(by(ADA, "What", "is", text='What is "-1"?\n  a: b'), desk(store)).modal
    assert 'What is "-1"?\n  a: b' in str([block.get("element") for block in modal.blocks]).replace(
        "\\n", "\n"
    )


def test_of_a_long_text_the_dialog_holds_how_it_begins_and_how_it_ends_and_that_is_said(store):
    said = f"Our release fails: {'a log, ' * 500}no permission"
    reply = stuck.run(by(ADA, text=said), desk(store))
    _, kept = buttons(reply)["Ask for help"]
    assert kept.startswith("Our release fails: a log")
    assert kept.endswith("a log, no permission")
    assert len(kept) == 2_000
    assert "Your text is long: its middle is left out." in text(reply)
