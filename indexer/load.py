"""Bulk loading: documents in, with back-pressure, retries, and each refused document named."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import UnreachableFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from elasticsearch import Elasticsearch

TOO_LARGE, TOO_MANY, UNAVAILABLE, REFUSED = 413, 429, 503, 400
_BUSY = frozenset({TOO_MANY, UNAVAILABLE})
_SHOWN = 300


class Refused(msgspec.Struct, frozen=True):
    """A document that Elasticsearch does not take, and its words."""

    id: str
    reason: str


class TooBusy(UnreachableFailure):
    """Elasticsearch took no documents for too long."""

    code = "too-busy"


class Loading(msgspec.Struct, frozen=True):
    """How a bulk load is cut and how patient it is.

    Args:
        documents: at most so many in one request.
        size: at most so many bytes in one request (one larger document goes alone).
        requests: sent at once; as many more wait, then reading waits.
        attempts: one after another that may fail because Elasticsearch is too busy, or too slow.
        pause: seconds before the second attempt; doubled for each one after it.
        slow: seconds of an answer after which requests become smaller.
    """

    documents: int = 500
    size: int = 5 << 20
    requests: int = 2
    attempts: int = 8
    pause: float = 0.5
    slow: float = 10.0


class Pace:
    """How many documents go into a request: half as many when that was too much, then more again."""

    def __init__(self, how: Loading) -> None:
        self._how = how
        self.documents = how.documents

    def too_much(self) -> None:
        """Elasticsearch was too busy, or too slow to answer in time."""
        self.documents = max(1, self.documents // 2)

    def answered(self, seconds: float) -> None:
        """Elasticsearch took a request, in so many seconds."""
        if seconds > self._how.slow:
            self.too_much()
        else:
            grown = self.documents + self.documents // 8 + 1
            self.documents = min(self._how.documents, grown)


class Bulk(msgspec.Struct, frozen=True):
    """Documents of one request: ids and their sources as JSON; None is a document to delete."""

    ids: tuple[str, ...]
    sources: tuple[bytes | None, ...]


def load(
    client: Elasticsearch,
    index: str,
    documents: Iterable[tuple[str, bytes | None]],
    how: Loading = Loading(),  # noqa: B008 - frozen
    progress: Callable[[int], None] = lambda _: None,
) -> list[Refused]:
    """Index documents (id, source as JSON; None deletes); returns those that were refused.

    Memory holds as many bulks as there are requests, and as many that wait.

    Raises:
        TooBusy: Elasticsearch took nothing for too long.
        What the client raises when Elasticsearch does not answer.
    """
    pace = Pace(how)
    sender = _Sender(client, index, how, pace)
    refused: list[Refused] = []
    waiting: deque[tuple[int, Future[list[Refused]]]] = deque()
    executor = ThreadPoolExecutor(how.requests, thread_name_prefix="bulk")
    try:
        for bulk in cut(documents, how, pace):
            if len(waiting) >= 2 * how.requests:
                refused += _settle(waiting, progress)
            waiting.append((len(bulk.ids), executor.submit(sender.send, bulk)))
        while waiting:
            refused += _settle(waiting, progress)
    finally:
        executor.shutdown(cancel_futures=True)
    return refused


def cut(documents: Iterable[tuple[str, bytes | None]], how: Loading, pace: Pace) -> Iterator[Bulk]:
    """Group documents into bulks, bounded by bytes and by the number that the pace allows."""
    iterator = iter(documents)
    for first in iterator:
        ids, sources, size = [first[0]], [first[1]], len(first[1] or b"")
        if size < how.size:
            for id_, source in islice(iterator, pace.documents - 1):
                ids.append(id_)
                sources.append(source)
                size += len(source or b"")
                if size >= how.size:
                    break
        yield Bulk(tuple(ids), tuple(sources))


def _settle(
    waiting: deque[tuple[int, Future[list[Refused]]]], progress: Callable[[int], None]
) -> list[Refused]:
    count, future = waiting.popleft()
    refused = future.result()
    progress(count)
    return refused


class _Sender:
    """Sends one bulk to its end: taken, or refused document by document."""

    def __init__(self, client: Elasticsearch, index: str, how: Loading, pace: Pace) -> None:
        self._client = client.options(retry_on_status=())  # it would do so at once
        self._index = index
        self._how = how
        self._pace = pace
        self._excuse = ""

    def send(self, bulk: Bulk) -> list[Refused]:
        """Send until no document waits; what was too much at once goes in smaller pieces.

        Raises:
            TooBusy: after so many attempts in a row of which none was taken.
        """
        refused: list[Refused] = []
        failures = 0
        while bulk.ids:
            first, bulk = _parted(bulk, self._pace.documents)
            again, more = self._attempt(first)
            refused += more
            if again is None:
                failures = 0
                continue
            if len(again.ids) == len(first.ids):
                self._pace.too_much()
                failures += 1
            else:
                failures = 1
            self._pause(failures)
            bulk = Bulk(again.ids + bulk.ids, again.sources + bulk.sources)
        return refused

    def _pause(self, failures: int) -> None:
        if failures >= self._how.attempts:
            raise TooBusy(
                f"Elasticsearch took no documents in {failures} attempts: {self._excuse}",
                hint="The live index is unchanged. Run again when Elasticsearch has less to do.",
            )
        time.sleep(self._how.pause * 2 ** (failures - 1))

    def _attempt(self, bulk: Bulk) -> tuple[Bulk | None, list[Refused]]:
        """One request: what must be sent again, and what was refused."""
        from elastic_transport import ConnectionTimeout
        from elasticsearch import ApiError

        began = time.monotonic()
        try:
            answer = self._client.bulk(
                index=self._index,
                operations=_operations(bulk),  # type: ignore[arg-type] # lines are sent as they are
                filter_path="errors,items.*.status,items.*.error.type,items.*.error.reason",
            ).body
        except ConnectionTimeout:  # it may be at work on it yet: sent again it does no harm
            self._excuse = "no answer in time"
            return bulk, []
        except ApiError as error:
            if error.status_code in _BUSY:
                self._excuse = str(error)[:_SHOWN]
                return bulk, []
            if error.status_code in (TOO_LARGE, REFUSED):
                return None, self._split(bulk, str(error))
            raise
        self._pace.answered(time.monotonic() - began)
        if not answer["errors"]:
            return None, []
        items = [next(iter(item.values())) for item in answer["items"]]
        self._excuse = next((_words(each) for each in items if each["status"] in _BUSY), "")
        return _sorted_out(bulk, items)

    def _split(self, bulk: Bulk, reason: str) -> list[Refused]:
        """Halve a request that is refused as a whole, down to the one document at fault."""
        if len(bulk.ids) == 1:
            return [Refused(bulk.ids[0], reason[:_SHOWN])]
        middle = len(bulk.ids) // 2
        halves = (slice(middle), slice(middle, None))
        return [
            refused
            for half in halves
            for refused in self.send(Bulk(bulk.ids[half], bulk.sources[half]))
        ]


def _parted(bulk: Bulk, size: int) -> tuple[Bulk, Bulk]:
    """The first so many documents, and the others."""
    first = Bulk(bulk.ids[:size], bulk.sources[:size])
    return first, Bulk(bulk.ids[size:], bulk.sources[size:])


def _operations(bulk: Bulk) -> list[bytes]:
    lines: list[bytes] = []
    for id_, source in zip(bulk.ids, bulk.sources, strict=True):
        action = "delete" if source is None else "index"
        lines.append(msgspec.json.encode({action: {"_id": id_}}))
        if source is not None:
            lines.append(source)
    return lines


def _sorted_out(bulk: Bulk, items: list[dict[str, Any]]) -> tuple[Bulk | None, list[Refused]]:
    again: list[int] = []
    refused: list[Refused] = []
    for at, item in enumerate(items):
        if item["status"] in _BUSY:
            again.append(at)
        elif "error" in item:
            refused.append(Refused(bulk.ids[at], _words(item)))
    if not again:
        return None, refused
    ids = tuple(bulk.ids[at] for at in again)
    return Bulk(ids, tuple(bulk.sources[at] for at in again)), refused


def _words(item: dict[str, Any]) -> str:
    """Why Elasticsearch did not take a document, in its own words."""
    error = item.get("error", {})
    return f"{error.get('type', '')}: {error.get('reason', '')}"[:_SHOWN]
