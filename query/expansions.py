"""Truncated terms that stand for more words than a proximity may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.errors import Problem, QueryNotExpressible
from query.printer import print_tree
from query.terms import truncated_words
from query.tree import Pattern, Phrase, Stem, leaves

if TYPE_CHECKING:
    from engine import ElasticsearchError
    from query.reading import Reading


_TOO_COMPLEX = ("determiniz", "too complex", "too_complex")  # of Lucene's automata


def too_many_words(reading: Reading, error: ElasticsearchError) -> QueryNotExpressible | None:
    """What Elasticsearch's refusal means for the reader, naming the terms; None for another error.

    How many words a beginning has is known in the index alone.
    """
    said = str(error).casefold()
    complex_ = any(sign in said for sign in _TOO_COMPLEX)
    if not complex_ and "too many" not in said:
        return None
    truncated = [leaf for leaf in leaves(reading.tree) if _is_truncated(leaf)]
    if not truncated:
        return None
    terms = ", ".join(print_tree(leaf) for leaf in truncated)
    message = f"{terms}: too many words begin so for a phrase or a proximity"
    advice = "Write more letters before *, or AND between the words."
    problem = Problem("too-many-words", message, truncated[0].span, advice)
    if complex_:
        message = f"{terms}: truncated in more ways than the index can follow"
        advice = "Write fewer signs of truncation, most of all behind a * at the beginning."
        problem = Problem("truncation-too-long", message, truncated[0].span, advice)
    return QueryNotExpressible(reading.text, [problem])


def _is_truncated(leaf: object) -> bool:
    truncated = isinstance(leaf, Stem | Pattern)
    return truncated or (isinstance(leaf, Phrase) and truncated_words(leaf.text))
