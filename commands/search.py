"""``hkall search``: a Boolean search of the live catalogue."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from commands.circ_options import reach
from commands.options import CONTEXT, dialect_option, get_settings, joined, script_option

if TYPE_CHECKING:
    from base.settings import Settings
    from query import SearchRequest, SearchResult
    from query.scripts import Script

FIELDS = {"format_of": "format"}


class SearchCommand(click.Command):
    """``--facets`` takes a list of facets or stands alone; what follows it is else a word."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give a lone ``--facets`` its value."""
        return super().parse_args(ctx, _with_facets(args))


def _with_facets(args: list[str]) -> list[str]:
    from query.facets import ALL
    from query.tables import tables

    known = {*tables().facet, ALL}
    given = iter(args)
    found = []
    for arg in given:
        if arg != "--facets":
            found.append(arg)
            continue
        following = next(given, None)
        if following is not None and set(following.split(",")) <= known:
            found.append(f"--facets={following}")
            continue
        if following is not None and _meant_as_facets(following, known):
            raise click.UsageError(
                f"--facets {following}: facets are {', '.join(tables().facet)}. For the words"
                f" themselves write --facets={ALL} {following}"
            )
        found += [f"--facets={ALL}", *([] if following is None else [following])]
    return found


def _meant_as_facets(text: str, known: set[str]) -> bool:
    """Whether a word after ``--facets`` is a misspelt facet, or a list with one."""
    from difflib import get_close_matches

    if text.startswith("-"):  # the next option
        return False
    parts = text.split(",")
    return any(part in known for part in parts) or bool(get_close_matches(text, known, 1, 0.75))


@click.command("search", cls=SearchCommand, context_settings=CONTEXT)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help="Hits shown.")
@click.option("--from", "start", type=click.IntRange(0), default=0, help="Hits to pass over.")
@click.option(
    "--sort",
    default="relevance",
    show_default=True,
    metavar="ORDER",
    help="relevance, title, author, year, year-asc, added or added-asc; by title or author also"
    " in one of stroke, pinyin, kana, german, root: title:stroke.",
)
@click.option(
    "--facets",
    multiple=True,
    metavar="[LIST]",
    help="Count values: language,format,year,held_by,subject; alone, all of them.",
)
@click.option(
    "--advanced",
    is_flag=True,
    help="Width standard: words as they are folded, without stems and derived readings;"
    " 與, 或 and 非 that stand free are operators.",
)
@dialect_option
@click.option("--repair", is_flag=True, help="Mend what plainly is a slip, and say so.")
@click.option("--counts", is_flag=True, help="Say how many titles each part finds by itself.")
@click.option("--language", multiple=True, help="Code or name; repeat for any of several.")
@click.option("--held-by", multiple=True, help="Institution; repeat for any of several.")
@click.option("--format-of", multiple=True, help="book, journal, score, …; repeat likewise.")
@click.option("--year", multiple=True, help="1990, 1990..2000, 1990.. or ..2000; repeat likewise.")
@click.option(
    "--requestable-by",
    "patron",
    metavar="PATRON",
    help="Only what this patron (INST:number, or a card) may request now of another library.",
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "json", "jsonl", "csv"]),
    help="Form of the answer on stdout (default: table).",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@script_option
@click.pass_context
def search_command(  # noqa: PLR0913 - an argument an option
    ctx: click.Context,
    /,
    *,
    words: tuple[str, ...],
    limit: int,
    start: int,
    sort: str,
    facets: tuple[str, ...],
    advanced: bool,
    dialect: str,
    repair: bool,
    counts: bool,
    patron: str | None,
    layout: str | None,
    as_json: bool,
    script: Script | None,
    **limits: Any,  # noqa: ANN401 - click's values
) -> None:
    """Search titles: words, "phrases", field:term, AND OR NOT in capitals, (brackets), stem*.

    \b
    Examples:
      hkall search 紅樓夢 --language chi
      hkall search '(author:魯迅 OR author:"Lu Xun") NOT title:狂人日記' --sort year-asc
      hkall search '*' --sort title:pinyin --script romanised
      hkall search 'climat* OR 氣候' --held-by HKU --held-by HKUST --year 1990.. --facets

    Words stand together as AND; `-` alone reads them from standard input. The query `*` finds every
    title. Several words need no quotation marks of the shell's; brackets, quotation marks and * do.
    """
    from query import SearchRequest

    if as_json and layout not in (None, "json"):
        raise click.UsageError(f"--json and --format {layout} exclude each other.")
    settings = get_settings(ctx)
    reached, without = reach(ctx, patron) if patron is not None else ({}, {})
    request = SearchRequest(
        text=joined(words),
        limit=limit,
        start=start,
        sort=sort,
        collation=settings.search.collation,
        facets=tuple(name for given in facets for name in given.split(",")),
        width="standard" if advanced else "wide",
        operators=(*settings.search.operators, *(("localised",) if advanced else ())),
        repair=repair,
        counts=counts,
        dialect=dialect,
        limits={FIELDS.get(name, name): values for name, values in limits.items()} | reached,
        without=without,
    )
    result = _answer(settings, request)
    shown = script or settings.search.script
    _write(result, "json" if as_json else layout or "table", start, shown)


def _answer(settings: Settings, request: SearchRequest) -> SearchResult:
    from engine import open_connection
    from query import search
    from query.searching import check_request

    check_request(request)
    with open_connection(settings) as connection:
        return search(connection, settings.titles_alias, request)


def _write(result: SearchResult, layout: str, start: int, script: Script) -> None:
    from query import render

    match layout:
        case "json":
            render.write_json(result, sys.stdout)
        case "jsonl":
            render.write_jsonl(result, sys.stdout)
        case "csv":
            render.write_csv(result, sys.stdout)
        case _:
            render.write_table(result, sys.stdout, start=start, script=script)
    if layout in ("jsonl", "csv"):
        for line in (
            *render.note_lines(result.repairs, result.warnings),
            *render.correction_lines(result.suggestions),
        ):
            click.echo(line, err=True)
