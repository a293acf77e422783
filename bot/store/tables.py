"""The tables. What belongs to an edition carries it: last year's Slam stays readable beside this year's."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

CONSTRAINTS = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
}


class Moment(sa.TypeDecorator[datetime]):
    """A moment in time, aware and in UTC on both databases (SQLite forgets offsets)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(sa.TypeDecorator[tuple[str, ...]]):
    """Names that have no space in them, in their order."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value.split()) if value else ()


metadata = sa.MetaData(naming_convention=CONSTRAINTS)

projects = sa.Table(
    "projects",
    metadata,
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("clomonitor", sa.Text),
    sa.Column("repositories", Words, nullable=False),
    sa.Column("channel", sa.Text),
    sa.Column("timezone", sa.Text),
    sa.Column("origin", sa.Text, nullable=False),  # "file": config.yaml decides; "slack": people do
    sa.Column("withdrawn", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("gathered_at", Moment),  # when its evidence was looked for last
    sa.Column("asked", sa.Integer, nullable=False, server_default=sa.text("0")),  # how often since then
    sa.Column("registered_by", sa.Text),  # Slack user id; none: the file names it
    sa.Column("registered_at", Moment),
    sa.Index("ix_projects_origin", "edition", "origin", "withdrawn"),
    sa.Index("ix_projects_channel", "edition", "channel", "withdrawn"),
    sa.Index("ix_projects_turn", "edition", "withdrawn", "gathered_at", "id"),
    sa.Index("ix_projects_asked", "edition", "withdrawn", "asked"),
)


def _of_a_project() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("project", sa.Text, primary_key=True),
        sa.ForeignKeyConstraint(["edition", "project"], ["projects.edition", "projects.id"]),
    )


maintainers = sa.Table(
    "maintainers",
    metadata,
    *_of_a_project(),
    sa.Column("person", sa.Text, primary_key=True),  # Slack user id
    sa.Column("position", sa.Integer, nullable=False),
    sa.Index("ix_maintainers_person", "edition", "person", "project"),
)

names = sa.Table(
    "names",  # of projects
    metadata,
    *_of_a_project(),
    sa.Column("beginning", sa.Text, primary_key=True),  # as rules/naming.py has it
    sa.Index("ix_names_beginning", "edition", "beginning", "project"),
)

wishes = sa.Table(
    "wishes",  # to speak for a project
    metadata,
    *_of_a_project(),
    sa.Column("person", sa.Text, primary_key=True),  # Slack user id
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_wishes_person", "edition", "person", "at"),
)

evidence = sa.Table(
    "evidence",
    metadata,
    *_of_a_project(),
    sa.Column("document", sa.Text, nullable=False),  # JSON, see codec.py
)

awards = sa.Table(
    "awards",
    metadata,
    *_of_a_project(),
    sa.Column("badge", sa.Text, primary_key=True),
    sa.Column("awarded_by", sa.Text, nullable=False),
    sa.Column("awarded_at", Moment, nullable=False),
)

attestations = sa.Table(
    "attestations",
    metadata,
    *_of_a_project(),
    sa.Column("badge", sa.Text, primary_key=True),
    sa.Column("criterion", sa.Text, primary_key=True),
    sa.Column("attested_by", sa.Text, nullable=False),
    sa.Column("attested_at", Moment, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("as_of", Moment, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("fresh_until", Moment),
    sa.Column("failing_since", Moment),
    sa.Column("failure", sa.Text),
)

hosts = sa.Table(
    "hosts",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("paused_until", Moment, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)

# --- How far they are ---------------------------------------------------------------------------------------

progress = sa.Table(
    "progress",
    metadata,
    *_of_a_project(),
    sa.Column("document", sa.Text, nullable=False),  # JSON of a rules.slam.Record
    sa.Column("measured_at", Moment, nullable=False),
    sa.Column("progressed_at", Moment, nullable=False),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("project", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("document", sa.Text, nullable=False),  # JSON of a rules.slam.Change
    sa.ForeignKeyConstraint(["edition", "project"], ["projects.edition", "projects.id"]),
    sa.Index("ix_changes_at", "edition", "at"),
    sa.Index("ix_changes_project", "edition", "project"),
)

# --- What people want and who they are ----------------------------------------------------------------------

mutes = sa.Table(
    "mutes",
    metadata,
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, primary_key=True),  # a project, a user or a channel
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("until", Moment),  # none: until it is taken back
    sa.Column("muted_by", sa.Text, nullable=False),
    sa.Column("muted_at", Moment, nullable=False),
)

direct = sa.Table(
    "direct",
    metadata,
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),  # asked for direct messages
    sa.Column("wanted_at", Moment, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("timezone", sa.Text),
    sa.Column("is_guest", sa.Boolean, nullable=False),
    sa.Column("is_deleted", sa.Boolean, nullable=False),
    sa.Column("known_at", Moment, nullable=False),
)

# --- What organizers say ------------------------------------------------------------------------------------

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("audience", Words, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("written_at", Moment, nullable=False),
    sa.Column("wanted_at", Moment),  # when the author wants it sent; none: once it is approved
    sa.Column("asked_at", Moment),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_at", Moment),
    sa.Column("send_at", Moment),
    sa.Column("cancelled_by", sa.Text),
    sa.Column("cancelled_at", Moment),
    sa.Index("ix_announcements_edition", "edition", "id"),
    sqlite_autoincrement=True,  # an id stands in keys: it is never given twice
)

switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("set_at", Moment, nullable=False),
)

# --- The outbox ---------------------------------------------------------------------------------------------


def _few(name: str, of: str, *columns: str) -> sa.Index:
    """An index of those messages only that are of something."""
    # so on PostgreSQL too, where the migration says it: said here, its whole dialect would be imported
    return sa.Index(name, *columns, sqlite_where=sa.text(f"{of} IS NOT NULL"))


messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("project", sa.Text),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # pending, sending, sent, unconfirmed or failed
    sa.Column("body", sa.Text, nullable=False),  # JSON: {"text": ..., "blocks": [...]}
    sa.Column("owed_at", Moment, nullable=False),
    sa.Column("pointless_at", Moment, nullable=False),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("worker", sa.Text),
    sa.Column("lease_until", Moment),
    sa.Column("sending_at", Moment),
    sa.Column("settled_at", Moment),
    sa.Column("channel", sa.Text),  # where Slack put it
    sa.Column("ts", sa.Text),
    sa.Column("reason", sa.Text),
    # no foreign keys: SQLite would have to copy the table to get them
    sa.Column("thread_of", sa.Integer),  # the message in whose thread it is posted, once that one is sent
    sa.Column("update_of", sa.Integer),  # the message that it replaces
    sa.Column("people", Words),  # who is in the conversation that is opened for it
    sa.Column("question", sa.Integer),  # what it is about; 0: about none; nothing: the clock said it
    sa.Index("ix_messages_turn", "edition", "state", "not_before", "id"),
    sa.Index("ix_messages_reader", "edition", "project", "reader", "owed_at"),
    sa.Index("ix_messages_owed", "edition", "owed_at"),
    _few("ix_messages_question", "question", "question", "update_of"),
    _few("ix_messages_posted", "question", "channel", "ts"),
    _few("ix_messages_update", "update_of", "update_of", "state"),
    sqlite_autoincrement=True,  # a late settlement must not meet a younger message under the same id
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("message", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("project", sa.Text),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("milestone", sa.Text),
    sa.Column("date", sa.Text),  # the milestone's, as it was told
    sa.ForeignKeyConstraint(["message"], ["messages.id"], ondelete="CASCADE"),
    sa.Index("ix_notices_message", "message"),
    sa.Index("ix_notices_reader", "edition", "project", "reader"),
)

places = sa.Table(
    "places",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),  # "workspace", or a reader
    sa.Column("free_at", Moment, nullable=False),
)

closed = sa.Table(
    "closed",
    metadata,
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("reader", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
)

# --- Help from people ---------------------------------------------------------------------------------------

volunteers = sa.Table(
    "volunteers",
    metadata,
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("topics", Words, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("starts", sa.Text),  # "09:00", in their zone; none: they answer at any hour
    sa.Column("ends", sa.Text),
    sa.Column("capacity", sa.Integer, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),  # "file", "slack", or "left": not one any more
    sa.Column("joined_at", Moment),
    sa.Column("approved_by", sa.Text),  # of those who joined in Slack
    sa.Column("approved_at", Moment),
    sa.Column("on_duty", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("away_until", Moment),
    sa.Column("asked_at", Moment),  # when they were asked last
    sa.Column("thanks", sa.Integer, nullable=False, server_default=sa.text("0")),
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("asker", sa.Text, nullable=False),  # Slack user id
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("project", sa.Text),
    sa.Column("badge", sa.Text),
    sa.Column("criterion", sa.Text),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("shown", Words, nullable=False),  # ids of the first aid
    sa.Column("made_of", sa.Text),  # a message: "<channel>/<ts>"
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("claimed_at", Moment),  # by its owner
    sa.Column("answered_at", Moment),  # when a volunteer wrote first, where that can be seen
    sa.Column("resolved_at", Moment),
    sa.Column("resolved_by", sa.Text),
    sa.Column("solved_by_aid", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("answer", sa.Text),  # what helped, for those who ask the same
    sa.Column("thanked_at", Moment),
    sa.Column("step", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("step_at", Moment, nullable=False),
    # messages; no foreign keys, which would be looked for whenever a message is withdrawn
    sa.Column("card", sa.Integer),
    sa.Column("talk", sa.Integer),  # where asker and owner talk, if not in the card's thread
    sa.Index("ix_questions_state", "edition", "state", "asked_at"),
    sa.Index("ix_questions_asker", "edition", "asker", "asked_at"),
    sa.Index("ix_questions_owner", "edition", "owner", "state"),
    sqlite_autoincrement=True,  # an id stands in buttons: it is never given twice
)

asked = sa.Table(
    "asked",
    metadata,
    sa.Column("question", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),  # a volunteer
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["question"], ["questions.id"], ondelete="CASCADE"),
    sa.Index("ix_asked_person", "person"),
)

courses = sa.Table(
    "courses",
    metadata,
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)
