"""What Slack would refuse is refused in the demo."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.blockkit import message_mistakes, view_mistakes
from tests.bot.playground.conftest import button, row, text


def plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def option(value: str = "1", words: str = "One") -> dict[str, Any]:
    return {"text": plain(words), "value": value}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "a", "options": [option()], **more}


def asked(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("Name"), "element": element, **more}


WRITTEN = {"type": "plain_text_input", "action_id": "name"}
IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"}


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(text(), id="text"),
        pytest.param(text("x" * 3000), id="as long as it may be"),
        pytest.param({"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}] * 10}, id="fields"),
        pytest.param({**text(), "accessory": button()}, id="a button beside a text"),
        pytest.param({**text(), "accessory": IMAGE}, id="an image beside a text"),
        pytest.param({"type": "header", "text": plain("x" * 150)}, id="header"),
        pytest.param({"type": "divider"}, id="divider"),
        pytest.param({"type": "context", "elements": [IMAGE, plain("a")]}, id="context"),
        pytest.param(row(button("a.a"), button("a.b"), select(action_id="c")), id="a row of buttons"),
        pytest.param(row(select(initial_option=option())), id="a choice made already"),
        pytest.param(asked(WRITTEN, hint=plain("as people call it"), optional=True), id="a question"),
        pytest.param({**IMAGE, "title": plain("A")}, id="image"),
        pytest.param({"type": "markdown", "text": "# A"}, id="markdown"),
        pytest.param(
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]},
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U0MARA"}]}
                        ],
                    },
                ],
            },
            id="rich text",
        ),
        pytest.param({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}, id="table"),
    ],
)
def test_what_slack_takes_is_taken(block: dict[str, Any]) -> None:
    assert message_mistakes([block]) == []


@pytest.mark.parametrize(
    ("block", "why"),
    [
        pytest.param({"type": "nonsense"}, "unsupported type: nonsense", id="no such block"),
        pytest.param(text("x" * 3001), "less than 3001 characters", id="a text too long"),
        pytest.param(text(""), "more than 0 characters", id="an empty text"),
        pytest.param({"type": "section"}, "one of text, fields is required", id="a section of nothing"),
        pytest.param({"type": "section", "fields": [plain("a")] * 11}, "1 to 10 items", id="eleven fields"),
        pytest.param(
            {"type": "header", "text": {"type": "mrkdwn", "text": "a"}}, "plain_text", id="bold title"
        ),
        pytest.param({"type": "header", "text": plain("x" * 151)}, "less than 151", id="a title too long"),
        pytest.param({"type": "context", "elements": [plain("a")] * 11}, "1 to 10 items", id="small print"),
        pytest.param({"type": "context", "elements": [button()]}, "not allowed here", id="a button in small"),
        pytest.param(row(*(button(f"a.{n}") for n in range(26))), "1 to 25 items", id="26 buttons"),
        pytest.param(row(), "1 to 25 items", id="a row of nothing"),
        pytest.param(row(button("a.a"), button("a.a")), "already exists", id="the same button twice"),
        pytest.param(row({**button(), "value": "x" * 2001}), "less than 2001", id="a value too long"),
        pytest.param(row({**button(), "action_id": "x" * 256}), "less than 256", id="a name too long"),
        pytest.param(row({**button(), "text": plain("x" * 76)}), "less than 76", id="a label too long"),
        pytest.param(row({**button(), "style": "default"}), "primary, danger", id="no such style"),
        pytest.param(row({**button(), "url": "javascript:alert(1)"}), "valid URL", id="no address"),
        pytest.param(row({**button(), "colour": "red"}), "no such field: colour", id="an unknown field"),
        pytest.param(row(select(options=[])), "1 to 100 items", id="nothing to choose from"),
        pytest.param(row(select(options=[option()] * 101)), "1 to 100 items", id="too much to choose from"),
        pytest.param(row(select(initial_option=option("2"))), "among the options", id="chosen, not offered"),
        pytest.param(row(select(options=[option(words="x" * 76)])), "less than 76", id="an option too long"),
        pytest.param(row(WRITTEN), "not allowed here", id="writing in a row of buttons"),
        pytest.param({**text(), "block_id": "x" * 256}, "less than 256", id="a block's name too long"),
        pytest.param({"type": "markdown", "text": "x" * 12_001}, "less than 12001", id="markdown too long"),
        pytest.param({**IMAGE, "alt_text": 3}, "must be a string", id="not a string"),
        pytest.param("section", "must be a block", id="not an object"),
    ],
)
def test_what_slack_refuses_is_refused(block: Any, why: str) -> None:
    mistakes = message_mistakes([block])
    assert any(why in mistake and "[json-pointer:/blocks/0" in mistake for mistake in mistakes), mistakes


def test_a_message_has_fifty_blocks_and_no_more() -> None:
    assert message_mistakes([text()] * 50) == []
    assert "50" in message_mistakes([text()] * 51)[0]


def test_no_two_blocks_have_the_same_name() -> None:
    assert message_mistakes([{**text(), "block_id": "a"}, {**text(), "block_id": "b"}]) == []
    assert "already exists" in message_mistakes([{**text(), "block_id": "a"}] * 2)[0]


def test_all_markdown_of_a_message_counts_together() -> None:
    assert "12002" in message_mistakes([{"type": "markdown", "text": "x" * 6001}] * 2)[0]


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Details"), "blocks": [text()], **more}


@pytest.mark.parametrize(
    ("view", "why"),
    [
        pytest.param(modal(), None, id="a dialog"),
        pytest.param({"type": "home", "blocks": [text()] * 100}, None, id="a home"),
        pytest.param(modal(blocks=[text()] * 101), "100", id="101 blocks"),
        pytest.param(modal(title=plain("x" * 25)), "less than 25", id="a title too long"),
        pytest.param(modal(blocks=[asked(WRITTEN)]), "submit is required", id="a question nobody can send"),
        pytest.param(modal(blocks=[asked(WRITTEN)], submit=plain("Send")), None, id="a question"),
        pytest.param(modal(private_metadata="x" * 3001), "less than 3001", id="too much kept"),
        pytest.param(
            modal(blocks=[{"type": "markdown", "text": "a"}]), "not allowed in a modal", id="markdown"
        ),
        pytest.param(
            {"type": "home", "blocks": [], "title": plain("a")}, "no such field", id="a home's title"
        ),
        pytest.param({"type": "page", "blocks": []}, "modal or home", id="neither"),
        pytest.param(None, "must be an object", id="nothing"),
    ],
)
def test_dialogs_and_homes(view: Any, why: str | None) -> None:
    mistakes = view_mistakes(view)
    if why is None:
        assert mistakes == []
    else:
        assert any(why in mistake for mistake in mistakes), mistakes
