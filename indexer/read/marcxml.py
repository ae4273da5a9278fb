"""MARCXML, streaming: expat with neither DTD nor entities, records with their byte offsets.

Element names count without their prefix, so that any binding of the namespace is read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from xml.parsers import expat

from indexer.read.iso2709 import LONGEST
from records.iso2709 import Damaged
from records.marcxml import Building, XmlRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.read.compressed import Readable

BLOCK = 65536

_UNKNOWN_ENCODING = expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]
_LONGEST_START = 4096
_START = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?record[\s/>]")
_ROOTS = {"record", "collection"}
_JOINT = re.compile(
    rb"(?:\s|\xef\xbb\xbf|<\?xml[^>]*\?>|</?(?:[A-Za-z_][\w.-]*:)?collection(?:\s[^>]*)?>)*"
)
"""What stands between the records of two files that were joined; no record is lost with it."""
_NOT_WIDE = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*\bencoding\s*=\s*["']utf-?16""", re.IGNORECASE
)
_BYTES_AS_THEY_ARE = "iso-8859-1"


class XmlStops(Exception):
    """The rest of the stream cannot be read; records before it were yielded."""

    def __init__(self, offset: int, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.offset, self.reason, self.detail = offset, reason, detail


class _BrokenError(Exception):
    """From ``at`` on nothing can be read up to the next record; the damage begins at ``begin``."""

    def __init__(self, begin: int, at: int, reason: str, detail: str, number: str = "") -> None:
        super().__init__(detail)
        self.begin, self.at = begin, at
        self.reason, self.detail, self.number = reason, detail, number

    def record(self, end: int) -> XmlRecord:
        """What is lost, up to ``end``."""
        damaged = Damaged(self.reason, self.detail)
        return XmlRecord(self.begin, end - self.begin, b"", damaged, number=self.number)


class _DoctypeError(Exception):
    """A document type declaration: entities could be anything."""


def _doctype(*_declaration: object) -> None:
    raise _DoctypeError


def sniff(sample: bytes) -> Literal["marcxml", "doctype", "encoding"] | None:
    """What the first bytes of a file are: MARCXML, XML with a document type, or none of these.

    ``encoding``: XML that is declared to be in an encoding which the parser does not know.
    """
    names: set[str] = set()
    parser = expat.ParserCreate(_instead(sample))
    parser.StartElementHandler = lambda name, _: names.add(_local(name))
    parser.StartDoctypeDeclHandler = _doctype
    try:
        parser.Parse(sample, False)
    except _DoctypeError:
        return "doctype"
    except (ValueError, LookupError):  # of several bytes a character, or unknown
        return "encoding"
    except expat.ExpatError as error:  # what came before it still tells
        if error.code == _UNKNOWN_ENCODING:
            return "encoding"
    return "marcxml" if _ROOTS & names else None


def _instead(head: bytes) -> str | None:
    """In what to read a stream whose declaration of UTF-16 stands in single bytes.

    So write programs that make a text in UTF-16 and save it as UTF-8; which of the records are UTF-8
    beyond ASCII, `Building.finish` finds out.
    """
    return _BYTES_AS_THEY_ARE if _NOT_WIDE.match(head) else None


def xml_records(stream: Readable, block: int = BLOCK) -> Iterator[XmlRecord]:
    """Read the records of a MARCXML stream.

    What is not well-formed costs the record in which it stands, which comes out as `Damaged`;
    reading goes on at the next start tag of a record. Files that were joined are read as one, and so
    are records without a collection around them.

    Raises:
        XmlStops: it ended too early, has a document type declaration, or is nothing to go on in.
        Whatever reading the stream raises.
    """
    window = _Window(stream, block)
    data = window.read()
    handler = _Handler(encoding=_instead(data))
    while True:
        try:
            yield from handler.feed(data)
            if not data:
                return
            handler.bound(window.end)
            data = window.read()
        except _BrokenError as broken:
            goes_on = bool(data and handler.goes_on) and broken.reason != "xml-doctype"
            start = window.find_record(broken.at) if goes_on else None
            if start is None and not (goes_on and window.ends_with(handler.ancestors)):
                raise XmlStops(broken.begin, broken.reason, broken.detail) from None
            end = window.end if start is None else start
            if not _JOINT.fullmatch(window.between(broken.begin, end)):
                yield broken.record(end)
            if start is None:
                return
            handler, data = handler.resumed(start), window.since(start)


class _Window:
    """A stream read in blocks, and the last bytes before the block that was read last."""

    def __init__(self, stream: Readable, block: int) -> None:
        self._stream, self._block = stream, block
        self._bytes = b""
        self.end = 0

    def read(self) -> bytes:
        """The next block; empty at the end."""
        data = self._stream.read(self._block)
        self._bytes = self._bytes[-_LONGEST_START:] + data
        self.end += len(data)
        return data

    def find_record(self, at: int) -> int | None:
        """Read on to the next start tag of a record, from an offset on; None: there is no more."""
        while True:
            first = self.end - len(self._bytes)
            if found := _START.search(self._bytes, max(0, at - first)):
                return first + found.start()
            if not self.read():
                return None

    def since(self, offset: int) -> bytes:
        """What was read from an offset on, which `find_record` gave."""
        return self._bytes[offset - self.end :]

    def between(self, begin: int, end: int) -> bytes:
        """What was read between two offsets; of what is too long ago, something that is no markup."""
        first = self.end - len(self._bytes)
        return self._bytes[begin - first : end - first] if begin >= first else b"?"

    def ends_with(self, ancestors: tuple[str, ...]) -> bool:
        """Whether the last that was read is the end tag of the outermost element."""
        return bool(ancestors) and self._bytes.rstrip().endswith(f"</{ancestors[0]}>".encode())


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Handler:
    """Builds records from expat's events.

    ``ancestors`` are the names of the elements in which the last record began.

    Args:
        begin: the offset of the first byte that it is given.
        encoding: of the stream, where its declaration was read by another one.
        ancestors: elements that are open already.
        closing: what ends the stream, where nothing in it does.
    """

    def __init__(
        self,
        begin: int = 0,
        encoding: str | None = None,
        ancestors: tuple[str, ...] = (),
        closing: bytes = b"",
    ) -> None:
        self._parser = expat.ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._character_data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._ready: list[XmlRecord] = []
        self._building: Building | None = None
        self._text: list[str] | None = None
        self._encoding = encoding
        self._open: list[str] = []
        self.ancestors = ancestors
        self._closing, self._alone, self._ended = closing, False, begin
        opening = "".join(f"<{name}>" for name in ancestors).encode()
        self._begin, self._base = begin, begin - len(opening)
        self._parser.Parse(opening, False)

    def resumed(self, begin: int) -> _Handler:
        """Another one for what begins with a record, after this one could not go on."""
        if not self.ancestors:
            return _Handler(begin, self._encoding, ("collection",), b"</collection>")
        return _Handler(begin, self._encoding, self.ancestors, self._closing)

    @property
    def goes_on(self) -> bool:
        """Whether records may follow where this one cannot go on."""
        return bool(self.ancestors or self._building) or self._alone

    def feed(self, data: bytes) -> Iterator[XmlRecord]:
        """Take a block, an empty one at the end; yields the records that ended in it.

        Raises:
            _BrokenError: it is not well-formed; records before that were yielded.
        """
        broken = None
        try:
            self._parser.Parse(data or self._closing, not data)
        except _BrokenError as error:
            broken = error
        except expat.ExpatError as error:
            at = self._base + self._parser.ErrorByteIndex
            broken = self._broken(at, f"{expat.ErrorString(error.code)} at byte {at}")
        except (ValueError, LookupError) as error:
            broken = self._broken(self._at, str(error))
        ready, self._ready = self._ready, []
        yield from ready
        if broken:
            raise broken

    def bound(self, end: int) -> None:
        """Give up a record that is longer than any record: memory stays bounded.

        Raises:
            _BrokenError: it has not ended so many bytes after it began.
        """
        if self._building is not None and end - self._building.offset > LONGEST:
            raise self._broken(self._at, f"does not end within {LONGEST >> 20} MiB")

    def _broken(self, at: int, detail: str) -> _BrokenError:
        building = self._building
        after = self._ended if self._alone else at  # expat names no less than the next tag there
        begin, number = (building.offset, building.number) if building else (after, "")
        beyond = at + 1 if at == self._begin else at  # the tag that it went on at is the damage
        return _BrokenError(begin, beyond, "xml-malformed", detail, number)

    @property
    def _at(self) -> int:
        return self._base + self._parser.CurrentByteIndex

    def _doctype(self, *_declaration: object) -> None:
        raise _BrokenError(
            self._at, self._at, "xml-doctype", "a document type declaration (DTD) is refused"
        )

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._encoding = self._encoding or encoding

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "record":
            # An envelope (OAI-PMH) has a record element around the record: the inner one counts.
            if self._building is None:
                self.ancestors = tuple(self._open)
            elif self._building.has_content:
                raise self._broken(self._at, "another record begins within it")
            self._building = Building(self._at)
        elif self._building is not None:
            self._text = self._building.start(local, attributes)
        else:
            self._open.append(name)
            self.ancestors = self.ancestors or (name,)

    def _character_data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if self._building is None:
            if self._open[-1:] == [name]:  # what follows the inner record of an envelope is not
                self._open.pop()
            return
        local = _local(name)
        if local != "record":
            if self._text is not None:
                self._building.text(local, "".join(self._text))
                self._text = None
            return
        length = self._at + len(f"</{name}>") - self._building.offset
        if not self._building.is_envelope:
            self._ready.append(self._building.finish(length, self._encoding))
            self._alone, self._ended = not self._open, self._building.offset + length
        self._building = None
