"""Pass: ``#3`` becomes what line 3 of the strategy asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.tree import And, Line, Word, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def replace_lines(tree: Tree, context: Context) -> Tree:
    """The tree with every set in its place.

    Outside a strategy ``#5`` beside words is a word (``symphony #5``), and said; else a problem.
    """
    if isinstance(tree, And) and context.lines is None and _beside_words(tree, context):
        return with_children(tree, lambda child: _word(child, context))
    return _replace(tree, context)


def _beside_words(tree: And, context: Context) -> bool:
    return context.words_only and not all(isinstance(child, Line) for child in tree.children)


def _word(tree: Tree, context: Context) -> Tree:
    if not isinstance(tree, Line):
        return tree
    message = f"#{tree.number} was read as a word: there is no strategy whose line it could be"
    context.notes.warn("line-as-word", message, tree.span)
    return Word(str(tree.number), span=tree.span)


def _replace(tree: Tree, context: Context) -> Tree:
    if not isinstance(tree, Line):
        return with_children(tree, lambda child: _replace(child, context))
    lines = context.lines or {}
    if tree.number in lines:
        return lines[tree.number]
    known = ", ".join(f"#{number}" for number in lines)
    message = f"there is no line #{tree.number} above"
    advice = f"Lines are {known}." if known else "Sets are the lines of a strategy."
    quoted = f' For the words themselves write "{tree.number}".'
    context.problem("unknown-line", message, tree.span, advice + quoted)
    return tree
