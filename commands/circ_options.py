"""What the commands of circulation share: the time, the desk, how an act and a refusal are told."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from commands.options import emit_json, get_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from circulation.desk import Desk
    from circulation.model import Request
    from circulation.publish import Reach
    from circulation.service import Service


class _Institution(click.ParamType[str]):
    name = "institution"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from base.errors import UsageFailure
        from circulation.institutions import institution_code

        try:
            return institution_code(value) if value else ""
        except UsageFailure as error:
            self.fail(f"{error.message}. {error.hint}", param, ctx)


INSTITUTION = _Institution()
"""An institution by any of its names, of today or of before; its code."""

F = TypeVar("F", bound="Callable[..., Any]")
R = TypeVar("R")
Limits: TypeAlias = "dict[str, tuple[str, ...]]"

_at = click.option(
    "--at", default="", metavar="TIME", help="When it happens, Hong Kong time (default: now)."
)
_by = click.option("--by", default="", metavar="DESK", help="At whose desk; kept in the log.")


def act_options(command: F) -> F:
    """``--at`` and ``--by``."""
    return _at(_by(command))


def at_option(command: F) -> F:
    """``--at``."""
    return _at(command)


def when(at: str) -> datetime:
    """The time that ``--at`` names, or now."""
    from circulation.clock import parse_instant, system_clock

    return parse_instant(at) if at else system_clock()


@contextmanager
def service(ctx: click.Context) -> Iterator[Service]:
    """Circulation with the settings of this call."""
    from circulation.service import open_service

    with open_service(get_settings(ctx)) as opened:
        yield opened


def wanted(ctx: click.Context, title: str) -> tuple[tuple[str, ...], str]:
    """The records of a title that is named by any of its ids, and what it is called."""
    from circulation.titles import about, records_of
    from records import open_store, store_path

    with open_store(store_path(get_settings(ctx))) as store:
        records = records_of(store, title)
        return records, about(store, records)


def reach(ctx: click.Context, patron: str) -> tuple[Limits, Limits]:
    """What a patron may request now: fields of the catalogue and their values, and those to leave out.

    Raises:
        Unknown: no such patron.
        Refused: this one may request nothing; with all reasons.
    """
    from circulation.publish import requestable_by

    with service(ctx) as circulation:
        found = circulation.look(when(""), lambda desk: requestable_by(desk, patron))
    return as_limits(found)


def as_limits(found: Reach) -> tuple[Limits, Limits]:
    """A patron's reach in fields of the catalogue: what must be there, and what must not."""
    limits = {"requestable_at": found.lenders}
    return limits, {"available_at": found.not_at, "control_number": found.asked}


@contextmanager
def refusals(ctx: click.Context, *, as_json: bool) -> Iterator[None]:
    """With ``--json``, a refusal is told on stdout, with all its reasons."""
    from circulation.desk import Refused, as_report
    from circulation.machine import NoSuchStep

    try:
        yield
    except (Refused, NoSuchStep) as error:
        if not as_json:
            raise
        emit_json(as_report(error))
        ctx.exit(int(error.exit_code))


def do(
    ctx: click.Context, at: str, by: str, work: Callable[[Desk], Request], *, as_json: bool
) -> None:
    """Do one act and tell what became of its request."""
    from circulation.views import line, view

    with refusals(ctx, as_json=as_json), service(ctx) as circulation:
        found = circulation.act(when(at), lambda desk: view(desk, work(desk)), by=by)
    if as_json:
        emit_json(found)
    else:
        click.echo(line(found))
