from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.config import Config
from bot.config.declared import Channels
from bot.store.outbox import Draft, NoticeRow
from bot.store.people import Person
from commands import remind
from rules.local import QuietHours
from rules.owed import known_kinds
from rules.slam import EVERYTHING, Reminder
from tests.builders import NOON, edition, finished, project, record
from tests.commands.asking import Clock, buttons, call, elements, library, lines, services, text

MAYA, ORLA, GUEST = "U0M1", "U0ORG1", "U0GUEST"
WEEK = timedelta(days=7)


def reminder(kind: str, **settings: Any) -> Reminder:
    module = known_kinds()[kind]
    return Reminder(kind, kind, module.Settings(id=kind, **settings), module.due)


CLOSING = reminder("deadline", milestone="close", before=(timedelta(days=14), WEEK))
REMINDERS = (
    CLOSING,
    reminder("stalled", after=timedelta(days=5)),
    reminder("digest", every=0, at=time(9)),
    reminder("awareness", milestone="close", before=(WEEK,)),
)


def config(**differences: Any) -> Config:
    return replace(
        Config(
            edition(),
            library(),
            organizers=(ORLA,),
            channels=Channels(announcements="C0SLAM"),
            reminders=REMINDERS,
            quiet_hours=QuietHours(time(0), time(0)),
        ),
        **differences,
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kelp(store):
    store.projects.declare(
        [project(), project(id="coral", name="Coral", channel=None, maintainers=("U0M2",))]
    )
    store.progress.keep({"kelp": (record(progressed_at=NOON), ())})
    return store


@pytest.fixture
def at_hand(kelp, clock):
    return services(kelp, clock, config=config())


def by(user: str, *args: str, **differences: Any):
    return replace(
        call(*args, user=user, **differences), person=Person("Europe/Berlin", user == GUEST, False, NOON)
    )


def row(reply, kind):
    return next(line for line in text(reply).split("\n") if line.startswith(("🔔 " + kind, "🔕 " + kind)))


def muted(store, holder="kelp"):
    return store.preferences.of(holder, NOON)


# --- What, where and when next -----------------------------------------------------------------------------


def test_a_project_is_told_what_it_is_reminded_of_where_and_when_next(at_hand):
    told = lines(remind.run(by(MAYA), at_hand))
    assert "Said in <#C0KELP>, at most 2 messages a day." in told
    assert told[told.index("🔔 Deadlines") + 2] == "Next, as things stand: 24 Oct 2023, 11:59 UTC"
    assert told[told.index("🔔 Nudges") + 2] == "Next, as things stand: 25 Oct 2023, 12:00 UTC"
    assert told[told.index("🔔 Weekly looks") + 2] == "Next, as things stand: 23 Oct 2023, 07:00 UTC"
    assert "🔔 Invitations" not in told


def test_what_was_told_already_does_not_come_next(kelp, at_hand):
    told = "slam-2023/deadline/close@2023-11-06T23:59-12:00/14d/kelp/C0KELP"
    later = NOON + timedelta(days=5)
    draft = Draft("kelp", "C0KELP", (NoticeRow(told, "deadline"),), "told", (), later + WEEK)
    kelp.outbox.owe([draft], (), later)
    lines_ = lines(remind.run(by(MAYA, now=later), at_hand))
    assert lines_[lines_.index("🔔 Deadlines") + 2] == "Next, as things stand: 31 Oct 2023, 11:59 UTC"


def test_what_comes_at_night_is_said_in_the_morning(kelp):
    late = reminder("digest", every=0, at=time(23))
    nights = config(reminders=(late,), quiet_hours=QuietHours(time(21), time(8)))
    told = lines(remind.run(by(MAYA), services(kelp, config=nights)))
    assert "Next, as things stand: 24 Oct 2023, 06:00 UTC" in told
    assert "Said in <#C0KELP>, at most 2 messages a day; none between 21:00 and 08:00 if it can wait." in told


def test_without_reminders_nothing_is_foretold(kelp):
    told = text(remind.run(by(MAYA), services(kelp, config=config(reminders=()))))
    assert "as things stand" not in told


def test_whoever_found_everything_is_told_why_little_comes(kelp, at_hand):
    kelp.progress.keep({"kelp": (replace(finished(), measured_at=NOON), ())})
    told = text(remind.run(by(MAYA), at_hand))
    assert "All of its evidence is found" in told
    assert "as things stand" not in told


def test_a_channel_that_refuses_is_said_to(kelp, at_hand):
    kelp.closed.close("C0KELP", "is_archived", NOON)
    assert "Slack says `is_archived`" in text(remind.run(by(MAYA), at_hand))


def test_a_project_without_a_channel_is_told_whom_it_reaches(at_hand):
    assert "Coral has no channel" in text(remind.run(by("U0M2"), at_hand))


def test_a_pause_is_said(kelp, at_hand):
    kelp.switches.pause(ORLA, NOON)
    assert "paused" in text(remind.run(by(MAYA), at_hand))


def test_whoever_has_several_projects_chooses(kelp):
    kelp.projects.declare([project(), project(id="reef", name="Reef", channel="C0REEF")])
    reply = remind.run(by(MAYA), services(kelp, config=config()))
    assert [each["value"] for each in elements(reply.message.blocks)] == ["kelp", "reef", MAYA]


def test_everybody_may_look_and_is_told_who_may_change_it(at_hand):
    reply = remind.run(by("U0STRANGER", "kelp"), at_hand)
    assert buttons(reply) == {}
    assert f"<@{MAYA}>, or an organizer: <@{ORLA}> can change this." in text(reply)


def test_the_project_of_a_channel_that_is_named_is_meant(at_hand):
    assert "Reminders · Kelp" in text(remind.run(by(MAYA, "<#C0KELP|kelp>"), at_hand))
    assert "Said in <#C0SLAM>" in text(remind.run(by(MAYA, "<#C0SLAM>"), at_hand))


def test_where_the_slam_itself_is_talked_about_it_tells_what_is_said_there(at_hand):
    reply = remind.run(by(MAYA, channel="C0SLAM"), at_hand)
    told = lines(reply)
    assert told[told.index("🔔 Invitations") + 2] == "Next, as things stand: 31 Oct 2023, 11:59 UTC"
    action, value = buttons(reply)["My projects"]
    assert (action, value) == ("remind.mine", "")
    assert "Reminders · Kelp" in text(remind.mine(by(MAYA, channel="C0SLAM"), at_hand))


def test_in_a_direct_message_it_tells_what_is_said_there(kelp, at_hand):
    assert "Reminders · Kelp" in text(remind.run(by(MAYA, channel="D0MAYA"), at_hand))
    kelp.preferences.want_direct(MAYA, NOON)
    assert "sent to you directly" in text(remind.run(by(MAYA, channel="D0MAYA"), at_hand))


# --- Turning it off and on ---------------------------------------------------------------------------------


def test_a_kind_is_muted_and_unmuted(kelp, at_hand, clock):
    reply = remind.run(by(MAYA), at_hand)
    assert "kelp deadline" in [each["value"] for each in elements(reply.message.blocks)]
    reply = remind.off(by(MAYA, "kelp", "deadline"), at_hand)
    assert reply.replace
    assert row(reply, "Deadlines") == "🔕 Deadlines, muted until somebody turns it on again"
    assert muted(kelp) == {"deadline": None}
    assert row(remind.on(by(MAYA, "kelp", "deadline"), at_hand), "Deadlines") == "🔔 Deadlines"
    assert muted(kelp) == {}
    assert clock.woken == 2


@pytest.mark.parametrize(("label", "days"), [("Off for a day", 1), ("Off for a week", 7)])
def test_everything_is_snoozed_for_a_while(kelp, at_hand, label, days):
    action, value = buttons(remind.run(by(MAYA), at_hand))[label]
    assert action == "remind.off"
    told = text(remind.off(by(MAYA, *value.split()), at_hand))
    assert "Everything is off until 2" in told
    assert "as things stand" not in told
    assert muted(kelp) == {EVERYTHING: NOON + timedelta(days=days)}
    assert remind.run(by(MAYA, now=NOON + timedelta(days=days)), at_hand)
    assert kelp.preferences.of("kelp", NOON + timedelta(days=days)) == {}


def test_everything_is_turned_off_and_on_again(kelp, at_hand):
    _, value = buttons(remind.run(by(MAYA), at_hand))["Turn all off"]
    reply = remind.off(by(MAYA, *value.split()), at_hand)
    assert muted(kelp) == {EVERYTHING: None}
    action, value = buttons(reply)["Turn on again"]
    assert action == "remind.on"
    remind.on(by(MAYA, *value.split()), at_hand)
    assert muted(kelp) == {}


def test_the_button_of_a_message_mutes_its_kind_and_leaves_the_message(kelp, at_hand, clock):
    reply = remind.mute(by(MAYA, "kelp", "deadline"), at_hand)
    assert not reply.replace
    assert "Deadlines are muted for Kelp." in text(reply)
    assert buttons(reply)["Unmute"] == ("remind.on", "kelp deadline")
    assert muted(kelp) == {"deadline": None}
    assert clock.woken == 1


# --- Who may -----------------------------------------------------------------------------------------------

PRESSES = (remind.mute, remind.off, remind.on)


@pytest.mark.parametrize("press", PRESSES)
@pytest.mark.parametrize(
    ("user", "holder", "who_could"),
    [
        pytest.param(
            "U0STRANGER", "kelp", f"<@{MAYA}>, or an organizer: <@{ORLA}>", id="a stranger, of a project"
        ),
        pytest.param("U0M2", "kelp", f"<@{MAYA}>", id="another project's maintainer"),
        pytest.param(ORLA, MAYA, f"Only <@{MAYA}>", id="an organizer, of a person"),
        pytest.param(MAYA, "C0SLAM", f"an organizer: <@{ORLA}>", id="a maintainer, of the Slam's channel"),
    ],
)
def test_others_are_told_who_could(at_hand, press, user, holder, who_could):
    assert who_could in text(press(by(user, holder, "deadline"), at_hand))
    assert muted(at_hand.store, holder) == {}


@pytest.mark.parametrize(
    ("user", "holder"),
    [
        pytest.param(MAYA, "kelp", id="a maintainer, of the project"),
        pytest.param(ORLA, "kelp", id="an organizer, of a project"),
        pytest.param(MAYA, MAYA, id="a person, of their own"),
        pytest.param(ORLA, "C0SLAM", id="an organizer, of the Slam's channel"),
    ],
)
def test_these_may(kelp, at_hand, user, holder):
    for press in PRESSES[:2]:
        assert lines(press(by(user, holder, "awareness"), at_hand))
        assert muted(kelp, holder) == {"awareness": None}


def test_guests_look_and_change_nothing(kelp, clock):
    kelp.projects.declare([project(maintainers=(GUEST,))])
    at_hand = services(kelp, clock, config=config())
    assert "Guests" in text(remind.off(by(GUEST, "kelp", "deadline"), at_hand))
    assert "Guests" in text(remind.direct(by(GUEST, "on"), at_hand))
    assert buttons(remind.run(by(GUEST), at_hand)) == {}
    assert (muted(kelp), kelp.preferences.direct()) == ({}, frozenset())


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="none"),
        pytest.param(("kelp",), id="no kind"),
        pytest.param(("kelp", "nonsense"), id="a kind of long ago"),
        pytest.param(("gone", "deadline"), id="a project of long ago"),
        pytest.param(("kelp", "deadline", "forever"), id="days that are none"),
        pytest.param(("kelp", "deadline", "99999999"), id="too many days"),
        pytest.param(("<!channel>", "<!here>", "²"), id="nonsense"),
    ],
)
@pytest.mark.parametrize("press", [*PRESSES, remind.show, remind.direct])
def test_whatever_a_button_says_is_answered(at_hand, press, words):
    reply = press(by(MAYA, *words), at_hand)
    assert text(reply)
    assert "<!channel>" not in str(reply.message.blocks)


# --- Direct messages ---------------------------------------------------------------------------------------


def test_a_maintainer_asks_for_direct_messages_and_ends_them(kelp, at_hand):
    reply = remind.run(by(MAYA, "me"), at_hand)
    assert "You get no direct messages" in text(reply)
    action, value = buttons(reply)["Send it to me too"]
    assert action == "remind.direct"
    reply = remind.direct(by(MAYA, value), at_hand)
    assert kelp.preferences.direct() == {MAYA}
    assert "What is said about Kelp is sent to you too" in text(reply)
    assert "Next, as things stand: 24 Oct 2023, 11:59 UTC" in lines(reply)
    assert buttons(reply)["Turn all off"] == ("remind.off", f"{MAYA} *")
    _, value = buttons(reply)["No direct messages"]
    remind.direct(by(MAYA, value), at_hand)
    assert kelp.preferences.direct() == frozenset()


def test_whoever_maintains_nothing_has_nothing_to_be_sent(at_hand):
    reply = remind.run(by("U0STRANGER", "me"), at_hand)
    assert "nothing to send to you" in text(reply)
    assert buttons(reply) == {}


def test_what_a_person_mutes_is_still_said_in_the_channel(kelp, at_hand):
    remind.direct(by(MAYA, "on"), at_hand)
    remind.off(by(MAYA, MAYA, "deadline"), at_hand)
    assert row(remind.run(by(MAYA, "me"), at_hand), "Deadlines").startswith("🔕")
    assert row(remind.run(by(MAYA), at_hand), "Deadlines").startswith("🔔")


def test_nobody_looks_at_what_another_is_sent(kelp, at_hand):
    kelp.preferences.want_direct(MAYA, NOON)
    assert "Kelp" not in text(remind.show(by("U0STRANGER", MAYA), at_hand))


def test_every_kind_says_what_it_is(kelp):
    every = tuple(
        reminder(name, **{"after": WEEK} if name == "stalled" else {})
        for name in known_kinds()
        if name in ("progress", "moved", "announcement", "stalled")
    )
    told = lines(remind.run(by(MAYA), services(kelp, config=config(reminders=every))))
    for each in every:
        module = known_kinds()[each.kind]
        assert f"🔔 {module.TITLE.capitalize()}" in told
        assert module.__doc__.splitlines()[0] in told


def test_either_database_remembers_what_was_turned_off(stores):
    stores.projects.declare([project()])
    at_hand = services(stores, config=config())
    remind.off(by(MAYA, "kelp", "deadline"), at_hand)
    remind.off(by(MAYA, "kelp", EVERYTHING, "1"), at_hand)
    remind.direct(by(MAYA, "on"), at_hand)
    told = text(remind.run(by(MAYA), at_hand))
    assert "Everything is off until 21 Oct 2023, 12:00 UTC" in told
    assert "🔕 Deadlines" in told
    assert "sent to you too" in text(remind.run(by(MAYA, "me"), at_hand))
