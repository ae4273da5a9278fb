"""A tree as text: the reading that answers a search, fully bracketed, and its outline."""

from __future__ import annotations

from typing import Any

from query.tree import And, Everything, Exact, Field, Leaf, Not, Or, Phrase, Range, Stem, Tree, Word


def print_tree(tree: Tree) -> str:
    """The tree as a query in which no precedence is left to know; parsing it gives it back."""
    match tree:
        case And(children):
            return " AND ".join(_operand(child, inside_and=True) for child in children)
        case Or(children):
            return " OR ".join(_operand(child) for child in children)
        case Not(child):
            return f"NOT {_operand(child)}"
        case Field(name, child):
            return f"{name}:{_operand(child)}"
        case _:
            return _leaf(tree)


def _operand(tree: Tree, *, inside_and: bool = False) -> str:
    text = print_tree(tree)
    bare = isinstance(tree, Leaf | Field) or (inside_and and isinstance(tree, Not))
    return text if bare else f"({text})"


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Word(text):
            return text
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
        case And(children) | Or(children):
            head = type(tree).__name__.upper()
            below = [line for child in children for line in _lines(child, depth + 1)]
            return [pad + head, *below]
        case Not(child):
            return [pad + "NOT", *_lines(child, depth + 1)]
        case Field(name, child):
            return [f"{pad}{name}:", *_lines(child, depth + 1)]
        case _:
            return [f"{pad}{type(tree).__name__.lower()} {_leaf(tree)}"]


def to_json(tree: Tree) -> dict[str, Any]:
    """The tree as JSON values: ``node``, its parts, and ``span`` (code points, end exclusive)."""
    name = type(tree).__name__.lower()
    place = {"span": [tree.span.start, tree.span.end]}
    match tree:
        case And(children) | Or(children):
            below = [to_json(child) for child in children]
            return {"node": name, **place, "children": below}
        case Not(child) | Exact(child):
            return {"node": name, **place, "child": to_json(child)}
        case Field(field, child):
            return {"node": "field", **place, "name": field, "child": to_json(child)}
        case Range(low, high):
            return {"node": "range", **place, "low": low, "high": high}
        case Everything():
            return {"node": "everything", **place}
        case _:
            return {"node": name, **place, "text": tree.text}
