"""``hkall plan``: what a run would do, without doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option

if TYPE_CHECKING:
    from indexer.sources import Extent, Format


@click.command("plan", context_settings=CONTEXT)
@click.option(
    "--source",
    "flags",
    multiple=True,
    metavar="INSTITUTION=PATH",
    help="As of `hkall reindex`. Without it: the [[source]] tables.",
)
@click.option(
    "--format", "format_", type=click.Choice(["auto", "iso2709", "marcxml"]), default="auto"
)
@click.option("--extent", type=click.Choice(["full", "delta"]), default="full")
@click.argument("more", nargs=-1, metavar="[INSTITUTION=PATH]...")
@json_option
@click.pass_context
def plan_command(
    ctx: click.Context,
    /,
    *,
    flags: tuple[str, ...],
    format_: Format,
    extent: Extent,
    more: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show what `hkall reindex` would add, change and delete, and why; nothing is changed.

    Reads every file for real. Exits with 5 where the run would be refused.

    \b
    Example: hkall plan --source HKU=hku.mrc --json
    """
    from base.errors import ExitCode
    from indexer.plan import plan
    from indexer.progress import for_this_terminal
    from indexer.sources import chosen

    settings = get_settings(ctx)
    sources = chosen(settings, flags, more, format_=format_, extent=extent)
    found = plan(settings, sources, for_this_terminal())
    if as_json:
        emit_json(found)
    else:
        from indexer.show import print_plan

        print_plan(found)
    if found.problem or found.refusals:
        ctx.exit(int(ExitCode.REFUSED))
    if found.attention:
        ctx.exit(int(ExitCode.ATTENTION))
