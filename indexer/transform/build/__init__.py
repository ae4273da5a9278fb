"""Builders: values that no MARC spec can say, by the name that the catalogue gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.transform.build.call_numbers import call_numbers
from indexer.transform.build.display import display
from indexer.transform.build.formats import formats
from indexer.transform.build.identity import control_number
from indexer.transform.build.roles import roles
from indexer.transform.build.sorting import sort_author, sort_title
from indexer.transform.build.subjects import subject_headings
from indexer.transform.build.years import years

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.transform.context import Context

__all__ = ["BUILDERS"]

BUILDERS: dict[str, Callable[[Context], Any]] = {
    "call_numbers": call_numbers,
    "control_number": control_number,
    "display": display,
    "formats": formats,
    "languages": lambda context: context.languages,
    "roles": roles,
    "shelf_keys": call_numbers,  # the field's normaliser makes the keys
    "sort_author": sort_author,
    "sort_title": sort_title,
    "subject_headings": subject_headings,
    "years": lambda context: years(context.view),
}
"""A list of raw values each, before the field's normaliser; sort keys and display as they are."""
