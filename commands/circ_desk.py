"""``hkall circ ship|receive|check-out|…``: what is done at the desks, one command a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from commands.circ_options import act_options, at_option, do, refusals, service, when
from commands.options import CONTEXT, emit_json, json_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from circulation.desk import Desk
    from circulation.model import DenialReason, Request

STEPS = {
    "ship": ("moving", "move", "The lender sends the item off."),
    "depart": ("moving", "move", "The courier has it."),
    "receive": ("moving", "move", "It has come to the pickup library."),
    "shelve": ("moving", "shelve", "Put it on the hold shelf, until the day that the rule gives."),
    "decline": ("moving", "move", "The patron does not want it any more."),
    "uncollected": ("moving", "move", "Nobody collected it in time."),
    "send-back": ("moving", "move", "Send it back to its library."),
    "check-in": ("moving", "move", "The lender has it back."),
    "recall": ("lending", "recall", "The lender wants it back early."),
    "withdraw-recall": ("lending", "withdraw_recall", "The lender no longer wants it back early."),
    "return": ("lending", "give_back", "Take it back at the home library, with the fine due."),
    "claim-returned": ("lending", "claim_returned", "The patron says that it was returned."),
    "report-lost": ("lending", "lose", "The patron says that it is lost."),
    "settle": ("lending", "settle", "Close a request whose item is lost and paid for."),
    "convert": ("asking", "end", "A copy of the own library has come back: a hold there instead."),
    "give-up": ("asking", "end", "Nobody outside has it: an interlibrary loan ends unfilled."),
    "supply": ("moving", "move", "The lender has made the copy of an article or chapter."),
    "deliver": ("moving", "move", "Hand over the copy."),
}
"""Command, which is also the trigger of the state machine: module, function, help."""

_NAMED = ("move", "end")  # these take the trigger


def _step(trigger: str) -> click.Command:
    module, function, told = STEPS[trigger]

    @click.command(trigger, context_settings=CONTEXT, help=_help(trigger, told))
    @click.argument("request_id", metavar="REQUEST")
    @act_options
    @json_option
    @click.pass_context
    def command(ctx: click.Context, /, *, request_id: str, at: str, by: str, as_json: bool) -> None:
        do(ctx, at, by, _work(module, function, trigger, request_id), as_json=as_json)

    return command


def _help(trigger: str, told: str) -> str:
    return f"{told}\n\n\b\nExample: hkall circ {trigger} K9WT8DAWG5"


def _work(module: str, function: str, trigger: str, key: str) -> Callable[[Desk], Request]:
    def work(desk: Desk) -> Request:
        from importlib import import_module

        act: Any = getattr(import_module(f"circulation.{module}"), function)
        done: Request = act(desk, key, trigger) if function in _NAMED else act(desk, key)
        return done

    return work


@click.command("deny", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@click.option(
    "--reason",
    required=True,
    type=click.Choice(["not-on-shelf", "lent-locally", "unfit"]),
    help="Why the copy cannot be sent.",
)
@act_options
@json_option
@click.pass_context
def deny(
    ctx: click.Context, /, *, request_id: str, reason: DenialReason, at: str, by: str, as_json: bool
) -> None:
    """The lender cannot send it: the next library is asked, never this one again.

    \b
    Example: hkall circ deny K9WT8DAWG5 --reason not-on-shelf
    """
    from circulation.asking import deny as refuse

    do(ctx, at, by, lambda desk: refuse(desk, request_id, reason), as_json=as_json)


@click.command("transfer", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@click.argument("item")
@act_options
@json_option
@click.pass_context
def transfer(
    ctx: click.Context, /, *, request_id: str, item: str, at: str, by: str, as_json: bool
) -> None:
    """The lender sends another of its copies.

    \b
    Example: hkall circ transfer K9WT8DAWG5 CUHK:30012345
    """
    from circulation.asking import transfer as other

    do(ctx, at, by, lambda desk: other(desk, request_id, item), as_json=as_json)


@click.command("check-out", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@click.option("--patron", required=True, metavar="NAME", help="Whose card is shown: INST:number or barcode.")  # fmt: skip
@act_options
@json_option
@click.pass_context
def check_out(
    ctx: click.Context, /, *, request_id: str, patron: str, at: str, by: str, as_json: bool
) -> None:
    """Lend what waits on the hold shelf to the patron who asked.

    \b
    Example: hkall circ check-out K9WT8DAWG5 --patron 20099001
    """
    from circulation.lending import check_out as lend

    do(ctx, at, by, lambda desk: lend(desk, request_id, patron), as_json=as_json)


@click.command("pay", context_settings=CONTEXT)
@click.argument("fine")
@click.option("--cents", type=click.IntRange(1), help="Default: all that is owed for it.")
@click.option("--waive", is_flag=True, help="Forgive it instead of taking money.")
@click.option("--note", default="", help="Kept with the payment.")
@act_options
@json_option
@click.pass_context
def pay(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    fine: str,
    cents: int | None,
    waive: bool,
    note: str,
    at: str,
    by: str,
    as_json: bool,
) -> None:
    """Take money for a fine, all of it or a part.

    \b
    Example: hkall circ pay K9WT8DAWG5.1
    """
    from circulation.money import pay as take
    from circulation.reasons import dollars

    with refusals(ctx, as_json=as_json), service(ctx) as circulation:
        paid = circulation.act(
            when(at), lambda desk: take(desk, fine, cents, waived=waive, note=note), by=by
        )
    if as_json:
        emit_json(paid)
    else:
        click.echo(f"{paid.id}: {dollars(paid.open_cents)} still owed")


@click.command("hold", context_settings=CONTEXT)
@click.argument("item")
@click.option("--withdraw", is_flag=True, help="The reader waits no more.")
@at_option
@json_option
@click.pass_context
def hold(ctx: click.Context, /, *, item: str, withdraw: bool, at: str, as_json: bool) -> None:
    """A reader of the item's own library waits for it: a loan of it is not renewed any more.

    \b
    Example: hkall circ hold CUHK:30012345
    """
    from circulation.stock import hold as wait

    with service(ctx) as circulation:
        found = circulation.act(when(at), lambda desk: wait(desk, item, withdrawn=withdraw))
    if as_json:
        emit_json(found)
    else:
        click.echo(f"{found.id}: {found.holds} waiting")


COMMANDS = (
    deny,
    transfer,
    *(_step(trigger) for trigger in list(STEPS)[:4]),
    check_out,
    *(_step(trigger) for trigger in list(STEPS)[4:]),
    pay,
    hold,
)
