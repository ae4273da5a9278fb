"""``hkall reindex``: MARC files in, a published index out."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option, with_metrics
from commands.streams import ReaderGone

if TYPE_CHECKING:
    from indexer.report import Report
    from indexer.sources import Extent, Format


@click.command("reindex", context_settings=CONTEXT)
@click.option(
    "--source",
    "flags",
    multiple=True,
    metavar="INSTITUTION=PATH",
    help="Files of an institution; repeatable, globs allowed. Without it: the [[source]] tables.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["auto", "iso2709", "marcxml"]),
    default="auto",
    help="Of the files of --source (default: found out from their first bytes).",
)
@click.option(
    "--extent",
    type=click.Choice(["full", "delta"]),
    default="full",
    help="full: what these files lack is deleted; delta: they hold changes only.",
)
@click.option("--full", is_flag=True, help="Build a new index of all titles, whatever has changed.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="GATE:SUBJECT",
    help="Let a gate pass this once, as the refusal named it: deletes:HKU. Needs --reason.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; kept with the run.")
@click.option("--metrics", metavar="FILE", help="Write Prometheus metrics of this run to a file.")
@click.argument("more", nargs=-1, metavar="[INSTITUTION=PATH]...")
@json_option
@click.pass_context
def reindex_command(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    flags: tuple[str, ...],
    format_: Format,
    extent: Extent,
    full: bool,
    accepted: tuple[str, ...],
    reason: str,
    metrics: str | None,
    more: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read MARC files and bring the live index to what they say, by one swap.

    Reads ISO 2709 and MARCXML, plain or in gzip, zstd, zip or tar. Institutions that are not named
    keep their last records. Where little has changed the new index is a copy of the live one with
    the changes, where nothing has, nothing is done. A run that fails leaves the live index as it was.

    \b
    Examples:
      hkall reindex --source HKU=hku.mrc --source 'CUHK=/data/cuhk/*.xml.gz'
      hkall reindex --accept deletes:HKU --reason 'the depository closed'
    """
    from indexer.gates import acceptances
    from indexer.progress import for_this_terminal
    from indexer.reading import Options
    from indexer.reindex import reindex
    from indexer.report import PublicationRefused
    from indexer.sources import chosen

    settings = with_metrics(get_settings(ctx), metrics)
    sources = chosen(settings, flags, more, format_=format_, extent=extent)
    options = Options(full, tuple(acceptances(accepted, reason)))
    try:
        report = reindex(settings, sources, progress=for_this_terminal(), options=options)
    except PublicationRefused as error:
        if error.report is not None:
            _emit(error.report, as_json=as_json)
        raise
    _emit(report, as_json=as_json)
    ctx.exit(report.exit_code)


def _emit(report: Report, *, as_json: bool) -> None:
    """Print the report; whoever does not read it to its end gets the run's exit code all the same."""
    from indexer.show import print_report

    with suppress(ReaderGone):
        if as_json:
            emit_json(report)
        else:
            print_report(report)
        sys.stdout.flush()
