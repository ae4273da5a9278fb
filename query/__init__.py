"""Search: text to tree to Elasticsearch's query, one request, hits with the reading.

Knows the field catalogue's shared vocabulary and a connection, and nothing of MARC or indexing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from query.compiler import compile_tree
    from query.document import NoSuchTitleError, fetch_document
    from query.errors import (
        IndexIncompleteError,
        NoIndexError,
        QueryError,
        QueryNotExpressible,
        QuerySyntaxError,
        RequestError,
    )
    from query.live import live_definition, titles_alias
    from query.notes import Note
    from query.reading import Reading, parse
    from query.searching import Hit, SearchRequest, SearchResult, search

__all__ = [
    "Hit",
    "IndexIncompleteError",
    "NoIndexError",
    "NoSuchTitleError",
    "Note",
    "QueryError",
    "QueryNotExpressible",
    "QuerySyntaxError",
    "Reading",
    "RequestError",
    "SearchRequest",
    "SearchResult",
    "compile_tree",
    "fetch_document",
    "live_definition",
    "parse",
    "search",
    "titles_alias",
]

_MODULES = {
    "Hit": "query.searching",
    "IndexIncompleteError": "query.errors",
    "NoIndexError": "query.errors",
    "NoSuchTitleError": "query.document",
    "Note": "query.notes",
    "QueryError": "query.errors",
    "QueryNotExpressible": "query.errors",
    "QuerySyntaxError": "query.errors",
    "Reading": "query.reading",
    "RequestError": "query.errors",
    "SearchRequest": "query.searching",
    "SearchResult": "query.searching",
    "compile_tree": "query.compiler",
    "fetch_document": "query.document",
    "live_definition": "query.live",
    "parse": "query.reading",
    "search": "query.searching",
    "titles_alias": "query.live",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    """Import a public name when it is first used: a search must answer at once."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
