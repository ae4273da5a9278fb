"""Queries of links: ``query=title,contains,tea,AND&query=creator,exact,Lu Yu``, as Primo writes them.

Each part has a field, how its value is meant, the value, and the operator before the next part. Parts of
one parameter are separated by semicolons, as in the API's ``q``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_plus

from query.dialects import terms
from query.dialects.pieces import Piece, find_tag
from query.dialects.scan import scan
from query.tokens import open_source
from query.tree import Span, Starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from query.context import Context
    from query.dialects.model import Dialect
    from query.tokens import Source

_PARAMETER = re.compile(r"(?:\A *|(?<=[?&]))(\w+)=([^&#]*)")
_URL = re.compile(r" *(?:https?://\S*?[?&])?(?:q|query)=")
_QUERIES = ("q", "query")
_FACETS = ("facet", "mfacet", "qInclude", "qExclude", "multiFacets", "pfilter")
_ORDERS = ("sortby", "sort")
_PART = r"([\w.]{1,40}),(%s),"
_JOINED = re.compile(r",(AND|OR|NOT) *\Z")


class _Value(NamedTuple):
    """A parameter's value: its place, and its text where that is not what stands there."""

    span: Span
    text: str
    decoded: bool


def scan_link(source: Source, dialect: Dialect, context: Context) -> list[Piece] | None:
    """All pieces of a query in the form of a link; None where the text has another form."""
    if dialect.rules.links is None:
        return None
    part = re.compile(_PART % "|".join(dialect.rules.links.value))
    values = _values(source)
    if not values or not all(part.match(value.text) for value in values):
        return None
    _say_lost(source, context)
    pieces: list[Piece] = []
    operator: Piece | None = None
    for value in values:
        for start, end in _bounds(value.text, part):
            if pieces:
                pieces.append(
                    operator or Piece("and", "AND", Span(value.span.start, value.span.start))
                )
            found, operator = _part(value, start, end, part, dialect, context)
            pieces += found
    return pieces


def _values(source: Source) -> list[_Value]:
    """The values of the query's parameters; the whole text where there are none."""
    text = source.text
    if not _URL.match(text):
        start = len(text) - len(text.lstrip())
        return [_Value(Span(start, len(text.rstrip())), text.strip(), decoded=False)]
    found = []
    for match in _PARAMETER.finditer(text.rstrip()):
        if match[1] in _QUERIES:
            plain = unquote_plus(match[2])
            found.append(_Value(Span(*match.span(2)), plain, decoded=plain != match[2]))
    return found


def _say_lost(source: Source, context: Context) -> None:
    """Facets and orders of a link are left out."""
    for match in _PARAMETER.finditer(source.text) if _URL.match(source.text) else ():
        if match[1] in _FACETS:
            message = f"the limit {match[0]} was left out"
            context.notes.warn("lost-limit", message, Span(*match.span()))
        elif match[1] in _ORDERS:
            message = f"the order {match[2]} was left out; --sort orders a search"
            context.notes.warn("lost-sort", message, Span(*match.span()))


def _bounds(text: str, part: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where the parts of a value begin and end."""
    starts = [0, *(m.end() for m in re.finditer(r"; *", text) if part.match(text, m.end()))]
    for start, following in zip(starts, [*starts[1:], len(text) + 1], strict=True):
        yield start, len(text[:following].rstrip("; ")) if following <= len(text) else len(text)


def _part(
    value: _Value, start: int, end: int, part: re.Pattern[str], dialect: Dialect, context: Context
) -> tuple[list[Piece], Piece | None]:
    """A part's pieces, and the operator behind it."""
    found = part.match(value.text, start)
    assert found is not None  # noqa: S101 - parts begin where it matches
    joined = _JOINED.search(value.text, found.end(), end)
    last = joined.start() if joined else end

    def at(first: int, behind: int) -> Span:
        if value.decoded:
            return value.span
        return Span(value.span.start + first, value.span.start + behind)

    tag = find_tag(dialect, found[1])
    pieces = [Piece("prefix", found[1], at(*found.span(1)), tag=tag)]
    text, span = value.text[found.end() : last], at(found.end(), last)
    pieces += _said(text, found[2], span, dialect, context, decoded=value.decoded)
    operator = None
    if joined:
        kind = dialect.rules.operators.value[joined[1]]
        operator = Piece(kind, joined[1], at(*joined.span(1)))
    return pieces, operator


def _said(
    text: str, precision: str, span: Span, dialect: Dialect, context: Context, *, decoded: bool
) -> list[Piece]:
    """The value as words, as a phrase, or as the beginning of one."""
    assert dialect.rules.links is not None  # noqa: S101 - its caller has looked
    meant = dialect.rules.links.value[precision]
    words = " ".join(text.replace('"', " ").split())
    if not words:
        return []
    if meant != "words":
        leaf = terms.literal(words, span)
        tree = Starts(leaf.text, span=span) if meant == "beginning" else leaf
        return [Piece("leaf", text, span, tree)]
    opened, closed = Piece("open", "(", span), Piece("close", ")", span)
    names = context.vocabulary.names
    if not decoded:
        inner = scan(open_source(" " * span.start + text), dialect, names)
        return [opened, *inner, closed]
    inner = [
        replace(piece, span=span, tree=replace(piece.tree, span=span) if piece.tree else None)
        for piece in scan(open_source(text), dialect, names)
    ]
    return [opened, *inner, closed]
