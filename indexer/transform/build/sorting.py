"""Sort keys: by title without its article, by the first author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.build.titles import filing_title
from mappings.sortkeys import sort_key

if TYPE_CHECKING:
    from indexer.transform.context import Context


def sort_title(context: Context) -> str:
    """The collation key of the title that is shown, from its filing word on."""
    return sort_key(filing_title(context.titles, context.title))


def sort_author(context: Context) -> str:
    """The collation key of the first author in the script that is shown; empty without one."""
    return sort_key(context.authors[0].main) if context.authors else ""
