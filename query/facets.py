"""Facets: how many of the titles found have each value of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mappings.codes import KINDS, label_of
from query.errors import RequestError
from query.tables import FacetRow, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mappings.codes import Kind
    from mappings.model import QueryDefinition

ALL = "all"
_DECADE = 10


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


def facet_values(
    answer: Mapping[str, Any], definition: QueryDefinition
) -> dict[str, list[FacetValue]]:
    """Values with labels, from Elasticsearch's aggregations by facet name."""
    normalisers = {field.name: field.normaliser for field in definition.fields}
    found: dict[str, list[FacetValue]] = {}
    for name, counted in answer.items():
        row = tables().facet[name]
        kind = KINDS.get(normalisers.get(row.field, ""))
        found[name] = _values(row, kind, counted["buckets"])
    return found


def _values(row: FacetRow, kind: Kind | None, buckets: list[dict[str, Any]]) -> list[FacetValue]:
    if row.kind == "decades":
        newest = sorted(buckets, key=lambda bucket: -float(bucket["key"]))[: row.size]
        return [_decade(int(bucket["key"]), bucket["doc_count"]) for bucket in newest]
    return [_coded(kind, str(bucket["key"]), bucket["doc_count"]) for bucket in buckets]


def _decade(first: int, count: int) -> FacetValue:
    value = f"{first:04}..{first + _DECADE - 1:04}"
    label = value.replace("..", "–")
    return FacetValue(value, label, label, count)


def _coded(kind: Kind | None, value: str, count: int) -> FacetValue:
    if kind is None:
        return FacetValue(value, value, value, count)
    label = label_of(kind, value)
    return FacetValue(value, label.en, label.zh, count)
