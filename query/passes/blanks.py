"""Pass: terms without a letter or digit (``&``, ``-``) are left out, and said."""

from __future__ import annotations

from dataclasses import replace
from operator import is_
from typing import TYPE_CHECKING

from mappings.scripts import has_cjk, has_latin
from query.tree import And, Boost, Exact, Field, Near, Not, Or, Phrase, Starts, Whole, Word

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def drop_blanks(tree: Tree, context: Context) -> Tree:
    """The tree without terms that no index holds.

    Where nothing is left, that is a problem, and the tree is returned as it was.
    """
    kept = _keep(tree, context, analysed=True)
    if kept is None:
        advice = "Write at least one word, number or character to look for."
        context.problem("nothing-to-search", "there is no word in it", tree.span, advice)
        return tree
    return kept


def _keep(tree: Tree, context: Context, *, analysed: bool) -> Tree | None:
    match tree:
        case And(children) | Or(children):
            kept = _children(children, context, analysed=analysed)
            if len(kept) == len(children) and all(map(is_, kept, children)):
                return tree
            return type(tree)(kept, span=tree.span) if kept else None
        case Near((first, second)):
            one = _keep(first, context, analysed=analysed)
            other = _keep(second, context, analysed=analysed)
            if one is first and other is second:
                return tree
            return replace(tree, children=(one, other)) if one and other else one or other
        case Field(name, child):
            text_field = context.vocabulary.kind(name) == "text"
            return _over(tree, _keep(child, context, analysed=text_field))
        case Not(child) | Boost(child):
            return _over(tree, _keep(child, context, analysed=analysed))
        case (
            Word(text)
            | Phrase(text)
            | Whole(text)
            | Starts(text)
            | Exact(Word(text) | Phrase(text))
        ) if analysed and not (has_cjk(text) or has_latin(text)):
            message = f"“{text}” has no letter or digit and was left out"
            context.notes.repair("left-out", message, tree.span)
            return None
        case _:
            return tree


def _over(tree: Field | Not | Boost, child: Tree | None) -> Tree | None:
    """The node over what is left of its child."""
    if child is tree.child:
        return tree
    return replace(tree, child=child) if child else None


def _children(children: tuple[Tree, ...], context: Context, *, analysed: bool) -> tuple[Tree, ...]:
    kept = (_keep(child, context, analysed=analysed) for child in children)
    return tuple(child for child in kept if child is not None)
