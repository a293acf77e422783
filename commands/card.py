"""A question's card in the help channel, and what the bot says in its thread."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    counted,
    cut,
    ends,
    escape,
    link,
    message,
    meter,
    permalink,
    section,
    when,
)
from bot.reply import Services
from bot.store.outbox import QUESTION, TAKEN
from bot.store.posts import Post, Where
from commands import first_aid, status
from rules.help import Question, QuestionState
from rules.model import BadgeProgress, Outcome
from rules.progress import measure

LONGEST = 1_500  # characters of a question; what escaping adds still fits a section
LINES = 20  # of a question
MISSING = 3  # criteria that are named
HISTORY = "channels:history"  # lets the bot hear replies
CARD = "card"  # what a button's value says besides the number, where the button stands on the card


@dataclass(frozen=True)
class Scene:
    """What is told about a question besides itself; looked up before it changes, since that must not wait."""

    title: str  # mrkdwn
    linked: str  # the same, with a link to the card where that is posted
    help_channel: str
    project: tuple[Block, ...] = ()  # how far it is on the badge
    made_of: str = ""  # a message, with the way to it, mrkdwn
    first_aid: str = ""  # what was shown before, mrkdwn
    is_heard: bool = False  # the bot hears replies in threads
    apart: bool = False  # who asks may not see the help channel, and can be talked with elsewhere


def scene(question: Question, services: Services) -> Scene:
    topic = services.config.topics.entries.get(question.topic)
    titles = [first_aid.title(name, services) for name in question.shown]
    about = escape(topic.title if topic else question.topic)
    return Scene(
        title=f"Question {question.id} · {about}",
        linked=f"{called(question, services)} · {about}",
        help_channel=services.config.channels.help or "",
        project=tuple(_project(question, services)),
        made_of=_made_of(question, services),
        first_aid=escape(cut("; ".join(titles), 400)),
        is_heard=services.config.slack.history or HISTORY in services.config.slack.scopes,
        apart=services.is_apart(question.asker),
    )


def called(question: Question, services: Services) -> str:
    """ "Question 9", with a link to its card where that is posted."""
    name, card = f"Question {question.id}", services.store.questions.card(question.id)
    return link(permalink(services.workspace(), card.channel, card.ts), name) if card else name


# --- The card -----------------------------------------------------------------------------------------------


def card(question: Question, at: Scene) -> Message:
    """The question, who asks from where, how far the project is, what was shown, and where it stands."""
    if is_forgotten(question):
        return message(section(f"*{at.title}*\n{_where_it_stands(question)}"))
    return message(
        section(f"*{at.title}*\n{_asker(question)}{at.made_of}"),
        section(quoted(question.text)),
        *at.project,
        *([context(f"First aid that did not help: {at.first_aid}.")] if at.first_aid else []),
        section(_where_it_stands(question)),
        *([actions(*row)] if (row := _buttons(question)) else []),
    )


def posted(question: Question, at: Scene) -> Post:
    return _post(Where.CARD, card(question, at), to=at.help_channel)


def updated(question: Question, at: Scene) -> tuple[Post, ...]:
    """The card as it is now, in the place of the one before; and where somebody was called for, who came."""
    now = _post(Where.CARD_NOW, card(question, at))
    if question.state is QuestionState.OPEN:
        return (now,)
    is_taken = question.state is QuestionState.CLAIMED
    came = f"🙋 <@{question.owner}> took it." if is_taken else _where_it_stands(question)
    return now, _post(Where.CALLS_NOW, message(section(f"*{at.linked}*\n{came}")))


def elsewhere(question: Question, at: Scene) -> Post:
    """In the place of a card that was sent again and had arrived all the same."""
    return _post(Where.TO, message(section(f"{at.linked} is answered elsewhere.")), to=at.help_channel)


def quoted(text: str, lines: int = LINES) -> str:
    """What somebody asked, line by line, as mrkdwn shows what others said."""
    said = [line for line in ends(text, LONGEST).splitlines() if line.strip()]
    if len(said) > lines:
        begins = lines // 3
        said = [*said[:begins], "…", *said[begins - lines :]]
    return "\n".join(f"> {escape(line)}" for line in said)


def _asker(question: Question) -> str:
    local = question.asked_at.astimezone(ZoneInfo(question.zone))
    return f"<@{question.asker}> asks from {escape(question.zone)}, where it was {local:%H:%M}."


def _made_of(question: Question, services: Services) -> str:
    channel, _, ts = (question.made_of or "").partition("/")
    if not ts or not services.workspace():
        return ""
    return f" It is about {link(permalink(services.workspace(), channel, ts), 'this message')}."


def _project(question: Question, services: Services) -> list[Block]:
    standing = services.store.evidence.standing(question.project) if question.project else None
    if standing is None:
        return []
    name = f"*{escape(standing.project.name)}*"
    if standing.evidence is None:
        return [section(f"{name}: not looked at yet.")]
    progress = measure(services.edition, standing.evidence)
    badge = next((each for each in progress.badges if each.badge == question.badge), None)
    if badge is None:
        badges = counted(len(progress.badges), "badge")
        return [section(f"{name}: evidence found for {progress.found} of {badges}.")]
    return [section(f"{name} · {_progress(badge)}")]


def _progress(badge: BadgeProgress) -> str:
    found, total = badge.found, len(badge.findings)
    line = f"{escape(badge.title)}: {found} of {total} {meter(found, total)}"
    unmet = [each for each in badge.findings if each.outcome is Outcome.UNMET]
    missing = [
        f"⬜ {escape(cut(each.statement, 100))}: {escape(cut(each.detail, 150))}"
        + (f" ({link(each.source.url, 'seen here')})" if each.source else "")
        for each in unmet[:MISSING]
    ]
    more = [f"… and {len(unmet) - MISSING} more"] if len(unmet) > MISSING else []
    return "\n".join([line, *missing, *more, *([] if unmet else _undecided(badge))])


def _undecided(badge: BadgeProgress) -> list[str]:
    """What keeps a badge of which nothing is missing."""
    outcomes = [finding.outcome for finding in badge.findings]
    told = [(outcomes.count(outcome), *status.OUTCOMES[outcome]) for outcome in status.UNDECIDED]
    return [f"{mark} {count} {word}" for count, mark, word in told if count]


def is_forgotten(question: Question) -> bool:
    """Whoever asked wanted to be forgotten: their words are gone, and it is over."""
    return not question.text


def _where_it_stands(question: Question) -> str:
    if is_forgotten(question):
        return "Whoever asked had this deleted. Nothing is left to do."
    match question.state:
        case QuestionState.CLAIMED:
            since = f" {when(question.claimed_at, 'since')}" if question.claimed_at else ""
            return f"🙋 <@{question.owner}> has it{since}."
        case QuestionState.RESOLVED:
            done = when(question.resolved_at, "Resolved") if question.resolved_at else "Resolved"
            by = f" by <@{question.resolved_by}>" if question.resolved_by else ""
            return f"✅ {done}{by}."
        case QuestionState.WITHDRAWN:
            return f"↩️ Taken back by <@{question.asker}>."
        case _:
            return "⏳ *Open.* Can you help? *Next:* press *Claim*, then answer in this thread."


def _buttons(question: Question) -> list[Element]:
    if question.state is QuestionState.OPEN:
        return [
            pressed(question, "Claim", "claim", "primary", CARD),
            pressed(question, "Mark as resolved", "resolve", where=CARD),
        ]
    if question.state is QuestionState.CLAIMED:
        return _owners_buttons(question, CARD)
    if question.state is QuestionState.RESOLVED:
        return [pressed(question, "Reopen", "reopen", where=CARD)]
    return []


def _owners_buttons(question: Question, where: str = "") -> list[Element]:
    return [
        pressed(question, "Mark as resolved", "resolve", "primary", where),
        pressed(question, "Hand over", "give", where=where),
        pressed(question, "Release", "release", where=where),
    ]


def can_be_thanked(question: Question) -> bool:
    """For its solution, whoever has or had it."""
    return question.owner is not None and question.thanked_at is None


def pressed(
    question: Question,
    label: str,
    action: str,
    style: str | None = None,
    where: str = "",
    *,
    confirm: str = "",
) -> Element:
    """A button that does something with this question."""
    value = f"{question.id} {where}".rstrip()
    spoken = f"{label}, question {question.id}"
    return button(label, f"question.{action}", value, style=style, spoken=spoken, confirm=confirm)


# --- Its thread ---------------------------------------------------------------------------------------------


def taken(question: Question, at: Scene, by: str = "") -> Post:
    """Asker and owner meet: in the card's thread or, apart, in a conversation of three.

    `by`: who handed it over to them; "" where they took it themselves.
    """
    asker, owner = f"<@{question.asker}>", f"<@{question.owner}>"
    yours = f" {owner}: it is yours; press *Release* if you cannot." if by else ""
    if not at.apart:
        comes = f"<@{by}> hands this to {owner}.{yours}" if by else f"{owner} takes this question."
        next_thing = (
            "talk right here; when it is solved, either of you presses *Mark as resolved* on the card."
        )
        return _post(Where.THREAD, message(section(f"{comes} {asker}: {next_thing}")), kind=TAKEN)
    comes = f"<@{by}> hands it to {owner}" if by else f"{owner} takes it"
    said = message(
        section(f"{asker} asked this, and {comes} ({at.linked}):"),
        section(quoted(question.text)),
        section(
            f"*Next:* talk right here; when it is solved, either of you presses *Mark as resolved*.{yours}"
        ),
        actions(*_owners_buttons(question, question.owner or "")),
    )
    return _post(Where.TALK, said, people=(question.asker, question.owner or ""), kind=TAKEN)


def released(question: Question, by: str) -> Post:
    said = f"<@{by}> had to let it go. <@{question.asker}>: it is open again; I look for somebody."
    return _post(Where.TALKING, message(section(said)))


def resolved(question: Question, at: Scene) -> Post:
    how = "press *Reopen* or reply here" if at.is_heard and not at.apart else "press *Reopen*"
    said = f"Resolved, says <@{question.resolved_by}>."
    if question.resolved_by != question.asker:
        said += f" <@{question.asker}>: if it is not, {how}."
    elif question.owner:
        said += f" <@{question.owner}>: note what helped, for whoever asks the same."
    thanks = [pressed(question, "Say thanks", "thank")] if can_be_thanked(question) else []
    note = [pressed(question, "Note what helped", "note")] if question.owner else []
    row = actions(*thanks, *note, pressed(question, "Reopen", "reopen"))
    return _post(Where.TALKING, message(section(said), row))


def reopened(question: Question, by: str) -> Post:
    if question.state is QuestionState.CLAIMED:
        said = f"<@{by}> reopened it. <@{question.owner}>: it is yours again; press *Release* if you cannot."
    else:
        said = f"<@{by}> reopened it. *Next:* press *Claim* on the card, or wait: somebody is asked."
    return _post(Where.TALKING, message(section(said)))


def withdrawn(question: Question) -> Post:
    took_back = f"<@{question.asker}> took the question back."
    said = "Whoever asked this had it deleted." if is_forgotten(question) else took_back
    whom = f" <@{question.owner}>: nothing" if question.owner else " Nothing"
    return _post(Where.TALKING, message(section(f"{said}{whom} is left to do here.")))


def _post(
    where: Where, said: Message, *, to: str = "", people: tuple[str, ...] = (), kind: str = QUESTION
) -> Post:
    return Post(where, said.text, said.blocks, to, people, kind)
