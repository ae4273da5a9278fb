"""``hkall query``: how a query is read, and what it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, joined, json_option

if TYPE_CHECKING:
    from mappings.model import QueryDefinition
    from query.width import Width

_advanced = click.option("--advanced", is_flag=True, help="As `hkall search --advanced` reads it.")


@click.group("query", context_settings=CONTEXT)
def query_command() -> None:
    """Show how a query is read."""


@query_command.command("parse", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@_advanced
@json_option
@click.pass_context
def parse(ctx: click.Context, text: tuple[str, ...], advanced: bool, as_json: bool) -> None:
    """Print the tree of a query, its reading, repairs and warnings; nothing is searched.

    \b
    Example: hkall query parse '紅樓夢 OR (author:魯迅 NOT 小說)'
    """
    from query import parse as read
    from query.printer import outline, to_json
    from query.render import note_lines

    reading = read(joined(text), _definition(ctx), width=_width(advanced))
    if as_json:
        notes = {"repairs": reading.repairs, "warnings": reading.warnings}
        said = {"reading": reading.reading, "width": reading.width, **notes}
        emit_json({**said, "tree": to_json(reading.tree)})
        return
    click.echo(outline(reading.tree))
    click.echo(f"read as: {reading.reading}")
    click.echo(f"width: {reading.width}")
    for line in note_lines(reading.repairs, reading.warnings):
        click.echo(line)


@query_command.command("dsl", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@_advanced
@click.pass_context
def dsl(ctx: click.Context, text: tuple[str, ...], advanced: bool) -> None:
    """Print the Elasticsearch query that a text becomes; nothing is searched.

    \b
    Example: hkall query dsl 'title:"dream of the red chamber"'
    """
    from query import compile_tree
    from query import parse as read

    definition = _definition(ctx)
    reading = read(joined(text), definition, width=_width(advanced))
    emit_json(compile_tree(reading.tree, definition, reading.width))


def _width(advanced: bool) -> Width:
    return "standard" if advanced else "wide"


def _definition(ctx: click.Context) -> QueryDefinition:
    """Of the live index where there is one that answers, else of this program."""
    from base.errors import UnreachableFailure
    from engine import open_connection
    from mappings import load_catalogue, query_definition
    from query import NoIndexError, live_definition

    settings = get_settings(ctx)
    try:
        with open_connection(settings, start=False) as connection:
            return live_definition(connection, settings.titles_alias)
    except (UnreachableFailure, NoIndexError):
        return query_definition(load_catalogue())
