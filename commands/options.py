"""Options and output that every command shares, so that a flag means the same everywhere."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.table import Table

    from base.settings import Loaded, Settings

F = TypeVar("F", bound="Callable[..., Any]")

_WIDEST = 10_000

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on stdout instead of tables."
)

dialect_option = click.option(
    "--dialect",
    default="",
    metavar="NAME",
    help="Queries are in the language of primo, pubmed, ovid, ebsco, cql, proquest, wos or scopus.",
)

script_option = click.option(
    "--script",
    type=click.Choice(["own", "romanised"]),
    help="Form of titles and names that comes first (default: the setting search.script).",
)


def joined(words: tuple[str, ...]) -> str:
    """The words of a command line as one text; a lone ``-`` is what standard input holds.

    They are UTF-8 also where the locale knows ASCII only.
    """
    if words == ("-",):
        return sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    text = " ".join(words)
    try:
        text.encode()
    except UnicodeEncodeError:  # Python has kept the bytes that the locale does not know
        return os.fsencode(text).decode("utf-8", "replace")
    return text


def get_loaded(ctx: click.Context) -> Loaded:
    """The settings of this call and where each came from, loaded once."""
    root = ctx.find_root()
    given: dict[str, Any] = root.meta.setdefault("hkall.given", {})
    if "loaded" not in given:
        given["loaded"] = _load(given)
    loaded: Loaded = given["loaded"]
    return loaded


def _load(given: dict[str, Any]) -> Loaded:
    from base.settings import load_settings

    config: Path | None = given.get("config")
    return load_settings({"prefix": given.get("prefix")}, config=config)


def get_settings(ctx: click.Context) -> Settings:
    """The settings of this call.

    Raises:
        base.settings.SettingsError: a setting is wrong.
    """
    return get_loaded(ctx).settings


def with_metrics(settings: Settings, file: str | None) -> Settings:
    """Settings with the metrics file of a flag, where one was given."""
    import msgspec

    if file is None:
        return settings
    operations = msgspec.structs.replace(settings.operations, metrics_file=file)
    return msgspec.structs.replace(settings, operations=operations)


def print_whole(table: Table) -> None:
    """Print a table whose cells are copied into other commands: none is cut to fit a narrow terminal."""
    from rich.console import Console

    console = Console(soft_wrap=True)
    whole = console.measure(table, options=console.options.update(width=_WIDEST)).maximum
    console.width = max(console.width, whole)
    console.print(table)


def emit_json(value: Any) -> None:  # noqa: ANN401 - whatever a report holds
    """Write a value as one JSON document to stdout: UTF-8, indented on a terminal."""
    import msgspec

    data = msgspec.json.encode(value)
    if sys.stdout.isatty():
        data = msgspec.json.format(data)
    click.echo(data.decode())
