"""Run a strategy: every line counted on one moment of the index, its titles kept or digested."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from query import QueryNotExpressible, compile_tree
from query.counts import with_other_total
from query.expansions import too_many_words
from strategies.errors import LineProblem, StrategyError
from strategies.model import VERSION, IndexReport, LineReport, Report
from strategies.reading import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from query import Note, View
    from query.dsl import Dsl
    from strategies.reading import ReadLine, ReadStrategy

KEPT_IDS = 10_000
"""Ids of one line that a report keeps; of a longer line it keeps the digest."""

EVERY_TITLE: Dsl = {"match_all": {}}


class _Ids(NamedTuple):
    kept: tuple[str, ...] | None
    digest: str
    total: int


def run(
    view: View,
    read: ReadStrategy,
    *,
    elasticsearch: str,
    keep: int | None = KEPT_IDS,
    done: Callable[[int], None] = lambda _: None,
) -> Report:
    """Count every line.

    Args:
        view: the live index at one moment.
        read: the strategy, read against that index.
        elasticsearch: its version.
        keep: ids that are kept of a line; None asks for counts alone.
        done: told how many lines have been counted.

    Raises:
        StrategyError: truncated words of a line stand for more words than the index can answer.
        query.ViewExpired: the index was deleted meanwhile.
    """
    now = datetime.now(UTC)
    day = now.astimezone().date().isoformat()
    lines: list[LineReport] = []
    problems: list[LineProblem] = []
    for at, line in enumerate(read.lines, 1):
        try:
            lines.append(_count(view, line, day, keep))
        except QueryNotExpressible as error:
            problems += [LineProblem(line.line, problem) for problem in error.problems]
        done(at)
    if problems:
        raise StrategyError(read.strategy.name, problems)
    return Report(
        version=VERSION,
        strategy=read.strategy.name,
        strategy_digest=read.strategy.digest,
        searched=now.isoformat(timespec="seconds"),
        program=version("hkall"),
        elasticsearch=elasticsearch,
        width=WIDTH,
        operators=read.operators,
        index=_index(view),
        lines=tuple(lines),
        dialect=read.dialect,
    )


def _index(view: View) -> IndexReport:
    definition = view.definition
    return IndexReport(
        name=view.index,
        published=view.built,
        index_fingerprint=definition.index_fingerprint,
        query_fingerprint=definition.query_fingerprint,
        titles=view.count(EVERY_TITLE),
    )


def _count(view: View, read: ReadLine, day: str, keep: int | None) -> LineReport:
    from engine import ElasticsearchError

    try:
        ids = _Ids(None, "", view.count(read.query)) if keep is None else _ids(view, read, keep)
        warnings = _warnings(view, read)
    except ElasticsearchError as error:
        raise too_many_words(read.reading, error) or error from error
    return LineReport(
        number=read.line.number,
        row=read.line.row,
        text=read.line.text,
        reading=read.reading.reading,
        limits=read.limits,
        total=ids.total,
        date=day,
        repairs=read.reading.repairs,
        warnings=warnings,
        ids=ids.kept,
        digest=ids.digest,
    )


def _warnings(view: View, read: ReadLine) -> tuple[Note, ...]:
    """What was warned of, with the count of the other reading where AND and OR mix."""
    other = None
    if read.reading.other is not None:
        other = view.count(compile_tree(read.reading.other, view.definition, WIDTH))
    return with_other_total(read.reading.warnings, other)


def _ids(view: View, read: ReadLine, keep: int) -> _Ids:
    """The ids of a line as they are streamed: the count is of what really came."""
    kept: list[str] = []
    digest, total = sha256(), 0
    for found in view.stream(read.query):
        total += 1
        digest.update(f"{found.id}\n".encode())
        if total <= keep:
            kept.append(found.id)
    return _Ids(tuple(kept) if total <= keep else None, digest.hexdigest(), total)
