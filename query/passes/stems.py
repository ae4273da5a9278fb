"""Pass: truncation stands at the end of a term, behind enough of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mappings.scripts import has_cjk
from query.tables import tables
from query.tree import Stem, Word, leaves

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Leaf, Tree


def check_stems(tree: Tree, context: Context) -> Tree:
    """The tree as it is; ``*sharp``, ``a*b`` and ``a*`` are problems."""
    for leaf in leaves(tree):
        if isinstance(leaf, Word | Stem):
            _check(leaf, context)
    return tree


def _check(leaf: Word | Stem, context: Context) -> None:
    if "*" in leaf.text or "＊" in leaf.text:
        message = f"“{_written(leaf)}”: * stands for the end of a word only"
        advice = f'Move * to the end, or search for the characters themselves: "{_written(leaf)}"'
        context.problem("truncation-inside", message, leaf.span, advice)
    elif isinstance(leaf, Stem) and _length(leaf.text) < _least(leaf.text):
        least = _least(leaf.text)
        message = f"“{leaf.text}*” would match too many words"
        advice = f"Write at least {least} letters before *."
        context.problem("stem-too-short", message, leaf.span, advice)


def _written(leaf: Leaf) -> str:
    return f"{leaf.text}*" if isinstance(leaf, Stem) else getattr(leaf, "text", "*")


def _length(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _least(text: str) -> int:
    budget = tables().budget
    return budget.min_stem_cjk if has_cjk(text) else budget.min_stem_latin
