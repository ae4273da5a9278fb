"""What Ovid writes with slashes and in words: headings, rows of sets, limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.dialects.nodes import Heading
from query.tokens import QUOTES
from query.tree import And, Field, Line, Or, Phrase, Range, Word
from query.values import coded_value

if TYPE_CHECKING:
    from query.notes import Notes
    from query.tree import Span, Tree

_WORD = rf"(?!(?i:and|or|not|adj[0-9]*)(?= ))[^ (){QUOTES}/.]++"
_SUBHEADINGS = r"(?:[a-z]{2}(?:, ?[a-z]{2})*)?"
HEADING = rf'(?i:exp +)?\*?(?:"[^"/]{{1,200}}"|{_WORD}(?: +{_WORD}){{0,11}})/{_SUBHEADINGS}(?: *\[[^\[\]]{{1,500}}\])?(?=[ )]|$)'
"""``exp Asthma/``, ``*Asthma/``, ``Asthma/dt,th`` and what Ovid prints behind it, ``[Drug Therapy,
Therapy]``: at most twelve words, so that no text is slow."""

_NUMBERS = r"[0-9]{1,4}(?:-[0-9]{1,4})?"
SETS = rf"(?i:and|or)/{_NUMBERS}(?:,{_NUMBERS})*"
LIMIT = (
    r"\A *(?:(?i:limit) +[0-9]{1,4} +(?i:to) +[^ ].*|(?i:remove +duplicates +from) +[0-9]{1,4} *\Z)"
)

_MOST_LINES = 500
_heading = re.compile(r'(?i:(exp) +)?(\*?)"?([^"/]+)"?/(.*)', re.DOTALL)
_limit = re.compile(r" *(?i:limit) +([0-9]{1,4}) +(?i:to) +\(?(.*?)\)? *\Z", re.DOTALL)
_duplicates = re.compile(r" *(?i:remove +duplicates +from) +([0-9]{1,4}) *\Z")
_year = re.compile(r'(?i:yr) *= *"? *([0-9]{4})? *(?:(-) *(?i:([0-9]{4})|current)?)? *"?\Z')
_language = re.compile(r"(?i)([a-z]+)(?: language)?\Z")


def heading(text: str, span: Span) -> Tree:
    """``exp Asthma/`` as a subject heading."""
    found = _heading.match(text)
    assert found is not None  # noqa: S101 - the scanner's expression is narrower
    words = " ".join(found[3].split())
    words = words.lstrip("^ ") or words  # that sign would be an anchor of ours
    return Field(
        "subject",
        Heading(words, exploded=bool(found[1]), major=bool(found[2]), span=span),
        span=span,
    )


def subheadings(text: str) -> str:
    """What stands behind the slash."""
    found = _heading.match(text)
    return found[4] if found else ""


def written_heading(heading: Heading) -> str:
    """A heading as Ovid writes it; in quotation marks where operators or signs stand in it."""
    plain = re.fullmatch(HEADING, f"{heading.text}/") and not heading.text.startswith("*")
    text = heading.text if plain else f'"{heading.text}"'
    return f"{'exp ' if heading.exploded else ''}{'*' if heading.major else ''}{text}/"


def lines_of(text: str, span: Span) -> Tree:
    """``or/1-3,5``: the sets with the operator between them."""
    operator, _, numbers = text.partition("/")
    found: list[int] = []
    for part in numbers.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), min(int(last or first), int(first) + _MOST_LINES) + 1)
    children = tuple(Line(number, span=span) for number in found)
    if len(children) == 1:
        return children[0]
    return (
        (And if operator.casefold() == "and" else Or)(children, span=span)
        if children
        else Word(text, span=span)
    )


def limited(text: str, span: Span, notes: Notes) -> Tree:
    """``limit 3 to (english language and yr="2000 -Current")``.

    A limit that the catalogue does not have is left out, and said. ``remove duplicates from 5``: records
    of one edition are one title here.
    """
    alone = _duplicates.match(text)
    if alone:
        message = "duplicates are not taken out: records of one edition are one title here"
        notes.warn("lost-limit", message, span)
        return Line(int(alone[1]), span=span)
    found = _limit.match(text)
    assert found is not None  # noqa: S101 - the scanner's expression is narrower
    parts: list[Tree] = [Line(int(found[1]), span=span)]
    for part in re.split(r" +(?i:and) +", found[2]):
        limit = _one_limit(part.strip(), span)
        if limit is None:
            notes.warn(
                "lost-limit", f"the limit “{part.strip()}” is not known and was left out", span
            )
        else:
            parts.append(limit)
    return And(tuple(parts), span=span) if len(parts) > 1 else parts[0]


def _one_limit(part: str, span: Span) -> Tree | None:
    """Years, a language, or languages with OR between them."""
    year = _year.match(part)
    if year and (year[1] or year[3]):
        low, high = year[1] or "", (year[3] or "") if year[2] else year[1]
        child = Word(low, span=span) if low == high else Range(low, high, span=span)
        return Field("year", child, span=span)
    found = [_language_of(name, span) for name in re.split(r" +(?i:or) +", part.strip("()"))]
    languages = tuple(each for each in found if each is not None)
    if len(languages) < len(found):
        return None
    return languages[0] if len(languages) == 1 else Or(languages, span=span)


def _language_of(name: str, span: Span) -> Tree | None:
    """``english language``, or ``english`` where that is the name of a language."""
    found = _language.match(name.strip())
    if not found:
        return None
    called = name.casefold().rstrip().endswith(" language")
    if not called and coded_value(found[1], "language") is None:
        return None
    return Field("language", Phrase(found[1], span=span), span=span)
