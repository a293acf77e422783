from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store import Store
from commands import pause
from tests.builders import NOON
from tests.commands.asking import buttons, call, text
from tests.commands.organizing import ORLA, OTTO, Desk

HOUR = timedelta(hours=1)


def test_an_organizer_silences_what_is_sent_by_itself(store: Store):
    answer = pause.run(call(user=ORLA), Desk().services(store))
    assert "Commands still answer" in text(answer)
    assert buttons(answer) == {"Resume": ("pause.off", "")}
    paused = store.switches.paused()
    assert paused is not None
    assert paused.by == ORLA


def test_whoever_pauses_second_hears_who_was_first(store: Store):
    pause.run(call(user=ORLA), Desk().services(store))
    answer = pause.run(call(user=OTTO, now=NOON + HOUR), Desk().services(store))
    assert f"by <@{ORLA}>" in text(answer)
    assert store.switches.paused().at == NOON


@pytest.mark.parametrize("word", ["off", "OFF", "resume"])
def test_it_goes_on_when_an_organizer_says_so(store: Store, word: str):
    desk = Desk()
    pause.run(call(user=ORLA), desk.services(store))
    answer = pause.run(call(word, user=OTTO, now=NOON + 2 * HOUR), desk.services(store))
    assert "paused 2 hours ago" in text(answer)
    assert "`/slam outbox`" in text(answer)
    assert store.switches.paused() is None
    assert desk.woken == 1


def test_the_button_resumes_and_its_message_says_so(store: Store):
    pause.run(call(user=ORLA), Desk().services(store))
    answer = pause.off(call(user=OTTO), Desk().services(store))
    assert answer.replace
    assert "Resumed" in text(answer)
    assert store.switches.paused() is None


def test_what_is_not_paused_is_not_resumed(store: Store):
    desk = Desk()
    assert "not paused" in text(pause.run(call("off", user=ORLA), desk.services(store)))
    assert desk.woken == 0


def test_another_word_changes_nothing_and_is_told_what_to_type(store: Store):
    assert "`/slam pause [off]`" in text(pause.run(call("everything", user=ORLA), Desk().services(store)))
    assert store.switches.paused() is None


@pytest.mark.parametrize("answerer", [pause.run, pause.off])
def test_nobody_else_pauses_or_resumes_and_they_hear_who_could(store: Store, answerer):
    store.switches.pause(ORLA, NOON)
    answer = answerer(call(user="U0MAYA"), Desk().services(store))
    assert f"<@{ORLA}>, <@{OTTO}>" in text(answer)
    assert store.switches.paused() is not None


def test_nobody_else_pauses_what_runs(store: Store):
    pause.run(call(user="U0MAYA"), Desk().services(store))
    assert store.switches.paused() is None
