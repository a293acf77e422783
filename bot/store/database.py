"""One way to read and one way to write, the same on SQLite and PostgreSQL.

The drivers are left in autocommit: a read sees what is committed at that moment and holds no lock, and a
transaction exists only where `write` opens it.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Value: TypeAlias = Any  # what a driver gives, and what becomes of it
Row: TypeAlias = tuple[Value, ...]
Driver: TypeAlias = Any  # a driver's own connection

SURROGATE_OR_NUL = re.compile("[\0\ud800-\udfff]")

BUSY = 5  # seconds that a writer waits for another one, and a statement may take
CONNECT = 5  # seconds
POOLED = 5  # connections to PostgreSQL that a process holds at most
BATCH = 500  # rows a statement
EMPTYING = 0.25  # seconds that whoever empties the log waits for those who read

WAITS = f"PRAGMA busy_timeout={BUSY * 1000}"
ON_CONNECT = (
    "PRAGMA synchronous=FULL",
    WAITS,
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-512",  # KiB, of every connection of every thread: the system keeps the file's pages
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten
)


class Database:
    """An engine that knows which of the two databases it talks to."""

    def __init__(self, url: str) -> None:
        if url.startswith("postgres://"):  # as some hosts still write it
            url = "postgresql" + url.removeprefix("postgres")
        parsed = sa.make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = _sqlite(parsed) if self.is_sqlite else _postgresql(parsed)
        self._failures = self.engine.dialect.loaded_dbapi.Error
        self._kept = threading.local()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction: all of what is done in it, or nothing."""
        with self.engine.begin() as connection:
            # at once, since SQLite refuses (without waiting) a reader that turns writer behind another one
            connection.exec_driver_sql("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
            yield connection

    def take_turns(self, write: sa.Connection, about: str) -> None:
        """Others who take turns about the same wait until this transaction ends: what it counts, holds."""
        if not self.is_sqlite:  # where one writes at a time anyhow
            key = sa.func.hashtextextended(about, 0)
            write.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    def empty_log(self) -> None:
        """Leave nothing of what was deleted beside SQLite's file. Where somebody reads just now, it does not.

        PostgreSQL sees to that by itself, some time.
        """
        if not self.is_sqlite:
            return
        with suppress(sa.exc.OperationalError), self.read() as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(EMPTYING * 1000)}")
            try:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
            finally:
                connection.exec_driver_sql(WAITS)

    def rows(self, sql: str, parameters: Mapping[str, str]) -> Sequence[Row]:
        """What the driver itself gives, for a `Lookup`. What it raises is raised as SQLAlchemy's error."""
        if self.is_sqlite:
            return self._rows(self._own(), sql, parameters)
        with closing(self.engine.raw_connection()) as borrowed:
            return self._rows(borrowed.dbapi_connection, sql, parameters)

    def _rows(self, connection: Driver, sql: str, parameters: Mapping[str, str]) -> Sequence[Row]:
        try:
            rows: Sequence[Row] = connection.execute(sql, parameters).fetchall()
        except self._failures as error:
            raise sa.exc.OperationalError("lookup", None, error, hide_parameters=True) from error
        return rows

    def _own(self) -> Driver:
        """A thread's own connection to a file: borrowing one would take as long as the lookup."""
        kept = getattr(self._kept, "connection", None)
        if kept is None:
            one = self.engine.raw_connection()
            one.detach()  # not one of those that the pool counts
            kept = self._kept.connection = one.dbapi_connection
        return kept

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that can say what to do ON CONFLICT."""
        if self.is_sqlite:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - takes long, and SQLite needs none of it

        return postgresql.insert(table)

    def upsert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that replaces the named columns of the row that has the same key."""
        insert = self.insert(table)
        key = [column.name for column in table.primary_key]
        new = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in key}
        return insert.on_conflict_do_update(index_elements=key, set_=new)

    def close(self) -> None:
        if hasattr(self._kept, "connection"):  # another thread's goes with the thread
            self._kept.connection.close()
            del self._kept.connection
        self.engine.dispose()


class Lookup:
    """A SELECT compiled once and run by the driver itself: a fraction of what executing it anew costs.

    `keys` are the names of its parameters, all of them text.
    """

    def __init__(self, database: Database, statement: sa.Select[Any], keys: tuple[str, ...]) -> None:
        dialect = database.engine.dialect
        # a compiler that renders constants insists on a value for everything
        filled = statement.params(dict.fromkeys(keys, ""))
        self._sql = str(filled.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
        self._database = database
        readers = [
            c.type.dialect_impl(dialect).result_processor(dialect, None) for c in statement.selected_columns
        ]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader]

    def one(self, parameters: Mapping[str, str]) -> Row | None:
        rows = self._database.rows(self._sql, parameters)
        return self._read(rows[0]) if rows else None

    def all(self, parameters: Mapping[str, str]) -> list[Row]:
        return [self._read(row) for row in self._database.rows(self._sql, parameters)]

    def _read(self, row: Row) -> Row:
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return tuple(values)


def storable(text: str) -> str:
    """What somebody typed, without what no database takes: NUL and halves of surrogate pairs."""
    return text if text.isprintable() and text.isascii() else SURROGATE_OR_NUL.sub("\ufffd", text)


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url, paramstyle="named", hide_parameters=True, connect_args={"isolation_level": None}
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ON_CONNECT:
        cursor.execute(pragma)
    # nobody can wait for this lock: where it is taken, somebody else is making the file, and sets its mode
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _postgresql(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,  # in errors, which are logged
        pool_size=POOLED,
        max_overflow=0,
        pool_timeout=BUSY,
        pool_pre_ping=True,
        connect_args={
            "autocommit": True,
            "connect_timeout": CONNECT,
            "tcp_user_timeout": BUSY * 1000,
            "application_name": "slam-bot",
            "options": f"-c timezone=UTC -c statement_timeout={BUSY}s -c lock_timeout={BUSY}s",
        },
    )
