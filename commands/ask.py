"""Ask for help.

What I know about it comes first; if you are still stuck, a volunteer is asked. Say what it is about, if you
like: `/slam ask scorecard: Branch-Protection is -1`. Without words: your questions, and where they stand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.blocks import (
    Block,
    Message,
    Modal,
    actions,
    ask,
    button,
    checkboxes,
    choice,
    counted,
    ends,
    escape,
    message,
    section,
    text_input,
)
from bot.reply import Call, Reply, Services
from bot.store.posts import Post
from bot.store.questions import Limits, TooMany
from commands import card, first_aid, question, which
from commands.first_aid import Shown, Subject
from commands.private_route import private_route
from commands.whereabouts import after_first_aid, expectation, page, where_it_stands
from rules.first_aid import recognise
from rules.help import Question, QuestionState
from rules.model import Project
from rules.safety import looks_like_vulnerability, secret_in
from rules.thanks import is_thanks
from rules.topics import OTHER

USAGE = "ask [topic] [question]"
ASKS_WHO = True

MOST_OPEN = 5  # questions of one person that wait for an answer
MOST_AN_HOUR = 10  # questions of one person
MOST_TYPED = 3_000  # characters of a question in a dialog, as Slack has it; less of it is kept
PROJECTS = 100  # to choose from
AN_HOUR = Limits(sys.maxsize, MOST_AN_HOUR)  # however many wait: an answer keeps nobody busy
NONE = "-"  # chosen by whoever asks about no project, or another one
KNOWN = "Here is what I know about it."
NEAR = "I know nothing about just this. Here is something near it, to read on."
UNKNOWN = "I do not know this one."
CUT = "It is long: its middle is left out, also for volunteers."
SENTENCE = re.compile(  # one begins: with a question, with somebody, or with a capital letter
    r"(?i:why|how|what|where|when|which|who|whose|can|could|should|may|i|we|our|my|the|hi|help)\b|[A-Z][a-z]*\s"
)
NO_VULNERABILITY = "none"  # chosen by whoever says that theirs is no report of one


def run(call: Call, services: Services) -> Reply:
    if not call.args:
        return Reply(page(call, services))
    subject = _read(call.text or " ".join(call.args), services)
    projects = which.about(subject.text, call, services)
    subject = replace(subject, project=_only(projects))
    if not subject.text:
        return Reply(modal=_dialog(subject, call, services))
    return _asked(subject, call, services, projects=projects if len(projects) > 1 else ())


# --- Dialogs ------------------------------------------------------------------------------------------------


def start(call: Call, services: Services) -> Reply:
    """The button's value is nothing, or "<project> <badge> <criterion>": what somebody is stuck on."""
    name, badge, criterion, *_ = (*call.args, "", "", "")
    named = services.store.projects.find(name) if name else None
    project = named.id if named else _only(which.about("", call, services))
    topic = services.config.topics.topic_for(badge, criterion) if badge else ""
    subject = Subject(topic, "", project, badge or None, criterion or None)
    return Reply(modal=_dialog(subject, call, services))


def about(call: Call, services: Services) -> Reply:
    """Make a question of a message, or of a button's value: whoever asks can still change it."""
    text = call.typed("message") or call.text
    project = _only(which.about(text, call, services))
    made_of = f"{call.channel}/{call.message}" if call.typed("message") and call.message else None
    subject = replace(_in_own_words(text, services), project=project, made_of=made_of)
    return Reply(modal=_dialog(subject, call, services))


def mine(call: Call, services: Services) -> Reply:
    return Reply(page(call, services))


def written(call: Call, services: Services) -> Reply:
    """A dialog that was sent off."""
    badge, criterion, made_of, *_ = (*call.private.split(" "), "", "", "")
    text, topic = call.typed("question"), call.typed("topic")
    project = services.store.projects.find(call.typed("project"))
    named = (project,) if project else which.named_in(text, call, services)
    is_known = topic in services.config.topics.entries
    subject = replace(
        Subject(topic, text) if is_known else _in_own_words(text, services),
        project=_only(named),
        badge=badge or None,
        criterion=criterion or None,
        made_of=made_of or None,
    )
    if not text:
        return Reply(errors={"question": "What would you like to know?"})
    if kind := secret_in(text):
        return Reply(errors={"question": _refused(kind)})
    return _asked(subject, call, services, is_confirmed=NO_VULNERABILITY in call.chosen("confirm"))


def _dialog(subject: Subject, call: Call, services: Services, warning: str = "") -> Modal:
    """With a `warning`, whoever asks has to confirm that theirs is no report of a vulnerability."""
    topics = [(topic.title, topic.id) for topic in services.config.topics.entries.values()]
    words = text_input(
        multiline=True,
        initial=ends(subject.text, MOST_TYPED),
        longest=MOST_TYPED,
        placeholder="What did you try, and what happened? An error's own words help most.",
    )
    projects = _projects(subject, call, services)
    own = [ask("project", "Your project", choice(projects, subject.project or ""), optional=True)]
    none = checkboxes([("This is no vulnerability: everybody may read it.", NO_VULNERABILITY)])
    fields = [
        *([section(warning)] if warning else []),
        *([section(CUT)] if len(subject.text) > MOST_TYPED else []),
        ask("topic", "What is it about?", choice(topics or [(OTHER.title, OTHER.id)], subject.topic)),
        ask("question", "Your question", words, "Many read it: no passwords, no tokens, no vulnerabilities."),
        *(own if projects else []),
        *([ask("confirm", "Is it a vulnerability?", none)] if warning else []),
    ]
    private = " ".join((subject.badge or "", subject.criterion or "", subject.made_of or "")).rstrip()
    return Modal("ask.written", "Ask for help", tuple(fields), submit="Ask", private=private)


def _projects(subject: Subject, call: Call, services: Services) -> list[tuple[str, str]]:
    """To choose from: the one it is about and their own first."""
    store = services.store.projects
    meant = store.find(subject.project) if subject.project else None
    own = (*([meant] if meant else []), *store.of_maintainer(call.user), *store.page(limit=PROJECTS))
    return list({project.id: (project.name, project.id) for project in own}.values())[:PROJECTS]


# --- First aid ----------------------------------------------------------------------------------------------


def _asked(
    subject: Subject,
    call: Call,
    services: Services,
    *,
    is_confirmed: bool = False,
    projects: Sequence[Project] = (),
) -> Reply:
    """What is known about it. What must not be read by everybody is neither kept nor posted.

    `projects`: those of which nobody can say which it is about.
    """
    if kind := secret_in(subject.text):
        return _said(_refused(kind))
    if not is_confirmed and (why := looks_like_vulnerability(subject.text)):
        return Reply(modal=_dialog(subject, call, services, _warning(why, subject, services)))
    known = first_aid.find(subject, call, services)
    if projects:
        return _which(subject, projects, known)
    kept = _kept(subject, known, call, services)
    if isinstance(kept, TooMany):
        return _said("Those were many questions for one hour. *Next:* ask again a little later, please.")
    return Reply(_aided(kept, subject, known, services))


def _kept(subject: Subject, known: Shown, call: Call, services: Services) -> Question | TooMany:
    return services.store.questions.ask(
        call.user,
        (call.person and call.person.timezone) or services.config.timezone,
        subject.topic,
        ends(subject.text, card.LONGEST),
        call.now,
        project=subject.project,
        badge=subject.badge or _badge(subject.topic, services),
        criterion=subject.criterion,
        shown=known.ids,
        made_of=subject.made_of,
        is_aided=True,
        limits=AN_HOUR,
    )


def _aided(kept: Question, subject: Subject, known: Shown, services: Services) -> Message:
    where = f" in <#{services.config.channels.help}>" if services.config.channels.help else ""
    if kept.shown:
        next_thing = f"if that does not solve it, press *Still stuck*: volunteers read it{where}."
    else:
        next_thing = f"ask a volunteer{where}."
    also = first_aid.also_low(kept, services)
    show_them = button("Show them", "ask.others", str(kept.id), spoken="Show the other low results")
    return message(
        *_answer(subject, known),
        *([section(first_aid.in_short(also), show_them)] if also else []),
        section(f"*Next:* {next_thing}"),
        actions(*after_first_aid(kept)),
    )


def _answer(subject: Subject, known: Shown) -> list[Block]:
    intro = KNOWN if known.is_recognised else NEAR if known.ids else UNKNOWN
    return [section(f"{_quoted(subject.text)}\n{intro}"), *known.blocks]


def _quoted(text: str) -> str:
    quoted = card.quoted(text, lines=5)
    return f"{quoted}\n{CUT}" if len(text) > card.LONGEST else quoted


def _which(subject: Subject, projects: Sequence[Project], known: Shown) -> Reply:
    """Ask which project it is about; what is known whichever it is, is told at once. Nothing is kept yet."""
    asked = f"{subject.topic}\n{ends(subject.text, card.LONGEST)}"
    offered = [(project.name, project.id) for project in projects[: which.SEVERAL]]
    offered.append(("Another, or none", NONE))
    row = [button(name, "ask.which", f"{value} {asked}") for name, value in offered]
    answer = _answer(subject, known) if known.ids else [section(_quoted(subject.text))]
    return Reply(message(*answer, section("*Next:* About which project?"), actions(*row)))


def chosen(call: Call, services: Services) -> Reply:
    """Which project it is about; the button's value is "<project> <topic>", and below that the question."""
    name, topic, *_ = (*call.args, "", "")
    project = services.store.projects.find(name)
    subject = Subject(topic, call.text.partition("\n")[2], project.id if project else None)
    return replace(_asked(subject, call, services), replace=True)


def others(call: Call, services: Services) -> Reply:
    """The low results of a project that were only named."""
    kept = _own(call, services)
    if isinstance(kept, Reply):
        return kept
    blocks = first_aid.others(first_aid.also_low(kept, services), services)
    next_thing = section("*Next:* `/slam resources` with a check's name tells where to read on.")
    return Reply(message(*blocks, next_thing))


def solved(call: Call, services: Services) -> Reply:
    """First aid was enough."""
    kept = _own(call, services)
    if isinstance(kept, Reply):
        return kept
    if services.store.questions.solved_by_aid(kept.id, call.now) is None:
        return _stands(kept.id, call, services)
    said = "Good to hear, and noted: it helps us tell what to write more about."
    return Reply(message(section(f"{said} *Next:* `/slam next` has the next step.")), replace=True)


def dropped(call: Call, services: Services) -> Reply:
    """They need no answer to what was not known."""
    kept = _own(call, services)
    if isinstance(kept, Reply):
        return kept
    if services.store.questions.withdraw(kept.id, call.now) is None:
        return _stands(kept.id, call, services)
    said = "Never mind. *Next:* ask again whenever you like: `/slam ask`."
    return Reply(message(section(said)), replace=True)


def stuck(call: Call, services: Services) -> Reply:
    """First aid was not enough: a card in the help channel."""
    kept = _own(call, services)
    if isinstance(kept, Reply):
        return kept
    if not services.config.channels.help:
        where = escape(services.edition.channel)
        return _said(f"There is no channel for questions yet. *Next:* ask in {where}, or tell an organizer.")
    scene = card.scene(kept, services)

    def say(now: Question) -> tuple[Post, ...]:
        return (card.posted(now, scene),)

    posted = services.store.questions.still_stuck(kept.id, call.now, say, Limits(MOST_OPEN))
    if isinstance(posted, TooMany):
        return _said(_too_many(posted))
    if posted is None:
        return _stands(kept.id, call, services)
    services.wake()
    return _is_posted(posted, call, services)


def _is_posted(posted: Question, call: Call, services: Services) -> Reply:
    place = f"<#{services.config.channels.help}>"
    if services.is_apart(posted.asker):
        meet = "whoever takes it opens a conversation with you"
    else:
        meet = f"the answer comes in its thread, so join {place} if you are not there"
    return Reply(
        message(
            section(
                f"Question {posted.id} is in {place}. {expectation(posted, call, services)}\n"
                f"*Next:* {meet}. `/slam ask` tells you where it stands."
            )
        ),
        replace=True,
    )


def _own(call: Call, services: Services) -> Question | Reply:
    kept = question.find(call.args[0], services) if call.args else None
    if kept is None or kept.asker != call.user:
        return _said("That question is not kept any more. `/slam ask` shows yours.")
    return kept


def _stands(number: int, call: Call, services: Services) -> Reply:
    """It went on meanwhile: where it stands."""
    now = services.store.questions.find(number)
    if now is None:
        return _said("That question is not kept any more. `/slam ask` shows yours.")
    return Reply(message(section(f"Question {number}: {where_it_stands(now, call, services)}")), replace=True)


# --- What keeps a question from being asked -----------------------------------------------------------------


def _refused(kind: str) -> str:
    return f"That looks like {kind}; I kept and posted nothing. Next: revoke it, then ask again without it."


def _warning(why: str, subject: Subject, services: Services) -> str:
    standing = services.store.evidence.standing(subject.project) if subject.project else None
    return (
        f"*This may be a vulnerability* ({escape(why)}), and everybody reads questions. Nothing was kept. "
        f"*Next:* report it in private {private_route(standing)}\n"
        "If it is none, tick the box below, and ask."
    )


def _too_many(asked: TooMany) -> str:
    """Why somebody ends a question before volunteers are asked another one."""
    return (
        f"{counted(asked.waiting, 'question')} of yours wait for an answer already. *Next:* `/slam ask` "
        "shows them: end one that you need no more, then press *Still stuck* again."
    )


# --- Replies in threads -------------------------------------------------------------------------------------


def reply(call: Call, services: Services) -> Reply:
    """Somebody wrote into a thread: its owner answers, or whoever asked is not content yet."""
    talked = services.store.questions.of_thread(call.channel, call.typed("thread"))
    if talked is None:
        return Reply()
    if talked.state is QuestionState.CLAIMED and call.user == talked.owner:
        services.store.questions.answered(talked.id, call.now)
    if talked.state is not QuestionState.RESOLVED or call.user != talked.asker:
        return Reply()
    if is_thanks(call.typed("message")):
        services.store.questions.thank(talked.id, call.user, call.now)
    else:
        question.again(talked, call, services)
    return Reply()


# --- Words --------------------------------------------------------------------------------------------------


def _read(text: str, services: Services) -> Subject:
    """The topic and the question in what was typed; a topic alone has no question.

    A topic in front is taken off where a sentence begins behind it; else it is that sentence's first word.
    """
    topics = services.config.topics
    if whole := topics.find(text):
        return Subject(whole.id, "")
    first, rest, *_ = (*text.split(maxsplit=1), "", "")
    named = first.rstrip(":,").lower()
    if named not in topics.entries:
        return _in_own_words(text, services)
    if named != first.lower() or SENTENCE.match(rest):
        return Subject(named, rest)
    return _in_own_words(text, services, "" if named == OTHER.id else named)


def _in_own_words(text: str, services: Services, named: str = "") -> Subject:
    """Its topic: that of what is recognised best, else the one named, else the one whose words it uses."""
    config = services.config
    heard = config.aids.heard(text)
    found = (aid.topic for aid in recognise(heard, config.aids) if aid.topic in config.topics.entries)
    topic = next(found, None) or named or config.topics.about(text)
    return Subject(topic, text, heard=heard)


def _only(projects: Sequence[Project]) -> str | None:
    """The project's id, where there is no other one that may be meant."""
    return projects[0].id if len(projects) == 1 else None


def _badge(topic: str, services: Services) -> str | None:
    """The badge of this edition that a topic is about first."""
    entry = services.config.topics.entries.get(topic)
    names = (name.partition("/")[0] for name in (entry.badges if entry else ()))
    return next((name for name in names if services.edition.badge(name)), None)


def _said(text: str) -> Reply:
    return Reply(message(section(text)))


BUTTONS = MappingProxyType(
    {
        "open": start,
        "about": about,
        "mine": mine,
        "which": chosen,
        "others": others,
        "solved": solved,
        "dropped": dropped,
        "stuck": stuck,
    }
)
VIEWS = MappingProxyType({"written": written})
SHORTCUTS = MappingProxyType({"about": about})
