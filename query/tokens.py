"""Text to tokens: one regular expression for terms, phrases, fields, operators and brackets.

The *shadow* of a text is as long as the text, code point by code point; it has plain spaces and
ASCII forms where the text has any other white space, control character or full-width bracket,
colon, quotation mark, asterisk or equals sign. Tokens are found in the shadow and read from the
text, so that every position is one of the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from query.tree import Span

Kind = Literal["word", "phrase", "quote", "open", "close", "operator", "field", "boost"]
OperatorSet = Literal["localised", "lowercase"]
"""Operators beside AND, OR, NOT: 與 或 非 (与), and and, or, not in small letters."""

_BLANK = (
    *range(0x21),
    *range(0x7F, 0xA1),
    0x1680,
    *range(0x2000, 0x200C),
    *(0x200E, 0x200F),
    *range(0x2028, 0x2030),
    *(0x205F, 0x2060, 0x3000, 0xFEFF),
)
_SHADOW = {
    **dict.fromkeys(_BLANK, " "),
    **{ord(wide): plain for wide, plain in zip("（）：＊＂＝", '():*"=', strict=True)},
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

QUOTES = '"“”„‟«»「」『』《》〈〉〝〞〟'
_PAIRS = (  # opening marks, the marks that close them, what may not stand between
    ('"', '"', ""),
    ("“", '“”"', ""),
    ("„‟", '“”"', "„‟"),
    ("”", "”", ""),
    ("«", "»", ""),
    ("»", "«", ""),
    ("「", "」", ""),
    ("『", "』", ""),
    ("《", "》", ""),
    ("〈", "〉", ""),
    ("〝", "〞〟", ""),
)
_QUOTED = "|".join(rf"[{ops}][^{ends}{no}]*[{ends}]" for ops, ends, no in _PAIRS)
_CLOSING = {mark: (re.compile(f"[{ends}{no}]"), ends) for ops, ends, no in _PAIRS for mark in ops}
_CAPITALS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "ＡＮＤ": "AND", "ＯＲ": "OR", "ＮＯＴ": "NOT"}
_MORE: dict[str, dict[str, str]] = {
    "localised": {"與": "AND", "与": "AND", "或": "OR", "非": "NOT"},
    "lowercase": {"and": "AND", "or": "OR", "not": "NOT"},
}
_EDGE = rf"(?=[ (){QUOTES}]|$)"
_NEAR = rf"(?:NEAR|W|PRE)/[0-9]{{1,6}}{_EDGE}"
BOOST = rf"(?<=[^ (:=])\^[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?{_EDGE}"
# no boost begins but at a ^, so that the other characters are taken without looking for one
_WORD = rf"(?:[^ ()^{QUOTES}]++|(?!{BOOST})\^)++"
LEAF = rf"={{0,2}}(?:{_QUOTED})|{_WORD}"
_SHORT = 2  # Latin letters of a field name that takes its term without a space only


class Syntax(NamedTuple):
    """What a query may use: the names of fields, and the operators beside those in capitals."""

    names: tuple[str, ...]
    operators: frozenset[OperatorSet] = frozenset()

    def words(self) -> dict[str, str]:
        """The words that are operators, with the operator that each one is."""
        more = [_MORE[name] for name in sorted(self.operators)]
        return {word: name for table in (_CAPITALS, *more) for word, name in table.items()}


class Token(NamedTuple):
    """A piece of the query; ``value`` is the operator or the field's name, else the text."""

    kind: Kind
    value: str
    span: Span


class Source(NamedTuple):
    """A query's text, composed (NFC), and its shadow."""

    text: str
    shadow: str


def open_source(text: str) -> Source:
    """Compose a text as it comes from outside; positions count in the composed text."""
    composed = unicodedata.normalize("NFC", _LONE_SURROGATE.sub("�", text))
    return Source(composed, composed.translate(_SHADOW))


def _operator_pattern(syntax: Syntax) -> str:
    """The regular expression of operators that stand free."""
    words = "|".join(syntax.words()) or "(?!)"
    return rf"(?:(?:{words}){_EDGE}|{_NEAR})"


def _field_pattern(names: tuple[str, ...]) -> str:
    """The regular expression of known field names with their colon, or before ``==``.

    Spaces may follow the colon, except after two Latin letters: ``in: a paper`` is no ISSN.
    """
    by_length = sorted(names, key=len, reverse=True)
    every = "|".join(map(re.escape, by_length)) or "(?!)"
    long = "|".join(re.escape(name) for name in by_length if not _is_short(name)) or "(?!)"
    short = "|".join(re.escape(name) for name in by_length if _is_short(name)) or "(?!)"
    sign = r"(?=[^ ():=]++(?::|==))"  # most words have none, and need no trying of every name
    return rf"{sign}(?:(?i:{long}): *|(?i:{short}):(?=[^ ])|(?i:{every})(?===))"


def _is_short(name: str) -> bool:
    return name.isascii() and len(name) <= _SHORT


@lru_cache(maxsize=8)
def _scanner(syntax: Syntax) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<operator>{_operator_pattern(syntax)})|(?P<field>{_field_pattern(syntax.names)})"
        rf"|(?P<boost>{BOOST})|(?P<quote>={{0,2}}[{QUOTES}])"
        rf"|(?P<word>{_WORD})|(?P<open>\()|(?P<close>\))"
    )


def scan(source: Source, syntax: Syntax) -> list[Token]:
    """All tokens of a query; what is no token is a space. Linear in the length of the text."""
    tokens = []
    scanner, quotes, at = _scanner(syntax), Quotes(source.shadow), 0
    operators = syntax.words()
    while match := scanner.search(source.shadow, at):
        kind, at = cast("Kind", match.lastgroup), match.end()
        if kind == "quote":
            closed = quotes.closed(at - 1)
            kind, at = ("phrase", closed) if closed else ("quote", at)
        span = Span(match.start(), at)
        tokens.append(Token(kind, _value(kind, source, span, operators), span))
    return tokens


class Quotes:
    """Finds where quotation marks close; a mark whose partner is nowhere is sought once only."""

    def __init__(self, shadow: str) -> None:
        self.shadow = shadow
        self.lone: set[str] = set()

    def closed(self, at: int) -> int:
        """The end of the phrase that opens here; 0 where it never closes."""
        mark = self.shadow[at]
        if mark in self.lone or mark not in _CLOSING:
            return 0
        pattern, closing = _CLOSING[mark]
        found = pattern.search(self.shadow, at + 1)
        if found is None:
            self.lone.add(mark)
            return 0
        return found.end() if found[0] in closing else 0


def _value(kind: Kind, source: Source, span: Span, operators: dict[str, str]) -> str:
    text = source.text[span.start : span.end]
    if kind == "operator":
        return operators.get(text, text)
    return field_name(source.shadow[span.start : span.end]) if kind == "field" else text


def field_name(text: str) -> str:
    """``題名：`` to ``題名``."""
    return text.rstrip().rstrip(":：").casefold()
