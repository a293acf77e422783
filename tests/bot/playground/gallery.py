"""Every kind of block and element that the demo's page draws, and every way of writing in them."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(label: str, value: str, about: str = "") -> Block:
    made: Block = {"text": plain(label), "value": value}
    if about:
        made["description"] = plain(about)
    return made


BADGES = [option("The Chronicler", "chronicler"), option("The Cleaner", "cleaner", "Non-security checks")]
WRITING = (
    "*Bold*, _italic_, ~struck~, `code & <https://example.org|a link>`, *_both_* :white_check_mark: :tada:\n"
    "&lt;script&gt;alert(1)&lt;/script&gt; <@U0MARA> <#C0HELP|slam-help> <!here> "
    "<https://example.org/a_b_c|a page>\n"
    "snake_case_stays and 2*3*4 too; <!date^1698069600^{date_short_pretty} at {time}|23 Oct, 14:00 UTC>\n"
    "&gt; quoted _words_\n&gt; on two lines\nafter it\n```make demo\nmake test```\n"
    "<javascript:alert(1)|not a link>"
)

READING: tuple[Block, ...] = (
    {"type": "header", "text": plain("Where Lanternfish stands :lighthouse:")},
    {"type": "section", "text": mrkdwn(WRITING)},
    {
        "type": "section",
        "text": mrkdwn("*The Cleaner*  ▰▰▰▱▱▱ 3 of 6\nNext: `changelog` in `lanternfish/core`"),
        "accessory": {
            "type": "button",
            "action_id": "badges.look",
            "text": plain("Look closer"),
            "value": "x",
        },
    },
    {"type": "divider"},
    {
        "type": "section",
        "fields": [
            mrkdwn("*Found*\n3"),
            mrkdwn("*Missing*\n1"),
            mrkdwn("*Asked*\n12"),
            mrkdwn("*Left*\n4 d"),
        ],
    },
    {
        "type": "section",
        "text": mrkdwn("With a picture beside it"),
        "accessory": {"type": "image", "image_url": "https://example.org/badge.png", "alt_text": "The badge"},
    },
    {
        "type": "context",
        "elements": [mrkdwn("CLOMonitor, 35 minutes ago"), plain("GitHub, 2 hours ago :hourglass:")],
    },
    {"type": "image", "image_url": "https://example.org/chart.png", "alt_text": "Badges by week"},
)

RICH: tuple[Block, ...] = (
    {
        "type": "markdown",
        "text": "## Verify a release\nRun **cosign** with _care_, see [the guide](https://example.org):\n\n"
        "1. Download\n2. Check\n   - the signature\n   - the `sbom`\n\n- [x] done\n- [ ] not done\n\n"
        "> Trust, but verify\n\n```sh\ncosign verify-blob --bundle b x\n```\n\n"
        "| Badge | Found |\n|---|---|\n| Cleaner | 3 of 6 |\n| Defender | 1 of 3 |\n",
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Hello "},
                    {"type": "user", "user_id": "U0MARA"},
                    {"type": "text", "text": ", bold and struck ", "style": {"bold": True, "strike": True}},
                    {"type": "emoji", "name": "rocket"},
                    {"type": "link", "url": "https://example.org", "text": "a link"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]},
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "make demo"}]},
        ],
    },
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "Project"}, {"type": "raw_text", "text": "Badges"}],
            [{"type": "raw_text", "text": "lanternfish"}, {"type": "raw_text", "text": "2"}],
        ],
    },
    {"type": "unheard_of"},
)

ACTING: tuple[Block, ...] = (
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "a.go",
                "text": plain("Go ahead"),
                "style": "primary",
                "value": "1",
            },
            {
                "type": "button",
                "action_id": "a.stop",
                "text": plain("Withdraw"),
                "style": "danger",
                "value": "2",
                "confirm": {
                    "title": plain("Withdraw?"),
                    "text": plain("The project leaves the Slam."),
                    "confirm": plain("Withdraw"),
                    "deny": plain("Stay"),
                    "style": "danger",
                },
            },
            {"type": "button", "action_id": "a.page", "text": plain("A page"), "url": "https://example.org/"},
            {"type": "button", "action_id": "a.modal", "text": plain("Open a dialog"), "value": "3"},
            {
                "type": "overflow",
                "action_id": "a.more",
                "options": [option("Share", "share"), option("Hide", "hide")],
            },
        ],
    },
    {
        "type": "actions",
        "block_id": "choose",
        "elements": [
            {
                "type": "static_select",
                "action_id": "a.badge",
                "placeholder": plain("A badge"),
                "options": BADGES,
            },
            {"type": "users_select", "action_id": "a.user", "placeholder": plain("Somebody")},
            {
                "type": "multi_static_select",
                "action_id": "a.badges",
                "placeholder": plain("Badges"),
                "options": BADGES,
            },
            {
                "type": "external_select",
                "action_id": "a.project",
                "placeholder": plain("A project"),
                "min_query_length": 2,
            },
            {"type": "datepicker", "action_id": "a.day", "initial_date": "2023-10-31"},
            {"type": "timepicker", "action_id": "a.time"},
            {"type": "datetimepicker", "action_id": "a.moment", "initial_date_time": 1698537600},
        ],
    },
    {
        "type": "actions",
        "block_id": "tick",
        "elements": [
            {
                "type": "radio_buttons",
                "action_id": "a.one",
                "options": BADGES,
                "initial_option": BADGES[0],
            },
            {"type": "checkboxes", "action_id": "a.some", "options": BADGES},
        ],
    },
)

DIALOG: Block = {
    "type": "modal",
    "callback_id": "a.dialog",
    "title": plain("Register a project"),
    "submit": plain("Register"),
    "close": plain("Not now"),
    "blocks": [
        {"type": "section", "block_id": "intro", "text": mrkdwn("It takes *one minute*.")},
        {
            "type": "input",
            "block_id": "name",
            "label": plain("Its name"),
            "hint": plain("As people call it"),
            "element": {"type": "plain_text_input", "action_id": "v", "placeholder": plain("lanternfish")},
        },
        {
            "type": "input",
            "block_id": "badge",
            "label": plain("First badge"),
            "optional": True,
            "element": {"type": "static_select", "action_id": "v", "options": BADGES},
        },
        {
            "type": "input",
            "block_id": "when",
            "label": plain("How often may we write?"),
            "element": {
                "type": "radio_buttons",
                "action_id": "v",
                "options": [option("Daily", "d"), option("Weekly", "w")],
                "initial_option": option("Weekly", "w"),
            },
        },
        {
            "type": "input",
            "block_id": "about",
            "label": plain("About it"),
            "optional": True,
            "element": {"type": "plain_text_input", "action_id": "v", "multiline": True},
        },
    ],
}
