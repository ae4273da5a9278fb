"""Pieces to a tree: pyparsing's ``infix_notation`` over one character a piece.

The order of operators is the dialect's. Tags stand closest, then words side by side; operators of one
level are taken from left to right. As in ``query.grammar`` there is no packrat.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyparsing

from query.dialects.pieces import SIGNS
from query.tree import And, Near, Not, Or, Span

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from query.dialects.model import Operator
    from query.dialects.pieces import Piece, Tag
    from query.tree import Tree

Levels = tuple[tuple["Operator", ...], ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Operands and signs of one level; one token to pyparsing, which would else splice it."""

    parts: list[Any]


def _group(_text: str, _at: int, tokens: Any) -> _Group:  # noqa: ANN401 - pyparsing's results
    return _Group(list(tokens[0]))


def build(
    pieces: Sequence[Piece],
    levels: Levels,
    apply: Callable[[Tag, Tree, Span], Tree],
    *,
    wide_tags: bool = False,
) -> Tree:
    """The tree of pieces that ``check`` has found sound; ``apply`` puts a tree under a tag.

    ``wide_tags``: a tag before its term governs all words side by side, and what is near them.

    Raises:
        pyparsing.ParseException: they were not sound.
    """
    text = "".join(SIGNS[piece.kind] for piece in pieces)
    found = _grammar(levels, wide_tags=wide_tags).parse_string(text, parse_all=True)[0]
    return _Folder(pieces, apply).fold(found)


@lru_cache(maxsize=16)
def _grammar(levels: Levels, *, wide_tags: bool) -> pyparsing.ParserElement:
    right, left = pyparsing.OpAssoc.RIGHT, pyparsing.OpAssoc.LEFT
    rows: list[Any] = [
        (_sign(SIGNS["suffix"]), 1, left, _group),
        (_sign(SIGNS["prefix"]), 1, right, _group),
        (_sign(SIGNS["beside"]), 2, left, _group),
    ]
    wide = [rows.pop(1)] if wide_tags else []
    without = [(_sign(SIGNS["without"]), 1, right, _group)]
    for level in levels:
        if without and level != ("near",):  # these are looser than proximity alone
            rows += [*wide, *without]
            without = []
        rows.append((_sign("".join(SIGNS[name] for name in level)), 2, left, _group))
    grammar: pyparsing.ParserElement = pyparsing.infix_notation(_sign(SIGNS["leaf"]), rows)  # type: ignore[no-untyped-call] # of pyparsing
    return grammar


def _sign(characters: str) -> pyparsing.ParserElement:
    members = "".join(f"\\{character}" for character in characters if character != "x")
    return pyparsing.Regex(f"[{members or 'x'}]", as_match=True)


class _Folder:
    """Turns pyparsing's nested lists of matches into a tree; brackets alone make it deep."""

    def __init__(self, pieces: Sequence[Piece], apply: Callable[[Tag, Tree, Span], Tree]) -> None:
        self.pieces = pieces
        self.apply = apply

    def fold(self, found: Any) -> Tree:  # noqa: ANN401 - pyparsing's results
        if not isinstance(found, _Group):
            tree = self._piece(found).tree
            assert tree is not None  # noqa: S101 - leaves have one
            return tree
        parts = found.parts
        first = self._sign_of(parts[0])
        if first is not None and first.kind == "without":
            child = self.fold(parts[1])
            return Not(child, span=Span(first.span.start, child.span.end))
        if first is not None and first.kind == "prefix":
            return self._tagged(first, self.fold(parts[1]))
        second = self._sign_of(parts[1])
        if second is not None and second.kind == "suffix":
            tree = self.fold(parts[0])
            for part in parts[1:]:
                tree = self._tagged(self._piece(part), tree)
            return tree
        return self._chain(parts)

    def _chain(self, parts: list[Any]) -> Tree:
        """Operands and operators of one level, from left to right."""
        tree, run, kind = self.fold(parts[0]), [], ""
        run = [tree]
        for sign, operand in zip(parts[1::2], parts[2::2], strict=True):
            piece, right = self._piece(sign), self.fold(operand)
            if piece.kind == "near":
                assert piece.distance is not None  # noqa: S101 - proximity has one
                left = _joined(kind, run)
                pair = (left, right)
                run, kind = [Near(pair, *piece.distance, span=_over(pair))], ""
                continue
            joins = "or" if piece.kind == "or" else "and"
            if kind and kind != joins:
                run = [_joined(kind, run)]
            kind = joins
            run.append(
                Not(right, span=Span(piece.span.start, right.span.end))
                if piece.kind == "not"
                else right
            )
        return _joined(kind, run)

    def _tagged(self, piece: Piece, tree: Tree) -> Tree:
        assert piece.tag is not None  # noqa: S101 - unknown tags have been refused
        span = Span(min(piece.span.start, tree.span.start), max(piece.span.end, tree.span.end))
        return self.apply(piece.tag, tree, span)

    def _sign_of(self, part: Any) -> Piece | None:  # noqa: ANN401 - pyparsing's results
        return None if isinstance(part, _Group) else self._piece(part)

    def _piece(self, match: re.Match[str]) -> Piece:
        return self.pieces[match.start()]


def _joined(kind: str, run: list[Tree]) -> Tree:
    if len(run) == 1:
        return run[0]
    return (Or if kind == "or" else And)(tuple(run), span=_over(run))


def _over(children: Sequence[Tree]) -> Span:
    return Span(children[0].span.start, children[-1].span.end)
