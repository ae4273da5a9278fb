"""Records that other rules have mapped are mapped anew, from the bytes that the store has of them.

So a corrected mapping reaches the records of libraries that a run does not name, those that a delta
does not bring, and those that an incomplete file left as they were.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from base.settings import Source
from indexer.workers.crew import Crew, processors
from indexer.workers.handover import Mapped
from indexer.workers.mapper import Mapper, rules_of
from records import Rejection, Rules, open_store
from records.iso2709 import Damaged
from records.model import Origin, PackedRecord, RecordId  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from indexer.contracts import Pipeline
    from indexer.progress import Progress
    from records import RecordStore, StaleRecord

RANGE = 500
"""Records of a task: taken in as one transaction."""

WORTHWHILE = 10_000
"""Records from which on starting processes costs less than they save."""


class Anew(msgspec.Struct, frozen=True, array_like=True):
    """A record mapped anew; where it cannot be, ``record`` is None and reason and detail say why.

    ``rules`` are those that it was mapped by, or tried by.
    """

    sequence: int
    id: RecordId
    origin: Origin
    rules: Rules
    record: PackedRecord | None = None
    reason: str = ""
    detail: str = ""


Range = tuple[int, int]
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Anew])


class Remapping:
    """Maps the stale records of a store.

    Args:
        pipeline: by whose rules.
        sources: say how an institution's records are read where the store does not know.
        workers: how many processes; 0 for one a processor, 1 for none beside this one.
        worthwhile: records from which on there are workers (default: `WORTHWHILE`).
    """

    def __init__(
        self,
        pipeline: Pipeline,
        sources: Sequence[Source],
        workers: int = 0,
        worthwhile: int | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._sources = {source.institution: source for source in sources}
        self._workers = workers or processors()
        self._worthwhile = WORTHWHILE if worthwhile is None else worthwhile
        self.count = 0

    def run(
        self, store: RecordStore, day: str, run: int, progress: Progress
    ) -> Iterator[Rejection]:
        """Map them and take them in; yields those that cannot be mapped, which stay as they are.

        ``count`` is how many they were, afterwards.
        """
        self.count = count = store.rules.stale_count(self._pipeline.fingerprint)
        if not count:
            return
        ranges = store.rules.stale_ranges(self._pipeline.fingerprint, RANGE)
        with progress.phase("Mapping anew", count, "records") as done:
            at = 0
            for packed in self._mapped(store, ranges, count):
                batch = _DECODER.decode(packed)
                with store.transaction():
                    failed = _take(store, batch, day, run)
                yield from failed
                at += len(batch)
                done(at)

    def _mapped(self, store: RecordStore, ranges: Iterable[Range], count: int) -> Iterator[bytes]:
        factory = self._pipeline.factory
        if factory is None or self._workers == 1 or count < self._worthwhile:
            do = _Mapping(store, self._pipeline, self._sources)
            yield from map(do, ranges)
            return
        hand = partial(_hand, store.path, factory, self._sources)
        crew: Crew[Range, bytes] = Crew(hand, self._workers, "mapping stored records anew")
        yield from crew.run(ranges)


def _take(store: RecordStore, batch: Iterable[Anew], day: str, run: int) -> list[Rejection]:
    """Put what was mapped; returns what was not, which counts as mapped by these rules too."""
    failed = []
    for rules in {each.rules for each in batch}:
        store.rules.note(rules)
    for each in batch:
        if each.record is not None:
            store.put(each.record, day, run)
            continue
        store.rules.give(each.sequence, each.rules.key)
        institution, number = each.id.institution, each.id.control_number
        failed.append(Rejection(institution, each.origin, each.reason, each.detail, number))
    return failed


@contextmanager
def _hand(
    path: Path, factory: Callable[[], Pipeline], sources: dict[str, Source]
) -> Iterator[_Mapping]:
    with open_store(path) as store:
        yield _Mapping(store, factory(), sources)


class _Mapping:
    """Maps the stale records of one range after another; returns them packed."""

    def __init__(self, store: RecordStore, pipeline: Pipeline, sources: dict[str, Source]) -> None:
        self._store, self._pipeline, self._sources = store, pipeline, sources
        self._mappers: dict[Source, Mapper] = {}

    def __call__(self, between: Range) -> bytes:
        stale = self._store.rules.stale(self._pipeline.fingerprint, *between)
        return _ENCODER.encode([self._anew(record) for record in stale])

    def _anew(self, stale: StaleRecord) -> Anew:
        source = self._source(stale)
        if source not in self._mappers:
            self._mappers[source] = Mapper(source, self._pipeline, frozenset())
        rules = rules_of(self._pipeline, source)
        failed = partial(Anew, stale.sequence, stale.id, stale.origin, rules, None)
        try:
            item = self._mappers[source].again(stale.origin, stale.syntax, stale.data)
        except Damaged as damage:
            return failed(damage.reason, damage.detail)
        if isinstance(item, Rejection):
            return failed(item.reason, item.detail)
        if not isinstance(item, Mapped) or item.record.kind != stale.kind:
            return failed("other-kind", f"is no {stale.kind} record by the rules of today")
        # whether its number is another one by these rules, the next reading of its file tells
        record = msgspec.structs.replace(item.record, id=stale.id)
        return Anew(stale.sequence, stale.id, stale.origin, rules, record)

    def _source(self, stale: StaleRecord) -> Source:
        institution = stale.id.institution
        if stale.rules is None:
            return self._sources.get(institution, Source(institution, ("",)))
        control_number, holdings = stale.rules.control_number, stale.rules.holdings
        return Source(institution, ("",), control_number=control_number, holdings=holdings)
