"""``hkall circ run|notices|publish|erase|simulate``: what is done for all at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from commands.circ_options import INSTITUTION, at_option, refusals, service, when
from commands.options import CONTEXT, emit_json, get_settings, json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from base.settings import Settings
    from circulation.notices import Transport
    from circulation.publish import Change, Published
    from circulation.service import Service


@click.command("run", context_settings=CONTEXT)
@at_option
@json_option
@click.pass_context
def run(ctx: click.Context, /, *, at: str, as_json: bool) -> None:
    """The night: what falls due, expires, is not collected, is lost; notices; what is forgotten.

    It may be run at any hour and any number of times.

    \b
    Example: hkall circ run && hkall circ notices && hkall circ publish
    """
    from circulation.nightly import run as night

    with service(ctx) as circulation:
        done = night(circulation, when(at))
    if as_json:
        emit_json(done)
    else:
        for name in done.__struct_fields__:
            click.echo(f"{name.replace('_', ' ')}: {getattr(done, name):,}")


@click.command("notices", context_settings=CONTEXT)
@at_option
@json_option
@click.pass_context
def notices(ctx: click.Context, /, *, at: str, as_json: bool) -> None:
    """Write the notices that are due and send what waits: as files, or by SMTP (circulation.notices).

    \b
    Example: hkall circ notices
    """
    from circulation.reminders import send_notices, write_notices

    settings = get_settings(ctx)
    with service(ctx) as circulation:
        written = write_notices(circulation, when(at))
        sender = settings.circulation.smtp_sender
        sent = send_notices(circulation, _transport(settings), sender, when(at))
    if as_json:
        emit_json({"written": written, "sent": sent})
    else:
        click.echo(f"{written:,} written, {sent:,} sent")


def _transport(settings: Settings) -> Transport:
    from circulation.notices import Files, Smtp

    told = settings.circulation
    if told.notices == "smtp":
        return Smtp(told.smtp_host, told.smtp_port)
    return Files(settings.home_path / "outbox")


@click.command("publish", context_settings=CONTEXT)
@click.option("--all", "everything", is_flag=True, help="Every record, not only what has changed.")
@click.option("--follow", is_flag=True, help="Go on until it is interrupted.")
@click.option(
    "--every", default=2.0, show_default=True, type=click.FloatRange(0.1), help="Seconds between looks."
)  # fmt: skip
@at_option
@json_option
@click.pass_context
def publish(
    ctx: click.Context, /, *, everything: bool, follow: bool, every: float, at: str, as_json: bool
) -> None:
    """Tell the catalogue what is available where: the record store, then the live index.

    Whatever is down meanwhile, nothing is lost: it is told again until it was taken.

    \b
    Example: hkall circ publish --follow
    """
    from base.errors import HkallError

    settings = get_settings(ctx)
    with service(ctx) as circulation:
        while True:
            try:
                told = _publish(circulation, settings, at, everything=everything)
            except HkallError as error:
                if not follow:
                    raise
                click.echo(f"hkall: {error.message}; trying again", err=True)
            else:
                everything = False
                if told.records or not follow:
                    _tell(told, as_json=as_json)
            if not follow:
                return
            time.sleep(every)


def _publish(circulation: Service, settings: Settings, at: str, *, everything: bool) -> Published:
    from circulation.publish import publish as tell
    from engine import connect, translated
    from indexer.availability import Change as Told
    from indexer.availability import apply_availability
    from records import RecordId, open_store, store_path

    client = connect(settings)
    with translated(client), open_store(store_path(settings)) as store:

        def take(changes: Sequence[Change]) -> None:
            told = [Told(RecordId.parse(c.record), c.available, c.requestable) for c in changes]
            apply_availability(settings, client, store, told)

        return tell(circulation, take, when(at), everything=everything)


def _tell(told: Published, *, as_json: bool) -> None:
    if as_json:
        emit_json(told)
    else:
        click.echo(f"{told.records:,} records told, up to event {told.number:,}")


@click.command("erase", context_settings=CONTEXT)
@click.option("--patron", default="", metavar="NAME", help="This patron, account and all.")
@at_option
@json_option
@click.pass_context
def erase(ctx: click.Context, /, *, patron: str, at: str, as_json: bool) -> None:
    """Forget who had the requests that ended long ago; or a patron who has gone.

    \b
    Examples:
      hkall circ erase
      hkall circ erase --patron HKU:0123
    """
    from circulation.privacy import erase_old, erase_patron

    with refusals(ctx, as_json=as_json), service(ctx) as circulation:
        if patron:
            with circulation.store.unit() as unit:
                desk = circulation.desk(unit, when(at), by="erasure")
                forgotten = erase_patron(desk, unit.connection, patron)
        else:
            forgotten = erase_old(circulation, when(at))
    if as_json:
        emit_json({"forgotten": forgotten})
    else:
        click.echo(f"{forgotten:,} requests are linked to nobody now")


@click.command("simulate", context_settings=CONTEXT)
@click.option(
    "--home", default="HKU", type=INSTITUTION, show_default=True, help="The reader's library."
)
@click.option(
    "--lender", default="CUHK", type=INSTITUTION, show_default=True, help="The library that lends."
)
@click.option("--category", default="undergraduate", show_default=True, help="Of the reader.")
@click.option("--regime", default="", help="Whose rules (default: setting).")
@click.option(
    "--do",
    "acts",
    multiple=True,
    metavar="DAY:ACT",
    help="So many days after the loan: renew, recall, return, claim-returned, report-lost; repeatable.",
)
@at_option
@json_option
@click.pass_context
def simulate(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    home: str,
    lender: str,
    category: str,
    regime: str,
    acts: tuple[str, ...],
    at: str,
    as_json: bool,
) -> None:
    """Play a loan day by day under the rules of any regime; with --json one JSON object a day.

    \b
    Example: hkall circ simulate --home LU --at 2024-02-01 --regime 2017 --do 12:recall --do 40:return
    """
    import msgspec

    from circulation.clock import day_of
    from circulation.policy import Policies, named_policy
    from circulation.simulate import ACTS, Plan, line
    from circulation.simulate import simulate as play

    starts, told = day_of(when(at)), regime or get_settings(ctx).circulation.regime
    found = named_policy(Policies(regime=told), home, starts, category)
    planned = [act.partition(":") for act in acts]
    wrong = [act for act in planned if not act[0].isdigit() or act[2] not in ACTS]
    if wrong:
        raise click.UsageError(f"--do {''.join(wrong[0])}: write DAY:ACT, ACT one of {', '.join(ACTS)}.")  # fmt: skip
    plan = Plan(
        home=home,
        lender=lender,
        category=found.category,
        starts=starts,
        regime=told,
        acts=tuple((int(day), act) for day, _, act in planned),
    )
    with refusals(ctx, as_json=as_json):
        for day in play(plan):
            click.echo(msgspec.json.encode(day).decode() if as_json else line(day))


COMMANDS = (run, notices, publish, erase, simulate)
