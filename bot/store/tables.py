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
