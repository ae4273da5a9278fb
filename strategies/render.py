"""A report as a table for people: a row a line, what changed, what was exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from query.render import note_lines

if TYPE_CHECKING:
    from rich.console import Console

    from strategies.model import Comparison, ExportReport, LineChange, Report

_SHOWN = 10  # ids, or titles that could not be written


def write_table(report: Report, out: TextIO) -> None:
    """Print a report."""
    from rich.console import Console

    console = Console(file=out, highlight=False, markup=False, emoji=False)
    index = report.index
    console.print(f"{report.strategy}  ·  {report.searched}  ·  {report.width}", style="bold")
    console.print(
        f"{index.name}: {index.titles:,} titles, published {index.published or 'at no known time'},"
        f" index {index.index_fingerprint}, query {index.query_fingerprint}",
        style="dim",
        soft_wrap=True,
    )
    console.print(_lines(report))
    for note, numbers in _notes(report).items():
        named = " ".join(f"#{number}" for number in numbers)
        console.print(f"{named} {note}", style="yellow", soft_wrap=True)
    if report.changes:
        _write_changes(report.changes, console)
    for export in report.exports:
        _write_export(export, console)


def _notes(report: Report) -> dict[str, list[int]]:
    """Repairs and warnings, each once with the lines that it is of."""
    found: dict[str, list[int]] = {}
    for line in report.lines:
        for note in note_lines(line.repairs, line.warnings):
            found.setdefault(note, []).append(line.number)
    return found


def _lines(report: Report) -> Any:  # noqa: ANN401 - rich's table
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("#", justify="right", style="dim")
    table.add_column("titles", justify="right", no_wrap=True)
    table.add_column("date", style="dim", no_wrap=True)
    table.add_column("line, as it was read", overflow="fold")
    for line in report.lines:
        table.add_row(str(line.number), f"{line.total:,}", line.date, line.reading)
    return table


def _write_changes(changes: Comparison, console: Console) -> None:
    console.print(f"\nSince {changes.then}, on {changes.index_then}:", style="bold")
    for sentence in changes.said():
        console.print(f"  {sentence}", style="yellow")
    for line in changes.lines:
        console.print(f"  #{line.number}: {_change(line)}", soft_wrap=True)
        for sign, ids in (("+", line.added), ("-", line.gone)):
            if ids:
                more = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
                console.print(f"      {sign} {' '.join(ids[:_SHOWN])}{more}", soft_wrap=True)


def _change(line: LineChange) -> str:
    if line.then is None or line.now is None:
        return "the line is new" if line.then is None else "the line is gone"
    told = f"{line.then:,} then, {line.now:,} now"
    if line.said():
        told += f", {line.said()}"
    if line.same:
        return f"{told}, the same titles"
    if line.added is not None and line.gone is not None:
        return f"{told}, {len(line.added):,} added, {len(line.gone):,} gone"
    return f"{told}, other titles; which ones, the reports do not keep" if not line.same else told


def _write_export(export: ExportReport, console: Console) -> None:
    records = f", {export.records:,} records" if export.records else ""
    console.print(
        f"\n#{export.line} as {export.format}: {export.titles:,} of {export.expected:,}"
        f" titles{records}",
        style="bold",
    )
    for file in export.files:
        own = f", {file.records:,} records" if file.records else ""
        console.print(
            f"  {file.path}: {file.titles:,} of {file.expected:,} titles{own}", soft_wrap=True
        )
    for lack in export.missing[:_SHOWN]:
        console.print(f"  not written: {lack}", style="yellow", soft_wrap=True)
    if len(export.missing) > _SHOWN:
        console.print(
            f"  and {len(export.missing) - _SHOWN:,} more; --json lists all", style="yellow"
        )
