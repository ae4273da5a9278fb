"""The executable ``hkall``: finds the command, and turns expected failures into one line."""

from __future__ import annotations

from commands.interrupts import raised, silent

with silent():  # else Ctrl-C in the first moments would show what was being imported
    import sys
    from importlib import import_module
    from pathlib import Path
    from typing import Any, NoReturn

    import click

    from base.errors import HkallError, ending, of_the_system
    from base.settings import DEMO_PREFIX
    from commands import streams
    from commands.options import CONTEXT

COMMANDS = {
    "reindex": "commands.reindex",
    "plan": "commands.plan",
    "search": "commands.search",
    "suggest": "commands.suggest",
    "show": "commands.show",
    "status": "commands.status",
    "query": "commands.query",
    "strategy": "commands.strategy",
    "analyze": "commands.analyze",
    "index": "commands.index",
    "records": "commands.records",
    "quarantine": "commands.quarantine",
    "circ": "commands.circ",
    "engine": "commands.engine",
    "demo": "commands.demo",
    "config": "commands.config",
}
"""Command name to the module that holds it, under the command's own name with ``_command``."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """The commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - click's interface
        """The command of that name, or None."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[name]), f"{name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a misspelt name is answered with the nearest one."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - click's interface
        """Run; an expected failure is one line on stderr, its way out, and its exit code."""
        streams.prepare()
        try:
            with silent():
                return super().main(*args, **extra)
        except HkallError as error:
            _fail(error)
        except OSError as error:
            _fail(of_the_system(error))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's interface
        """Run the command; Ctrl-C ends with 130 and SIGTERM with 143, as shells expect."""
        try:
            with raised():
                result = super().invoke(ctx)
                sys.stdout.flush()  # here a full disk is still an error
                return result
        except KeyboardInterrupt as interruption:
            click.echo("hkall: interrupted", err=True)
            sys.exit(int(ending(interruption)[0]))


def _fail(error: HkallError) -> NoReturn:
    click.echo(f"hkall: {error.message}", err=True)
    if error.hint:
        click.echo(f"       {error.hint}", err=True)
    sys.exit(int(error.exit_code))


@click.group(cls=LazyGroup, context_settings=CONTEXT)
@click.version_option(package_name="hkall", message="hkall %(version)s")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Configuration file (default: $HKALL_CONFIG, else hkall.toml in HKALL_HOME).",
)
@click.option("--prefix", help="Prefix of index and alias names (default: hkall).")
@click.option("--demo", is_flag=True, help=f"Use the catalogue of `hkall demo` ({DEMO_PREFIX}).")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, prefix: str | None, demo: bool) -> None:
    """HKALL: the union catalogue of the eight universities of Hong Kong.

    \b
    hkall demo                                    the sample catalogue and what it can do
    hkall reindex --source HKU=hku.mrc            MARC files in, a searchable index out
    hkall search '紅樓夢 OR (author:魯迅 NOT 小說)'    Boolean search in six languages

    Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 done but something needs a person,
    2 usage or input, 3 configuration, 4 not reachable, 5 refused by a gate, 6 locked,
    7 memory or disk, 130 interrupted, 143 terminated.
    """
    if demo and prefix:
        raise click.UsageError("--demo and --prefix exclude each other.")
    ctx.meta["hkall.given"] = {"config": config, "prefix": DEMO_PREFIX if demo else prefix}


if __name__ == "__main__":
    cli()
