"""``hkall reindex``: MARC files in, a published index out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option

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
@click.argument("more", nargs=-1, metavar="[INSTITUTION=PATH]...")
@json_option
@click.pass_context
def reindex_command(
    ctx: click.Context,
    flags: tuple[str, ...],
    format_: Format,
    extent: Extent,
    more: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read MARC files, build an index beside the live one and put it in its place.

    Reads ISO 2709 and MARCXML, plain, gzip or zstd. Institutions that are not named keep their last
    records. A run that fails leaves the live index and the record store as they were.

    \b
    Example: hkall reindex --source HKU=hku.mrc --source 'CUHK=/data/cuhk/*.xml.gz'
    """
    from indexer.progress import for_this_terminal
    from indexer.reindex import reindex
    from indexer.report import PublicationRefused
    from indexer.sources import from_flags, from_settings

    settings = get_settings(ctx)
    if flags or more:
        sources = from_flags(
            flags, more, format_=format_, extent=extent, configured=settings.source
        )
    else:
        sources = from_settings(settings.source)
    try:
        report = reindex(settings, sources, progress=for_this_terminal())
    except PublicationRefused as error:
        if error.report is not None:
            _emit(error.report, as_json=as_json)
        raise
    _emit(report, as_json=as_json)
    ctx.exit(report.exit_code)


def _emit(report: Report, *, as_json: bool) -> None:
    if as_json:
        emit_json(report)
        return
    from indexer.show import print_report

    print_report(report)
