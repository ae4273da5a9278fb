"""The orders of hits: by relevance, by a value, by a collation key in one of its collations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from query.errors import RequestError
from query.tables import SortRow, tables
from query.vocabulary import property_path

if TYPE_CHECKING:
    from mappings.model import QueryDefinition

_TIE = "title_id"
RELEVANCE = "_score"


def known_order(order: str) -> SortRow:
    """The row of an order such as ``year`` or ``title:stroke``, whatever its collation.

    Raises:
        RequestError: there is no such order.
    """
    name = order.partition(":")[0]
    if name not in tables().sort:
        orders = ", ".join(tables().sort)
        raise RequestError(f"there is no order {name}", hint=f"Orders are {orders}.")
    return tables().sort[name]


def sort_clause(order: str, collation: str, definition: QueryDefinition) -> list[dict[str, Any]]:
    """The ``sort`` of a request; equal titles stand in the order of their ids.

    Args:
        order: the name of an order, with its collation after a colon or without.
        collation: for an order that has several and names none.
        definition: of the index that is asked.

    Raises:
        RequestError: the index has no such collation.
    """
    row = known_order(order)
    _, colon, named = order.partition(":")
    collations = _collations(row.field, definition)
    if colon and named not in collations:
        raise _no_collation(order, collations)
    path = row.field
    if collations:
        path = collations.get(named or collation) or next(iter(collations.values()))
    tie = {_TIE: {"order": "asc"}}
    if row.field == RELEVANCE:
        return [{RELEVANCE: {"order": row.order}}, tie]
    # by the least of several values either way: of several years it is the one that is shown
    return [{path: {"order": row.order, "mode": "min", "missing": "_last"}}, tie]


def _collations(name: str, definition: QueryDefinition) -> dict[str, str]:
    """The name of each collation of a field, and its property."""
    tiers = next((field.tiers for field in definition.fields if field.name == name), ())
    entries = (definition.tiers[tier] for tier in tiers)
    return {
        entry.property: property_path(name, entry.property) for entry in entries if entry.collation
    }


def _no_collation(order: str, collations: dict[str, str]) -> RequestError:
    name = order.partition(":")[0]
    if collations:
        offered = ", ".join(f"{name}:{collation}" for collation in collations)
        return RequestError(f"there is no order {order}", hint=f"Orders are {name}, {offered}.")
    return RequestError(
        f"the live catalogue has one order by {name}, not {order}",
        hint=f"Sort by {name}; orders by title and author come with the next `hkall reindex`.",
    )
