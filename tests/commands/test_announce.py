from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import notices, planning
from bot.config import Config
from bot.reply import Call, Reply
from bot.store import Store
from bot.store.outbox import Draft, NoticeRow
from bot.store.people import Person
from commands import announce
from rules.owed import Bundle
from tests.builders import NOON
from tests.commands.asking import buttons, call, elements, lines, text
from tests.commands.organizing import KELP, MAYA, ORLA, OTTO, REEF, Desk, config, dialog, in_a_dialog

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALONE = config(organizers=(ORLA,))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def reef(store: Store) -> Store:
    store.projects.declare(REEF)
    return store


def sent_off(
    words: str = "The Slam *begins*: https://example.org",
    *,
    to: tuple[str, ...] = ("everyone",),
    when: datetime | None = None,
    private: str = "",
    user: str = ORLA,
) -> Call:
    """What the dialog holds when it is sent off."""
    form = {"text": words, "audience": to, "when": str(int(when.timestamp())) if when else ""}
    return replace(call(user=user), form=form, private=private)


def written(store: Store, desk: Desk, configured: Config | None = None, **given: object) -> Reply:
    return announce.keep(sent_off(**given), desk.services(store, configured))  # type: ignore[arg-type]


def asked(store: Store, desk: Desk, **given: object) -> Reply:
    """Number 1 waits for approval."""
    written(store, desk, **given)
    return announce.request(call("1", user=ORLA), desk.services(store))


def deliver(store: Store, now: datetime, configured: Config | None = None) -> list[str]:
    """What goes out by itself at that moment, by reader."""
    plan = planning.owed(store, configured or config(), now)
    drafts = [_draft(bundle) for bundle in plan.bundles]
    store.outbox.owe(drafts, [message.message for message in plan.withdrawn], now)
    return sorted(draft.reader for draft in drafts)


def _draft(bundle: Bundle) -> Draft:
    told = notices.drawn(bundle.notices)
    rows = tuple(NoticeRow(each.key, each.kind) for each in bundle.notices)
    return Draft(bundle.project, bundle.reader.id, rows, told.text, told.blocks, bundle.pointless_at)


# --- Writing ------------------------------------------------------------------------------------------------


def test_who_opens_it_first_is_told_to_write_one(reef: Store, desk: Desk):
    answer = announce.run(call(user=ORLA), desk.services(reef))
    assert "No announcement was written yet" in text(answer)
    assert buttons(answer) == {"Write one": ("announce.write", "")}


def test_the_dialog_asks_what_to_whom_and_when(reef: Store, desk: Desk):
    fields = dialog(announce.write(call(user=ORLA), desk.services(reef)))
    assert list(fields) == ["text", "audience", "when"]
    offered = {option["value"] for option in fields["audience"]["options"]}
    assert {"everyone", "unregistered", "one_step_away", "badge:cleaner", "maturity:sandbox"} <= offered
    assert [option["value"] for option in fields["audience"]["initial_options"]] == ["everyone"]


def test_what_was_written_is_shown_as_it_will_look_and_to_how_many(reef: Store, desk: Desk):
    answer = written(reef, desk)
    in_a_dialog(answer)
    said = text(answer)
    assert "Announcement 1: draft" in said
    assert "The Slam begins: https://example.org" in said
    assert "To every registered project: 2 projects, in 2 channels." in said
    assert "1 project of them cannot be told" in said
    assert "ask another organizer for approval" in said
    assert desk.woken == 0


def test_it_looks_exactly_as_the_message_that_goes_out(reef: Store, desk: Desk):
    preview = asked(reef, desk)
    announce.approve(call("1", user=OTTO), desk.services(reef))
    (notice, *_) = planning.owed(reef, config(), NOON).notices
    out = json.dumps([_inert(block) for block in notices.drawn([notice]).blocks])
    assert out[1:-1] in json.dumps([_inert(block) for block in preview.message.blocks])


def _inert(block: dict) -> dict:
    """Without what its buttons do."""
    if block["type"] != "actions":
        return block
    bare = [{"type": each["type"], "text": each["text"]} for each in block["elements"]]
    return {**block, "elements": bare}


def test_the_buttons_of_the_sample_mute_nobody(reef: Store, desk: Desk):
    answer = written(reef, desk)
    assert {action for action, _ in buttons(answer).values() if not action.startswith("announce.")} == set()
    pressed = announce.sample(call("1", user=ORLA), desk.services(reef))
    assert "belongs to the message" in text(pressed)
    assert reef.preferences.muted(NOON) == {}


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        pytest.param({"words": " \u202e "}, "text", "Say something", id="nothing is said"),
        pytest.param({"words": "&" * 2500}, "text", "too long", id="what Slack would cut"),
        pytest.param({"to": ("finnished",)}, "audience", "did you mean 'finished'", id="no such audience"),
        pytest.param({"to": ()}, "audience", "expected a word", id="nobody"),
        pytest.param(
            {"to": ("unregistered", "stalled")}, "audience", "stands alone", id="two kinds of people"
        ),
        pytest.param({"when": NOON - HOUR}, "when", "has passed", id="a moment that has passed"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_is_kept(reef: Store, desk: Desk, given, field, said):
    answer = written(reef, desk, **given)
    assert said in answer.errors[field]
    assert answer.message is None
    assert reef.announcements.page() == ()


def test_whoever_writes_mentions_nobody(reef: Store, desk: Desk):
    answer = written(reef, desk, words="<!channel> <@U0MAYA> <https://evil.example|your bank> & more")
    assert "<!channel>" not in json.dumps(answer.message.blocks)
    assert "|your bank>" not in json.dumps(answer.message.blocks)
    assert "&lt;!channel&gt;" in json.dumps(answer.message.blocks)


def test_a_draft_can_be_changed(reef: Store, desk: Desk):
    written(reef, desk)
    fields = dialog(opened := announce.change(call("1", user=OTTO), desk.services(reef)))
    assert fields["text"]["initial_value"] == "The Slam *begins*: https://example.org"
    answer = written(reef, desk, words="Better", to=("stalled",), private=opened.modal.private, user=OTTO)
    assert "Better" in text(answer)
    assert "projects without progress for five days" in text(answer)
    assert len(reef.announcements.page()) == 1


def test_what_waits_for_approval_cannot_be_changed(reef: Store, desk: Desk):
    asked(reef, desk)
    assert "no draft any more" in written(reef, desk, words="Other", private="1").errors["text"]
    assert "The Slam" in reef.announcements.find(1).text


def test_another_one_can_begin_as_a_copy(reef: Store, desk: Desk):
    written(reef, desk, words="Again and again", to=("stalled", "maturity:sandbox"))
    announce.cancel(call("1", user=ORLA), desk.services(reef))
    answer = announce.like(call("1", user=ORLA), desk.services(reef))
    assert dialog(answer)["text"]["initial_value"] == "Again and again"
    assert answer.modal.private == ""


# --- Approving ----------------------------------------------------------------------------------------------


def test_asking_for_approval_asks_in_the_organizers_channel_and_sends_nothing_else(reef: Store, desk: Desk):
    answer = asked(reef, desk)
    assert "waits for approval" in text(answer)
    assert "another organizer approves it: they are asked in <#C0ORGS>, or type `/slam announce 1`" in text(
        answer
    )
    assert "Approve" not in buttons(answer)
    assert desk.woken == 1
    (notice,) = planning.owed(reef, config(), NOON).notices
    assert notice.reader.id == "C0ORGS"
    (offer,) = notice.offers
    assert announce.BUTTONS[offer.action.removeprefix("announce.")] is announce.show
    assert "waits for approval" in text(announce.show(call(offer.value, user=OTTO), desk.services(reef)))


def test_a_second_organizer_approves_and_it_goes_out(reef: Store, desk: Desk):
    asked(reef, desk)
    offered = buttons(announce.show(call("1", user=OTTO), desk.services(reef)))
    assert offered["Approve"] == ("announce.approve", "1")
    answer = announce.approve(call("1", user=OTTO), desk.services(reef))
    assert answer.replace
    assert f"Approved by <@{OTTO}>" in text(answer)
    assert "2 waiting for their turn" in text(answer)
    assert desk.woken == 2
    assert deliver(reef, NOON) == ["C0CORAL", "C0KELP"]


def test_nobody_approves_their_own(reef: Store, desk: Desk):
    asked(reef, desk)
    answer = announce.approve(call("1", user=ORLA), desk.services(reef))
    assert "another organizer approves it" in text(answer)
    assert deliver(reef, NOON) == ["C0ORGS"]


def test_what_one_has_approved_is_not_approved_again(reef: Store, desk: Desk):
    third = config(organizers=(ORLA, OTTO, "U0OLGA"))
    asked(reef, desk)
    announce.approve(call("1", user=OTTO), desk.services(reef, third))
    answer = announce.approve(call("1", user="U0OLGA", now=NOON + HOUR), desk.services(reef, third))
    assert "no longer waits for approval" in text(answer)
    assert reef.announcements.find(1).send_at == NOON


def test_an_organizer_who_is_alone_sends_by_themselves(reef: Store, desk: Desk):
    answer = written(reef, desk, ALONE)
    assert buttons(answer)["Send it"] == ("announce.ask", "1")
    answer = announce.request(call("1", user=ORLA), desk.services(reef, ALONE))
    assert "on its way" in text(answer)
    assert deliver(reef, NOON, ALONE) == ["C0CORAL", "C0KELP"]


def test_with_a_user_group_nobody_is_alone(reef: Store, desk: Desk):
    group = config(organizers=(ORLA, "S0GROUP"))
    written(reef, desk, group)
    announce.request(call("1", user=ORLA), desk.services(reef, group))
    announce.approve(call("1", user=ORLA), desk.services(reef, group))
    assert reef.announcements.find(1).approved_at is None


def test_it_goes_out_when_its_author_wants(reef: Store, desk: Desk):
    asked(reef, desk, when=NOON + DAY)
    answer = announce.approve(call("1", user=OTTO), desk.services(reef))
    assert "Announcement 1: approved" in text(answer)
    assert deliver(reef, NOON + HOUR) == []
    assert deliver(reef, NOON + DAY) == ["C0CORAL", "C0KELP"]


def test_what_is_approved_late_goes_out_at_once(reef: Store, desk: Desk):
    asked(reef, desk, when=NOON + HOUR)
    announce.approve(call("1", user=OTTO, now=NOON + 2 * HOUR), desk.services(reef))
    assert reef.announcements.find(1).send_at == NOON + 2 * HOUR


# --- Watching and cancelling --------------------------------------------------------------------------------


def test_it_is_watched_going_out(reef: Store, desk: Desk):
    asked(reef, desk)
    announce.approve(call("1", user=OTTO), desk.services(reef))
    deliver(reef, NOON)
    answer = announce.refresh(call("1", user=ORLA), desk.services(reef))
    assert answer.replace
    assert "0 sent · 2 on their way" in text(answer)
    assert {"Refresh", "Cancel the rest"} <= set(buttons(answer))


def test_while_all_is_paused_it_says_so(reef: Store, desk: Desk):
    asked(reef, desk)
    announce.approve(call("1", user=OTTO), desk.services(reef))
    reef.switches.pause(OTTO, NOON)
    assert "Everything is paused" in text(announce.show(call("1", user=ORLA), desk.services(reef)))


def test_the_rest_is_cancelled(reef: Store, desk: Desk):
    asked(reef, desk)
    announce.approve(call("1", user=OTTO), desk.services(reef))
    deliver(reef, NOON)
    answer = announce.cancel(call("1", user=ORLA), desk.services(reef))
    assert f"Cancelled 20 Oct 2023, 12:00 UTC by <@{ORLA}>" in text(answer)
    deliver(reef, NOON)
    assert reef.outbox.pending() == ()
    again = announce.cancel(call("1", user=OTTO), desk.services(reef))
    assert "cancelled before" in text(again)


def test_to_whom_is_told_by_name_page_by_page(reef: Store, desk: Desk):
    many = tuple(replace(KELP, id=f"p{n:02}", name=f"P{n:02}", channel=f"C0P{n:02}") for n in range(30))
    reef.projects.declare((*many, *REEF))
    reef.preferences.mute("p03", "announcement", MAYA, NOON)
    reef.preferences.want_direct(MAYA, NOON)
    reef.preferences.mute(MAYA, "*", MAYA, NOON)
    crowd = config(*many, *REEF)
    assert "31 projects, in 31 channels" in text(written(reef, desk, crowd))
    first = announce.whom(call("1", user=ORLA), desk.services(reef, crowd))
    in_a_dialog(first)
    assert "• Coral  <#C0CORAL>" in text(first)
    assert "• Lonely  _cannot be told_" in text(first)
    assert "• P03  _muted announcements_" in text(first)
    action, value = buttons(first)["More"]
    assert action == "announce.whom"
    last = announce.whom(call(*value.split(), user=ORLA), desk.services(reef, crowd))
    assert "P29" in text(last)
    assert "More" not in buttons(last)


def test_people_who_asked_for_it_are_told_directly(reef: Store, desk: Desk):
    reef.preferences.want_direct(MAYA, NOON)
    assert "2 channels and 1 person by direct message" in text(written(reef, desk))


def test_those_who_are_not_registered_are_told_in_the_announcements_channel(reef: Store, desk: Desk):
    assert "<#C0SLAM>" in text(written(reef, desk, to=("unregistered",)))


def test_without_an_announcements_channel_nobody_hears(reef: Store, desk: Desk):
    bare = config(channels=replace(config().channels, announcements=None))
    assert "nobody, as it stands now" in text(written(reef, desk, bare, to=("announcements",)))


# --- Lists and who may -------------------------------------------------------------------------------------


def test_they_are_listed_newest_first_and_all_can_be_reached(reef: Store, desk: Desk):
    for number in range(1, 12):
        written(reef, desk, words=f"Word {number} <!here> " + "x" * 500)
    answer = announce.run(call(user=OTTO), desk.services(reef))
    assert "11 · draft · to every registered project" in text(answer)
    assert "<!here>" not in json.dumps(answer.message.blocks)
    action, value = buttons(answer)["Older ones"]
    assert action == "announce.older"
    older = announce.older(call(value, user=OTTO), desk.services(reef))
    assert "1 · draft" in lines(older)[-3]
    assert "Older ones" not in buttons(older)
    opens = [e for e in elements(answer.message.blocks) if e["text"]["text"] == "Open"]
    assert [each["value"] for each in opens] == [str(number) for number in range(11, 3, -1)]


@pytest.mark.parametrize("word", ["1", "#1"])
def test_one_is_opened_by_its_number(reef: Store, desk: Desk, word: str):
    written(reef, desk)
    assert "Announcement 1" in text(announce.run(call(word, user=OTTO), desk.services(reef)))


@pytest.mark.parametrize("word", ["7", "0", "-1", "one", "²", "9" * 40, "<!here>"])
def test_a_number_that_there_is_not_is_said_to_be_none(reef: Store, desk: Desk, word: str):
    answer = announce.run(call(word, user=ORLA), desk.services(reef))
    assert "There is no announcement" in text(answer)
    assert "<!here>" not in json.dumps(answer.message.blocks)


@pytest.mark.parametrize("name", sorted(announce.BUTTONS))
def test_nobody_else_presses_its_buttons(reef: Store, desk: Desk, name: str):
    asked(reef, desk)
    before = reef.announcements.find(1)
    answer = announce.BUTTONS[name](call("1", user=MAYA), desk.services(reef))
    assert f"<@{ORLA}>, <@{OTTO}>" in text(answer)
    assert answer.modal is None
    assert reef.announcements.find(1) == before


def test_nobody_else_writes_one(reef: Store, desk: Desk):
    for refused in (written(reef, desk, user=MAYA), announce.run(call(user=MAYA), desk.services(reef))):
        assert f"<@{ORLA}>, <@{OTTO}>" in text(refused)
    assert reef.announcements.page() == ()


def test_an_organizer_whose_account_was_deactivated_approves_nothing(reef: Store, desk: Desk):
    asked(reef, desk)
    gone = replace(call("1", user=OTTO), person=Person(None, is_guest=False, is_deleted=True, known_at=NOON))
    announce.approve(gone, desk.services(reef))
    assert reef.announcements.find(1).approved_at is None
