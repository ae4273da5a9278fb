"""A checked tree to Elasticsearch's query DSL: the only stage that knows it.

Boolean structure stands above the leaves, so that ``a AND b`` may find ``a`` in one field and
``b`` in another. A leaf has a match (``must``: which titles) and, up to a number of leaves, a
score (``should``: every field and tier that ranks). All of a leaf matches in one tier, the
position-clean one of its script: a word that analysis cuts in two is a phrase.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mappings.keys import whole_key
from mappings.scripts import CJK, has_cjk, runs
from query.errors import Problem, QueryNotExpressible
from query.tables import tables
from query.tree import (
    NOWHERE,
    And,
    Everything,
    Field,
    Not,
    Or,
    Phrase,
    Range,
    Stem,
    Word,
    leaves,
)
from query.values import coded_value
from query.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mappings.model import QueryDefinition, QueryField, Script
    from query.tree import Leaf, Tree

Dsl = dict[str, Any]
_CUT = 255  # characters of a word that the standard tokenizer keeps together
_words = re.compile(rf"[{CJK}]|[^\W_{CJK}]+").findall


def compile_tree(tree: Tree, definition: QueryDefinition) -> Dsl:
    """The Elasticsearch query of a tree that ``query.parse`` has checked.

    Fields and tiers rank where the budget allows it: not with many leaves, nor with long ones.

    Raises:
        QueryNotExpressible: it has more clauses than Elasticsearch would take.
    """
    vocabulary, budget = Vocabulary(definition), tables().budget
    few = sum(1 for _ in leaves(tree)) <= budget.scored_leaves
    query = _Compiler(vocabulary, scored=few).root(tree)
    if few and _count(query) > budget.max_clauses:
        query = _Compiler(vocabulary, scored=False).root(tree)
    _refuse_beyond(budget.max_clauses, query)
    return query


class _Compiler:
    """Compiles nodes; ``scored``: leaves rank by their fields, beside matching."""

    def __init__(self, vocabulary: Vocabulary, *, scored: bool) -> None:
        self.vocabulary = vocabulary
        self.scored = scored

    def root(self, tree: Tree) -> Dsl:
        """The whole query; a title that is the words asked for, and no more, ranks first."""
        query = self.tree_query(tree)
        text = _plain_text(tree)
        whole = self.whole(text, self.vocabulary.definition.fields) if text else []
        return {"bool": {"must": [query], "should": whole}} if whole else query

    def tree_query(self, tree: Tree, name: str | None = None) -> Dsl:
        """The query of a node, in the fields of ``name`` or in the group of unfielded terms."""
        match tree:
            case And(children):
                return self.conjunction(children, name)
            case Or(children):
                return _any_of([self.tree_query(child, name) for child in children])
            case Not(child):
                return {"bool": {"must_not": [self.excluded(child, name)]}}
            case Field(field_name, child):
                return self.tree_query(child, field_name)
            case _ if name is not None:
                return self.field_leaf(tree, name)
            case _:
                return self.group_leaf(tree)

    def conjunction(self, children: Sequence[Tree], name: str | None) -> Dsl:
        """AND: what excludes and what only limits stand apart from what ranks."""
        parts: dict[str, list[Dsl]] = {"must": [], "filter": [], "must_not": []}
        for child in children:
            if isinstance(child, Not):
                parts["must_not"].append(self.excluded(child.child, name))
                continue
            query = self.tree_query(child, name)
            limits = _only_filters(query)
            parts["filter" if limits else "must"] += limits or [query]
        return {"bool": {kind: queries for kind, queries in parts.items() if queries}}

    def excluded(self, tree: Tree, name: str | None) -> Dsl:
        """What NOT takes away: it matches like anything else, but nothing ranks by it."""
        return _Compiler(self.vocabulary, scored=False).tree_query(tree, name)

    def group_leaf(self, leaf: Leaf) -> Dsl:
        """A leaf without a field: matched on the group, ranked by the fields of the group."""
        if isinstance(leaf, Everything):
            return {"match_all": {"boost": 0}}
        script = _script(leaf)
        boost = tables().ranking.group
        path = self.vocabulary.any_path("match", script)
        match = _leaf_query(leaf, script, [(path, boost)])
        fields = self.vocabulary.any_fields
        return self.ranked(match, self.score(leaf, script, fields, ("match",)))

    def field_leaf(self, leaf: Leaf, name: str) -> Dsl:
        """A leaf in the fields that carry a name."""
        fields = self.vocabulary.fields(name)
        if isinstance(leaf, Everything):
            return _limit([{"exists": {"field": field.name}} for field in fields])
        if self.vocabulary.kind(name) != "text":
            return _coded(leaf, fields)
        script = _script(leaf)
        paths = self.match_paths(fields, script)
        match = _leaf_query(leaf, script, paths)
        score = self.score(leaf, script, fields, ())
        if self.scored and isinstance(leaf, Word | Phrase):
            score += self.whole(leaf.text, fields)
        return self.ranked(match, score)

    def ranked(self, match: Dsl, score: list[Dsl]) -> Dsl:
        """A match that a score may raise but never widens."""
        return {"bool": {"must": [match], "should": score}} if score else match

    def match_paths(self, fields: Iterable[QueryField], script: Script) -> list[tuple[str, float]]:
        """The properties that decide whether a field matches, with the field's weight."""
        paths = ((self.vocabulary.path(field, "match", script), field.weight) for field in fields)
        return [(path, weight) for path, weight in paths if path]

    def score(
        self, leaf: Leaf, script: Script, fields: Iterable[QueryField], also: tuple[str, ...]
    ) -> list[Dsl]:
        """The clauses that only rank: tiers that score, and with ``also`` those that match."""
        if not self.scored or not isinstance(leaf, Word | Phrase | Stem):
            return []
        fields = list(fields)
        matching = self.match_paths(fields, script)
        if isinstance(leaf, Stem):
            return [_leaf_query(leaf, script, matching)] if also else []
        known = {path for path, _ in matching}
        scoring = [
            (path, weight)
            for field in fields
            for path, weight, keyed in self.vocabulary.paths(field, "score", script)
            if not keyed and (also or path not in known)
        ]
        phrase = isinstance(leaf, Phrase) and script == "latin"
        return [_multi_match(leaf.text, scoring, phrase=phrase)] if scoring else []

    def whole(self, text: str, fields: Iterable[QueryField]) -> list[Dsl]:
        """One clause that raises titles with a heading that is exactly this text."""
        script: Script = "cjk" if has_cjk(text) else "latin"
        queries = [
            {"constant_score": {"filter": {"term": {path: whole_key(text)}}, "boost": weight}}
            for field in fields
            if field.query == "text"
            for path, weight, keyed in self.vocabulary.paths(field, "whole", script)
            if keyed
        ]
        return [{"dis_max": {"queries": queries}}] if queries else []


def _plain_text(tree: Tree) -> str:
    """The words of a query that is words and phrases only; else nothing."""
    parts = tree.children if isinstance(tree, And) else (tree,)
    words = [part for part in parts if not isinstance(part, Field)]
    if not words or not all(isinstance(part, Word | Phrase) for part in words):
        return ""
    return " ".join(part.text for part in words if isinstance(part, Word | Phrase))


def _script(leaf: Leaf) -> Script:
    """CJK where there is any: the CJK tiers hold the Latin words of such values as well."""
    return "cjk" if has_cjk(getattr(leaf, "text", "")) else "latin"


def _leaf_query(leaf: Leaf, script: Script, paths: list[tuple[str, float]]) -> Dsl:
    match leaf:
        case Stem(text) if script == "latin":
            return _multi(text, paths, type="bool_prefix", operator="and")
        case Stem(text) if runs(text)[-1].script == "latin":
            return _multi(text, paths, type="phrase_prefix", max_expansions=1000)
        case Stem(text) | Word(text) | Phrase(text):
            return _multi_match(text, paths, phrase=True)
        case _:
            raise TypeError(leaf)


def _multi_match(text: str, paths: list[tuple[str, float]], *, phrase: bool) -> Dsl:
    if phrase:
        return _multi(text, paths, type="phrase")
    return _multi(text, paths, type="best_fields", operator="and")


def _multi(text: str, paths: list[tuple[str, float]], **how: Any) -> Dsl:  # noqa: ANN401 - parts of the DSL
    fields = [path if weight == 1 else f"{path}^{weight:g}" for path, weight in paths]
    tie = {"tie_breaker": tables().ranking.tie_breaker} if len(fields) > 1 else {}
    return {"multi_match": {"query": text, "fields": fields, **how, **tie}}


def _limit(queries: list[Dsl]) -> Dsl:
    """Queries any of which will do and that do not rank."""
    if len(queries) == 1:
        return {"bool": {"filter": queries}}
    return {"bool": {"filter": [{"bool": {"should": queries, "minimum_should_match": 1}}]}}


def _any_of(queries: list[Dsl]) -> Dsl:
    """OR; alternatives that only limit are a limit together."""
    filters = [_only_filters(query) for query in queries]
    if all(len(inner) == 1 for inner in filters):
        return _limit([inner[0] for inner in filters])
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _only_filters(query: Dsl) -> list[Dsl]:
    inner = query.get("bool", {})
    return inner["filter"] if list(inner) == ["filter"] else []


def _coded(leaf: Leaf, fields: Sequence[QueryField]) -> Dsl:
    """Codes, identifiers, years and days; an identifier ranks, the others only limit."""
    queries = [_value(leaf, field) for field in fields]
    if any(field.facet or field.query in ("year", "date") for field in fields):
        return _limit(queries)
    boost = tables().ranking.identifier
    ranked = [{"constant_score": {"filter": query, "boost": boost}} for query in queries]
    return ranked[0] if len(ranked) == 1 else {"dis_max": {"queries": ranked}}


def _value(leaf: Leaf, field: QueryField) -> Dsl:
    match leaf:
        case Range(low, high):
            return {"range": {field.name: _bounds(low, high, field)}}
        case Word(text) | Phrase(text) if field.query == "year":
            return {"term": {field.name: int(text)}}
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


def _refuse_beyond(most: int, query: Dsl) -> None:
    clauses = _count(query)
    if clauses > most:
        message = f"the query needs {clauses} clauses, more than the {most} that a search may have"
        advice = "Search fewer or shorter terms at once, or without field names."
        raise QueryNotExpressible("", [Problem("too-costly", message, NOWHERE, advice)])


def _count(query: Any) -> int:  # noqa: ANN401 - any part of the DSL
    """Clauses as Elasticsearch counts them, or more: one a field and word (or CJK character)."""
    match query:
        case {"multi_match": {"fields": fields, "query": text}}:
            return len(fields) * sum(1 + len(word) // _CUT for word in _words(text))
        case dict():
            return sum(map(_count, query.values())) or 1
        case list():
            return sum(map(_count, query))
        case _:
            return 0
