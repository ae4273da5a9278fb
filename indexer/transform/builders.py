"""The builders that the catalogue may name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.transform.build.display import display
from indexer.transform.build.roles import roles
from indexer.transform.build.sorting import sort_author, sort_title
from indexer.transform.build.suggest import suggest_authors, suggest_titles

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.transform.context import Context


def control_number(context: Context) -> list[str]:
    """``HKU:b1234567`` and the bare number: people know either."""
    return [f"{context.institution}:{context.control_number}", context.control_number]


BUILDERS: dict[str, Callable[[Context], Any]] = {
    "call_numbers": lambda context: context.call_numbers,
    "control_number": control_number,
    "display": display,
    "formats": lambda context: context.formats,
    "languages": lambda context: context.languages,
    "roles": lambda context: roles(context.view),
    "shelf_keys": lambda context: context.call_numbers,  # the field's normaliser makes the keys
    "sort_author": sort_author,
    "sort_title": sort_title,
    "subject_headings": lambda context: context.subject_headings,
    "suggest_authors": suggest_authors,
    "suggest_titles": suggest_titles,
    "years": lambda context: context.years,
}
"""A list of raw values each, before the field's normaliser; sort keys and display as they are."""
