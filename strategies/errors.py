"""What is wrong with a strategy: every problem of every line at once, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from base.errors import UsageFailure
from query.errors import caret_lines
from query.tree import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from query.errors import Problem
    from strategies.lines import StrategyLine

_INDENT = "\n       "  # hints are shown behind seven columns


class LineProblem(NamedTuple):
    """A problem of one line; its place counts in code points of the query of that line."""

    line: StrategyLine
    problem: Problem


class StrategyError(UsageFailure):
    """A strategy cannot be run. ``problems`` holds all that was found, in the order of the file.

    The hint shows each one: row of the file and column (code points, from 1), the text with a caret
    below the place, what to write instead.
    """

    code = "strategy"

    def __init__(self, name: str, problems: Sequence[LineProblem]) -> None:
        found = sorted(problems, key=lambda each: (each.line.row, each.problem.span.start))
        rows = len({each.line.row for each in found})
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        where = "1 line" if rows == 1 else f"{rows} lines"
        super().__init__(
            f"{count} in {where} of {name}; nothing was searched",
            hint=_INDENT.join(line for each in found for line in _shown(each)),
        )
        self.problems = tuple(found)


class ReportUnreadable(UsageFailure):
    """A file is no report of a strategy's run."""

    code = "strategy-report"


def _shown(found: LineProblem) -> list[str]:
    line, problem = found
    head = f"{problem.message} [{problem.code}]"
    if not problem.span.end:
        return [f"row {line.row} (#{line.number}): {head}", f"    {problem.advice}"]
    span = Span(problem.span.start + line.offset, problem.span.end + line.offset)
    shown = (*caret_lines(line.written, span), problem.advice)
    where = f"row {line.row}, column {span.start + 1} (#{line.number})"
    return [f"{where}: {head}", *(f"    {each}" for each in shown)]
