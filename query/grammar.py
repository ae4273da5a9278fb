"""Tokens to a tree: pyparsing's ``infix_notation`` over one kind of leaf.

The notation reads the *signs* of a query, one character a token, so that what a token is gets
decided in one place (``query.tokens``) and each step costs the same however many fields there are.
From the tightest: boost, field, juxtaposition, proximity, NOT before a term, NOT between terms,
AND, OR. No packrat: since pyparsing 3.3 the notation is an explicit stack, linear in the length of
the text and indifferent to the depth of brackets.

A chain of terms with one operator that fills its brackets, or the whole query, needs no precedence.
It is one term of the notation: strategies are made of such groups of synonyms, and are read in a
third of the time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyparsing

from query.terms import leaf
from query.tokens import field_name
from query.tree import And, Boost, Field, Near, Not, Or, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from query.tokens import Source, Token
    from query.tree import Tree

_SIGNS = {"word": "w", "phrase": "w", "field": "f", "boost": "b", "open": "(", "close": ")"}
_OPERATORS = {"AND": "A", "OR": "O", "NOT": "N"}
_PROXIMITY = "n"
_ONE = "f?wb?"
_CHAIN = rf"{_ONE}(?:(?:O{_ONE})+|(?:A{_ONE})+|(?:N{_ONE})+|(?:{_ONE})+)"
_CHAINED = {"O": "OR", "A": "AND", "N": "AND NOT"}
_TERM = rf"\({_CHAIN}\)|\A{_CHAIN}\Z|w"
_ones = re.compile(_ONE).finditer
_BESIDE_SIGN = " "
_BESIDE = re.compile("[wb)][wf(]")
_OPERATING = frozenset(("b", "f", _PROXIMITY, *_OPERATORS.values()))


def build_tree(tokens: Sequence[Token], source: Source, *, or_first: bool = False) -> Tree:
    """The tree of tokens that ``check.structure`` has found sound.

    ``or_first``: OR binds tighter than AND, as some systems have it.

    Raises:
        pyparsing.ParseException: the tokens were not sound.
    """
    signs = "".join(map(_sign, tokens))
    needed = "".join(sorted(_OPERATING.intersection(signs)))
    if _BESIDE.search(signs):
        needed += _BESIDE_SIGN
    part = _grammar(needed, or_first=or_first).parse_string(signs, parse_all=True)[0]
    return _tree(part, tokens, source)


def _sign(token: Token) -> str:
    if token.kind == "operator":
        return _OPERATORS.get(token.value, _PROXIMITY)
    return _SIGNS[token.kind]


class _Part:
    """A stretch of the signs: its operator's place, and its operands, leaves as their places."""

    __slots__ = ("at", "kind", "operands")

    def __init__(self, kind: str, operands: Sequence[_Part | int], at: int = 0) -> None:
        self.kind, self.operands, self.at = kind, operands, at


@lru_cache(maxsize=64)
def _grammar(needed: str, *, or_first: bool) -> pyparsing.ParserElement:
    """The notation of the operators that a query has: each that it lacks would be tried everywhere."""
    term = pyparsing.Regex(_TERM).set_parse_action(_term)
    beside = pyparsing.Regex(f"(?![{''.join(_OPERATORS.values())}{_PROXIMITY}])")
    right, left = pyparsing.OpAssoc.RIGHT, pyparsing.OpAssoc.LEFT
    chains: list[Any] = [
        ("A", ("A", 2, left, _chain("AND"))),
        ("O", ("O", 2, left, _chain("OR"))),
    ]
    levels: list[Any] = [
        ("b", (_placed("b"), 1, left, _postfix)),
        ("f", (_placed("f"), 1, right, _prefix("field"))),
        (_BESIDE_SIGN, (beside, 2, left, _chain("AND"))),
        (_PROXIMITY, (_placed(_PROXIMITY), 2, left, _near)),
        ("N", (_placed("N"), 1, right, _prefix("NOT"))),
        ("N", ("N", 2, left, _chain("AND NOT"))),
        *(reversed(chains) if or_first else chains),
    ]
    chosen = [level for sign, level in levels if sign in needed]
    grammar: pyparsing.ParserElement = pyparsing.infix_notation(term, chosen)  # type: ignore[no-untyped-call] # of pyparsing
    return grammar.leave_whitespace()


def _placed(sign: str) -> pyparsing.ParserElement:
    """A sign that its action wants to know the place of."""
    return pyparsing.Literal(sign).set_parse_action(lambda _signs, at, _tokens: at)


def _term(_signs: str, at: int, tokens: Any) -> int | _Part:  # noqa: ANN401 - pyparsing's results
    """The place of a term, or a chain of terms."""
    signs: str = tokens[0]
    if signs == "w":
        return at
    operands = [_one(at + found.start(), found[0]) for found in _ones(signs)]
    kinds = (kind for sign, kind in _CHAINED.items() if sign in signs)
    return _Part(next(kinds, "AND"), operands)


def _one(at: int, signs: str) -> int | _Part:
    """A term of a chain with its field and boost; a boost binds tighter."""
    place = at + signs.index("w")
    term: int | _Part = place
    if signs.endswith("b"):
        term = _Part("boost", (term,), place + 1)
    return _Part("field", (term,), at) if place > at else term


def _postfix(_signs: str, _at: int, tokens: Any) -> _Part:  # noqa: ANN401 - pyparsing's results
    operand, place = tokens[0]
    return _Part("boost", (operand,), place)


def _prefix(kind: str) -> Callable[[str, int, Any], _Part]:
    def action(_signs: str, _at: int, tokens: Any) -> _Part:  # noqa: ANN401 - pyparsing's results
        place, operand = tokens[0]
        return _Part(kind, (operand,), place)

    return action


def _chain(kind: str) -> Callable[[str, int, Any], _Part]:
    def action(_signs: str, _at: int, tokens: Any) -> _Part:  # noqa: ANN401 - pyparsing's results
        return _Part(kind, tokens[0].as_list()[::2])

    return action


def _near(_signs: str, _at: int, tokens: Any) -> _Part:  # noqa: ANN401 - pyparsing's results
    first, *others = tokens[0]
    for place, second in zip(others[::2], others[1::2], strict=True):
        first = _Part("NEAR", (first, second), place)
    near: _Part = first
    return near


def _tree(part: _Part | int, tokens: Sequence[Token], source: Source) -> Tree:
    """The node of a part, its leaves read from the text."""
    if isinstance(part, int):
        return leaf(source, tokens[part].span)
    children = tuple([_tree(operand, tokens, source) for operand in part.operands])
    first, token = children[0], tokens[part.at]
    over = Span(first.span.start, children[-1].span.end)
    match part.kind:
        case "AND":
            return And(children, span=over)
        case "OR":
            return Or(children, span=over)
        case "AND NOT":
            return And((first, *(Not(c, span=c.span) for c in children[1:])), span=over)
        case "NOT":
            return Not(first, span=Span(token.span.start, over.end))
        case "field":
            name = field_name(token.value)
            return Field(name, first, span=Span(token.span.start, over.end))
        case "boost":
            factor = float(token.value.lstrip("^"))
            return Boost(first, factor, span=Span(over.start, token.span.end))
        case _:
            kind, _, distance = token.value.partition("/")
            return Near((first, children[1]), int(distance), ordered=kind == "PRE", span=over)
