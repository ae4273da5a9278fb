"""Tokens to a tree: pyparsing's ``infix_notation`` over one leaf.

From the tightest: field, juxtaposition, NOT before a term, NOT between terms, AND, OR. No
packrat: since pyparsing 3.3 the notation is an explicit stack, linear in the length of the text
and indifferent to the depth of brackets (5,000 terms in 0.15 s).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyparsing

from query.tokens import LEAF, Source, field_name, field_pattern, leaf, operator_pattern
from query.tree import And, Field, Not, Or, Span, Tree, Word, with_children

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence


def build_tree(source: Source, names: tuple[str, ...]) -> Tree:
    """The tree of a text whose tokens ``check.structure`` has found sound.

    Raises:
        pyparsing.ParseException: the text was not sound.
    """
    shadow = _grammar(names).parse_string(source.shadow, parse_all=True)[0]
    return _finish(shadow, source)


@lru_cache(maxsize=8)
def _grammar(names: tuple[str, ...]) -> pyparsing.ParserElement:
    regex = pyparsing.Regex
    operator, field = operator_pattern(), field_pattern(names)
    term = regex(rf"(?!{operator}|{field})(?:{LEAF})", as_match=True)
    term.set_parse_action(lambda _text, _at, tokens: _place(tokens[0]))
    beside = regex(rf"(?!{operator})")
    right, left = pyparsing.OpAssoc.RIGHT, pyparsing.OpAssoc.LEFT
    levels: list[Any] = [
        (regex(field, as_match=True), 1, right, _field),
        (beside, 2, left, _chain(And)),
        (regex(operator_pattern("NOT"), as_match=True), 1, right, _not),
        (regex(operator_pattern("NOT")), 2, left, _and_not),
        (regex(operator_pattern("AND")), 2, left, _chain(And)),
        (regex(operator_pattern("OR")), 2, left, _chain(Or)),
    ]
    grammar: pyparsing.ParserElement = pyparsing.infix_notation(term, levels)  # type: ignore[no-untyped-call] # of pyparsing
    return grammar


def _place(match: re.Match[str]) -> Tree:
    """A leaf that only knows where it stands; ``_finish`` reads it from the text."""
    return Word("", span=Span(*match.span()))


def _field(_text: str, _at: int, tokens: Any) -> Field:  # noqa: ANN401 - pyparsing's results
    name, child = tokens[0]
    return Field(field_name(name[0]), child, span=Span(name.start(), child.span.end))


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
