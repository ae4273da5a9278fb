"""The files of a source: found, checked before anything is read, opened through compression."""

from __future__ import annotations

import os
import re
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from base.errors import UsageFailure
from indexer.read.archives import (
    ArchiveProblem,
    Listing,
    Member,
    container_of,
    listing,
    open_member,
)
from indexer.read.compressed import Compression, DamagedCompression, compression_of, decompressed
from indexer.read.marcxml import sniff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from base.settings import Source
    from indexer.read.archives import MemberStream
    from indexer.read.compressed import Readable
    from records.model import Syntax

SAMPLE = 65536

_PIECE = 4096
_AGAIN = "Export it again, or leave it out."
_COPY = "Copy the file again."

_HEAD = 8
_TAR_BLOCK = 512
_LEADER = re.compile(rb"\d[\x20-\x7e]{18}")
_SURE_LEADER = re.compile(
    rb"\d{5}[\x20-\x7e]{5}22\d{5}[\x20-\x7e]{3}45[\x20-\x7e]{2}[0-9A-Za-z]{3}\d{9}"
)
_NUMBER = re.compile(r"([0-9]+)")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_OTHER_RECORDS = re.compile(rb"[<{\[=]|\d{5}(?:.{,18}\Z|.{5}22)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_STRAY = b" \t\r\n\x00\x1a\xef\xbb\xbf"


class ReadProblem(UsageFailure):
    """An input file cannot be read as MARC."""

    code = "unreadable-input"


class NotMarc(ReadProblem):
    """A file holds no MARC; ``text`` where it is a note or a list, and no records of another form."""

    def __init__(self, name: str, declared: str, found: Syntax | None, *, text: bool) -> None:
        names = {"auto": "MARC (ISO 2709 or MARCXML)", "iso2709": "ISO 2709", "marcxml": "MARCXML"}
        hint = "hkall reads MARC 21 records in ISO 2709 or MARCXML, plain or in gzip, zstd, zip or tar."
        if found:
            hint = f"It is {names[found]}: leave the format out, and it is found out."
        super().__init__(f"{name}: this is not {names[declared]}", hint=hint)
        self.name, self.text = name, text


class InputFile(msgspec.Struct, frozen=True):
    """A file that was checked, or a file in an archive: what it holds and how it is packed.

    Args:
        path: of the file, or of the archive.
        compression: of the content.
        syntax: of the records.
        stored: bytes on disk.
        written: when it was last written, in seconds since 1970.
        member: which one of the archive.
        torn: the archive ends too early: what should follow this member is missing.
        beside: texts in its archive that are no records; the first member names them.
    """

    path: Path
    compression: Compression
    syntax: Syntax
    stored: int
    written: float
    member: Member | None = None
    torn: bool = False
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's path as text, a member's name after that of its archive."""
        return (
            f"{shown(self.path)}/{shown(Path(self.member.name))}"
            if self.member
            else shown(self.path)
        )

    @property
    def size(self) -> int:
        """Bytes to be read: of a file as stored, of a member as it stands in its archive, unpacked."""
        return self.member.size if self.member else self.stored

    @property
    def divisible(self) -> bool:
        """Whether reading can begin within it."""
        return self.compression == "none" and self.syntax == "iso2709" and not self.member


class Opened:
    """A file opened through its packing; ``position`` counts bytes as `InputFile.size` does.

    Raises:
        DamagedCompression: its archive is damaged before it.
        OSError: it cannot be opened any more.
    """

    def __init__(self, file: InputFile) -> None:
        self._file = file.path.open("rb")
        self._closed_at = 0
        try:
            self._raw: BinaryIO | MemberStream = _unpacked(self._file, file.member)
        except BaseException:
            self._file.close()
            raise
        self.stream = decompressed(self._raw, file.compression)

    @property
    def position(self) -> int:
        """How far it has been read; stays when it is closed."""
        return self._closed_at if self._file.closed else self._raw.tell()

    def stream_from(self, start: int) -> Readable:
        """The content from a byte on; beyond the first only where it is divisible."""
        if start:
            self._file.seek(start)
        return self.stream

    @property
    def stored(self) -> int:
        """Bytes on disk of the open file, now."""
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """Close the file."""
        self._closed_at = self._raw.tell()
        self._file.close()


def _unpacked(file: BinaryIO, member: Member | None) -> BinaryIO | MemberStream:
    if member is None:
        return file
    try:
        return open_member(file, member)
    except ArchiveProblem as problem:  # it could be, when it was checked
        raise DamagedCompression(str(problem)) from problem


def shown(path: Path) -> str:
    """A path as text that can be kept and printed in a line.

    Bytes that are no UTF-8 become U+FFFD, and so do line ends and other control characters.
    """
    return _CONTROL.sub("\ufffd", os.fsencode(path).decode("utf-8", "replace"))


def expand(patterns: Iterable[str]) -> list[Path]:
    """The files that paths and globs name, each once: pattern by pattern, and those of one by name.

    Numbers in names count as numbers: of daily changes the tenth comes after the second.

    What a glob names and is no folder is one of them, whether it can be read or not: a link that
    leads nowhere stands for a file that is missing, and its records must not seem to be gone.

    Raises:
        ReadProblem: a pattern names no file, or the folder may not be looked into.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = Path(pattern).expanduser()
        try:
            # A name with brackets may be a file's own name: it is taken literally where it exists.
            names = [path] if path.exists() or not has_magic(pattern) else _matches(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not names:
            raise ReadProblem(
                f"{pattern}: no file matches", hint="Check the pattern; quote it for the shell."
            )
        found.update(dict.fromkeys(names))
    return list(found)


def _matches(path: Path) -> list[Path]:
    found = sorted(glob(str(path), recursive=True), key=_by_numbers)  # noqa: PTH207 - absolute patterns
    names = map(Path, found)
    return [name for name in names if not name.is_dir()]


def _by_numbers(name: str) -> tuple[list[str | int], str]:
    parts = enumerate(_NUMBER.split(name))
    return [int(part) if at % 2 else part for at, part in parts], name


def _unreadable(path: Path, error: OSError) -> ReadProblem:
    return ReadProblem(
        f"{path}: cannot be read: {error.strerror}", hint="Check the file and its permissions."
    )


def check_files(source: Source) -> list[InputFile]:
    """Check that every file of a source exists, is readable and looks like MARC.

    Raises:
        ReadProblem: the first one that does not, with its name and what is wrong.
    """
    found: list[InputFile] = []
    for path in expand(source.files):
        try:
            found += check_path(path, source.format)
        except OSError as error:  # a disk or a share that fails, or somebody moves it away
            raise _unreadable(path, error) from error
    return found


def check_path(path: Path, declared: str = "auto") -> list[InputFile]:
    """Check a file; of an archive, zip or tar, each of the files in it but texts beside the records.

    Raises:
        ReadProblem: as `check_file`; an archive that is damaged, encrypted or empty.
    """
    _check_head(path)
    found = _archived(path)
    if found is None:
        return [check_file(path, declared)]
    if not found.members:
        raise ReadProblem(f"{path}: there is no file in this archive", hint=_AGAIN)
    return _members(path, declared, found)


def _members(path: Path, declared: str, found: Listing) -> list[InputFile]:
    files: list[InputFile] = []
    texts: list[NotMarc] = []
    for member in found.members:
        try:
            files.append(check_file(path, declared, member))
        except NotMarc as problem:
            if not problem.text:
                raise
            texts.append(problem)
    if not files:
        raise texts[0]
    files[0] = msgspec.structs.replace(files[0], beside=tuple(text.name for text in texts))
    files[-1] = msgspec.structs.replace(files[-1], torn=found.torn)
    return files


def check_file(path: Path, declared: str = "auto", member: Member | None = None) -> InputFile:
    """Look at a file's first bytes: compression by its magic number, then the syntax.

    Args:
        path: the file.
        declared: ``iso2709``, ``marcxml``, or ``auto`` to find out.
        member: which file of the archive.

    Raises:
        ReadProblem: missing, a folder, empty, not readable, or not MARC.
    """
    _check_head(path)
    compression, sample = _sample(path, member)
    found = path.stat()
    file = InputFile(path, compression, "iso2709", found.st_size, found.st_mtime, member)
    if not sample.strip(_STRAY):
        what = "begins with blanks and NUL bytes only" if sample else "is empty"
        raise ReadProblem(f"{file.name}: the file {what}", hint=_AGAIN)
    syntax = _syntax(file.name, sample)
    if syntax is None or declared not in ("auto", syntax):
        raise NotMarc(file.name, declared, syntax, text=syntax is None and _is_text(sample))
    return msgspec.structs.replace(file, syntax=syntax)


def _archived(path: Path) -> Listing | None:
    """What is in an archive; None where the file is none."""
    with path.open("rb") as raw:
        packed = compression_of(raw.read(_HEAD))
        raw.seek(0)
        try:
            head = _first(decompressed(raw, packed), _TAR_BLOCK)
        except DamagedCompression:
            return None
        container = container_of(head)
        if container is None or (container == "zip" and packed != "none"):
            return None
        raw.seek(0)
        try:
            return listing(raw, container, packed)
        except ArchiveProblem as problem:
            raise ReadProblem(f"{path}: {problem}", hint="Make the archive again.") from problem


def _check_head(path: Path) -> None:
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ReadProblem(  # a pipe gives its bytes only once, and checking takes the first
            f"{path}: this is not a regular file", hint="Write what it gives to a file first."
        )
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError as error:
        raise ReadProblem(f"{path}: no such file", hint="Check the path.") from error
    except IsADirectoryError as error:
        raise ReadProblem(
            f"{path}: this is a folder", hint=f"Name its files, for example '{path}/*.mrc'."
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if not head:
        raise ReadProblem(f"{path}: the file is empty", hint=_AGAIN)


def _sample(path: Path, member: Member | None) -> tuple[Compression, bytes]:
    """How the content is compressed, and its first bytes: as many as a damaged file gives."""
    with path.open("rb") as file:
        try:
            raw = _unpacked(file, member)
            compression = compression_of(raw.read(_HEAD))
        except DamagedCompression as error:
            raise ReadProblem(f"{path}: {error}", hint=_COPY) from error
    with path.open("rb") as file:
        stream = decompressed(_unpacked(file, member), compression)
        try:
            return compression, _first(stream, SAMPLE)
        except DamagedCompression as error:
            raise ReadProblem(f"{path}: cannot be decompressed: {error}", hint=_COPY) from error


def _first(stream: Readable, count: int) -> bytes:
    """At least so many bytes, or all that a damaged file gives; what gives none raises."""
    parts: list[bytes] = []
    try:
        while sum(map(len, parts)) < count and (part := stream.read(_PIECE)):
            parts.append(part)
    except DamagedCompression:
        if not parts:
            raise
    return b"".join(parts)


def _syntax(name: str, sample: bytes) -> Syntax | None:
    found = sniff(sample)
    if found == "doctype":
        raise ReadProblem(
            f"{name}: XML with a document type declaration (DTD) is refused",
            hint="MARCXML has none. Where the file is MARCXML, take the declaration out.",
        )
    if found == "encoding":
        raise ReadProblem(
            f"{name}: XML in an encoding that cannot be read", hint="Convert it to UTF-8."
        )
    if found:
        return "marcxml"
    start = sample.lstrip(_STRAY)
    # A leader is 24 printable characters (its last five say nothing and are often broken), and some
    # field ends with 0x1E in what follows; only a directory of thousands of fields hides that.
    # Where the first record is damaged, a later one tells.
    if (_LEADER.match(start) and b"\x1e" in start) or _SURE_LEADER.search(start):
        return "iso2709"
    return None


def _is_text(sample: bytes) -> bool:
    """Whether it is a note or a list such as checksums.

    Nothing that may stand for records is: XML, JSON, mnemonic MARC, a leader and what is left of it.
    """
    return not _BINARY.search(sample) and not _OTHER_RECORDS.match(sample.lstrip(_STRAY))
