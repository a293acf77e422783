from __future__ import annotations

from dataclasses import replace

from bot.config import Config, Environment, Secret
from bot.config.declared import Slack
from bot.manifest import manifest
from bot.slack import walk
from rules.resources import Resources
from tests.builders import edition

CONFIG = Config(edition(), Resources(()), Environment(public_url="https://slam.example.org"))


def test_it_asks_for_the_four_default_scopes_and_no_more():
    assert manifest(CONFIG)["oauth_config"]["scopes"]["bot"] == [
        "commands",
        "chat:write",
        "im:write",
        "users:read",
    ]


def test_it_subscribes_to_nothing_that_those_scopes_do_not_allow():
    assert manifest(CONFIG)["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened"]


def test_history_is_asked_for_where_the_configuration_wants_it():
    told = manifest(replace(CONFIG, slack=Slack(history=True)))
    assert "channels:history" in told["oauth_config"]["scopes"]["bot"]


def test_who_is_in_a_user_group_is_asked_for_where_one_organizes():
    told = manifest(replace(CONFIG, organizers=("U0ORG1", "S0ORGS")))
    assert "usergroups:read" in told["oauth_config"]["scopes"]["bot"]


def test_a_mention_a_message_and_an_invitation_are_heard_where_the_configuration_wants_it():
    scopes = ("app_mentions:read", "im:history", "channels:read")
    told = manifest(replace(CONFIG, slack=Slack(scopes=scopes)))
    assert set(scopes) < set(told["oauth_config"]["scopes"]["bot"])
    assert set(told["settings"]["event_subscriptions"]["bot_events"]) == {
        "app_home_opened", "app_mention", "message.im", "member_joined_channel",
    }  # fmt: skip
    assert told["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_everything_goes_through_the_one_front_door():
    told = manifest(CONFIG)
    door = "https://slam.example.org/slack/events"
    assert told["features"]["slash_commands"][0]["url"] == door
    assert told["settings"]["interactivity"]["request_url"] == door
    assert told["settings"]["interactivity"]["message_menu_options_url"] == door
    assert told["settings"]["event_subscriptions"]["request_url"] == door


def test_every_entry_of_a_messages_menu_has_somebody_who_answers_it():
    asked = [shortcut["callback_id"] for shortcut in manifest(CONFIG)["features"]["shortcuts"]]
    assert asked == list(walk().shortcuts)


def test_mentions_come_with_their_ids():
    assert manifest(CONFIG)["features"]["slash_commands"][0]["should_escape"] is True


def test_in_socket_mode_there_is_no_address():
    told = manifest(replace(CONFIG, environment=Environment(slack_app_token=Secret("xapp-1"))))
    assert told["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(told)


def test_slacks_limits_are_kept():
    told = manifest(CONFIG)
    assert len(told["display_information"]["name"]) <= 35
    assert len(told["display_information"]["description"]) <= 140
    assert len(told["features"]["slash_commands"][0]["usage_hint"]) <= 1000
