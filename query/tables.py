"""The tables of ``search.toml``, typed: budget, ranking, facets, sort orders."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a query may cost, below every limit of Elasticsearch's own."""

    max_length: int
    max_leaves: int
    max_clauses: int
    max_depth: int
    scored_leaves: int
    max_distance: int
    min_stem_latin: int
    min_stem_left: int
    min_stem_inside: int
    max_signs: int
    max_truncated: int
    max_value: int
    window: int


class Ranking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights that belong to no field."""

    tie_breaker: float
    identifier: float
    exact: float
    reading: float
    derived: float
    group: float


class Matching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How leaves match."""

    wide_longest: int
    wide_slop: int


class FacetRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A facet: the field it counts, and how many values it lists."""

    field: str
    size: int
    kind: Literal["terms", "decades"] = "terms"


class SortRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sort order: titles without a value come last."""

    field: str
    order: Literal["asc", "desc"] = "asc"


class SuggestRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Suggestions: the most that are given, and how long a key is that may have letters wrong."""

    most: int
    more: int
    near_cjk: int
    near_latin: int
    near_latin_twice: int

    def edits(self, key: str) -> int:
        """Letters or characters that may be wrong in a key."""
        if not key.isascii():
            return 1 if len(key) >= self.near_cjk else 0
        return (len(key) >= self.near_latin) + (len(key) >= self.near_latin_twice)


class CorrectionsRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Corrected queries: when they are looked for, and how many."""

    enough: int
    times: int
    terms: int
    candidates: int
    checked: int
    offered: int


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything of ``search.toml``."""

    budget: Budget
    matching: Matching
    ranking: Ranking
    facet: dict[str, FacetRow]
    sort: dict[str, SortRow]
    suggest: SuggestRow
    corrections: CorrectionsRow


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, read once a process."""
    text = files("query").joinpath("search.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Tables)
