"""How fast queries are read and compiled, beside luqum in the same run: ``python -m bench.queries``.

Both sides get the same strings: words, phrases and fields with AND, OR and brackets. They take
turns, in processor time of this process, and the median of the rounds' ratios is printed. Doubling
the terms shows whether the cost grows with their number alone.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from typing import TYPE_CHECKING

import click
from luqum.elasticsearch import ElasticsearchQueryBuilder
from luqum.parser import parser

from mappings import load_catalogue, query_definition
from query import compile_tree, parse

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (100, 200, 400, 800)  # more terms with a field than that are refused
WORDS = ["dream", "chamber", "history", "紅樓夢", "中國", "library", "Müller", "香港研究"]


def query_of(terms: int) -> str:
    """A query of so many terms, each group of five bracketed."""
    chance = random.Random(terms)  # noqa: S311 - the same strings in every run
    made = [_term(chance, number) for number in range(terms)]
    groups = [made[at : at + 5] for at in range(0, terms, 5)]
    return " AND ".join(f"({' OR '.join(group)})" for group in groups)


def _term(chance: random.Random, number: int) -> str:
    word = f"{chance.choice(WORDS)}{number}"
    return chance.choice([word, f'"{word} {chance.choice(WORDS)}"', f"title:{word}"])


def seconds(work: Callable[[str], object], text: str) -> float:
    """Processor time of this process."""
    gc.collect()
    began = time.process_time()
    work(text)
    return time.process_time() - began


@click.command()
@click.option("--rounds", default=9, show_default=True, help="Of each size; the median is printed.")
def main(rounds: int) -> None:
    """Print the ratio to luqum, and what doubling the terms costs."""
    definition = query_definition(load_catalogue())
    builder = ElasticsearchQueryBuilder(default_field="any", default_operator="must")

    def we(text: str) -> object:
        return compile_tree(parse(text, definition, width="standard").tree, definition, "standard")

    def luqum(text: str) -> object:
        return builder(parser.parse(text))

    we(query_of(10)), luqum(query_of(10))
    before = 0.0
    for terms in SIZES:
        text = query_of(terms)
        pairs = [(seconds(we, text), seconds(luqum, text)) for _ in range(rounds)]
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        ours = statistics.median(mine for mine, _ in pairs)
        grown = f", {ours / before:.2f} times the time of half as many" if before else ""
        click.echo(f"{terms} terms: {ratio:.2f} times luqum's time{grown}")
        before = ours


if __name__ == "__main__":
    sys.exit(main())
