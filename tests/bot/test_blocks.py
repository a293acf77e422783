from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import blocks
from bot.playground.blockkit import message_mistakes, view_mistakes
from tests.builders import NOON

ANYTHING = st.text(
    alphabet=st.one_of(st.sampled_from("&<>*_~`|!@#: \n\t\u202eab1"), st.characters()), max_size=80
)


# --- Buttons -----------------------------------------------------------------------------------------------


def test_what_cannot_be_undone_is_asked_first():
    shown = blocks.button(
        "Take it out of the Slam for good, please", "a.b", style="danger", confirm="x" * 400
    )
    assert message_mistakes([blocks.actions(shown)]) == []
    assert shown["confirm"]["title"]["text"] == "Take it out of the Slam for good, please?"
    assert "confirm" not in blocks.button("Look", "a.b")


# --- What people type --------------------------------------------------------------------------------------


@given(ANYTHING)
def test_nothing_typed_can_mention_link_or_format(typed):
    shown = blocks.escape(typed)
    assert not set(shown) & set("<>`")
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", shown, re.DOTALL)
    assert not re.search(r"(?<!\w)[*_~]|[*_~](?!\w)", shown)
    assert "\n" not in shown


@given(ANYTHING)
def test_a_quote_is_one_piece_of_code_and_holds_no_more_than_the_typed(typed):
    shown = blocks.quote(typed, longest=20)
    if shown != "(nothing)":
        assert shown[0] == shown[-1] == "`"
        assert "`" not in shown[1:-1]
        assert not set(shown) & set("<>\n")
        assert len(blocks.unescape(shown)) <= 22


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U0ORG1>", "&lt;@U0ORG1&gt;"),
        ("R&D", "R&amp;D"),
        ("*bold* _it_ ~gone~ `code`", "∗bold∗ ˍitˍ ∼gone∼ 'code'"),
        ("signed_releases 2*3*4", "signed_releases 2*3*4"),
        ("one\n> two", "one &gt; two"),
        ("left\u202eright", "left right"),
        pytest.param("    if: a && b", "    if: a &amp;&amp; b", id="lines stay indented"),
        pytest.param("👩\u200d💻 & co", "👩\u200d💻 &amp; co", id="emoji stay together"),
    ],
)
def test_what_was_typed_is_still_readable(typed, shown):
    assert blocks.escape(typed) == shown


@pytest.mark.parametrize(
    ("handed_on", "said"),
    [
        pytest.param("a &amp;&amp; b -&gt; c &lt;none&gt;", "a && b -> c <none>", id="signs"),
        pytest.param("&amp;lt;", "&lt;", id="signs that were typed so"),
        pytest.param("says <@U0ORLA|orla>", "says @orla", id="somebody"),
        pytest.param("says <@U0ORLA>", "says @somebody", id="somebody whose name it does not tell"),
        pytest.param("in <#C0HELP|help> or <#C0HELP>", "in #help or #C0HELP", id="channels"),
        pytest.param("<!here> <!subteam^S1|@sec> <!subteam^S1>", "@here @sec @group", id="many"),
        pytest.param("<https://a.example/?b&amp;c>", "https://a.example/?b&c", id="an address"),
        pytest.param("<https://a.example|a.example>", "https://a.example", id="an address by its end"),
        pytest.param("<https://a.example|docs>", "docs (https://a.example)", id="an address with a label"),
        pytest.param("<mailto:a@b.example|a@b.example>", "a@b.example", id="a mail address"),
        pytest.param("<!date^1^{date}|yesterday>", "yesterday", id="a date"),
        pytest.param("&lt;@U0ORLA&gt;", "<@U0ORLA>", id="what only looks like somebody"),
    ],
)
def test_what_slack_hands_on_is_read_as_it_was_typed(handed_on, said):
    assert blocks.plain(handed_on) == said


def test_a_web_address_links_to_itself_and_to_nothing_else():
    text = "see https://example.org/a_b?x=1&y=2, and <https://evil.example|https://example.org>."
    assert blocks.linked(text) == (
        "see <https://example.org/a_b?x=1&amp;y=2|https://example.org/a_b?x=1&amp;y=2>, and "
        "&lt;<https://evil.example|https://evil.example>|<https://example.org|https://example.org>&gt;."
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "", "/etc/passwd", "https://x/" + "y" * 4000])
def test_what_no_browser_should_open_is_no_link(address):
    assert blocks.link(address, "here") == "here"


def test_an_address_cannot_end_its_link():
    assert blocks.link("https://x/a|b>c <d", "here") == "<https://x/a%7Cb%3Ec%20%3Cd|here>"


# --- Slack's limits ----------------------------------------------------------------------------------------


@given(ANYTHING, st.integers(min_value=1, max_value=40))
def test_what_is_cut_ends_within_nothing(typed, longest):
    text = f"{blocks.escape(typed)} {blocks.link('https://example.org', 'label')} {blocks.quote(typed)}"
    kept = blocks.fit(text, longest)
    assert len(kept) <= longest
    assert kept.count("<") == kept.count(">")
    assert kept.count("`") % 2 == 0
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", kept, re.DOTALL)


def test_buttons_of_one_row_may_do_the_same():
    row = blocks.actions(*[blocks.button(badge, "status.badge", badge) for badge in ("cleaner", "defender")])
    assert message_mistakes([row]) == []
    assert [element["action_id"] for element in row["elements"]] == ["status.badge", "status.badge:1"]


@pytest.mark.parametrize(
    ("text", "longest", "kept"),
    [
        ("as it is", 8, "as it is"),
        ("not quite so", 10, "not…"),
        ("n" * 30, 10, "n" * 9 + "…"),
        ("a " + "n" * 30, 28, "a " + "n" * 25 + "…"),
    ],
)
def test_plain_text_is_cut_behind_a_word_where_one_is_near(text, longest, kept):
    assert blocks.cut(text, longest) == kept


def test_of_a_long_text_its_beginning_and_its_end_are_kept():
    kept = blocks.ends(f"why?\n{'and so on ' * 300}\nit failed", 90)
    assert len(kept) <= 90
    assert kept.startswith("why?\nand so on")
    assert kept.endswith("and so on \nit failed")
    assert blocks.ends("just so", 7) == "just so"


def test_what_fits_is_not_cut():
    assert blocks.fit("just so", 7) == "just so"
    assert blocks.fit("not quite", 8) == "not qui…"


def test_slack_takes_a_message_of_too_much_of_everything():
    long = "x &amp; " * 2000
    much = blocks.message(
        blocks.header("h" * 500),
        blocks.section(long, blocks.button("b" * 200, "a.b", "v", spoken="s" * 200)),
        blocks.context(*[long] * 20),
        blocks.actions(*[blocks.button(str(n), f"a.b{n}", url="https://x/" + "y" * 4000) for n in range(40)]),
        blocks.actions(blocks.select("a.c", "p" * 200, [("o" * 200, f"{n}") for n in range(200)])),
        *[blocks.divider()] * 100,
    )
    assert message_mistakes(list(much.blocks)) == []
    assert len(much.blocks) == 50
    assert "and 56 more parts" in str(much.blocks[-1])
    assert len(much.text) <= 4000


def test_slack_takes_a_message_of_nothing():
    assert message_mistakes(list(blocks.message(blocks.section(""), blocks.header("")).blocks)) == []


def test_a_value_that_would_be_cut_is_our_own_mistake():
    with pytest.raises(ValueError, match="2000"):
        blocks.button("label", "a.b", "v" * 2001)


def test_slack_takes_a_dialog_and_a_home():
    many = tuple(blocks.section(str(n)) for n in range(120))
    modal = blocks.Modal(
        "a.b", "A title that is too long for Slack", many, submit="Send", private="jaeger"
    ).view()
    assert view_mistakes(modal) == []
    assert modal["private_metadata"] == "jaeger"
    assert view_mistakes(blocks.home(*many)) == []


def test_what_a_dialog_keeps_to_itself_is_never_cut():
    with pytest.raises(ValueError, match="3000"):
        blocks.Modal("a.b", "Title", (), private="x" * 3001).view()


# --- The twin ----------------------------------------------------------------------------------------------


def test_the_twin_says_all_that_the_blocks_say_without_markup():
    told = blocks.message(
        blocks.header("Jaeger & co"),
        blocks.section(f"*The Cleaner*: 3 of 6 since {blocks.when(NOON)}", blocks.button("Details", "a.b")),
        blocks.divider(),
        blocks.context(blocks.link("https://example.org/x", "a guide"), "type `*this*`"),
        blocks.actions(blocks.button("Read", "a.c", url="https://example.org"), blocks.button("Next", "a.d")),
    )
    assert told.text.splitlines() == [
        "Jaeger &amp; co",
        "The Cleaner: 3 of 6 since 20 Oct 2023, 12:00 UTC",
        "a guide (https://example.org/x)",
        "type `*this*`",
        "Read: https://example.org",
    ]
    assert blocks.unescape(told.text).startswith("Jaeger & co")


def test_a_link_in_bold_is_bare_too():
    bold = blocks.section(f"*{blocks.link('https://example.org', 'guide')}* <https://example.com>")
    assert blocks.message(bold).text == "guide (https://example.org) https://example.com"


def test_a_link_to_itself_is_named_once():
    assert (
        blocks.message(blocks.section(blocks.linked("at https://example.org"))).text
        == "at https://example.org"
    )


# --- Words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "total", "meter"),
    [
        (0, 4, "▱▱▱▱"),
        (3, 4, "▰▰▰▱"),
        (4, 4, "▰▰▰▰"),
        pytest.param(1, 43, "▰▱▱▱▱▱", id="something is never nothing"),
        pytest.param(42, 43, "▰▰▰▰▰▱", id="nearly all is never all"),
        (43, 43, "▰▰▰▰▰▰"),
        (0, 0, ""),
    ],
)
def test_a_meter_is_small_and_never_lies(found, total, meter):
    assert blocks.meter(found, total) == meter


@pytest.mark.parametrize(
    ("passed", "age"),
    [
        pytest.param(timedelta(seconds=-30), "just now", id="clocks differ"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=3, hours=5), "3 days ago"),
    ],
)
def test_age_is_said_as_people_say_it(passed, age):
    assert blocks.age(NOON - passed, NOON) == age


def test_a_moment_is_shown_in_the_readers_own_time():
    moment = datetime(2023, 11, 7, 11, 59, tzinfo=UTC)
    assert blocks.when(moment) == "<!date^1699358340^{date_short_pretty}, {time}|7 Nov 2023, 11:59 UTC>"
    in_a_sentence = "<!date^1699358340^since {date_short_pretty}, {time}|since 7 Nov 2023, 11:59 UTC>"
    assert blocks.when(moment, "since") == in_a_sentence


@pytest.mark.parametrize(("count", "said"), [(0, "0 projects"), (1, "1 project"), (1234, "1,234 projects")])
def test_things_are_counted(count, said):
    assert blocks.counted(count, "project") == said


def test_where_slack_cannot_show_it_a_moment_is_in_the_time_zone_that_is_asked_for():
    moment = datetime(2023, 11, 7, 11, 59, tzinfo=UTC)
    assert blocks.when_in(moment, "Europe/Berlin").endswith("|7 Nov 2023, 12:59 CET>")
    assert blocks.when_in(moment, "Etc/GMT+12").endswith("|6 Nov 2023, 23:59 UTC-12>")


# --- What organizers write ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param("*Soon!*", "*Soon!*", id="bold stays"),
        pytest.param("one\r\ntwo\nthree", "one\ntwo\nthree", id="lines stay"),
        pytest.param(
            "see https://example.org/?a=1&b=2.",
            "see <https://example.org/?a=1&amp;b=2|https://example.org/?a=1&amp;b=2>.",
            id="an address leads where it says",
        ),
        pytest.param("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;", id="nobody is mentioned"),
        pytest.param(
            "<https://evil.example|our page>",
            "&lt;<https://evil.example|https://evil.example>|our page&gt;",
            id="no label hides where an address leads",
        ),
        pytest.param("a\u202eb\x00c", "a b c", id="nothing turns writing around"),
    ],
)
def test_what_organizers_write_keeps_what_is_harmless(typed, shown):
    assert blocks.written(typed) == shown


# --- Dialogs -----------------------------------------------------------------------------------------------

WORDS = (("Everyone", "everyone"), ("Unfinished", "unfinished"))
FIELDS = (
    blocks.ask("a", "Text", blocks.text_input(multiline=True, initial="Soon", placeholder="What to say")),
    blocks.ask("b", "Short", blocks.text_input(longest=5, initial="much too long")),
    blocks.ask("c", "One", blocks.choice(WORDS, "everyone"), "A hint"),
    blocks.ask("d", "One", blocks.choice(WORDS, "gone")),
    blocks.ask("e", "Several", blocks.choices(WORDS, ["everyone", "gone"]), optional=True),
    blocks.ask("f", "Several", blocks.choices(WORDS)),
    blocks.ask("g", "When", blocks.moment(NOON)),
    blocks.ask("h", "When", blocks.moment(), optional=True),
)


def test_slack_takes_every_field_that_a_dialog_asks_for():
    modal = blocks.Modal("a.b", "Title", FIELDS, submit="Send", private="7")
    assert view_mistakes(modal.view()) == []


def test_a_field_begins_with_what_is_known():
    elements = {block["block_id"]: block["element"] for block in FIELDS}
    assert elements["b"]["initial_value"] == "much "
    assert elements["c"]["initial_option"]["value"] == "everyone"
    assert "initial_option" not in elements["d"]
    assert [option["value"] for option in elements["e"]["initial_options"]] == ["everyone"]
    assert elements["g"]["initial_date_time"] == int(NOON.timestamp())
