"""Years of other systems: ``2010:2012``, ``20100101-20121231``, ``PUBYEAR > 2009``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.tree import And, Field, Phrase, Range, Word, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.dialects.model import Dialect
    from query.tree import Span, Tree

_FIRST_DAY, _LAST_DAY = ("", "/01/01", "0101", "/1/1"), ("", "/12/31", "1231")
COMPARED = r" *(?:(?:AFT|BEF|IS)(?= )|[<>=]) *[0-9]{4}"
_compared = re.compile(r".*?(AFT|BEF|IS|[<>=]) *([0-9]{4})\Z", re.IGNORECASE | re.DOTALL)


def years_of(tree: Tree, dialect: Dialect, context: Context) -> Tree:
    """The term of a year's field as a year or a range; months and days are lost, and that is said.

    An end that stands for none is open. What is no year stays as it was.
    """
    rule = dialect.rules.years
    if rule is None or not isinstance(tree, Word | Phrase):
        return tree
    years = rule.value
    low, between, high = tree.text.partition(years.between)
    if not between and ":" in tree.text:
        low, between, high = tree.text.partition(":")
    ends = [_end(low, years.first), _end(high, years.last)]
    if None in ends or not (ends[0] or ends[1]):
        return tree
    (first, first_day), (last, last_day) = (end or ("", "") for end in ends)
    exact = first_day in _FIRST_DAY and last_day in _LAST_DAY
    if not exact or (not between and first_day):
        message = f"months and days of “{tree.text}” were left out: the catalogue knows years"
        context.notes.warn("lost-date", message, tree.span)
    if not between or first == last:
        return Word(first, span=tree.span)
    return Range(first, last, span=tree.span)


def _end(text: str, none: str) -> tuple[str, str] | None:
    """The year and the day of an end; empty for an open one, None for what is no date."""
    plain = re.sub(r"\[[^\]]*\]", "", text).strip(' "')
    found = re.fullmatch(r"([0-9]{4})((?:/[0-9]{1,2}|[0-9]{2}){0,2})", plain)
    if not found:
        return None if plain else ("", "")
    return ("", "") if found[1] == none else (found[1], found[2])


def compared(text: str, span: Span) -> Tree:
    """``PUBYEAR > 2009`` as a range of years."""
    found = _compared.match(text)
    assert found is not None  # noqa: S101 - the scanner's expression is narrower
    year, sign = int(found[2]), found[1].upper()
    child: Tree = Word(f"{year:04}", span=span)
    if sign in (">", "AFT"):
        child = Range(f"{min(year + 1, 9999):04}", "", span=span)
    elif sign in ("<", "BEF"):
        child = Range("", f"{max(year - 1, 0):04}", span=span)
    return Field("year", child, span=span)


def as_ranges(tree: Tree) -> Tree:
    """From a year on AND up to another, side by side, as one range: comparisons say it in two."""
    tree = with_children(tree, as_ranges)
    if not isinstance(tree, And):
        return tree
    found: list[Tree] = []
    for child in tree.children:
        both = _both(found[-1], child) if found else None
        if both is not None:
            found[-1] = both
        else:
            found.append(child)
    return And(tuple(found), span=tree.span) if len(found) > 1 else found[0]


def _both(first: Tree, second: Tree) -> Tree | None:
    match first, second:
        case Field(name, Range(low, "")), Field(other, Range("", high)) if name == other:
            return Field(name, Range(low, high, span=first.span), span=first.span)
        case Field(name, Range("", high)), Field(other, Range(low, "")) if name == other:
            return Field(name, Range(low, high, span=first.span), span=first.span)
        case _:
            return None


def comparisons(name: str, child: Range | Word) -> list[str]:
    """A year or a range as comparisons, which AND joins."""
    if isinstance(child, Word):
        return [f"{name} = {child.text}"]
    found = []
    if child.low:
        found.append(f"{name} > {int(child.low) - 1}")
    if child.high:
        found.append(f"{name} < {int(child.high) + 1}")
    return found
