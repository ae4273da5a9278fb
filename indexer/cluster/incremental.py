"""Clustering what changed: the titles that it may alter are put together anew, the others stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.cluster.matcher import Matcher
    from records.store import RecordStore


def cluster(store: RecordStore, matcher: Matcher) -> int:
    """Cluster the records that wait for it, in one transaction; returns how many titles changed.

    The result is what clustering all records afresh would give, because a matcher joins only
    records that share a key, directly or through others: whatever is connected to a changed
    record, now or before, is looked at again.
    """
    if not store.pending_count():
        return 0
    with store.transaction():
        return store.regroup(matcher.partition(store.affected_keys()))
