"""Building an index that holds what the store holds: afresh, or as a clone with the changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.availability import replay
from indexer.changes import Loader
from indexer.load import Loading, Refused
from indexer.publish import IndexInfo, NewIndex

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from base.settings import Settings
    from indexer.contracts import Pipeline
    from indexer.names import IndexNames
    from indexer.progress import Progress
    from records import RecordStore


@dataclass(slots=True)
class Built:
    """An index that is loaded, not yet checked, but for the titles that Elasticsearch refused."""

    index: NewIndex
    applied_seq: int
    refused: list[Refused] = field(default_factory=list)


class Builder:
    """Makes one index of a store; the caller drops it if anything goes wrong."""

    def __init__(
        self, client: Elasticsearch, store: RecordStore, pipeline: Pipeline, settings: Settings
    ) -> None:
        self._client = client
        self._store = store
        self._pipeline = pipeline
        self._settings = settings.build

    def new(self, names: IndexNames) -> NewIndex:
        """A name for it; nothing is made yet."""
        return NewIndex(self._client, names.new(datetime.now(UTC)), self._pipeline.index_body)

    def fresh(self, new: NewIndex, progress: Progress) -> Built:
        """Load every title of the store into a new index."""
        new.create(self._store.name)
        upto, count = self._store.last_change(), self._store.title_count()
        with progress.phase("Loading", count, "titles") as done:
            refused = self._loader(new.name).send(count, done)
        return self._caught_up(Built(new, upto, refused))

    def clone(self, new: NewIndex, live: IndexInfo, progress: Progress) -> Built:
        """Copy the live index, apply what changed since, try again what was refused before.

        No upper bound is given: a title whose availability changes while this goes on may have
        changed otherwise before, and is sent as it is now.
        """
        new.clone(live, self._store.name)
        upto = self._store.last_change()
        count = self._store.change_count(live.applied_seq)
        loader = self._loader(new.name)
        with progress.phase("Applying", count, "titles") as done:
            refused = loader.send(count, done, live.applied_seq)
        before = set(live.refused or ())
        refused = [each for each in refused if each.id not in before] + loader.send_again(before)
        loader.remove(
            each.id for each in refused
        )  # their earlier state, as if it were built afresh
        return self._caught_up(Built(new, upto, refused))

    def mend(self, live: IndexInfo) -> list[Refused]:
        """Try again, in the live index, what Elasticsearch refused before; what it still refuses.

        For a night that builds nothing: the store holds these titles as the index ought to.
        """
        return self._loader(live.name).send_again(live.refused or ())

    def _loader(self, index: str) -> Loader:
        how = Loading(documents=self._settings.bulk_documents)
        workers = self._settings.workers
        return Loader(self._client, index, self._store, self._pipeline, how, workers=workers)

    def _caught_up(self, built: Built) -> Built:
        """Availability that changed while the index was loaded."""
        built.index.count()
        built.applied_seq = replay(self._client, built.index.name, self._store, built.applied_seq)
        return built
