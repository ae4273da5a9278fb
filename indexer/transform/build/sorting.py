"""Sort keys: by title without its article, by the first author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.build.names import main_names
from indexer.transform.build.titles import filing_title
from mappings.sortkeys import sort_key

if TYPE_CHECKING:
    from indexer.transform.context import Context


def sort_title(context: Context) -> str:
    """The collation key of the title that is shown, from its filing word on."""
    return sort_key(filing_title(context.view))


def sort_author(context: Context) -> str:
    """The collation key of the first author in the script that is shown; empty without one."""
    names = main_names(context.view)
    return sort_key(names[0].main) if names else ""
