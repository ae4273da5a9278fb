"""Building an index that holds what the store holds: afresh, or as a clone with the changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.availability import replay
from indexer.changes import documents, remove_refused, send
from indexer.load import Loading, Refused
from indexer.publish import IndexInfo, NewIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from elasticsearch import Elasticsearch

    from base.settings import Settings
    from indexer.changes import Document
    from indexer.contracts import Pipeline
    from indexer.names import IndexNames
    from indexer.progress import Progress
    from records import RecordStore


@dataclass(slots=True)
class Built:
    """An index that is loaded, not yet checked.

    ``missing`` are ids of titles that it does not hold because Elasticsearch refused them, now or
    on an earlier night; ``refused`` are those of now.
    """

    index: NewIndex
    applied_seq: int
    refused: list[Refused] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)


class Builder:
    """Makes one index of a store; the caller drops it if anything goes wrong."""

    def __init__(
        self, client: Elasticsearch, store: RecordStore, pipeline: Pipeline, settings: Settings
    ) -> None:
        self._client = client
        self._store = store
        self._pipeline = pipeline
        self._how = Loading(documents=settings.build.bulk_documents)

    def new(self, names: IndexNames) -> NewIndex:
        """A name for it; nothing is made yet."""
        return NewIndex(self._client, names.new(datetime.now(UTC)), self._pipeline.index_body)

    def fresh(self, new: NewIndex, progress: Progress) -> Built:
        """Load every title of the store into a new index."""
        new.create(self._store.name)
        upto = self._store.last_change()
        with progress.phase("Loading", self._store.title_count(), "titles") as done:
            sent = documents(self._store.iter_titles(), self._pipeline)
            refused = send(self._client, new.name, sent, self._how, done)
        return self._caught_up(Built(new, upto, refused, {each.id for each in refused}))

    def clone(self, new: NewIndex, live: IndexInfo, progress: Progress) -> Built:
        """Copy the live index and apply what changed since.

        No upper bound is given: a title whose availability changes while this goes on may have
        changed otherwise before, and is sent as it is now.
        """
        new.clone(live, self._store.name)
        upto = self._store.last_change()
        touched: set[str] = set()
        total = self._store.change_count(live.applied_seq)
        with progress.phase("Applying", total, "titles") as done:
            changes = documents(self._store.changes_after(live.applied_seq), self._pipeline)
            refused = send(self._client, new.name, _noted(changes, touched), self._how, done)
        remove_refused(self._client, new.name, refused)
        missing = set(live.refused or ()) - touched | {each.id for each in refused}
        return self._caught_up(Built(new, upto, refused, missing))

    def _caught_up(self, built: Built) -> Built:
        """Availability that changed while the index was loaded."""
        built.index.count()
        built.applied_seq = replay(self._client, built.index.name, self._store, built.applied_seq)
        return built


def _noted(sent: Iterable[Document], ids: set[str]) -> Iterator[Document]:
    for id_, source in sent:
        ids.add(id_)
        yield id_, source
