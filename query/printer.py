"""A tree as text: the reading that answers a search, fully bracketed, and its outline."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, cast

from query.tree import (
    And,
    Boost,
    Everything,
    Exact,
    Field,
    Leaf,
    Line,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Starts,
    Stem,
    Tree,
    Whole,
    Word,
)

_NO_BOOST_BEHIND = (":", "=")  # there a ^ belongs to the word
_JSON_NAMES = {"leaf": "child"}


def print_tree(tree: Tree) -> str:
    """The tree as a query in which no precedence is left to know; parsing it gives it back."""
    match tree:
        case And(children):
            return " AND ".join(_operand(child, inside_and=True) for child in children)
        case Or(children):
            return " OR ".join(_operand(child) for child in children)
        case Not(child):
            return f"NOT {_operand(child)}"
        case Near((first, second)):
            return f"{_operand(first)} {near_sign(tree)} {_operand(second)}"
        case Boost(child, factor):
            return f"{_operand(child, boosted=True)}^{factor:g}"
        case Field(name, Whole() as child):
            return f"{name}{_leaf(child)}"
        case Field(name, child):
            return f"{name}:{_operand(child)}"
        case _:
            return _leaf(tree)


def near_sign(near: Near) -> str:
    """``NEAR/3``, or ``PRE/3`` where the order counts."""
    return f"{'PRE' if near.ordered else 'NEAR'}/{near.distance}"


def _operand(tree: Tree, *, inside_and: bool = False, boosted: bool = False) -> str:
    text = print_tree(tree)
    bare = isinstance(tree, Leaf) or (isinstance(tree, Field | Boost) and not boosted)
    if boosted and text.endswith(_NO_BOOST_BEHIND):
        bare = False
    return text if bare or (inside_and and isinstance(tree, Not)) else f"({text})"


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Word(text) | Pattern(text):
            return text
        case Starts(text):
            return f'"^{text}"'
        case Whole(text):
            return f'=="{text}"'
        case Line(number):
            return f"#{number}"
        case Phrase(text):
            return f'"{text}"'
        case Exact(inner):
            return f"={_leaf(inner)}"
        case Stem(text):
            return f"{text}*"
        case Everything():
            return "*"
        case Range(low, high):
            return f"{low}..{high}"


def outline(tree: Tree) -> str:
    """The tree as indented lines, a node a line."""
    return "\n".join(_lines(tree, 0))


def _lines(tree: Tree, depth: int) -> list[str]:
    pad = "  " * depth
    match tree:
        case And(children) | Or(children) | Near(children):
            head = near_sign(tree) if isinstance(tree, Near) else type(tree).__name__.upper()
            below = [line for child in children for line in _lines(child, depth + 1)]
            return [pad + head, *below]
        case Not(child):
            return [pad + "NOT", *_lines(child, depth + 1)]
        case Field(name, child):
            return [f"{pad}{name}:", *_lines(child, depth + 1)]
        case Boost(child, factor):
            return [f"{pad}^{factor:g}", *_lines(child, depth + 1)]
        case _:
            return [f"{pad}{type(tree).__name__.lower()} {_leaf(tree)}"]


def to_json(tree: Tree) -> dict[str, Any]:
    """The tree as JSON values: ``node``, its parts, and ``span`` (code points, end exclusive)."""
    own = {part.name: getattr(tree, part.name) for part in fields(tree) if part.compare}
    parts = {_JSON_NAMES.get(name, name): _json(value) for name, value in own.items()}
    name = type(tree).__name__.lower()
    return {"node": name, "span": [tree.span.start, tree.span.end], **parts}


def _json(value: Any) -> Any:  # noqa: ANN401 - a part of a node
    match value:
        case Node():
            return to_json(cast("Tree", value))
        case tuple():
            return [_json(each) for each in value]
        case _:
            return value
