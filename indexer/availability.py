"""Availability in an index that is live: written to the store first, then beside each title.

A writer reads the document, then the store, and writes on condition that the document is still the
one it read. Whoever comes last has therefore seen the store's last word, in any order of writers,
and a run that replays does no harm to those who write at the same time.
"""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import HkallError
from indexer.names import IndexNames
from indexer.publish import live_index
from records.model import GoneTitle, RecordId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from elasticsearch import Elasticsearch

    from base.settings import Settings
    from records import RecordStore

FIELDS = {"available_at": "available", "requestable_at": "requestable"}
"""Fields of a title, and what of a member's availability puts its institution there."""

_BATCH = 200
_ATTEMPTS = 60
_PAUSE = 0.1  # seconds before a write that was refused for the moment is tried again
_CONFLICT, _BLOCKED, _BUSY, _UNAVAILABLE, _MISSING = 409, 403, 429, 503, 404
_AGAIN = frozenset({_CONFLICT, _BLOCKED, _BUSY, _UNAVAILABLE})


class AvailabilityLate(HkallError):
    """The store has the change; the index took it not in time and gets it with the next run."""

    code = "availability-late"


class Change(msgspec.Struct, frozen=True):
    """What circulation says of one record."""

    record: RecordId
    available: bool
    requestable: bool


def apply_availability(
    settings: Settings,
    client: Elasticsearch,
    store: RecordStore,
    changes: Iterable[Change],
) -> int:
    """Write changes to the store, then to the live index; returns the last change number.

    Works beside a run: what the run is building gets the same changes before and after it is live.

    Raises:
        AvailabilityLate: the store has all of them, the live index not yet.
    """
    changed, last = [], store.last_change()
    with store.transaction():  # one commit for all: a commit each waits for the disk each time
        for change in changes:
            last = store.set_availability(
                change.record, available=change.available, requestable=change.requestable
            )
            changed.append(change.record)
    live = live_index(client, IndexNames(settings.titles_alias))
    if live is not None:
        refresh_availability(client, live.name, store, changed)
    return last


def replay(client: Elasticsearch, index: str, store: RecordStore, after: int) -> int:
    """Bring the availability of an index to the store's last word; returns its change number.

    Its titles may be older than the store's: after a rollback they are, until the next run.

    Args:
        client: of the cluster.
        index: by its own name, not an alias.
        store: of the index.
        after: what has not changed since this change number is not looked at.
    """
    last = store.last_change()
    touched = (
        record_id
        for title in store.changes_after(after, last)
        if not isinstance(title, GoneTitle)
        for record_id in title.availability
    )
    refresh_availability(client, index, store, touched)
    return last


def refresh_availability(
    client: Elasticsearch, index: str, store: RecordStore, records: Iterable[RecordId]
) -> None:
    """Write what the store says of these records into the titles that hold them."""
    waiting = iter(records)
    while batch := list(islice(waiting, _BATCH)):
        titles = _titles_of(client, index, store, batch)
        for _ in range(_ATTEMPTS):
            if not titles:
                break
            titles = _attempt(client, index, store, titles)
            if titles:
                time.sleep(_PAUSE)
        if titles:
            raise AvailabilityLate(
                f"{len(titles)} titles of {index} did not take their availability",
                hint="The next run brings it. See `hkall engine doctor` if this goes on.",
            )


def _titles_of(
    client: Elasticsearch, index: str, store: RecordStore, records: list[RecordId]
) -> list[str]:
    """Ids of the documents that hold these records, by the store and by the index itself."""
    numbers = [str(record) for record in records]
    found = client.search(
        index=index,
        query={"terms": {"control_number": numbers}},
        source=False,
        size=2 * _BATCH,
        filter_path="hits.hits._id",
    ).body
    by_index = [hit["_id"] for hit in found.get("hits", {}).get("hits", [])]
    by_store = [title for record in records if (title := store.title_of(record))]
    return list(dict.fromkeys(by_index + by_store))


def _attempt(client: Elasticsearch, index: str, store: RecordStore, titles: list[str]) -> list[str]:
    """Write once; returns the titles that must be tried again."""
    from elasticsearch import ApiError

    operations: list[Any] = []
    ids, unread = [], []
    for document in client.mget(index=index, ids=titles).body["docs"]:
        if "error" in document:  # its shard is not there yet, as after a start
            unread.append(document["_id"])
            continue
        source = document.get("_source")
        if source is None or not _overlay(source, store):
            continue
        condition = {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}
        operations += [{"index": {"_id": document["_id"], **condition}}, source]
        ids.append(document["_id"])
    if not ids:
        return unread
    try:
        items = client.bulk(index=index, operations=operations).body["items"]
    except ApiError as error:
        if error.status_code in _AGAIN:
            return unread + ids
        raise
    return unread + list(_to_try_again(ids, [item["index"]["status"] for item in items]))


def _to_try_again(ids: list[str], statuses: list[int]) -> Iterator[str]:
    for id_, status in zip(ids, statuses, strict=True):
        if status in _AGAIN:
            yield id_


def _overlay(source: dict[str, Any], store: RecordStore) -> bool:
    """Put the store's word into a document; whether that changes it."""
    members = [RecordId(each["institution"], each["control_number"]) for each in source["members"]]
    said = [(member, store.availability_of(member)) for member in members]
    changed = False
    for field, name in FIELDS.items():
        at = list(dict.fromkeys(m.institution for m, word in said if word and getattr(word, name)))
        changed = changed or source.get(field, []) != at
        if at:
            source[field] = at
        else:
            source.pop(field, None)
    return changed
