"""``hkall analyze``: what each tier makes of a text, and why two texts match or do not."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, joined, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from base.settings import Settings
    from query.chains import FieldChains


@click.command("analyze", context_settings=CONTEXT)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--field", default="title", show_default=True, help="Whose tiers; any field of words."
)
@click.option("--lang", default="", help="Language of the record: a MARC code or a name.")
@click.option(
    "--compare", is_flag=True, help="Two texts: does the first, as a query, find the second?"
)
@json_option
@click.pass_context
def analyze_command(
    ctx: click.Context,
    /,
    *,
    text: tuple[str, ...],
    field: str,
    lang: str,
    compare: bool,
    as_json: bool,
) -> None:
    """Show what each tier of the live catalogue makes of TEXT, or with --compare why A finds B.

    \b
    Examples:
      hkall analyze 紅樓夢 --lang chi
      hkall analyze "Shen, Ts'ung-wen" --field author
      hkall analyze --compare 'hung lou meng' 'Honglou meng' --lang chi

    A record is made around the text, in the language that is named, and mapped as any other.
    """
    from indexer.sample import check_words, field_named, language_code, sample_document
    from mappings import load_catalogue

    if compare and len(text) != len(("A", "B")):
        raise click.UsageError("--compare takes two texts; put each in quotation marks.")
    name, language = field_named(field, load_catalogue()), language_code(lang)
    value = text[1] if compare else joined(text)
    check_words(text[0] if compare else value)
    document = sample_document(value, name, language)
    with _chains(get_settings(ctx), name) as chains:
        if compare:
            from query.comparison import compare as compared
            from query.explain import write_comparison

            comparison = compared(chains, text[0], value, document, language)
            emit_json(comparison) if as_json else write_comparison(comparison, sys.stdout)
        else:
            from query.chains import analyse
            from query.explain import write_analysis

            analysis = analyse(chains, value, document, language)
            emit_json(analysis) if as_json else write_analysis(analysis, sys.stdout)


@contextmanager
def _chains(settings: Settings, field: str) -> Iterator[FieldChains]:
    """The chains of the live index, as long as they are used."""
    from engine import open_connection
    from query import live_definition
    from query.chains import FieldChains

    alias = settings.titles_alias
    with open_connection(settings) as connection:
        yield FieldChains(connection, alias, live_definition(connection, alias), field)
