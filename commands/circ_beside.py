"""``hkall circ copy|ill|order|visit|admit``: document delivery, interlibrary loan, visits."""

from __future__ import annotations

import click

from commands.circ_options import INSTITUTION, act_options, do, wanted
from commands.options import CONTEXT, json_option

_patron = click.option(
    "--patron", required=True, metavar="NAME", help="INST:number, or the barcode of a card."
)


@click.command("copy", context_settings=CONTEXT)
@_patron
@click.option("--title", required=True, metavar="ID", help="A title, or any record of it.")
@click.option("--citation", required=True, metavar="TEXT", help="Which article or chapter.")
@click.option("--pages", required=True, type=int, help="How many pages.")
@click.option("--declare", "declared", is_flag=True, help="The copyright declaration is signed.")
@act_options
@json_option
@click.pass_context
def copy(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    patron: str,
    title: str,
    citation: str,
    pages: int,
    declared: bool,
    at: str,
    by: str,
    as_json: bool,
) -> None:
    """Ask for a copy of an article or chapter.

    \b
    Example: hkall circ copy --patron HKU:0123 --title LU:b77 --citation 'vol. 3, pp. 5-9' --pages 5 --declare
    """
    from circulation.beside import CopyWish, ask_copy

    records, _ = wanted(ctx, title)
    wish = CopyWish(records=records, citation=citation, pages=pages, declared=declared)
    do(ctx, at, by, lambda desk: ask_copy(desk, patron, wish), as_json=as_json)


@click.command("ill", context_settings=CONTEXT)
@_patron
@click.option("--citation", required=True, metavar="TEXT", help="What is asked for.")
@click.option("--title", default="", metavar="ID", help="If the catalogue knows it.")
@act_options
@json_option
@click.pass_context
def ill(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    patron: str,
    citation: str,
    title: str,
    at: str,
    by: str,
    as_json: bool,
) -> None:
    """Ask for what no library of the network holds; staff order it outside.

    \b
    Example: hkall circ ill --patron HKU:0123 --citation 'Aurousseau, La première conquête, 1923'
    """
    from circulation.beside import ask_outside

    records = wanted(ctx, title)[0] if title else ()
    do(ctx, at, by, lambda desk: ask_outside(desk, patron, citation, records), as_json=as_json)


@click.command("order", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@click.option("--lender", required=True, help="The library outside that is asked.")
@act_options
@json_option
@click.pass_context
def order(
    ctx: click.Context, /, *, request_id: str, lender: str, at: str, by: str, as_json: bool
) -> None:
    """Order what was asked for from a library outside.

    \b
    Example: hkall circ order K9WT8DAWG5 --lender 'British Library'
    """
    from circulation.beside import order as send

    do(ctx, at, by, lambda desk: send(desk, request_id, lender), as_json=as_json)


@click.command("visit", context_settings=CONTEXT)
@_patron
@click.option(
    "--host", required=True, type=INSTITUTION, metavar="INST", help="The library to be visited."
)
@act_options
@json_option
@click.pass_context
def visit(
    ctx: click.Context, /, *, patron: str, host: str, at: str, by: str, as_json: bool
) -> None:
    """Ask to use another library in person, with the JULAC card.

    \b
    Example: hkall circ visit --patron HKU:0123 --host LU
    """
    from circulation.beside import ask_visit

    do(ctx, at, by, lambda desk: ask_visit(desk, patron, host), as_json=as_json)


@click.command("admit", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@act_options
@json_option
@click.pass_context
def admit(ctx: click.Context, /, *, request_id: str, at: str, by: str, as_json: bool) -> None:
    """The host lets the reader in, until the card's year ends.

    \b
    Example: hkall circ admit K9WT8DAWG5
    """
    from circulation.beside import admit as let_in

    do(ctx, at, by, lambda desk: let_in(desk, request_id), as_json=as_json)


COMMANDS = (copy, ill, order, visit, admit)
