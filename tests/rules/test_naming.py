"""Where a text names a project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.naming import beginning, beginnings, called, is_said
from tests.builders import project

NAMES = st.text("ab1-_./ @é☃", min_size=1, max_size=12)
AROUND = st.text("ab1-_./ @é☃\n", max_size=12)


def test_a_project_is_called_by_its_id_its_name_and_its_repositories():
    kelp = project(id="kelp", name="The Kelp", repositories=("Kelp-io/Kelp",))
    assert called(kelp) == {"kelp", "the kelp", "kelp-io/kelp"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kelp", True),
        ("why is (kelp) red?", True),
        ("see kelp-io/kelp", True),
        ("kelp-io is an organization", False),
        ("kelps", False),
        ("a_kelp", False),
        ("nothing", False),
    ],
)
def test_a_name_is_said_where_it_is_no_part_of_a_longer_word(text, said):
    assert is_said("kelp", text) is said


@given(NAMES, AROUND, AROUND)
def test_whatever_name_is_said_is_looked_up_by_how_it_begins(name, before, behind):
    for text in (f"{before}{name}{behind}", f"{before} {name} {behind}", f"{before}{behind}"):
        assert not is_said(name, text) or beginning(name) in beginnings(text)
