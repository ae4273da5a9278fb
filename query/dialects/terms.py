"""Words and phrases of another language as leaves: its signs of truncation become ours."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from query.terms import leaf as own_leaf
from query.terms import stands_alone
from query.tokens import QUOTES, Syntax, open_source
from query.tree import Everything, Leaf, Line, Pattern, Phrase, Span, Stem, Word

if TYPE_CHECKING:
    from query.dialects.model import Dialect, Meaning

OURS: dict[Meaning, str] = {"any": "*", "one": "?", "optional": "#"}
_LITERAL = re.compile(rf"[*?#＊{QUOTES}]")
_STARS = re.compile(r"\*{2,}")
_LIKE_FIELD = re.compile(r"[a-z_]{2,}(?::|==)")
_MOST_LIMITED = 20  # of $n: more characters are as good as any number


def leaf(text: str, span: Span, dialect: Dialect, names: tuple[str, ...] = ()) -> Leaf:
    """The leaf of a word; ``names``: words of the project's own language that it must not become."""
    signed = with_our_signs(text, dialect)
    if signed is None:
        return plain(text, span, names)
    return truncated(signed, span, names)


def truncated(signed: str, span: Span, names: tuple[str, ...] = ()) -> Leaf:
    """The leaf of a text with our signs of truncation, of which several ``*`` are one."""
    signed = _STARS.sub(OURS["any"], signed)
    if " " in signed:
        return Phrase(signed, span=span)
    if signed == OURS["any"]:
        return Everything(span=span)
    stem = signed[:-1]
    if signed.endswith("*") and not set(stem) & set(OURS.values()):
        return Stem(stem, span=span) if _is_word(stem, names) else Phrase(signed, span=span)
    kind = Pattern if _stands_alone(signed, names) else Phrase
    return kind(signed, span=span)


def phrase(text: str, span: Span, dialect: Dialect) -> Phrase:
    """The leaf of what stood in quotation marks, or of words that are a phrase side by side."""
    signed = with_our_signs(text, dialect) if dialect.rules.truncation.value.phrases else None
    return Phrase(
        _inside(signed if signed is not None else _LITERAL.sub(" ", text), text), span=span
    )


def literal(text: str, span: Span) -> Word | Phrase:
    """The leaf of characters that mean themselves: signs of truncation are none here."""
    words = _inside(_LITERAL.sub(" ", text), text)
    return Word(words, span=span) if _is_word(words, ()) else Phrase(words, span=span)


def plain(text: str, span: Span, names: tuple[str, ...] = ()) -> Leaf:
    """A word as it stands; a phrase where our own language would read something else in it."""
    if _is_word(text, names):
        return Word(text, span=span)
    return Phrase(_inside(_LITERAL.sub(" ", text), text), span=span)


def line(text: str, span: Span, dialect: Dialect) -> Line | None:
    """``#3``, ``S3`` or ``3`` where the dialect calls its sets so."""
    sets = dialect.rules.sets
    if sets is None:
        return None
    found = re.fullmatch(rf"(?i:{re.escape(sets.value)})([0-9]{{1,4}})", text)
    return Line(int(found[1]), span=span) if found else None


def with_our_signs(text: str, dialect: Dialect) -> str | None:
    """The text with our signs of truncation; None where it holds none of the dialect's."""
    rules = dialect.rules
    if rules.limited:
        sign = re.escape(rules.limited.value)
        text_ = re.sub(rf"(?<=\w){sign}([0-9]{{1,2}})(?![0-9])", _limited, text)
    else:
        text_ = text
    marks = {sign: OURS[meaning] for sign, meaning in rules.wildcards.value.items()}
    if text_ == text and not set(text) & set(marks):
        return None
    found = []
    for character in text_:
        if character == _OPTIONAL:
            found.append(OURS["optional"])
        elif character in marks:
            found.append(marks[character])
        else:
            found.append(_LITERAL.sub(" ", character))
    signed = " ".join("".join(found).split())
    return (
        signed if any(character.isalnum() for character in signed) or set(signed) == {"*"} else None
    )


_OPTIONAL = "\ue000"  # stands for one character or none while signs are changed


def _limited(match: re.Match[str]) -> str:
    count = int(match[1])
    return _OPTIONAL * count if 0 < count <= _MOST_LIMITED else match[0]


def _inside(text: str, written: str) -> str:
    inner = " ".join(text.split()).lstrip("^ ")
    return inner or " ".join(written.replace('"', " ").split())


@lru_cache(maxsize=4096)
def _is_word(text: str, names: tuple[str, ...]) -> bool:
    return _stands_alone(text, names) and isinstance(
        own_leaf(open_source(text), Span(0, len(text))), Word
    )


def _stands_alone(text: str, names: tuple[str, ...]) -> bool:
    """Whether our own language takes the text for one word, and no field or operator in it."""
    if _LIKE_FIELD.match(text) or text.startswith("="):  # a mistake, or as written, in ours
        return False
    return open_source(text).text == text and stands_alone(text, Syntax(names))
