"""All lines of a strategy read against an index: trees that hold their sets, and what they become.

A set is a tree within a tree, never text put into text: what line 3 finds is the same by itself
and within line 7, whatever stands beside it there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from query import QueryError, compile_tree, parse
from query.printer import print_tree
from query.tree import And, Everything, Field, Line, Not, Or
from query.vocabulary import vocabulary_of
from strategies.errors import LineProblem, StrategyError
from strategies.sets import numbers_as_words, ranges, with_hashes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mappings.model import QueryDefinition
    from query import Reading
    from query.dsl import Dsl
    from query.tokens import OperatorSet
    from query.tree import Tree
    from query.width import Width
    from strategies.lines import Strategy, StrategyLine

WIDTH: Width = "standard"
"""Strategies are run in the width that promises the same answer for the same words."""


class ReadLine(NamedTuple):
    """A line, how it was read, the limits in it, and the Elasticsearch query that it becomes."""

    line: StrategyLine
    reading: Reading
    limits: tuple[str, ...]
    query: Dsl


class ReadStrategy(NamedTuple):
    """A strategy whose lines are all sound, in the order of their numbers."""

    strategy: Strategy
    lines: tuple[ReadLine, ...]
    operators: tuple[OperatorSet, ...] = ()
    dialect: str = ""

    def line(self, number: int) -> ReadLine | None:
        """The line of this number."""
        return next((each for each in self.lines if each.line.number == number), None)


def understand(
    strategy: Strategy,
    definition: QueryDefinition,
    operators: Collection[OperatorSet] = (),
    dialect: str = "",
) -> ReadStrategy:
    """Read every line, whatever is wrong with those before it.

    Args:
        strategy: the lines.
        definition: what the index says of its fields.
        operators: the words that are operators beside AND, OR and NOT.
        dialect: the other system whose language all lines are in (``query.dialects``), sets included.

    Raises:
        StrategyError: with every problem of every line.
    """
    reader = _Reader(strategy, definition, operators, dialect)
    found = [reader.read(line) for line in strategy.lines]
    if reader.problems:
        raise StrategyError(strategy.name, reader.problems)
    return ReadStrategy(strategy, tuple(each for each in found if each), tuple(operators), dialect)


def one_chain(tree: Tree) -> Tree:
    """A line's tree as later lines hold it: a set that its own operator joins is part of the chain.

    ``#29 OR tea`` is then no level deeper than line 29. Its terms have been read in their own line and
    are not read again, so that they stay what they were.
    """
    if isinstance(tree, Line) and tree.found is not None:
        return tree.found
    if not isinstance(tree, And | Or):
        return tree
    children: list[Tree] = []
    for child in tree.children:
        match tree, child:
            case (Or(), Line(found=Or(inner))) | (And(), Line(found=And(inner, others=()))):
                children += inner
            case _:
                children.append(child)
    return replace(tree, children=tuple(children))


class _Reader:
    """Reads lines one after the other; ``trees`` are those that a later line may name."""

    def __init__(
        self,
        strategy: Strategy,
        definition: QueryDefinition,
        operators: Collection[OperatorSet],
        dialect: str,
    ) -> None:
        self.dialect = dialect
        self.operators = operators
        self.style = strategy.style
        self.numbers = {line.number for line in strategy.lines}
        self.definition = definition
        self.vocabulary = vocabulary_of(definition)
        self.trees: dict[int, Tree] = {}
        self.problems: list[LineProblem] = []

    def read(self, line: StrategyLine) -> ReadLine | None:
        """The line; None where it has problems, which are kept. Those that name it have no more."""
        found = self._read(line)
        self.trees[line.number] = one_chain(found.reading.tree) if found else Everything()
        return found

    def _read(self, line: StrategyLine) -> ReadLine | None:
        text = line.text if self.dialect else with_hashes(line, self.style, self.numbers)
        problems = [] if self.dialect else list(ranges(text))
        try:
            if not problems:
                reading = self.parse(text)
                if not self.dialect:
                    said = numbers_as_words(reading.tree, self.numbers)
                    reading = msgspec.structs.replace(reading, warnings=(*reading.warnings, *said))
                query = compile_tree(reading.tree, self.definition, WIDTH)
                limits = tuple(dict.fromkeys(self.limits(reading.tree)))
                return ReadLine(line, reading, limits, query)
        except QueryError as error:
            problems += error.problems
        self.problems += [LineProblem(line, problem) for problem in problems]
        return None

    def parse(self, text: str) -> Reading:
        """A line's query, whose sets are lines that have been read."""
        return parse(
            text,
            self.definition,
            width=WIDTH,
            operators=self.operators,
            lines=self.trees,
            dialect=self.dialect,
        )

    def limits(self, tree: Tree) -> Iterator[str]:
        """The coded fields of a line itself, such as ``language:chi``; not those of its sets."""
        match tree:
            case Field(name) if self.vocabulary.kind(name) != "text":
                yield print_tree(tree)
            case And(children) | Or(children):
                for child in children:
                    yield from self.limits(child)
            case Not(child):
                for limit in self.limits(child):
                    yield f"NOT {limit}"
            case _:
                return
