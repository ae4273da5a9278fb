"""Parts of a query before its terms are read: stretches of *signs*, one character a token.

``w`` is a term, ``f`` a field, ``b`` a boost, ``A``, ``O`` and ``N`` are AND, OR and NOT, ``n`` is proximity.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OPERATORS = {"AND": "A", "OR": "O", "NOT": "N"}
PROXIMITY = "n"

_ONE = "f?wb?"
CHAIN = rf"{_ONE}(?:(?:O{_ONE})+|(?:A{_ONE})+|(?:N{_ONE})+|(?:{_ONE})*)"
"""Terms with one operator between them, or none: what needs no precedence to be read."""

_KINDS = {"O": "OR", "A": "AND", "N": "AND NOT"}
_ones = re.compile(_ONE).finditer


class Part:
    """A stretch of the signs: its operator's place, and its operands, terms as their places."""

    __slots__ = ("at", "kind", "operands")

    def __init__(self, kind: str, operands: Sequence[Part | int], at: int = 0) -> None:
        self.kind, self.operands, self.at = kind, operands, at


def chain(signs: str, at: int = 0) -> Part | int:
    """The part of a chain that stands at a place, with or without its brackets."""
    operands = [_one(found[0], at + found.start()) for found in _ones(signs)]
    kinds = (kind for sign, kind in _KINDS.items() if sign in signs)
    return Part(next(kinds, "AND"), operands) if len(operands) > 1 else operands[0]


def _one(signs: str, at: int) -> Part | int:
    """A term with its field and boost; a boost binds tighter."""
    place = at + signs.index("w")
    term: Part | int = place
    if signs.endswith("b"):
        term = Part("boost", (term,), place + 1)
    return Part("field", (term,), at) if place > at else term
