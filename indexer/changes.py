"""Applying changes to an index: everything above its change number, once, whatever it missed.

A small night, the night after a refused gate and the night after a rollback are this one operation.
Applying is idempotent: a title is indexed whole by its id, an id that is no title's is deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from indexer.load import Loading, Refused, load
from records.model import GoneTitle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from elasticsearch import Elasticsearch

    from indexer.contracts import Pipeline
    from records import StoredTitle

    Document = tuple[str, bytes | None]


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


def send(
    client: Elasticsearch,
    index: str,
    sent: Iterable[Document],
    how: Loading,
    progress: Callable[[int], None],
) -> list[Refused]:
    """Load documents into an index; returns those that were refused.

    ``progress`` is told how many were sent by now.
    """
    count = 0

    def advance(number: int) -> None:
        nonlocal count
        count += number
        progress(count)

    return load(client, index, sent, how, advance)


def remove_refused(client: Elasticsearch, index: str, refused: Iterable[Refused]) -> None:
    """Take the earlier state of refused documents out of a copy, as if it were built afresh."""
    gone: list[Document] = [(each.id, None) for each in refused]
    if gone:
        load(client, index, gone)
