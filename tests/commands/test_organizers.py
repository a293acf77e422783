"""What is for organizers, wherever it is offered."""

from __future__ import annotations

from importlib import import_module

import pytest

from bot.playground.blockkit import message_mistakes
from bot.store import Store
from commands.help import known
from tests.commands.asking import call, text
from tests.commands.organizing import MAYA, ORLA, OTTO, Desk

FOR_ORGANIZERS = sorted(name for name, each in known().items() if "For organizers." in each.text)


def test_there_are_commands_for_organizers():
    assert {"announce", "outbox", "pause", "reach", "reload"} <= set(FOR_ORGANIZERS)


def test_what_says_so_is_listed_for_organizers_only():
    assert sorted(name for name, each in known().items() if each.is_for_organizers) == FOR_ORGANIZERS


@pytest.mark.parametrize("name", FOR_ORGANIZERS)
def test_it_matters_there_whether_somebody_is_a_guest(name: str):
    assert import_module(f"commands.{name}").ASKS_WHO


@pytest.mark.parametrize("words", [(), ("1",), ("kelp",)])
@pytest.mark.parametrize("name", FOR_ORGANIZERS)
def test_everybody_else_is_told_who_could(store: Store, name: str, words: tuple[str, ...]):
    desk = Desk()
    answer = import_module(f"commands.{name}").run(call(*words, user=MAYA), desk.services(store))
    assert f"<@{ORLA}>, <@{OTTO}>" in text(answer)
    assert (desk.woken, desk.read) == (0, 0)


@pytest.mark.parametrize("typed", ["<!channel>", "`" * 90, "*_~" * 90, "\0\ud800", "x" * 3000, "\u202eabc"])
@pytest.mark.parametrize("name", FOR_ORGANIZERS)
def test_whatever_an_organizer_types_is_answered_and_mentions_nobody(store: Store, name: str, typed: str):
    command = import_module(f"commands.{name}")
    answer = command.run(call(typed, user=ORLA), Desk().services(store))
    assert message_mistakes(list(answer.message.blocks)) == []
    assert "<!channel>" not in str(answer.message.blocks)
    for button in getattr(command, "BUTTONS", {}).values():
        pressed = button(call(typed, typed, user=ORLA), Desk().services(store))
        assert "<!channel>" not in str(pressed.message)
