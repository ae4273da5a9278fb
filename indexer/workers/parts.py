"""Files cut into parts that can be read apart, and a part read to batches of records.

A file in ISO 2709 that is not packed is cut after record terminators. A terminator may be data
within a record, so where a part really ends is known only when it was read: a part that begins
elsewhere than the one before it ended is read again from there. So parts give the same records as
reading the file in one go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from indexer.read import FileReader, InputFile
from indexer.workers.handover import Item  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from indexer.workers.mapper import Mapper

PART = 2 << 20
"""Bytes of a part: some thousand records, so that few of them wait for an earlier part."""

BATCH = 200
"""Records handed over at once."""

_BLOCK = 65536
_RECORD_END = b"\x1d"


class Part(msgspec.Struct, frozen=True):
    """Bytes ``start`` to ``stop`` of a file (None: to its end); ``number`` is the file's."""

    number: int
    file: InputFile
    start: int = 0
    stop: int | None = None


class PartBatch(msgspec.Struct, frozen=True):
    """Some records of a part; the last batch says where the part ended and if it did so soundly."""

    items: tuple[Item, ...]
    position: int
    ended: bool = False
    complete: bool = True
    reached: int = 0


def parts_of(files: Sequence[InputFile], size: int = PART) -> Iterator[Part]:
    """The parts of the files, in order."""
    for number, file in enumerate(files):
        start = 0
        for stop in _cuts(file, size):
            yield Part(number, file, start, stop)
            start = stop
        yield Part(number, file, start)


def read_part(institution: str, part: Part, mapper: Mapper) -> Iterator[PartBatch]:
    """Read and map a part; every part has a last batch, and the others are full."""
    reader = FileReader(institution, part.file, part.start, part.stop)
    items: list[Item] = []
    for raw in reader:
        items.append(mapper.item(raw))
        if len(items) == BATCH:
            yield PartBatch(tuple(items), reader.position)
            items.clear()
    yield PartBatch(
        tuple(items), reader.position, ended=True, complete=reader.complete, reached=reader.reached
    )


def _cuts(file: InputFile, size: int) -> Iterator[int]:
    if not file.divisible:
        return
    cut = 0
    while cut + size < file.size:
        cut = _after_terminator(file.path, cut + size)
        if cut >= file.size:
            return
        yield cut


def _after_terminator(path: Path, at: int) -> int:
    """The byte after the next record terminator; the file's end where there is none."""
    with path.open("rb") as stream:
        stream.seek(at)
        while block := stream.read(_BLOCK):
            found = block.find(_RECORD_END)
            if found >= 0:
                return at + found + 1
            at += len(block)
    return at
