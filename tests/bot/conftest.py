"""Looking at invented projects needs the same servers in several folders of tests."""

from __future__ import annotations

from tests.bot.sources.conftest import lookout, world

__all__ = ["lookout", "world"]
