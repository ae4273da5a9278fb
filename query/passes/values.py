"""Pass: years, days, call numbers and coded values are read and checked; ranges become ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.errors import Fix, shown_term
from query.printer import print_tree
from query.tables import tables
from query.terms import value_leaf
from query.tree import (
    Everything,
    Exact,
    Field,
    Near,
    Pattern,
    Phrase,
    Range,
    Starts,
    Stem,
    Whole,
    Word,
    with_children,
)
from query.values import coded_value, day_range, nearest_values, year_range

if TYPE_CHECKING:
    from collections.abc import Callable

    from query.context import Context
    from query.tree import Leaf, Tree

_BY_BEGINNING = ("", "call_number", "shelf_key")  # whose values may be truncated


def read_values(tree: Tree, context: Context) -> Tree:
    """``year:1990-`` becomes the range 1990.. ; ``language:klingon`` is a problem."""
    if isinstance(tree, Field):
        return _field(tree, context)
    return with_children(tree, lambda child: read_values(child, context))


def _field(tree: Field, context: Context) -> Tree:
    name = tree.name
    shelf = context.vocabulary.normalised_by("shelf_key")
    if shelf and name == context.vocabulary.normalised_by("call_number") and _is_range(tree.child):
        message = f"a range of {name}: is one of {shelf}:, in the order of the shelf"
        context.notes.repair("shelf-range", message, tree.span)
        name = shelf
    child = _within(tree.child, name, context)
    same = name == tree.name and child is tree.child
    return tree if same else Field(name, child, span=tree.span)


def _is_range(tree: Tree) -> bool:
    return isinstance(tree, Word | Phrase) and ".." in tree.text


def _within(tree: Tree, name: str, context: Context) -> Tree:
    if context.vocabulary.kind(name) == "text":
        return tree
    match tree:
        case Exact(Phrase() as inner):  # a value is exact by itself
            return _read(inner, name, context)
        case Exact(Word(text), span=span):
            return _read(value_leaf(text, context.syntax, span), name, context)
        case Whole(text, span=span):
            return _read(Phrase(text, span=span), name, context)
        case Word() | Phrase() | Stem():
            return _read(tree, name, context)
        case Pattern() | Starts() | Exact() | Near():
            message = f"{name}: holds values, in which “{print_tree(tree)}” cannot be sought"
            context.problem("no-words", message, tree.span, f"Write a whole value: {name}:…")
            return tree
        case _:
            return with_children(tree, lambda child: _within(child, name, context))


def _read(leaf: Word | Phrase | Stem, name: str, context: Context) -> Leaf:
    match context.vocabulary.kind(name):
        case "year":
            return _year(leaf, name, context)
        case "date":
            return _day(leaf, name, context)
        case "prefix":
            return _shelf(leaf, name, context)
        case _:
            return _coded(leaf, name, context)


def _shelf(leaf: Word | Phrase | Stem, name: str, context: Context) -> Leaf:
    """``PL2750..PL2760`` by the order of the shelf; both ends and all below them included."""
    low, dots, high = leaf.text.partition("..")
    if isinstance(leaf, Stem) or not dots:
        return _coded(leaf, name, context)
    for end in (low, high):
        if end.strip():
            _coded(Word(end.strip(), span=leaf.span), name, context)
    return _range(leaf, (low.strip(), high.strip()), context, key=_shelf_key)


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


def _range(
    leaf: Leaf, found: tuple[str, str], context: Context, key: Callable[[str], str] = str
) -> Leaf:
    low, high = found
    if low and high and key(low) > key(high):
        message = f"the range {low}..{high} runs backwards"
        fix = Fix(leaf.span, f"{high}..{low}")
        context.problem("range-backwards", message, leaf.span, f"Write {high}..{low}.", fix)
    if not low and not high:
        return Everything(span=leaf.span)
    if low == high:
        return value_leaf(low, context.syntax, leaf.span)
    return Range(low, high, span=leaf.span)


def _shelf_key(text: str) -> str:
    return coded_value(text, "shelf_key") or ""


def _coded(leaf: Word | Phrase | Stem, name: str, context: Context) -> Leaf:
    for field in context.vocabulary.fields(name):
        truncated = isinstance(leaf, Stem) and field.normaliser not in _BY_BEGINNING
        long = len(leaf.text) > tables().budget.max_value
        if truncated or long or coded_value(leaf.text, field.normaliser) is None:
            advice = nearest_values(leaf.text, field.normaliser, isinstance(leaf, Stem))
            message = f"“{shown_term(leaf.text)}” is not a value of {name}:"
            context.problem("unknown-value", message, leaf.span, advice)
    return leaf
