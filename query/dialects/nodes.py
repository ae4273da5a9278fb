"""Nodes that other systems' queries have beside those of ``query.tree``, and target-side nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from query.tree import And, Boost, Field, Near, Node, Not, Or, Phrase

if TYPE_CHECKING:
    from query.tree import Tree


@dataclass(frozen=True, slots=True)
class Heading(Phrase):
    """A heading of a thesaurus. The catalogue searches it as the phrase that it is.

    ``exploded``: its narrower headings are meant as well. ``major``: it is a main topic of the work.
    """

    exploded: bool = False
    major: bool = False


@dataclass(frozen=True, slots=True)
class Written(Node):
    """On the side of the target: a term as the target writes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined(Node):
    """On the side of the target: AND, OR or NOT between, or before, what has been adapted."""

    operator: str  # and, or, not
    children: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Close(Node):
    """On the side of the target: two terms near each other; ``sign`` is the operator."""

    sign: str
    children: tuple[Target, Target]


@dataclass(frozen=True, slots=True)
class Tagged(Node):
    """On the side of the target: ``child`` governed by a tag of the target's own."""

    tag: str
    child: Target


Target = Written | Joined | Close | Tagged


def depth(tree: Tree) -> int:
    """How many nodes stand one in another, at most; trees of any depth."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        match node:
            case And(children) | Or(children) | Near(children):
                waiting += [(child, level + 1) for child in children]
            case Not(child) | Field(_, child) | Boost(child):
                waiting.append((child, level + 1))
    return deepest
