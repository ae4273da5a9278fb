"""A run's report and the state of the catalogue, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.plan import Plan
    from indexer.report import Report
    from indexer.status import Status

LISTED = 20
_PIPE = 160
_NARROWEST = 80
_WAYS = {
    "none": "nothing to do",
    "in-place": "the live index would stay",
    "clone": "a clone of the live index",
    "fresh": "a fresh build",
}
_COLUMNS = ("read", "records_indexed", "holdings", "deleted", "skipped", "rejected")
_HEADINGS = ("read", "indexed", "holdings", "deleted", "skipped", "rejected")


def print_report(report: Report, console: Console | None = None) -> None:
    """Print a run's report: the table of institutions, reasons, and the first rejections."""
    console = console or _stdout()
    console.print(_institutions(report))
    _print_counts(report, console)
    _print_rejections(report, console)
    for gate in report.gates:
        passed = f"accepted: {gate.accepted}" if gate.accepted else "refused"
        console.print(
            f"gate {gate.gate}:{gate.subject}: {gate.detail}: {passed}",
            markup=False,
            highlight=False,
        )
    for line in report.attention:
        console.print(f"[bold]attention:[/bold] {escape(line)}")
    console.print(_last_line(report), highlight=False)


def _print_counts(report: Report, console: Console) -> None:
    for name, counts in (
        ("skipped", report.skipped_why),
        ("rejected", report.rejected_why),
        ("mended", report.repairs),
    ):
        if counts:
            console.print(f"{name}: {_listed(counts)}")
    absent = {name: row.absent for name, row in report.by_institution.items() if row.absent}
    if absent:
        console.print(f"no longer in its files, and deleted: {_listed(absent)}")
    texts = [name for row in report.by_institution.values() for name in row.passed_over]
    if texts:
        console.print(f"passed over, no records: {', '.join(texts)}", markup=False, highlight=False)
    if report.remapped:
        console.print(f"mapped anew by the rules of today: {report.remapped:,} stored records")


def _print_rejections(report: Report, console: Console) -> None:
    for rejected in report.rejections[:LISTED]:
        where = f"{rejected.institution} {rejected.file} at {rejected.offset}"
        console.print(
            f"  {where}: {rejected.reason}: {rejected.detail}", markup=False, highlight=False
        )
    more = report.rejected - LISTED
    if more > 0:
        console.print(f"  … and {more:,} more: {report.rejections_file} lists all of them")


def _stdout() -> Console:
    """Standard output: as wide as the terminal, or wide enough for a file name in a pipe.

    On a terminal that is too narrow the lines go on in the next one; no number is cut.
    """
    console = Console(soft_wrap=True)
    width = max(console.width, _NARROWEST) if console.is_terminal else _PIPE
    return Console(soft_wrap=True, width=width)


def _institutions(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("institution")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right")
    for institution, counts in report.by_institution.items():
        table.add_row(institution, *(f"{getattr(counts, name):,}" for name in _COLUMNS))
    if len(report.by_institution) > 1:
        table.add_row("all", *(f"{getattr(report, name):,}" for name in _COLUMNS), style="bold")
    return table


def _last_line(report: Report) -> str:
    phases = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.phases.items())
    took = f"{report.seconds:.1f} s ({phases})"
    if report.mode in ("none", "in-place"):
        return f"{report.why}: {report.index} stays live with {report.titles:,} titles; {took}"
    if not report.published:
        return f"not published; {took}"
    return f"{report.titles:,} titles live in {report.index}; {took}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def print_plan(plan: Plan, console: Console | None = None) -> None:
    """Print what a run would do."""
    console = console or _stdout()
    table = Table("institution", box=None, pad_edge=False)
    for heading in ("add", "change", "delete"):
        table.add_column(heading, justify="right")
    table.add_column("why", overflow="fold")
    for institution, row in plan.by_institution.items():
        counts = (f"{row.added:,}", f"{row.changed:,}", f"{row.deleted:,}")
        table.add_row(institution, *counts, escape("; ".join(row.why)))
    console.print(table)
    for gate in plan.refusals:
        said = f"would be refused by {gate.gate}:{gate.subject}: {gate.detail}"
        console.print(said, markup=False, highlight=False)
    for line in (*plan.attention, *([plan.problem] if plan.problem else ())):
        console.print(f"[bold]attention:[/bold] {escape(line)}")
    console.print(
        f"{plan.changed_titles:,} of {plan.titles:,} titles; {_WAYS[plan.mode]}: {plan.why}",
        highlight=False,
    )


def print_status(status: Status, console: Console | None = None) -> None:
    """Print the state of the catalogue on one screen."""
    console = console or _stdout()
    console.print(f"Elasticsearch: {escape(status.engine)}", highlight=False)
    if status.index:
        console.print(
            f"live index:    {status.index} (alias {status.alias}),"
            f" {status.titles or 0:,} titles, published {status.published} ({status.age})",
            highlight=False,
        )
    elif status.reachable:
        console.print(f"live index:    none under the alias {status.alias}")
    if status.institutions:
        console.print(_holders(status))
    else:
        console.print(
            "records:       none yet; `hkall reindex --source HKU=records.mrc` reads some"
        )
    if status.last_run:
        console.print(_run_line(status), highlight=False, markup=False)


def _holders(status: Status) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("institution")
    for heading in ("records", "holdings", "titles"):
        table.add_column(heading, justify="right")
    table.add_column("last source", no_wrap=True)
    table.add_column("file", overflow="fold")
    for institution, row in status.institutions.items():
        source = row.source_date[:10] + ("" if row.source_complete else " (read incompletely)")
        counts = (f"{row.records:,}", f"{row.holdings:,}", f"{row.titles:,}")
        table.add_row(institution, *counts, source, escape(row.source_file))
    return table


def _run_line(status: Status) -> str:
    run = status.last_run
    if run is None:
        return ""
    if run.exit_code is None:
        state = "is at work" if run.running else "was killed; the next one takes up what it left"
        return f"last run:      {run.id}, began {run.started}, {state}"
    problem = f": {run.problem}" if run.problem else ""
    return f"last run:      {run.id}, ended {run.finished}, exit {run.exit_code}{problem}"
