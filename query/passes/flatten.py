"""Pass: chains of one operator become one node; a node over one child becomes the child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.tree import And, Or, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def flatten(tree: Tree, context: Context) -> Tree:
    """``a AND (b AND c)`` to ``a AND b AND c``; the same titles match."""
    tree = with_children(tree, lambda child: flatten(child, context))
    if not isinstance(tree, And | Or):
        return tree
    kind, children = type(tree), tree.children
    if len(children) > 1 and not any(isinstance(child, kind) for child in children):
        return tree
    merged = _merge(children, kind)
    return merged[0] if len(merged) == 1 else kind(merged, span=tree.span)


def _merge(children: tuple[Tree, ...], kind: type[And | Or]) -> tuple[Tree, ...]:
    merged: list[Tree] = []
    for child in children:
        if isinstance(child, kind):
            merged += child.children
        else:
            merged.append(child)
    return tuple(merged)
