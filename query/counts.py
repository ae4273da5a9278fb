"""How many titles each part of a query finds, and the other reading of a mixed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from query.compiler import compile_tree
from query.notes import Note
from query.printer import print_tree
from query.tree import And, Boost, Field, Not, Or

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mappings.model import QueryDefinition
    from query.reading import Reading
    from query.tree import Tree

_COUNTS, _OTHER = "clause_counts", "other"
MOST = 50
"""Parts that are counted, the first of the query."""


class ClauseCount(msgspec.Struct, frozen=True):
    """A part of the query, as its reading prints it, and the titles that it finds by itself."""

    clause: str
    total: int


class Beside(NamedTuple):
    """What is said beside the hits: counts of the parts, and the warnings with theirs."""

    counts: tuple[ClauseCount, ...]
    warnings: tuple[Note, ...]


def clauses(tree: Tree) -> dict[str, Tree]:
    """The parts of a query by their text, each before what it is part of; at most ``MOST``."""
    return dict(list(_parts(tree).items())[:MOST])


def _parts(tree: Tree) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    _collect(tree, None, found)
    return found


def _collect(tree: Tree, name: str | None, found: dict[str, Tree]) -> None:
    match tree:
        case And(children) | Or(children):
            for child in children:
                _collect(child, name, found)
            _add(tree, name, found)
        case Not(child) | Boost(child):
            _collect(child, name, found)
        case Field(field, child):
            _collect(child, field, found)
        case _:
            _add(tree, name, found)


def _add(tree: Tree, name: str | None, found: dict[str, Tree]) -> None:
    whole: Tree = Field(name, tree) if name else tree
    found.setdefault(print_tree(whole), whole)


def count_aggregation(
    reading: Reading, definition: QueryDefinition, *, counts: bool
) -> dict[str, Any]:
    """An aggregation over all titles: the parts where asked for, and the other reading.

    Raises:
        QueryNotExpressible: a part has more clauses than Elasticsearch would take.
    """
    parts = clauses(reading.tree) if counts else {}
    asked = {f"c{at}": tree for at, tree in enumerate(parts.values())}
    if reading.other is not None:
        asked[_OTHER] = reading.other
    if not asked:
        return {}
    filters = {name: compile_tree(tree, definition, reading.width) for name, tree in asked.items()}
    inner = {_COUNTS: {"filters": {"filters": filters}}}
    return {_COUNTS: {"global": {}, "aggs": inner}}


def take_counts(answer: dict[str, Any], reading: Reading) -> Beside:
    """The counts out of an answer's aggregations, and the warnings with the other reading's."""
    counted = answer.get("aggregations", {}).pop(_COUNTS, None)
    if counted is None:
        return Beside((), reading.warnings)
    totals = {name: each["doc_count"] for name, each in counted[_COUNTS]["buckets"].items()}
    other = totals.pop(_OTHER, None)
    parts = zip(clauses(reading.tree), totals.values(), strict=False)
    warnings = with_other_total(reading.warnings, other)
    every = len(_parts(reading.tree)) if totals else 0
    if every > MOST:
        message = f"the first {MOST} of {every} parts are counted"
        warnings += (Note("counts-cut", message, 0, len(reading.text)),)
    return Beside(tuple(ClauseCount(*part) for part in parts), warnings)


def with_other_total(warnings: Iterable[Note], other: int | None) -> tuple[Note, ...]:
    """The warnings of a reading; the one of its other reading says how many titles that finds."""
    return tuple(_with_total(note, other) for note in warnings)


def _with_total(note: Note, other: int | None) -> Note:
    if note.code != "mixed" or other is None:
        return note
    return msgspec.structs.replace(note, message=f"{note.message}, and find {other} titles")
