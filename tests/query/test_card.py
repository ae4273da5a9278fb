"""The card of a title: who made it, in both scripts, and who holds it."""

from __future__ import annotations

from io import StringIO

import pytest

from query.card import write_card

PEOPLE = {
    "title": "红楼梦",
    "authors": ["曹雪芹"],
    "authors_romanised": ["Cao, Xueqin"],
    "contributors": [{"name": "Hawkes, David", "role": "trl", "kind": "person"}],
}


def card(display):
    out = StringIO()
    write_card({"id": "HKU:1", "display": display, "members": [], "holdings": []}, out)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_author_and_contributors_are_both_shown():
    """Added entries never hide the main entry; a role is said in words."""
    lines = card(PEOPLE)
    assert "Author 曹雪芹 (Cao, Xueqin)" in lines
    assert "With Hawkes, David, translator" in [
        line.replace("Translator", "translator") for line in lines
    ]


@pytest.mark.parametrize("romanised", [[], ["Cao, Xueqin", "Gao, E"]])
def test_romanised_forms_that_fit_no_author_stand_alone(romanised):
    """Forms are paired only where there is one for every author; none is lost."""
    text = "\n".join(card({**PEOPLE, "authors_romanised": romanised}))
    for name in ("曹雪芹", *romanised):
        assert name in text
    assert "(" not in text.split("With")[0]
