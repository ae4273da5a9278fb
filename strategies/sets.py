"""Sets in a line: ``S3`` where lines are called so, and ranges, which are written out here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.errors import Problem
from query.notes import Note
from query.tokens import LEAF, open_source
from query.tree import Span, Word, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from query.tree import Tree
    from strategies.lines import StrategyLine, Style

_leaves = re.compile(LEAF)
_S = re.compile(r"[Ss](\d{1,4})\Z")
_RANGE = re.compile(
    r"[#Ss]?(\d{1,4})-[#Ss]?(\d{1,4})/(AND|OR)\Z|[#Ss](\d{1,4})-[#Ss]?(\d{1,4})\Z"
    r"|(AND|OR)/(\d{1,4})-(\d{1,4})\Z",
    re.IGNORECASE,
)
_MOST_SHOWN = 12


def with_hashes(line: StrategyLine, style: Style, numbers: set[int]) -> str:
    """The query with ``#3`` for each ``S3`` that stands by itself; every position stays.

    Only where lines are numbered S1, S2 or not at all, and a line of that number is there: else
    ``S3`` is a word like others.
    """
    text = line.text
    if style not in ("s", "none"):
        return text
    for leaf in _leaves.finditer(open_source(text).shadow):
        found = _S.match(leaf[0])
        if found and int(found[1]) in numbers and int(found[1]) != line.number:
            text = f"{text[: leaf.start()]}#{text[leaf.start() + 1 :]}"
    return text


def numbers_as_words(tree: Tree, numbers: set[int]) -> tuple[Note, ...]:
    """A warning where a line is nothing but numbers of lines (``1 AND 2``), which are words here."""
    words = [leaf.text if isinstance(leaf, Word) else "" for leaf in leaves(tree)]
    named = [word for word in words if re.fullmatch("[0-9]{1,4}", word) and int(word) in numbers]
    if len(words) < 2 or len(named) < len(words):  # noqa: PLR2004 - one number may well be a word
        return ()
    sets = ", ".join(f"#{int(word)}" for word in named)
    message = f"{', '.join(named)} are words here; the lines are {sets}"
    return (Note("number-as-word", message, tree.span.start, tree.span.end),)


def ranges(text: str) -> Iterator[Problem]:
    """Ranges of sets as other systems have them (``#1-#4/OR``, ``or/1-4``): the sets to write."""
    for leaf in _leaves.finditer(open_source(text).shadow):
        found = _RANGE.match(leaf[0])
        if found:
            first, last = (int(part) for part in found.groups() if part and part.isdigit())
            operator = (found[3] or found[6] or "OR").upper()
            message = f"“{leaf[0]}”: sets are named one by one"
            advice = f"Write {_written_out(first, last, operator)}."
            yield Problem("set-range", message, Span(*leaf.span()), advice)


def _written_out(first: int, last: int, operator: str) -> str:
    if not 0 <= last - first < _MOST_SHOWN:
        return f"the sets from #{first} to #{last} with {operator} between them"
    return f" {operator} ".join(f"#{number}" for number in range(first, last + 1))
