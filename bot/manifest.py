"""The Slack app as Slack wants it described: its command, its events, and as few permissions as will do."""

from __future__ import annotations

from bot.config import Config

SCOPES = ("commands", "chat:write", "im:write", "users:read")
GROUPS = ("usergroups:read",)  # who is in a user group of organizers
HISTORY = ("channels:history", "groups:history", "im:history")
EVENTS = {  # what a scope lets the bot hear
    "app_mentions:read": "app_mention",
    "channels:read": "member_joined_channel",
    "im:history": "message.im",
    "channels:history": "message.channels",  # a reply reopens a question
    "groups:history": "message.groups",
}
SHORTCUTS = (
    {
        "name": "Ask a volunteer",
        "type": "message",
        "callback_id": "ask.about",
        "description": "Make a question of this message, for the volunteers of the Slam",
    },
)


def manifest(config: Config) -> dict[str, object]:
    """The manifest for this configuration, with the default scopes and those the configuration asks for."""
    environment = config.environment
    address = {} if environment.is_socket_mode else {"url": f"{environment.public_url}/slack/events"}
    requests = {f"request_{key}": value for key, value in address.items()}
    searches = {f"message_menu_options_{key}": value for key, value in address.items()}  # in dialogs too
    has_groups = any(name.startswith("S") for name in config.organizers)
    more = (
        *config.slack.scopes,
        *(HISTORY if config.slack.history else ()),
        *(GROUPS if has_groups else ()),
    )
    scopes = tuple(dict.fromkeys((*SCOPES, *more)))
    events = ("app_home_opened", *(EVENTS[scope] for scope in scopes if scope in EVENTS))
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Security Slam",
            "description": "Where a project stands on each badge of the Security Slam, and what is next",
            "background_color": "#1b3a4b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": "im:history" not in scopes,
            },
            "bot_user": {"display_name": "slam", "always_online": True},
            "shortcuts": list(SHORTCUTS),
            "slash_commands": [
                {
                    "command": "/slam",
                    **address,
                    "description": "How far a project is on each badge, and what to do next",
                    "usage_hint": "status [project] | next | badges | deadlines | ask [question] | help",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "event_subscriptions": {**requests, "bot_events": list(events)},
            "interactivity": {"is_enabled": True, **requests, **searches},
            "org_deploy_enabled": False,
            "socket_mode_enabled": environment.is_socket_mode,
            "token_rotation_enabled": False,
        },
    }
