"""Words that may have been meant as fields or operators: read as words, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.tokens import QUOTES
from query.tree import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from query.context import Context
    from query.dialects.model import Dialect
    from query.dialects.pieces import Piece

_TWO_CAPITALS = re.compile(r"[A-Z]{2}\Z")
_NEAR = re.compile(r"(?i:(?:near|adj|next|within|pre|n|w|p)/[0-9]{1,3}|(?:adj|near)[0-9]{1,3})\Z")
"""Proximity as one system or another writes it."""

_CLOSED = ("close", "suffix")


def warn_doubts(pieces: Sequence[Piece], dialect: Dialect, context: Context) -> None:
    """Warn of ``ti tea``, ``a[ti] or b[ti]`` and ``a adj3 b`` where they are words."""
    following = [piece for piece in pieces if piece.kind != "beside"]
    for at, piece in enumerate(following):
        before = following[at - 1] if at else None
        after = following[at + 1] if at + 1 < len(following) else None
        if piece.kind != "leaf":
            continue
        _proximity(piece, dialect, context)
        if dialect.rules.tagging.value.style == "space":
            _field(piece, after, dialect, context)
        if dialect.rules.capitals.value and before is not None and before.kind in _CLOSED:
            _operator(piece, dialect, context)


def _proximity(piece: Piece, dialect: Dialect, context: Context) -> None:
    written = piece.text if piece.text[:1] not in QUOTES else ""
    for word in filter(_NEAR.match, written.split()):
        message = f"“{word}” was read as a word: proximity {_forms(dialect)} in {dialect.title}"
        context.notes.warn("operator-as-word", message, piece.span)


def _forms(dialect: Dialect) -> str:
    rule = dialect.rules.proximity
    if rule is None:
        return "is not known"
    forms = ", ".join(form.sign for form in rule.value.forms).replace("{n}", "n")
    square = dialect.rules.tagging.value.style == "square"
    return f'is written "one two"[ti:{forms}]' if square else f"is written {forms}"


def _field(piece: Piece, after: Piece | None, dialect: Dialect, context: Context) -> None:
    if after is None or after.kind not in ("leaf", "open") or not isinstance(piece.tree, Word):
        return
    small = piece.text.upper() in dialect.rules.tags.value
    governs = after.kind == "open" or after.text[:1] in QUOTES
    if small or (governs and _TWO_CAPITALS.match(piece.text)):
        known = "its fields stand in capitals" if small else "it is no field known here"
        message = f"“{piece.text}” was read as a word: {known}"
        context.notes.warn("field-as-word", message, piece.span)


def _operator(piece: Piece, dialect: Dialect, context: Context) -> None:
    word = piece.text.split()[0]
    if word != word.upper() and word.upper() in dialect.rules.operators.value:
        message = f"“{word}” was read as a word: {dialect.title}'s operators stand in capitals"
        context.notes.warn("operator-as-word", message, piece.span)
