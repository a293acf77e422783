"""Volunteers, questions and courses; messages in threads, to several people, and in the place of others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OF_MESSAGES = {
    "thread_of": sa.Integer,
    "update_of": sa.Integer,
    "people": sa.Text,
    "question": sa.Integer,
}
FEW = {
    "ix_messages_question": ("question", "update_of"),
    "ix_messages_posted": ("channel", "ts"),
    "ix_messages_update": ("update_of", "state"),
}


def upgrade() -> None:
    op.add_column("projects", sa.Column("registered_by", sa.Text))
    op.add_column("projects", sa.Column("registered_at", sa.DateTime(timezone=True)))
    _messages()
    _volunteers()
    _questions()
    op.create_table(
        "courses",
        _text("edition"),
        _text("person"),
        _text("resource"),
        _moment("at"),
        sa.PrimaryKeyConstraint("edition", "person", "resource", name="pk_courses"),
    )


def downgrade() -> None:
    for table in ("courses", "asked", "questions", "volunteers"):
        op.drop_table(table)
    op.execute("DELETE FROM messages WHERE question IS NOT NULL")
    for index in FEW:
        op.drop_index(index, "messages")
    for column in OF_MESSAGES:
        op.drop_column("messages", column)
    op.drop_column("projects", "registered_at")
    op.drop_column("projects", "registered_by")


def _messages() -> None:
    for name, kind in OF_MESSAGES.items():
        op.add_column("messages", sa.Column(name, kind))
    for name, columns in FEW.items():
        of = "update_of" if columns[0] == "update_of" else "question"
        these = sa.text(f"{of} IS NOT NULL")
        op.create_index(name, "messages", columns, sqlite_where=these, postgresql_where=these)


def _volunteers() -> None:
    op.create_table(
        "volunteers",
        _text("edition"),
        _text("person"),
        _text("topics"),
        _text("timezone"),
        sa.Column("starts", sa.Text),
        sa.Column("ends", sa.Text),
        sa.Column("capacity", sa.Integer, nullable=False),
        _text("origin"),
        sa.Column("joined_at", sa.DateTime(timezone=True)),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("on_duty", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("away_until", sa.DateTime(timezone=True)),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("thanks", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("edition", "person", name="pk_volunteers"),
    )


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, nullable=False),
        _text("edition"),
        _text("asker"),
        _text("zone"),
        sa.Column("project", sa.Text),
        sa.Column("badge", sa.Text),
        sa.Column("criterion", sa.Text),
        _text("topic"),
        _text("text"),
        _text("shown"),
        _text("state"),
        sa.Column("owner", sa.Text),
        _moment("asked_at"),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("resolved_by", sa.Text),
        sa.Column("solved_by_aid", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("answer", sa.Text),
        sa.Column("thanked_at", sa.DateTime(timezone=True)),
        sa.Column("step", sa.Integer, nullable=False, server_default=sa.text("0")),
        _moment("step_at"),
        sa.Column("card", sa.Integer),
        sa.Column("talk", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_questions_state", "questions", ["edition", "state", "asked_at"])
    op.create_index("ix_questions_asker", "questions", ["edition", "asker", "asked_at"])
    op.create_index("ix_questions_owner", "questions", ["edition", "owner", "state"])
    op.create_table(
        "asked",
        sa.Column("question", sa.Integer, nullable=False),
        _text("person"),
        _moment("at"),
        sa.PrimaryKeyConstraint("question", "person", name="pk_asked"),
        sa.ForeignKeyConstraint(
            ["question"], ["questions.id"], name="fk_asked_questions", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_asked_person", "asked", ["person"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)
