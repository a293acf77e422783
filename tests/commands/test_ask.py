from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.store.outbox import State
from bot.store.posts import Post, Where
from commands import ask, card, forget_me, question, status
from rules.first_aid import Aids
from rules.help import ORGANIZERS, QuestionState
from rules.model import Scorecard, ScorecardCheck, Unavailable
from rules.recognition import Heard
from tests.builders import NOON, clomonitor, evidence, output, passing, project, scored, seen
from tests.commands.asking import buttons, lines, text
from tests.commands.helping import (
    ADA,
    AIDS,
    BO,
    HELP,
    VERA,
    asked,
    by,
    deliver,
    desk,
    helping,
    owed,
    shown,
    taken,
)
from tests.commands.organizing import CORAL, KELP, MAYA, ORLA, REEF, dialog, in_a_dialog

# assembled, so that nobody who scans this repository thinks that a token stands here
TOKEN = "gh" + "p_" + "0123456789abcdefghij" * 2
REPORT = "I found a remote code execution in Kelp, an attacker can run any command without logging in"


# --- First aid ----------------------------------------------------------------------------------------------


def test_whoever_asks_sees_first_what_is_known_and_nothing_is_posted(store):
    reply = ask.run(by(ADA, *IMPOSTER.split()), desk(store))
    assert set(buttons(reply)) == {"That solved it", "Still stuck"}
    (kept,) = store.questions.of_asker(ADA)
    assert (kept.state, kept.topic, kept.text) == (QuestionState.AIDED, "scorecard", IMPOSTER)
    assert kept.zone == "Europe/Berlin"
    assert owed(store) == []


def test_where_nothing_is_known_nobody_is_asked_whether_it_helped(store):
    at_desk = desk(store)
    reply = ask.run(by(ADA, "scorecard", "Why", "is", "it", "zero?"), at_desk)
    assert "I do not know this one." in text(reply)
    assert f"Next: ask a volunteer in <#{HELP}>." in lines(reply)
    pressed = buttons(reply)
    assert {label: action for label, (action, _) in pressed.items()} == {
        "Ask a volunteer": "ask.stuck", "Never mind": "ask.dropped"
    }  # fmt: skip
    mine = ask.run(by(ADA), at_desk)
    assert "I do not know this one; nobody else was asked." in text(mine)
    assert set(buttons(mine)) == {*pressed, "Ask something"}
    number = pressed["Never mind"][1]
    assert "not kept any more" in text(ask.dropped(by(BO, number), at_desk))
    assert ask.dropped(by(ADA, number), at_desk).replace
    assert store.questions.of_asker(ADA) == ()
    assert store.help_desk.stats().topics["scorecard"].by_aid == 0
    assert "You took it back." in text(ask.dropped(by(ADA, number), at_desk))


IMPOSTER = "workflow verification failed: imposter commit: abc does not belong to the branch"


@dataclass(frozen=True)
class Listening(Aids):
    """Remembers what it heard."""

    texts: list[str] = field(default_factory=list)

    def heard(self, text: str) -> Heard:
        self.texts.append(text)
        return super().heard(text)


def test_a_question_is_read_once_for_its_topic_and_for_what_is_known(store):
    aids = Listening(AIDS.entries, AIDS.concepts, AIDS.risks)
    ask.run(by(ADA, *IMPOSTER.split()), desk(store, helping(aids=aids)))
    assert aids.texts == [IMPOSTER]


def test_an_error_that_is_known_is_recognised_and_stands_on_the_card(store):
    at_desk = desk(store)
    reply = ask.run(by(ADA, *IMPOSTER.split()), at_desk)
    assert any(line.startswith("🩹") and "mposter" in line for line in lines(reply))
    assert any(line.startswith("Fix: ") for line in lines(reply))
    (kept,) = store.questions.of_asker(ADA)
    assert "scorecard-imposter-commit" in kept.shown
    ask.stuck(by(ADA, str(kept.id)), at_desk)
    assert "First aid that did not help: " in owed(store)[0][1]


def publish(store, project, *checks):
    """Scorecard published these results of a project."""
    repository = project.repositories[0]
    published = seen(Scorecard(repository, 4.2, checks=checks))
    store.evidence.keep(project.id, evidence(project=project, scorecard={repository: published}), NOON)


def read_out(reply):
    """The results that an answer tells, without their reasons."""
    said = (line.partition(": ")[2] for line in lines(reply) if line.startswith("Scorecard on "))
    return [result.partition(" (")[0] for result in said]


UNREADABLE = ScorecardCheck("Branch-Protection", -1, "internal error: some github tokens cannot read it")
LOW = (
    ScorecardCheck("License", 0, "no license"),
    ScorecardCheck("Token-Permissions", 0, "write"),
    ScorecardCheck("Code-Review", 4, "few"),
    ScorecardCheck("Signed-Releases", 8, "signed"),
    UNREADABLE,
)


def test_whoever_asks_about_scorecard_at_large_is_told_the_worst_three_results(store):
    at_desk = desk(store)
    publish(store, KELP, *LOW)
    reply = ask.run(by(MAYA, "I'm", "stuck", "on", "Scorecard"), at_desk)
    assert read_out(reply) == [
        "Token-Permissions has 0 of 10", "Code-Review has 4 of 10", "Branch-Protection has no result, -1"
    ]  # fmt: skip
    assert "Scorecard on kelp-io/kelp: Token-Permissions has 0 of 10 (write)" in lines(reply)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("scorecard Branch-Protection -1, why?", "Branch-Protection has no result, -1"),
        ("scorecard why is Signed-Releases not 10?", "Signed-Releases has 8 of 10"),
        ("scorecard Code-Review?", "Code-Review has 4 of 10"),
    ],
)
def test_of_the_very_check_that_is_asked_about_the_projects_own_result_is_told_and_of_no_other(
    store, words, told
):
    at_desk = desk(store)
    publish(store, KELP, *LOW)
    reply = ask.run(by(MAYA, *words.split()), at_desk)
    assert read_out(reply) == [told]
    assert len([line for line in lines(reply) if line.startswith("🩹")]) == 1


def test_other_low_results_are_only_named_and_shown_to_whoever_wants_to_see_them(store):
    at_desk = desk(store)
    more = (ScorecardCheck("Fuzzing", 0, "none"), ScorecardCheck("SAST", 0, "none"))
    publish(store, KELP, *LOW, *more)
    reply = ask.run(by(MAYA, "scorecard", "Branch-Protection", "-1"), at_desk)
    assert "Also low: Token-Permissions 0, Code-Review 4, Fuzzing 0, SAST 0, License 0." in lines(reply)
    action, number = buttons(reply)["Show them"]
    assert action == "ask.others"
    others = ask.others(by(MAYA, number), at_desk)
    assert read_out(others) == [
        "Token-Permissions has 0 of 10",
        "Code-Review has 4 of 10",
        "Fuzzing has 0 of 10",
    ]
    assert "Also low: SAST 0, License 0." in lines(others)
    assert "not kept any more" in text(ask.others(by(BO, number), at_desk))


def test_a_log_that_names_every_check_asks_about_none(store):
    at_desk = desk(store)
    publish(store, KELP, *LOW)
    log = "\n".join(f"2026-10-10T10:10:10.1Z Finished [{check.name}]" for check in LOW)
    reply = ask.run(by(MAYA, "scorecard", text=f"scorecard What now?\n{log}"), at_desk)
    assert len(read_out(reply)) == 3
    assert "Also low: License 0." in lines(reply)


def test_beside_an_error_that_is_recognised_low_results_are_only_named(store):
    at_desk = desk(store)
    publish(store, KELP, *LOW)
    reply = ask.run(by(MAYA, *IMPOSTER.split()), at_desk)
    assert read_out(reply) == []
    assert "Also low: Token-Permissions 0, Code-Review 4, License 0." in lines(reply)


def test_a_course_is_offered_until_it_was_taken(store):
    at_desk = desk(store)
    assert "There is a course on it" in text(ask.run(by(ADA, "scorecard", "Why?"), at_desk))
    store.courses.done(ADA, "lfel1006", NOON)
    assert "There is a course on it" not in text(ask.run(by(ADA, "scorecard", "Why?"), at_desk))


def test_the_topic_is_told_from_the_question_where_it_is_not_named(store):
    ask.run(by(ADA, *["How", "do", "I", "make", "a", "CycloneDX", "file?"]), desk(store))
    assert store.questions.of_asker(ADA)[0].topic == "sbom"


FORBIDDEN = "Error 403: Resource not accessible by integration, while it was publishing the license's results"


def test_what_is_recognised_tells_the_topic_better_than_the_words_of_the_question(store):
    at_desk = desk(store)
    assert at_desk.config.topics.about(FORBIDDEN) == "license"
    ask.run(by(ADA, *FORBIDDEN.split()), at_desk)
    assert store.questions.of_asker(ADA)[0].topic == "scorecard"
    message = replace(by(BO), form={"message": FORBIDDEN})
    assert dialog(ask.about(message, at_desk))["topic"]["initial_option"]["value"] == "scorecard"


def test_a_topic_that_is_named_stays(store):
    ask.run(by(ADA, "license", *FORBIDDEN.split()), desk(store))
    assert store.questions.of_asker(ADA)[0].topic == "license"


@pytest.mark.parametrize(
    ("typed", "topic", "question"),
    [
        ("scorecard why is it zero", "scorecard", "why is it zero"),
        ("License: it is missing", "license", "it is missing"),
        ("dependencies We have none", "dependencies", "We have none"),
        (
            "other job in the workflow has id-token: write and scorecard refuses",
            "scorecard",
            "other job in the workflow has id-token: write and scorecard refuses",
        ),
        (
            "dependencies are not pinned says scorecard",
            "scorecard",
            "dependencies are not pinned says scorecard",
        ),
        ("license scanning check fails", "license", "license scanning check fails"),
        ("other repositories sign with cosign", "provenance", "other repositories sign with cosign"),
    ],
)
def test_a_first_word_that_is_a_topic_too_stays_in_its_sentence(store, typed, topic, question):
    ask.run(by(ADA, *typed.split()), desk(store))
    (kept,) = store.questions.of_asker(ADA)
    assert (kept.topic, kept.text) == (topic, question)


def long_log(error):
    ran = "\n".join(f"2026-10-10T10:10:10.1Z Finished [Check-{number}]" for number in range(200))
    return f"what does it want?\n{ran}\n2026-10-10T10:10:11.1Z {error}"


def test_of_a_long_log_the_error_at_its_end_is_recognised_kept_and_shown_line_by_line(store):
    at_desk = desk(store)
    reply = ask.run(replace(by(ADA, "what"), text=long_log(IMPOSTER)), at_desk)
    (kept,) = store.questions.of_asker(ADA)
    assert "scorecard-imposter-commit" in kept.shown
    assert kept.text.startswith("what does it want?\n2026-10-10")
    assert kept.text.endswith(IMPOSTER)
    assert len(kept.text) <= card.LONGEST
    assert any(line.startswith("> ") and line.endswith(IMPOSTER) for line in lines(reply))
    ask.stuck(by(ADA, str(kept.id)), at_desk)
    assert IMPOSTER in owed(store)[0][1]


def test_a_long_message_is_recognised_as_a_whole_and_offered_with_its_end(store):
    at_desk = desk(store)
    rest = "fine\n" * 900
    message = replace(by(BO), form={"message": f"{long_log(IMPOSTER)}\n{rest}bye"})
    fields = dialog(ask.about(message, at_desk))
    assert fields["topic"]["initial_option"]["value"] == "scorecard"
    assert fields["question"]["initial_value"].endswith("bye")


def test_what_is_not_recognised_is_not_said_to_be_known(store):
    at_desk = desk(store)
    assert "Here is what I know about it." in text(ask.run(by(ADA, *IMPOSTER.split()), at_desk))
    unknown = text(ask.run(by(ADA, "is", "the", "SBOM", "too", "large?"), at_desk))
    assert "I do not know this one." in unknown
    assert "There is a course on it" in unknown
    publish(store, KELP, ScorecardCheck("License", 0, "no license"))
    near = text(ask.run(by(MAYA, "scorecard", "Hm?"), at_desk))
    assert "I know nothing about just this." in near


@pytest.mark.parametrize("words", ["CodeQL wants a build mode", "the difference of Cleaner and Defender"])
def test_what_is_not_about_scorecard_is_not_answered_with_its_results(store, words):
    at_desk = desk(store)
    publish(store, KELP, ScorecardCheck("License", 0, "no license"))
    assert read_out(ask.run(by(MAYA, *words.split()), at_desk)) == []


OTTER = project(
    id="sea-otter", name="Sea Otter", repositories=("sea/otter",), maintainers=(MAYA,), channel=None
)


@pytest.fixture
def at_two(store):
    """Maya speaks for Kelp and for Sea Otter, of which Scorecard published different results."""
    at_desk = desk(store, helping(projects=(*REEF, OTTER)))
    publish(store, KELP, ScorecardCheck("Signed-Releases", 0, "none"))
    publish(store, OTTER, ScorecardCheck("Signed-Releases", 5, "few"))
    publish(store, CORAL, ScorecardCheck("Signed-Releases", 9, "most"))
    return at_desk


UNSIGNED = "scorecard why is Signed-Releases low"


@pytest.mark.parametrize(
    ("words", "channel", "result"),
    [
        (f"{UNSIGNED} for kelp, please", "D0MAYA", 0),
        (f"{UNSIGNED} for Sea Otter?", "D0MAYA", 5),
        (f"{UNSIGNED}: https://github.com/sea/otter/releases", "C0KELP", 5),
        (f"{UNSIGNED} for sea-otter, coral has 9", "D0MAYA", 5),
        (f"{UNSIGNED} for coral's?", "C0KELP", 9),
        (f"{UNSIGNED} here", "C0KELP", 0),
        (f"{UNSIGNED}, with kelpie", "C0CORAL", 9),
    ],
)
def test_the_project_that_is_named_is_meant_else_the_one_of_this_channel(
    store, at_two, words, channel, result
):
    reply = ask.run(replace(by(MAYA, *words.split()), channel=channel), at_two)
    assert read_out(reply) == [f"Signed-Releases has {result} of 10"]


@pytest.mark.parametrize("words", [UNSIGNED, f"{UNSIGNED} for kelp, and for sea-otter?"])
def test_whoever_has_several_projects_and_names_none_is_asked_which_and_shown_no_results(
    store, at_two, words
):
    reply = ask.run(by(MAYA, *words.split()), at_two)
    assert read_out(reply) == []
    assert "Next: About which project?" in lines(reply)
    pressed = buttons(reply)
    assert list(pressed) == ["Kelp", "Sea Otter", "Another, or none"]
    assert store.questions.of_asker(MAYA) == ()
    action, value = pressed["Sea Otter"]
    assert action == "ask.which"
    again = ask.chosen(by(MAYA, *value.split(), text=value), at_two)
    assert again.replace
    assert read_out(again) == ["Signed-Releases has 5 of 10"]
    (kept,) = store.questions.of_asker(MAYA)
    assert (kept.project, kept.text) == ("sea-otter", words.removeprefix("scorecard "))
    value = pressed["Another, or none"][1]
    assert read_out(ask.chosen(by(MAYA, *value.split(), text=value), at_two)) == []


def test_a_word_of_everybodys_names_no_project(store):
    score = project(id="score", name="Score", channel=None, maintainers=())
    at_desk = desk(store, helping(projects=(*REEF, score)))
    publish(store, KELP, ScorecardCheck("Signed-Releases", 0, "none"))
    reply = ask.run(by(MAYA, *f"{UNSIGNED}, what a score?".split()), at_desk)
    assert read_out(reply) == ["Signed-Releases has 0 of 10"]


def test_a_dialog_takes_the_project_that_the_question_names_where_none_is_chosen(store, at_two):
    assert "initial_option" not in dialog(ask.start(by(MAYA), at_two))["project"]
    message = by(MAYA, form={"message": "Is sea/otter signed?"})
    assert dialog(ask.about(message, at_two))["project"]["initial_option"]["value"] == "sea-otter"
    in_a_dialog(ask.written(sent(MAYA, question="Where does the SBOM of Kelp go?"), at_two))
    assert store.questions.of_asker(MAYA)[0].project == "kelp"


def test_the_private_way_is_that_of_the_project_that_is_meant(store, at_two):
    shown = ask.run(by(MAYA, *REPORT.replace("Kelp", "Sea Otter").split()), at_two).modal.view()
    assert "to Sea Otter: " in shown["blocks"][0]["text"]["text"]
    shown = ask.run(by(MAYA, *REPORT.replace("Kelp", "it").split()), at_two).modal.view()
    assert "in its repository on GitHub" in shown["blocks"][0]["text"]["text"]


def test_who_is_told_of_a_long_question_hears_that_its_middle_is_left_out(store):
    at_desk = desk(store)
    assert ask.CUT not in text(ask.run(by(ADA, *IMPOSTER.split()), at_desk))
    assert ask.CUT in lines(ask.run(replace(by(ADA, "what"), text=long_log(IMPOSTER)), at_desk))
    message = replace(by(BO), form={"message": long_log(IMPOSTER)})
    assert ask.CUT in str(ask.about(message, at_desk).modal.blocks)


def test_a_topic_alone_asks_for_the_question(store):
    fields = dialog(ask.run(by(ADA, "score", "card"), desk(store)))
    assert fields["topic"]["initial_option"]["value"] == "scorecard"


def test_an_earlier_answer_to_something_like_it_is_shown(store):
    at_desk = desk(store)
    earlier = taken(store, at_desk)
    store.questions.resolve(earlier.id, VERA, NOON)
    store.questions.explain(earlier.id, "Give the job id-token: write")
    publish(store, KELP, *LOW)
    reply = ask.run(by(MAYA, "scorecard", "why", "is", "it", "zero?"), at_desk)
    shown = lines(reply)
    assert "What helped: Give the job id-token: write" in shown
    first = next(place for place, line in enumerate(shown) if line.startswith("Scorecard on "))
    assert shown.index("What helped: Give the job id-token: write") < first
    assert "Still stuck" in buttons(ask.run(by(BO, "scorecard", "why", "is", "it", "zero?"), at_desk))


def test_that_solved_it_ends_it_there_and_is_counted(store):
    at_desk = desk(store)
    ask.run(by(ADA, "scorecard", "Why?"), at_desk)
    (kept,) = store.questions.of_asker(ADA)
    assert "Good to hear" in text(ask.solved(by(ADA, str(kept.id)), at_desk))
    assert store.questions.of_asker(ADA) == ()
    assert store.help_desk.stats().topics["scorecard"].by_aid == 1
    assert owed(store) == []


def test_nobody_else_ends_or_posts_it(store):
    at_desk = desk(store)
    ask.run(by(ADA, "scorecard", "Why?"), at_desk)
    (kept,) = store.questions.of_asker(ADA)
    for press in (ask.solved, ask.stuck):
        assert "not kept any more" in text(press(by(BO, str(kept.id)), at_desk))
    assert store.questions.find(kept.id).state is QuestionState.AIDED


# --- The card -----------------------------------------------------------------------------------------------


def test_still_stuck_posts_a_card_with_all_that_a_volunteer_needs(store):
    at_desk = desk(store)
    report = scored(results=passing(output("sbom", "security")))
    store.evidence.keep("kelp", evidence(project=KELP, clomonitor=seen(clomonitor(report))), NOON)
    ask.run(by(MAYA, "scorecard", "Why", "is", "<!channel>", "zero?"), at_desk)
    (kept,) = store.questions.of_asker(MAYA)
    reply = ask.stuck(by(MAYA, str(kept.id)), at_desk)
    assert f"Question {kept.id} is in <#{HELP}>." in text(reply)
    ((where, card),) = owed(store)
    assert where == HELP
    assert f"<@{MAYA}> asks from Europe/Berlin, where it was 14:00." in card
    assert "> Why is <!channel> zero?" in card  # escaped: the twin is unescaped here
    assert "Kelp · The Defender: " in card
    assert "⬜ " in card
    assert store.questions.find(kept.id).state is QuestionState.OPEN


UNSCORED = clomonitor(scored(results=None, scores={}))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(Unavailable("503"), "❔ 3 not known yet", id="a source was silent"),
        pytest.param(seen(UNSCORED), "👀 1 for a person to judge", id="nobody can say"),
    ],
)
def test_where_nothing_is_missing_the_card_says_what_keeps_the_badge(store, answer, said):
    at_desk = desk(store)
    store.evidence.keep("kelp", evidence(project=KELP, clomonitor=answer), NOON)
    asked(store, at_desk, asker=MAYA)
    ((_, card),) = owed(store)
    assert said in card.splitlines()


def test_the_card_counts_badges_as_status_does(store):
    at_desk = desk(store)
    store.evidence.keep("kelp", evidence(project=KELP, clomonitor=seen(UNSCORED)), NOON)
    counted = status.at_home([store.evidence.standing("kelp")], at_desk)[0]["text"]["text"]
    ask.run(by(MAYA, "Where", "do", "we", "meet?"), at_desk)
    (kept,) = store.questions.of_asker(MAYA)
    ask.stuck(by(MAYA, str(kept.id)), at_desk)
    ((_, card),) = owed(store)
    said = re.search(r"evidence found for \d of \d badge", card)[0]
    assert said in counted


def test_what_people_type_mentions_nobody_on_the_card(store):
    kept = asked(store, desk(store), "<!here> <@U0ORLA> *why*")
    body = store.outbox.find(kept.card).text
    assert "&lt;!here&gt; &lt;@U0ORLA&gt;" in body


def test_pressing_twice_posts_one_card(store):
    at_desk = desk(store)
    kept = asked(store, at_desk)
    again = text(ask.stuck(by(ADA, str(kept.id)), at_desk))
    assert "The answer comes in the thread" in again
    assert len(owed(store)) == 1


def test_where_there_is_no_help_channel_it_says_where_to_ask(store):
    at_desk = desk(store, helping(channels=replace(helping().channels, help=None)))
    ask.run(by(ADA, "scorecard", "Why?"), at_desk)
    (kept,) = store.questions.of_asker(ADA)
    assert "There is no channel for questions yet" in text(ask.stuck(by(ADA, str(kept.id)), at_desk))
    assert store.questions.find(kept.id).state is QuestionState.AIDED


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        pytest.param(0, "Somebody who can help is asked now.", id="in the day"),
        pytest.param(10, "expect somebody from 21 Oct 2023, 07:00 UTC on", id="at night in Berlin"),
    ],
)
def test_whoever_asks_hears_when_to_expect_somebody(store, hours, told):
    at_desk = desk(store, helping(volunteers=helping().volunteers[:1]))
    late = NOON + timedelta(hours=hours)
    ask.run(by(ADA, "scorecard", "Why?", now=late), at_desk)
    (kept,) = store.questions.of_asker(ADA)
    assert told in text(ask.stuck(by(ADA, str(kept.id), now=late), at_desk))


# --- Dialogs ------------------------------------------------------------------------------------------------


def sent(user, private="", **form):
    return by(user, private=private, form={"topic": "sbom", "question": "Where does it go?", **form})


def test_a_question_may_be_written_in_a_dialog(store):
    at_desk = desk(store)
    fields = dialog(ask.start(by(MAYA), at_desk))
    assert fields["project"]["initial_option"]["value"] == "kelp"
    reply = ask.written(sent(MAYA, project="kelp"), at_desk)
    in_a_dialog(reply)
    (kept,) = store.questions.of_asker(MAYA)
    assert (kept.topic, kept.project, kept.badge) == ("sbom", "kelp", "chronicler")


@pytest.mark.parametrize(("chosen", "kept"), [("KELP", "kelp"), ("gone", None), ("\0", None), ("", None)])
def test_a_project_that_is_gone_meanwhile_is_left_out(store, chosen, kept):
    in_a_dialog(ask.written(sent(ADA, project=chosen), desk(store)))
    assert store.questions.of_asker(ADA)[0].project == kept


def test_a_dialog_without_a_question_says_so_at_the_field(store):
    assert "question" in ask.written(sent(ADA, question="  "), desk(store)).errors


def test_beside_what_is_missing_there_is_help(store):
    at_desk = desk(store)
    report = scored(results=passing(output("changelog")))
    store.evidence.keep("kelp", evidence(project=KELP, clomonitor=seen(clomonitor(report))), NOON)
    pressed = buttons(status.run(by(MAYA, "kelp", "cleaner"), at_desk))["Ask for help"]
    assert pressed == ("ask.open", "kelp cleaner documentation")
    reply = ask.start(by(MAYA, *pressed[1].split()), at_desk)
    assert dialog(reply)["topic"]["initial_option"]["value"] == "clomonitor"
    form = {"topic": "clomonitor", "question": "Why?", "project": "kelp"}
    shown = ask.written(by(MAYA, private=reply.modal.private, form=form), at_desk)
    assert any("CHANGELOG" in line for line in lines(shown))
    assert any(line.startswith("Usual cause: ") for line in lines(shown))
    assert store.questions.of_asker(MAYA)[0].badge == "cleaner"


def test_a_message_becomes_a_question_that_can_still_be_changed(store):
    call = by(ADA, form={"message": "Scorecard says <-1>\nfor Branch-Protection"})
    fields = dialog(ask.about(call, desk(store)))
    assert fields["question"]["initial_value"] == "Scorecard says <-1>\nfor Branch-Protection"
    assert fields["topic"]["initial_option"]["value"] == "scorecard"
    assert store.questions.of_asker(ADA) == ()


def test_the_card_of_what_was_made_of_a_message_shows_the_way_to_it(store):
    at_desk = desk(store, workspace=lambda: "https://sea.slack.com/")
    message = by(ADA, channel="C0TALK", message="17.5", form={"message": REPORT})
    given = ask.about(message, at_desk)
    doubted = ask.written(sent(ADA, question=REPORT, private=given.modal.private), at_desk)
    ask.written(sent(ADA, question=REPORT, private=doubted.modal.private, confirm=("none",)), at_desk)
    (kept,) = store.questions.of_asker(ADA)
    ask.stuck(by(ADA, str(kept.id)), at_desk)
    assert "It is about <https://sea.slack.com/archives/C0TALK/p175|this message>." in shown(store)[-1]
    forget_me.sure(by(ADA), at_desk)
    assert store.questions.find(kept.id).made_of is None


# --- Safety -------------------------------------------------------------------------------------------------


def test_a_secret_is_refused_and_not_kept(store):
    at_desk = desk(store)
    reply = ask.run(by(ADA, "scorecard", "my", "token", TOKEN, "fails"), at_desk)
    assert "a GitHub token" in text(reply)
    assert TOKEN not in text(reply)
    assert "question" in ask.written(sent(ADA, question=f"why does {TOKEN} fail"), at_desk).errors
    assert store.questions.of_asker(ADA) == ()
    assert owed(store) == []


def test_what_looks_like_a_vulnerability_is_shown_the_private_way_and_kept_nowhere(store):
    at_desk = desk(store)
    store.evidence.keep("kelp", evidence(project=KELP), NOON)
    reply = ask.run(by(MAYA, *REPORT.split()), at_desk)
    fields = dialog(reply)
    assert fields["question"]["initial_value"] == REPORT
    shown = reply.modal.view()["blocks"][0]["text"]["text"]
    assert "Nothing was kept. *Next:* report it in private to Kelp: " in shown
    assert "/security/advisories/new|" in shown
    assert store.questions.of_asker(MAYA) == ()


def test_whoever_says_that_it_is_no_vulnerability_is_believed(store):
    at_desk = desk(store)
    again = ask.written(sent(ADA, question=REPORT), at_desk)
    box = dialog(again)["confirm"]
    assert box["type"] == "checkboxes"
    assert box["options"][0]["text"]["text"] == "This is no vulnerability: everybody may read it."
    ask.written(sent(ADA, question=REPORT, confirm=("none",)), at_desk)
    assert len(store.questions.of_asker(ADA)) == 1


def test_a_secret_is_refused_also_where_it_is_no_vulnerability(store):
    reply = ask.written(sent(ADA, question=f"{REPORT} {TOKEN}", confirm=("none",)), desk(store))
    assert "question" in reply.errors


def test_somebody_with_many_open_questions_is_asked_to_end_one_first(store):
    at_desk = desk(store)
    for number in range(ask.MOST_OPEN):
        asked(store, at_desk, f"Question number {number}?")
    answer = ask.run(by(ADA, *IMPOSTER.split()), at_desk)
    assert any("mposter" in line for line in lines(answer))
    number = buttons(answer)["Still stuck"][1]
    assert "wait for an answer already" in text(ask.stuck(by(ADA, number), at_desk))


def test_first_aid_for_many_questions_posts_no_more_than_somebody_may_have_open(store):
    at_desk = desk(store)
    for number in range(ask.MOST_OPEN + 1):
        ask.run(by(ADA, "scorecard", f"{number}?"), at_desk)
    answers = [text(ask.stuck(by(ADA, str(each.id)), at_desk)) for each in store.questions.of_asker(ADA)]
    assert "wait for an answer already" in answers[-1]
    assert len(owed(store)) == ask.MOST_OPEN


def test_what_waits_is_counted_and_shown_however_much_was_answered_by_first_aid_alone(store):
    at_desk = desk(store)
    waits = [asked(store, at_desk, f"Question number {number}?").id for number in range(ask.MOST_OPEN)]
    for number in range(25):
        store.questions.ask(ADA, "UTC", "sbom", f"{number}?", NOON + timedelta(minutes=1), is_aided=True)
    later = NOON + timedelta(hours=2)
    shown = text(ask.run(by(ADA, now=later), at_desk))
    assert all(f"Question {number}:" in shown for number in waits)


def test_somebody_who_asks_all_the_time_is_asked_to_wait(store):
    at_desk = desk(store)
    for number in range(ask.MOST_AN_HOUR):
        ask.run(by(ADA, "scorecard", f"{number}?"), at_desk)
    assert "many questions for one hour" in text(ask.run(by(ADA, "scorecard", "Why?"), at_desk))
    later = by(ADA, "scorecard", "Why?", now=NOON + timedelta(hours=1, minutes=1))
    assert "Ask a volunteer" in buttons(ask.run(later, at_desk))


# --- Where it stands ----------------------------------------------------------------------------------------


def test_without_words_it_tells_where_my_questions_stand(store):
    at_desk = desk(store)
    assert "You have no open question" in text(ask.run(by(ADA), at_desk))
    kept = taken(store, at_desk)
    shown = text(ask.run(by(ADA), at_desk))
    assert f"🙋 Question {kept.id}: Why is it zero?" in shown
    assert f"<@{VERA}> has it since" in shown
    assert set(buttons(ask.run(by(ADA), at_desk))) == {"Mark as resolved", "Take it back", "Ask something"}


def test_what_was_solved_lately_can_be_thanked_for_and_reopened(store):
    at_desk = desk(store)
    kept = taken(store, at_desk)
    store.questions.resolve(kept.id, VERA, NOON)
    assert {"Say thanks", "Reopen"} <= set(buttons(ask.run(by(ADA), at_desk)))
    much_later = by(ADA, now=NOON + timedelta(days=8))
    assert "You have no open question" in text(ask.run(much_later, at_desk))


# --- Replies ------------------------------------------------------------------------------------------------


def in_thread(user, ts, words):
    return by(user, channel=HELP, form={"thread": ts, "message": words})


@pytest.fixture
def answered(store):
    """A question that Vera has, and the thread of its card."""
    at_desk = desk(store)
    kept = taken(store, at_desk)
    deliver(store)
    return at_desk, kept, store.questions.card(kept.id).ts


def test_a_reply_of_whoever_asked_reopens_what_was_resolved(store, answered):
    at_desk, kept, thread = answered
    store.questions.resolve(kept.id, VERA, NOON)
    assert ask.reply(in_thread(ADA, thread, "Hm, it still fails"), at_desk).message is None
    again = store.questions.find(kept.id)
    assert (again.state, again.owner) == (QuestionState.CLAIMED, VERA)


def test_thanks_in_the_thread_reopen_nothing_and_are_counted(store, answered):
    at_desk, kept, thread = answered
    store.questions.resolve(kept.id, VERA, NOON)
    ask.reply(in_thread(ADA, thread, "Thanks, that works now!"), at_desk)
    assert store.questions.find(kept.id).state is QuestionState.RESOLVED
    assert store.volunteers.find(VERA).thanks == 1


def test_what_others_write_reopens_nothing(store, answered):
    at_desk, kept, thread = answered
    store.questions.resolve(kept.id, VERA, NOON)
    ask.reply(in_thread(BO, thread, "Same here!"), at_desk)
    ask.reply(in_thread(ADA, "1.1", "In another thread?"), at_desk)
    assert store.questions.find(kept.id).state is QuestionState.RESOLVED


def test_the_first_answer_is_noted(store, answered):
    at_desk, kept, thread = answered
    ask.reply(in_thread(ADA, thread, "Anybody?"), at_desk)
    assert store.questions.find(kept.id).answered_at is None
    ask.reply(in_thread(VERA, thread, "Here I am"), at_desk)
    assert store.questions.find(kept.id).answered_at == NOON


def test_what_organizers_write_among_themselves_answers_nothing(store):
    """They are told in their channel, which is no conversation with whoever asked."""
    at_desk = desk(store)
    kept = asked(store, at_desk)
    told = Post(Where.TO, "Nobody has claimed it", (), "C0ORGS")
    store.questions.carry_on(kept, ORGANIZERS, NOON, say=lambda _: (told,))
    question.claim(by(ORLA, str(kept.id)), at_desk)
    deliver(store)
    (notice,) = [each for each in store.outbox.page(State.SENT) if each.reader == "C0ORGS"]
    note = by(ORLA, channel="C0ORGS", form={"thread": notice.ts, "message": "I take it"})
    ask.reply(note, at_desk)
    assert store.questions.find(kept.id).answered_at is None
