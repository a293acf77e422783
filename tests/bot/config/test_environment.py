from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from bot.config import Environment, Need, Secret, environment

BOT, APP, SIGNING = "xoxb-1", "xapp-1", "8f742231b10e8888abcd99yyyzzz85a5"


def mistakes(given: Mapping[str, str], *needs: Need) -> list[str]:
    found: list[str] = []
    environment.read(given, needs, found)
    return found


def read(**given: str) -> Environment:
    found: list[str] = []
    understood = environment.read(given, (), found)
    assert found == []
    return understood


def test_without_any_variable_there_are_the_public_services():
    standard = read()
    assert standard.clomonitor_url == "https://clomonitor.io"
    assert standard.github_api_url == "https://api.github.com"
    assert standard.slack_api_url == "https://slack.com/api/"
    assert standard.database_url.reveal() == "sqlite:///slam.db"
    assert (standard.host, standard.port) == ("0.0.0.0", 3000)
    assert not standard.is_socket_mode


def test_an_empty_variable_counts_as_unset():
    assert read(PORT="", SLACK_APP_TOKEN=" ", LOG_LEVEL="", PUBLIC_URL="") == read()


def test_addresses_end_as_they_are_used():
    given = read(
        SLACK_API_URL="http://127.0.0.1:3000/api",
        CLOMONITOR_URL="http://127.0.0.1:3000/sources/clomonitor/",
        PUBLIC_URL="https://slam.example/",
    )
    assert given.slack_api_url == "http://127.0.0.1:3000/api/"
    assert given.clomonitor_url == "http://127.0.0.1:3000/sources/clomonitor"
    assert given.public_url == "https://slam.example"


def test_a_secret_shows_itself_to_nobody_but_who_asks():
    given = read(
        SLACK_BOT_TOKEN=BOT, SLACK_SIGNING_SECRET=SIGNING, DATABASE_URL="postgresql://u:hunter2@h/slam"
    )
    for shown in (repr(given), str(given), f"{given.slack_bot_token}", repr([given.slack_signing_secret])):
        assert not [secret for secret in (BOT, SIGNING, "hunter2") if secret in shown]
    assert given.slack_bot_token == Secret(BOT)
    assert given.slack_bot_token.reveal() == BOT


@pytest.mark.parametrize(
    ("given", "needs", "missing"),
    [
        pytest.param({}, (), (), id="looking needs nothing"),
        pytest.param(
            {}, (Need.SLACK,), ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"), id="serving needs Slack"
        ),
        pytest.param(
            {"SLACK_BOT_TOKEN": BOT}, (Need.SLACK,), ("SLACK_SIGNING_SECRET",), id="HTTP needs the secret"
        ),
        pytest.param(
            {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}, (Need.SLACK,), (), id="Socket Mode does not"
        ),
        pytest.param({}, (Need.PUBLIC_URL,), ("PUBLIC_URL",), id="the manifest needs an address"),
        pytest.param({"SLACK_APP_TOKEN": APP}, (Need.PUBLIC_URL,), (), id="but not in Socket Mode"),
        pytest.param({}, (Need.SHARED_DATABASE,), ("DATABASE_URL",), id="several processes need PostgreSQL"),
        pytest.param(
            {"DATABASE_URL": "postgres://h/slam"}, (Need.SHARED_DATABASE,), (), id="and there it is"
        ),
    ],
)
def test_what_is_missing_depends_on_what_is_to_be_done(
    given: Mapping[str, str], needs: Collection[Need], missing: tuple[str, ...]
):
    assert tuple(mistake.partition(":")[0] for mistake in mistakes(given, *needs)) == missing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("PORT", "http", id="a port that is a word"),
        pytest.param("PORT", "70000", id="a port too high"),
        pytest.param("PORT", "-1", id="a port too low"),
        pytest.param("LOG_LEVEL", "LOUD", id="a level that there is not"),
        pytest.param("LOG_FORMAT", "xml", id="a format that there is not"),
        pytest.param("CLOMONITOR_URL", "clomonitor.io", id="an address without https://"),
        pytest.param("GITHUB_API_URL", "file:///etc/passwd", id="an address of a file"),
        pytest.param("PUBLIC_URL", "https://", id="an address of nothing"),
        pytest.param("PUBLIC_URL", "http://[::1", id="a broken address"),
        pytest.param("DATABASE_URL", "mysql://u:hunter2@h/slam", id="another database"),
        pytest.param("DATABASE_URL", "sqlite://", id="a database that forgets"),
        pytest.param("DATABASE_URL", "sqlite:///:memory:", id="the same, said otherwise"),
        pytest.param("SLACK_BOT_TOKEN", "xapp-hunter2", id="one token in another's place"),
        pytest.param("SLACK_APP_TOKEN", "xoxb-hunter2", id="and the other way round"),
    ],
)
def test_what_is_wrong_is_named_and_a_secret_is_not_repeated(name: str, value: str):
    (mistake,) = mistakes({name: value})
    assert mistake.startswith(f"{name}: expected ")
    assert "hunter2" not in mistake


@pytest.mark.parametrize("written", ["info", "INFO", "Info"])
def test_levels_and_formats_are_understood_in_any_case(written: str):
    assert read(LOG_LEVEL=written, LOG_FORMAT="JSON").log_level == "INFO"
    assert read(LOG_FORMAT="JSON").log_format == "json"
