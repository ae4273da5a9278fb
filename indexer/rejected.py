"""The bytes of rejected records, read from the files that a run has read."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from indexer.read.compressed import DamagedCompression
from indexer.read.files import Opened
from records.model import Origin
from records.quarantine import Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.read import InputFile
    from indexer.report import RejectedRecord

MOST_BYTES = 1 << 20
"""So many bytes of a rejected record are kept."""

_PIECE = 1 << 16


def with_bytes(
    rejected: Iterable[RejectedRecord], files: Sequence[InputFile], run: int
) -> Iterator[Quarantined]:
    """Rejected records with the bytes that stand at their offsets; one pass a file at most.

    Args:
        rejected: file by file, in the order of their offsets.
        files: that the run has read.
        run: its number.
    """
    known = {file.name: file for file in files}
    for name, group in groupby(rejected, key=lambda each: each.file):
        if file := known.get(name):
            yield from _of_file(file, group, run)


def _of_file(
    file: InputFile, rejected: Iterable[RejectedRecord], run: int
) -> Iterator[Quarantined]:
    try:
        spans = _Spans(file)
    except (OSError, DamagedCompression):  # it was moved away since it was read: no bytes of it
        spans = None
    try:
        for each in rejected:
            yield Quarantined(
                each.institution,
                Origin(each.file, each.offset, each.length),
                each.reason,
                each.detail,
                each.control_number,
                run,
                file.syntax,
                spans.read(each.offset, min(each.length, MOST_BYTES)) if spans else b"",
            )
    finally:
        if spans:
            spans.close()


class _Spans:
    """Reads spans of a file, after decompression, in the order of their offsets."""

    def __init__(self, file: InputFile) -> None:
        self._opened = Opened(file)
        self._buffer = b""
        self._start = 0

    def close(self) -> None:
        self._opened.close()

    def read(self, offset: int, length: int) -> bytes:
        """Bytes from an offset; fewer where the file ends or is damaged."""
        while self._start + len(self._buffer) < offset + length:
            try:
                piece = self._opened.stream.read(_PIECE)
            except (OSError, DamagedCompression):
                break
            if not piece:
                break
            dropped = max(0, min(offset - self._start, len(self._buffer)))
            self._buffer = self._buffer[dropped:] + piece
            self._start += dropped
        begin = max(0, offset - self._start)
        return self._buffer[begin : begin + length]
