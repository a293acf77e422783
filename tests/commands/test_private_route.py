from __future__ import annotations

import pytest

from bot.store import Standing
from commands.private_route import private_route
from rules.model import Unavailable
from tests.builders import KELP, evidence, github, insights, project, seen

POLICY = github(files=seen("README.md\n.github/SECURITY.md"), security_insights=seen(insights()))
NOTHING = github(files=Unavailable("503"), security_insights=seen(None))


def test_a_project_with_a_policy_says_itself_how():
    said = private_route(Standing(project(), evidence(github=POLICY)))
    assert f"<https://github.com/{KELP}/blob/HEAD/.github/SECURITY.md|SECURITY.md>" in said
    assert "|Security Insights>" in said


def test_a_project_that_names_whom_to_tell_says_so_first():
    whom = ("_security_@kelp.test", "https://kelp.test/report?a=<b>|c")
    named = github(files=seen(""), security_insights=seen(insights(contacts=whom)))
    said = private_route(Standing(project(), evidence(github=named)))
    page = "<https://kelp.test/report?a=%3Cb%3E%7Cc|https://kelp.test/report?a=&lt;b&gt;|c>"
    assert said.startswith(f"to Kelp: `_security_@kelp.test` · {page} · ")


@pytest.mark.parametrize("known", [None, evidence(github=NOTHING)])
def test_every_project_on_github_has_a_private_way(known):
    said = private_route(Standing(project(), known))
    assert said == f"to Kelp: <https://github.com/{KELP}/security/advisories/new|GitHub's private form>."


def test_without_a_repository_or_a_project_it_says_where_to_look():
    assert "*Report a vulnerability*" in private_route(Standing(project(repositories=())))
    assert "*Report a vulnerability*" in private_route(None)
