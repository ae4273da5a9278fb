"""Words near each other and truncation within phrases (intervals), gaps within CJK (spans).

All of it is asked of one tier whose positions are clean: characters where there is any CJK, else
unstemmed words. Never across tiers: positions of two chains do not fit each other.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from mappings.scripts import CJK, has_cjk
from query.dsl import best_of
from query.terms import truncated_words
from query.tree import Near, Or, Pattern, Phrase, Stem, Word, leaves
from query.wildcards import ANY, SIGNS, as_wildcard, characters, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mappings.model import Script
    from query.dsl import Dsl, Path
    from query.scope import Scope
    from query.tree import Tree

Rule = dict[str, Any]
_latin_end = re.compile(rf"(.*[{CJK}])([^{CJK}{re.escape(SIGNS)}]+)\*+\Z", re.DOTALL).match


def near(tree: Near, scope: Scope) -> Dsl:
    """A proximity in every property that it may be true in."""
    cjk = any(has_cjk(getattr(leaf, "text", "")) for leaf in leaves(tree))
    script: Script = "cjk" if cjk else "latin"
    return _by_intervals(_rule(tree), scope.matching("phrase", script))


def truncated_phrase(text: str, paths: Iterable[Path]) -> Dsl:
    """``"educat* psycholog*"``: side by side, in this order."""
    return _by_intervals(_side_by_side(_phrase(text)), paths)


def spaced(text: str, paths: Iterable[Path]) -> Dsl:
    """``紅?夢``: CJK characters with so many between them as the signs say."""
    return best_of([_spans(text, path, weight) for path, weight in paths])


def _by_intervals(rule: Rule, paths: Iterable[Path]) -> Dsl:
    return best_of([{"intervals": {path: {**rule, "boost": weight}}} for path, weight in paths])


def _rule(tree: Tree) -> Rule:
    match tree:
        case Near(children, distance, ordered):
            inner = [_rule(child) for child in children]
            return {"all_of": {"intervals": inner, "ordered": ordered, "max_gaps": distance}}
        case Or(children):
            return {"any_of": {"intervals": [_rule(child) for child in children]}}
        case Word(text):
            return _match(text)
        case Phrase(text):
            return _side_by_side(_phrase(text))
        case Stem(text):
            return _side_by_side([*_truncated(f"{text}*")])
        case Pattern(text):
            return _side_by_side([*_truncated(text)])
        case _:
            raise TypeError(tree)


def _side_by_side(rules: Sequence[Rule]) -> Rule:
    if len(rules) == 1:
        return rules[0]
    return {"all_of": {"intervals": list(rules), "ordered": True, "max_gaps": 0}}


def _match(text: str) -> Rule:
    return {"match": {"query": text, "ordered": True, "max_gaps": 0}}


def _phrase(text: str) -> list[Rule]:
    """Words as they stand in one rule, truncated ones in a rule each."""
    rules: list[Rule] = []
    for truncated, group in groupby(text.split(), truncated_words):
        words = list(group)
        if truncated:
            rules += [rule for word in words for rule in _truncated(word)]
        elif any(map(str.isalnum, "".join(words))):
            rules.append(_match(" ".join(words)))
    return rules


def _truncated(term: str) -> Iterator[Rule]:
    if has_cjk(term):
        end = _latin_end(term)
        yield _match(end[1] if end else term.strip(SIGNS))
        if end:
            yield from (_piece(f"{piece}*") for piece in pieces(end[2]))
        return
    yield from map(_piece, pieces(term))


def _piece(piece: str) -> Rule:
    if not set(piece) & set(SIGNS):
        return _match(piece)
    kind, value = as_wildcard(piece)
    return {kind: {"prefix" if kind == "prefix" else "pattern": value}}


def _spans(text: str, path: str, weight: float) -> Dsl:
    """Runs of characters, joined by the signs between them."""
    groups = [list(group) for _, group in groupby(characters(text), lambda part: part in SIGNS)]
    query = _run(groups[0], path)
    for signs, run in zip(groups[1::2], groups[2::2], strict=True):
        gap = [{"span_gap": {path: signs.count("?")}}] if "?" in signs else []
        slop = ANY if "*" in signs else signs.count("#")
        clauses = [query, *gap, _run(run, path)]
        query = {"span_near": {"clauses": clauses, "slop": slop, "in_order": True}}
    return {"bool": {"must": [query], "boost": weight}}


def _run(characters_: Sequence[str], path: str) -> Dsl:
    terms: list[Dsl] = [{"span_term": {path: character}} for character in characters_]
    if len(terms) == 1:
        return terms[0]
    return {"span_near": {"clauses": terms, "slop": 0, "in_order": True}}
