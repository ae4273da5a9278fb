"""Titles typed in capitals: ``READY OR NOT`` is three words, not a broken query."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from query.terms import leaf
from query.tree import And, Word

if TYPE_CHECKING:
    from query.notes import Notes
    from query.tokens import Source, Token
    from query.tree import Tree

_MIN = 3  # words of a title in capitals


def is_title(tokens: list[Token], *, sound: bool) -> bool:
    """Whether operators are words here: three or more words, all in capitals, nothing else.

    ``sound``: the tokens can be read as a Boolean query. Then they are a title only where words
    stand side by side (``DEMETER DOES NOT REMEMBER``, but not ``USA AND UK AND EU``).
    """
    words = [token for token in tokens if token.kind == "word"]
    if len(tokens) < _MIN or len(words) == len(tokens):
        return False
    if any(token.kind not in ("word", "operator") or "/" in _sign(token) for token in tokens):
        return False
    cased = [token.value for token in words if token.value.lower() != token.value.upper()]
    if not cased or any(value != value.upper() for value in cased):
        return False
    if not sound:
        return True
    beside = any(one.kind == other.kind == "word" for one, other in pairwise(tokens))
    return beside and len(words) >= _MIN


def _sign(token: Token) -> str:
    """NEAR/3 and its like are in no title."""
    return token.value if token.kind == "operator" else ""


def title(tokens: list[Token], source: Source, notes: Notes) -> Tree:
    """All tokens as words; operators in small letters, as the reading will show them."""
    children: list[Tree] = []
    for token in tokens:
        if token.kind == "operator":
            children.append(Word(token.value.lower(), span=token.span))
            message = f"{token.value} was read as a word, because everything is in capitals"
            notes.warn("capitals", message, token.span)
        else:
            children.append(leaf(source, token.span))
    return And(tuple(children))
