"""``hkall status``: the state of the catalogue on one screen."""

from __future__ import annotations

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option


@click.command("status", context_settings=CONTEXT)
@json_option
@click.pass_context
def status_command(ctx: click.Context, as_json: bool) -> None:
    """Show the live index, what each library has sent, and how the last run ended.

    Exits with 0 also when Elasticsearch is not running: it says so, and shows what is kept at home.

    \b
    Example: hkall status --json
    """
    from indexer.status import status

    found = status(get_settings(ctx))
    if as_json:
        emit_json(found)
        return
    from indexer.show import print_status

    print_status(found)
