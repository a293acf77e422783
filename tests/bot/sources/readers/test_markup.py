"""What is code and what is prose in people's documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.readers import markup

MARKDOWN = """\
Run `make` in prose.

```sh
in a fence
```
<!-- in a comment
```
still in it
``` -->
After a comment.

    indented

- an item

    a paragraph of the item

     a paragraph still

        code in the item

1. numbered

   ~~~~
   fenced in an item
   ~~~
   ~~~~

<pre><code>in pre
</code></pre>
> ```
> quoted
> ```
The end.
"""
RESTRUCTURED = """\
Title
=====

.. a comment
   code in a comment

.. code-block:: sh
   :caption: x

   in a directive

.. note:: prose

Like this::

   after two colons

End.
"""
ASCIIDOC = """\
= Title

////
in a comment
////
// one more

[source,bash]
----
in a listing
----

....
literal
....

 literal paragraph

* item
End.
"""


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        (
            MARKDOWN,
            "README.md",
            ["in a fence", "indented", "code in the item", "fenced in an item", "~~~", "in pre", "quoted"],
        ),
        (RESTRUCTURED, "README.rst", [":caption: x", "in a directive", "after two colons"]),
        (ASCIIDOC, "README.adoc", ["in a listing", "literal", "literal paragraph"]),
        ("---\ntitle: x\n---\n\n    code\n", "a.md", ["code"]),
        ("```\nnever closed\n", "a.md", ["never closed"]),
        ("", "a.md", []),
    ],
    ids=["markdown", "restructuredtext", "asciidoc", "front matter", "unclosed", "empty"],
)
def test_code_is_told_from_prose(text, path, code):
    assert [line for line in markup.code(text, path) if line] == code


def test_comments_are_neither():
    said = "\n".join(markup.prose("a <!-- b --> c <!-- d\ne\n--> f\n"))
    assert "".join(said.split()) == "acf"


def test_lines_keep_their_numbers():
    assert len(markup.prose(MARKDOWN)) == len(markup.code(MARKDOWN)) == MARKDOWN.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 200_000,
        "<pre" * 200_000,
        "`" * 1_000_000,
        "- " * 400_000,
        "> " * 400_000,
        "\n" * 500_000,
        " " * 10**6,
    ],
)
@pytest.mark.parametrize("path", ["a.md", "a.rst", "a.adoc"])
def test_hostile_text_is_read_quickly(text, path):
    assert len(markup.prose(text, path)) <= markup.MOST_LINES


@given(st.text("`~-<>!pre/ \n\t.:*1a", max_size=200), st.sampled_from(["a.md", "a.rst", "a.adoc"]))
def test_any_text_has_lines(text, path):
    assert len(markup.code(text, path)) == len(text.splitlines())
