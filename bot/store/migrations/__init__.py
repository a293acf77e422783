"""The tables' history. A change to `tables.py` comes with a new file in versions/, named by its number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
NEWEST = max(path.stem.partition("_")[0] for path in FOLDER.glob("versions/[0-9]*.py"))


def settings(connection: Connection) -> Config:
    """What Alembic's commands want to be told; they work inside the connection's transaction."""
    from alembic.config import Config  # noqa: PLC0415 - takes long, and most starts need none of it

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
