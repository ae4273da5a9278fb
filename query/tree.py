"""The tree of a query: what was asked, knowing nothing of Elasticsearch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import is_
from typing import TYPE_CHECKING, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands in the query's text: code points, from 0, end exclusive."""

    start: int
    end: int


NOWHERE = Span(0, 0)
"""The span of a node that the text does not hold, such as a limit given as an option."""


@dataclass(frozen=True, slots=True)
class Node:
    """What all nodes share. Two nodes are equal wherever they stand."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Keys:
    """Reading keys of a term: it is read so where one key of each group stands.

    ``run`` holds the keys of the whole run of words that the term stands in.
    """

    groups: tuple[tuple[str, ...], ...]
    run: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word(Node):
    """One term as written, without spaces; it may hold several scripts.

    What passes find out about a term (``keys``: how it is read; ``others``: the other forms of the
    heading that it is) is no part of what was asked, and not printed.
    """

    text: str
    keys: Keys | None = field(default=None, compare=False, kw_only=True)
    others: tuple[Phrase, ...] = field(default=(), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Words in this order and side by side; ``text`` is what the quotation marks held."""

    text: str
    keys: Keys | None = field(default=None, compare=False, kw_only=True)
    others: tuple[Phrase, ...] = field(default=(), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Exact(Node):
    """``=term``: the letters and characters as they are written, nothing folded but case."""

    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Stem(Node):
    """A truncated term: every word that begins with ``text``."""

    text: str


@dataclass(frozen=True, slots=True)
class Pattern(Node):
    """A term truncated elsewhere than at its end alone.

    ``*`` stands for any characters, ``?`` for one, ``#`` for one or none.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Starts(Node):
    """``"^…"``: a whole value that begins with these words."""

    text: str


@dataclass(frozen=True, slots=True)
class Whole(Node):
    """``=="…"``: a whole value that is these words and no more."""

    text: str


@dataclass(frozen=True, slots=True)
class Line(Node):
    """``#3``: what line 3 of the strategy finds; ``found`` is that line's tree, checked."""

    number: int
    found: Tree | None = field(default=None, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """``*`` alone: every title; below a field, every title that has the field."""


@dataclass(frozen=True, slots=True)
class Range(Node):
    """From ``low`` to ``high``, both included; the empty string leaves an end open."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Both children in one value, at most ``distance`` words (CJK characters) between them."""

    children: tuple[Tree, Tree]
    distance: int
    ordered: bool  # the first child stands first


@dataclass(frozen=True, slots=True)
class Boost(Node):
    """``child`` counts so many times as much in the order of the hits."""

    child: Tree
    factor: float


@dataclass(frozen=True, slots=True)
class Field(Node):
    """``child`` is sought in the fields that carry ``name``."""

    name: str
    child: Tree


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Every title that ``child`` does not match."""

    child: Tree


@dataclass(frozen=True, slots=True)
class And(Node):
    """Titles that every child matches, or one of the ``others``, where the words are a heading."""

    children: tuple[Tree, ...]
    others: tuple[Phrase, ...] = field(default=(), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Titles that at least one child matches."""

    children: tuple[Tree, ...]


Leaf = Word | Phrase | Exact | Stem | Pattern | Starts | Whole | Line | Everything | Range
Tree = Leaf | Near | Boost | Field | Not | And | Or
_LEAVES = frozenset(get_args(Leaf))


def with_children(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The same node over changed children; where none has changed, the node as it is."""
    if type(tree) in _LEAVES:  # most nodes are
        return tree
    if isinstance(tree, (And, Or)):
        children = tuple([change(child) for child in tree.children])
        same = all(map(is_, children, tree.children))
        return tree if same else replace(tree, children=children)
    if isinstance(tree, Near):
        first, second = map(change, tree.children)
        same = first is tree.children[0] and second is tree.children[1]
        return tree if same else replace(tree, children=(first, second))
    if isinstance(tree, (Not, Field, Boost)):
        child = change(tree.child)
        return tree if child is tree.child else replace(tree, child=child)
    return tree


def leaves(tree: Tree) -> Iterator[Leaf]:
    """The leaves of a tree in the order of the text."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (And, Or, Near)):
            waiting += reversed(node.children)
        elif isinstance(node, (Not, Field, Boost)):
            waiting.append(node.child)
        elif isinstance(node, Line) and node.found is not None:
            waiting.append(node.found)
        else:
            yield node
