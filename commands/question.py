"""What is pressed on a question: who takes it, hands it over, lets it go, resolves it, reopens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType

from bot.blocks import Element, Modal, actions, ask, counted, cut, message, person, section, text_input, when
from bot.reply import Call, Reply, Services
from bot.store.posts import Post
from bot.store.questions import Claimed, Full, Owned
from commands import card, roles, whereabouts
from rules.help import Question, QuestionState
from rules.routing import next_duty, on_duty
from rules.safety import looks_like_vulnerability, secret_in

ASKS_WHO = True

LARGEST = 9  # digits of a number
LONGEST_ANSWER = 500  # characters
FULL = "Their hands are full at the moment. Choose somebody else."
MINE = "`/slam ask` shows your questions."


def find(number: str, services: Services) -> Question | None:
    is_number = number.isascii() and number.isdecimal() and len(number) <= LARGEST
    return services.store.questions.find(int(number)) if is_number else None


# --- Who answers it -----------------------------------------------------------------------------------------


def claim(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_claimed, call, services))


def _claimed(call: Call, services: Services, question: Question) -> Reply:
    if call.user == question.asker:
        return _said("This is your own question. *Next:* leave it to somebody else.")
    if refusal := _unless_helper(call, services):
        return refusal
    scene, capacity = card.scene(question, services), _capacity(call.user, services)

    def say(now: Question) -> tuple[Post, ...]:
        return card.taken(now, scene), *card.updated(now, scene)

    match services.store.questions.claim(question.id, call.user, call.now, capacity, say):
        case Claimed():
            services.wake()
            where = whereabouts.meeting_place(question, services)
            return _said(
                f"{card.called(question, services)} is yours. *Next:* answer <@{question.asker}> in {where}."
            )
        case Owned(owner) if owner == call.user:
            return _said(
                f"{card.called(question, services)} is yours already. *Next:* answer <@{question.asker}>."
            )
        case Owned(owner):
            return _said(
                f"<@{owner}> has taken {card.called(question, services)} already. Thank you for offering!"
            )
        case Full(load):
            return _said(
                f"You answer {counted(load, 'question')} now, and {capacity} at a time is enough. *Next:* "
                f"resolve, release or hand over one, or {_how_to_take_more(call.user, services)}."
            )
        case _:
            return _over(question, services)


def _how_to_take_more(person: str, services: Services) -> str:
    enrolled = services.store.volunteers.find(person)
    if enrolled and enrolled.is_declared:
        return f"ask for more: {roles.who_could(None, services)}, who set that"
    return "take more with `/slam volunteer`"


def release(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_released, call, services))


def _released(call: Call, services: Services, question: Question) -> Reply:
    if refusal := _unless_owner(call, services, question):
        return refusal
    scene, owner = card.scene(question, services), question.owner or ""

    def say(now: Question) -> tuple[Post, ...]:
        return card.released(now, owner), *card.updated(now, scene)

    if not services.store.questions.release(question.id, owner, call.now, say):
        return _over(question, services)
    services.wake()
    return _said(f"Question {question.id} is open again. *Next:* nothing; I look for somebody.")


def give(call: Call, services: Services) -> Reply:
    """Ask to whom it is handed over."""
    return _on(call, services, partial(_giving, call, services))


def _giving(call: Call, services: Services, question: Question) -> Reply:
    if refusal := _unless_owner(call, services, question):
        return refusal
    hint = "A volunteer with a hand free; they are told in the thread."
    fields = (
        section(card.quoted(question.text, lines=3)),
        ask("person", "Who takes it from here?", person(), hint),
    )
    return Reply(
        modal=Modal("question.hand_over", "Hand over", fields, submit="Hand over", private=str(question.id))
    )


def hand_over(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_handed_over, call, services))


def _handed_over(call: Call, services: Services, question: Question) -> Reply:
    if refusal := _unless_owner(call, services, question):
        return refusal
    to = call.typed("person")
    if why := _why_not(to, question, services):
        return Reply(errors={"person": why})
    scene, owner = card.scene(question, services), question.owner or ""
    giver = call.user if call.user != to else ""  # an organizer takes it over

    def say(now: Question) -> tuple[Post, ...]:
        return card.taken(now, scene, giver), *card.updated(now, scene)

    capacity = _capacity(to, services)
    given = services.store.questions.hand_over(question.id, owner, to, call.now, say, capacity=capacity)
    if given is None:
        return _over(question, services)
    if isinstance(given, Full):
        return Reply(errors={"person": FULL})
    services.wake()
    said = f"{card.called(question, services)} is with <@{to}> now."
    return _said(f"{said} {_if_away(to, call, services) or 'Thank you!'}")


def _if_away(person: str, call: Call, services: Services) -> str:
    """That a volunteer is not there, and until when; "" where they are."""
    enrolled = services.store.volunteers.find(person)
    if enrolled is None or on_duty(enrolled.volunteer, call.now):
        return ""
    back = next_duty(enrolled.volunteer, call.now)
    until = f" {when(back, 'until')}" if back else ""
    return f"They are off duty{until}. *Next:* tell whoever asked, or hand it over to somebody who is there."


def _why_not(person: str, question: Question, services: Services) -> str:
    """Why somebody cannot take a question; "" where they can. Plain text."""
    if person == question.asker:
        return "They asked it themselves."
    if person == question.owner:
        return "They have it already."
    if services.store.people.barred([person]):
        return "They are a guest here, or gone, and cannot take it."
    if person in services.organizers():
        return ""
    enrolled = services.store.volunteers.find(person)
    if enrolled is None or not enrolled.is_approved:
        return "They are no volunteer. /slam volunteer lists those who are."
    if enrolled.volunteer.load >= enrolled.volunteer.capacity:
        return FULL
    return ""


# --- Whether it is solved -----------------------------------------------------------------------------------


def resolve(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_resolved, call, services))


def _resolved(call: Call, services: Services, question: Question) -> Reply:
    if call.user != question.asker and (refusal := _unless_owner(call, services, question)):
        return refusal
    scene = card.scene(question, services)

    def say(now: Question) -> tuple[Post, ...]:
        return card.resolved(now, scene), *card.updated(now, scene)

    if not services.store.questions.resolve(question.id, call.user, call.now, say):
        return _over(question, services)
    services.wake()
    said = f"Question {question.id} is resolved."
    if call.user == question.asker and card.can_be_thanked(question):
        return _said(f"{said} Did <@{question.owner}> help?", card.pressed(question, "Say thanks", "thank"))
    if call.user == question.asker:
        return _said(f"{said} Good to hear! {MINE}")
    next_thing = "*Next:* note what helped in a sentence, for whoever asks the same."
    return _said(f"{said} Thank you! {next_thing}", card.pressed(question, "Note what helped", "note"))


def reopen(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_reopened, call, services))


def _reopened(call: Call, services: Services, question: Question) -> Reply:
    if call.user != question.asker and (refusal := _unless_helper(call, services)):
        return refusal
    if not again(question, call, services):
        return _over(question, services)
    return _said(f"Question {question.id} is open again. {MINE}")


def again(question: Question, call: Call, services: Services) -> bool:
    """Reopen it. False: it was not resolved, or its asker took it back or was forgotten."""
    scene = card.scene(question, services)

    def say(now: Question) -> tuple[Post, ...]:
        return card.reopened(now, call.user), *card.updated(now, scene)

    to_owner = _answers_still(question.owner, call, services)
    capacity = _capacity(question.owner, services) if question.owner else None
    done = services.store.questions.reopen(
        question.id, call.user, call.now, say, to_owner=to_owner, capacity=capacity
    )
    services.wake()
    return done is not None


def _answers_still(owner: str | None, call: Call, services: Services) -> bool:
    """Whether whoever had it can have it again; else somebody is asked."""
    enrolled = services.store.volunteers.find(owner) if owner else None
    if enrolled and enrolled.is_approved:
        return on_duty(enrolled.volunteer, call.now)
    return owner in services.organizers()


def withdraw(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_withdrawn, call, services))


def _withdrawn(call: Call, services: Services, question: Question) -> Reply:
    if call.user != question.asker:
        return _said(f"Only <@{question.asker}> can take it back. *Next:* an organizer can resolve it.")
    scene = card.scene(question, services)

    def say(now: Question) -> tuple[Post, ...]:
        return card.withdrawn(now), *card.updated(now, scene)

    if not services.store.questions.withdraw(question.id, call.now, say):
        return _over(question, services)
    services.wake()
    return _said(f"Question {question.id} is taken back. *Next:* ask again whenever you like: `/slam ask`.")


def thank(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_thanked, call, services))


def _thanked(call: Call, services: Services, question: Question) -> Reply:
    if call.user != question.asker:
        return _said(f"That is for <@{question.asker}>, who asked. Kind of you, though: tell them yourself!")
    if question.thanked_at:
        return _said(f"You said thanks already. {MINE}")
    thanked = services.store.questions.thank(question.id, call.user, call.now)
    if thanked is None:
        return _over(question, services)
    return _said(f"<@{thanked}> sees that in `/slam volunteer`. Good luck with the next badge!")


def note(call: Call, services: Services) -> Reply:
    """Ask what helped, for whoever asks the same."""
    return _on(call, services, partial(_noting, call, services))


def _noting(call: Call, services: Services, question: Question) -> Reply:
    if refusal := _unless_owner(call, services, question):
        return refusal
    field = text_input(multiline=True, longest=LONGEST_ANSWER)
    fields = (section(card.quoted(question.text, lines=3)), ask("answer", "What helped?", field))
    return Reply(
        modal=Modal("question.noted", "What helped", fields, submit="Note it", private=str(question.id))
    )


def noted(call: Call, services: Services) -> Reply:
    return _on(call, services, partial(_noted, call, services))


def _noted(call: Call, services: Services, question: Question) -> Reply:
    if refusal := _unless_owner(call, services, question):
        return refusal
    answer = call.typed("answer").strip()
    if not answer:
        return Reply(errors={"answer": "What helped?"})
    if kind := secret_in(answer):
        return Reply(errors={"answer": f"That looks like a secret ({kind}). Leave it out."})
    if why := looks_like_vulnerability(answer):
        return Reply(errors={"answer": f"That may tell of a vulnerability ({why}), and many read it."})
    if not services.store.questions.explain(question.id, cut(answer, LONGEST_ANSWER)):
        return _over(question, services)
    return _said("Noted: whoever asks something like it is shown that first. Thank you!")


BUTTONS = MappingProxyType(
    {
        "claim": claim,
        "release": release,
        "give": give,
        "resolve": resolve,
        "reopen": reopen,
        "withdraw": withdraw,
        "thank": thank,
        "note": note,
    }
)
VIEWS = MappingProxyType({"hand_over": hand_over, "noted": noted})


# --- How ----------------------------------------------------------------------------------------------------


def _on(call: Call, services: Services, act: Callable[[Question], Reply]) -> Reply:
    """Do it with the question whose number came with the button or the dialog."""
    words = call.args or tuple(call.private.split())
    number, where, *_ = (*words, "", "")
    question = find(number, services)
    if question is None:
        return _said(f"That question is not kept any more. {MINE}")
    if where == card.CARD and call.message:  # where it was doubted whether the card is there, it is
        services.store.questions.card_seen(question.id, call.channel, call.message, call.now)
        if call.channel == services.config.channels.help:
            _point_away(question, call, services)
    elif where and call.message:  # in what began its talk with an owner
        services.store.questions.talk_seen(question.id, where, call.channel, call.message, call.now)
    if card.is_forgotten(question):
        return _said("Whoever asked this had it deleted. *Next:* nothing; nothing is left to do.")
    return act(question)


def _point_away(question: Question, call: Call, services: Services) -> None:
    """Of a card that stands twice one is enough."""
    post = card.elsewhere(question, card.scene(question, services))
    if services.store.questions.point_away(question.id, call.message, call.now, post):
        services.wake()


def _capacity(person: str, services: Services) -> int | None:
    """How many questions somebody answers at a time; None: as many as they like."""
    enrolled = services.store.volunteers.find(person)
    return enrolled.volunteer.capacity if enrolled and enrolled.is_approved else None


def _unless_helper(call: Call, services: Services) -> Reply | None:
    """None: a volunteer or an organizer presses. Else what they are told."""
    enrolled = services.store.volunteers.find(call.user)
    if roles.may_act(call) and ((enrolled and enrolled.is_approved) or roles.is_organizer(call, services)):
        return None
    join = "become a volunteer: `/slam volunteer`"
    next_thing = join if roles.may_act(call) else f"ask {roles.who_could(None, services)}"
    return _said(
        "That is for volunteers and organizers of the Slam. You can answer in the thread all the same. "
        f"*Next:* {next_thing}."
    )


def _unless_owner(call: Call, services: Services, question: Question) -> Reply | None:
    """None: whoever answers it presses, or an organizer. Else what they are told."""
    if roles.is_organizer(call, services) or (call.user == question.owner and roles.may_act(call)):
        return None
    return _only(question, call, services)


def _only(question: Question, call: Call, services: Services) -> Reply:
    people = [question.owner] if question.owner else []
    named = " and ".join(f"<@{each}>" for each in [*people, question.asker])
    return _said(f"That is for {named}. *Next:* ask them, or {roles.who_could(None, services)}.")


def _over(question: Question, services: Services) -> Reply:
    """Somebody else was faster: where it stands now."""
    now = services.store.questions.find(question.id) or question
    state = {
        QuestionState.AIDED: "was not posted yet",
        QuestionState.OPEN: "is open, and nobody has it",
        QuestionState.CLAIMED: f"is with <@{now.owner}>",
        QuestionState.RESOLVED: "is resolved",
        QuestionState.WITHDRAWN: "was taken back",
    }[now.state]
    return _said(
        f"{card.called(question, services)} {state} by now. *Next:* look at its card, it is up to date."
    )


def _said(text: str, *row: Element) -> Reply:
    return Reply(message(section(text), *([actions(*row)] if row else [])))
