"""``hkall index``: the indices behind the alias."""

from __future__ import annotations

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option


@click.group("index", context_settings=CONTEXT)
def index_command() -> None:
    """Look at the indices behind the alias."""


@index_command.command("list", context_settings=CONTEXT)
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the indices of this prefix: the live one, those before it, half-built ones.

    \b
    Example: hkall index list --json
    """
    from engine import connect, translated
    from indexer.names import IndexNames
    from indexer.publish import list_indices

    settings = get_settings(ctx)
    client = connect(settings)
    with translated(client):
        found = list_indices(client, IndexNames(settings.titles_alias))
    if as_json:
        emit_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("index", "live", "published", box=None, pad_edge=False)
    for info in found:
        table.add_row(info.name, "live" if info.live else "", info.published or "half-built")
    Console(soft_wrap=True).print(table)
