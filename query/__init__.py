"""Search: text to tree to Elasticsearch's query, one request, hits with the reading.

Knows the field catalogue's shared vocabulary and a connection, and nothing of MARC or indexing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

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
    from query.live import live_definition
    from query.notes import Note
    from query.reading import Reading, parse
    from query.searching import Hit, SearchRequest, SearchResult, search
    from query.streaming import Found, View, ViewExpired, open_view

__all__ = [
    "Found",
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
    "View",
    "ViewExpired",
    "compile_tree",
    "fetch_document",
    "live_definition",
    "open_view",
    "parse",
    "search",
]

__getattr__ = exports(
    __name__,
    {
        "compiler": "compile_tree",
        "document": "NoSuchTitleError fetch_document",
        "errors": "IndexIncompleteError NoIndexError QueryError QueryNotExpressible QuerySyntaxError RequestError",
        "live": "live_definition",
        "notes": "Note",
        "reading": "Reading parse",
        "searching": "Hit SearchRequest SearchResult search",
        "streaming": "Found View ViewExpired open_view",
    },
)
