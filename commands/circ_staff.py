"""``hkall circ list|show|policy|audit``: looking at circulation as a whole."""

from __future__ import annotations

import click

from commands.circ_options import INSTITUTION, at_option, service, when
from commands.options import CONTEXT, emit_json, get_settings, json_option


@click.command("list", context_settings=CONTEXT)
@click.option("--state", "states", multiple=True, help="Only in this state; repeatable.")
@click.option(
    "--home", default="", type=INSTITUTION, metavar="INST", help="Only of readers of this library."
)
@click.option(
    "--lender", default="", type=INSTITUTION, metavar="INST", help="Only of items of this library."
)
@click.option("--all", "every", is_flag=True, help="Those that have ended, too.")
@json_option
@click.pass_context
def list_(
    ctx: click.Context,
    /,
    *,
    states: tuple[str, ...],
    home: str,
    lender: str,
    every: bool,
    as_json: bool,
) -> None:
    """List requests, the oldest first; with --json one JSON object a line.

    \b
    Example: hkall circ list --lender HKU --state item-hold
    """
    import msgspec

    from circulation.machine import machine
    from circulation.store.reading import requests
    from circulation.views import RequestView, line

    known = machine().states
    unknown = [state for state in states if state not in known]
    if unknown:
        raise click.UsageError(f"There is no state {unknown[0]}. Known: {', '.join(known)}.")
    wanted = list(states) or [name for name in known if every or not known[name].final]
    with service(ctx) as circulation, circulation.store.reading() as connection:
        for request, loan in requests(connection, states=wanted, home=home, lender=lender):
            found = RequestView(request, (), loan)
            click.echo(msgspec.json.encode(found).decode() if as_json else line(found))


@click.command("show", context_settings=CONTEXT)
@click.argument("request_id", metavar="REQUEST")
@json_option
@click.pass_context
def show(ctx: click.Context, /, *, request_id: str, as_json: bool) -> None:
    """Show a request and everything that has happened with it.

    \b
    Example: hkall circ show K9WT8DAWG5
    """
    from circulation.clock import system_clock
    from circulation.store.reading import entries
    from circulation.views import line, minute, view

    key = request_id.upper()
    with service(ctx) as circulation:
        found = circulation.look(system_clock(), lambda desk: view(desk, desk.request(key)))
        with circulation.store.reading() as connection:
            log = list(entries(connection, request=key))
    if as_json:
        emit_json({"view": found, "log": log})
        return
    click.echo(line(found))
    for entry in log:
        trigger = getattr(entry.event, "trigger", "") or type(entry.event).__name__.lower()
        click.echo(f"  {minute(entry.at)}  {trigger}{'  by ' + entry.by if entry.by else ''}")
    click.echo(f"  next: {', '.join(found.next) or 'nothing more'}")


@click.command("policy", context_settings=CONTEXT)
@click.argument("institution", type=INSTITUTION)
@click.argument("category", default="undergraduate")
@at_option
@json_option
@click.pass_context
def policy(ctx: click.Context, /, *, institution: str, category: str, at: str, as_json: bool) -> None:  # fmt: skip
    """Show the rules of a library for a category of patrons on a day, each with its source.

    \b
    Example: hkall circ policy HKBU teacher --at 2024-11-04
    """
    from circulation.clock import day_of
    from circulation.policy import Policies, named_policy, policy_yaml

    policies = Policies(regime=get_settings(ctx).circulation.regime)
    found = named_policy(policies, institution, day_of(when(at)), category)
    if as_json:
        emit_json(found)
    else:
        click.echo(policy_yaml(found), nl=False)


@click.command("audit", context_settings=CONTEXT)
@json_option
@click.pass_context
def audit_(ctx: click.Context, /, *, as_json: bool) -> None:
    """Derive every state and fine again from the event log, and compare; exit 1 on a difference.

    \b
    Example: hkall circ audit
    """
    from circulation.audit import audit
    from circulation.store.reading import entries, things

    with service(ctx) as circulation, circulation.store.reading() as connection:
        report = audit(entries(connection), things(connection), circulation.calendars)
    if as_json:
        emit_json(report)
    else:
        for finding in report.findings:
            click.echo(str(finding))
        click.echo(f"{report.events:,} events, {report.things:,} things, "
                   f"{len(report.findings):,} differences", err=True)  # fmt: skip
    ctx.exit(1 if report.findings else 0)


@click.command("machine", context_settings=CONTEXT)
@json_option
def machine_(*, as_json: bool) -> None:
    """Print the page of the state machine: diagrams and tables, in Markdown.

    \b
    Example: hkall circ machine > docs/circulation-states.md
    """
    from circulation.diagram import page
    from circulation.machine import machine

    if as_json:
        emit_json(machine().table)
    else:
        click.echo(page(), nl=False)


COMMANDS = (list_, show, policy, audit_, machine_)
