"""Tokens to a tree: pyparsing's ``infix_notation`` over one leaf.

From the tightest: boost, field, juxtaposition, proximity, NOT before a term, NOT between terms,
AND, OR. No packrat: since pyparsing 3.3 the notation is an explicit stack, linear in the length of
the text and indifferent to the depth of brackets (5,000 terms in 0.15 s).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyparsing

from query.terms import leaf
from query.tokens import (
    BOOST,
    LEAF,
    Source,
    Syntax,
    field_name,
    field_pattern,
    near_pattern,
    operator_pattern,
)
from query.tree import And, Boost, Field, Near, Not, Or, Span, Tree, Word, with_children

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence


def build_tree(source: Source, syntax: Syntax, *, or_first: bool = False) -> Tree:
    """The tree of a text whose tokens ``check.structure`` has found sound.

    ``or_first``: OR binds tighter than AND, as some systems have it.

    Raises:
        pyparsing.ParseException: the text was not sound.
    """
    grammar = _grammar(syntax, or_first=or_first)
    shadow = grammar.parse_string(source.shadow, parse_all=True)[0]
    return _finish(shadow, source)


@lru_cache(maxsize=8)
def _grammar(syntax: Syntax, *, or_first: bool) -> pyparsing.ParserElement:
    regex = pyparsing.Regex
    operator, field = operator_pattern(syntax), field_pattern(syntax.names)
    term = regex(rf"(?!{operator}|{field})(?:{LEAF})", as_match=True)
    term.set_parse_action(lambda _text, _at, tokens: _place(tokens[0]))
    beside = regex(rf"(?!{operator})")
    right, left = pyparsing.OpAssoc.RIGHT, pyparsing.OpAssoc.LEFT
    chains: list[Any] = [
        (regex(operator_pattern(syntax, "AND")), 2, left, _chain(And)),
        (regex(operator_pattern(syntax, "OR")), 2, left, _chain(Or)),
    ]
    levels: list[Any] = [
        (regex(BOOST, as_match=True), 1, left, _boost),
        (regex(field, as_match=True), 1, right, _field),
        (beside, 2, left, _chain(And)),
        (regex(near_pattern(), as_match=True), 2, left, _near),
        (regex(operator_pattern(syntax, "NOT"), as_match=True), 1, right, _not),
        (regex(operator_pattern(syntax, "NOT")), 2, left, _and_not),
        *(reversed(chains) if or_first else chains),
    ]
    grammar: pyparsing.ParserElement = pyparsing.infix_notation(term, levels)  # type: ignore[no-untyped-call] # of pyparsing
    return grammar


def _place(match: re.Match[str]) -> Tree:
    """A leaf that only knows where it stands; ``_finish`` reads it from the text."""
    return Word("", span=Span(*match.span()))


def _boost(_text: str, _at: int, tokens: Any) -> Boost:  # noqa: ANN401 - pyparsing's results
    child, sign = tokens[0]
    return Boost(child, float(sign[0][1:]), span=Span(child.span.start, sign.end()))


def _field(_text: str, _at: int, tokens: Any) -> Field:  # noqa: ANN401 - pyparsing's results
    name, child = tokens[0]
    return Field(field_name(name[0]), child, span=Span(name.start(), child.span.end))


def _near(_text: str, _at: int, tokens: Any) -> Near:  # noqa: ANN401 - pyparsing's results
    first, *others = tokens[0]
    for sign, second in zip(others[::2], others[1::2], strict=True):
        kind, _, distance = sign[0].partition("/")
        pair = (first, second)
        first = Near(pair, int(distance), ordered=kind == "PRE", span=_over(pair))
    near: Near = first
    return near


def _not(_text: str, _at: int, tokens: Any) -> Not:  # noqa: ANN401 - pyparsing's results
    operator, child = tokens[0]
    return Not(child, span=Span(operator.start(), child.span.end))


def _and_not(_text: str, _at: int, tokens: Any) -> And:  # noqa: ANN401 - pyparsing's results
    first, *others = tokens[0][::2]
    negated = (Not(child, span=child.span) for child in others)
    return And((first, *negated), span=_over(tokens[0][::2]))


def _chain(kind: type[And | Or]) -> Callable[[str, int, Any], And | Or]:
    def action(_text: str, _at: int, tokens: Any) -> And | Or:  # noqa: ANN401 - pyparsing's results
        children = tokens[0][::2]
        return kind(tuple(children), span=_over(children))

    return action


def _over(children: Sequence[Tree]) -> Span:
    return Span(children[0].span.start, children[-1].span.end)


def _finish(tree: Tree, source: Source) -> Tree:
    if isinstance(tree, Word):
        return leaf(source, tree.span)
    return with_children(tree, lambda child: _finish(child, source))
