from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store import Store, open_store
from bot.store.database import POOLED, Database
from bot.store.outbox import Direct, State
from bot.store.people import Person
from bot.store.projects import Left, Registration
from bot.store.tables import projects
from rules.model import Project
from tests.builders import NOON, project

KELP = project()
CORAL = project(
    id="coral", name="Coral", clomonitor="cncf/coral", channel="C0CORAL", maintainers=("U0M1", "U0M2")
)
REEF = project(id="reef", name="Reef", clomonitor=None, repositories=(), channel=None, maintainers=())


def test_a_declared_project_is_found_as_it_was_declared(stores: Store):
    bare = Project("bare", "Bare")
    many = project(id="many", maintainers=("U0Z", "U0A", "U0M"), repositories=("b/b", "a/a"))
    stores.projects.declare([KELP, bare, many])
    assert [stores.projects.find(each.id) for each in (KELP, bare, many)] == [KELP, bare, many]


def test_a_project_is_found_in_whichever_case_it_is_typed(stores: Store):
    stores.projects.declare([KELP])
    assert stores.projects.find("Kelp") == KELP
    assert stores.projects.find("KELPS") is None


def test_a_channel_leads_to_its_project(stores: Store):
    stores.projects.declare([KELP, CORAL])
    assert stores.projects.of_channel("C0CORAL") == CORAL
    assert stores.projects.of_channel("C0NOBODY") is None


def test_a_channel_that_several_projects_share_leads_to_none_of_them(stores: Store):
    stores.projects.declare([KELP, project(id="other")])
    assert stores.projects.of_channel("C0KELP") is None


def test_a_maintainer_has_all_of_their_projects(stores: Store):
    stores.projects.declare([KELP, CORAL, REEF])
    assert stores.projects.of_maintainer("U0M1") == (CORAL, KELP)
    assert stores.projects.of_maintainer("U0M2") == (CORAL,)
    assert stores.projects.of_maintainer("U0NOBODY") == ()


def test_projects_are_looked_up_by_the_words_of_a_text(stores: Store):
    ship = project(id="ship", name="The Good Ship Kelp", repositories=("Ship-Yard/Ship",))
    stores.projects.declare([KELP, ship, REEF])
    assert stores.projects.perhaps_named("why is kelp red?") == (KELP,)
    assert stores.projects.perhaps_named("is the good ship kelp one of us?") == (KELP, ship)
    assert stores.projects.perhaps_named("see ship-yard/ship") == (ship,)
    assert stores.projects.perhaps_named("the reefs are good \0 \udc00") == ()
    assert stores.projects.perhaps_named("") == ()


def test_projects_are_looked_up_by_what_they_are_called_now(stores: Store):
    stores.projects.register(CORAL, "U0M1", NOON)
    stores.projects.change(replace(CORAL, name="Anemone"))
    renamed = stores.projects.find("coral")
    assert stores.projects.perhaps_named("anemone") == (renamed,)
    stores.projects.remove("coral")
    assert stores.projects.perhaps_named("anemone") == ()
    stores.projects.restore("coral")
    assert stores.projects.perhaps_named("coral") == (renamed,)


def test_pages_go_through_the_alphabet(stores: Store):
    stores.projects.declare([KELP, REEF, CORAL])
    first = stores.projects.page(limit=2)
    assert [each.id for each in first] == ["coral", "kelp"]
    assert [each.id for each in stores.projects.page(after="kelp", limit=2)] == ["reef"]
    assert stores.projects.count() == 3


def test_everybody_who_takes_part_is_known_at_once(stores: Store):
    everybody = (project(id="coral"), project(id="kelp", maintainers=("U0MAYA", "U0MIRA")))
    stores.projects.declare([*everybody, project(id="gone")])
    stores.projects.declare(everybody)
    assert stores.projects.every() == everybody


def test_what_leaves_the_file_is_withdrawn(stores: Store):
    stores.projects.declare([KELP, CORAL])
    stores.projects.declare([CORAL])
    assert stores.projects.find("kelp") is None
    assert stores.projects.of_channel("C0KELP") is None
    assert stores.projects.of_maintainer("U0M1") == (CORAL,)
    assert stores.projects.near("kelp") == ()
    assert stores.projects.page() == (CORAL,)
    assert stores.projects.count() == 1


def test_what_comes_back_into_the_file_is_there_again(stores: Store):
    for declared in ([KELP], [], [KELP]):
        stores.projects.declare(declared)
    assert stores.projects.find("kelp") == KELP


def test_what_changes_in_the_file_changes(stores: Store):
    stores.projects.declare([KELP, CORAL])
    changed = project(name="Kelp Forest", channel="C0FOREST", maintainers=("U0NEW",))
    stores.projects.declare([changed, CORAL])
    assert stores.projects.find("kelp") == changed
    assert stores.projects.of_maintainer("U0NEW") == (changed,)
    assert stores.projects.of_maintainer("U0M1") == (CORAL,)


def test_what_people_registered_stays_whatever_the_file_says(database_url: str):
    with closing(open_store(database_url, "slam-2023")) as store, closing(Database(database_url)) as database:
        store.projects.declare([KELP, CORAL])
        with database.write() as write:
            write.execute(projects.update().values(origin="slack"))
        store.projects.declare([project(name="Kelp Forest")])
        assert store.projects.page() == (CORAL, project(name="Kelp Forest"))


def test_more_projects_than_fit_one_statement(stores: Store):
    stores.projects.declare([project(id=f"p{number:04}") for number in range(1201)])
    stores.projects.declare([project(id=f"p{number:04}", name="New") for number in range(1, 1201)])
    assert stores.projects.count() == 1200
    found = stores.projects.find("p1200")
    assert found is not None
    assert found.name == "New"


def test_another_edition_has_projects_of_its_own(database_url: str):
    with (
        closing(open_store(database_url, "slam-2023")) as last,
        closing(open_store(database_url, "2026")) as this,
    ):
        last.projects.declare([KELP])
        this.projects.declare([CORAL])
        assert last.projects.page() == (KELP,)
        assert this.projects.page() == (CORAL,)
        assert this.projects.find("kelp") is None
        assert this.projects.of_maintainer("U0M1") == (CORAL,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("jeager", "jaeger", id="swapped letters"),
        pytest.param("Jaegre", "jaeger", id="in another case"),
        pytest.param("kubernets", "kubernetes", id="a letter left out"),
        pytest.param("open", "openfga", id="only the beginning"),
        pytest.param("argocd", "argo-cd", id="without its dash"),
        pytest.param("coredns", "core-dns", id="with other letters around it"),
    ],
)
def test_what_was_meant(stores: Store, typed: str, meant: str):
    names = ("argo-cd", "core-dns", "jaeger", "kubernetes", "openfga", "tikv")
    stores.projects.declare([project(id=name) for name in names])
    assert stores.projects.near(typed)[0] == meant


def test_nothing_is_suggested_to_whoever_typed_something_else_altogether(store: Store):
    store.projects.declare([KELP, CORAL, REEF])
    assert store.projects.near("xyzzy") == ()
    assert store.projects.near("") == ()


@pytest.mark.parametrize("typed", ["\0", "kelp\0", "\ud83d", "ке́lp", "kelp" * 2000, "%", "'; --", ""])
def test_whatever_is_typed_is_a_project_that_there_is_not(stores: Store, typed: str):
    stores.projects.declare([KELP])
    assert stores.projects.find(typed) is None
    assert stores.projects.of_channel(typed) is None
    assert stores.projects.of_maintainer(typed) == ()
    assert stores.evidence.standing(typed) is None
    assert set(stores.projects.near(typed)) <= {"kelp"}


def test_suggestions_are_few(store: Store):
    store.projects.declare([project(id=f"kelp-{letter}") for letter in "abcdefgh"])
    assert len(store.projects.near("kelp", limit=3)) == 3


# --- Registered in Slack ------------------------------------------------------------------------------------


def test_a_project_is_registered_by_its_first_maintainer(stores: Store):
    assert stores.projects.register(CORAL, "U0M1", NOON)
    assert stores.projects.find("coral") == CORAL
    assert stores.projects.registrations() == (Registration(CORAL, "U0M1", NOON, is_removed=False),)
    assert not stores.projects.is_declared("coral")


def test_an_id_is_registered_once(database_url: str, stores: Store):
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(4) as threads:
        presses = [
            threads.submit((stores, other)[number % 2].projects.register, CORAL, f"U0M{number}", NOON)
            for number in range(8)
        ]
    assert sum(press.result() for press in presses) == 1
    stores.projects.declare([KELP])
    assert not stores.projects.register(KELP, "U0M1", NOON)


def test_what_the_file_names_the_file_decides(stores: Store):
    stores.projects.register(project(id="kelp", name="Another"), "U0M1", NOON)
    stores.projects.declare([KELP])
    assert stores.projects.find("kelp") == KELP
    assert stores.projects.is_declared("Kelp")
    assert stores.projects.registrations() == ()
    assert not stores.projects.change(replace(KELP, name="Mine"))
    assert not stores.projects.join("kelp", "U0NEW", NOON)
    assert not stores.projects.hand_over("kelp", KELP.maintainers[0], "U0NEW", NOON)
    assert stores.projects.leave("kelp", KELP.maintainers[0]) is Left.DECLARED
    assert not stores.projects.remove("kelp")
    assert stores.projects.find("kelp") == KELP


def test_a_registration_can_be_changed(stores: Store):
    stores.projects.register(CORAL, "U0M1", NOON)
    moved = replace(CORAL, channel="C0NEW", maintainers=("U0M2", "U0M3"))
    assert stores.projects.change(moved)
    assert stores.projects.find("coral") == moved
    assert not stores.projects.change(replace(REEF, name="Reef"))


def test_who_speaks_for_a_project_changes_and_somebody_always_does(stores: Store):
    stores.projects.register(replace(CORAL, maintainers=("U0M1",)), "U0M1", NOON)
    assert stores.projects.leave("coral", "U0M1") is Left.LAST
    assert stores.projects.join("coral", "U0M2", NOON)
    assert not stores.projects.join("coral", "U0M2", NOON)
    assert stores.projects.leave("coral", "U0M3") is Left.NOBODY
    assert stores.projects.leave("coral", "U0M1") is Left.LEFT
    assert stores.projects.hand_over("coral", "U0M2", "U0M3", NOON)
    assert not stores.projects.hand_over("coral", "U0M2", "U0M3", NOON)
    assert stores.projects.find("coral").maintainers == ("U0M3",)
    assert [each.id for each in stores.projects.of_maintainer("U0M3")] == ["coral"]


def test_whoever_leaves_only_guests_or_who_is_gone_behind_is_the_last(stores: Store):
    stores.projects.register(replace(CORAL, maintainers=("U0M1", "U0M2", "U0M3")), "U0M1", NOON)
    stores.people.keep("U0M2", Person(None, is_guest=True, is_deleted=False, known_at=NOON))
    stores.people.keep("U0M3", Person(None, is_guest=False, is_deleted=True, known_at=NOON))
    assert stores.projects.leave("coral", "U0M1") is Left.LAST
    assert stores.projects.leave("coral", "U0M2") is Left.LEFT
    stores.people.keep("U0M3", Person(None, is_guest=False, is_deleted=False, known_at=NOON))
    assert stores.projects.leave("coral", "U0M1") is Left.LEFT


def test_whoever_leaves_takes_one_connection_to_the_database(stores: Store):
    stores.projects.declare([KELP])
    with ExitStack() as others:
        for _ in range(POOLED - 1):
            others.enter_context(stores._database.read())
        assert stores.projects.leave("kelp", KELP.maintainers[0]) is Left.DECLARED


def test_of_two_who_leave_at_once_one_stays(database_url: str, stores: Store):
    stores.projects.register(CORAL, "U0M1", NOON)
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(2) as threads:
        leaving = [
            threads.submit(each.projects.leave, "coral", person)
            for each, person in ((stores, "U0M1"), (other, "U0M2"))
        ]
    assert {each.result() for each in leaving} == {Left.LEFT, Left.LAST}
    assert len(stores.projects.find("coral").maintainers) == 1


def test_what_is_removed_can_be_restored_or_registered_anew(stores: Store):
    stores.projects.register(CORAL, "U0M1", NOON)
    assert stores.projects.remove("coral")
    assert not stores.projects.remove("coral")
    assert stores.projects.find("coral") is None
    assert not stores.projects.join("coral", "U0M3", NOON)
    assert [each.is_removed for each in stores.projects.registrations()] == [True]
    assert stores.projects.restore("coral")
    assert not stores.projects.restore("coral")
    assert stores.projects.find("coral") == CORAL
    stores.projects.remove("coral")
    assert stores.projects.register(replace(CORAL, name="Coral again"), "U0M2", NOON)
    assert stores.projects.find("coral").name == "Coral again"


@pytest.mark.parametrize(
    ("person", "may"), [("U0REG", True), ("U0M1", True), ("U0M2", True), ("U0CAT", False)]
)
def test_only_whose_it_was_registers_it_anew(stores: Store, person: str, may: bool):
    stores.projects.register(CORAL, "U0REG", NOON)
    assert not stores.projects.is_others("coral", "U0CAT")  # it takes part: nobody registers it
    stores.projects.remove("coral")
    assert stores.projects.is_others("Coral", person) is not may
    assert stores.projects.register(replace(CORAL, name="Anew"), person, NOON) is may


def test_what_the_file_named_once_is_nobodys_but_an_organizers(stores: Store):
    stores.projects.declare([CORAL])
    stores.projects.declare([])
    assert not stores.projects.register(CORAL, "U0CAT", NOON)
    assert stores.projects.register(CORAL, "U0CAT", NOON, is_organizer=True)


def test_registered_projects_stay_when_the_file_is_read_again(stores: Store):
    stores.projects.register(CORAL, "U0M1", NOON)
    stores.projects.declare([KELP])
    stores.projects.declare([])
    assert stores.projects.every() == (CORAL,)


def test_who_asks_to_join_is_heard_once_a_week_and_forgotten(stores: Store):
    stores.projects.register(CORAL, "U0M1", NOON)
    letter = Direct("U0M1", "They ask to join.", ())
    asks = [
        stores.projects.ask_to_join("coral", "U0NEW", NOON + timedelta(days=days), letter)
        for days in (0, 6, 7, 8)
    ]
    assert asks == [True, False, True, False]
    assert len(stores.outbox.page(State.PENDING)) == 2
    assert stores.projects.asked_by("U0NEW", NOON) == 1
    assert stores.people.held("U0NEW").wishes == 1
    stores.people.forget("U0NEW", NOON)
    assert stores.people.held("U0NEW").wishes == stores.projects.asked_by("U0NEW", NOON) == 0


def test_nobody_asks_to_join_what_is_not_there_or_the_file_names(stores: Store):
    stores.projects.declare([KELP])
    letter = Direct("U0M1", "They ask to join.", ())
    assert not stores.projects.ask_to_join("kelp", "U0NEW", NOON, letter)
    assert not stores.projects.ask_to_join("nowhere", "U0NEW", NOON, letter)
    assert stores.outbox.page(State.PENDING) == ()


def test_of_two_that_share_a_channel_or_a_name_one_is_restored(database_url: str, stores: Store):
    shared = ({"channel": "C0ONE"}, {"clomonitor": "cncf/one"}, {"clomonitor": "CNCF/one"})
    for number, same in enumerate(shared):
        stores.projects.register(replace(REEF, id=f"p{number}", **same), "U0M1", NOON)
        stores.projects.remove(f"p{number}")
    stores.projects.register(replace(REEF, id="other", channel="C0ONE"), "U0M1", NOON)
    assert not stores.projects.restore("p0")
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(2) as threads:
        pressed = list(threads.map(lambda it: it[0].projects.restore(it[1]), [(stores, "p1"), (other, "p2")]))
    assert sorted(pressed) == [False, True]


def test_of_two_that_are_registered_at_once_with_a_channel_or_a_name_one_is(database_url: str, stores: Store):
    for same in ({"channel": "C0ONE"}, {"clomonitor": "cncf/one"}):
        before = len(stores.projects.every())
        with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(8) as threads:
            both, name = (stores, other), next(iter(same))
            presses = [
                threads.submit(
                    both[number % 2].projects.register,
                    replace(REEF, id=f"{name}{number}", **same), f"U0P{number}", NOON,
                )
                for number in range(8)
            ]  # fmt: skip
        assert sum(press.result() for press in presses) == 1
        assert len(stores.projects.every()) == before + 1


def test_nothing_is_changed_onto_the_channel_of_another(stores: Store):
    stores.projects.register(replace(REEF, channel="C0REEF"), "U0M1", NOON)
    stores.projects.register(CORAL, "U0M1", NOON)
    assert not stores.projects.change(replace(CORAL, channel="C0REEF"))
    assert stores.projects.change(replace(CORAL, name="Anew"))


@pytest.mark.parametrize("speaks", [True, False])
def test_who_registers_many_at_once_gets_no_more_than_they_may(
    database_url: str, stores: Store, speaks: bool
):
    mine = ("U0M1",) if speaks else ()
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(8) as threads:

        def press(number: int) -> bool:
            wanted = replace(REEF, id=f"p{number}", maintainers=mine)
            return (stores, other)[number % 2].projects.register(wanted, "U0M1", NOON, most=3)

        assert sum(threads.map(press, range(12))) == 3
    new = replace(REEF, id="late", maintainers=mine)
    assert stores.projects.register(new, "U0M1", NOON + timedelta(days=2), most=3) is not speaks


def test_who_asks_to_join_many_at_once_is_heard_as_often_as_they_may(database_url: str, stores: Store):
    for number in range(12):
        stores.projects.register(replace(REEF, id=f"p{number}"), "U0M1", NOON)
    with closing(open_store(database_url, "slam-2023")) as other, ThreadPoolExecutor(8) as threads:

        def press(number: int) -> bool:
            return (stores, other)[number % 2].projects.ask_to_join(f"p{number}", "U0NEW", NOON, most=3)

        assert sum(threads.map(press, range(12))) == 3


def test_whoever_takes_it_out_and_registers_it_again_and_again_registered_it_once(stores: Store):
    for hours in (0, 1, 23, 25):
        stores.projects.register(CORAL, "U0M1", NOON + timedelta(hours=hours))
        stores.projects.remove("coral")
        (registered,) = stores.projects.registrations()
        assert registered.at == (NOON if hours < 24 else NOON + timedelta(hours=hours))
