from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot import config
from bot.config import Config, ConfigError
from bot.config.declared import Channels, Pacing, Refresh, Slack
from rules.help import Volunteer
from rules.local import QuietHours
from rules.model import Project

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLE = ROOT / "config.example.yaml"
TOKEN = "-".join(("xoxb", "1234567890", "abcdefghij"))  # in pieces: nothing here is to look like a real one

CLOSE = "milestones: [{id: close, title: T, at: '2023-11-06T23:59:00', timezone: Etc/GMT+12}]"


@pytest.fixture
def written(tmp_path: Path):
    """Read a configuration file with these lines in it, after the edition."""

    def read(*lines: str, edition: str = "slam-2023", environ: Mapping[str, str] | None = None) -> Config:
        path = tmp_path / "config.yaml"
        path.write_text("\n".join((f"edition: {edition}", *lines)) + "\n", encoding="utf-8")
        return config.read(path, environ or {})

    return read


@pytest.fixture
def mistakes(written, tmp_path: Path):
    """The mistakes in these lines; the edition stands on line 1, so the first of them is on line 2."""

    def read(*lines: str, **options) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            written(*lines, **options)
        return tuple(mistake.replace(f"{tmp_path}/", "") for mistake in caught.value.mistakes)

    return read


# --- What is understood -------------------------------------------------------------------------------------


def test_the_example_is_understood():
    read = config.read(EXAMPLE, {})
    assert read.edition.id == "slam-2023"
    assert read.organizers == ("U0ORG1", "U0ORG2")
    assert read.channels == Channels("C0SLAM", "C0HELP", "C0ORGS")
    assert read.projects == (
        Project(
            id="jaeger",
            name="Jaeger",
            clomonitor="cncf/jaeger",
            repositories=("jaegertracing/jaeger",),
            channel="C0JAEGER",
            timezone="Europe/Berlin",
            maintainers=("U0M1", "U0M2"),
        ),
    )
    assert read.volunteers == (
        Volunteer("U0VOL1", ("scorecard",), "Europe/Berlin", (time(9), time(17)), capacity=3),
    )


def test_a_topic_has_many_names_a_badge_is_one_too_and_organizers_may_have_their_own(written):
    read = written(
        "volunteers: [{user: U0V, topics: [SBOMs, security_insights, mechanizer, knitting, sbom]}]"
    )
    assert read.volunteers[0].topics == ("sbom", "security-insights", "mechanizer", "knitting")


def test_what_the_file_leaves_out_has_a_default(written):
    read = written()
    assert (read.timezone, read.projects, read.organizers) == ("UTC", (), ())
    assert read.quiet_hours == QuietHours(time(21), time(8))
    assert read.max_messages_per_day == 2
    assert read.pacing == Pacing(1.0, 60)
    assert read.refresh == Refresh(timedelta(minutes=30))
    assert read.slack == Slack(history=False)


def test_the_example_shows_the_defaults(written):
    example, standard = config.read(EXAMPLE, {}), written()
    assert (example.quiet_hours, example.pacing, example.refresh, example.slack) == (
        standard.quiet_hours,
        standard.pacing,
        standard.refresh,
        standard.slack,
    )


def test_a_milestone_replaces_the_editions_or_is_added(written):
    read = written(
        "timezone: Europe/Berlin",
        "milestones:",
        "  - {id: close, at: '2023-11-08T12:00:00'}",
        "  - {id: office-hours, title: Office hours, at: '2023-10-25T16:00:00', timezone: America/New_York}",
        "  - {id: review, title: Review, at: '2023-11-10T10:00:00+01:00'}",
    )
    by_id = {milestone.id: milestone for milestone in read.edition.milestones}
    assert by_id["close"].at == datetime(2023, 11, 8, 11, tzinfo=UTC)
    assert by_id["close"].title == "Submissions close"
    assert by_id["office-hours"].at == datetime(2023, 10, 25, 20, tzinfo=UTC)
    assert by_id["review"].at == datetime(2023, 11, 10, 9, tzinfo=UTC)
    assert "open" in by_id
    moments = [milestone.at for milestone in read.edition.milestones]
    assert moments == sorted(moments)


def test_projects_are_named_by_their_id_where_they_have_no_name(written):
    (project,) = written("projects: [{id: OpenFGA}]").projects
    assert project == Project("openfga", "OpenFGA")


def test_an_edition_may_stand_in_a_file_of_its_own_beside_the_configuration(written, tmp_path: Path):
    text = (ROOT / "rules/editions/slam-2023.yaml").read_text(encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(text.replace("id: slam-2023", "id: ours", 1), encoding="utf-8")
    assert written(edition="ours.yaml").edition.id == "ours"
    assert written(edition=str(tmp_path / "ours.yaml")).edition.id == "ours"


def test_yaml_does_not_guess(written):
    read = written(
        "volunteers: [{user: U0VOL, topics: [on, yes, no]}]", "milestones: [{id: x, at: 2023-11-06T10:00:00}]"
    )
    assert read.volunteers[0].topics == ("on", "yes", "no")


def test_the_path_is_the_environments_where_nobody_says_another(tmp_path: Path):
    path = tmp_path / "slam.yaml"
    path.write_text("edition: slam26-fall\n")
    assert config.read(None, {"SLAM_CONFIG": str(path)}).edition.id == "slam26-fall"
    assert config.read(EXAMPLE, {"SLAM_CONFIG": str(path)}).edition.id == "slam-2023"


# --- What is wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        pytest.param("timezone: Berlin", "timezone: expected a time zone", id="unknown zone"),
        pytest.param(
            "timezone: ../../etc/passwd", "timezone: expected a time zone", id="a zone that is a path"
        ),
        pytest.param("organizers: [orla]", "organizers[0]: expected a Slack user id", id="a name for an id"),
        pytest.param("organizers: U0ORG1", "organizers: expected a list", id="one for many"),
        pytest.param(
            "channels: {help: '#help'}", "channels.help: expected a Slack channel id", id="a channel's name"
        ),
        pytest.param("channels: [C0HELP]", "channels: expected a mapping", id="a list for a mapping"),
        pytest.param("chanels: {}", "chanels: unknown key; did you mean 'channels'?", id="mistyped key"),
        pytest.param(
            "channels: {halp: C0X}", "channels.halp: unknown key; did you mean 'help'?", id="key inside"
        ),
        pytest.param("zzz: 1", "zzz: unknown key; there are edition, timezone", id="a key like no other"),
        pytest.param("projects: [{name: Kelp}]", "projects[0].id: missing", id="a project without id"),
        pytest.param(
            "projects: [{id: a b}]", "projects[0].id: expected a word", id="an id nobody could type"
        ),
        pytest.param(
            "projects: [{id: a}, {id: A}]", "projects[1].id: 'a' stands there twice", id="two of an id"
        ),
        pytest.param("projects: [kelp]", "projects[0]: expected a mapping", id="a project that is a word"),
        pytest.param(
            "projects: [{id: a, repositories: ['https://github.com/a/b']}]",
            "projects[0].repositories[0]: expected owner/repository",
            id="an address for a repository",
        ),
        pytest.param(
            "projects: [{id: a, repositories: [a/..]}]",
            "projects[0].repositories[0]: expected owner/repository",
            id="a repository that leads elsewhere",
        ),
        pytest.param(
            "projects: [{id: a, clomonitor: kelp}]",
            "projects[0].clomonitor: expected foundation/project",
            id="no foundation",
        ),
        pytest.param(
            "projects: [{id: a, maintainers: [orla]}]",
            "projects[0].maintainers[0]: expected a Slack",
            id="who",
        ),
        pytest.param(
            "volunteers: [{user: U0V, topics: [sbom, scorcard]}]",
            "volunteers[0].topics[1]: expected a topic such as scorecard, found 'scorcard'",
            id="a topic misspelt",
        ),
        pytest.param(
            "volunteers: [{user: U0V, hours: 9-17}]", "volunteers[0].hours: expected hours", id="hours"
        ),
        pytest.param(
            "volunteers: [{user: U0V, capacity: 0}]",
            "volunteers[0].capacity: expected a whole",
            id="capacity",
        ),
        pytest.param("quiet_hours: {from: '24:00'}", "quiet_hours.from: expected a time of day", id="24:00"),
        pytest.param(
            "max_messages_per_day: many", "max_messages_per_day: expected a whole number", id="many"
        ),
        pytest.param(
            "max_messages_per_day: true",
            "max_messages_per_day: expected a whole number",
            id="true is no number",
        ),
        pytest.param(
            "pacing: {per_channel_seconds: .nan}", "pacing.per_channel_seconds: expected a number", id="nan"
        ),
        pytest.param("refresh: {every: 30}", "refresh.every: expected a duration", id="30 of what"),
        pytest.param("refresh: {every: 0m}", "refresh.every: expected a duration", id="no time at all"),
        pytest.param(
            "refresh: {every: 9999999999w}", "refresh.every: expected a duration", id="longer than time"
        ),
        pytest.param("slack: {history: yes}", "slack.history: expected true or false", id="yes is a word"),
        pytest.param(
            "slack: {scopes: [admin]}", "slack.scopes[0]: expected one of app_mentions:read", id="admin"
        ),
        pytest.param("milestones: [{id: x, at: '2023-11-06'}]", "milestones[0].at: ", id="no hour"),
        pytest.param(
            "milestones: [{id: close, at: '2023-10-01T00:00'}]",
            "milestones: 'close' is not after 'open'",
            id="it closes before it opens",
        ),
        pytest.param("milestones: [{id: x, at: soon}]", "milestones[0].at: ", id="no time"),
        pytest.param(
            "milestones: [{at: '2023-11-06T00:00'}]", "milestones[0].id: ", id="a milestone without id"
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(mistakes, line: str, mistake: str):
    (found,) = mistakes(line)
    assert found.startswith("config.yaml:2: ")
    assert mistake in found


def test_a_milestone_that_there_is_not(mistakes):
    found = mistakes(
        "milestones: [{id: submissions, at: '2023-11-06T23:59:00'}]",
        "reminders:",
        "  - {id: a, kind: stalled, after: 5d}",
        "  - {id: b, kind: stalled, after: 5d}",
        "  - id: c",
        "    kind: deadline",
        "    before: [1d]",
        "    milestone: submisions",
    )
    assert found == (
        "config.yaml:9: reminders[2].milestone: no milestone 'submisions'; did you mean 'submissions'?",
    )


def test_every_mistake_is_named_at_once_in_the_order_of_lines(mistakes):
    found = mistakes(
        "timezone: Mars",
        "projects:",
        "  - {id: a, colour: red}",
        "  - {name: b}",
        "refresh: often",
        environ={"PORT": "http", "LOG_LEVEL": "loud"},
    )
    assert [mistake.partition(": ")[0] for mistake in found] == [
        "config.yaml:2",
        "config.yaml:4",
        "config.yaml:5",
        "config.yaml:6",
        "environment",
        "environment",
    ]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"slack_bot_token: {TOKEN}", id="under its name"),
        pytest.param(f"slack: {{bot_token: {TOKEN}}}", id="deeper"),
        pytest.param(f"organizers: [{TOKEN}]", id="in another's place"),
        pytest.param(f"edition2: {TOKEN}", id="under an unknown key"),
        pytest.param(f"slack: {TOKEN}", id="instead of a mapping"),
        pytest.param(f"volunteers: [{TOKEN}]", id="instead of an entry"),
        pytest.param(f"milestones: [{{id: x, at: {TOKEN}}}]", id="instead of a time"),
        pytest.param(f"# the token is {TOKEN}", id="in a comment"),
        pytest.param(f"projects: [{{id: a, name: {TOKEN}}}]", id="where any text may stand"),
        pytest.param(
            "SLACK_SIGNING_SECRET: 8f742231b10e8888abcd99yyyzzz85a5", id="a secret of no known shape"
        ),
        pytest.param("slack: 0123456789abcdef0123456789abcdef", id="a signing secret instead of a mapping"),
        pytest.param("database_url: postgresql://slam:hunter2@db.example/slam", id="a database's password"),
        pytest.param(
            "slack: postgresql://slam:hunter2@db.example/slam", id="a database's password elsewhere"
        ),
    ],
)
def test_a_secret_in_the_file_is_named_and_not_repeated(mistakes, line: str):
    said = "\n".join(mistakes(line))
    assert "config.yaml:2: " in said
    for secret in (TOKEN, TOKEN[5:], "8f742231b10e8888", "0123456789abcdef", "hunter2"):
        assert secret not in said


def test_a_secrets_line_says_where_it_belongs(mistakes):
    (found,) = mistakes(f"slack_bot_token: {TOKEN}")
    assert "secrets come from the environment only" in found
    assert "SLACK_BOT_TOKEN" in found


# --- The edition --------------------------------------------------------------------------------------------


def test_an_edition_that_there_is_not(mistakes):
    assert mistakes(edition="slam-2032") == (
        "config.yaml:1: edition: no edition 'slam-2032'; did you mean 'slam-2023'?",
    )


def test_an_edition_file_that_there_is_not(mistakes):
    (found,) = mistakes(edition="./ours.yaml")
    assert found.startswith("config.yaml:1: edition: no file './ours.yaml' in ")


def test_mistakes_in_the_edition_are_named_beside_those_in_the_file(mistakes, tmp_path: Path):
    text = (ROOT / "rules/editions/slam-2023.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    wrong = next(number for number, line in enumerate(lines, 1) if "clomonitor_check_sets" in line)
    lines[wrong - 1] = lines[wrong - 1].replace("clomonitor_check_sets", "clomonitor_chek_sets")
    (tmp_path / "ours.yaml").write_text("\n".join(lines), encoding="utf-8")
    found = mistakes(
        "zone: UTC",
        "reminders: [{id: a, kind: deadline, milestone: close, before: [1d]}]",
        edition="ours.yaml",
    )
    assert len(found) == 2
    assert found[0].startswith("config.yaml:2: zone: unknown key")
    assert found[1].startswith(f"ours.yaml:{wrong}: badges[0].criteria[1].check: ")
    assert "clomonitor_check_sets" in found[1]


def test_a_resource_that_the_library_does_not_have(mistakes, tmp_path: Path):
    text = (ROOT / "rules/editions/slam-2023.yaml").read_text(encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(text.replace("[lfel1006,", "[lfel106,", 1), encoding="utf-8")
    (found,) = mistakes(edition="ours.yaml")
    assert "no resource 'lfel106'; did you mean 'lfel1006'?" in found


# --- Files that cannot be read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        pytest.param(b"", "config.yaml:1: edition: missing", id="empty"),
        pytest.param(b"- edition\n", "config.yaml:1: the file: expected a mapping", id="a list"),
        pytest.param(b"edition: [\n", "config.yaml:2: ", id="cut"),
        pytest.param(b"edition: slam-2023\nedition: slam-2023\n", "config.yaml:2: ", id="a key twice"),
        pytest.param(b"edition: \xff\xfe\n", "config.yaml: cannot be read", id="not UTF-8"),
        pytest.param(b"edition: !!python/object:os.system x\n", "config.yaml:1: ", id="a foreign tag"),
        pytest.param(
            b"edition: slam-2023\nreminders: {a: 1}\n",
            "config.yaml:2: reminders: expected a list",
            id="mapping",
        ),
    ],
)
def test_a_broken_file_is_a_mistake(tmp_path: Path, content: bytes, mistake: str):
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        config.read(path, {})
    assert caught.value.mistakes[0].startswith(f"{tmp_path}/{mistake}")


def test_no_file_is_a_mistake_that_says_what_to_do(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"no such file; config\.example\.yaml shows"):
        config.read(tmp_path / "config.yaml", {})
    with pytest.raises(ConfigError, match="cannot be read"):
        config.read(tmp_path, {})
