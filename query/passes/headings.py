"""Pass: what is a heading's form is also sought by its other forms; that and see-also are said."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mappings.keys import whole_key
from mappings.scripts import has_cjk
from query.tree import And, Exact, Field, Near, Phrase, Span, Word, with_children

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mappings.headings import Headings
    from query.context import Context
    from query.tree import Tree


def add_headings(tree: Tree, context: Context) -> Tree:
    """The same tree; ``lu xun`` knows that it is ``魯迅`` as well, and so does ``魯 迅``.

    Words side by side that are a heading become a node of their own. ``=``, proximity and coded
    fields stay as they are. Another heading that a reader may want too (a pen name with works of its
    own) is named and not sought.
    """
    match tree:
        case Exact() | Near():
            return tree
        case Field(name) if context.vocabulary.kind(name) != "text":
            return tree
        case Word(text) | Phrase(text):
            return replace(tree, others=_others((tree,), context)) if _may_begin(text) else tree
        case And(children):
            return _conjunction(tree, children, context)
        case _:
            return with_children(tree, lambda child: add_headings(child, context))


def _conjunction(tree: And, children: tuple[Tree, ...], context: Context) -> Tree:
    found: list[Tree] = []
    at, most = 0, _headings().longest
    while at < len(children):
        first = children[at]
        if isinstance(first, Word) and not _may_begin(first.text):
            found.append(first)
            at += 1
            continue
        run = _longest(children[at : at + most])
        if len(run) > 1:
            span = Span(run[0].span.start, run[-1].span.end)
            found.append(And(run, others=_others(run, context), span=span))
        else:
            found.append(add_headings(children[at], context))
        at += len(run) or 1
    whole = len(found) == 1 and isinstance(found[0], And)
    return found[0] if whole else replace(tree, children=tuple(found))


def _longest(children: Sequence[Tree]) -> tuple[Word, ...]:
    """The longest beginning that is words and a heading's form; empty where there is none."""
    words: list[Word] = []
    for child in children:
        if not isinstance(child, Word):
            break
        words.append(child)
    while words and not _headings().others(_text(words)):
        words.pop()
    return tuple(words)


def _others(run: Sequence[Word | Phrase], context: Context) -> tuple[Phrase, ...]:
    text, span = _text(run), Span(run[0].span.start, run[-1].span.end)
    others = _headings().others(text)
    if others:
        message = f"“{text}” is a heading, also sought as {'; '.join(others)}"
        context.notes.warn("heading", message, span)
    also = _headings().see_also(text)
    if also:
        context.notes.warn("see-also", f"“{text}”: see also {'; '.join(also)}", span)
    return tuple(Phrase(other) for other in others)


def _may_begin(text: str) -> bool:
    """Whether a word is one of a heading's at all: most are not, and need no more looking up."""
    first = whole_key(text).split(maxsplit=1)[:1]
    return bool(first) and first[0] in _beginnings()


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """The words of headings; of one in CJK, which may be typed with spaces, all that it begins with."""
    forms = (form for heading in _headings() for form in heading.forms)
    words = {word for form in forms for word in whole_key(form).split()}
    cjk = filter(has_cjk, words)
    return frozenset(words.union(word[:end] for word in cjk for end in range(1, len(word))))


def _text(run: Iterable[Word | Phrase]) -> str:
    return " ".join(word.text for word in run)


def _headings() -> Headings:
    from mappings.headings import headings

    return headings()
