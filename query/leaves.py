"""What a leaf matches and how it ranks: its match set and its score set.

The match set decides which titles are found, by the tiers that serve it in the width of the
search; the score set only ranks. All of a leaf matches in one tier, in its order: a word that
analysis cuts in two is a phrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mappings.keys import whole_key
from mappings.scripts import has_cjk, has_han, has_hangul, runs
from query.dsl import Path, best_of, constant, either, keyed, multi, phrase, word_count, words
from query.proximity import spaced, truncated_phrase
from query.tables import tables
from query.terms import has_gap, truncated_words
from query.tree import Exact, Pattern, Phrase, Starts, Stem, Whole, Word
from query.wildcards import as_wildcard, is_left, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mappings.model import Folding, Script, Service
    from query.dsl import Dsl
    from query.scope import Scope
    from query.tree import Keys, Leaf
    from query.width import Width

_KOREAN: Folding = "ko"
_LONGEST_KEY = 1000  # characters; the index joins runs of 8 units
_EXPANSIONS = 1000  # of a Latin word's beginning at the end of a CJK phrase


class Ranked(NamedTuple):
    """A leaf's match, and the clauses that may raise it but never widen it."""

    match: Dsl
    score: list[Dsl]


def match(leaf: Leaf, scope: Scope, width: Width) -> Dsl:
    """The query that decides which titles a leaf of a text field finds."""
    script = script_of(leaf)
    match leaf:
        case Exact(Word(text) | Phrase(text)):
            return phrase(text, scope.matching("exact", script))
        case Stem(text):
            return _truncated(text, script, scope.matching("truncate", script))
        case Pattern(text):
            return _pattern(text, script, scope)
        case Starts(text):
            return _starts(text, script, scope.matching("anchor", script))
        case Whole(text):
            return _whole_values(text, scope.matching("whole", script))
        case Phrase(text) if has_gap(text):
            return spaced(text, scope.matching("truncate", script))
        case Phrase(text) if truncated_words(text):
            return truncated_phrase(text, scope.matching("phrase", script))
        case Phrase(text) | Word(text):
            found = [phrase(text, scope.matching(_service(leaf), script))]
            stems = width == "wide" and isinstance(leaf, Word)
            wider = _wider(text, scope, script) if stems else []
            return best_of([*found, *wider, *_readings(leaf, scope, width)])
        case _:
            raise TypeError(leaf)


def score(leaf: Leaf, scope: Scope) -> list[Dsl]:
    """The clauses that rank a leaf by field and form; what its match ranks by is left out."""
    script = script_of(leaf)
    match leaf:
        case Stem(text):
            paths = scope.scoring("truncate", script) if scope.grouped else ()
            return [_truncated(text, script, paths)] if paths else []
        case Exact(Word(text) | Phrase(text)):
            paths = scope.scoring("exact", script) if scope.grouped else ()
            return [phrase(text, paths)] if paths else []
        case Phrase(text) if has_gap(text) or truncated_words(text):
            return []
        case Word(text) | Phrase(text):
            return [
                *_by_form(leaf, script, scope),
                *_as_written(text, script, scope),
                *_by_reading(leaf.keys, scope),
            ]
        case _:
            return []


def whole(text: str, paths: Sequence[Path]) -> list[Dsl]:
    """One clause that raises titles with a heading that is exactly this text."""
    return [_whole_values(text, paths)] if paths else []


def _service(leaf: Word | Phrase) -> Service:
    return "phrase" if isinstance(leaf, Phrase) else "match"


def script_of(leaf: Leaf) -> Script:
    """CJK where there is any: the CJK tiers hold the Latin words of such values as well."""
    inner = leaf.leaf if isinstance(leaf, Exact) else leaf
    return "cjk" if has_cjk(getattr(inner, "text", "")) else "latin"


def _wider(text: str, scope: Scope, script: Script) -> list[Dsl]:
    """Stems, and words as a dictionary parts them.

    Han characters are not asked of Korean tiers: what those join (words of one sound, characters
    that share one traditional form) is not the same word to a reader of the characters. The parts
    of a word of Hangul stand side by side: 한국사 is not 한국근대사.
    """
    if word_count(text) > tables().matching.wide_longest:
        return []
    paths = scope.matching("wide", script, without=_KOREAN if has_han(text) else None)
    slop = tables().matching.wide_slop if script == "cjk" and not has_hangul(text) else 0
    return [phrase(text, paths, slop=slop)] if paths else []


def _readings(leaf: Word | Phrase, scope: Scope, width: Width) -> list[Dsl]:
    """Matches by how the leaf is read; a native form (of Han characters) has none.

    Hangul asks for readings in the wide width alone: its sounds change where words are joined, so
    that a romanisation tells two spacings of one title apart.
    """
    found = []
    ranking = tables().ranking
    hangul = has_hangul(leaf.text) and not has_han(leaf.text)
    if leaf.keys and (width == "wide" or not hangul):
        found += _by_keys(leaf.keys, scope.matching("reading", "latin"), ranking.reading)
        if width == "wide":
            found += _by_keys(leaf.keys, scope.matching("derived", "latin"), ranking.derived)
    if width == "wide" and hangul:
        paths = scope.matching("hangul", "cjk")
        found += [phrase(leaf.text, paths)] if paths else []
    return found


def _by_keys(keys: Keys, paths: Iterable[Path], scale: float) -> list[Dsl]:
    """One key of every group, in one property; no value is as long as the longest words are."""
    if any(len(key) > _LONGEST_KEY for group in keys.groups for key in group):
        return []
    found = []
    for path, weight in paths:
        groups = [keyed(group, [Path(path, weight * scale)])[0] for group in keys.groups]
        found.append(groups[0] if len(groups) == 1 else {"bool": {"must": groups}})
    return found


def _by_form(leaf: Word | Phrase, script: Script, scope: Scope) -> list[Dsl]:
    """The analysed tiers of every field."""
    served = {path for path, _ in scope.scoring("exact", script)}
    if not scope.grouped:
        served |= {path for path, _ in scope.matching(_service(leaf), script)}
    paths = [each for each in scope.scoring("score", script) if each.path not in served]
    if not paths:
        return []
    if isinstance(leaf, Phrase) and script == "latin":
        return [phrase(leaf.text, paths)]
    return [words(leaf.text, paths)]


def _as_written(text: str, script: Script, scope: Scope) -> list[Dsl]:
    """A constant for the form as it was written: above the folded form in the same field."""
    scale = tables().ranking.exact
    queries = [
        constant(phrase(text, [Path(path, 1)]), weight * scale)
        for path, weight in scope.scoring("exact", script)
    ]
    return [best_of(queries)] if queries else []


def _by_reading(keys: Keys | None, scope: Scope) -> list[Dsl]:
    """Readings by field; the reading of all the words that stand together counts twice."""
    if not keys:
        return []
    scale = tables().ranking.reading
    paths = [Path(path, weight * scale) for path, weight in scope.scoring("reading", "latin")]
    if not paths:
        return []
    single = _by_keys(keys, paths, 1) if scope.grouped else []
    run = keyed(keys.run, paths) if keys.run else []
    return [best_of(queries) for queries in (single, run) if queries]


def _truncated(text: str, script: Script, paths: Iterable[Path]) -> Dsl:
    if script == "latin":
        return multi(text, paths, type="bool_prefix", operator="and")
    if runs(text)[-1].script == "latin":
        return multi(text, paths, type="phrase_prefix", max_expansions=_EXPANSIONS)
    return phrase(text, paths)


def _pattern(text: str, script: Script, scope: Scope) -> Dsl:
    """A term truncated elsewhere than at its end."""
    if script == "cjk":
        return spaced(text, scope.matching("truncate", script))
    found = pieces(text)
    if len(found) > 1:
        return truncated_phrase(text, scope.matching("phrase", script))
    if is_left(text):
        end = found[0].lstrip("*")[::-1]
        return best_of(_each("prefix", end, scope.matching("left", script)))
    kind, value = as_wildcard(found[0])
    return best_of(_each(kind, value, scope.matching("truncate", script)))


def _each(kind: str, value: str, paths: Iterable[Path]) -> list[Dsl]:
    return [{kind: {path: {"value": value, "boost": weight}}} for path, weight in paths]


def _starts(text: str, script: Script, paths: Iterable[Path]) -> Dsl:
    """Values that begin with these words; a Latin word is whole unless it is truncated."""
    key, open_end = whole_key(text), script == "cjk" or text.endswith("*")
    found = []
    for path, weight in paths:
        begins = {"prefix": {path: key if open_end else f"{key} "}}
        same = [] if open_end else [{"term": {path: key}}]
        found.append(constant(either([begins, *same]) if same else begins, weight))
    return best_of(found)


def _whole_values(text: str, paths: Iterable[Path]) -> Dsl:
    key = whole_key(text)
    return best_of([constant({"term": {path: key}}, weight) for path, weight in paths])
