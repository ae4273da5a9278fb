"""Bringing titles into an index: by ranges, in worker processes where that pays, else in this one.

A small night, the night after a refused gate and the night after a rollback are one operation:
everything above the index's change number, once, whatever it missed. Applying is idempotent: a title
is indexed whole by its id, an id that is no title's is deleted.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from indexer.load import Loading, Refused, load
from indexer.workers.crew import Crew, processors
from records import open_store
from records.model import GoneTitle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from elasticsearch import Elasticsearch

    from engine import Endpoint
    from indexer.contracts import Pipeline
    from records import RecordStore, StoredTitle

    Document = tuple[str, bytes | None]

RANGE = 2000
"""Titles of a range: what is done again when a worker is killed."""

WORTHWHILE = 20_000
"""Titles from which on starting processes costs less than they save."""


class TitleRange(msgspec.Struct, frozen=True):
    """Titles to be sent: keys from ``low`` to below ``high`` (None: to the end).

    ``after``: only what changed above this number; None: all titles.
    """

    low: int
    high: int | None
    after: int | None = None


class Sent(msgspec.Struct, frozen=True):
    """How many documents were sent, and which of them were refused."""

    documents: int
    refused: tuple[Refused, ...]


class Loader:
    """Sends the titles of a store to one index.

    Args:
        client: of the cluster, from `engine.connect`.
        index: by its own name.
        store: with everything clustered.
        pipeline: how titles become documents.
        how: bulks are cut.
        workers: how many processes; 0 for one a processor, 1 for none beside this one.
        worthwhile: titles from which on there are workers (default: `WORTHWHILE`).
    """

    def __init__(  # noqa: PLR0913 - each is another's
        self,
        client: Elasticsearch,
        index: str,
        store: RecordStore,
        pipeline: Pipeline,
        how: Loading,
        *,
        workers: int = 1,
        worthwhile: int | None = None,
    ) -> None:
        self._client, self._index, self._store, self._pipeline = client, index, store, pipeline
        self._how = how
        self._workers = workers or processors()
        self._worthwhile = WORTHWHILE if worthwhile is None else worthwhile

    def send(
        self, count: int, progress: Callable[[int], None], after: int | None = None
    ) -> list[Refused]:
        """Send all titles, or those that changed above a number; returns those that were refused.

        Args:
            count: of the titles, about.
            progress: is told how many were sent by now.
            after: only what changed above this number; None: all titles.

        Raises:
            TooBusy: Elasticsearch took nothing for too long.
            WorkerLost: a worker was killed twice over the same range.
        """
        between = self._store.title_ranges(RANGE, after)
        ranges = (TitleRange(low, high, after) for low, high in between)
        refused: list[Refused] = []
        done = 0
        for sent in self._sent(ranges, count):
            refused += sent.refused
            done += sent.documents
            progress(done)
        return refused

    def send_again(self, ids: Iterable[str]) -> list[Refused]:
        """Send titles that were refused before, where they still are titles."""
        titles = (title for id_ in ids if (title := self._store.title(id_)))
        return load(self._client, self._index, documents(titles, self._pipeline), self._how)

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out."""
        gone: list[Document] = [(id_, None) for id_ in ids]
        if gone:
            load(self._client, self._index, gone, self._how)

    def _sent(self, ranges: Iterable[TitleRange], count: int) -> Iterator[Sent]:
        factory = self._pipeline.factory
        if factory is None or self._workers == 1 or count < self._worthwhile:
            do = partial(_load, self._store, self._pipeline, self._client, self._index, self._how)
            yield from map(do, ranges)
            return
        from engine import endpoint_of

        endpoint = endpoint_of(self._client)
        how = msgspec.structs.replace(self._how, requests=1)
        hand = partial(_hand, self._store.path, factory, endpoint, self._index, how)
        crew: Crew[TitleRange, Sent] = Crew(hand, self._workers, f"loading {self._index}")
        yield from crew.run(ranges)


@contextmanager
def _hand(
    path: Path, factory: Callable[[], Pipeline], endpoint: Endpoint, index: str, how: Loading
) -> Iterator[Callable[[TitleRange], Sent]]:
    """What a worker needs to load ranges."""
    from engine import client_of, translated

    client = client_of(endpoint)
    with client, open_store(path) as store, translated(client):
        yield partial(_load, store, factory(), client, index, how)


def _load(
    store: RecordStore,
    pipeline: Pipeline,
    client: Elasticsearch,
    index: str,
    how: Loading,
    titles: TitleRange,
) -> Sent:
    count = 0

    def advance(number: int) -> None:
        nonlocal count
        count += number

    found: Iterable[StoredTitle | GoneTitle]
    if titles.after is None:
        found = store.iter_titles(titles.low, titles.high)
    else:
        found = store.changes_after(titles.after, None, titles.low, titles.high)
    refused = load(client, index, documents(found, pipeline), how, advance)
    return Sent(count, tuple(refused))


def documents(
    titles: Iterable[StoredTitle | GoneTitle], pipeline: Pipeline
) -> Iterator[tuple[str, bytes | None]]:
    """Titles as they are sent: id, and the document as JSON or None where there is no title."""
    encode = msgspec.json.Encoder().encode
    for title in titles:
        if isinstance(title, GoneTitle):
            yield title.id, None
        else:
            yield title.id, encode(pipeline.merge(title))
