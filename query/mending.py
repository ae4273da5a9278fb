"""``--repair``: a text with the mistakes mended of which it is plain what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.notes import Note

if TYPE_CHECKING:
    from query.errors import Fix, QueryError

ROUNDS = 8
"""A mended text may show a mistake that another one hid; so often it is read again."""


def mend(error: QueryError) -> tuple[str, list[Note]] | None:
    """The text with every mistake mended, and what was done; None where one cannot be.

    Positions of the notes count in the text that the error is about.
    """
    fixes = [(problem.fix, problem) for problem in error.problems if problem.fix]
    if len(fixes) < len(error.problems):
        return None
    text, notes, before = error.text, [], len(error.text) + 1
    for fix, problem in sorted(fixes, key=lambda each: each[0].span.start, reverse=True):
        if fix.span.end > before:  # overlaps one that is mended already; the next round sees it
            continue
        before = fix.span.start
        text = _with(text, fix)
        done = f"read as {fix.text}" if fix.text else "left out"
        span = problem.span
        notes.append(Note("mended", f"{problem.message}: {done}", span.start, span.end))
    return text, notes[::-1]


def _with(text: str, fix: Fix) -> str:
    """The text with one mistake mended; what stood on both sides of a lone sign stays apart."""
    head, tail = text[: fix.span.start], text[fix.span.end :]
    apart = not fix.text and head[-1:].strip() and tail[:1].strip()
    return f"{head}{' ' if apart else fix.text}{tail}"
