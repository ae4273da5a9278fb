"""What a builder gets to see of one record: the view and facts worked out at most once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from indexer.transform.build.call_numbers import call_numbers
from indexer.transform.build.formats import formats
from indexer.transform.build.languages import languages
from indexer.transform.build.names import Name, added_names, main_names
from indexer.transform.build.subjects import subject_headings
from indexer.transform.build.titles import Title, titles
from indexer.transform.build.years import years
from indexer.transform.readings import Readings
from indexer.transform.script import Forms, forms
from indexer.transform.tables import tables

if TYPE_CHECKING:
    from indexer.transform.view import RecordView
    from records.model import Copy


class Context:
    """A record on its way to a document."""

    def __init__(
        self, view: RecordView, institution: str, control_number: str, copies: tuple[Copy, ...]
    ) -> None:
        self.view = view
        self.institution = institution
        self.control_number = control_number
        self.copies = copies

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """MARC codes of the languages of the content, the main one first."""
        return languages(self.view)

    @cached_property
    def readings(self) -> Readings:
        """How the values of the record are read."""
        return Readings(self.view, self.languages)

    @cached_property
    def years(self) -> list[int]:
        """Years of publication, the one to sort by first."""
        return years(self.view)

    @cached_property
    def formats(self) -> list[str]:
        """Codes of formats, the main one first."""
        return formats(self.view)

    @cached_property
    def call_numbers(self) -> list[str]:
        """Call numbers of the record and its copies, as written."""
        return call_numbers(self.view, self.copies)

    @cached_property
    def subject_headings(self) -> list[str]:
        """Subject headings as people read them."""
        return subject_headings(self.view)

    @cached_property
    def titles(self) -> list[Title]:
        """Every form of the title; empty for a record without any."""
        return titles(self.view)

    @cached_property
    def title(self) -> Forms:
        """The title in its own script and romanised."""
        return forms(title.text for title in self.titles)

    @cached_property
    def added_names(self) -> list[Name]:
        """The added entries for names, in all roles."""
        return added_names(self.view)

    @cached_property
    def authors(self) -> list[Forms]:
        """The main entry, or where there is none the added entries with an author's role."""
        main = main_names(self.view)
        if main:
            return main
        roles = tables().author_roles
        return [name.forms for name in self.added_names if name.role in roles]

    @cached_property
    def contributors(self) -> list[Name]:
        """The added entries that are no authors."""
        authors = set(self.authors)
        return [name for name in self.added_names if name.forms not in authors]
