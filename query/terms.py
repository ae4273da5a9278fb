"""The leaf of one word or phrase: exact, whole, truncated, or as it stands."""

from __future__ import annotations

import re
from functools import lru_cache

from mappings.keys import terms
from mappings.scripts import CJK
from query.tokens import QUOTES, Source, Syntax, open_source, scan
from query.tree import (
    NOWHERE,
    Everything,
    Exact,
    Leaf,
    Line,
    Pattern,
    Phrase,
    Span,
    Starts,
    Stem,
    Whole,
    Word,
)

EXACT = "="
_LINE = re.compile(r"#[0-9]{1,4}\Z")
_LETTER = re.compile(r"[^\W_]")
_CJK = re.compile(f"[{CJK}]")
_IN_PHRASE = re.compile(r"[^\W_]{3,}\*|[^\W_]{2,}[^\s]*[?#][^\W_]|\*[^\W_]{3,}")
_GAP = re.compile(rf"[{CJK}][*?#]+(?:[{CJK}]|[^\W_])|[^\W_]{{2}}[*?#]+[{CJK}]")
_NEEDS_QUOTES = re.compile(rf"[\s():：（）*＊?#^={QUOTES}]")
_STAR = re.compile(r"[^\W_]\*|\*[^\W_]")


def leaf(source: Source, span: Span) -> Leaf:
    """The leaf of a word or of a phrase with its quotation marks, and what stands before them."""
    text, shadow = source.text[span.start : span.end], source.shadow[span.start : span.end]
    if _marked(shadow, EXACT * 2):
        return Whole(_inside(text[2:], shadow[2:]), span=span)
    if _marked(shadow, EXACT):
        marked = leaf(source, Span(span.start + 1, span.end))
        if isinstance(marked, Starts):  # the exact form of a phrase that begins with a sign
            marked = Phrase(_inside(text[1:], shadow[1:]), span=marked.span)
        return Exact(marked, span=span)
    if shadow[0] in QUOTES:
        inner = _inside(text, shadow)
        if inner[:1] == "^" and inner[1:].strip():
            return Starts(inner[1:].strip(), span=span)
        return Phrase(inner, span=span)
    return _word(text, shadow, span)


def _word(text: str, shadow: str, span: Span) -> Leaf:
    if _LINE.match(shadow):
        return Line(int(shadow[1:]), span=span)
    if set(shadow) == {"*"}:
        return Everything(span=span)
    if shadow.casefold() in _protected():
        return Word(text, span=span)
    stem = shadow.rstrip("*")
    if "*" in stem or _is_signed(stem):
        return Pattern(text.replace("＊", "*"), span=span)
    return Word(text, span=span) if stem == shadow else Stem(text.rstrip("*＊"), span=span)


def _is_signed(stem: str) -> bool:
    """Whether ? or # truncates: behind two letters or a CJK character; C#, F#-Dur, #metoo are words."""
    sign = max(stem.rfind("?"), stem.rfind("#"))
    if sign < 1:
        return False
    return bool(_CJK.match(stem) or (_LETTER.match(stem) and _LETTER.search(stem, 1, sign)))


def stands_alone(text: str, syntax: Syntax) -> bool:
    """Whether a text is one word from its beginning to its end, and no field or operator in it."""
    source = open_source(text)
    found = [(token.kind, token.span) for token in scan(source, syntax)]
    return found == [("word", Span(0, len(source.text)))]


def value_leaf(text: str, syntax: Syntax, span: Span = NOWHERE) -> Word | Phrase:
    """The leaf of a value: a word, or a phrase where it would not be read as one word (NEAR/3)."""
    quoted = not stands_alone(text, syntax) or _NEEDS_QUOTES.search(text)
    return Phrase(text, span=span) if quoted else Word(text, span=span)


def _inside(text: str, shadow: str) -> str:
    """The text of a phrase without its marks, or of a word."""
    inner = text[1:-1] if shadow[0] in QUOTES else text
    return " ".join(inner.replace('"', " ").replace("＂", " ").split())


def _marked(shadow: str, mark: str) -> bool:
    """``=`` before a phrase or a word; ``=`` and ``=>`` are signs like others."""
    following = shadow[len(mark) : len(mark) + 1]
    return shadow.startswith(mark) and (following in tuple(QUOTES) or following.isalnum())


@lru_cache(maxsize=1)
def _protected() -> frozenset[str]:
    """Names that end in a sign of truncation: C#, F#."""
    return frozenset(term.casefold() for term in terms())


def truncated_words(text: str) -> bool:
    """Whether a phrase holds truncated words; too short a beginning is no truncation there."""
    return _IN_PHRASE.search(text) is not None


def has_gap(text: str) -> bool:
    """Whether a phrase has a sign of truncation within its CJK: ``"香*史"``."""
    return not text.isascii() and _GAP.search(text) is not None


def is_dropped(text: str) -> bool:
    """Whether a phrase holds a * that touches a letter and truncates nothing: too few stand there."""
    if "*" not in text or has_gap(text):
        return False
    return any(_STAR.search(word) and not truncated_words(word) for word in text.split())
