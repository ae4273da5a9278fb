"""What our own language cannot say of other systems' queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.dialects.nodes import Heading
from query.terms import truncated_words
from query.tree import Phrase, leaves

_SIGNS = set("*?#")

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def note_losses(tree: Tree, context: Context) -> None:
    """Say of each heading what the catalogue does not know of it."""
    for leaf in leaves(tree):
        if not isinstance(leaf, Heading):
            continue
        if leaf.exploded:
            message = f"the catalogue does not search the narrower headings of “{leaf.text}”"
            context.notes.warn("lost-explode", message, leaf.span)
        if leaf.major:
            message = f"the catalogue does not tell main topics from others: “{leaf.text}”"
            context.notes.warn("lost-focus", message, leaf.span)


def note_short(tree: Tree, context: Context) -> None:
    """Say which truncated words of phrases have too few letters; a search has a pass for it."""
    for leaf in leaves(tree):
        if isinstance(leaf, Phrase):
            _note_short(leaf, context)


def _note_short(phrase: Phrase, context: Context) -> None:
    """Words of a phrase that are truncated after too few letters stand for themselves alone."""
    short = [
        word for word in phrase.text.split() if set(word) & _SIGNS and not truncated_words(word)
    ]
    if short:
        message = f"“{' '.join(short)}” in a phrase is not truncated: it has too few letters"
        context.notes.warn("lost-wildcard", message, phrase.span)
