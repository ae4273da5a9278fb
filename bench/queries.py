"""How fast queries are read and compiled, beside luqum and Elasticsearch: ``python -m bench.queries``.

All sides get the same strings: words, phrases and fields with AND, OR and brackets. They take
turns, and the median of the rounds' ratios is printed. luqum is compared in processor time of this
process; Elasticsearch (``--node``: the demo's index in the node of this home, ``hkall demo`` makes
both) by the clock, a round trip of the very query that a text becomes.

Doubling the terms shows whether the cost grows with their number alone. A search accepts 2,000
terms and 8,000 clauses; here both limits are raised, so that what is measured is the work.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click
import msgspec
from luqum.elasticsearch import ElasticsearchQueryBuilder
from luqum.parser import parser

from mappings import load_catalogue, query_definition
from query import check, compile_tree, compiler, parse
from query.context import Context
from query.passes import cost, passes
from query.reading import parse_text
from query.tables import tables
from query.tokens import open_source
from query.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mappings.model import QueryDefinition
    from query.tree import Tree
    from query.width import Width

SIZES = (100, 200, 400, 800)
GROWING = (625, 1_250, 2_500, 5_000)
WORDS = ["dream", "chamber", "history", "紅樓夢", "中國", "library", "Müller", "香港研究"]


class Stages(NamedTuple):
    """Seconds of processor time that each stage of reading and compiling takes."""

    parse: float
    passes: float
    compile: float


def query_of(terms: int) -> str:
    """A query of so many terms, each group of five bracketed."""
    chance = random.Random(terms)  # noqa: S311 - the same strings in every run
    made = [_term(chance, number) for number in range(terms)]
    groups = [made[at : at + 5] for at in range(0, terms, 5)]
    return " AND ".join(f"({' OR '.join(group)})" for group in groups)


def _term(chance: random.Random, number: int) -> str:
    word = f"{chance.choice(WORDS)}{number}"
    return chance.choice([word, f'"{word} {chance.choice(WORDS)}"', f"title:{word}"])


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """What a clock says that the work takes; by default processor time of this process."""
    gc.collect()
    began = clock()
    work()
    return clock() - began


@contextmanager
def raised_limits() -> Iterator[None]:
    """The limits of terms and clauses out of the way."""
    budget = msgspec.structs.replace(tables().budget, max_leaves=10**6, max_clauses=10**6)
    raised = msgspec.structs.replace(tables(), budget=budget)
    modules = (check, cost, compiler)
    for module in modules:
        module.tables = lambda: raised  # type: ignore[assignment] # given back below
    try:
        yield
    finally:
        for module in modules:
            module.tables = tables


def stages(text: str, definition: QueryDefinition) -> Stages:
    """Each stage of one text by itself."""
    source = open_source(text)
    context = Context(source.text, Vocabulary(definition))
    trees: list[Tree] = []

    def read() -> None:
        trees.append(parse_text(source, context)[0])

    def check_all() -> None:
        tree = trees[-1]
        for step in passes():
            tree = step(tree, context)
        trees.append(tree)

    def compile_() -> None:
        compile_tree(trees[-1], definition, "standard")

    return Stages(seconds(read), seconds(check_all), seconds(compile_))


@click.command()
@click.option("--rounds", default=9, show_default=True, help="Of each size; the median is printed.")
@click.option("--node", is_flag=True, help="Also beside a round trip to the demo's Elasticsearch.")
def main(rounds: int, node: bool) -> None:
    """Print the ratios to luqum and to a round trip, and what doubling the terms costs."""
    definition = query_definition(load_catalogue())
    beside_luqum(definition, rounds)
    growth(definition, rounds)
    if node:
        beside_elasticsearch(rounds)


def beside_luqum(definition: QueryDefinition, rounds: int) -> None:
    """The same strings by luqum's parser and Elasticsearch builder."""
    builder = ElasticsearchQueryBuilder(default_field="any", default_operator="must")
    for terms in SIZES:
        text = query_of(terms)

        def we(text: str = text) -> object:
            return compile_tree(
                parse(text, definition, width="standard").tree, definition, "standard"
            )

        def luqum(text: str = text) -> object:
            return builder(parser.parse(text))

        we(), luqum()
        pairs = [(seconds(we), seconds(luqum)) for _ in range(rounds)]
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        click.echo(f"{terms} terms: {ratio:.2f} times luqum's time")


def growth(definition: QueryDefinition, rounds: int) -> None:
    """What twice as many terms cost, stage by stage; the best of the rounds of each."""
    before: Stages | None = None
    with raised_limits():
        for terms in GROWING:
            text = query_of(terms)
            found = [stages(text, definition) for _ in range(max(3, rounds // 2))]
            best = Stages(*map(min, zip(*found, strict=True)))
            if before:
                grown = ", ".join(
                    f"{name} {now / then:.2f}"
                    for name, now, then in zip(Stages._fields, best, before, strict=True)
                )
                whole = sum(best) / sum(before)
                click.echo(f"{terms} terms: {whole:.2f} times the time of half as many ({grown})")
            before = best


def beside_elasticsearch(rounds: int) -> None:
    """Reading and compiling 100 terms beside one round trip of what they become."""
    from base.settings import DEMO_PREFIX, load_settings
    from engine import open_connection
    from query import live_definition

    settings = load_settings({"prefix": DEMO_PREFIX}).settings
    with open_connection(settings) as connection:
        definition = live_definition(connection, settings.titles_alias)
        widths: tuple[Width, ...] = ("standard", "wide")
        for width in widths:
            text = query_of(100)
            query = compile_tree(parse(text, definition, width=width).tree, definition, width)
            body = {"query": query, "size": 10, "track_total_hits": True, "_source": ["display"]}
            path = f"/{settings.titles_alias}/_search?request_cache=false"

            def we(text: str = text, width: Width = width) -> object:
                return compile_tree(parse(text, definition, width=width).tree, definition, width)

            def they(path: str = path, body: object = body) -> object:
                return connection.request("POST", path, body)

            for _ in range(5):
                we(), they()
            pairs = [
                (seconds(we, time.perf_counter), seconds(they, time.perf_counter))
                for _ in range(rounds)
            ]
            ratio = statistics.median(ours / theirs for ours, theirs in pairs)
            click.echo(f"100 terms, width {width}: {ratio:.2f} times one round trip of the query")


if __name__ == "__main__":
    sys.exit(main())
