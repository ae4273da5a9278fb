"""What is wrong with a query: a stable code, the place, what was expected, the nearest form."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from base.errors import UsageFailure

if TYPE_CHECKING:
    from query.tree import Span

WINDOW = 60  # code points of the query that an error shows
SHOWN = 8  # problems of one query that are shown
_INDENT = "\n       "  # hints are shown behind seven columns


class Fix(NamedTuple):
    """What mends a problem: ``text`` in the place of ``span``."""

    span: Span
    text: str


class Problem(NamedTuple):
    """One thing that is wrong: ``advice`` says what to write instead.

    ``fix`` is there where what was meant is plain; ``--repair`` makes it.
    """

    code: str
    message: str
    span: Span
    advice: str
    fix: Fix | None = None


class QueryError(UsageFailure):
    """A query cannot be answered. ``problems`` holds all that was found, in order of place.

    The message is the first problem with its position (code points, from 1); the hint shows the
    text with a caret below the place, and the other problems in the same way.
    """

    code = "query"

    def __init__(self, text: str, problems: list[Problem]) -> None:
        first = problems[0]
        super().__init__(
            _message(first, len(problems) - 1), hint=_hint(text, problems), code=first.code
        )
        self.text = text
        self.problems = tuple(problems)
        self.position = first.span.start


class QuerySyntaxError(QueryError):
    """The text cannot be read as a query."""

    code = "query-syntax"


class QueryNotExpressible(QueryError):
    """The text can be read, but the catalogue cannot search for it."""

    code = "query-not-expressible"


class NoIndexError(UsageFailure):
    """No catalogue has been built under this prefix."""

    code = "no-index"


class IndexIncompleteError(UsageFailure):
    """The live index was not built by this program, so that its fields are not known."""

    code = "index-without-definition"


class RequestError(UsageFailure):
    """An option of a search has a value that it cannot have."""

    code = "search-request"


def caret_lines(text: str, span: Span) -> tuple[str, str]:
    """The text around a place and a line of carets below it, right for wide characters.

    At most 60 code points of the text are shown; a cut is marked with an ellipsis.
    """
    start = max(0, min(span.start - WINDOW // 2, len(text) - WINDOW))
    shown = text[start : start + WINDOW]
    before = "…" if start else ""
    after = "…" if start + WINDOW < len(text) else ""
    offset = columns(before + shown[: span.start - start])
    width = max(1, columns(shown[span.start - start : span.end - start]))
    return before + _printable(shown) + after, " " * offset + "^" * width


def shown_term(text: str) -> str:
    """A term as a message quotes it: a long one is cut."""
    return text if len(text) <= WINDOW else text[: WINDOW - 1] + "…"


def columns(text: str) -> int:
    """Columns of a terminal that a text takes: two for wide characters, none for marks."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _printable(text: str) -> str:
    return "".join(
        character if character.isprintable() or unicodedata.combining(character) else " "
        for character in text
    )


def _message(problem: Problem, others: int) -> str:
    more = f" (and {others} more)" if others else ""
    return f"{_placed(problem)}{more}"


def _placed(problem: Problem) -> str:
    where = f"position {problem.span.start + 1}: " if problem.span.end else ""
    return f"{where}{problem.message}"


def _hint(text: str, problems: list[Problem]) -> str:
    """What the first problem needs, then each other with its place; the last ones only counted."""
    lines = [*_advised(text, problems[0])]
    for problem in problems[1:SHOWN]:
        lines += [_placed(problem), *_advised(text, problem)]
    if len(problems) > SHOWN:
        lines.append(f"and {len(problems) - SHOWN} more")
    return _INDENT.join(lines)


def _advised(text: str, problem: Problem) -> tuple[str, ...]:
    if not problem.span.end:
        return (problem.advice,)
    return (*caret_lines(text, problem.span), problem.advice)
