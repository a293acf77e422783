from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import pytest

import commands
from bot.config import Config
from bot.store.people import Person
from commands import roles
from tests.builders import NOON, edition, project
from tests.commands.asking import call, library, services, text

MEMBER = Person(None, is_guest=False, is_deleted=False, known_at=NOON)
GUEST = replace(MEMBER, is_guest=True)
GONE = replace(MEMBER, is_deleted=True)


@pytest.fixture
def at_hand(store):
    return services(store, config=Config(edition(), library(), organizers=("U0ORG1", "U0ORG2")))


@pytest.mark.parametrize(
    ("user", "person", "organizes", "maintains"),
    [
        pytest.param("U0ORG1", MEMBER, True, True, id="an organizer may everything"),
        pytest.param("U0ORG1", None, True, True, id="everybody is a member where nobody can say"),
        pytest.param("U0M1", MEMBER, False, True, id="a maintainer speaks for the project"),
        pytest.param("U0STRANGER", MEMBER, False, False, id="others do not"),
        pytest.param("U0M1", GUEST, False, False, id="a guest does not, whatever the list says"),
        pytest.param("U0ORG1", GONE, False, False, id="nor does whoever was deactivated"),
    ],
)
def test_who_may_what(at_hand, user, person, organizes, maintains):
    asking = replace(call(user=user), person=person)
    assert (roles.unless_organizer(asking, at_hand) is None) is organizes
    assert (roles.unless_maintainer(asking, project(), at_hand) is None) is maintains
    assert (roles.unless_themselves(asking, user) is None) is roles.may_act(asking)
    assert roles.unless_themselves(asking, "U0ANOTHER") is not None


def test_a_refusal_says_who_could(at_hand):
    told = text(roles.unless_organizer(call(), at_hand))
    assert "ask an organizer: <@U0ORG1>, <@U0ORG2>." in told
    told = text(roles.unless_maintainer(call(), project(), at_hand))
    assert "ask <@U0M1>, or an organizer: <@U0ORG1>, <@U0ORG2>." in told


def test_a_refusal_tells_guests_that_it_is_because_they_are(at_hand):
    assert "Guests" in text(roles.unless_organizer(replace(call(), person=GUEST), at_hand))


def test_where_nobody_organizes_that_is_said(store):
    assert "nobody is named" in text(roles.unless_organizer(call(), services(store)))


def test_many_are_not_all_named():
    assert roles.people([f"U{number}" for number in range(7)]).endswith("<@U4> and 2 more")


def test_whoever_looks_at_roles_knows_who_asks():
    names = [f"commands.{found.name}" for found in pkgutil.iter_modules(commands.__path__)]
    answering = [module for name in names if hasattr(module := importlib.import_module(name), "USAGE")]
    asking = [module for module in answering if hasattr(module, "roles")]
    assert asking
    assert [module.__name__ for module in asking if not getattr(module, "ASKS_WHO", False)] == []
