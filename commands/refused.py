"""Slack's words for why it took a message not, in ours, with what helps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.blocks import quote

NOT_INVITED = "the bot is not in the channel: invite it"
GONE = "the account is deactivated"
NOT_ALLOWED = "the bot may not post there: ask whoever looks after the channel"

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "is_archived": "the channel is archived",
        "channel_not_found": "there is no such channel, or it is private and the bot was not invited",
        "not_in_channel": NOT_INVITED,
        "restricted_action": NOT_ALLOWED,
        "restricted_action_read_only_channel": NOT_ALLOWED,
        "user_disabled": GONE,
        "account_inactive": GONE,
        "user_not_found": "there is no such person",
        "user_not_visible": "the bot may not see this person",
        "cannot_dm_bot": "it is a bot, and bots get no direct messages",
        "missing_scope": "the app was not allowed to: see the scopes in the manual",
    }
)


def spoken(reason: str) -> str:
    """mrkdwn; a reason that we have no words for is quoted."""
    return WORDS.get(reason) or quote(reason, 200)
