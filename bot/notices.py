"""How notices look in Slack and read in a terminal, each kind with a way to turn it off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot import blocks
from rules.owed import known_kinds
from rules.phrases import together
from rules.slam import Line, Link, Mention, Notice, Offer, Part, Strong, Typed, Written

MUTE = "remind.mute"  # the button's value is "<holder> <kind>"
TYPED_LENGTH = 150


def drawn(notices: Sequence[Notice]) -> blocks.Message:
    """One message that says these to their reader; `rules.owed.MERGED` of them fit."""
    told: list[blocks.Block] = []
    lines = together([notice.say() for notice in notices])
    for said, offers in zip(lines, _offers(notices), strict=True):
        if shown := list(_said(said, offers)):
            told += [blocks.divider(), *shown] if told else shown
    return blocks.message(*told, *_farewell(notices))


def _said(lines: Sequence[Line], offers: Sequence[Offer]) -> Iterator[blocks.Block]:
    if lines:
        yield from _paragraphs(lines)
    if offers:
        yield blocks.actions(*(blocks.button(offer.label, offer.action, offer.value) for offer in offers))


def _offers(notices: Sequence[Notice]) -> Iterator[tuple[Offer, ...]]:
    """What each offers that none after it does."""
    for number, notice in enumerate(notices):
        later = {offer for other in notices[number + 1 :] for offer in other.offers}
        yield tuple(offer for offer in notice.offers if offer not in later)


def _paragraphs(lines: Iterable[Line]) -> Iterator[blocks.Block]:
    """Lines share a section as long as Slack takes them in one."""
    paragraph = ""
    for line in lines:
        shown = "".join(map(_shown, line))
        if paragraph and len(paragraph) + len(shown) >= blocks.SECTION_LENGTH:
            yield blocks.section(paragraph)
            paragraph = ""
        paragraph = f"{paragraph}\n{shown}" if paragraph else shown
    yield blocks.section(paragraph)


def _shown(part: Part) -> str:
    match part:
        case str():
            return blocks.escape(part)
        case datetime():
            return blocks.when(part)
        case Strong():
            return f"*{blocks.escape(part.text)}*"
        case Typed():
            return blocks.quote(part.text, TYPED_LENGTH)
        case Link():
            return blocks.link(part.url, blocks.escape(part.label))
        case Written():
            return blocks.written(part.text)
        case Mention():
            return f"<@{part.user}>"


def _farewell(notices: Sequence[Notice]) -> tuple[blocks.Block, ...]:
    kinds = {(notice.reader.holder, notice.kind): known_kinds()[notice.kind].TITLE for notice in notices}
    mutes = [
        blocks.button(f"Mute {title}", MUTE, f"{holder} {kind}") for (holder, kind), title in kinds.items()
    ]
    return (
        blocks.actions(*mutes),
        blocks.context("`/slam remind` shows what is said here, when next, and turns it off or on."),
    )
