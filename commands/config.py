"""``hkall config``: what is set, and where it was set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from commands.options import CONTEXT, emit_json, get_loaded, json_option, print_whole

if TYPE_CHECKING:
    from base.settings import Loaded


@click.group("config", context_settings=CONTEXT)
def config_command() -> None:
    """Show the configuration."""


@config_command.command("show", context_settings=CONTEXT)
@json_option
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Print every setting, its value and whence it came; secrets are never printed.

    \b
    Example: HKALL_ES_URL=https://es.example.org:9200 hkall config show
    """
    rows = _rows(get_loaded(ctx))
    if as_json:
        emit_json({key: {"value": value, "origin": origin} for key, value, origin in rows})
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("setting", "value", "from", box=None, pad_edge=False)
    for key, value, origin in rows:
        table.add_row(key, escape(str(value)), escape(origin))
    print_whole(table)


def _rows(loaded: Loaded) -> list[tuple[str, Any, str]]:
    import msgspec

    from base.settings import SECRETS

    rows: list[tuple[str, Any, str]] = []
    for key, value in _flatten(msgspec.to_builtins(loaded.settings)):
        shown = "(set)" if key in SECRETS and value else value
        rows.append((key, shown, loaded.origins.get(key, "default")))
    return rows


def _flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            rows += _flatten(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", value))
    return rows
