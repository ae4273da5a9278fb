"""What the reader is told of a sound query: signs read as others, and what may surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from query.notes import Notes
    from query.tokens import Source, Token

_PLAIN_QUOTE = '"'


def note_signs(tokens: list[Token], source: Source, notes: Notes) -> None:
    """Say which quotation marks, brackets and field signs were read as plain ones."""
    for token in tokens:
        written = source.text[token.span.start : token.span.end]
        marks = written.lstrip("=＝")
        if token.kind == "phrase" and marks[0] != _PLAIN_QUOTE:
            message = f"{marks[0]}{marks[-1]} were read as quotation marks"
            notes.repair("quotation-marks", message, token.span)
        elif token.kind in ("open", "close") and written not in "()":
            notes.repair("wide-sign", f"{written} was read as a bracket", token.span)
        elif token.kind == "field" and written.endswith(("：", " ", "　")):
            message = f"{written.strip()} was read as the field {token.value}:"
            notes.repair("field-sign", message, token.span)


def warn_field_ends(tokens: list[Token], notes: Notes) -> None:
    """Warn of ``title:dream chamber``: the field governs the first word alone."""
    for field, first, second in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if (field.kind, first.kind, second.kind) == ("field", "word", "word"):
            message = (
                f"{field.value}: governs “{first.value}” alone;"
                f" {field.value}:(…) governs all that stands in the brackets"
            )
            notes.warn("field-ends", message, second.span)


def is_mixed(tokens: list[Token]) -> bool:
    """Whether AND and OR stand beside each other with no brackets to say which is first."""
    found: list[set[str]] = [set()]
    for token in tokens:
        if token.kind == "open":
            found.append(set())
        elif token.kind == "close":
            found.pop()
        elif token.kind == "operator":
            found[-1].add(token.value)
            if {"AND", "OR"} <= found[-1]:
                return True
    return False


def question_mark(tokens: list[Token], source: Source) -> int | None:
    """Where the question mark of a title typed as it stands begins: ``what is history?``.

    None for one word (``histor?`` is truncated), and where there is an operator or a field.
    """
    kinds = {token.kind for token in tokens}
    if len(tokens) < 2 or not kinds <= {"word", "phrase"} or tokens[-1].kind != "word":  # noqa: PLR2004 - two words
        return None
    span = tokens[-1].span
    word = source.shadow[span.start : span.end]
    bare = word.rstrip("?")
    return span.start + len(bare) if bare != word and bare.isalnum() else None
