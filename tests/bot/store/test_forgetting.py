"""What is left of somebody who is forgotten: nothing that names them but what others did with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from bot.blocks import actions, button
from bot.store import Store, open_store
from bot.store.database import Database
from bot.store.delivery import Settled
from bot.store.outbox import State
from bot.store.people import Held, Person
from bot.store.posts import Post, Where
from bot.store.tables import metadata
from rules.help import QuestionState, Volunteer
from rules.slam import EVERYTHING
from tests.bot.outbox.world import draft
from tests.bot.store.test_questions import ADA, CARD, MINUTE, NOOR, PACE, VIKRAM, ask, claimed, deliver, said
from tests.builders import NOON, project

SECRET = "my very own words"


def live(store: Store) -> None:
    """Ada does everything that somebody can do."""
    store.people.keep(ADA, Person("Europe/Berlin", is_guest=False, is_deleted=False, known_at=NOON))
    store.preferences.mute(ADA, EVERYTHING, ADA, NOON)
    store.preferences.mute("C0REEF", EVERYTHING, ADA, NOON)
    store.preferences.want_direct(ADA, NOON)
    store.courses.done(ADA, "lfel1005", NOON)
    store.volunteers.join(Volunteer(ADA, ("sbom",)), NOON)
    store.volunteers.approve(ADA, "U0ORLA", NOON)
    store.closed.close(ADA, "user_disabled", NOON)
    store.projects.register(project(id="reef", maintainers=(ADA, NOOR)), ADA, NOON)
    told = [
        draft(1, NOON, reader=ADA, keys=[f"direct/{ADA}"]),
        draft(2, NOON, keys=[f"volunteer/{ADA}@now"], blocks=(actions(button("Look", "open", ADA)),)),
        draft(3, NOON, keys=[f"trouble/{ADA}@now", "trouble/other"], text=f"Hm:\n{ADA} hears nothing"),
    ]
    store.outbox.owe(told, (), NOON)
    posts = (
        Post(Where.CARD, f"<@{ADA}> asks: {SECRET}", (), to="C0HELP"),
        Post(Where.TALK, f"<@{ADA}> and <@{VIKRAM}>", (), people=(ADA, VIKRAM)),
    )
    ask(store, text=SECRET, say=lambda _: posts)
    solved = claimed(store, text=SECRET)
    store.questions.resolve(solved.id, ADA, NOON, answer=SECRET)
    has_it = Post(Where.THREAD, f"<@{ADA}> has it", ())
    claimed(store, ADA, asker=NOOR, say=lambda _: (CARD, has_it))


def release(store: Store) -> None:
    store.questions.release(claimed(store, ADA, asker=NOOR).id, ADA, NOON)


def everything(database_url: str) -> str:
    """All rows of all tables."""
    with closing(Database(database_url)) as database, database.read() as read:
        return "\n".join(
            f"{table.name}: {tuple(row)}"
            for table in metadata.sorted_tables
            for row in read.execute(sa.select(table))
        )


@pytest.mark.parametrize("is_delivered", [True, False])
def test_nothing_names_who_is_forgotten(database_url: str, stores: Store, is_delivered: bool):
    live(stores)
    if is_delivered:
        stores.closed.open(ADA)
        deliver(stores)
    assert ADA in everything(database_url)
    stores.people.forget(ADA, NOON)
    left = everything(database_url)
    assert [line for line in left.splitlines() if ADA in line or SECRET in line] == []


def in_files(store_url: str) -> list[str]:
    """What is read of Ada in the files of a SQLite database."""
    path = Path(str(make_url(store_url).database))
    files = [path, path.with_name(f"{path.name}-wal")]
    return [
        f"{word} in {file.name}"
        for file in files
        for word in (SECRET, ADA)
        if word.encode() in file.read_bytes()
    ]


def test_the_files_hold_nothing_of_who_is_forgotten(sqlite_url: str, store: Store):
    live(store)
    assert in_files(sqlite_url) != []
    store.people.forget(ADA, NOON)
    assert in_files(sqlite_url) == []


def test_where_somebody_reads_meanwhile_the_files_are_emptied_later(sqlite_url: str, store: Store):
    live(store)
    with closing(sqlite3.connect(make_url(sqlite_url).database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM questions").fetchall()
        store.people.forget(ADA, NOON)
        assert in_files(sqlite_url) != []
    store.empty_log()
    assert in_files(sqlite_url) == []


def test_what_is_held_on_somebody_can_be_seen(stores: Store):
    nothing = Held(False, 0, 0, 0, 0, False, 0, 0, 0, 0)
    assert stores.people.held(ADA) == nothing
    live(stores)
    assert stores.people.held(ADA) == Held(
        told_by_slack=True,
        preferences=3,
        courses=1,
        questions=2,
        helped=1,
        is_volunteer=True,
        projects=1,
        wishes=0,
        registered=1,
        messages=1,
    )
    stores.people.forget(ADA, NOON)
    assert stores.people.held(ADA) == nothing


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda store: claimed(store, ADA, asker=NOOR), id="took a question"),
        pytest.param(
            lambda store: store.questions.resolve(ask(store, asker=NOOR).id, ADA, NOON), id="resolved one"
        ),
        pytest.param(release, id="was asked and let it go"),
        pytest.param(lambda store: store.projects.register(project(id="reef"), ADA, NOON), id="registered"),
        pytest.param(lambda store: store.preferences.mute("C0REEF", EVERYTHING, ADA, NOON), id="muted"),
        pytest.param(lambda store: store.outbox.owe([draft(1, NOON, reader=ADA)], (), NOON), id="was told"),
    ],
)
def test_whatever_somebody_did_is_held_until_they_are_forgotten(
    database_url: str, stores: Store, act: Callable[[Store], object]
):
    nothing = stores.people.held(ADA)
    act(stores)
    assert stores.people.held(ADA) != nothing
    stores.people.forget(ADA, NOON)
    assert ADA not in everything(database_url)
    assert stores.people.held(ADA) == nothing


def test_their_questions_are_taken_back_and_their_cards_say_so(stores: Store):
    question = ask(stores, text=SECRET, say=lambda _: (Post(Where.CARD, SECRET, (), to="C0HELP"),))
    deliver(stores)
    stores.people.forget(ADA, NOON, lambda now: (Post(Where.CARD_NOW, f"{now.text}was taken back", ()),))
    assert said(stores) == ["was taken back"]
    assert stores.questions.find(question.id).state is QuestionState.WITHDRAWN
    assert stores.questions.find(question.id).asker == "someone"


def test_what_quotes_them_elsewhere_is_shown_without_their_words(database_url: str, stores: Store):
    """A conversation of three, and cards of another edition."""
    talk = Post(Where.TALK, SECRET, (), people=(ADA, VIKRAM))
    other = Post(Where.THREAD, "an answer", ())
    with closing(open_store(database_url, "slam-2022")) as last_year:
        ask(last_year, text=SECRET)
        deliver(last_year)
    ask(stores, text=SECRET, say=lambda _: (CARD, talk, other))
    deliver(stores)
    stores.people.forget(ADA, NOON)
    assert said(stores) == ["This was taken back."] * 2
    stores.outbox.owe((), (), NOON)
    changed = []
    while turn := stores.delivery.turn("w1", PACE, NOON, room=1).claimed:
        changed += [each.updates.ts for each in turn]
        done = [Settled(each.id, each.attempt, State.SENT, NOON, each.reader) for each in turn]
        stores.delivery.turn("w1", PACE, NOON, settled=done)
    assert changed == ["1.0", "3.0"]  # the old card, and the conversation


def test_a_card_that_was_not_posted_yet_never_is(stores: Store):
    ask(stores, text=SECRET)
    stores.people.forget(ADA, NOON, lambda now: (Post(Where.CARD_NOW, "was taken back", ()),))
    assert said(stores) == []


def test_what_they_owned_is_open_for_others(stores: Store):
    mine = claimed(stores, ADA, asker=NOOR)
    stores.people.forget(
        ADA, NOON + MINUTE, lambda now: (Post(Where.THREAD, f"{now.state.value} again", ()),)
    )
    free = stores.questions.find(mine.id)
    assert (free.state, free.owner, free.asker) == (QuestionState.OPEN, None, NOOR)
    assert said(stores) == ["the card", "open again"]


def test_others_are_not_forgotten_with_them(database_url: str, stores: Store):
    longer = f"{ADA}X"
    stores.courses.done(longer, "lfel1005", NOON)
    talk = Post(Where.TALK, f"<@{longer}>: talk", (), people=(longer, VIKRAM))
    ask(stores, asker=longer, say=lambda _: (CARD, talk))
    stores.outbox.owe([draft(1, NOON, keys=[f"trouble/{longer}"], text=f"{longer} hears nothing")], (), NOON)
    before = everything(database_url)
    stores.people.forget(ADA, NOON)
    assert everything(database_url) == before


def test_what_the_file_names_stays(stores: Store):
    stores.projects.declare([project(maintainers=(ADA,))])
    stores.people.forget(ADA, NOON)
    assert stores.projects.find("kelp").maintainers == (ADA,)


def test_a_volunteer_of_the_file_stays_one_as_if_nothing_had_happened(stores: Store):
    declared = Volunteer(ADA, ("sbom",), capacity=2)
    stores.volunteers.declare([declared])
    before = stores.volunteers.enrolled()
    kept = claimed(stores, ADA, asker=NOOR)
    stores.questions.resolve(kept.id, NOOR, NOON)
    stores.volunteers.away(ADA, NOON + MINUTE)
    stores.volunteers.set_duty(ADA, on=False)
    assert stores.people.held(ADA).is_volunteer
    stores.people.forget(ADA, NOON)
    assert stores.volunteers.enrolled() == before
    assert not stores.people.held(ADA).is_volunteer


@pytest.mark.parametrize("is_declared", [True, False])
def test_who_stays_a_volunteer_is_not_asked_for_what_they_let_go(stores: Store, is_declared: bool):
    stores.volunteers.declare([Volunteer(ADA)] if is_declared else [])
    mine = claimed(stores, ADA, asker=NOOR)
    stores.people.forget(ADA, NOON)
    assert stores.questions.find(mine.id).asked == ((ADA,) if is_declared else ())


def test_nothing_comes_back_of_who_is_forgotten_while_they_are_written_to(database_url: str, stores: Store):
    stores.outbox.owe([draft(1, NOON, reader=ADA, keys=[f"direct/{ADA}"])], (), NOON)
    (sending,) = stores.delivery.turn("w1", PACE, NOON, room=1).claimed
    stores.people.forget(ADA, NOON)
    went = Settled(sending.id, sending.attempt, State.SENT, NOON, ADA, "D0ADA", "1.0", "gone", closes=True)
    stores.delivery.turn("w1", PACE, NOON, settled=[went])
    assert ADA not in everything(database_url)


def test_they_are_forgotten_in_every_edition(database_url: str, stores: Store):
    with closing(open_store(database_url, "slam-2022")) as last_year:
        live(last_year)
        stores.people.forget(ADA, NOON)
        assert last_year.questions.of_asker(ADA) == ()
    left: Any = everything(database_url)
    assert ADA not in left
    assert SECRET not in left


def test_what_is_on_its_way_is_not_lost_track_of(stores: Store):
    ask(stores, text=SECRET)
    stores.outbox.owe((), (), NOON)
    stores.delivery.turn("w1", PACE, NOON, room=1)
    stores.people.forget(ADA, NOON, lambda now: (Post(Where.CARD_NOW, "was taken back", ()),))
    assert said(stores) == ["was taken back"]
    assert stores.outbox.counts()[State.SENDING] == 1
