"""An answer as a table for people, or as JSON, JSON lines or CSV for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from query.scripts import in_order, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from query.correction import Correction
    from query.notes import Note
    from query.scripts import Script
    from query.searching import Hit, SearchResult
    from query.suggest import Suggestion

_LIST_SEPARATOR = " | "
_FACET_ROWS = 10


def write_json(result: SearchResult, out: TextIO) -> None:
    """The whole answer as one JSON object on one line."""
    out.write(msgspec.json.encode(result).decode() + "\n")


def write_jsonl(result: SearchResult, out: TextIO) -> None:
    """A JSON object a hit, a line each."""
    out.writelines(msgspec.json.encode(hit).decode() + "\n" for hit in result.hits)


def write_csv(result: SearchResult, out: TextIO) -> None:
    """A header and a row a hit; several values of a cell are separated by `` | ``."""
    import csv

    writer = csv.writer(out, lineterminator="\n")
    columns = _columns()
    writer.writerow(columns)
    for hit in result.hits:
        row = msgspec.to_builtins(hit)
        writer.writerow([_cell(row[column]) for column in columns])


def _columns() -> list[str]:
    from query.searching import Hit

    return list(Hit.__struct_fields__)


def _cell(value: Any) -> str:  # noqa: ANN401 - a field of a hit
    match value:
        case None:
            return ""
        case list() | tuple():
            return _LIST_SEPARATOR.join(_cell(part) for part in value)
        case {"institution": institution, "control_number": number}:
            return f"{institution}:{number}"
        case _:
            return str(value)


def write_table(
    result: SearchResult, out: TextIO, *, start: int = 0, script: Script = "own"
) -> None:
    """The answer for people: reading, notes, a row a title, facets; in which script first."""
    from rich.console import Console

    console = Console(file=out, highlight=False, markup=False, emoji=False)
    shown = f", {start + 1} to {start + len(result.hits)}" if result.hits else ""
    console.print(f"{result.total} titles{shown}  ·  {result.took_ms} ms", style="bold")
    console.print(f"read as: {result.reading}  ·  {result.width}", style="dim", soft_wrap=True)
    for line in note_lines(result.repairs, result.warnings):
        console.print(line, style="yellow", soft_wrap=True)
    for line in correction_lines(result.suggestions):
        console.print(line, style="yellow", soft_wrap=True)
    for each in result.counts:
        console.print(f"{each.total:>9}  {each.clause}", soft_wrap=True)
    if result.hits:
        console.print(_hit_table(result.hits, start, script))
    for name, values in result.facets.items():
        if values:
            console.print(_facet_table(name, values))


def note_lines(repairs: Iterable[Note], warnings: Iterable[Note]) -> list[str]:
    """Repairs, with their place from 1, and warnings as sentences."""
    mended = [f"{_repaired(note)}: {note.message}" for note in repairs]
    return [*mended, *(f"note: {note.message}" for note in warnings)]


def _repaired(note: Note) -> str:
    return f"repaired at {note.start + 1}" if note.end else "repaired"


def correction_lines(corrections: Iterable[Correction]) -> list[str]:
    """What was perhaps meant, as questions."""
    return [f"did you mean: {one.query} ({one.total} titles)?" for one in corrections]


def _hit_table(hits: tuple[Hit, ...], start: int, script: Script) -> Any:  # noqa: ANN401 - rich's table
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("#", justify="right", style="dim")
    table.add_column("title", ratio=5, overflow="fold")
    table.add_column("author", ratio=3, overflow="fold")
    table.add_column("year", justify="right")
    table.add_column("held by", ratio=2)
    table.add_column("id", style="dim", no_wrap=True)  # whole, to be copied
    for number, hit in enumerate(hits, start + 1):
        title = "\n".join(in_order(hit.title, hit.title_romanised, script))
        authors = "; ".join(names_of(hit.authors, hit.authors_romanised, script))
        year = str(hit.year or "")
        table.add_row(str(number), title, authors, year, " ".join(hit.held_by), hit.id)
    return table


def _facet_table(name: str, values: list[Any]) -> Any:  # noqa: ANN401 - rich's table
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(name.replace("_", " "))
    table.add_column("", justify="left")
    table.add_column("titles", justify="right")
    for value in values[:_FACET_ROWS]:
        chinese = value.label_zh if value.label_zh != value.label else ""
        table.add_row(value.label, chinese, str(value.count))
    return table


def write_suggestions(found: Iterable[Suggestion], out: TextIO) -> None:
    """A row a heading: kind, own script, romanised."""
    from rich.console import Console
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", style="dim")
    for one in found:
        table.add_row(one.kind, one.heading, one.romanised)
    if table.row_count:
        Console(file=out, highlight=False, markup=False, emoji=False).print(table)
