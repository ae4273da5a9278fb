"""The lines of a strategy file: their numbers, their queries, without comments and blank lines.

A file is numbered (``3.``, ``3)``, ``#3``, ``S3``) or it is not. The first line tells: no set can
stand above it, so that a number at its beginning is its own. A number without a sign behind it might be a
word: such lines are numbered where all of them count on from 1. Histories that list the newest line
first are read as well: lines count by their numbers.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import msgspec

from base.errors import UsageFailure
from query.errors import Problem
from query.tokens import LEAF, open_source
from query.tree import Span
from strategies.errors import LineProblem, StrategyError

if TYPE_CHECKING:
    from collections.abc import Iterator

Style = Literal["none", "number", "hash", "s"]
"""How lines are numbered: not at all, ``3.`` or ``3``, ``#3``, ``S3``."""

MOST_LINES = 500

_LABELS: dict[Style, re.Pattern[str]] = {
    "number": re.compile(r"\s*(\d{1,4})(?:[.):]\s+|[．、）]\s*|\t\s*)(?=\S)"),
    "hash": re.compile(r"\s*[#＃] ?(\d{1,4})[.．:：)）]?\s+(?=\S)"),
    "s": re.compile(r"\s*[SsＳ](\d{1,4})[.．:：)）]?\s+(?=\S)"),
}
_COUNT = re.compile(r"\s+\(\d[\d,.]*\)\s*\Z")
_BARE = re.compile(r"\s*(\d{1,4})\s+(?=\S)")
_JOINS = re.compile(r"(?:AND|OR|NOT|(?:NEAR|W|PRE)/\d+)(?=\s|\(|$)", re.IGNORECASE)
_leaves = re.compile(LEAF)


class StrategyLine(msgspec.Struct, frozen=True):
    """One line of a strategy; rows of the file count from 1.

    ``text`` is its query, composed (NFC); it begins ``offset`` code points into ``written``, the
    composed row.
    """

    number: int
    text: str
    row: int
    written: str
    offset: int


class Strategy(msgspec.Struct, frozen=True):
    """A strategy as its file has it, its lines in the order of their numbers."""

    name: str
    lines: tuple[StrategyLine, ...]
    style: Style
    digest: str  # SHA-256 of the lines' numbers and queries: comments and blank lines do not count


def read_strategy(data: bytes, name: str) -> Strategy:
    """Read a strategy file (UTF-8, with or without a byte order mark).

    Raises:
        StrategyError: lines are not numbered as the first one is, or numbers come twice.
        base.errors.UsageFailure: it is not UTF-8, has no line, or more than ``MOST_LINES``.
    """
    rows = _without_counts(list(_rows(_decoded(data, name))))
    if not rows:
        raise UsageFailure(
            f"{name} has no line to search", hint="Write a query a line; // begins a comment."
        )
    if len(rows) > MOST_LINES:
        raise UsageFailure(
            f"{name} has {len(rows)} lines, more than the {MOST_LINES} that a strategy may have",
            hint="Split it.",
        )
    style, label = _style(rows)
    lines = [_numbered(line, label, at) for at, line in enumerate(rows, 1)]
    problems = [*_unnumbered(lines), *_twice(lines)]
    if problems:
        raise StrategyError(name, problems)
    ordered = tuple(sorted(lines, key=lambda line: line.number))
    told = "\n".join(f"{line.number}\t{line.text}" for line in ordered)
    return Strategy(name, ordered, style, sha256(told.encode()).hexdigest())


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise UsageFailure(
            f"{name}, row {row}: byte 0x{data[error.start]:02x} is not UTF-8",
            hint="Save the file as UTF-8 and run the command again.",
        ) from error


def _rows(text: str) -> Iterator[StrategyLine]:
    """Rows that hold more than a comment, not numbered yet."""
    for row, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        written = unicodedata.normalize("NFC", raw)
        text_ = _without_comment(written)
        if open_source(text_).shadow.strip():
            yield StrategyLine(0, text_, row, written, 0)


def _without_counts(rows: list[StrategyLine]) -> list[StrategyLine]:
    """Counts in brackets behind every line, as Ovid prints them: ``1  exp Tea/ (1234)``."""
    if len(rows) < 2 or not all(_COUNT.search(row.text) for row in rows):  # noqa: PLR2004 - one may end so
        return rows
    return [msgspec.structs.replace(row, text=_COUNT.sub("", row.text)) for row in rows]


def _without_comment(written: str) -> str:
    """The row up to ``//`` at the beginning of a word, outside quotation marks; so is no URL cut."""
    for leaf in _leaves.finditer(open_source(written).shadow):
        if leaf[0].startswith("//"):
            return written[: leaf.start()]
    return written


def _style(rows: list[StrategyLine]) -> tuple[Style, re.Pattern[str] | None]:
    """How lines are numbered, and what the number looks like."""
    first = rows[0].text
    for style, label in _LABELS.items():
        found = label.match(first)
        if found and not _JOINS.match(first, found.end()):
            return style, label
    return ("number", _BARE) if _all_counted(rows) else ("none", None)


def _all_counted(rows: list[StrategyLine]) -> bool:
    """Whether several lines begin with 1, 2, 3 and so on, or count down to 1: Ovid prints them so."""
    found = [_BARE.match(row.text) for row in rows]
    numbers = [int(each[1]) for each in found if each]
    counted = list(range(1, len(rows) + 1))
    return len(rows) > 1 and numbers in (counted, counted[::-1])


def _numbered(line: StrategyLine, label: re.Pattern[str] | None, at: int) -> StrategyLine:
    """The line with its number and its query alone; number 0 where it has none but should."""
    number, start = at, 0
    if label is not None:
        found = label.match(line.text)
        number, start = (int(found[1]), found.end()) if found else (0, 0)
    start += len(line.text[start:]) - len(line.text[start:].lstrip())
    text = line.text[start:].rstrip()
    return msgspec.structs.replace(line, number=number, text=text, offset=start)


def _unnumbered(lines: list[StrategyLine]) -> Iterator[LineProblem]:
    for line in lines:
        if line.number == 0:
            message = "the line has no number, though the first one has"
            advice = "Number every line in one way, or none."
            yield LineProblem(line, Problem("line-unnumbered", message, Span(0, 1), advice))


def _twice(lines: list[StrategyLine]) -> Iterator[LineProblem]:
    rows: dict[int, int] = {}
    for line in lines:
        if line.number and line.number in rows:
            message = f"#{line.number} is also the number of row {rows[line.number]}"
            advice = "Give every line a number of its own."
            yield LineProblem(line, Problem("line-twice", message, Span(0, 1), advice))
        rows.setdefault(line.number, line.row)
