from __future__ import annotations

import importlib

import pytest

from commands import help as help_
from tests.commands.asking import buttons, call, lines, services, text
from tests.commands.helping import desk
from tests.commands.organizing import ORLA


def test_organizers_see_what_is_theirs_below_what_is_everybodys(store):
    told = text(help_.run(call(user=ORLA), desk(store)))
    everybodys, _, theirs = told.partition("For organizers\n")
    assert "`/slam status" in everybodys
    assert "`/slam pause" not in everybodys
    assert [line.split()[1].strip("`") for line in theirs.splitlines() if line.startswith("`/slam")] == [
        "announce", "help-desk", "outbox", "pause", "reach", "reload",
    ]  # fmt: skip
    assert "pause" not in text(help_.run(call(), desk(store)))


def test_help_on_one_leads_to_trying_it_and_to_people(store):
    reply = help_.run(call("ask"), services(store))
    assert lines(reply)[-1].startswith("Next: try it")
    assert buttons(reply) == {"Ask for help": ("ask.open", "")}


def test_every_subcommand_is_listed_with_its_first_sentence(store):
    told = lines(help_.run(call(), services(store)))
    assert (
        "`/slam status [project] [badge]`  How far a project is on each badge, and what is missing first."
        in told
    )
    assert told[-1] == "Next: try `/slam status`."


@pytest.mark.parametrize("name", sorted(help_.known()))
def test_every_subcommand_has_help_of_its_own(store, name):
    usage = importlib.import_module(f"commands.{name}").USAGE
    told = lines(help_.run(call(name), services(store)))
    assert told[0] == f"`/slam {usage}`"
    assert told[1].endswith(".")


def test_help_is_found_in_whichever_case_it_was_typed(store):
    assert lines(help_.run(call("Status"), services(store)))[0].startswith("`/slam status")


@pytest.mark.parametrize("typed", ["help-desk", "help_desk"])
def test_what_people_type_has_dashes(store, typed):
    assert lines(help_.run(call(typed), services(store)))[0] == "`/slam help-desk`"
    assert "Did you mean `/slam help help-desk`?" in text(help_.run(call("help-dsek"), services(store)))


def test_a_mistyped_subcommand_gets_a_suggestion(store):
    assert "Did you mean `/slam help status`?" in text(help_.run(call("statsu"), services(store)))


def test_what_is_no_subcommand_is_shown_and_does_nothing(store):
    assert "There is no `/slam <!channel>`." in text(help_.run(call("<!channel>"), services(store)))
