"""Where a README links to."""

from __future__ import annotations

import pytest

from bot.sources.readers.readme import links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See [docs](https://a.test/docs).", ["https://a.test/docs"]),
        ("[![x](https://a.test/b.svg)](https://a.test/p)", ["https://a.test/b.svg", "https://a.test/p"]),
        ("[a]: https://a.test/ref 'title'", ["https://a.test/ref"]),
        (
            "<https://a.test/auto> and https://a.test/bare, too.",
            ["https://a.test/auto", "https://a.test/bare"],
        ),
        ('<a href="https://a.test/html">x</a>', ["https://a.test/html"]),
        ("(https://a.test/x_(y))", ["https://a.test/x_(y)"]),
        ("https://a.test https://a.test", ["https://a.test"]),
        ("`https://a.test/code`", []),
        ("```\nhttps://a.test/code\n```", []),
        ("<!-- https://a.test/comment -->", []),
        ("[x](docs/x.md)", []),
        ("", []),
    ],
)
def test_links_are_found_as_they_are_written(text, found):
    assert list(links(text)) == found


def test_links_are_bounded():
    assert len(links("\n".join(f"https://a.test/{number}" for number in range(2000)))) == 500
    assert all(len(link) <= 2000 for link in links("https://a.test/" + ")" * 400_000))
