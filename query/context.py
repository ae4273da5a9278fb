"""What the passes of one query share: its text, the field names, the notes, the problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.errors import Problem, QueryNotExpressible
from query.notes import Notes
from query.tokens import Syntax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from query.errors import Fix
    from query.tokens import OperatorSet
    from query.tree import Span, Tree
    from query.vocabulary import Vocabulary


class Context:
    """Handed to each pass; a pass adds problems and goes on, so that all are found."""

    def __init__(
        self,
        text: str,
        vocabulary: Vocabulary,
        operators: frozenset[OperatorSet] = frozenset(),
        lines: Mapping[int, Tree] | None = None,
    ) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.syntax = Syntax(vocabulary.names, operators)
        self.lines = lines  # of a strategy, by their number; None where there is no strategy
        self.words_only = False  # no operator, field or bracket: words side by side
        self.notes = Notes()
        self.problems: list[Problem] = []

    def problem(
        self, code: str, message: str, span: Span, advice: str, fix: Fix | None = None
    ) -> None:
        """Note something that the catalogue cannot search for."""
        self.problems.append(Problem(code, message, span, advice, fix))

    def refuse(self) -> None:
        """Raise what has been found, if anything.

        Raises:
            QueryNotExpressible: with every problem so far, in order of place.
        """
        if self.problems:
            found = sorted(self.problems, key=lambda problem: problem.span.start)
            raise QueryNotExpressible(self.text, found)
