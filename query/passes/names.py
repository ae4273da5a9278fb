"""Pass: every field under the first of its names; no field within a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.tree import Field, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def resolve_names(tree: Tree, context: Context) -> Tree:
    """``ti:`` and ``題名:`` become ``title:``; ``title:(a author:b)`` is a problem."""
    return _resolve(tree, context, within=None)


def _resolve(tree: Tree, context: Context, within: str | None) -> Tree:
    if not isinstance(tree, Field):
        return with_children(tree, lambda child: _resolve(child, context, within))
    if within is not None:
        message = f"{tree.name}: stands inside {within}:"
        advice = f"Close the brackets of {within}: before {tree.name}:"
        context.problem("field-in-field", message, tree.span, advice)
    name = context.vocabulary.canonical(tree.name)
    child = _resolve(tree.child, context, name)
    same = name == tree.name and child is tree.child
    return tree if same else Field(name, child, span=tree.span)
