"""``hkall query``: how a query is read, and what it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import click

from commands.options import (
    CONTEXT,
    dialect_option,
    emit_json,
    get_settings,
    joined,
    json_option,
)

if TYPE_CHECKING:
    from mappings.model import QueryDefinition
    from query.tokens import OperatorSet
    from query.width import Width

_advanced = click.option("--advanced", is_flag=True, help="As `hkall search --advanced` reads it.")
_NOTHING_LOST, _LOST = 0, 1


@click.group("query", context_settings=CONTEXT)
def query_command() -> None:
    """Show how a query is read."""


@query_command.command("parse", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@_advanced
@dialect_option
@click.option("--repair", is_flag=True, help="Mend what plainly is a slip, and say so.")
@json_option
@click.pass_context
def parse(
    ctx: click.Context,
    *,
    text: tuple[str, ...],
    advanced: bool,
    dialect: str,
    repair: bool,
    as_json: bool,
) -> None:
    """Print the tree of a query, its reading, repairs and warnings; nothing is searched.

    \b
    Example: hkall query parse '紅樓夢 OR (author:魯迅 NOT 小說)'
    """
    from query import parse as read
    from query.printer import outline, to_json
    from query.render import note_lines

    style = _style(ctx, advanced)
    reading = read(joined(text), _definition(ctx), **style, repair=repair, dialect=dialect)
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
@dialect_option
@click.pass_context
def dsl(ctx: click.Context, text: tuple[str, ...], advanced: bool, dialect: str) -> None:
    """Print the Elasticsearch query that a text becomes; nothing is searched.

    \b
    Example: hkall query dsl 'title:"dream of the red chamber"'
    """
    from query import parse as read
    from query.narrowing import compile_reading

    definition = _definition(ctx)
    reading = read(joined(text), definition, **_style(ctx, advanced), dialect=dialect)
    emit_json(compile_reading(reading, definition)[1])


@query_command.command("translate", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@click.option("--from", "source", default="hkall", show_default=True, help="Its language.")
@click.option("--to", "target", default="hkall", show_default=True, help="The language wanted.")
@click.option("--strict", is_flag=True, help="End with 1 where anything was lost.")
@json_option
@click.pass_context
def translate(
    ctx: click.Context,
    *,
    text: tuple[str, ...],
    source: str,
    target: str,
    strict: bool,
    as_json: bool,
) -> None:
    """Translate a query between hkall, primo, pubmed, ovid, ebsco, cql, proquest, wos and scopus.

    \b
    Example: hkall query translate --from ovid --to pubmed '(hip adj3 pain).ti,ab.'

    The query alone goes to standard output. What could not be carried over, and rules that no source
    states, are listed on standard error, each with its place.
    """
    from mappings import load_catalogue, query_definition
    from query.dialects import said
    from query.dialects import translate as translated

    found = translated(joined(text), source, target, query_definition(load_catalogue()))
    if as_json:
        emit_json(found)
    else:
        click.echo(found.query)
        for line in said(found):
            click.echo(line, err=True)
    ctx.exit(_LOST if strict and found.losses else _NOTHING_LOST)


class _Style(TypedDict):
    width: Width
    operators: tuple[OperatorSet, ...]


def _style(ctx: click.Context, advanced: bool) -> _Style:
    """How `hkall search` would read a query, with or without --advanced."""
    operators = get_settings(ctx).search.operators
    if not advanced:
        return {"width": "wide", "operators": operators}
    return {"width": "standard", "operators": (*operators, "localised")}


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
