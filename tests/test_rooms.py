"""Who may import whom is checked by `make check`; here: that nobody is left out of it."""

from __future__ import annotations

import pkgutil
import tomllib
from pathlib import Path

import bot

CONTRACTS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_every_part_of_the_bot_has_its_place_among_the_rooms():
    layers = CONTRACTS["contracts"][0]["layers"]
    placed = {name.strip() for layer in layers for name in layer.split("|")}
    assert {f"bot.{module.name}" for module in pkgutil.iter_modules(bot.__path__)} <= placed
