"""``hkall suggest``: headings that begin with what somebody has typed so far."""

from __future__ import annotations

import sys

import click

from commands.options import CONTEXT, emit_json, get_settings, joined, json_option


@click.command("suggest", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, help="Headings shown."
)
@json_option
@click.pass_context
def suggest_command(ctx: click.Context, text: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Suggest titles and names that begin with TEXT, in any script or romanisation.

    \b
    Examples:
      hkall suggest 红楼
      hkall suggest hung-lou
      hkall suggest 홍길 --json

    Headings that are exactly TEXT come first, then those of the widest held titles. Where nothing
    begins with TEXT, headings come that begin nearly so.
    """
    from engine import open_connection
    from query.suggest import suggest

    settings, typed = get_settings(ctx), joined(text)
    with open_connection(settings) as connection:
        found = suggest(connection, settings.titles_alias, typed, limit)
    if as_json:
        emit_json({"text": typed, "suggestions": found})
        return
    if not found:
        click.echo("suggest: no heading begins so, nor nearly so", err=True)
    from query.render import write_suggestions

    write_suggestions(found, sys.stdout)
