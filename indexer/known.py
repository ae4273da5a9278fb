"""What the live index knows of titles, for a record store that has lost them: members and ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records import KnownTitle, RecordId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

    from indexer.names import IndexNames


def live_titles(client: Elasticsearch, names: IndexNames) -> Iterator[KnownTitle]:
    """The titles of the live index, those first seen first; none where none is live."""
    from elasticsearch.helpers import scan

    if not client.indices.exists_alias(name=names.alias):
        return
    query = {"_source": ["members", "added"], "sort": ["added", "_doc"]}
    for hit in scan(client, query=query, index=names.alias, preserve_order=True):
        yield _known(hit["_id"], hit["_source"])


def _known(title_id: str, source: dict[str, Any]) -> KnownTitle:
    members = (RecordId(m["institution"], m["control_number"]) for m in source["members"])
    return KnownTitle(title_id, tuple(members), source.get("added", ""))
