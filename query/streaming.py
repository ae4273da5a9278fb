"""All that a query finds, however much, as the live index is at one moment.

A *view* is a point in time of one index: counts and titles that are asked of it agree with each
other whatever a night does meanwhile.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from base.errors import HkallError
from mappings import read_definition
from query.live import live_meta

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine import Connection
    from mappings.model import QueryDefinition
    from query.dsl import Dsl

PAGE = 1_000
"""Titles of one request; where only ids are asked for, ten times as many."""

_IDS_PAGE = 10_000  # Elasticsearch's index.max_result_window
_KEPT = "10m"  # after each request; what is done with a page may take so long
_ORDER = [{"title_id": "asc"}]
_EXPIRED = ("search_context_missing_exception", "index_not_found_exception")


class ViewExpired(HkallError):
    """The point in time is gone: too long a pause, or the index was deleted or its node restarted."""

    code = "view-expired"


class Found(NamedTuple):
    """A title of a view: its id, and those parts of its document that were asked for."""

    id: str
    source: dict[str, Any]


class View:
    """The live index at one moment; made by ``open_view``. Not for several threads at once.

    ``index`` is its own name, behind the alias; ``definition`` what it is searched by; ``built``
    when it was published (ISO 8601, empty where it does not say).
    """

    def __init__(self, connection: Connection, index: str, meta: dict[str, Any]) -> None:
        self.index = index
        self.definition: QueryDefinition = read_definition(meta)
        self.built = str(meta.get("published") or "")
        self._connection = connection
        self._id = ""

    def open(self) -> None:
        """Take the point in time."""
        params = {"keep_alive": _KEPT}
        answer = self._connection.request("POST", f"/{self.index}/_pit", params=params)
        self._id = answer["id"]

    def close(self) -> None:
        """Give the point in time back; one that is gone already is no error."""
        from engine import ElasticsearchError

        try:
            self._connection.request("DELETE", "/_pit", {"id": self._id})
        except ElasticsearchError as error:
            if error.status != 404:  # noqa: PLR2004 - not found
                raise

    def count(self, query: Dsl) -> int:
        """How many titles a compiled query finds; exact."""
        found = self._search({"query": query, "size": 0, "track_total_hits": True})
        return int(found["hits"]["total"]["value"])

    def stream(self, query: Dsl, source: Sequence[str] = ()) -> Iterator[Found]:
        """Every title that a compiled query finds, in the order of ids, a page in memory.

        Args:
            query: as ``compile_tree`` makes it.
            source: parts of the document, such as ``display``; none by default.

        Raises:
            ViewExpired: more than ten minutes went by between two pages.
        """
        body: dict[str, Any] = {
            "query": query,
            "size": PAGE if source else _IDS_PAGE,
            "sort": _ORDER,
            "track_total_hits": False,
            "_source": list(source) or False,
        }
        while True:
            hits = self._search(body)["hits"]["hits"]
            yield from (Found(hit["_id"], hit.get("_source", {})) for hit in hits)
            if len(hits) < body["size"]:
                return
            body["search_after"] = hits[-1]["sort"]

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        from engine import ElasticsearchError

        asked = {**body, "pit": {"id": self._id, "keep_alive": _KEPT}}
        params = {"allow_partial_search_results": False}
        try:
            answer: dict[str, Any] = self._connection.request(
                "POST", "/_search", asked, params=params
            )
        except ElasticsearchError as error:
            if any(sign in str(error.body) for sign in _EXPIRED):
                raise ViewExpired(
                    f"{self.index} can no longer be searched as it was at the beginning",
                    hint="Run the command again.",
                ) from error
            raise
        self._id = answer.get("pit_id", self._id)
        return answer


@contextmanager
def open_view(connection: Connection, alias: str) -> Iterator[View]:
    """The index behind an alias as it is now.

    Raises:
        NoIndexError: the alias does not exist: nothing has been built.
        IndexIncompleteError: the index carries no definition.
        engine.NodeUnreachable: Elasticsearch does not answer.
    """
    view = View(connection, *live_meta(connection, alias))
    view.open()
    try:
        yield view
    finally:
        view.close()
