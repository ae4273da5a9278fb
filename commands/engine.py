"""``hkall engine``: where Elasticsearch comes from, and whether it is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option

if TYPE_CHECKING:
    from engine import EngineStatus, Finding

MARKS = {"ok": "ok", "warning": "warn", "lack": "LACK"}


@click.group("engine", context_settings=CONTEXT)
def engine_command() -> None:
    """Run, stop and examine Elasticsearch.

    Without configuration that is a node of the program's own: the first command that needs it starts
    it. With HKALL_ES_URL it is that cluster.
    """


@engine_command.command("start", context_settings=CONTEXT)
@click.pass_context
def start(ctx: click.Context) -> None:
    """Start the program's own node; one that runs already is left as it is.

    \b
    Example: HKALL_ENGINE_HEAP=2g hkall engine start
    """
    import engine

    click.echo(engine.start(get_settings(ctx)).url)


@engine_command.command("run", context_settings=CONTEXT)
@click.pass_context
def run(ctx: click.Context) -> None:
    """Run the node in the foreground until it is told to stop: for systemd and the like.

    \b
    Example: HKALL_ENGINE_PORT=9200 hkall engine run
    """
    import engine

    ctx.exit(engine.run_foreground(get_settings(ctx)))


@engine_command.command("stop", context_settings=CONTEXT)
@click.pass_context
def stop(ctx: click.Context) -> None:
    """Stop the program's own node; what it holds stays.

    \b
    Example: hkall engine stop
    """
    import engine

    stopped = engine.stop(get_settings(ctx))
    click.echo("engine: stopped" if stopped else "engine: was not running", err=True)


@engine_command.command("status", context_settings=CONTEXT)
@json_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say which Elasticsearch is used and whether it is up.

    \b
    Example: hkall engine status --json
    """
    import engine

    found = engine.status(get_settings(ctx))
    if as_json:
        emit_json(found)
    else:
        click.echo("\n".join(_status_lines(found)))


@engine_command.command("doctor", context_settings=CONTEXT)
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check version, plugins, memory and disk; print what mends each lack.

    Ends with the exit code of the first lack, 0 when there is none.

    \b
    Example: HKALL_ES_URL=https://es.example.org:9200 hkall engine doctor
    """
    import engine

    findings = engine.doctor(get_settings(ctx))
    if as_json:
        emit_json(findings)
    else:
        click.echo("\n".join(line for finding in findings for line in _finding_lines(finding)))
    ctx.exit(next((finding.exit_code for finding in findings if finding.level == "lack"), 0))


@engine_command.command("logs", context_settings=CONTEXT)
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    help="How many of the last lines.",
)
@click.option("--previous", is_flag=True, help="Of the run before the last one.")
@click.pass_context
def logs(ctx: click.Context, lines: int, previous: bool) -> None:
    """Print the end of the node's log.

    \b
    Example: hkall engine logs -n 200
    """
    from engine.logs import read_log

    for line in read_log(get_settings(ctx), lines, previous=previous):
        click.echo(line)


def _status_lines(found: EngineStatus) -> list[str]:
    import msgspec

    rows = msgspec.to_builtins(found)
    return [
        f"{key.replace('_', ' '):<14} {value}"
        for key, value in rows.items()
        if value not in ("", None)
    ]


def _finding_lines(finding: Finding) -> list[str]:
    lines = [f"{MARKS[finding.level]:<5} {finding.subject:<18} {finding.message}"]
    if finding.mend and finding.level != "ok":
        lines.append(f"{'':<25}{finding.mend}")
    return lines
