"""Pass: romanised words, kana and hangul get the keys that recorded readings are found by."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from mappings.keys import terms
from mappings.scripts import has_han, runs
from query.tree import And, Exact, Field, Keys, Near, Phrase, Word, with_children

if TYPE_CHECKING:
    from collections.abc import Sequence

    from query.context import Context
    from query.tree import Tree


def add_readings(tree: Tree, context: Context) -> Tree:
    """The same tree; a word knows how it is read beside its neighbours, a phrase as one run.

    A term with Han characters has no keys, nor have its other forms as a heading: a native form
    never matches through a reading (Xi'an, another form of 西安, is read as 先 is).
    """
    read = _read(tree, context)
    if isinstance(read, Word | Phrase | And) and read.others and not _has_han(read):
        return replace(read, others=tuple(_phrase(other) for other in read.others))
    return read


def _has_han(tree: Word | Phrase | And) -> bool:
    parts = tree.children if isinstance(tree, And) else (tree,)
    return any(has_han(part.text) for part in parts if isinstance(part, Word | Phrase))


def _phrase(phrase: Phrase) -> Phrase:
    return replace(phrase, keys=_phrase_keys(phrase.text)) if _readable(phrase.text) else phrase


def _read(tree: Tree, context: Context) -> Tree:
    match tree:
        case Exact() | Near():
            return tree
        case Field(name) if context.vocabulary.kind(name) != "text":
            return tree
        case And(children):
            found: list[Tree] = []
            for script, group in groupby(children, _script):
                several = list(group)
                found += _beside(several) if script else _each(several, context)
            return replace(tree, children=tuple(found))
        case Word() if _script(tree):
            return _beside([tree])[0]
        case Phrase():
            return _phrase(tree)
        case _:
            return with_children(tree, lambda child: add_readings(child, context))


def _each(children: Sequence[Tree], context: Context) -> list[Tree]:
    return [add_readings(child, context) for child in children]


def _script(tree: Tree) -> str:
    """What kind of neighbours a word may be read together with; empty for what is not read."""
    return _readable(tree.text) if isinstance(tree, Word) else ""


def _readable(text: str) -> str:
    """The script that a text is read in; names with signs (C++, B♭) are no romanisation of c or b."""
    if has_han(text):
        return ""
    if not text.isalnum() and any(word.casefold() in terms() for word in text.split()):
        return ""
    scripts = {run.script for run in runs(text)}
    return scripts.pop() if len(scripts) == 1 else ""


def _beside(words: Sequence[Tree]) -> list[Tree]:
    """Neighbouring words with their keys; a word of very many syllables stands for itself."""
    found: list[Tree] = []
    for long, group in groupby(words, lambda word: len(_pieces(word)) > 1):
        run = list(group)
        found += [_long(word) for word in run] if long else _run(run)
    return found


def _pieces(word: Tree) -> tuple[str, ...]:
    from mappings.romanised import windows

    return windows(word.text) if isinstance(word, Word) else ()


def _long(word: Tree) -> Tree:
    from mappings.romanised import query_keys

    groups = tuple(query_keys([piece])[0] for piece in _pieces(word))
    return replace(word, keys=Keys(groups)) if isinstance(word, Word) else word


def _run(words: Sequence[Tree]) -> list[Tree]:
    from mappings.romanised import query_keys

    texts = [word.text for word in words if isinstance(word, Word)]
    whole = _joined(texts) if len(texts) > 1 else ()
    keys = query_keys(texts)
    return [
        replace(word, keys=Keys((own,), whole)) if own and isinstance(word, Word) else word
        for word, own in zip(words, keys, strict=True)
    ]


def _phrase_keys(text: str) -> Keys | None:
    """The keys of all the words as one run; longer phrases as runs that overlap."""
    from mappings.romanised import LONGEST_RUN

    texts = text.split()
    if len(texts) == 1 or len(_pieces(Word("".join(texts)))) > 1:
        word = _beside([Word("".join(texts))])[0]
        return word.keys if isinstance(word, Word) else None
    groups: list[tuple[str, ...]] = []
    start = end = 0
    while end < len(texts):
        for last in range(min(start + LONGEST_RUN, len(texts)), max(start + 1, end), -1):
            found = _joined(texts[start:last])
            if found:
                groups.append(found)
                end = last
                break
        else:
            return None
        start = max(start + 1, end - LONGEST_RUN // 2)
    return Keys(tuple(groups))


def _joined(words: Sequence[str]) -> tuple[str, ...]:
    """The keys that all the words share: those of the whole run, and of no part of it."""
    from mappings.romanised import may_join, query_keys

    if not may_join(words):
        return ()
    every = query_keys(words)
    parts = {key for part in (words[1:], words[:-1]) for keys in query_keys(part) for key in keys}
    first, *others = every
    return tuple(key for key in first if key not in parts and all(key in o for o in others))
