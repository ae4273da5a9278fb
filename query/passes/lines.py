"""Pass: ``#3`` gets the tree of line 3 of the strategy, and stays one leaf to all other passes.

What a set finds must not depend on its neighbours: were its words put beside theirs, headings and
readings would be looked for across the two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from query.printer import print_tree
from query.tree import (
    And,
    Field,
    Line,
    Near,
    Or,
    Pattern,
    Phrase,
    Stem,
    Word,
    with_children,
)

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Span, Tree


def set_lines(tree: Tree, context: Context) -> Tree:
    """The tree with the lines that its sets name.

    Outside a strategy ``#5`` beside words is a word (``symphony #5``), and said; else a problem.
    """
    if isinstance(tree, And) and context.lines is None and _beside_words(tree, context):
        return with_children(tree, lambda child: _word(child, context))
    return _set(tree, context, "")


def _beside_words(tree: And, context: Context) -> bool:
    return context.words_only and not all(isinstance(child, Line) for child in tree.children)


def _word(tree: Tree, context: Context) -> Tree:
    if not isinstance(tree, Line):
        return tree
    message = f"#{tree.number} was read as a word: there is no strategy whose line it could be"
    context.notes.warn("line-as-word", message, tree.span)
    return Word(str(tree.number), span=tree.span)


def _set(tree: Tree, context: Context, name: str) -> Tree:
    """``name``: the field that governs here, if any."""
    match tree:
        case Field(field):
            return with_children(tree, lambda child: _set(child, context, field))
        case Line(number, span=span):
            found = (context.lines or {}).get(number)
            _check(tree, context, name, known=found is not None)
            return replace(tree, found=_at(found, span)) if found is not None else tree
        case Near():
            return with_children(tree, lambda child: _beside_near(child, context, name))
        case _:
            return with_children(tree, lambda child: _set(child, context, name))


def _beside_near(tree: Tree, context: Context, name: str) -> Tree:
    """A set beside NEAR is its words written out, where it is alternatives: titles are near nothing."""
    if isinstance(tree, Or):
        return with_children(tree, lambda child: _beside_near(child, context, name))
    tree = _set(tree, context, name)
    if not (isinstance(tree, Line) and tree.found and _is_alternatives(tree.found)):
        return tree
    message = f"#{tree.number} was written out beside the proximity: {print_tree(tree.found)}"
    context.notes.repair("set-written-out", message, tree.span)
    return tree.found


def _is_alternatives(tree: Tree) -> bool:
    match tree:
        case Or(children):
            return all(map(_is_alternatives, children))
        case Field(_, child):
            return _is_alternatives(child) and not isinstance(child, Field)
        case _:
            return isinstance(tree, Word | Phrase | Stem | Pattern)


def _check(line: Line, context: Context, name: str, *, known: bool) -> None:
    if not known:
        known_lines = ", ".join(f"#{number}" for number in context.lines or {})
        message = f"there is no line #{line.number} above"
        advice = f"Lines are {known_lines}." if known_lines else "Sets are the lines of a strategy."
        quoted = f' For the words themselves write "{line.number}".'
        context.problem("unknown-line", message, line.span, advice + quoted)
    elif name:
        message = f"{name}: cannot govern #{line.number}, whose terms have fields of their own"
        advice = f"Write {name}: in line #{line.number}."
        context.problem("field-over-line", message, line.span, advice)


def _at(tree: Tree, span: Span) -> Tree:
    """The tree as if it stood where it is named: its own positions are of another text."""
    return with_children(replace(tree, span=span), lambda child: _at(child, span))
