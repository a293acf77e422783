from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks import unescape
from bot.notices import drawn
from rules.owed import MERGED, known_kinds
from rules.slam import Link, Notice, Offer, Reader, Strong, Typed, Written
from tests.builders import NOON

CLOSE = datetime(2023, 11, 7, 11, 59, tzinfo=UTC)
KELP = Reader("C0KELP", "Europe/Berlin", "kelp")


def notice(*lines, kind="deadline", reader=KELP, **changes):
    standard = {
        "key": f"slam-2023/closing/{kind}/kelp/C0KELP",
        "kind": kind,
        "project": "kelp",
        "reader": reader,
        "due_at": NOON,
        "pointless_at": NOON + timedelta(days=7),
        "say": lambda: lines or (("The Slam ends.",),),
    }
    return Notice(**(standard | changes))


def shown(*notices):
    return "\n".join(block["text"]["text"] for block in drawn(notices).blocks if block["type"] == "section")


def pressed(*notices):
    rows = [block["elements"] for block in drawn(notices).blocks if block["type"] == "actions"]
    return [
        (each["text"]["text"], each["action_id"].partition(":")[0], each.get("value"))
        for row in rows
        for each in row
    ]


@pytest.mark.parametrize(
    ("part", "mrkdwn", "plain"),
    [
        pytest.param("3 < 4 *", "3 &lt; 4 ∗", "3 < 4 ∗", id="what a source said formats nothing"),
        pytest.param("<!channel>", "&lt;!channel&gt;", "<!channel>", id="and mentions nobody"),
        pytest.param(Strong("The Cleaner"), "*The Cleaner*", "The Cleaner", id="strong"),
        pytest.param(Typed("/slam next kelp"), "`/slam next kelp`", "`/slam next kelp`", id="to type"),
        pytest.param(
            Link("https://kelp.example", "the guide"),
            "<https://kelp.example|the guide>",
            "the guide (https://kelp.example)",
            id="a link",
        ),
        pytest.param(
            Written("*Come* <!here> https://kelp.example"),
            "*Come* &lt;!here&gt; <https://kelp.example|https://kelp.example>",
            "Come <!here> https://kelp.example",
            id="what an organizer wrote keeps its bold and its addresses",
        ),
        pytest.param(
            CLOSE,
            f"<!date^{int(CLOSE.timestamp())}^{{date_short_pretty}}, {{time}}|7 Nov 2023, 11:59 UTC>",
            "7 Nov 2023, 11:59 UTC",
            id="a date is everybody's own",
        ),
    ],
)
def test_parts(part, mrkdwn, plain):
    assert shown(notice((part,))) == mrkdwn
    assert unescape(drawn([notice((part,))]).text).splitlines()[0] == plain


def test_the_twin_of_a_message_says_what_its_notices_say():
    told = drawn([notice(("The Slam ends",)), notice(("A check went red",), kind="progress")])
    assert told.text.startswith("The Slam ends\nA check went red\n")


def test_what_two_notices_of_a_message_say_alike_is_said_once():
    step = ("Next: add a changelog.",)
    told = drawn([notice(("It ends soon.",), step), notice(("Nothing new.",), step, kind="stalled")])
    assert told.text.startswith("It ends soon.\nNothing new.\nNext: add a changelog.\n")


def test_every_kind_can_be_muted_in_the_message_that_says_it():
    row = pressed(notice(), notice(kind="progress"), notice(key="another/C0KELP"))
    titles = known_kinds()["deadline"].TITLE, known_kinds()["progress"].TITLE
    assert row == [
        (f"Mute {titles[0]}", "remind.mute", "kelp deadline"),
        (f"Mute {titles[1]}", "remind.mute", "kelp progress"),
    ]
    assert "/slam remind" in drawn([notice()]).text


@pytest.mark.parametrize("kind", known_kinds())
def test_a_message_of_any_kind_says_how_to_mute_it(kind):
    assert [value for _, action, value in pressed(notice(kind=kind)) if action == "remind.mute"] == [
        f"kelp {kind}"
    ]


def test_an_offer_is_a_button_and_is_made_once_in_a_message():
    step = Offer("Next step", "next.open", "kelp")
    both = notice(offers=(step,)), notice(kind="stalled", offers=(step, Offer("Look", "announce.open", "7")))
    assert pressed(*both)[:2] == [("Next step", "next.open", "kelp"), ("Look", "announce.open", "7")]


def test_as_many_as_are_merged_fit_with_their_buttons():
    offer = Offer("Look", "announce.open", "7")
    many = [notice((f"Notice {n}",), ("x" * 300,), key=f"{n}/C0KELP", offers=(offer,)) for n in range(MERGED)]
    assert all(f"Notice {n}\n" in shown(*many) for n in range(MERGED))
    assert drawn(many).blocks[-1]["type"] == "context"


def test_what_is_long_goes_on_in_the_next_section():
    lines = [(f"{n} " + "x" * 990,) for n in range(7)]
    assert [line.split(" ")[0] for line in shown(notice(*lines)).split("\n")] == [str(n) for n in range(7)]
