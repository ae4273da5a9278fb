"""The page on searching cannot drift from what the program does."""

import re
from pathlib import Path

import pytest

from query import parse
from query.tables import tables

PAGE = Path(__file__).parents[2] / "docs" / "query.md"
TEXT = PAGE.read_text(encoding="utf-8")
CHINESE = PAGE.with_name("query.zh.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)
EXAMPLES = [*_ROW.findall(TEXT), *_ROW.findall(CHINESE)]
CODES = set(re.findall(r"`([a-z-]+)`", TEXT.partition("| code |")[2].partition("\n\n")[0]))


@pytest.mark.parametrize(("text", "reading"), EXAMPLES)
def test_examples_read_as_the_page_says(text, reading, definition):
    """Each row of the page's table is what the reader makes of it."""
    assert parse(text, definition).reading == reading


def test_the_page_has_examples():
    """The table is found at all."""
    assert len(_ROW.findall(TEXT)) > 25
    assert len(_ROW.findall(CHINESE)) > 15


def test_every_error_code_has_its_row():
    """The codes of the page are exactly those that the room raises."""
    room = PAGE.parents[1] / "query"
    source = "".join(file.read_text(encoding="utf-8") for file in room.rglob("*.py"))
    raised = re.findall(r'(?:Problem\(\s*|\.problem\(\s*|\(\s*)"([a-z]+(?:-[a-z]+)+)",', source)
    notes = re.findall(r'(?:\.(?:repair|warn)|\bNote)\(\s*"([a-z-]+)"', source)
    assert set(raised) - set(notes) == CODES


def test_the_limits_of_the_page_are_those_of_the_table():
    """Numbers stated on the page come from search.toml."""
    budget = tables().budget
    numbers = (budget.max_length, budget.max_depth, budget.max_leaves, budget.max_clauses)
    stated = "{:,} characters, {} levels, {:,} terms, {:,} clauses".format(*numbers)
    assert stated in TEXT
    assert f"more than {budget.scored_leaves} terms" in TEXT
    assert f"up to hit {budget.window:,}" in TEXT
    for name in tables().sort:
        assert f"`{name}`" in TEXT
