from __future__ import annotations

from bot.store import Store
from tests.bot.store.test_questions import ADA, MINUTE, VIKRAM, ask
from tests.builders import NOON


def test_the_help_desk_knows_how_long_it_takes_and_where_people_are_stuck(stores: Store):
    assert stores.help_desk.stats().topics == {}
    for minutes in (10, 20, 60):
        question = ask(stores, badge="defender", criterion="security", shown=("token", "seen/license"))
        stores.questions.claim(question.id, VIKRAM, NOON + minutes * MINUTE)
        stores.questions.resolve(question.id, ADA, NOON + 2 * minutes * MINUTE)
    ask(stores, badge="defender")
    ask(stores, topic="sbom")
    desk = stores.help_desk.stats()
    figures = desk.topics["scorecard"]
    assert (figures.asked, figures.open, figures.resolved) == (4, 1, 3)
    assert (figures.first_answer, figures.solution) == (20 * MINUTE, 40 * MINUTE)
    assert desk.topics["sbom"].first_answer is None
    assert desk.stuck == {"defender/security": 3, "token": 3, "defender": 1}
