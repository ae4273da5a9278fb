"""A query in another language, cut into pieces: one regular expression made of the dialect's rules.

Signs of full width count as plain ones (the shadow of ``query.tokens``). Linear in the length of the
text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mappings.scripts import has_cjk
from query.dialects import terms
from query.dialects.model import load_dialect
from query.dialects.pieces import Distance, Piece, Tag, find_tag
from query.dialects.slashes import HEADING, LIMIT, SETS, heading, lines_of
from query.dialects.years import COMPARED, compared
from query.tables import tables
from query.tokens import QUOTES, Quotes
from query.tree import Everything, Field, Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from query.dialects.model import Dialect, NearForm
    from query.dialects.pieces import Kind
    from query.tokens import Source
    from query.tree import Tree

EDGE = rf"(?=[ (){QUOTES}]|$)"
_CODE = "(?:[a-z0-9]{2}|[a-z]{1,8}_[a-z]{2,8})"
_SQUARE = r" *\[[^\[\]]{1,60}\]"
_DAY = r'"?[0-9]{4}(?:/[0-9]{1,2}){0,2}"?'
_DAYS = rf"{_DAY}(?:{_SQUARE})? *: *{_DAY}(?={_SQUARE})"
_NUMBER = "{n}"
_EXPLAINED = r"\[[a-z0-9]{2}=[^\[\]]{1,2000}\]"
"""What Ovid puts behind a tag of many fields to say which: ``.mp. [mp=title, abstract]``."""
_FREQUENCY = "/freq=[0-9]{1,4}"
_YEARS = re.compile(r"[0-9]{4}[:-](?:[0-9]{4})?\Z")
_SIGNS = ("operator", "limit", "sets", "heading", "compared", "refined", "prefix", "suffix")
"""Pieces that are read by their signs, which stand in the shadow as plain ones."""
_OPERANDS = ("leaf", "close", "suffix")
WIDE = ("space", "equals")
"""Styles of tags that govern all words up to the next operator."""


def scan(source: Source, dialect: Dialect, names: tuple[str, ...]) -> list[Piece]:
    """All pieces of a query. ``names``: the catalogue's field names, which words must not become."""
    raw = list(_joined(list(_raw(source, dialect)), source, dialect, names))
    many = sum(map(_is_word, raw)) > tables().budget.max_leaves  # refused, whatever they are
    pieces = [
        replace(p, tree=Word(p.text)) if many and _is_word(p) else _one(p, dialect, names)
        for p in raw
    ]
    wide = dialect.rules.tagging.value.style in WIDE
    return _with_beside(_operators(pieces), wide_tags=wide)


def _raw(source: Source, dialect: Dialect) -> Iterator[Piece]:
    scanner, quotes, at = _scanner(dialect.name), Quotes(source.shadow), 0
    while match := scanner.search(source.shadow, at):
        kind, at = str(match.lastgroup), match.end()
        if kind == "quote":
            closed = quotes.closed(at - 1)
            kind, at = ("phrase", closed) if closed else ("quote", at)
        span = Span(match.start(), at)
        text = source.shadow[span.start : span.end] if kind in _SIGNS else _spaced(source, span)
        yield _read(kind, text, span, dialect)


def _spaced(source: Source, span: Span) -> str:
    """The text of a place with a space for each blank, of whichever kind it is."""
    text, shadow = (each[span.start : span.end] for each in source)
    if " " not in shadow:
        return text
    return "".join(" " if blank == " " else sign for sign, blank in zip(text, shadow, strict=True))


def _read(kind: str, text: str, span: Span, dialect: Dialect) -> Piece:
    match kind:
        case "operator":
            return Piece(_operator(text, dialect), text, span)
        case "near":
            return Piece("near", text, span, distance=_distance(text, dialect))
        case "prefix" | "suffix":
            return _tag(kind, text, span, dialect)
        case "open" | "close" | "quote":
            return Piece(kind, text, span)
        case "limit":
            return Piece("leaf", text, span, None, Tag(text, ()))
        case _:
            return Piece("leaf", text, span, _special(kind, text, span, dialect))


def _special(kind: str, text: str, span: Span, dialect: Dialect) -> Tree | None:
    """The tree of what is more than a word; words are read when their neighbours are known."""
    match kind:
        case "phrase":
            return terms.phrase(text[1:-1], span, dialect)
        case "literal":
            return terms.literal(text[1:-1], span)
        case "refined":
            return _refined(text, span, dialect)
        case "heading":
            return heading(text, span)
        case "sets":
            return lines_of(text, span)
        case "everything":
            return Everything(span=span)
        case "compared":
            return compared(text, span)
        case _:
            return None


def _refined(text: str, span: Span, dialect: Dialect) -> Tree:
    """``LIMIT-TO ( LANGUAGE , "English" )``: the value in its field."""
    assert dialect.rules.limits is not None  # noqa: S101 - none is found without the rule
    sign, _, inside = text.partition("(")
    facet, _, value = inside.rstrip(" )").partition(",")
    name = dialect.rules.limits.value[sign.strip().upper()][facet.strip().upper()]
    return Field(name, terms.literal(value.strip(' "'), span), span=span)


def _tag(kind: Kind, text: str, span: Span, dialect: Dialect) -> Piece:
    plain = text.strip().partition("/freq=")[0]
    match dialect.rules.tagging.value.style:
        case "dots":
            plain = plain.partition("[")[0].strip(" .()")
        case "square":
            plain = " ".join(plain[1:-1].split())
        case "equals" | "colon":
            plain = plain.rstrip("=:： ")
        case _:
            pass
    near: int | None = None
    found = re.fullmatch(r"(.*?):~([0-9]{1,4})", plain)
    if dialect.rules.tagging.value.style == "square" and found:
        plain, near = found[1], int(found[2])
    tag = find_tag(dialect, plain)
    if tag is not None:
        tag = tag._replace(text=text.strip(), near=near)
    return Piece(kind, text.strip(), span, tag=tag)


def _joined(
    raw: list[Piece], source: Source, dialect: Dialect, names: tuple[str, ...]
) -> Iterator[Piece]:
    """Words that are one term: before a tag that stands behind, or wherever words are a phrase."""
    rules = dialect.rules
    phrases = rules.beside.value == "phrase"
    cjk = rules.beside_cjk is not None and rules.beside_cjk.value == "phrase"
    run: list[Piece] = []
    for piece in raw:
        if _is_word(piece):
            run.append(piece)
            continue
        tagged = piece.kind == "suffix"
        found = _run(run, source, dialect, joined=phrases or tagged or (cjk and _all_cjk(run)))
        yield from (_term(each, dialect, names) for each in found) if tagged else found
        run = []
        yield piece
    yield from _run(run, source, dialect, joined=phrases or (cjk and _all_cjk(run)))


def _all_cjk(run: list[Piece]) -> bool:
    return all(has_cjk(piece.text) for piece in run)


def _run(run: list[Piece], source: Source, dialect: Dialect, *, joined: bool) -> list[Piece]:
    if len(run) < 2 or not joined:  # noqa: PLR2004 - a phrase has two words
        return run
    span = Span(run[0].span.start, run[-1].span.end)
    text = _spaced(source, span)
    return [Piece("leaf", text, span, terms.phrase(text, span, dialect))]


def _is_word(piece: Piece) -> bool:
    return piece.kind == "leaf" and piece.tree is None and piece.tag is None


def _one(piece: Piece, dialect: Dialect, names: tuple[str, ...]) -> Piece:
    """A word that is still bare, as its leaf."""
    if not _is_word(piece):
        return piece
    set_ = terms.line(piece.text, piece.span, dialect)
    return replace(piece, tree=set_) if set_ else _term(piece, dialect, names)


def _term(piece: Piece, dialect: Dialect, names: tuple[str, ...]) -> Piece:
    """A word that names no set: ``2010.yr.``."""
    if not _is_word(piece):
        return piece
    if _YEARS.match(piece.text):  # Ovid's colon truncates elsewhere
        return replace(piece, tree=terms.plain(piece.text, piece.span, names))
    return replace(piece, tree=terms.leaf(piece.text, piece.span, dialect, names))


def _operators(pieces: list[Piece]) -> list[Piece]:
    """NOT with a term before it, which AND may precede; and NOT without one."""
    found: list[Piece] = []
    for piece in pieces:
        before = found[-1].kind if found else "open"
        joined = before == "and" and len(found) > 1 and found[-2].kind in _OPERANDS
        if piece.kind == "not" and joined:
            found[-1] = Piece("not", piece.text, Span(found[-1].span.start, piece.span.end))
        elif piece.kind == "not" and before not in _OPERANDS:
            found.append(Piece("without", piece.text, piece.span))
        else:
            found.append(piece)
    return found


def _with_beside(pieces: list[Piece], *, wide_tags: bool) -> list[Piece]:
    """What stands between terms side by side; before a tag that governs several terms, AND does."""
    found: list[Piece] = []
    for piece in pieces:
        starts = piece.kind in ("leaf", "open", "prefix", "without")
        if starts and found and found[-1].kind in ("leaf", "close", "suffix"):
            kind: Kind = "and" if wide_tags and piece.kind == "prefix" else "beside"
            found.append(Piece(kind, "", Span(piece.span.start, piece.span.start)))
        found.append(piece)
    return found


def _operator(text: str, dialect: Dialect) -> Kind:
    written = " ".join(text.split()).casefold()
    operators = dialect.rules.operators.value
    return next(kind for word, kind in operators.items() if word.casefold() == written)


def _distance(text: str, dialect: Dialect) -> Distance:
    proximity = dialect.rules.proximity
    assert proximity is not None  # noqa: S101 - no operator is found without the rule
    for form in proximity.value.forms:
        found = re.fullmatch(_near(form), text, re.IGNORECASE)
        if found:
            numbered = _NUMBER in form.sign
            words = max(0, int(found[1]) - proximity.value.offset) if numbered else form.words
            return Distance(words, form.ordered)
    raise ValueError(text)


def _near(form: NearForm) -> str:
    return re.escape(form.sign).replace(re.escape(_NUMBER), "([0-9]{1,6})")


@lru_cache(maxsize=16)
def _scanner(name: str) -> re.Pattern[str]:
    dialect = load_dialect(name)
    rules = dialect.rules
    style = rules.tagging.value.style
    any_case = "" if rules.capitals.value else "i"
    words = sorted(rules.operators.value, key=len, reverse=True)
    operators = "|".join(" +".join(map(re.escape, word.split())) for word in words)
    parts = []
    if rules.everything:
        parts.append(rf"(?P<everything>{re.escape(rules.everything.value)}{EDGE})")
    if style == "square":
        parts.append(rf"(?P<days>{_DAYS})|(?P<suffix>{_SQUARE})")
    if rules.headings and rules.headings.value.slash:
        parts.append(rf"(?P<sets>{SETS}{EDGE})|(?P<limit>{LIMIT})")
    if rules.proximity and style != "square":
        forms = "|".join(_near(form).replace("(", "(?:") for form in rules.proximity.value.forms)
        parts.append(rf"(?P<near>(?i:{forms}){EDGE})")
    if rules.years and rules.years.value.compared:
        parts.append(rf"(?P<compared>(?i:{re.escape(rules.years.value.compared)}{COMPARED}){EDGE})")
    parts += _phrases_and_limits(dialect)
    parts.append(
        rf"(?P<operator>(?{any_case}:{operators}){EDGE})"
        if any_case
        else rf"(?P<operator>(?:{operators}){EDGE})"
    )
    if rules.headings and rules.headings.value.slash:
        parts.append(rf"(?P<heading>{HEADING})")
    if style == "dots":
        parts.append(rf"(?P<suffix>(?i:{_dots(dialect)}))")
    if prefix := _prefix(dialect):
        parts.append(rf"(?P<prefix>{prefix})")
    parts.append(rf"(?P<quote>[{QUOTES}])|(?P<open>\()|(?P<close>\))|(?P<word>{_word(dialect)})")
    return re.compile("|".join(parts))


def _phrases_and_limits(dialect: Dialect) -> Iterator[str]:
    """``{heart attack}`` and ``LIMIT-TO ( LANGUAGE , "English" )`` where the dialect has them."""
    rules = dialect.rules
    if rules.literal:
        first, last = map(re.escape, rules.literal.value)
        yield rf"(?P<literal>{first}[^{first}{last}]+{last})"
    value = r'(?:"[^"]*"|[^(),"]+)'
    limits = "|".join(
        rf"{sign} *\( *(?:{'|'.join(facets)}) *, *{value} *\)"
        for sign, facets in (rules.limits.value.items() if rules.limits else ())
        if facets
    )
    if limits:
        yield rf"(?P<refined>(?i:{limits}))"


def _prefix(dialect: Dialect) -> str:
    """The regular expression of tags that stand before their term."""
    tags = sorted(dialect.rules.tags.value, key=len, reverse=True)
    every = "|".join(map(re.escape, tags))
    match dialect.rules.tagging.value.style:
        case "space":
            operators = "|".join(dialect.rules.operators.value)
            return rf"(?:{every})(?= *[({QUOTES}]| +[^ )])(?! +(?i:{operators})[ )])"
        case "colon":
            return rf"(?i:{every}): *"
        case "equals":
            return rf"(?i:{every}|[a-z]{{2,5}}) *= *"
        case "call":
            join = dialect.rules.tagging.value.join
            several = rf"(?: *{re.escape(join)} *(?:{every}))*" if join else ""
            limits = "|".join(dialect.rules.limits.value) if dialect.rules.limits else "(?!)"
            return rf"(?i:(?:{every}){several}|{limits})(?= *\()|[\w.-]+(?=\()"
        case _:
            return ""


def _dots(dialect: Dialect) -> str:
    """``.ti,ab.``, explained or not; behind known codes the last full stop may be missing."""
    known = f"(?:{'|'.join(map(re.escape, dialect.rules.tags.value))})"
    codes = rf"{_CODE}(?:, ?{_CODE})*"
    closed = rf"(?:{codes}|\({codes}\))\.(?: *{_FREQUENCY})?(?: *{_EXPLAINED})?"
    return rf"\.(?:{closed}|{known}(?:, ?{known})*)(?=[ )]|$)"


def _word(dialect: Dialect) -> str:
    plain = rf"[^ (){QUOTES}]"
    match dialect.rules.tagging.value.style:
        case "dots":
            return rf"(?:(?!(?i:{_dots(dialect)})){plain})+"
        case "square":
            return rf"(?:(?!\[[^\[\]]{{1,60}}\]){plain})+"
        case _:
            return rf"{plain}+"
