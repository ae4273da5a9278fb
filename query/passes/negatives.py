"""Pass: a query that only excludes finds nearly everything; it is answered, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.tree import And, Not

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def warn_negative(tree: Tree, context: Context) -> Tree:
    """The tree as it is; a warning where nothing in it asks for a title."""
    parts = tree.children if isinstance(tree, And) else (tree,)
    if all(isinstance(part, Not) for part in parts):
        message = "the query only excludes: every other title of the catalogue is found"
        context.notes.warn("only-not", message, tree.span)
    return tree
