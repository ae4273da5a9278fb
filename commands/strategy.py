"""``hkall strategy``: files of queries that build on each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option

if TYPE_CHECKING:
    from query.strategy import StrategyRun


@click.group("strategy", context_settings=CONTEXT)
def strategy_command() -> None:
    """Run search strategies: a query a line, with sets and counts."""


@strategy_command.command("run", context_settings=CONTEXT)
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option("--wide", is_flag=True, help="Width wide: stems and derived readings match as well.")
@click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The --json of an earlier run: say what has changed since.",
)
@json_option
@click.pass_context
def run(ctx: click.Context, file: TextIO, wide: bool, since: Path | None, as_json: bool) -> None:
    """Count what each line of FILE finds; `-` is standard input.

    Lines are numbered (3. or #3 or S3) or not; #1 in a line is what line 1 found; // begins a comment.

    \b
    Examples:
      hkall strategy run climate.txt
      hkall strategy run climate.txt --json > 2026-01.json
      hkall strategy run climate.txt --since 2026-01.json
    """
    from engine import open_connection
    from query.strategy import changes, read_strategy, run_strategy

    before = _earlier(since) if since else None
    lines = read_strategy(file.read())
    settings = get_settings(ctx)
    with open_connection(settings) as connection:
        found = run_strategy(
            connection,
            settings.titles_alias,
            lines,
            width="wide" if wide else "standard",
            operators=(*settings.search.operators, "localised"),
        )
    if as_json:
        emit_json(found)
    else:
        _show(found)
    for change in changes(before, found) if before else ():
        click.echo(change, err=True)


def _earlier(path: Path) -> StrategyRun:
    import msgspec

    from query.strategy import StrategyError, StrategyRun

    try:
        return msgspec.json.decode(path.read_bytes(), type=StrategyRun)
    except msgspec.MsgspecError as error:
        raise StrategyError(
            f"{path} is no earlier run: {error}",
            hint="Name a file that `hkall strategy run FILE --json` wrote.",
        ) from error


def _show(found: StrategyRun) -> None:
    from query.render import note_lines

    click.echo(f"{found.date}  {found.index}  {found.index_fingerprint}  width {found.width}")
    for line in found.lines:
        click.echo(f"#{line.number:<4} {line.total:>9}  {line.text}")
        if line.reading != line.text:
            click.echo(f"{'':16}read as: {line.reading}")
        for note in note_lines(line.repairs, line.warnings):
            click.echo(f"{'':16}{note}")
