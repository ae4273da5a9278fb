"""Pass: a query that Elasticsearch would refuse is refused here, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.check import too_many_terms
from query.printer import print_tree
from query.tables import tables
from query.tree import And, Boost, Field, Line, Near, Not, Or, leaves

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def check_cost(tree: Tree, context: Context) -> Tree:
    """The tree as it is; too many terms or too many levels are problems."""
    budget = tables().budget
    found = list(leaves(tree))
    if len(found) > budget.max_leaves:
        beyond = found[budget.max_leaves]
        context.problems.append(too_many_terms(len(found), beyond.span, print_tree(beyond)))
    if _levels(tree) > budget.max_depth:
        message = f"AND, OR, NOT and sets within sets are more than {budget.max_depth} levels deep"
        advice = "Leave out brackets, split the query, or combine sets in one line: #1 OR #2 OR #3."
        context.problem("too-deep", message, tree.span, advice)
    return tree


def _levels(tree: Tree) -> int:
    match tree:
        case And(children) | Or(children) | Near(children):
            return 1 + max(map(_levels, children))
        case Not(child) | Boost(child):
            return 1 + _levels(child)
        case Field(_, child):
            return _levels(child)
        case Line(found=found) if found is not None:
            return _levels(found)
        case _:
            return 0
