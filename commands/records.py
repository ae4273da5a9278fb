"""``hkall records``: the record store."""

from __future__ import annotations

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option


@click.group("records", context_settings=CONTEXT)
def records_command() -> None:
    """Look after the record store."""


@records_command.command("rebuild", context_settings=CONTEXT)
@json_option
@click.pass_context
def rebuild_(ctx: click.Context, as_json: bool) -> None:
    """Make the record store anew from the sources of the configuration.

    Titles keep their ids. The old store stays beside the new one as FILE.old. Run `hkall reindex`
    afterwards.

    \b
    Example: hkall records rebuild
    """
    from indexer.rebuild import rebuild
    from indexer.sources import from_settings

    settings = get_settings(ctx)
    rebuilt = rebuild(settings, from_settings(settings.source))
    if as_json:
        emit_json(rebuilt)
    else:
        for institution, counts in rebuilt.by_institution.items():
            rejected = f", {counts.rejected:,} rejected" if counts.rejected else ""
            click.echo(
                f"{institution}: {counts.records_indexed:,} records, {counts.holdings:,} holdings"
                f"{rejected}"
            )
        known = f"{rebuilt.known:,} records known by the {rebuilt.ids_from or 'nobody'}"
        click.echo(f"{rebuilt.titles:,} titles in {rebuilt.store}; {known}")
    for line in rebuilt.attention:
        click.echo(f"attention: {line}", err=True)
    if rebuilt.attention:
        ctx.exit(1)
