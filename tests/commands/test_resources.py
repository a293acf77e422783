from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import Config
from bot.store.people import Person
from commands import resources
from rules.model import Evidence
from tests.builders import NOON, clomonitor, edition, evidence, output, passing, project, scored, seen
from tests.commands.asking import buttons, call, elements, library, lines, services, text

ORGANIZER = "U0ORG1"


def kelp(store, found: Evidence | None = None):
    store.projects.declare([project()])
    store.evidence.keep("kelp", found or evidence(), NOON - timedelta(hours=1))
    return store


def without(*checks: tuple[str, str]) -> Evidence:
    report = scored(results=passing(*(output(check, section) for check, section in checks)))
    return evidence(clomonitor=seen(clomonitor(report)))


CHANGELOG, READ_ONLY = ("changelog", "documentation"), ("token_permissions", "security")
SCORECARD_COURSE = "Securing Projects with OpenSSF Scorecard (LFEL1006)"


def ask(store, *words: str, **who: str):
    return resources.run(call(*words, **who), services(store))


def marks(reply) -> dict[str, str]:
    """By course: the value of the button that marks it as done."""
    return {
        element["value"].split()[0]: element["value"]
        for element in elements(reply.message.blocks)
        if element["action_id"] == "resources.done"
    }


def choices(reply) -> list[str]:
    return [
        option["value"]
        for element in elements(reply.message.blocks)
        if element["type"] == "static_select"
        for option in element["options"]
    ]


# --- By badge, by check, by words --------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["defender", "Defender", "The Defender", "the defender"])
def test_a_badge_has_its_courses_its_reading_and_a_fix_for_each_of_its_checks(store, typed):
    reply = ask(store, *typed.split())
    assert lines(reply)[0] == "The Defender · resources"
    assert marks(reply) == {"lfel1006": "lfel1006 defender"}
    assert "60 to 90 minutes, beginner" in text(reply)
    assert "scorecard-token-permissions" in choices(reply)
    assert "clomonitor-changelog" not in choices(reply)


@pytest.mark.parametrize("typed", ["changelog", "clomonitor/changelog", "Changelog", "clomonitor-changelog"])
def test_a_check_has_its_fix_with_cause_and_source(store, typed):
    said = lines(ask(store, typed))
    assert said[0].startswith("A changelog (https://github.com/cncf/clomonitor/")
    assert [line.partition(":")[0] for line in said[1:4]] == ["Wanted", "Usual cause", "What to do"]
    assert said[4].startswith("Source: cncf/clomonitor@c0af3269")
    assert "Last looked at on 2026-" in said[4]
    assert said[-1].startswith("Next: do it and have it looked at")


def test_what_is_to_be_typed_is_shown_as_code(store):
    assert "a README heading `Adopters` with a link" in text(resources.run(call("adopters"), services(store)))


def test_of_a_check_that_two_tools_make_both_fixes_are_shown(store):
    said = text(ask(store, "sbom"))
    assert said.index("An SBOM with the newest release") < said.index("An SBOM (Scorecard)")
    assert "anchore/sbom-action" in said


def test_a_check_of_scorecard_is_found_as_scorecard_writes_it(store):
    assert lines(ask(store, "Branch-Protection"))[0].startswith("Protected branches")


def test_misspelt_words_find_the_best_first(store):
    said = lines(ask(store, "chngelog", "misisng"))
    assert said[0].startswith("A changelog")


def test_what_else_fits_comes_after_the_best(store):
    reply = ask(store, "best", "practices", "badge")
    assert lines(reply)[0].startswith("An OpenSSF Best Practices badge")
    assert "best-practices-badge" in choices(reply)


def test_a_course_among_what_is_found_can_be_marked(store):
    assert marks(ask(store, "scorecard", "course")) == {"lfel1006": "lfel1006 scorecard course"}


def test_where_nothing_fits_there_is_somewhere_else_to_look(store):
    reply = ask(store, "pizza")
    assert "The library has nothing on `pizza`." in text(reply)
    assert buttons(reply)["The Cleaner"] == ("resources.open", "cleaner")
    assert lines(reply)[-1].startswith("Next:")


@pytest.mark.parametrize("word", ["course", "courses", "tools", "fixes", "guides", "templates"])
def test_a_kind_lists_all_of_it(store, word):
    assert "Next:" in lines(ask(store, word))[-1]


def test_whatever_is_typed_mentions_nobody(store):
    assert "<!channel>" not in str(ask(store, "<!channel>", "*x*", "`").message.blocks)


@pytest.mark.parametrize("name", sorted(library().entries))
def test_every_entry_can_be_looked_at_and_slack_accepts_it(store, name):
    said = lines(ask(store, name))
    assert any(library().entries[name].title in line for line in said)


@pytest.mark.parametrize("badge", ["cleaner", "defender", "chronicler", "inspector", "mechanizer"])
def test_no_page_of_a_badge_is_cut(store, badge):
    assert "…" not in text(ask(store, badge))


# --- What my project needs ---------------------------------------------------------------------------------


def test_without_words_it_is_what_my_project_needs_next(store):
    kelp(store, without(CHANGELOG, READ_ONLY))
    reply = ask(store, user="U0M1")
    said = lines(reply)
    assert said[0] == "Kelp · what helps next"
    assert said[1].startswith("A changelog")
    assert any("Workflows that may only read" in line for line in said)
    assert "scorecard-token-permissions" in choices(reply)
    assert marks(reply)["lfel1006"] == "lfel1006 kelp"
    assert said[-1].startswith("Next: Add to kelp-io/kelp a CHANGELOG file")


def test_in_the_channel_of_a_project_it_is_that_project(store):
    assert lines(ask(kelp(store), channel="C0KELP"))[0] == "Kelp · what helps next"


def test_a_project_can_be_named(store):
    assert lines(ask(kelp(store), "kelp"))[0] == "Kelp · what helps next"


def test_a_badge_that_is_awarded_needs_nothing(store):
    kelp(store, without(CHANGELOG)).awards.award("kelp", "cleaner", ORGANIZER, NOON)
    assert "changelog" not in text(ask(store, user="U0M1")).lower()


def test_a_project_that_lacks_nothing_is_told_so(store):
    reply = ask(kelp(store), user="U0M1")
    assert "Everything that a program can see is there." in lines(reply)[-1]
    assert buttons(reply)["The Inspector"] == ("resources.open", "inspector")


def test_a_project_nobody_looked_at_can_be_looked_at(store):
    store.projects.declare([project()])
    assert buttons(ask(store, "kelp")) == {"Look now": ("status.refresh", "kelp")}


def test_of_several_projects_each_has_its_step(store):
    store.projects.declare([project(), project(id="coral", name="Coral", channel=None)])
    store.evidence.keep("kelp", without(CHANGELOG), NOON)
    reply = ask(store, user="U0M1")
    assert "Kelp" in lines(reply)
    closer = resources.needs(call("kelp"), services(store))
    assert lines(closer)[0] == "Kelp · what helps next"
    assert [element["value"] for element in elements(reply.message.blocks)] == ["coral", "kelp"]
    assert buttons(reply)["What helps"][0] == "resources.needs"


def test_whoever_has_no_project_sees_what_there_is(store):
    reply = ask(store)
    assert lines(reply)[0] == "The resource library"
    assert set(marks(reply)) == {"lfel1001", "lfel1005", "lfel1006", "lfel1007"}
    assert buttons(reply)["The Inspector"] == ("resources.open", "inspector")
    assert lines(reply)[-1] == "Next: choose a badge."
    assert "`/slam resources kelp`" in lines(ask(kelp(store)))[-1]


# --- Courses -----------------------------------------------------------------------------------------------


def press(button, store, value: str, user: str = "U0M1"):
    return button(call(*value.split(), user=user), services(store))


def test_a_course_that_is_done_is_not_offered_again(stores):
    kelp(stores, without(READ_ONLY))
    before = ask(stores, user="U0M1")
    after = press(resources.done, stores, marks(before)["lfel1006"])
    assert after.replace
    assert f"{SCORECARD_COURSE} is marked as done" in lines(after)[1]
    for reply in (after, ask(stores, user="U0M1"), ask(stores, "defender", user="U0M1")):
        assert "lfel1006" not in marks(reply)
        assert f"Done: {SCORECARD_COURSE}" in text(reply)
    assert "lfel1006" in marks(ask(stores, "defender", user="U0OTHER"))


def test_words_find_no_course_that_is_done(store):
    press(resources.done, store, "lfel1006 defender")
    reply = ask(store, "scorecard", "course", user="U0M1")
    assert marks(reply) == {}
    assert f"Done: {SCORECARD_COURSE}" in text(reply)
    assert lines(reply)[0].startswith("Scorecard on the command line")


def test_where_nothing_but_that_course_fits_there_is_nothing_more(store):
    press(resources.done, store, "lfel1006 defender")
    said = lines(ask(store, "lfel1006", "please", user="U0M1"))
    assert said[0] == "The library has nothing more on `lfel1006 please`."
    assert said[1].startswith(f"Done: {SCORECARD_COURSE}")


def test_after_one_course_the_next_one_is_named_and_the_one_done_stands_there_once(store):
    reply = press(resources.done, store, "lfel1006 lfel1006")
    said = text(reply)
    assert said.count(SCORECARD_COURSE) == 1
    assert buttons(reply) == {"Not done yet": ("resources.undone", "lfel1006 lfel1006")}
    assert "`/slam resources lfel1007`" in said.partition("Next: the course ")[2]
    assert "have it looked at" not in said
    for course in ("lfel1001", "lfel1005", "lfel1007"):
        press(resources.done, store, f"{course} courses")
    assert "Next: see what your project needs" in text(ask(store, "lfel1006", user="U0M1"))


def test_courses_say_where_what_is_said_comes_from(store):
    said = lines(ask(store, "courses", user="U0M1"))
    assert sum(line.startswith("Source: ") and "Last looked at on" in line for line in said) == 4


def test_a_course_that_is_done_can_still_be_looked_at(store):
    press(resources.done, store, "lfel1006 lfel1006")
    reply = ask(store, "lfel1006", user="U0M1")
    assert buttons(reply) == {"Not done yet": ("resources.undone", "lfel1006 lfel1006")}
    assert "mark it as done" not in text(reply)


def test_marking_a_course_twice_is_marking_it_once(store):
    for _ in range(2):
        press(resources.done, store, "lfel1006 courses")
    assert store.courses.counts() == {"lfel1006": 1}


def test_whoever_is_not_through_yet_can_take_it_back(store):
    done = press(resources.done, store, "lfel1006 defender")
    back = buttons(done)["Not done yet"]
    assert back == ("resources.undone", "lfel1006 defender")
    assert marks(press(resources.undone, store, back[1])) == {"lfel1006": "lfel1006 defender"}


def test_all_courses_are_listed_with_those_that_are_done(store):
    press(resources.done, store, "lfel1005 courses")
    reply = ask(store, "courses", user="U0M1")
    assert set(marks(reply)) == {"lfel1001", "lfel1006", "lfel1007"}
    assert buttons(reply)["Not done yet"] == ("resources.undone", "lfel1005 courses")


@pytest.mark.parametrize("value", ["", "sbom", "lfel9999 defender"])
def test_only_a_course_of_the_library_can_be_marked(store, value):
    assert "no such course" in text(press(resources.done, store, value))
    assert store.courses.counts() == {}


def test_guests_can_look_and_mark_nothing(store):
    guest = replace(call("lfel1006", user="U0GUEST"), person=Person(None, True, False, NOON))
    assert "Guests" in text(resources.done(guest, services(store)))
    shown = resources.run(replace(guest, args=("courses",)), services(store))
    assert "LFEL1006" in text(shown)
    assert "Mark as done" not in buttons(shown)
    assert store.courses.counts() == {}


def test_organizers_see_how_many_took_which(store):
    for person in ("U0M1", "U0M2"):
        press(resources.done, store, "lfel1006 courses", user=person)
    at_hand = services(store, config=Config(edition(), library(), organizers=(ORGANIZER,)))
    said = lines(resources.run(call("courses", user=ORGANIZER), at_hand))
    assert (
        said[said.index(next(line for line in said if SCORECARD_COURSE in line)) + 2] == "Taken by 2 people."
    )
    assert said.count("Nobody took it yet.") == 3
    assert "Taken by" not in text(resources.run(call("courses", user="U0M1"), at_hand))
