"""``hkall strategy``: run a search strategy of many lines, export a line, write its search record."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from commands.options import CONTEXT, dialect_option, emit_json, get_settings, json_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from base.settings import Settings
    from records import RecordStore
    from strategies import Report, Strategy
    from strategies.exporting import Target

_FORMS = click.Choice(["ris", "marc", "marcxml", "csv", "jsonl"])


@click.group("strategy", context_settings=CONTEXT)
def strategy_command() -> None:
    """Run search strategies of many lines, and record how they were run."""


class _Export(NamedTuple):
    line: int
    target: Target


@strategy_command.command("run", context_settings=CONTEXT)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="REPORT",
    help="A report of an earlier run: say what has changed.",
)
@click.option("--export", "form", type=_FORMS, help="Write all titles of a line in this form.")
@click.option("--of", "line", type=int, help="The line to export (default: the last one).")
@click.option("--to", "path", type=click.Path(path_type=Path), help="The file, or the folder.")
@click.option("--per-institution", is_flag=True, help="A file an institution, in a folder.")
@click.option(
    "--keep-ids",
    type=click.IntRange(0),
    default=10_000,
    show_default=True,
    help="Ids of a line that a report keeps; of longer lines it keeps their digest.",
)
@dialect_option
@json_option
@click.pass_context
def run_(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    *,
    file: Path,
    since: Path | None,
    form: str | None,
    line: int | None,
    path: Path | None,
    per_institution: bool,
    keep_ids: int,
    dialect: str,
    as_json: bool,
) -> None:
    """Count every line of a strategy file; with --json, print a report to compare with later.

    \b
    Examples:
      hkall strategy run tea.txt
      hkall strategy run tea.txt --json > tea-2026-01.json
      hkall strategy run tea.txt --since tea-2026-01.json
      hkall strategy run tea.txt --export ris --of 12 --to tea.ris
      hkall strategy run asthma.txt --dialect ovid

    A line is a query as `hkall search --advanced` reads it; #1 AND #2 combines what lines found, and
    // begins a comment. An export that lacks a title ends with 1. FILE - is standard input.
    """
    from strategies import read_report, read_strategy

    export = _export(form, line, path, per_institution=per_institution)
    then = read_report(since) if since else None
    strategy = read_strategy(_content(file), "standard input" if str(file) == "-" else file.name)
    keep = keep_ids if as_json or then else None
    report = _run(get_settings(ctx), strategy, export, keep, then, dialect)
    if as_json:
        emit_json(report)
    else:
        from strategies.render import write_table

        write_table(report, sys.stdout)
    if not all(each.complete for each in report.exports):
        ctx.exit(1)


def _export(
    form: str | None, line: int | None, path: Path | None, *, per_institution: bool
) -> _Export | None:
    from strategies.exporting import Target

    if form is None:
        if line is not None or path is not None or per_institution:
            raise click.UsageError("--of, --to and --per-institution belong to --export.")
        return None
    if path is None:
        raise click.UsageError("--export needs a place: --to PATH.")
    return _Export(line or 0, Target(form, path, per_institution))


def _content(file: Path) -> bytes:
    from base.errors import UsageFailure

    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageFailure(
            f"{file} cannot be read: {error.strerror}", hint="Name a strategy file."
        ) from error


def _run(
    settings: Settings,
    strategy: Strategy,
    export: _Export | None,
    keep: int | None,
    then: Report | None,
    dialect: str,
) -> Report:
    import msgspec

    from engine import open_connection
    from query import open_view
    from strategies import compare, export_line, run, understand
    from strategies.exporting import check_target, line_of

    with _store(settings) as store, open_connection(settings) as connection:
        if export:
            check_target(export.target, store)
        with open_view(connection, settings.titles_alias) as view:
            operators = (*settings.search.operators, "localised")
            others = tuple(dict.fromkeys(operators))
            read = understand(strategy, view.definition, others, dialect)
            wanted = line_of(read, export.line) if export else None
            release = connection.info()["version"]["number"]
            with _progress("lines", len(read.lines)) as done:
                report = run(view, read, elasticsearch=release, keep=keep, done=done)
            if export and wanted:
                total = next(e.total for e in report.lines if e.number == wanted.line.number)
                with _progress("titles", total) as done:
                    exported = export_line(view, wanted, export.target, store, done)
                report = msgspec.structs.replace(report, exports=(exported,))
    if then:
        report = msgspec.structs.replace(report, changes=compare(then, report))
    return report


def _store(settings: Settings) -> AbstractContextManager[RecordStore | None]:
    """The record store, where this home has one; none is made."""
    from records import open_store, store_path

    path = store_path(settings)
    return open_store(path) if path.exists() else nullcontext()


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn(f"{what:<8}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda amount: bar.update(task, completed=amount)


@strategy_command.command("record", context_settings=CONTEXT)
@click.argument("report", type=click.Path(path_type=Path))
def record(report: Path) -> None:
    """Print the search record of a run: what PRISMA-S asks to be reported, item by item.

    REPORT is what `hkall strategy run --json` printed; its exports and its comparison with an
    earlier run are part of the record.

    \b
    Example: hkall strategy record tea-2026-01.json > tea-search-record.txt
    """
    from strategies import read_report, search_record

    click.echo(search_record(read_report(report)), nl=False)
