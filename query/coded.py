"""Codes, identifiers, years and days to Elasticsearch's query: values that hold no words."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from query.dsl import best_of, constant, limit
from query.tables import tables
from query.tree import Phrase, Range, Stem, Word
from query.values import coded_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mappings.model import QueryField
    from query.dsl import Dsl
    from query.tree import Leaf

_LAST = "\U0010ffff"


def coded(leaf: Leaf, fields: Sequence[QueryField]) -> Dsl:
    """A leaf in fields of values; an identifier ranks, the others only limit."""
    queries = [_value(leaf, field) for field in fields]
    if any(field.facet or field.query in ("year", "date") for field in fields):
        return limit(queries)
    boost = tables().ranking.identifier
    return best_of([constant(query, boost) for query in queries])


def _value(leaf: Leaf, field: QueryField) -> Dsl:
    match leaf:
        case Range(low, high) if field.query == "prefix":
            return {"range": {field.name: _keys(low, high, field)}}
        case Range(low, high):
            return {"range": {field.name: _bounds(low, high, field)}}
        case Word(text) | Phrase(text) if field.query == "year":
            return {"term": {field.name: int(normalize("NFKC", text))}}
        case Word(text) | Phrase(text) if field.query == "term":
            return {"term": {field.name: coded_value(text, field.normaliser)}}
        case Word(text) | Phrase(text) | Stem(text):
            return {"prefix": {field.name: coded_value(text, field.normaliser)}}
        case _:
            raise TypeError(leaf)


def _bounds(low: str, high: str, field: QueryField) -> Dsl:
    ends = {"gte": low, "lte": high}
    as_number = field.query == "year"
    return {end: int(value) if as_number else value for end, value in ends.items() if value}


def _keys(low: str, high: str, field: QueryField) -> Dsl:
    """From a key on, up to the last one that begins with the other."""
    ends = {"gte": coded_value(low, field.normaliser), "lte": coded_value(high, field.normaliser)}
    found = {end: value for end, value in ends.items() if value}
    return found | ({"lte": f"{found['lte']}{_LAST}"} if "lte" in found else {})
