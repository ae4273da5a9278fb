"""``hkall index``: the indices behind the alias."""

from __future__ import annotations

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option, print_whole


@click.group("index", context_settings=CONTEXT)
def index_command() -> None:
    """Look at the indices behind the alias, and go back to an earlier one."""


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
    from rich.table import Table

    table = Table("index", "live", "published", "holds up to", box=None, pad_edge=False)
    for info in found:
        live, published = "live" if info.live else "", info.published or "half-built"
        table.add_row(info.name, live, published, str(max(info.applied_seq, 0) or ""))
    print_whole(table)


@index_command.command("rollback", context_settings=CONTEXT)
@click.argument("index", default="")
@json_option
@click.pass_context
def rollback(ctx: click.Context, index: str, as_json: bool) -> None:
    """Make the index before the live one live again, or INDEX; availability stays that of now.

    The record store stays as it is: the next run brings back what it holds.

    \b
    Example: hkall index rollback
    """
    from indexer.rollback import rollback as go_back

    before, now = go_back(get_settings(ctx), index)
    if as_json:
        emit_json({"was": before, "live": now})
    else:
        click.echo(f"{now} is live, {before} is not any more")


@index_command.command("prune", context_settings=CONTEXT)
@click.option(
    "--keep", type=click.IntRange(1), help="Complete indices that stay (default: setting)."
)
@json_option
@click.pass_context
def prune(ctx: click.Context, keep: int | None, as_json: bool) -> None:
    """Delete old indices; the live one and the newest ones stay.

    \b
    Example: hkall index prune --keep 1
    """
    from engine import connect, translated
    from indexer.guard import lock
    from indexer.names import IndexNames
    from indexer.publish import prune as prune_indices

    settings = get_settings(ctx)
    client = connect(settings)
    with lock(settings), translated(client):
        names = IndexNames(settings.titles_alias)
        removed = prune_indices(client, names, keep or settings.build.keep_indices)
    if as_json:
        emit_json({"removed": removed})
        return
    for name in removed:
        click.echo(f"removed {name}")


@index_command.command("lint", context_settings=CONTEXT)
@json_option
@click.pass_context
def lint(ctx: click.Context, as_json: bool) -> None:
    """Check the live index against its record store and its own definition; exit 1 on a finding.

    \b
    Example: hkall index lint
    """
    from indexer.inspection import Problem
    from indexer.inspection import lint as look
    from mappings import load_catalogue, query_definition
    from query.lint import lint_tables

    found = look(get_settings(ctx))
    found += [Problem("profile", text) for text in lint_tables(query_definition(load_catalogue()))]
    if as_json:
        emit_json(found)
    else:
        for problem in found:
            click.echo(f"{problem.code}: {problem.message}")
    if not found:
        click.echo("index: nothing to find fault with", err=True)
    ctx.exit(1 if found else 0)


@index_command.command("diff", context_settings=CONTEXT)
@click.argument("before", default="")
@click.argument("after", default="")
@json_option
@click.pass_context
def diff(ctx: click.Context, before: str, after: str, as_json: bool) -> None:
    """Compare two indices title by title: by default the live one with the one before it, or left.

    \b
    Example: hkall index diff --json
    """
    from indexer.inspection import diff as compare

    found = compare(get_settings(ctx), before, after)
    if as_json:
        emit_json(found)
        return
    click.echo(f"from {found.before} to {found.after}: {found.same:,} titles are the same")
    for kind in ("added", "removed", "changed"):
        number, ids = getattr(found, kind), getattr(found, f"{kind}_ids")
        more = ", …" if number > len(ids) else ""
        click.echo(f"{kind}: {number:,}{': ' if ids else ''}{', '.join(ids)}{more}")
