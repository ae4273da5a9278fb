"""``hkall query``: how a query is read, and what it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, joined, json_option

if TYPE_CHECKING:
    from mappings.model import QueryDefinition


@click.group("query", context_settings=CONTEXT)
def query_command() -> None:
    """Show how a query is read."""


@query_command.command("parse", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@json_option
@click.pass_context
def parse(ctx: click.Context, text: tuple[str, ...], as_json: bool) -> None:
    """Print the tree of a query, its reading, repairs and warnings; nothing is searched.

    \b
    Example: hkall query parse '紅樓夢 OR (author:魯迅 NOT 小說)'
    """
    from query import parse as read
    from query.printer import outline, to_json
    from query.render import note_lines

    reading = read(joined(text), _definition(ctx))
    if as_json:
        notes = {"repairs": reading.repairs, "warnings": reading.warnings}
        emit_json({"reading": reading.reading, **notes, "tree": to_json(reading.tree)})
        return
    click.echo(outline(reading.tree))
    click.echo(f"read as: {reading.reading}")
    for line in note_lines(reading.repairs, reading.warnings):
        click.echo(line)


@query_command.command("dsl", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@click.pass_context
def dsl(ctx: click.Context, text: tuple[str, ...]) -> None:
    """Print the Elasticsearch query that a text becomes; nothing is searched.

    \b
    Example: hkall query dsl 'title:"dream of the red chamber"'
    """
    from query import compile_tree
    from query import parse as read

    definition = _definition(ctx)
    emit_json(compile_tree(read(joined(text), definition).tree, definition))


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
