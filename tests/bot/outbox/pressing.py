"""A process in which volunteers press whatever they see until it is killed: what the tests of kills start."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from bot.store import Store, open_store
from bot.store.posts import Post, Where
from rules.help import Question

VOLUNTEERS = [f"U0VOL{number}" for number in range(8)]


def told(what: str, who: str) -> Callable[[Question], Iterable[Post]]:
    """The card as it is then, and a line in its thread: "7 claimed U0VOL1"."""

    def say(now: Question) -> Iterable[Post]:
        line = f"{now.id} {what} {who}"
        return Post(Where.CARD_NOW, line, ()), Post(Where.THREAD, line, ())

    return say


def ask(store: Store, asker: str) -> int:
    def say(now: Question) -> Iterable[Post]:
        return (Post(Where.CARD, f"{now.id} asked {asker}", (), to="C0HELP"),)

    return store.questions.ask(asker, "UTC", "scorecard", "Why?", datetime.now(UTC), say=say).id


def press(store: Store, dice: random.Random) -> None:
    """Somebody presses some button of some question; whether they may is for the store to say."""
    number, who, other = dice.randint(1, 50), dice.choice(VOLUNTEERS), dice.choice(VOLUNTEERS)
    at, questions = datetime.now(UTC), store.questions
    match dice.choice(["claim", "claim", "claim", "release", "hand over", "resolve", "reopen"]):
        case "claim":
            questions.claim(number, who, at, 20, told("claimed", who))
        case "release":
            questions.release(number, who, at, told("released", who))
        case "hand over":
            questions.hand_over(number, who, other, at, told(f"handed {who}", other))
        case "resolve":
            questions.resolve(number, who, at, told("resolved", who))
        case "reopen":
            questions.reopen(number, who, at, told("reopened", "nobody"), to_owner=False)


def main(database_url: str, seed: int) -> None:
    dice = random.Random(seed)
    store = open_store(database_url, "slam-2023")
    print("ready", flush=True)
    while True:
        press(store, dice)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
