"""Finds everything that keeps a row of tokens from being a query: all problems at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.errors import Fix, Problem, shown_term
from query.tables import tables
from query.tree import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from query.tokens import Token
    from query.vocabulary import Vocabulary

_UNKNOWN_FIELD = re.compile(r"([a-z_]{2,})(?::([^:/].*)?|==([^=].*)?)\Z", re.DOTALL)


def structure(tokens: list[Token]) -> list[Problem]:
    """Problems of quotation marks, brackets, operators and fields, in order of place."""
    problems = [
        *_too_many(tokens),
        *_lone_quotes(tokens),
        *_brackets(tokens),
        *_chains(tokens),
        *_sequence(tokens),
    ]
    return sorted(problems, key=lambda problem: problem.span.start)


def unknown_fields(tokens: list[Token], vocabulary: Vocabulary) -> list[Problem]:
    """Problems of ``autor:魯迅``: lower-case letters, a colon and a term, but no field's name.

    ``http://…``, ``re: mail``, ``12:30`` and ``A:B:C`` are words.
    """
    problems = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        match = _UNKNOWN_FIELD.match(token.value) if token.kind == "word" else None
        if match and (match[2] or match[3] or _governs(token, following)):
            span = Span(token.span.start, token.span.start + len(match[1]))
            problems.append(_unknown_field(match[1], span, vocabulary))
    return problems


def _governs(token: Token, following: Token | None) -> bool:
    return (
        following is not None
        and following.kind in ("phrase", "open")
        and following.span.start == token.span.end
    )


def _unknown_field(name: str, span: Span, vocabulary: Vocabulary) -> Problem:
    near = vocabulary.nearest(name)
    meant = f"Did you mean {near}: ? " if near else "Fields are listed in docs/fields.md. "
    advice = f"{meant}To search for the words themselves, put them in quotation marks."
    fix = Fix(span, near) if near else None
    return Problem("unknown-field", f"“{name}” is not a field", span, advice, fix)


def _too_many(tokens: list[Token]) -> Iterator[Problem]:
    most = tables().budget.max_leaves
    terms = [token for token in tokens if token.kind in ("word", "phrase")]
    if len(terms) > most:
        yield too_many_terms(len(terms), terms[most].span, terms[most].value)


def too_many_terms(count: int, span: Span, term: str) -> Problem:
    """The problem of a query with so many terms, from ``term`` on one too many."""
    most = tables().budget.max_leaves
    message = (
        f"{count} terms are more than the {most} that a search may have;"
        f" “{shown_term(term)}” is one too many"
    )
    return Problem("too-many-terms", message, span, "Split the query, or truncate words.")


def _lone_quotes(tokens: list[Token]) -> Iterator[Problem]:
    for token in tokens:
        if token.kind == "quote":
            message = f"the quotation mark {token.value} has no partner"
            advice = "Close it, or leave it out."
            yield Problem("unclosed-quote", message, token.span, advice, Fix(token.span, ""))


def _brackets(tokens: list[Token]) -> Iterator[Problem]:
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
            if len(opened) == tables().budget.max_depth + 1:
                yield _too_deep(token.span)
        elif token.kind == "close" and opened:
            opened.pop()
        elif token.kind == "close":
            message = "this bracket closes nothing"
            advice = "Leave it out, or open one."
            yield Problem("unopened-bracket", message, token.span, advice, Fix(token.span, ""))
    for token in opened[:1]:
        message = "this bracket is never closed"
        end = tokens[-1].span.end
        fix = Fix(Span(end, end), ")" * len(opened))
        yield Problem("unclosed-bracket", message, token.span, "Add the missing ).", fix)


def _chains(tokens: list[Token]) -> Iterator[Problem]:
    """``a NEAR/1 b NEAR/1 c …``: each is one level deeper than the one before it."""
    most, signs = tables().budget.max_depth, 0
    for token in tokens:
        if token.kind == "operator":
            signs = signs + 1 if "/" in token.value else 0
        if signs > most and token.kind == "operator":
            message = f"{token.value} is one too many: at most {most} may stand in a chain"
            advice = "Split the query, or write AND."
            yield Problem("too-deep", message, token.span, advice)
            return


def _too_deep(span: Span) -> Problem:
    most = tables().budget.max_depth
    message = f"brackets are nested more than {most} deep"
    return Problem("too-deep", message, span, "Leave out brackets that change nothing.")


def _sequence(tokens: list[Token]) -> Iterator[Problem]:
    before: Token | None = None
    for token in tokens:
        if token.kind == "boost":
            continue
        problem = _pair(before, token)
        if problem:
            yield problem
        before = token
    if before is not None and before.kind in ("operator", "field"):
        yield _dangling(before)


def _pair(before: Token | None, token: Token) -> Problem | None:
    """What is wrong with two neighbours, the first of which may be the query's beginning."""
    wants_operand = before is None or before.kind in ("operator", "field", "open")
    if before is not None and before.kind == "open" and token.kind == "close":
        span = Span(before.span.start, token.span.end)
        message, advice = "the brackets hold nothing", "Leave them out."
        return Problem("empty-brackets", message, span, advice, Fix(span, ""))
    if token.kind == "field" and before is not None and before.kind == "field":
        message = f"{before.value}: governs another field"
        return Problem("field-in-field", message, token.span, "Name one field before a term.")
    if not wants_operand or token.kind not in ("operator", "close"):
        return None
    if before is not None and before.kind in ("operator", "field"):
        opens = token.value == "NOT" and before.value in ("AND", "OR") and before.kind == "operator"
        return None if opens else _dangling(before)
    if token.value == "NOT" or token.kind == "close":
        return None
    message = f"{token.value} has nothing before it"
    advice = f'Write a term before it, or "{token.value.lower()}" in small letters for the word.'
    return Problem("operator-without-left", message, token.span, advice, Fix(token.span, ""))


def _dangling(token: Token) -> Problem:
    if token.kind == "field":
        message = f"{token.value}: has no term after it"
        advice = 'Write a term, a "phrase" or (brackets) after the colon.'
        return Problem("field-without-term", message, token.span, advice, Fix(token.span, ""))
    message = f"{token.value} has nothing after it"
    advice = f'Write a term after it, or "{token.value.lower()}" in small letters for the word.'
    return Problem("operator-without-right", message, token.span, advice, Fix(token.span, ""))
