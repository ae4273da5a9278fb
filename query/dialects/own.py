"""What our own language cannot say of other systems' queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.dialects.nodes import Heading
from query.tree import leaves

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
