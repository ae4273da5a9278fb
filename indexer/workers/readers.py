"""Reads and maps the sources of a run: in worker processes where that pays, else in this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from indexer.workers.crew import processors
from indexer.workers.handover import Batch
from indexer.workers.mapper import Mapper
from indexer.workers.parts import parts_of, read_part
from indexer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from base.settings import Source
    from indexer.contracts import Pipeline
    from indexer.read import InputFile
    from indexer.workers.handover import Item, Known
    from indexer.workers.parts import Part, PartBatch

WORTHWHILE = 8 << 20
"""Bytes of a source from which on starting processes costs less than they save."""


class Readers:
    """Reads one source after another; `close`, or the end of a ``with``, ends the workers.

    Args:
        pipeline: how records become documents; it tells how to make it in another process.
        workers: how many processes; 0 for one a processor, 1 for none beside this one.
        worthwhile: bytes of a source from which on workers read it (default: `WORTHWHILE`).
    """

    def __init__(
        self,
        pipeline: Pipeline,
        workers: int = 0,
        worthwhile: int | None = None,
    ) -> None:
        self.pipeline = pipeline
        self._worthwhile = WORTHWHILE if worthwhile is None else worthwhile
        count = workers or processors()
        factory = pipeline.factory
        self.pool = Pool(count, factory) if factory and count > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; they start again when there is more to read."""
        if self.pool:
            self.pool.close()

    def read(
        self, source: Source, files: Sequence[InputFile], known: Container[bytes] = frozenset()
    ) -> Iterator[Batch]:
        """The records of a source's files, in their order, whoever reads them.

        Args:
            source: whose files they are.
            files: checked files.
            known: digests that the store has; it can be pickled.

        Raises:
            WorkerLost: a worker was killed twice over the same bytes.
            WorkerFailed: a worker met an unexpected error.
        """
        size = sum(file.size for file in files)
        if self.pool and size >= self._worthwhile:
            batches: Iterable[tuple[Part, PartBatch]]
            batches = self.pool.read(source, parts_of(files), known)
        else:
            batches = self._read_here(source, files, known)
        yield from _by_file(batches)

    def map_known(self, source: Source, known: Known) -> Item:
        """Map a record that was handed over unmapped, because the store has it no more."""
        return Mapper(source, self.pipeline, frozenset()).map_known(known)

    def _read_here(
        self, source: Source, files: Sequence[InputFile], known: Container[bytes]
    ) -> Iterator[tuple[Part, PartBatch]]:
        from indexer.workers.parts import Part

        mapper = Mapper(source, self.pipeline, known)
        for number, file in enumerate(files):
            part = Part(number, file)
            for batch in read_part(source.institution, part, mapper):
                yield part, batch


def _by_file(batches: Iterable[tuple[Part, PartBatch]]) -> Iterator[Batch]:
    """Batches of parts as batches of files: a file has ended when its last part has."""
    complete = True
    for part, batch in batches:
        ended = batch.ended and part.stop is None
        if batch.ended:
            complete = complete and batch.complete
        position = min(batch.position, part.file.size)
        yield Batch(part.number, batch.items, position, ended, complete or not ended)
        if ended:
            complete = True
