"""What stands near a term: headings, words of the index, and stretches of headings in CJK."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mappings.keys import whole_key
from mappings.scripts import has_cjk
from mappings.suggestions import keys_typed, undated
from query.live import ask
from query.scope import scope_of
from query.suggest import found_in, near_suggesters
from query.tables import tables

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from engine import Connection
    from mappings.model import Script
    from query.suggest import Found
    from query.vocabulary import Vocabulary

_not_word = re.compile(r"[\W_]+")
_SHORTEST_STRETCH = 3
_TAG = "|"
_MODES = {"missing": 1, "popular": 2}  # a word that the index lacks is the likelier one to be wrong
_BEGINNING = 1  # what a heading that only begins like the term stands behind one that is it


class Candidate(NamedTuple):
    """What may have been meant, how far it is from what was written, how much speaks for it.

    ``rank``: a whole heading comes first (0), then stretches, and words for one that the index
    lacks (1), last words for one that it has (2).
    """

    text: str
    distance: int
    weight: float
    rank: int = 1


def near_terms(
    connection: Connection,
    alias: str,
    texts: Sequence[str],
    headings: Container[str],
    vocabulary: Vocabulary,
) -> dict[str, list[Candidate]]:
    """What is near each of the texts: titles and names, words, stretches of headings.

    All is asked in one request. Only what is in ``headings`` is compared with whole headings.
    """
    texts = list(dict.fromkeys(texts))
    keys = {text: keys_typed(text) if text in headings else () for text in texts}
    stretches = [t for t in texts if has_cjk(t) and len(_plain(t)) >= _SHORTEST_STRETCH]
    bodies = [_suggesters(keys, vocabulary), *(_similar(t, vocabulary) for t in stretches)]
    lines = [line for body in bodies for line in ({}, body)]
    answers = ask(connection, "POST", f"/{alias}/_msearch", alias, lines)["responses"]
    suggested = answers[0].get("suggest", {})
    found = {}
    for number, text in enumerate(texts):
        tag = f"{number}{_TAG}"
        own = {n.removeprefix(tag): a for n, a in suggested.items() if n.startswith(tag)}
        words = [(mode, own.pop(mode, [])) for mode in _MODES]
        found[text] = [*_headings(text, keys[text], found_in(own)), *_words(text, words)]
    for text, answer in zip(stretches, answers[1:], strict=True):
        found[text] += _stretches(_plain(text), answer)
    return found


def _suggesters(keys: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> dict[str, Any]:
    """One body for all texts: headings near each, and words near each that is one."""
    size = tables().corrections.candidates
    asked: dict[str, Any] = {}
    for number, (text, own) in enumerate(keys.items()):
        near = near_suggesters(own, size)
        if not has_cjk(text) and " " not in text:
            near |= {mode: _word_suggester(text, mode, vocabulary) for mode in _MODES}
        asked |= {f"{number}{_TAG}{name}": suggester for name, suggester in near.items()}
    return {"size": 0, "_source": False, "suggest": asked}


def _headings(text: str, keys: Sequence[str], lines: Iterable[Found]) -> Iterator[Candidate]:
    from rapidfuzz.distance import OSA

    own = has_cjk(text)
    for line in lines:
        entry = line.entry
        form = entry.own if own and entry.own else entry.romanised or entry.own
        if line.kind == "author":
            form = undated(form)
        distance = min(OSA.distance(key, entry.key) for key in keys)
        near = distance <= max(map(tables().suggest.edits, keys))
        yield Candidate(form, distance if near else distance + _BEGINNING, line.weight, rank=0)


def _word_suggester(word: str, mode: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Words of the index that are near one that it does not have (missing), or less often (popular)."""
    term = {
        "field": _words_of_all(vocabulary, "latin"),
        "size": tables().corrections.candidates,
        "suggest_mode": mode,
        "prefix_length": 0,
        "min_word_length": tables().suggest.near_latin,
    }
    return {"text": word, "term": term}


def _words(
    word: str, answers: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]
) -> Iterator[Candidate]:
    for mode, parts in answers:
        for part in parts:
            for option in part["options"]:
                distance = _edits(option["score"], word)
                text = _as_typed(option["text"], word)
                yield Candidate(text, distance, option["freq"], _MODES[mode])


def _words_of_all(vocabulary: Vocabulary, script: Script) -> str:
    """The property that holds the words, or characters, of all that unfielded terms search."""
    return scope_of(vocabulary, None).matching("phrase", script)[0].path


def _as_typed(found: str, word: str) -> str:
    """With a capital where the word that it stands for has one."""
    return found.capitalize() if word[:1].isupper() else found


def _edits(score: float, word: str) -> int:
    """The edits that a term suggester's score stands for: 1 less the share of letters changed."""
    return max(1, round((1 - score) * len(word)))


def _plain(text: str) -> str:
    return _not_word.sub("", text)


def _folded(text: str) -> str:
    """The whole key without spaces: of hangul by syllables, as slips are made."""
    return whole_key(text).replace(" ", "")


def _similar(text: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Titles that have all characters of a text but one, wherever they stand."""
    path, term = _words_of_all(vocabulary, "cjk"), _plain(text)
    return {
        "query": {"match": {path: {"query": term, "minimum_should_match": len(term) - 1}}},
        "size": tables().corrections.candidates,
        "_source": [f"{field.name}.han" for field in vocabulary.any_fields],
    }


def _stretches(term: str, answer: Mapping[str, Any]) -> Iterator[Candidate]:
    """The stretches of the values found that differ from a term in one character."""
    from rapidfuzz.distance import OSA

    given = _folded(term)
    counted: dict[str, int] = {}
    for value in _values(answer):
        plain = _plain(value)
        for size in (len(term), len(term) + 1, len(term) - 1):
            for start in range(max(0, len(plain) - size + 1)):
                piece = plain[start : start + size]
                if OSA.distance(given, _folded(piece), score_cutoff=1) == 1:
                    counted[piece] = counted.get(piece, 0) + 1
    for piece, count in counted.items():
        yield Candidate(piece, 1, count)


def _values(answer: Mapping[str, Any]) -> Iterator[str]:
    for hit in answer.get("hits", {}).get("hits", ()):
        for field in hit["_source"].values():
            yield from field["han"]
