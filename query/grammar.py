"""Tokens to a tree: a plain chain of terms at once, anything else by ``query.notation``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.parts import CHAIN, OPERATORS, PROXIMITY, chain
from query.terms import leaf
from query.tokens import field_name
from query.tree import And, Boost, Field, Near, Not, Or, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from query.parts import Part
    from query.tokens import Source, Token
    from query.tree import Tree

_SIGNS = {"word": "w", "phrase": "w", "field": "f", "boost": "b", "open": "(", "close": ")"}
_is_chain = re.compile(CHAIN).fullmatch


def build_tree(tokens: Sequence[Token], source: Source, *, or_first: bool = False) -> Tree:
    """The tree of tokens that ``check.structure`` has found sound.

    ``or_first``: OR binds tighter than AND, as some systems have it.

    Raises:
        pyparsing.ParseException: the tokens were not sound.
    """
    signs = "".join(map(_sign, tokens))
    part = chain(signs) if _is_chain(signs) else _by_precedence(signs, or_first=or_first)
    return _tree(part, tokens, source)


def _by_precedence(signs: str, *, or_first: bool) -> Part | int:
    from query.notation import part_of  # a fifth of a search's time; chains need none of it

    return part_of(signs, or_first=or_first)


def _sign(token: Token) -> str:
    if token.kind == "operator":
        return OPERATORS.get(token.value, PROXIMITY)
    return _SIGNS[token.kind]


def _tree(part: Part | int, tokens: Sequence[Token], source: Source) -> Tree:
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
