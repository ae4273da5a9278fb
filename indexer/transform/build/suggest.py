"""The headings of a record that are suggested while somebody types: its titles and its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.build.titles import title_proper
from indexer.transform.extract import without_nonfiling
from indexer.transform.script import forms
from mappings.suggestions import Heading, entries

if TYPE_CHECKING:
    from indexer.transform.context import Context
    from indexer.transform.script import Forms


def suggest_titles(context: Context) -> list[str]:
    """The title proper with part; it is found with other title information and without its article."""
    parts = [title._replace(text=title_proper(title)) for title in context.titles]
    shown = forms(part.text for part in parts)
    filed = [without_nonfiling(part.text, part.field) for part in parts]
    full = [title.text for title in context.titles]
    return entries(_heading(shown), context.languages, [*filed, *full])


def suggest_authors(context: Context) -> list[str]:
    """Authors and all other persons and bodies with an entry."""
    names = dict.fromkeys([*context.authors, *(name.forms for name in context.contributors)])
    return [line for name in names for line in entries(_heading(name), context.languages)]


def _heading(found: Forms) -> Heading:
    return Heading(found.own, found.romanised, found.kana)
