"""ISO 2709 (ANSI Z39.2): a stream of bytes cut into records, whatever its lengths say.

A record's first five bytes state its length and its last byte is 0x1D. Either may be wrong in real
files, so a cut needs both to agree; where they do not, the cut is made where the evidence is, and
the bytes between good records come out as fragments, never swallowed with a neighbour.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from records.iso2709 import RECORD_END, agrees, fields_end, has_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.read.compressed import Readable

BLOCK = 1 << 18
LONGEST = 1 << 24
"""Bytes without an end of record that are still kept together (memory stays bounded)."""

_DIGITS = 5
_STRAY = b"\t\r\n\x00\x1a\xef\xbb\xbf"
_BLANK = _STRAY + b" "  # a blank may begin a leader whose length is blank
_LEADER = re.compile(rb"(?=\d{5}[a-z ][\x20-\x7e]{4}22\d{5}[\x20-\x7e]{3}45)")


class Frame(msgspec.Struct, frozen=True):
    """Bytes that should be one record; ``offset`` in the (decompressed) stream.

    ``terminated`` is false where no record terminator follows; ``fragment`` is true for bytes
    that stand before a good record and belong to none.
    """

    offset: int
    data: bytes
    terminated: bool = True
    fragment: bool = False


def frames(
    stream: Readable, block: int = BLOCK, start: int = 0, stop: int | None = None
) -> Iterator[Frame]:
    """Cut a stream into frames; blanks and line ends between records are skipped.

    Args:
        stream: what to read.
        block: bytes to ask of the stream at once.
        start: the offset of the stream's first byte in the file.
        stop: an offset in the file; a frame that begins before it is the last.

    Raises:
        Whatever reading the stream raises; frames before that were yielded.
    """
    buffer = _Buffer(stream, block, start)
    while (stop is None or buffer.offset < stop) and buffer.skip(_STRAY):
        end = buffer.find(RECORD_END)
        if end < 0:
            offset, rest = buffer.offset, buffer.take(LONGEST)
            if rest.strip(_BLANK):
                yield Frame(offset, rest, terminated=False)
            continue
        declared = _declared(buffer.data)
        if declared == end + 1 or (
            declared > end + 1 and buffer.fill(declared) and _spans(buffer.data, declared)
        ):
            yield Frame(buffer.offset, buffer.take(declared))
        else:
            yield from _resynchronise(buffer.offset, buffer.take(end + 1))


def apart(frame: Frame) -> list[Frame]:
    """What a frame is made of that cannot be read: a record at its end and what stands before it.

    By chance the length of a truncated record may reach just to the end of the next one. Empty where
    no record of the right length ends there.
    """
    start = next(filter(None, _exact_starts(frame.data)), 0)
    if not start:
        return []
    head, record = frame.data[:start], frame.data[start:]
    return [
        Frame(frame.offset, head, terminated=False, fragment=True),
        Frame(frame.offset + start, record),
    ]


class _Buffer:
    """What was read of a stream and not yet taken; ``offset`` of its first byte."""

    def __init__(self, stream: Readable, block: int, offset: int) -> None:
        self._stream = stream
        self._block = block
        self._start = 0
        self._bytes = b""
        self.offset = offset

    @property
    def data(self) -> memoryview:
        return memoryview(self._bytes)[self._start :]

    def skip(self, stray: bytes) -> bool:
        """Skip stray bytes; false at the end of the stream."""
        while True:
            rest = self._bytes[self._start : self._start + 64].lstrip(stray)
            skipped = min(64, len(self._bytes) - self._start) - len(rest)
            self._start += skipped
            self.offset += skipped
            if rest:
                return True
            if self._start == len(self._bytes) and not self._more():
                return False

    def find(self, byte: int) -> int:
        """Where a byte stands, from the buffer's start; -1 if not before the end or `LONGEST`."""
        searched = 0
        while True:
            at = self._bytes.find(byte, self._start + searched, self._start + LONGEST)
            if at >= 0:
                return at - self._start
            searched = len(self._bytes) - self._start
            if searched >= LONGEST or not self._more():
                return -1

    def fill(self, length: int) -> bool:
        """Read until so many bytes are there; false where the stream ends before."""
        while len(self._bytes) - self._start < length:
            if not self._more():
                return False
        return True

    def take(self, length: int) -> bytes:
        taken = self._bytes[self._start : self._start + length]
        self._start += len(taken)
        self.offset += len(taken)
        return taken

    def _more(self) -> bool:
        block = self._stream.read(self._block)
        if not block:
            return False
        self._bytes = self._bytes[self._start :] + block
        self._start = 0
        return True


def _declared(data: memoryview) -> int:
    digits = bytes(data[:_DIGITS])
    return int(digits) if digits.isdigit() and len(digits) == _DIGITS else 0


def _spans(data: memoryview, length: int) -> bool:
    """Whether a record that holds a stray 0x1D ends where its leader says.

    Its fields must reach to that end: a length that is too great by a whole record ends at a
    terminator too, and must not swallow that record.
    """
    record = bytes(data[:length])
    return record[-1] == RECORD_END and agrees(record) and fields_end(record) == length - 1


def _resynchronise(offset: int, data: bytes) -> Iterator[Frame]:
    """Bytes up to a terminator that are not one sound record: find the record at their end."""
    start = _record_start(data)
    if start:
        head = data[:start]
        if head.strip(_BLANK):
            yield Frame(offset, head, terminated=False, fragment=True)
    yield Frame(offset + start, data[start:])


def _record_start(data: bytes) -> int:
    if exact := _exact_starts(data):
        return exact[0]
    starts = _starts(data)
    return 0 if has_directory(data) or not starts else starts[-1]


def _exact_starts(data: bytes) -> list[int]:
    """Where records begin by whose length they end where the data does."""
    return [at for at in _starts(data) if int(data[at : at + _DIGITS]) == len(data) - at]


def _starts(data: bytes) -> list[int]:
    return [m.start() for m in _LEADER.finditer(data) if has_directory(data, m.start())]
