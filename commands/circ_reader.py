"""``hkall circ request|check|renew|cancel|patron``: what a reader does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.circ_options import (
    INSTITUTION,
    act_options,
    at_option,
    do,
    refusals,
    service,
    wanted,
    when,
)
from commands.options import CONTEXT, emit_json, json_option

if TYPE_CHECKING:
    from circulation.asking import Wish

_patron = click.option(
    "--patron", required=True, metavar="NAME", help="INST:number, or the barcode of a card."
)
_title = click.option(
    "--title", required=True, metavar="ID", help="A title, or any record of it: HKU:b1234567."
)
_volume = click.option("--volume", default="", help="Of a set: which volume.")
_pickup = click.option(
    "--pickup", type=INSTITUTION, default="", metavar="LIB", help="Default: the own library."
)


def _wish(ctx: click.Context, title: str, volume: str, pickup: str) -> Wish:
    from circulation.asking import Wish

    records, about = wanted(ctx, title)
    return Wish(records=records, volume=volume, pickup=pickup, about=about)


@click.command("request", context_settings=CONTEXT)
@_patron
@_title
@_volume
@_pickup
@act_options
@json_option
@click.pass_context
def request(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    patron: str,
    title: str,
    volume: str,
    pickup: str,
    at: str,
    by: str,
    as_json: bool,
) -> None:
    """Ask for a book of another library; a refusal names every reason (exit code 5).

    \b
    Example: hkall circ request --patron HKU:0123 --title CUHK:b1234567 --volume v.2
    """
    from circulation.asking import ask

    wish = _wish(ctx, title, volume, pickup)
    do(ctx, at, by, lambda desk: ask(desk, patron, wish), as_json=as_json)


@click.command("check", context_settings=CONTEXT)
@_patron
@_title
@_volume
@_pickup
@at_option
@json_option
@click.pass_context
def check(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    patron: str,
    title: str,
    volume: str,
    pickup: str,
    at: str,
    as_json: bool,
) -> None:
    """Say whether a request would be taken, and why not; nothing is changed.

    \b
    Example: hkall circ check --patron HKU:0123 --title CUHK:b1234567
    """
    from circulation.asking import reasons_against
    from circulation.desk import Refused

    wish = _wish(ctx, title, volume, pickup)
    with refusals(ctx, as_json=as_json), service(ctx) as circulation:
        reasons, free = circulation.look(
            when(at), lambda desk: reasons_against(desk, desk.patron(patron), wish)
        )
        if reasons:
            raise Refused("request", tuple(reasons))
    if as_json:
        emit_json({"lenders": sorted({item.institution for item in free})})
    else:
        lenders = ", ".join(sorted({item.institution for item in free}))
        click.echo(f"can be requested; a copy is at {lenders}")


@click.command("renew", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@act_options
@json_option
@click.pass_context
def renew(ctx: click.Context, /, *, request_id: str, at: str, by: str, as_json: bool) -> None:
    """Renew a loan from today on.

    \b
    Example: hkall circ renew K9WT8DAWG5
    """
    from circulation.lending import renew as again

    do(ctx, at, by, lambda desk: again(desk, request_id), as_json=as_json)


@click.command("cancel", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@click.option("--reason", default="", help="Why; kept with the request.")
@act_options
@json_option
@click.pass_context
def cancel(
    ctx: click.Context, /, *, request_id: str, reason: str, at: str, by: str, as_json: bool
) -> None:
    """Cancel a request, as long as nothing has been shipped.

    \b
    Example: hkall circ cancel K9WT8DAWG5
    """
    from circulation.asking import end

    do(ctx, at, by, lambda desk: end(desk, request_id, "cancel", reason), as_json=as_json)


@click.command("patron", context_settings=CONTEXT)
@click.argument("name")
@at_option
@json_option
@click.pass_context
def patron_(ctx: click.Context, /, *, name: str, at: str, as_json: bool) -> None:
    """Show a patron's requests, loans and fines.

    \b
    Example: hkall circ patron HKU:0123
    """
    from circulation.views import account, lines

    with service(ctx) as circulation:
        found = circulation.look(when(at), lambda desk: account(desk, name))
    if as_json:
        emit_json(found)
        return
    for told in lines(found):
        click.echo(told)


COMMANDS = (request, check, renew, cancel, patron_)
