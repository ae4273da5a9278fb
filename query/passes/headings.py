"""Pass: what is a heading's form is also sought by the other forms of the heading, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mappings.keys import whole_key
from query.tree import And, Exact, Field, Near, Or, Phrase, Span, Word, with_children

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mappings.headings import Headings
    from query.context import Context
    from query.tree import Tree


def add_headings(tree: Tree, context: Context) -> Tree:
    """``lu xun`` becomes ``(lu AND xun) OR "魯迅" OR …``; ``=`` and coded fields stay as they are."""
    return _Headings(context).expand(tree, frozenset())


class _Headings:
    """``known``: the keys of what already stands beside a node as an alternative."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def expand(self, tree: Tree, known: frozenset[str]) -> Tree:
        match tree:
            case Exact() | Near():
                return tree
            case Field(name) if self.context.vocabulary.kind(name) != "text":
                return tree
            case Word() | Phrase():
                return self.with_others((tree,), known)
            case And(children, span=span):
                found = self.conjunction(children, known)
                return found[0] if len(found) == 1 else And(found, span=span)
            case Or(children, span=span):
                return Or(self.alternatives(children, known), span=span)
            case _:
                return with_children(tree, lambda child: self.expand(child, frozenset()))

    def alternatives(self, children: tuple[Tree, ...], known: frozenset[str]) -> tuple[Tree, ...]:
        """The children; what one of them is also written as is added once."""
        beside = known | {whole_key(_words(child)) for child in children if _words(child)}
        found = []
        for child in children:
            expanded = self.expand(child, beside)
            found.append(expanded)
            if isinstance(expanded, Or):
                beside |= {whole_key(_words(each)) for each in expanded.children}
        return tuple(found)

    def conjunction(self, children: tuple[Tree, ...], known: frozenset[str]) -> tuple[Tree, ...]:
        """The children, with each run of words that is a heading as one alternative."""
        found: list[Tree] = []
        at, most = 0, _headings().longest
        while at < len(children):
            run = self.longest(children[at : at + most])
            if run:
                whole = len(run) == len(children)
                found.append(self.with_others(run, known if whole else frozenset()))
            else:
                found.append(self.expand(children[at], frozenset()))
            at += len(run) or 1
        return tuple(found)

    def longest(self, children: Sequence[Tree]) -> tuple[Word | Phrase, ...]:
        """The longest beginning that is words and a heading's form; empty where there is none."""
        words: list[Word | Phrase] = []
        for child in children:
            if not isinstance(child, Word):
                break
            words.append(child)
        while words and not _others(words):
            words.pop()
        return tuple(words)

    def with_others(self, run: Sequence[Word | Phrase], known: frozenset[str]) -> Tree:
        """A run of words, or the other forms of its heading that are not known."""
        span = Span(run[0].span.start, run[-1].span.end)
        own = And(tuple(run), span=span) if len(run) > 1 else run[0]
        others = [other for other in _others(run) if whole_key(other) not in known]
        if not others:
            return own
        said = ", ".join(others)
        message = f"“{_text(run)}” is a heading that is also written {said}"
        self.context.notes.repair("heading", message, span)
        return Or((own, *(Phrase(other, span=span) for other in others)), span=span)


def _words(tree: Tree) -> str:
    """The text of a node that is words alone; else nothing."""
    match tree:
        case Word(text) | Phrase(text):
            return text
        case And(children) if all(isinstance(child, Word | Phrase) for child in children):
            return " ".join(_words(child) for child in children)
        case _:
            return ""


def _text(run: Iterable[Word | Phrase]) -> str:
    return " ".join(word.text for word in run)


def _others(run: Sequence[Word | Phrase]) -> tuple[str, ...]:
    return _headings().others(_text(run))


def _headings() -> Headings:
    from mappings.headings import headings

    return headings()
