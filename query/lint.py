"""Whether the tables of searching name what an index has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.orders import RELEVANCE
from query.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.model import QueryDefinition


def lint_tables(definition: QueryDefinition) -> Iterator[str]:
    """A sentence for each facet or order of search.toml whose field the index does not have."""
    fields = {field.name: field for field in definition.fields}
    for name, facet in tables().facet.items():
        if facet.field not in fields or not fields[facet.field].facet:
            yield f"the facet {name} counts {facet.field}, which the index has not as a facet"
    for name, order in tables().sort.items():
        if order.field != RELEVANCE and not (order.field in fields and fields[order.field].sort):
            yield f"the order {name} sorts by {order.field}, which the index has not as an order"
