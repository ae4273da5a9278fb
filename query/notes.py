"""What a query's reader is told beside the answer: what was mended, and what may surprise."""

from __future__ import annotations

import msgspec

from query.tree import NOWHERE, Span


class Note(msgspec.Struct, frozen=True):
    """A repair or a warning; ``start`` and ``end`` count code points of the query's text."""

    code: str
    message: str
    start: int
    end: int


class Notes:
    """Collects the notes of one query while its passes run."""

    def __init__(self) -> None:
        self.repairs: list[Note] = []
        self.warnings: list[Note] = []

    def repair(self, code: str, message: str, span: Span = NOWHERE) -> None:
        """Say what was read otherwise than it was written."""
        self._add(self.repairs, Note(code, message, span.start, span.end))

    def warn(self, code: str, message: str, span: Span = NOWHERE) -> None:
        """Say what is right as it stands but may not be what was meant."""
        self._add(self.warnings, Note(code, message, span.start, span.end))

    @staticmethod
    def _add(notes: list[Note], note: Note) -> None:
        if note not in notes:
            notes.append(note)
