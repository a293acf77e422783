from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.store import Store
from tests.builders import NOON, project

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def kelp(stores: Store) -> Store:
    stores.projects.declare([project(), project(id="coral")])
    return stores


def test_an_award_is_the_projects_and_the_badges(kelp: Store):
    kelp.awards.award("kelp", "cleaner", "U0ORLA", NOON)
    kelp.awards.award("kelp", "inspector", "U0ORLA", LATER)
    assert kelp.awards.awarded("kelp") == {"cleaner": NOON, "inspector": LATER}
    assert kelp.awards.awarded("coral") == {}


def test_a_badge_awarded_twice_keeps_its_first_moment(kelp: Store):
    kelp.awards.award("kelp", "cleaner", "U0ORLA", NOON)
    kelp.awards.award("kelp", "cleaner", "U0OTTO", LATER)
    assert kelp.awards.awarded("kelp") == {"cleaner": NOON}


def test_a_revoked_badge_is_not_awarded(kelp: Store):
    kelp.awards.award("kelp", "cleaner", "U0ORLA", NOON)
    kelp.awards.revoke("kelp", "cleaner")
    assert kelp.awards.awarded("kelp") == {}
    kelp.awards.award("kelp", "cleaner", "U0ORLA", LATER)
    assert kelp.awards.awarded("kelp") == {"cleaner": LATER}


def test_nothing_is_awarded_to_a_project_that_there_is_not(kelp: Store):
    with pytest.raises(IntegrityError):
        kelp.awards.award("nobody", "cleaner", "U0ORLA", NOON)


def test_all_awards_are_known_at_once_by_project(kelp: Store):
    kelp.awards.award("kelp", "cleaner", "U0ORLA", NOON)
    kelp.awards.award("kelp", "inspector", "U0ORLA", NOON)
    assert kelp.awards.every() == {"kelp": {"cleaner", "inspector"}}
