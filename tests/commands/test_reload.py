from __future__ import annotations

from bot.store import Store
from commands import reload
from tests.builders import NOON
from tests.commands.asking import call, text
from tests.commands.organizing import ORLA, OTTO, Desk


def test_a_configuration_without_mistakes_counts_at_once_and_for_every_process(store: Store):
    desk = Desk()
    answer = reload.run(call(user=ORLA), desk.services(store))
    assert "counts from now on" in text(answer)
    assert store.switches.told_to_reload() == NOON
    assert (desk.read, desk.woken) == (1, 1)


def test_a_configuration_with_mistakes_changes_nothing_and_they_are_named(store: Store):
    desk = Desk(
        mistakes=("config.yaml:12: reminders[2].milestone: no milestone 'x'", "config.yaml:3: <!here>")
    )
    answer = reload.run(call(user=ORLA), desk.services(store))
    assert "2 mistakes, so the old one stays" in text(answer)
    assert "config.yaml:12: reminders[2].milestone: no milestone 'x'" in text(answer)
    assert "<!here>" not in str(answer.message.blocks)
    assert store.switches.told_to_reload() is None
    assert desk.woken == 0


def test_a_hundred_long_mistakes_fit_an_answer(store: Store):
    desk = Desk(mistakes=tuple(f"config.yaml:{n}: {'<&>' * 1000}" for n in range(100)))
    assert "and 90 more" in text(reload.run(call(user=ORLA), desk.services(store)))


def test_nobody_else_reloads_and_they_hear_who_could(store: Store):
    desk = Desk()
    answer = reload.run(call(user="U0MAYA"), desk.services(store))
    assert f"<@{ORLA}>, <@{OTTO}>" in text(answer)
    assert desk.read == 0
