"""Queries that were perhaps meant, where the one that was asked finds nothing, or next to nothing.

Terms are compared with the headings of the index (a title or name that differs in a character or
two), CJK terms with every stretch of its headings, Latin words with its words. A corrected query is
offered only if it finds titles.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from mappings.scripts import has_cjk
from mappings.suggestions import typed_key
from query.compiler import compile_tree
from query.correction import Correction
from query.errors import QueryError
from query.live import ask
from query.near import near_terms
from query.reading import parse
from query.suggest import FIELDS
from query.tables import tables
from query.tree import NOWHERE, And, Field, Or, Phrase, Span, Word
from query.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine import Connection
    from mappings.model import QueryDefinition
    from query.near import Candidate
    from query.reading import Reading
    from query.searching import SearchRequest
    from query.tree import Tree
    from query.vocabulary import Vocabulary


class Term(NamedTuple):
    """A stretch of the query that may be wrong.

    ``quoted``: what takes its place is put in quotation marks, because it must stay one term.
    ``alone``: it is no word among others that are looked at together.
    """

    text: str
    span: Span
    quoted: bool = False
    alone: bool = True


class Change(NamedTuple):
    """A term and what stands in its place: how far from it, of which rank, how much speaks for it."""

    span: Span
    text: str
    distance: int
    rank: int
    weight: float


def corrections(
    connection: Connection,
    alias: str,
    request: SearchRequest,
    reading: Reading,
    definition: QueryDefinition,
    total: int,
) -> tuple[Correction, ...]:
    """The queries that find more, the best first; empty where nothing near does.

    Args:
        connection: to Elasticsearch.
        alias: of the titles.
        request: what was asked.
        reading: how it was read.
        definition: of the index.
        total: how many titles it finds; with enough of them nothing is looked for.
    """
    row = tables().corrections
    fields = {field.name for field in definition.fields}
    if total >= row.enough or not fields.issuperset(FIELDS.values()):  # an older index has none
        return ()
    vocabulary = vocabulary_of(definition)
    terms = list(islice(_terms(reading.tree, reading.text, vocabulary), row.terms + 1))
    if not terms or len(terms) > row.terms:
        return ()
    changes = _changes(connection, alias, terms, vocabulary)
    texts = _corrected(reading.text, changes)
    counted = _count(connection, alias, request, texts, definition)
    found = [c for c in counted if c.total > total * row.times]
    return tuple(found[: row.offered])


def _terms(tree: Tree, text: str, vocabulary: Vocabulary) -> Iterator[Term]:
    """What a reader may have misspelt: words and phrases that titles must have.

    Words side by side come as a whole first: a title that is misspelt may be all of them.
    """
    match tree:
        case And(children):
            plain = [c for c in children if isinstance(c, Word | Phrase) and c.span != NOWHERE]
            if len(plain) > 1 and len(plain) == sum(c.span != NOWHERE for c in children):
                span = Span(plain[0].span.start, plain[-1].span.end)
                yield Term(" ".join(child.text for child in plain), span)
            for child in children:
                for term in _terms(child, text, vocabulary):
                    yield term._replace(alone=False)
        case Or(children):
            for child in children:
                yield from _terms(child, text, vocabulary)
        case Field(name, child) if vocabulary.kind(name) == "text":
            yield from (term._replace(quoted=True) for term in _terms(child, text, vocabulary))
        case Word(word) | Phrase(word) if tree.span != NOWHERE:
            yield Term(word, tree.span, quoted=isinstance(tree, Phrase))
        case _:
            return


def _changes(
    connection: Connection, alias: str, terms: Sequence[Term], vocabulary: Vocabulary
) -> list[list[Change]]:
    """For each term what it may have been; nothing for what the index has as it stands."""
    headings = {term.text for term in terms if term.alone or has_cjk(term.text)}
    near = near_terms(connection, alias, [term.text for term in terms], headings, vocabulary)
    return [_best(term, near[term.text]) for term in terms]


def _best(term: Term, near: Iterable[Candidate]) -> list[Change]:
    given = typed_key(term.text)
    changes: dict[str, Change] = {}
    for candidate in sorted(near, key=_likelier):
        text = _as_term(candidate.text, quoted=term.quoted)
        key = typed_key(candidate.text)
        if text and key != given:
            change = Change(term.span, text, candidate.distance, candidate.rank, candidate.weight)
            changes.setdefault(key, change)
    return list(changes.values())


def _likelier(one: Candidate | Change) -> tuple[bool, int, int, float]:
    """What to try first: words that the index has are the last that are wrong."""
    return (one.rank > 1, one.distance, one.rank, -one.weight)


_SIGNS = re.compile(r"[^\w\s'’ʻʼ\-&+#.]+|(?<!\w)[.\-]+|[.\-]+(?!\w)")


def _as_term(heading: str, *, quoted: bool) -> str:
    """A heading in the words of a query: without signs that mean something there."""
    words = " ".join(_SIGNS.sub(" ", heading).split())
    if not words:
        return ""
    if quoted and " " in words:
        return f'"{words}"'
    return re.sub(r"\b(AND|OR|NOT)\b", lambda match: match[0].lower(), words)


def _corrected(text: str, changes: Sequence[Sequence[Change]]) -> list[str]:
    """Corrected texts, the likeliest first: one change at a time, and the first of all together."""
    single = sorted(
        (change for of_term in changes for change in of_term), key=lambda c: (c.distance, c.rank)
    )
    firsts = [of_term[0] for of_term in changes if of_term]
    apart = _apart(firsts)
    proposals = [apart] if len(apart) > 1 else []
    proposals += [[change] for change in single]
    texts = dict.fromkeys(_replaced(text, proposal) for proposal in proposals)
    return list(islice(texts, tables().corrections.checked))


def _apart(changes: Iterable[Change]) -> list[Change]:
    """The changes that do not overlap, small terms before those that hold them."""
    kept: list[Change] = []
    for change in sorted(changes, key=lambda c: c.span.end - c.span.start):
        if all(change.span.end <= k.span.start or k.span.end <= change.span.start for k in kept):
            kept.append(change)
    return kept


def _replaced(text: str, changes: Iterable[Change]) -> str:
    for change in sorted(changes, key=lambda each: -each.span.start):
        text = text[: change.span.start] + change.text + text[change.span.end :]
    return text


def _count(
    connection: Connection,
    alias: str,
    request: SearchRequest,
    texts: Sequence[str],
    definition: QueryDefinition,
) -> list[Correction]:
    """The texts with the number of titles that each finds, in their order."""
    lines: list[dict[str, Any]] = []
    asked = []
    for text in texts:
        try:
            reading = parse(
                text,
                definition,
                request.limits,
                without=request.without,
                width=request.width,
                operators=request.operators,
                dialect=request.dialect,
            )
            query = compile_tree(reading.tree, definition, reading.width)
        except QueryError:
            continue
        asked.append(text)
        lines += [{}, {"query": query, "size": 0, "track_total_hits": True}]
    if not lines:
        return []
    answer = ask(connection, "POST", f"/{alias}/_msearch", alias, lines)
    return [
        Correction(text, response["hits"]["total"]["value"])
        for text, response in zip(asked, answer["responses"], strict=True)
        if "hits" in response
    ]
