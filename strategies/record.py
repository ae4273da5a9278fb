"""The search record of a run, as text: what PRISMA-S asks to be reported of a search.

PRISMA-S: Rethlefsen ML, Kirtley S, Waffenschmidt S, et al. PRISMA-S: an extension to the PRISMA
Statement for Reporting Literature Searches in Systematic Reviews. Syst Rev 2021;10:39,
doi:10.1186/s13643-020-01542-z. Items are its sixteen; docs/strategies.md says how each is met.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import msgspec

from base.datafile import load_resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strategies.model import ExportReport, LineReport, Report

_INDENT = "    "


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item of PRISMA-S. ``by``: the program knows it, or the searcher must say it."""

    name: str
    by: Literal["program", "searcher"]
    says: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def items() -> dict[int, Item]:
    """The items of PRISMA-S by number.

    Raises:
        base.datafile.DataFileError: with file, line and key.
    """
    return load_resource("strategies", "prisma_s.yaml", dict[int, Item])


def search_record(report: Report) -> str:
    """The record of a run, an item of PRISMA-S a paragraph; what only the searcher knows is left open."""
    parts = ["SEARCH RECORD (PRISMA-S)", ""]
    for number, item in items().items():
        parts.append(f"{number}. {item.name}")
        known = [text.format_map(_facts(report)) for text in item.says]
        parts += [_INDENT + line for line in (*known, *_own(number, report))]
        parts.append("")
    return "\n".join(parts)


def _facts(report: Report) -> dict[str, str]:
    index = report.index
    return {
        "program": report.program,
        "elasticsearch": report.elasticsearch,
        "titles": f"{index.titles:,}",
        "index": index.name,
        "published": index.published or "not known",
        "index_fingerprint": index.index_fingerprint,
        "query_fingerprint": index.query_fingerprint,
        "strategy": report.strategy,
        "digest": report.strategy_digest,
        "searched": report.searched,
        "date": report.lines[0].date if report.lines else report.searched[:10],
        "width": report.width,
    }


def _own(number: int, report: Report) -> Iterator[str]:
    """The lines of an item that are made of the run's own lines."""
    match number:
        case 8:
            yield from _strategy(report)
        case 9:
            yield from _limits(report)
        case 12:
            yield from _update(report)
        case 15:
            yield from _totals(report)


def _strategy(report: Report) -> Iterator[str]:
    if report.dialect:
        from query.dialects import load_dialect

        yield f"Written in the language of {load_dialect(report.dialect).title}."
    width = max((len(f"{line.total:,}") for line in report.lines), default=0)
    for line in report.lines:
        yield f"#{line.number:<4} {line.total:>{width},}  {line.text}"
        pad = " " * (width + 8)
        if line.reading != line.text:
            yield f"{pad}read as: {line.reading}"
        yield from (f"{pad}note: {note.message}" for note in (*line.repairs, *line.warnings))


def _limits(report: Report) -> Iterator[str]:
    found = [(line, limit) for line in report.lines for limit in line.limits]
    if not found:
        yield "No limits were used."
    for line, limit in found:
        yield f"#{line.number}: {limit}"


def _update(report: Report) -> Iterator[str]:
    changes = report.changes
    if changes is None:
        yield "First run of this strategy, or not compared with another one."
        return
    yield f"Compared with the run of {changes.then} on {changes.index_then}."
    for sentence in changes.said():
        yield f"{sentence[:1].upper()}{sentence[1:]}."
    for line in changes.lines:
        then, now = _total(line.then), _total(line.now)
        named = line.added is not None and line.gone is not None
        moved = f" ({len(line.added or ())} added, {len(line.gone or ())} gone)" if named else ""
        other = f"; {line.said()}" if line.said() else ""
        yield f"#{line.number}: {then} then, {now} now{moved}{other}"


def _total(total: int | None) -> str:
    return "no such line" if total is None else f"{total:,}"


def _totals(report: Report) -> Iterator[str]:
    if report.lines:
        last: LineReport = report.lines[-1]
        yield f"Last line (#{last.number}): {last.total:,} titles."
    for export in report.exports:
        yield from _export(export)
    if not report.exports:
        yield "Nothing was exported in this run."


def _export(export: ExportReport) -> Iterator[str]:
    records = f", {export.records:,} records" if export.records else ""
    yield (
        f"Exported from #{export.line} as {export.format}: {export.titles:,} of"
        f" {export.expected:,} titles{records}."
    )
    for file in export.files:
        if file.institution:
            yield f"{_INDENT}{file.institution}: {file.titles:,} of {file.expected:,} titles"
    if export.missing:
        yield f"{_INDENT}{len(export.missing):,} could not be written."
