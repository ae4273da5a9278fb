"""The parts of Elasticsearch's query DSL that the compiler is made of, and what they cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mappings.scripts import CJK
from query.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Dsl = dict[str, Any]
_CUT = 255  # characters of a word that the standard tokenizer keeps together
_words = re.compile(rf"[{CJK}]|[^\W_{CJK}]+").findall


def word_count(text: str) -> int:
    """Words of a text, each CJK character being one; a very long word counts as its pieces."""
    return sum(1 + len(word) // _CUT for word in _words(text))


class Path(NamedTuple):
    """A property to ask, and how much a match there weighs."""

    path: str
    weight: float


def multi(text: str, paths: Iterable[Path], **how: Any) -> Dsl:  # noqa: ANN401 - parts of the DSL
    """One text in several properties, analysed for each as its values were."""
    fields = [path if weight == 1 else f"{path}^{weight:g}" for path, weight in paths]
    tie = {"tie_breaker": tables().ranking.tie_breaker} if len(fields) > 1 else {}
    return {"multi_match": {"query": text, "fields": fields, **how, **tie}}


def phrase(text: str, paths: Iterable[Path], *, slop: int = 0) -> Dsl:
    """All of the text in one property, in its order; ``slop``: how far it may be apart."""
    apart = {"slop": slop} if slop else {}
    return multi(text, paths, type="phrase", **apart)


def words(text: str, paths: Iterable[Path]) -> Dsl:
    """All of the text in one property, in any order."""
    return multi(text, paths, type="best_fields", operator="and")


def keyed(keys: Sequence[str], paths: Iterable[Path]) -> list[Dsl]:
    """One query a property: any of the keys, with the property's weight."""
    return [{"terms": {path: list(keys), "boost": weight}} for path, weight in paths]


def constant(query: Dsl, weight: float) -> Dsl:
    """A query whose score is its weight, however often and wherever its words stand."""
    return {"constant_score": {"filter": query, "boost": weight}}


def best_of(queries: Sequence[Dsl]) -> Dsl:
    """Any of the queries; the best one ranks."""
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": list(queries)}}


def either(queries: Sequence[Dsl]) -> Dsl:
    """Any of the queries; all that match rank."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def limit(queries: Sequence[Dsl]) -> Dsl:
    """Queries any of which will do and that do not rank."""
    return {"bool": {"filter": list(queries) if len(queries) == 1 else [either(queries)]}}


def only_filters(query: Dsl) -> list[Dsl]:
    """What a query that only limits is made of; empty for one that ranks."""
    inner = query.get("bool", {})
    return inner["filter"] if list(inner) == ["filter"] else []


def count_clauses(query: Any) -> int:  # noqa: ANN401 - any part of the DSL
    """Clauses as Elasticsearch counts them, or more: one a field and word (or CJK character)."""
    if isinstance(query, list):
        return sum(map(count_clauses, query))
    if not isinstance(query, dict):
        return 0
    asked = query.get("multi_match")
    if asked:
        return len(asked["fields"]) * word_count(asked["query"])
    # terms are one set, however many keys
    return 1 if "terms" in query else sum(map(count_clauses, query.values())) or 1


def term_beyond(query: Dsl, most: int) -> str:
    """The text with which a query has more clauses than so many; empty where none of them has a text."""
    clauses = 0
    for text, cost in _texts(query):
        clauses += cost
        if clauses > most:
            return text
    return ""


def _texts(query: Any) -> Iterator[tuple[str, int]]:  # noqa: ANN401 - any part of the DSL
    """Each text that is asked for, and its clauses with those behind it that have no text."""
    match query:
        case {"multi_match": {"query": text}}:
            yield text, count_clauses(query)
        case dict():
            for value in query.values():
                yield from _texts(value)
        case list():
            for value in query:
                yield from _texts(value)
