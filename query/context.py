"""What the passes of one query share: its text, the field names, the notes, the problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.errors import Problem, QueryNotExpressible
from query.notes import Notes

if TYPE_CHECKING:
    from query.tree import Span
    from query.vocabulary import Vocabulary


class Context:
    """Handed to each pass; a pass adds problems and goes on, so that all are found."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.notes = Notes()
        self.problems: list[Problem] = []

    def problem(self, code: str, message: str, span: Span, advice: str) -> None:
        """Note something that the catalogue cannot search for."""
        self.problems.append(Problem(code, message, span, advice))

    def refuse(self) -> None:
        """Raise what has been found, if anything.

        Raises:
            QueryNotExpressible: with every problem so far, in order of place.
        """
        if self.problems:
            found = sorted(self.problems, key=lambda problem: problem.span.start)
            raise QueryNotExpressible(self.text, found)
