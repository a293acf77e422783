"""What is said, to whom, and what people want to hear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _progress()
    _people()
    _announcements()
    _outbox()


def downgrade() -> None:
    for table in (
        "closed",
        "places",
        "notices",
        "messages",
        "switches",
        "announcements",
        "people",
        "direct",
        "mutes",
        "changes",
        "progress",
    ):
        op.drop_table(table)


def _progress() -> None:
    op.create_table(
        "progress",
        _text("edition"),
        _text("project"),
        _text("document"),
        _moment("measured_at"),
        _moment("progressed_at"),
        sa.PrimaryKeyConstraint("edition", "project", name="pk_progress"),
        _of_a_project("progress"),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, nullable=False),
        _text("edition"),
        _text("project"),
        _moment("at"),
        _text("document"),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        _of_a_project("changes"),
    )
    op.create_index("ix_changes_at", "changes", ["edition", "at"])
    op.create_index("ix_changes_project", "changes", ["edition", "project"])


def _people() -> None:
    op.create_table(
        "mutes",
        _text("edition"),
        _text("holder"),
        _text("kind"),
        sa.Column("until", sa.DateTime(timezone=True)),
        _text("muted_by"),
        _moment("muted_at"),
        sa.PrimaryKeyConstraint("edition", "holder", "kind", name="pk_mutes"),
    )
    op.create_table(
        "direct",
        _text("edition"),
        _text("person"),
        _moment("wanted_at"),
        sa.PrimaryKeyConstraint("edition", "person", name="pk_direct"),
    )
    op.create_table(
        "people",
        _text("person"),
        sa.Column("timezone", sa.Text),
        sa.Column("is_guest", sa.Boolean, nullable=False),
        sa.Column("is_deleted", sa.Boolean, nullable=False),
        _moment("known_at"),
        sa.PrimaryKeyConstraint("person", name="pk_people"),
    )


def _announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer, nullable=False),
        _text("edition"),
        _text("text"),
        _text("audience"),
        _text("author"),
        _moment("written_at"),
        sa.Column("wanted_at", sa.DateTime(timezone=True)),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("send_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_by", sa.Text),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcements_edition", "announcements", ["edition", "id"])
    op.create_table(
        "switches",
        _text("name"),
        _text("set_by"),
        _moment("set_at"),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
    )


def _outbox() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, nullable=False),
        _text("edition"),
        sa.Column("project", sa.Text),
        _text("reader"),
        _text("state"),
        _text("body"),
        _moment("owed_at"),
        _moment("pointless_at"),
        _moment("not_before"),
        sa.Column("attempt", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("worker", sa.Text),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("sending_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("channel", sa.Text),
        sa.Column("ts", sa.Text),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_turn", "messages", ["edition", "state", "not_before", "id"])
    op.create_index("ix_messages_reader", "messages", ["edition", "project", "reader", "owed_at"])
    op.create_index("ix_messages_owed", "messages", ["edition", "owed_at"])
    op.create_table(
        "notices",
        _text("key"),
        _text("edition"),
        sa.Column("message", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        _text("kind"),
        sa.Column("project", sa.Text),
        _text("reader"),
        sa.Column("milestone", sa.Text),
        sa.Column("date", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_notices"),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_notices_messages", ondelete="CASCADE"),
    )
    op.create_index("ix_notices_message", "notices", ["message"])
    op.create_index("ix_notices_reader", "notices", ["edition", "project", "reader"])
    op.create_table(
        "places", _text("place"), _moment("free_at"), sa.PrimaryKeyConstraint("place", name="pk_places")
    )
    op.create_table(
        "closed",
        _text("edition"),
        _text("reader"),
        _text("reason"),
        _moment("since"),
        sa.PrimaryKeyConstraint("edition", "reader", name="pk_closed"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _of_a_project(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["edition", "project"], ["projects.edition", "projects.id"], name=f"fk_{table}_projects"
    )
