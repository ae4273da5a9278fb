"""One input file read to its end: records and rejections, and whether it was all there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from indexer.read.compressed import DamagedCompression
from indexer.read.files import InputFile, Opened
from indexer.read.iso2709 import Frame, apart, frames
from indexer.read.marcxml import XmlStops, xml_records
from records.iso2709 import Damaged, control_number, parse
from records.marcxml import XmlRecord, parsed_of
from records.model import Origin, Rejection, Syntax
from records.parsed import Parsed  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymarc import Record

_SHOWN = 60


class RawRecord(msgspec.Struct, frozen=True):
    """A record as it was read: its bytes and what they say."""

    origin: Origin
    syntax: Syntax
    data: bytes
    content: Parsed

    @property
    def repairs(self) -> tuple[str, ...]:
        """The codes of what was mended to read the record."""
        return self.content.repairs

    @property
    def record(self) -> Record:
        """The record as pymarc would have read it."""
        return self.content.record()


class FileReader:
    """Reads one file of an institution, or a range of it; iterate it once.

    After the iteration ``complete`` says whether the file was read to a sound end, and ``reached``
    where the last record ended. ``position`` counts the bytes that were read so far, as the size of
    the file does.

    Args:
        institution: whose file it is.
        file: the file.
        start: where to begin, in a file that is divisible.
        stop: no record that begins here or later is read.
    """

    def __init__(
        self, institution: str, file: InputFile, start: int = 0, stop: int | None = None
    ) -> None:
        self.institution = institution
        self.file = file
        self.complete = True
        self.reached = start
        self._start, self._stop_at = start, stop
        self._name = file.name
        self._opened: Opened | None = None

    @property
    def position(self) -> int:
        """Bytes of the file that were read, as its size counts them."""
        return self._opened.position if self._opened else 0

    def __iter__(self) -> Iterator[RawRecord | Rejection]:
        """Every record of the file, in order; never raises for what the file holds."""
        try:
            self._opened = Opened(self.file)
            yield from self._marcxml() if self.file.syntax == "marcxml" else self._iso2709()
            # one that is still being written may end, for now, at the end of a record
            whole = self._opened.stored == self.file.stored and not self.file.torn
            self.complete = self.complete and whole
        except DamagedCompression as error:
            yield self._stop(self.reached, "file-truncated", str(error))
        except OSError as error:
            yield self._stop(self.reached, "file-unreadable", str(error))
        finally:
            if self._opened:
                self._opened.close()

    def _iso2709(self) -> Iterator[RawRecord | Rejection]:
        assert self._opened is not None  # noqa: S101 - only called by __iter__
        stream = self._opened.stream_from(self._start)
        for frame in frames(stream, start=self._start, stop=self._stop_at):
            self.reached = frame.offset + len(frame.data)
            read = self._record(frame)
            # a directory that does not fit may be that of a record whose end the next one has taken
            doubtful = isinstance(read, Rejection) or "directory" in read.repairs
            if doubtful and frame.terminated and (pieces := apart(frame)):
                yield from map(self._record, pieces)
            else:
                yield read

    def _record(self, frame: Frame) -> RawRecord | Rejection:
        origin = Origin(self._name, frame.offset, len(frame.data))
        if frame.fragment:
            begin = frame.data[:_SHOWN].decode("ascii", "replace")
            return self._rejection(origin, "stray-bytes", f"no record ends here: {begin!r}")
        try:
            parsed = parse(frame.data)
        except Damaged as damaged:
            # Bytes without an end, where the stream ends: whatever should follow is missing too.
            self.complete = self.complete and frame.terminated
            number = control_number(frame.data)
            return self._rejection(origin, damaged.reason, damaged.detail, number)
        return RawRecord(origin, "iso2709", frame.data, parsed)

    def _marcxml(self) -> Iterator[RawRecord | Rejection]:
        assert self._opened is not None  # noqa: S101 - only called by __iter__
        try:
            for element in xml_records(self._opened.stream):
                self.reached = element.offset + element.length
                yield self._element(element)
        except XmlStops as stops:
            yield self._stop(stops.offset, stops.reason, stops.detail)

    def _element(self, element: XmlRecord) -> RawRecord | Rejection:
        origin = Origin(self._name, element.offset, element.length)
        record = element.record
        if isinstance(record, Damaged):
            return self._rejection(origin, record.reason, record.detail, element.number)
        return RawRecord(origin, "marcxml", element.data, parsed_of(record, element.repairs))

    def _stop(self, offset: int, reason: str, detail: str) -> Rejection:
        self.complete = False
        detail = f"{detail}; the rest of the file was not read"
        return self._rejection(Origin(self._name, offset, 0), reason, detail)

    def _rejection(self, origin: Origin, reason: str, detail: str, number: str = "") -> Rejection:
        return Rejection(self.institution, origin, reason, detail, number)
