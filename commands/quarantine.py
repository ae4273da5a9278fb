"""``hkall quarantine``: rejected records, kept with their bytes."""

from __future__ import annotations

import sys

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option

institution_option = click.option("--institution", default="", help="Only of this one.")
reason_option = click.option("--reason", default="", help="Only of this reason, a code.")


@click.group("quarantine", context_settings=CONTEXT)
def quarantine_command() -> None:
    """Look at rejected records, and take them in again after a fix."""


@quarantine_command.command("list", context_settings=CONTEXT)
@institution_option
@reason_option
@json_option
@click.pass_context
def list_(ctx: click.Context, institution: str, reason: str, as_json: bool) -> None:
    """List rejected records: number, where they stood, why.

    \b
    Example: hkall quarantine list --institution HKU
    """
    from records import open_store, store_path

    chosen = _chosen(institution, reason)
    with open_store(store_path(get_settings(ctx))) as store:
        found = list(store.quarantine.entries(*chosen))
    if as_json:
        emit_json(found)
        return
    for each in found:
        where = f"{each.origin.file} at {each.origin.offset}"
        number = each.control_number or "-"
        click.echo(
            f"{each.id}\t{each.institution}\t{number}\t{each.reason}\t{where}\t{each.detail}"
        )


@quarantine_command.command("show", context_settings=CONTEXT)
@click.argument("number", type=int)
@click.option("--raw", is_flag=True, help="Only the bytes, as they came.")
@json_option
@click.pass_context
def show(ctx: click.Context, number: int, raw: bool, as_json: bool) -> None:
    """Show one rejected record: why, where, and what its bytes look like (with --json in Base64).

    \b
    Example: hkall quarantine show 17 --raw > record.mrc
    """
    from base.errors import UsageFailure
    from records import open_store, store_path

    with open_store(store_path(get_settings(ctx))) as store:
        found = store.quarantine.get(number)
    if found is None:
        raise UsageFailure(
            f"there is no record {number} in quarantine", hint="`hkall quarantine list` shows them."
        )
    if raw:
        sys.stdout.buffer.write(found.data)
        return
    if as_json:
        emit_json(found)
        return
    origin = found.origin
    click.echo(f"{found.institution} {found.control_number}: {found.reason}: {found.detail}")
    click.echo(f"{origin.file}, bytes {origin.offset} to {origin.offset + origin.length}")
    marks = str.maketrans({"\x1d": "␝\n", "\x1e": "␞\n", "\x1f": "␟"})
    click.echo(found.data.decode("utf-8", "replace").translate(marks))


@quarantine_command.command("replay", context_settings=CONTEXT)
@institution_option
@reason_option
@json_option
@click.pass_context
def replay(ctx: click.Context, institution: str, reason: str, as_json: bool) -> None:
    """Read rejected records again, with the rules of now, and bring them into the live index.

    \b
    Example: hkall quarantine replay --reason no-control-number
    """
    from indexer.progress import for_this_terminal
    from indexer.quarantine import replay as take_again
    from indexer.reindex import reindex

    settings = get_settings(ctx)
    chosen = _chosen(institution, reason)
    found = take_again(settings, *chosen, reindex, for_this_terminal())
    if as_json:
        emit_json(found)
    else:
        click.echo(f"{found.taken} of {found.tried} taken in, {found.still_damaged} stay")
    if found.still_damaged:
        ctx.exit(1)


@quarantine_command.command("purge", context_settings=CONTEXT)
@institution_option
@reason_option
@click.option("--all", "everything", is_flag=True, help="All, if neither is named.")
@json_option
@click.pass_context
def purge(
    ctx: click.Context, institution: str, reason: str, everything: bool, as_json: bool
) -> None:
    """Forget rejected records; the record store and the index stay as they are.

    \b
    Example: hkall quarantine purge --institution HKU
    """
    from records import open_store, store_path

    if not (institution or reason or everything):
        raise click.UsageError("Name --institution or --reason, or say --all.")
    chosen = _chosen(institution, reason)
    with open_store(store_path(get_settings(ctx))) as store:
        numbers = [each.id for each in store.quarantine.entries(*chosen)]
        store.quarantine.remove(numbers)
    if as_json:
        emit_json({"removed": len(numbers)})
    else:
        click.echo(f"{len(numbers)} removed")


def _chosen(institution: str, reason: str) -> tuple[str, str]:
    """The codes of an institution, by any of its names, and of a reason; empty ones stay empty."""
    from indexer.quarantine import check_reason
    from indexer.sources import institution_code

    return (institution_code(institution) if institution else ""), check_reason(reason)
