from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks import unescape
from bot.playground.blockkit import message_mistakes
from bot.reply import Call
from bot.slack import walk
from bot.store.people import Person
from commands import register
from rules.model import Project
from tests.builders import NOON, evidence, seen
from tests.commands.asking import buttons, call, text
from tests.commands.helping import TOPICS, offered, told_directly
from tests.commands.organizing import KELP, MAYA, ORLA, Desk, config, dialog, in_a_dialog

ADA, BO, CAT, GUEST = "U0ADA", "U0BO", "U0CAT", "U0GUEST"
FILLED = {
    "name": "Sea Grass",
    "id": "",
    "clomonitor": "cncf/sea-grass",
    "repositories": "sea-grass/sea-grass",
    "channel": "C0GRASS",
    "timezone": "Europe/Berlin",
    "maintainers": (BO,),
}
OTHERS_WORDS = (
    "me", "Never", "all", "off", "courses", "guide", "cleaner", "sbom", "help-desk", "Changelog", "lfel1005"
)  # fmt: skip
GRASS = Project(
    "sea-grass",
    "Sea Grass",
    "cncf/sea-grass",
    ("sea-grass/sea-grass",),
    "C0GRASS",
    "Europe/Berlin",
    (ADA, BO),
)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def at_hand(store, desk):
    store.projects.declare([KELP])
    return desk.services(store, config(KELP))


def by(user: str, *args: str, private: str = "", **form: object) -> Call:
    person = Person("Europe/Berlin", user == GUEST, is_deleted=False, known_at=NOON)
    return replace(call(*args, user=user), person=person, form=form, private=private)  # type: ignore[arg-type]


def sent(at_hand, user: str = ADA, **differences):
    return register.written(by(user, **FILLED | differences), at_hand)


@pytest.fixture
def grass(store, at_hand):
    """Ada registered Sea Grass, with Bo."""
    assert sent(at_hand).message is not None
    return store.projects


# --- Registering --------------------------------------------------------------------------------------------


def test_whoever_has_no_project_is_asked_about_it_at_once(at_hand):
    fields = dialog(register.run(by(ADA), at_hand))
    assert set(fields) == set(FILLED)
    assert fields["timezone"]["initial_value"] == "Europe/Berlin"


def test_whoever_registers_a_project_is_its_first_maintainer(store, desk, at_hand):
    reply = sent(at_hand)
    in_a_dialog(reply)
    assert "Sea Grass takes part, as `sea-grass`." in text(reply)
    assert store.projects.find("sea-grass") == GRASS
    assert desk.woken == 1


def test_it_is_looked_at_at_once_and_a_slip_in_its_name_shows(store, desk, at_hand):
    reply = sent(at_hand)
    store.evidence.keep("sea-grass", replace(evidence(), clomonitor=seen(None)), NOON)
    told = asyncio.run(reply.later())
    assert desk.refreshed == ["sea-grass"]
    assert "CLOMonitor and GitHub answered." in text(told)
    assert "CLOMonitor knows no `cncf/sea-grass`" in text(told)
    assert "invite me to <#C0GRASS>" in text(told)
    assert buttons(told)["Where it stands"] == ("status.open", "sea-grass")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("https://clomonitor.io/projects/cncf/sea-grass", "cncf/sea-grass", id="its page"),
        pytest.param("clomonitor.io/projects/cncf/sea-grass/", "cncf/sea-grass", id="its page, in short"),
        pytest.param(" cncf/sea-grass ", "cncf/sea-grass", id="its name"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_how_clomonitor_calls_it(store, at_hand, typed, kept):
    sent(at_hand, clomonitor=typed)
    assert store.projects.find("sea-grass").clomonitor == kept


def test_a_project_is_found_by_typing(at_hand):
    found = dialog(register.run(by(ADA), at_hand))["clomonitor"]
    assert (found["type"], found["min_query_length"]) == ("external_select", 2)
    assert found["action_id"] in walk().options


@pytest.mark.parametrize(
    ("chosen", "given", "kept"),
    [
        pytest.param(
            "cncf/kelpie Great Kelpie", {}, ("kelpie", "Great Kelpie", "cncf/kelpie", ()), id="in CLOMonitor"
        ),
        pytest.param(
            "cncf/kelpie Great Kelpie",
            {"name": "Kelpie", "id": "kelpies", "repositories": "a/b"},
            ("kelpies", "Kelpie", "cncf/kelpie", ("a/b",)),
            id="with a name and a repository besides",
        ),
        pytest.param("github.com/a/Kelpie", {}, ("kelpie", "Kelpie", None, ("a/Kelpie",)), id="a repository"),
        pytest.param(
            "github.com/a/b",
            {"repositories": "c/d A/B"},
            ("b", "b", None, ("a/b", "c/d")),
            id="a repository, the most important one",
        ),
        pytest.param(
            "cncf/kelpie", {"name": "Kelpie"}, ("kelpie", "Kelpie", "cncf/kelpie", ()), id="unheard of"
        ),
        pytest.param(
            "", {"name": "Kelpie", "repositories": "a/b"}, ("kelpie", "Kelpie", None, ("a/b",)), id="plainly"
        ),
    ],
)
def test_what_was_found_need_not_be_typed_again(store, at_hand, chosen, given, kept):
    empty = {"name": "", "repositories": ""}
    in_a_dialog(sent(at_hand, clomonitor=chosen, **empty | given))
    project = store.projects.find(kept[0])
    assert (project.id, project.name, project.clomonitor, project.repositories) == kept


@pytest.mark.parametrize(
    ("chosen", "field", "why"),
    [
        pytest.param("cncf/kelp Kelp", "clomonitor", "That is Kelp", id="one that takes part"),
        pytest.param("cncf/x !", "name", "letters", id="one whose name has no letters"),
        pytest.param("../x X", "clomonitor", "foundation/project", id="what nobody offered"),
        pytest.param("github.com/a/b/c", "repositories", "owner/repository", id="no repository"),
        pytest.param("", "name", "letters", id="nothing"),
    ],
)
def test_what_is_wrong_with_what_was_found_is_said(store, at_hand, chosen, field, why):
    reply = sent(at_hand, clomonitor=chosen, name="", repositories="", id="sea")
    assert list(reply.errors) == [field]
    assert why in reply.errors[field]
    assert store.projects.count() == 1


def test_whoever_finds_a_project_that_takes_part_reads_so_where_they_chose_it(at_hand):
    errors = sent(at_hand, clomonitor="cncf/kelp Kelp", name="", repositories="").errors
    assert errors["clomonitor"] == "That is Kelp: /slam register kelp shows it."


def test_a_project_keeps_its_plain_field_when_it_is_changed(grass, at_hand):
    field = dialog(register.change(by(BO, "sea-grass"), at_hand))["clomonitor"]
    assert (field["type"], field["initial_value"]) == ("plain_text_input", "cncf/sea-grass")


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("a/b\nc/d", id="in lines"),
        pytest.param("a/b, c/d;  a/B", id="in a row, and one twice"),
        pytest.param("https://github.com/a/b/ http://www.github.com/c/d.git", id="addresses"),
    ],
)
def test_repositories_are_read_however_they_are_written(store, at_hand, typed):
    sent(at_hand, repositories=typed)
    assert store.projects.find("sea-grass").repositories == ("a/b", "c/d")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        pytest.param({"id": "Grass"}, "grass", id="as it was typed, in small letters"),
        pytest.param({"clomonitor": "", "name": "Sea & Grass!"}, "sea-grass", id="made of the name"),
        pytest.param({"clomonitor": "cncf/zostera"}, "zostera", id="as CLOMonitor calls it"),
    ],
)
def test_the_short_name_is(store, at_hand, given, name):
    sent(at_hand, **given)
    assert store.projects.find(name) is not None


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        pytest.param({"name": "!"}, "name", "letters", id="no name"),
        pytest.param({"id": "sea grass"}, "id", "a word of letters", id="a short name of two words"),
        *(
            pytest.param({"id": word}, "id", "another short name", id=f"{word}, which means something else")
            for word in OTHERS_WORDS
        ),
        pytest.param(
            {"clomonitor": "cncf/tools"}, "id", "another short name", id="tools, as CLOMonitor has it"
        ),
        pytest.param({"id": "", "clomonitor": "", "name": "海草"}, "id", "short name", id="no small letters"),
        pytest.param({"id": "kelp"}, "id", "Kelp takes part", id="a short name that is taken"),
        pytest.param({"clomonitor": "sea-grass"}, "clomonitor", "foundation/project", id="half a name"),
        pytest.param(
            {"clomonitor": "CNCF/kelp", "id": "x"}, "clomonitor", "That is Kelp", id="another project"
        ),
        pytest.param(
            {"clomonitor": "", "repositories": ""}, "repositories", "One of the two", id="no source"
        ),
        pytest.param(
            {"repositories": "a/b c"},
            "repositories",
            "Only GitHub, please, each as owner/repository, unlike c.",
            id="half a repository",
        ),
        pytest.param({"repositories": "https://gitlab.com/a/b"}, "repositories", "owner/", id="elsewhere"),
        pytest.param({"repositories": "a/b\n/c\nd"}, "repositories", "unlike /c, d.", id="several wrong"),
        pytest.param(
            {"repositories": " ".join(f"a/{n}" for n in range(51))}, "repositories", "50", id="many"
        ),
        pytest.param({"channel": "C0KELP"}, "channel", "the channel of Kelp", id="another's channel"),
        pytest.param({"channel": "C0SLAM"}, "channel", "whole Slam", id="the Slam's channel"),
        pytest.param({"timezone": "Berlin"}, "timezone", "a time zone such as", id="no time zone"),
        pytest.param({"maintainers": ("<!here>",)}, "maintainers", "People of this", id="nobody"),
        pytest.param(
            {"maintainers": tuple(f"U{n:05}" for n in range(21))}, "maintainers", "20", id="a crowd"
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(store, at_hand, given, field, why):
    reply = sent(at_hand, **given)
    assert list(reply.errors) == [field]
    assert why in reply.errors[field]
    assert store.projects.count() == 1


def test_a_project_is_not_called_as_what_people_ask_about(store, desk, at_hand):
    at_hand = desk.services(store, config(KELP, topics=TOPICS))
    why = "Commands understand license as a topic. Choose another short name, please."
    assert sent(at_hand, id="license").errors == {"id": why}


def test_guests_do_not_register(store, at_hand):
    for reply in (register.run(by(GUEST), at_hand), sent(at_hand, GUEST)):
        assert "Guests" in text(reply)
        assert ORLA in text(reply)
    assert store.projects.find("sea-grass") is None


def test_guests_are_not_offered_to_register(at_hand):
    assert buttons(register.run(by(GUEST, "nothing"), at_hand)) == {}
    assert "Register a project" in buttons(register.run(by(ADA, "nothing"), at_hand))


def test_one_person_registers_so_many_and_no_more(store, at_hand):
    for number in range(register.EACH):
        store.projects.register(replace(GRASS, id=f"p{number}", channel=None, clomonitor=None), ADA, NOON)
    assert "Next: ask an organizer" in text(sent(at_hand))


def test_what_is_taken_out_again_counts_for_a_day(store, at_hand):
    for number in range(register.EACH):
        store.projects.register(replace(GRASS, id=f"p{number}", channel=None, clomonitor=None), ADA, NOON)
        store.projects.remove(f"p{number}")
    for refused in (register.write(by(ADA), at_hand), sent(at_hand)):
        assert "You registered 10 projects within a day. Next: go on tomorrow, or ask" in text(refused)
    dialog(register.write(by(BO), at_hand))
    dialog(register.write(replace(by(ADA), now=NOON + register.A_DAY + timedelta(seconds=1)), at_hand))


# --- Looking, changing, leaving -----------------------------------------------------------------------------


def test_my_projects_are_listed(grass, at_hand):
    reply = register.run(by(BO), at_hand)
    assert buttons(reply)["Look at it"] == ("register.open", "sea-grass")
    assert buttons(reply)["Register another"] == ("register.write", "")


def test_a_maintainer_is_offered_everything(grass, at_hand):
    reply = register.run(by(BO, "Sea", "Grass"), at_hand)
    assert "Maintainers: <@U0ADA>, <@U0BO>" in text(reply)
    assert set(buttons(reply)) == {"Change", "Hand over", "Leave", "Take it out"}


def test_others_can_only_ask(grass, at_hand):
    reply = register.run(by(CAT, "sea-grass"), at_hand)
    assert "to speak for it too, ask: I tell <@U0ADA>, <@U0BO>, who can add you" in text(reply)
    assert buttons(reply) == {"Ask to join": ("register.ask", "sea-grass")}
    for press in (register.change, register.give, register.remove, register.add):
        assert "for the maintainers of Sea Grass" in text(press(by(CAT, "sea-grass", CAT), at_hand))
    assert grass.find("sea-grass") == GRASS


# --- Asking to join -----------------------------------------------------------------------------------------


def test_whoever_asks_to_join_is_added_by_a_maintainer_and_told_so(grass, store, desk, at_hand):
    assert "I told <@U0ADA>, <@U0BO>." in text(register.ask_to_join(by(CAT, "sea-grass"), at_hand))
    (first, second) = told_directly(store)
    assert (first[0], second[0]) == (ADA, BO)
    assert f"<@{CAT}> asks to speak for Sea Grass with you." in first[1]
    woken = desk.woken
    assert f"<@{CAT}> speaks for Sea Grass now" in text(register.add(by(BO, "sea-grass", CAT), at_hand))
    assert grass.find("sea-grass").maintainers == (ADA, BO, CAT)
    assert desk.woken == woken + 1
    assert f"<@{CAT}> speaks for Sea Grass already" in text(register.add(by(ADA, "sea-grass", CAT), at_hand))
    ((person, said),) = told_directly(store)[2:]
    assert person == CAT
    assert f"<@{BO}> added you: you speak for Sea Grass now." in said


def test_the_maintainers_are_told_with_a_button_to_add_them(grass, store, at_hand):
    register.ask_to_join(by(CAT, "sea-grass"), at_hand)
    assert offered(store) == [("register.add", "sea-grass U0CAT"), ("register.open", "sea-grass")] * 2


def test_nobody_asks_again_and_again(grass, store, at_hand):
    for days, told in ((0, 2), (6, 2), (8, 4)):
        later = replace(by(CAT, "sea-grass"), now=NOON + timedelta(days=days))
        register.ask_to_join(later, at_hand)
        assert len(told_directly(store)) == told
    assert "asked already" in text(register.ask_to_join(later, at_hand))


def test_nobody_asks_everywhere(store, at_hand):
    for number in range(register.ASKED_A_DAY + 1):
        store.projects.register(replace(GRASS, id=f"p{number}", channel=None, clomonitor=None), ADA, NOON)
        reply = register.ask_to_join(by(CAT, f"p{number}"), at_hand)
    assert "go on tomorrow" in text(reply)
    assert len(told_directly(store)) == 2 * register.ASKED_A_DAY


def test_who_may_not_ask_or_need_not(grass, store, at_hand):
    for press in (register.run, register.ask_to_join):
        reply = press(by(GUEST, "sea-grass"), at_hand)
        assert "to speak for it too, ask <@U0ADA>, <@U0BO>, or an organizer" in text(reply)
        assert buttons(reply) == {}
    assert "Change" in buttons(register.ask_to_join(by(BO, "sea-grass"), at_hand))
    assert "The configuration file names Kelp" in text(register.ask_to_join(by(CAT, "kelp"), at_hand))
    assert told_directly(store) == []


def test_where_the_file_names_a_project_the_organizers_decide_there_who_speaks_for_it(at_hand):
    reply = register.run(by(CAT, "kelp"), at_hand)
    assert f"who speaks for it too. Next: to change it, ask an organizer: <@{ORLA}>" in text(reply)
    assert buttons(reply) == {}


def test_where_nobody_speaks_for_it_any_more_the_organizers_are_named(grass, store, at_hand):
    for person in (ADA, BO):
        store.people.forget(person, NOON)
    for press in (register.show, register.ask_to_join):
        reply = press(by(CAT, "sea-grass"), at_hand)
        assert f"to speak for it too, ask an organizer: <@{ORLA}>" in text(reply)
        assert buttons(reply) == {}
    register.add(by(ORLA, "sea-grass", CAT), at_hand)
    assert grass.find("sea-grass").maintainers == (CAT,)


def test_a_project_of_so_many_takes_no_more(store, at_hand):
    crowd = tuple(f"U{number:05}" for number in range(20))
    sent(at_hand, maintainers=crowd[1:])
    assert "more cannot. Next: change who does." in text(register.add(by(ADA, "sea-grass", CAT), at_hand))
    assert CAT not in store.projects.find("sea-grass").maintainers


@pytest.mark.parametrize("person", ["", "<!here>", "U"])
def test_nobody_is_not_added(grass, at_hand, person):
    register.add(by(ADA, "sea-grass", person), at_hand)
    assert grass.find("sea-grass") == GRASS


# --- What the file names ------------------------------------------------------------------------------------


def test_what_the_file_names_the_file_decides(at_hand, store):
    for reply in (
        register.run(by(MAYA, "kelp"), at_hand),
        register.change(by(MAYA, "kelp"), at_hand),
        register.leave(by(MAYA, "kelp"), at_hand),
        register.remove(by(ORLA, "kelp"), at_hand),
        register.changed(by(MAYA, private="kelp", **FILLED), at_hand),
        register.hand_over(by(MAYA, private="kelp", person=BO), at_hand),
    ):
        assert "The configuration file names Kelp, and what it names it decides" in text(reply)
        assert buttons(reply) == {}
    assert store.projects.find("kelp") == KELP


def test_everything_but_its_short_name_can_be_changed(grass, at_hand):
    reply = register.change(by(BO, "sea-grass"), at_hand)
    fields = dialog(reply)
    assert "id" not in fields
    assert fields["maintainers"]["initial_users"] == [ADA, BO]
    form = {**FILLED, "name": "Eelgrass", "channel": "", "maintainers": (BO,)}
    in_a_dialog(register.changed(by(BO, private=reply.modal.private, **form), at_hand))
    assert grass.find("sea-grass") == replace(GRASS, name="Eelgrass", channel=None, maintainers=(BO,))


def test_somebody_always_speaks_for_it(grass, at_hand):
    form = {**FILLED, "maintainers": ()}
    reply = register.changed(by(BO, private="sea-grass", **form), at_hand)
    assert reply.errors == {"maintainers": "Somebody has to speak for it."}
    assert "You speak for Sea Grass no more." in text(register.leave(by(BO, "sea-grass"), at_hand))
    reply = register.leave(by(ADA, "sea-grass"), at_hand)
    assert set(buttons(reply)) == {"Hand over", "Take it out"}
    assert grass.find("sea-grass").maintainers == (ADA,)
    assert "You do not speak for" in text(register.leave(by(BO, "sea-grass"), at_hand))


def test_a_project_is_handed_over(grass, store, at_hand):
    reply = register.give(by(ADA, "sea-grass"), at_hand)
    assert list(dialog(reply)) == ["person"]
    reply = register.hand_over(by(ADA, private="sea-grass", person=CAT), at_hand)
    in_a_dialog(reply)
    assert f"<@{CAT}> speaks for Sea Grass now, and is told so. Next: nothing." in text(reply)
    assert grass.find("sea-grass").maintainers == (CAT, BO)
    ((person, said),) = told_directly(store)
    assert person == CAT
    assert f"<@{ADA}> handed it over: you speak for Sea Grass now. Next: " in said


@pytest.mark.parametrize(("is_guest", "is_deleted"), [(True, False), (False, True)])
def test_a_project_is_given_to_nobody_who_could_not_act_for_it(grass, store, at_hand, is_guest, is_deleted):
    store.people.keep(CAT, Person(None, is_guest, is_deleted, NOON))
    for user in (ADA, ORLA):
        reply = register.hand_over(by(user, private="sea-grass", person=CAT), at_hand)
        assert "Choose a member." in reply.errors["person"]
    for given in (
        register.changed(by(ADA, private="sea-grass", **FILLED | {"maintainers": (ADA, CAT)}), at_hand),
        sent(at_hand, maintainers=(CAT,)),
    ):
        assert "Choose members only" in given.errors["maintainers"]
    assert "cannot change a project" in text(register.add(by(ADA, "sea-grass", CAT), at_hand))
    assert grass.find("sea-grass").maintainers == (ADA, BO)
    assert told_directly(store) == []


def test_whoever_would_leave_it_to_guests_is_the_last(grass, store, at_hand):
    store.people.keep(BO, Person(None, is_guest=True, is_deleted=False, known_at=NOON))
    assert set(buttons(register.leave(by(ADA, "sea-grass"), at_hand))) == {"Hand over", "Take it out"}
    assert grass.find("sea-grass").maintainers == (ADA, BO)


def test_nothing_is_handed_over_to_nobody_or_oneself(grass, at_hand):
    for person in ("", ADA):
        assert "person" in register.hand_over(by(ADA, private="sea-grass", person=person), at_hand).errors


def test_a_maintainer_takes_it_out_and_it_can_be_registered_anew(grass, at_hand):
    assert "takes part no more" in text(register.remove(by(ADA, "sea-grass"), at_hand))
    assert grass.find("sea-grass") is None
    assert "register it anew" in text(register.run(by(ADA, "sea-grass"), at_hand))
    assert "for the organizers" in text(register.restore(by(ADA, "sea-grass"), at_hand))
    sent(at_hand)
    assert grass.find("sea-grass") == GRASS


def test_nobody_else_comes_by_what_a_project_was_awarded(grass, at_hand):
    register.remove(by(ADA, "sea-grass"), at_hand)
    reply = register.run(by("U0CAT", "sea-grass"), at_hand)
    assert f"to bring it back, ask an organizer: <@{ORLA}>" in text(reply)
    assert buttons(reply) == {}
    errors = sent(at_hand, "U0CAT").errors
    assert list(errors) == ["id"]
    assert "Choose another short name, or ask an organizer." in errors["id"]
    in_a_dialog(sent(at_hand, "U0CAT", id="eelgrass", clomonitor="cncf/eelgrass", channel=""))
    in_a_dialog(sent(at_hand, BO))
    assert grass.find("sea-grass").maintainers == (BO,)


def test_an_organizer_registers_anew_what_somebody_else_took_out(grass, at_hand):
    register.remove(by(ADA, "sea-grass"), at_hand)
    in_a_dialog(sent(at_hand, ORLA))
    assert grass.find("sea-grass").maintainers == (ORLA, BO)


# --- Organizers ---------------------------------------------------------------------------------------------


def test_organizers_see_what_is_registered_undo_it_and_bring_it_back(grass, at_hand):
    assert "Registered 20 Oct 2023, 12:00 UTC by <@U0ADA>" in text(register.run(by(ORLA), at_hand))
    register.remove(by(ORLA, "sea-grass"), at_hand)
    assert "taken out" in text(register.run(by(ORLA), at_hand))
    reply = register.show(by(ORLA, "sea-grass"), at_hand)
    assert buttons(reply) == {"Bring it back": ("register.restore", "sea-grass")}
    assert "Maintainers: <@U0ADA>, <@U0BO>" in text(register.restore(by(ORLA, "sea-grass"), at_hand))
    assert grass.find("sea-grass") == GRASS


def test_what_others_took_meanwhile_is_not_taken_from_them(grass, at_hand):
    register.remove(by(ADA, "sea-grass"), at_hand)
    in_a_dialog(sent(at_hand, "U0CAT", id="eelgrass", name="Eel & Grass"))
    reply = register.restore(by(ORLA, "sea-grass"), at_hand)
    assert "Sea Grass cannot come back as it was" in text(reply)
    assert "Its channel: That is the channel of Eel & Grass." in unescape(text(reply))
    assert "Its name in CLOMonitor: That is Eel & Grass" in unescape(text(reply))
    assert message_mistakes(list(reply.message.blocks)) == []
    assert grass.find("sea-grass") is None
    register.remove(by(ORLA, "eelgrass"), at_hand)
    register.restore(by(ORLA, "sea-grass"), at_hand)
    assert grass.find("sea-grass") == GRASS


def test_an_organizer_adds_somebody_and_takes_nobody_out(grass, store, at_hand):
    assert "Add somebody" in buttons(register.run(by(ORLA, "sea-grass"), at_hand))
    given = register.give(by(ORLA, "sea-grass"), at_hand)
    assert given.modal.title == "Add somebody"
    reply = register.hand_over(by(ORLA, private="sea-grass", person=CAT), at_hand)
    assert f"<@{CAT}> speaks for Sea Grass now, and is told so." in text(reply)
    assert grass.find("sea-grass").maintainers == (ADA, BO, CAT)
    assert f"<@{ORLA}> added you" in told_directly(store)[0][1]
    again = register.hand_over(by(ORLA, private="sea-grass", person=CAT), at_hand)
    assert "speaks for Sea Grass already" in text(again)


def test_where_nothing_is_registered_organizers_are_told_so(at_hand):
    assert "No project was registered in Slack yet" in text(register.run(by(ORLA), at_hand))


@pytest.mark.parametrize("press", [register.show, register.change, register.leave, register.restore])
def test_a_project_that_there_is_not(at_hand, press):
    assert "No project `<!here>` is registered" in text(press(by(ORLA, "<!here>"), at_hand))


def test_what_people_type_is_escaped(grass, at_hand):
    sent(at_hand, user="U0CAT", name="<!here> *x*", id="x", clomonitor="", channel="", maintainers=())
    blocks = list(register.run(by("U0CAT", "x"), at_hand).message.blocks)
    assert message_mistakes(blocks) == []
    assert "<!here>" not in str(blocks[1:])
    assert "<!here>" in unescape(str(register.run(by("U0CAT"), at_hand).message.text))
