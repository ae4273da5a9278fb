"""Facets: how many of the titles found have each value of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mappings.codes import label_of
from query.errors import RequestError
from query.tables import FacetRow, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mappings.codes import Kind

ALL = "all"
_DECADE = 10
_TABLES: dict[str, Kind] = {
    "language": "languages",
    "format": "formats",
    "held_by": "institutions",
}


class FacetValue(msgspec.Struct, frozen=True):
    """One value: what to limit by, how to show it, how many titles have it."""

    value: str
    label: str
    label_zh: str
    count: int


def facet_names(asked: Iterable[str]) -> tuple[str, ...]:
    """The facets asked for, each once; ``all`` stands for every one.

    Raises:
        RequestError: there is no such facet.
    """
    known = tables().facet
    names: list[str] = []
    for name in asked:
        if name != ALL and name not in known:
            raise RequestError(
                f"there is no facet {name}",
                hint=f"Facets are {', '.join(known)}, or {ALL}.",
            )
        names += known if name == ALL else [name]
    return tuple(dict.fromkeys(names))


def aggregations(names: Iterable[str]) -> dict[str, Any]:
    """The aggregations of these facets."""
    return {name: _aggregation(tables().facet[name]) for name in names}


def _aggregation(row: FacetRow) -> dict[str, Any]:
    if row.kind == "decades":
        return {"histogram": {"field": row.field, "interval": _DECADE, "min_doc_count": 1}}
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": row.field, "size": row.size, "order": order}}


def facet_values(answer: Mapping[str, Any]) -> dict[str, list[FacetValue]]:
    """Values with labels, from Elasticsearch's aggregations by facet name."""
    return {name: _values(name, found["buckets"]) for name, found in answer.items()}


def _values(name: str, buckets: list[dict[str, Any]]) -> list[FacetValue]:
    row = tables().facet[name]
    if row.kind == "decades":
        newest = sorted(buckets, key=lambda bucket: -float(bucket["key"]))[: row.size]
        return [_decade(int(bucket["key"]), bucket["doc_count"]) for bucket in newest]
    return [_coded(row.field, str(bucket["key"]), bucket["doc_count"]) for bucket in buckets]


def _decade(first: int, count: int) -> FacetValue:
    value = f"{first:04}..{first + _DECADE - 1:04}"
    label = value.replace("..", "–")
    return FacetValue(value, label, label, count)


def _coded(field: str, value: str, count: int) -> FacetValue:
    if field not in _TABLES:
        return FacetValue(value, value, value, count)
    label = label_of(_TABLES[field], value)
    return FacetValue(value, label.en, label.zh, count)
