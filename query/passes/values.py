"""Pass: years, days and coded values are read and checked; ranges become ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.tree import Everything, Field, Phrase, Range, Stem, Word, with_children
from query.values import coded_value, day_range, nearest_values, year_range

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Leaf, Tree


def read_values(tree: Tree, context: Context) -> Tree:
    """``year:1990-`` becomes the range 1990.. ; ``language:klingon`` is a problem."""
    if isinstance(tree, Field):
        return Field(tree.name, _within(tree.child, tree.name, context), span=tree.span)
    return with_children(tree, lambda child: read_values(child, context))


def _within(tree: Tree, name: str, context: Context) -> Tree:
    match tree:
        case Word() | Phrase() | Stem():
            return _read(tree, name, context)
        case _:
            return with_children(tree, lambda child: _within(child, name, context))


def _read(leaf: Word | Phrase | Stem, name: str, context: Context) -> Leaf:
    match context.vocabulary.kind(name):
        case "year":
            return _year(leaf, name, context)
        case "date":
            return _day(leaf, name, context)
        case "term" | "prefix":
            return _coded(leaf, name, context)
        case _:
            return leaf


def _year(leaf: Word | Phrase | Stem, name: str, context: Context) -> Leaf:
    found = None if isinstance(leaf, Stem) else year_range(leaf.text)
    if found is None:
        message = f"“{leaf.text}” is not a year"
        advice = f"Write {name}:1990, {name}:1990..2000, {name}:1990.. or {name}:..2000."
        context.problem("not-a-year", message, leaf.span, advice)
        return leaf
    return _range(leaf, found, context)


def _day(leaf: Word | Phrase | Stem, name: str, context: Context) -> Leaf:
    found = None if isinstance(leaf, Stem) else day_range(leaf.text)
    if found is None:
        message = f"“{leaf.text}” is not a day"
        advice = f"Write {name}:2026-01-31, {name}:2026-01 or {name}:2026-01-01..2026-01-31."
        context.problem("not-a-day", message, leaf.span, advice)
        return leaf
    return _range(leaf, found, context)


def _range(leaf: Leaf, found: tuple[str, str], context: Context) -> Leaf:
    low, high = found
    if low and high and low > high:
        message = f"the range {low}..{high} runs backwards"
        context.problem("range-backwards", message, leaf.span, f"Write {high}..{low}.")
    if not low and not high:
        return Everything(span=leaf.span)
    return leaf if low == high and isinstance(leaf, Word) else Range(low, high, span=leaf.span)


def _coded(leaf: Word | Phrase | Stem, name: str, context: Context) -> Leaf:
    for field in context.vocabulary.fields(name):
        if coded_value(leaf.text, field.normaliser) is None:
            advice = nearest_values(leaf.text, field.normaliser, isinstance(leaf, Stem))
            message = f"“{leaf.text}” is not a value of {name}:"
            context.problem("unknown-value", message, leaf.span, advice)
    return leaf
