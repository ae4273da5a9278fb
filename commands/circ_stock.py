"""``hkall circ patrons|stock|items|closures``: what libraries tell of readers, shelves, days."""

from __future__ import annotations

from pathlib import Path

import click

from commands.circ_options import at_option, service, when
from commands.options import CONTEXT, emit_json, get_settings, json_option

_file = click.argument("file", type=click.Path(path_type=Path))


def _tell(taken: object, line: str, *, as_json: bool) -> None:
    """What became of a file, as JSON or in a line."""
    if as_json:
        emit_json(taken)
    else:
        click.echo(line)


@click.command("patrons", context_settings=CONTEXT)
@_file
@json_option
@click.pass_context
def patrons(ctx: click.Context, /, *, file: Path, as_json: bool) -> None:
    """Take in patrons and their cards from a CSV file, all of it or nothing.

    Columns: institution, number, category, name, email, valid_until, blocked, card, card_until,
    julac, julac_until; the first three are needed.

    \b
    Example: hkall circ patrons hku-readers.csv
    """
    from circulation.people import take_patrons

    with service(ctx) as circulation, circulation.store.unit() as unit:
        taken = take_patrons(unit.connection, file)
    _tell(
        taken,
        f"{taken.new:,} new, {taken.changed:,} changed, {taken.same:,} as they were",
        as_json=as_json,
    )


@click.command("stock", context_settings=CONTEXT)
@at_option
@json_option
@click.pass_context
def stock(ctx: click.Context, /, *, at: str, as_json: bool) -> None:
    """Take in the items that the record store's holdings name; run it after `hkall reindex`.

    \b
    Example: hkall circ stock
    """
    from circulation.feed import feed
    from records import open_store, store_path

    with service(ctx) as circulation, open_store(store_path(get_settings(ctx))) as store:
        fed = feed(circulation, store, when(at))
    _tell(
        fed,
        f"{fed.read:,} items, {fed.changed:,} changed, {fed.withdrawn:,} withdrawn",
        as_json=as_json,
    )


@click.command("items", context_settings=CONTEXT)
@_file
@at_option
@json_option
@click.pass_context
def items(ctx: click.Context, /, *, file: Path, at: str, as_json: bool) -> None:
    """Take in what MARC does not say of items, from a CSV file, all of it or nothing.

    Columns: item, status (available, on-loan, in-process, missing, unfit), lending (normal, short,
    reserve, reference), price_cents.

    \b
    Example: hkall circ items hku-items.csv
    """
    from circulation.feed import take_items

    with service(ctx) as circulation:
        fed = take_items(circulation, file, when(at))
    _tell(fed, f"{fed.read:,} items, {fed.changed:,} changed", as_json=as_json)


@click.command("closures", context_settings=CONTEXT)
@_file
@click.option("--withdraw", is_flag=True, help="These days are as the week says again.")
@at_option
@json_option
@click.pass_context
def closures(ctx: click.Context, /, *, file: Path, withdraw: bool, at: str, as_json: bool) -> None:
    """Take in days on which a library differs from its week, from a CSV file.

    Columns: institution, day, opens (true: open although the week or a holiday says closed), note.

    \b
    Example: hkall circ closures lu-2026.csv
    """
    from circulation.model import Closure
    from circulation.people import read_rows
    from circulation.stock import declare, withdraw_closure

    take = withdraw_closure if withdraw else declare
    days: list[Closure] = list(read_rows(file, Closure))
    with service(ctx) as circulation:
        fresh = circulation.act(when(at), lambda desk: sum(take(desk, day) for day in days))
    told = f"{len(days):,} days, {fresh:,} changed"
    _tell({"read": len(days), "changed": fresh}, told, as_json=as_json)


COMMANDS = (patrons, stock, items, closures)
