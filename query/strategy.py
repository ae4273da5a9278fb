"""A search strategy: a file of queries that build on each other, and what each line finds."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from base.errors import UsageFailure
from query.compiler import compile_tree
from query.errors import QueryError
from query.live import ask, live_definition
from query.notes import Note  # noqa: TC001 - msgspec reads the annotation
from query.reading import Reading, parse
from query.width import Width  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from engine import Connection
    from mappings.model import QueryDefinition
    from query.tokens import OperatorSet
    from query.tree import Tree

_COMMENT = re.compile(r"(?:^|\s)//(?:\s.*)?$")
_LABEL = re.compile(r"\s*(?:[#S](\d{1,4})[.:)]?|(\d{1,4})[.)])\s+(?=\S)")
_SET = re.compile(r"\bS(?=\d{1,4}\b)")


class StrategyError(UsageFailure):
    """A strategy cannot be run: one of its lines is no query, or it has none."""

    code = "strategy"


class Line(NamedTuple):
    """A query of a strategy; ``row`` counts the lines of the file, from 1."""

    number: int
    text: str
    row: int


class LineFound(msgspec.Struct, frozen=True):
    """What a line found: ``total`` is exact."""

    number: int
    text: str
    reading: str
    total: int
    repairs: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()


class StrategyRun(msgspec.Struct, frozen=True):
    """A strategy with the counts of a day, and the index that gave them."""

    date: str  # UTC, ISO 8601
    index: str
    index_fingerprint: str
    query_fingerprint: str
    width: Width
    lines: tuple[LineFound, ...]


def read_strategy(text: str) -> list[Line]:
    """The lines of a strategy: numbered (``3.``, ``#3``, ``S3``) where every line is, else from 1.

    ``//`` begins a comment, at the beginning of a line or behind a space. ``S3`` in a query is
    ``#3`` where lines are numbered.

    Raises:
        StrategyError: there is no line in it.
    """
    rows = enumerate((_COMMENT.sub("", line).strip() for line in text.splitlines()), 1)
    kept = [(row, line) for row, line in rows if line]
    if not kept:
        raise StrategyError("the strategy has no lines", hint="Write a query a line.")
    labels = [_LABEL.match(line) for _, line in kept]
    numbers = [int(label[1] or label[2]) for label in labels if label]
    rising = all(one < other for one, other in pairwise(numbers))
    if len(numbers) < len(kept) or not rising:
        return [Line(number, line, row) for number, (row, line) in enumerate(kept, 1)]
    return [
        Line(number, _SET.sub("#", line[label.end() :]), row)
        for number, label, (row, line) in zip(numbers, labels, kept, strict=True)
        if label
    ]


def run_strategy(
    connection: Connection,
    alias: str,
    lines: Sequence[Line],
    *,
    width: Width = "standard",
    operators: Collection[OperatorSet] = (),
) -> StrategyRun:
    """Count what every line finds in the live index, in one request.

    Raises:
        StrategyError: lines that cannot be searched for; the first is told, the others counted.
        NoIndexError: nothing has been built.
        engine.NodeUnreachable: Elasticsearch does not answer.
    """
    from datetime import UTC, datetime

    definition = live_definition(connection, alias)
    readings = read_lines(lines, definition, width=width, operators=operators)
    totals = _totals(connection, alias, readings, definition)
    index = next(iter(ask(connection, "GET", f"/{alias}/_alias", alias)))
    return StrategyRun(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        index=index,
        index_fingerprint=definition.index_fingerprint,
        query_fingerprint=definition.query_fingerprint,
        width=width,
        lines=tuple(
            LineFound(line.number, line.text, read.reading, total, read.repairs, read.warnings)
            for line, read, total in zip(lines, readings, totals, strict=True)
        ),
    )


def read_lines(
    lines: Sequence[Line],
    definition: QueryDefinition,
    *,
    width: Width,
    operators: Collection[OperatorSet] = (),
) -> list[Reading]:
    """Every line read, with the lines above it as sets.

    Raises:
        StrategyError: lines that cannot be searched for.
    """
    readings: list[Reading] = []
    sets: dict[int, Tree] = {}
    wrong: list[tuple[Line, QueryError]] = []
    for line in lines:
        try:
            read = parse(line.text, definition, width=width, operators=operators, lines=dict(sets))
        except QueryError as error:
            wrong.append((line, error))
            continue
        readings.append(read)
        sets[line.number] = read.tree
    if wrong:
        line, first = wrong[0]
        more = f" (and {len(wrong) - 1} more lines)" if len(wrong) > 1 else ""
        where = f"line {line.row}, #{line.number}"
        raise StrategyError(f"{where}: {first.message}{more}", hint=first.hint)
    return readings


def _totals(
    connection: Connection, alias: str, readings: Sequence[Reading], definition: QueryDefinition
) -> list[int]:
    body: list[dict[str, object]] = []
    for read in readings:
        query = compile_tree(read.tree, definition, read.width)
        body += [{}, {"query": query, "size": 0, "track_total_hits": True}]
    answer = ask(connection, "POST", f"/{alias}/_msearch", alias, body)
    return [each["hits"]["total"]["value"] for each in answer["responses"]]


def changes(before: StrategyRun, now: StrategyRun) -> list[str]:
    """What is otherwise than in an earlier run, a sentence each; empty where nothing is."""
    found = []
    for name in ("index", "index_fingerprint", "query_fingerprint", "width"):
        was, is_ = getattr(before, name), getattr(now, name)
        if was != is_:
            found.append(f"{name.replace('_', ' ')}: {is_}, was {was}")
    old = {line.number: line for line in before.lines}
    for line in now.lines:
        was_line = old.pop(line.number, None)
        if was_line is None:
            found.append(f"#{line.number}: new")
        elif was_line.reading != line.reading:
            found.append(f"#{line.number}: asks {line.reading}, asked {was_line.reading}")
        elif was_line.total != line.total:
            found.append(f"#{line.number}: {line.total} titles, were {was_line.total}")
    return [*found, *(f"#{number}: gone" for number in old)]
