"""Signs to parts: pyparsing's ``infix_notation`` over one kind of leaf.

What a token is gets decided in one place (``query.tokens``), and each step costs the same however many
fields there are. From the tightest: boost, field, juxtaposition, proximity, NOT before a term, NOT
between terms, AND, OR. No packrat: since pyparsing 3.3 the notation is an explicit stack, linear in
the length of the text and indifferent to the depth of brackets.

A chain of terms that fills its brackets is one leaf: strategies are made of such groups of synonyms,
and are read in a third of the time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyparsing

from query.parts import CHAIN, OPERATORS, PROXIMITY, Part, chain

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAF = rf"\({CHAIN}\)|w"
_BESIDE = " "  # stands for juxtaposition, which has no sign
_is_beside = re.compile("[wb)][wf(]").search
_operating = frozenset(("b", "f", PROXIMITY, *OPERATORS.values())).intersection


def part_of(signs: str, *, or_first: bool = False) -> Part | int:
    """The part that sound signs are.

    ``or_first``: OR binds tighter than AND, as some systems have it.

    Raises:
        pyparsing.ParseException: the signs are not sound.
    """
    needed = "".join(sorted(_operating(signs))) + (_BESIDE if _is_beside(signs) else "")
    part: Part | int = _grammar(needed, or_first=or_first).parse_string(signs, parse_all=True)[0]
    return part


@lru_cache(maxsize=64)
def _grammar(needed: str, *, or_first: bool) -> pyparsing.ParserElement:
    """The notation of the operators that a query has: each that it lacks would be tried everywhere."""
    leaf = pyparsing.Regex(_LEAF).set_parse_action(lambda _signs, at, tokens: chain(tokens[0], at))
    beside = pyparsing.Regex(f"(?![{''.join(OPERATORS.values())}{PROXIMITY}])")
    right, left = pyparsing.OpAssoc.RIGHT, pyparsing.OpAssoc.LEFT
    chains: list[Any] = [
        ("A", ("A", 2, left, _chain("AND"))),
        ("O", ("O", 2, left, _chain("OR"))),
    ]
    levels: list[Any] = [
        ("b", (_placed("b"), 1, left, _postfix)),
        ("f", (_placed("f"), 1, right, _prefix("field"))),
        (_BESIDE, (beside, 2, left, _chain("AND"))),
        (PROXIMITY, (_placed(PROXIMITY), 2, left, _near)),
        ("N", (_placed("N"), 1, right, _prefix("NOT"))),
        ("N", ("N", 2, left, _chain("AND NOT"))),
        *(reversed(chains) if or_first else chains),
    ]
    chosen = [level for sign, level in levels if sign in needed]
    grammar: pyparsing.ParserElement = pyparsing.infix_notation(leaf, chosen)  # type: ignore[no-untyped-call] # of pyparsing
    return grammar.leave_whitespace()


def _placed(sign: str) -> pyparsing.ParserElement:
    """A sign that its action wants to know the place of."""
    return pyparsing.Literal(sign).set_parse_action(lambda _signs, at, _tokens: at)


def _postfix(_signs: str, _at: int, tokens: Any) -> Part:  # noqa: ANN401 - pyparsing's results
    operand, place = tokens[0]
    return Part("boost", (operand,), place)


def _prefix(kind: str) -> Callable[[str, int, Any], Part]:
    def action(_signs: str, _at: int, tokens: Any) -> Part:  # noqa: ANN401 - pyparsing's results
        place, operand = tokens[0]
        return Part(kind, (operand,), place)

    return action


def _chain(kind: str) -> Callable[[str, int, Any], Part]:
    def action(_signs: str, _at: int, tokens: Any) -> Part:  # noqa: ANN401 - pyparsing's results
        return Part(kind, tokens[0].as_list()[::2])

    return action


def _near(_signs: str, _at: int, tokens: Any) -> Part:  # noqa: ANN401 - pyparsing's results
    first, *others = tokens[0]
    for place, second in zip(others[::2], others[1::2], strict=True):
        first = Part("NEAR", (first, second), place)
    near: Part = first
    return near
