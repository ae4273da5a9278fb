"""A checked tree to Elasticsearch's query DSL.

Boolean structure stands above the leaves, so that ``a AND b`` may find ``a`` in one field and
``b`` in another. A leaf has a match (``must``: which titles) and, up to a number of leaves, a
score (``should``: every field and tier that ranks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from query import leaves
from query.coded import coded
from query.dsl import best_of, count_clauses, either, limit, only_filters, term_beyond
from query.errors import Problem, QueryNotExpressible, shown_term
from query.proximity import near
from query.scope import scope_of
from query.tables import tables
from query.tree import NOWHERE, And, Boost, Everything, Field, Line, Near, Not, Or, Phrase, Word
from query.tree import leaves as leaves_of
from query.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mappings.model import QueryDefinition
    from query.dsl import Dsl
    from query.scope import Scope
    from query.tree import Leaf, Tree
    from query.vocabulary import Vocabulary
    from query.width import Width


def compile_tree(tree: Tree, definition: QueryDefinition, width: Width = "wide") -> Dsl:
    """The Elasticsearch query of a tree that ``query.parse`` has checked.

    Fields and tiers rank where the budget allows it: not with many leaves, nor with long ones.
    What matches is the same either way.

    Raises:
        QueryNotExpressible: it has more clauses than Elasticsearch would take.
    """
    vocabulary, budget = vocabulary_of(definition), tables().budget
    few = sum(1 for _ in leaves_of(tree)) <= budget.scored_leaves
    query = _Compiler(vocabulary, width, scored=few).root(tree)
    if few and count_clauses(query) > budget.max_clauses:
        query = _Compiler(vocabulary, width, scored=False).root(tree)
    _refuse_beyond(budget.max_clauses, query, width)
    return query


class _Compiler:
    """Compiles nodes; ``scored``: leaves rank by their fields, beside matching."""

    def __init__(self, vocabulary: Vocabulary, width: Width, *, scored: bool) -> None:
        self.vocabulary = vocabulary
        self.width = width
        self.scored = scored

    def root(self, tree: Tree) -> Dsl:
        """The whole query; a title that is the words asked for, and no more, ranks first."""
        query = self.tree_query(tree)
        text = _plain_text(tree)
        whole = leaves.whole(text, self.vocabulary.headings) if text else []
        return {"bool": {"must": [query], "should": whole}} if whole else query

    def tree_query(self, tree: Tree, name: str | None = None) -> Dsl:
        """The query of a node, in the fields of ``name`` or in the group of unfielded terms."""
        match tree:
            case And(children, others=others):
                return self.or_others(self.conjunction(children, name), others, name)
            case Or(children):
                return self.alternatives(children, name)
            case Not(child):
                return {"bool": {"must_not": [self.excluded(child, name)]}}
            case Field(field_name, child):
                return self.tree_query(child, field_name)
            case Boost(child, factor):
                return self.boosted(self.tree_query(child, name), factor)
            case Near():
                return near(tree, scope_of(self.vocabulary, name))
            case Word(others=others) | Phrase(others=others):
                return self.or_others(self.leaf(tree, name), others, name)
            case Line(found=found) if found is not None:
                return self.tree_query(found)
            case _:
                return self.leaf(tree, name)

    def conjunction(self, children: Sequence[Tree], name: str | None) -> Dsl:
        """AND: what excludes and what only limits stand apart from what ranks."""
        parts: dict[str, list[Dsl]] = {"must": [], "filter": [], "must_not": []}
        for child in children:
            if isinstance(child, Not):
                parts["must_not"].append(self.excluded(child.child, name))
                continue
            query = self.tree_query(child, name)
            limits = only_filters(query)
            parts["filter" if limits else "must"] += limits or [query]
        return {"bool": {kind: queries for kind, queries in parts.items() if queries}}

    def alternatives(self, children: Sequence[Tree], name: str | None) -> Dsl:
        """OR; alternatives that only limit are a limit together."""
        queries = [self.tree_query(child, name) for child in children]
        filters = [only_filters(query) for query in queries]
        if all(len(inner) == 1 for inner in filters):
            return limit([inner[0] for inner in filters])
        return either(queries)

    def or_others(self, query: Dsl, others: Sequence[Phrase], name: str | None) -> Dsl:
        """A heading, or one of its other forms; the best of them ranks."""
        return best_of([query, *(self.leaf(other, name) for other in others)])

    def boosted(self, query: Dsl, factor: float) -> Dsl:
        """A query that ranks so many times as much; what only limits does not rank."""
        return query if only_filters(query) else {"bool": {"must": [query], "boost": factor}}

    def excluded(self, tree: Tree, name: str | None) -> Dsl:
        """What NOT takes away: it matches like anything else, but nothing ranks by it."""
        return _Compiler(self.vocabulary, self.width, scored=False).tree_query(tree, name)

    def leaf(self, leaf: Leaf, name: str | None) -> Dsl:
        """A leaf: a match that a score may raise but never widens."""
        if isinstance(leaf, Everything):
            return self.everything(name)
        if name is not None and self.vocabulary.kind(name) != "text":
            return coded(leaf, self.vocabulary.fields(name))
        scope = scope_of(self.vocabulary, name)
        query = leaves.match(leaf, scope, self.width)
        score = self.score(leaf, scope) if self.scored else []
        return {"bool": {"must": [query], "should": score}} if score else query

    def everything(self, name: str | None) -> Dsl:
        """Every title; below a name, every title that has one of its fields."""
        if name is None:
            return {"match_all": {"boost": 0}}
        return limit([{"exists": {"field": field.name}} for field in self.vocabulary.fields(name)])

    def score(self, leaf: Leaf, scope: Scope) -> list[Dsl]:
        """What ranks a leaf; of a name's fields also whether the whole value is the leaf."""
        found = leaves.score(leaf, scope)
        if not scope.grouped and isinstance(leaf, Word | Phrase):
            found += leaves.whole(leaf.text, scope.scoring("whole", leaves.script_of(leaf)))
        return found


def _without_groups(tree: Tree) -> list[Tree]:
    """The parts of an AND; words that are a heading stand in a group of their own."""
    children = tree.children if isinstance(tree, And) else (tree,)
    return [p for c in children for p in (c.children if isinstance(c, And) else (c,))]


def _plain_text(tree: Tree) -> str:
    """The words of a query that is words and phrases only; else nothing."""
    parts = _without_groups(tree)
    words = [part for part in parts if not isinstance(part, Field)]
    if not words or not all(isinstance(part, Word | Phrase) for part in words):
        return ""
    return " ".join(part.text for part in words if isinstance(part, Word | Phrase))


def _refuse_beyond(most: int, query: Dsl, width: Width) -> None:
    clauses = count_clauses(query)
    if clauses > most:
        message = f"the query needs {clauses} clauses, more than the {most} that a search may have"
        term = term_beyond(query, most)
        if term:
            message += f", from “{shown_term(term)}” on"
        narrower = ", or with --advanced, which asks less of each" if width == "wide" else ""
        advice = f"Search fewer or shorter terms at once, or without field names{narrower}."
        raise QueryNotExpressible("", [Problem("too-costly", message, NOWHERE, advice)])
