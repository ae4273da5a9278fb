"""``python -m bench.languages``: the rates at which forms find each other, by language and kind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from base.errors import HkallError
from base.settings import load_settings
from bench.languages.judge import Classes, Verdict, judge
from bench.languages.library import library
from bench.languages.pairs import HALVES, load_lists, load_pairs
from bench.languages.rates import CHECKS, Rate, Total, failures, rates, totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.languages.rates import Count

WIDTH = 120  # columns of text, whatever the terminal: a table that is cut tells nothing
HEADINGS = {
    "standard": "standard",
    "wide": "wide",
    "exact": "exact first",
    "native": "no homophone",
    "apart": "apart",
}


class Report(msgspec.Struct, frozen=True):
    """What ``--json`` prints. ``failed``: pairs of which some check does not hold."""

    totals: list[Total]
    rates: list[Rate]
    failed: list[Verdict]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--half", type=click.Choice([*HALVES, "all"]), default="all", show_default=True)
@click.option(
    "--list",
    "lists",
    multiple=True,
    type=click.Choice(list(load_lists().lists)),
    metavar="NAME",
    help="Only this list; repeatable.",
)
@click.option(
    "--marc",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of real records to look among, beside the sample; repeatable.",
)
@click.option("--sample/--no-sample", default=True, help="Look among the sample catalogue.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
def main(
    half: str, lists: tuple[str, ...], marc: tuple[Path, ...], *, sample: bool, as_json: bool
) -> None:
    """Index the pairs' records among others, ask each pair, print rates and what fails.

    Ends with 1 where a list does not reach what lists.yaml wants of it.

    \b
    Example:
      python -m bench.languages --half open --list german
    """  # noqa: D301 - click reads the character \b as: do not wrap this paragraph
    everything = load_pairs()
    chosen = [
        listed
        for listed in everything
        if half in (listed.half, "all") and (not lists or listed.list in lists)
    ]
    classes = Classes(everything)
    with library(
        load_settings().settings, [listed.pair for listed in chosen], marc, sample=sample
    ) as found:
        verdicts = [judge(listed, found, classes) for listed in chosen]
    report = Report(
        totals(verdicts), rates(verdicts), [verdict for verdict in verdicts if failures(verdict)]
    )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        _print(report)
    sys.exit(0 if all(total.holds for total in report.totals) else 1)


def _print(report: Report) -> None:
    console = Console(width=WIDTH, highlight=False)
    console.print(_totals(report.totals))
    console.print(_rates(report.rates))
    for line in _failed(report.failed):
        click.echo(line)


def _totals(found: Sequence[Total]) -> Table:
    table = Table(title="Pairs that hold", title_justify="left", box=SIMPLE)
    for heading in ("half", "list", "pairs", "hold", "wanted", "exact first", "wanted", ""):
        table.add_column(heading, justify="left" if heading in ("half", "list") else "right")
    for total in found:
        exact = (_percent(total.exact), f"{total.wanted_exact:.0%}")
        table.add_row(
            total.half,
            total.list,
            str(total.counted.pairs),
            _percent(total.counted),
            f"{total.wanted:.0%}",
            *(exact if total.exact.pairs else ("", "")),
            "" if total.holds else "short",
        )
    return table


def _rates(found: Sequence[Rate]) -> Table:
    table = Table(title="By language and kind", title_justify="left", box=SIMPLE)
    for heading in ("half", "language", "list", "kind"):
        table.add_column(heading)
    for heading in ("pairs", *(HEADINGS[check] for check in CHECKS)):
        table.add_column(heading, justify="right")
    for rate in sorted(found, key=lambda rate: (rate.half != HALVES[0], rate.language)):
        cells = [_percent(rate.checks[c]) if c in rate.checks else "" for c in CHECKS]
        table.add_row(rate.half, rate.language, rate.list, rate.kind, str(rate.pairs), *cells)
    return table


def _percent(count: Count) -> str:
    return f"{100 * count.share:.1f} %"


def _failed(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        yield f"{verdict.half}/{verdict.list}.tsv:{verdict.line} {verdict.kind}: {verdict.compare}"
        for finding in verdict.findings:
            if not finding.holds:
                yield f"    {finding.check}: {finding.reason}"


if __name__ == "__main__":
    try:
        main()
    except HkallError as error:
        click.echo(f"{error.message}\n{error.hint or ''}".strip(), err=True)
        sys.exit(int(error.exit_code))
