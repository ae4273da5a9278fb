"""Pass: truncation stands behind, or before, enough of a word, where an index can answer it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mappings.scripts import has_cjk
from query.errors import shown_term
from query.printer import print_tree
from query.scope import scope_of
from query.tables import tables
from query.terms import has_gap, is_dropped, truncated_words
from query.tree import Exact, Field, Line, Pattern, Phrase, Stem, Whole, with_children
from query.wildcards import SIGNS, is_left, longest, opening

if TYPE_CHECKING:
    from mappings.model import Script
    from query.context import Context
    from query.tree import Tree


_signs = re.compile(f"[{re.escape(SIGNS)}]+").findall


def check_stems(tree: Tree, context: Context) -> Tree:
    """The tree as it is; ``a*``, ``*a*`` and ``=a*`` are problems."""
    return _check(tree, None, context)


def _check(tree: Tree, name: str | None, context: Context) -> Tree:
    match tree:
        case Field(field, child):
            _check(child, field, context)
        case Stem() | Pattern():
            _enough(tree, context)
            _simple(tree, context)
            if isinstance(tree, Pattern) and is_left(tree.text):
                _left(tree, name, context)
        case Phrase(text) if has_gap(text):
            _simple(tree, context)
        case Phrase(text) | Whole(text) if is_dropped(text) or (
            isinstance(tree, Whole) and has_gap(text)
        ):
            _dropped(tree, context)
        case Exact(Stem() | Pattern() | Line()):
            written = print_tree(tree)
            message = f"“{written}”: the exact form of a truncated word is not known"
            context.problem("exact-truncated", message, tree.span, f"Write {written[1:]}.")
        case Exact(Phrase(text)) if has_gap(text) or truncated_words(text):
            written = print_tree(tree)
            message = f"{written}: the exact form of truncated words is not known"
            context.problem("exact-truncated", message, tree.span, f"Write {written[1:]}.")
        case Exact():
            _as_written(tree, name, context)
        case _:
            with_children(tree, lambda child: _check(child, name, context))
    return tree


def _simple(leaf: Stem | Pattern | Phrase, context: Context) -> None:
    budget, text = tables().budget, leaf.text
    signs = len(_signs(text))
    if signs > budget.max_signs or len(text) > budget.max_truncated:
        shown = shown_term(print_tree(leaf))
        message = f"“{shown}” is truncated in {signs} places and has {len(text)} characters"
        advice = (
            f"A truncated term may be truncated in {budget.max_signs} places"
            f" and have {budget.max_truncated} characters."
        )
        context.problem("truncation-too-long", message, leaf.span, advice)


def _dropped(leaf: Phrase | Whole, context: Context) -> None:
    message = (
        f"* in {print_tree(leaf)} stands for nothing: truncated words of a phrase have 3 letters"
    )
    context.notes.warn("star-left-out", message, leaf.span)


def _enough(leaf: Stem | Pattern, context: Context) -> None:
    budget, text = tables().budget, leaf.text
    if has_cjk(text):
        return
    if isinstance(leaf, Pattern) and text.startswith("*"):
        need, found, where = (
            (budget.min_stem_left, longest(text), "after")
            if is_left(text)
            else (budget.min_stem_inside, longest(text), "side by side beside")
        )
    else:
        need, found, where = budget.min_stem_latin, opening(text), "before"
    if found < need:
        message = f"“{print_tree(leaf)}” would match too many words"
        advice = f"Write at least {need} letters {where} *."
        context.problem("stem-too-short", message, leaf.span, advice)


def _left(leaf: Pattern, name: str | None, context: Context) -> None:
    if has_cjk(leaf.text) or (name and context.vocabulary.kind(name) != "text"):
        return
    if not scope_of(context.vocabulary, name).matching("left", "latin"):
        place = f"{name}:" if name else "this index"
        message = f"“{leaf.text}”: {place} is not searched by the ends of words"
        without = f"without {name}:, or " if name else ""
        advice = f"Write it {without}with the beginning of the word."
        context.problem("left-truncation", message, leaf.span, advice)


def _as_written(leaf: Exact, name: str | None, context: Context) -> None:
    script: Script = "cjk" if has_cjk(getattr(leaf.leaf, "text", "")) else "latin"
    if name and context.vocabulary.kind(name) != "text":
        return
    if not scope_of(context.vocabulary, name).matching("exact", script):
        place = f"{name}:" if name else "this index"
        message = f"“{print_tree(leaf)}”: {place} is not searched by the very characters"
        advice = f"Write {print_tree(leaf.leaf)} without =."
        context.problem("exact-unknown", message, leaf.span, advice)
