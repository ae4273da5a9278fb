"""The files of a source: found, checked before anything is read, opened through compression."""

from __future__ import annotations

import os
import re
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

import msgspec

from base.errors import UsageFailure
from indexer.read.compressed import DamagedCompression, gunzip, unzstd
from indexer.read.marcxml import sniff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from base.settings import Source
    from records.model import Syntax

Compression = Literal["none", "gzip", "zstd"]

SAMPLE = 65536

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_LEADER = re.compile(rb"\d[\x20-\x7e]{18}")
_SURE_LEADER = re.compile(
    rb"\d{5}[\x20-\x7e]{5}22\d{5}[\x20-\x7e]{3}45[\x20-\x7e]{2}[0-9A-Za-z]{3}\d{9}"
)
_STRAY = b" \t\r\n\x00\x1a\xef\xbb\xbf"


class ReadProblem(UsageFailure):
    """An input file cannot be read as MARC."""

    code = "unreadable-input"


class InputFile(msgspec.Struct, frozen=True):
    """A file that was checked: what it holds and how it is packed; ``size`` in bytes as stored."""

    path: Path
    compression: Compression
    syntax: Syntax
    size: int


class Readable(Protocol):
    """What is read of a file; ``read`` may give less than it was asked for before the end."""

    def read(self, size: int, /) -> bytes:
        """Some bytes; none at the end."""
        ...


class Opened:
    """A file opened through its compression; ``position`` counts bytes of the file as stored."""

    def __init__(self, file: InputFile) -> None:
        self._raw = file.path.open("rb")
        self._closed_at = 0
        self.stream = _decompressed(self._raw, file.compression)

    @property
    def position(self) -> int:
        """How far the stored file has been read; stays when the file is closed."""
        return self._closed_at if self._raw.closed else self._raw.tell()

    def stream_from(self, start: int) -> Readable:
        """The content from a byte on; beyond the first only in a file that is not compressed."""
        if start:
            self._raw.seek(start)
        return self.stream

    @property
    def size(self) -> int:
        """Bytes of the open file as stored, now."""
        return os.fstat(self._raw.fileno()).st_size

    def close(self) -> None:
        """Close the file."""
        self._closed_at = self._raw.tell()
        self._raw.close()


def shown(path: Path) -> str:
    """A path as text that can be kept and printed: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def expand(patterns: Iterable[str]) -> list[Path]:
    """The files that paths and globs name, each once, in order.

    Raises:
        ReadProblem: a pattern names no file.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = Path(pattern).expanduser()
        # A name with brackets may be a file's own name: it is taken literally where it exists.
        names = [path] if path.exists() or not has_magic(pattern) else _matches(path)
        if not names:
            raise ReadProblem(
                f"{pattern}: no file matches", hint="Check the pattern; quote it for the shell."
            )
        found.update(dict.fromkeys(names))
    return list(found)


def _matches(path: Path) -> list[Path]:
    names = (Path(name) for name in sorted(glob(str(path), recursive=True)))  # noqa: PTH207 - absolute patterns
    return [name for name in names if name.is_file()]


def check_files(source: Source) -> list[InputFile]:
    """Check that every file of a source exists, is readable and looks like MARC.

    Raises:
        ReadProblem: the first one that does not, with its name and what is wrong.
    """
    return [check_file(path, source.format) for path in expand(source.files)]


def check_file(path: Path, declared: str = "auto") -> InputFile:
    """Look at a file's first bytes: compression by its magic number, then the syntax.

    Args:
        path: the file.
        declared: ``iso2709``, ``marcxml``, or ``auto`` to find out.

    Raises:
        ReadProblem: missing, a folder, empty, not readable, or not MARC.
    """
    head = _read_head(path)
    compression = _compression(head)
    sample = _sample(path, compression)
    if not sample.strip(_STRAY):
        raise ReadProblem(f"{path}: the file is empty", hint="Export it again, or leave it out.")
    syntax = _syntax(path, sample)
    if syntax is None or declared not in ("auto", syntax):
        raise _not_marc(path, declared, syntax)
    return InputFile(path, compression, syntax, path.stat().st_size)


def _not_marc(path: Path, declared: str, syntax: Syntax | None) -> ReadProblem:
    names = {"auto": "MARC (ISO 2709 or MARCXML)", "iso2709": "ISO 2709", "marcxml": "MARCXML"}
    hint = "hkall reads MARC 21 records in ISO 2709 or MARCXML, plain, gzip or zstd."
    if syntax:
        hint = f"It is {names[syntax]}: leave the format out, and it is found out."
    return ReadProblem(f"{path}: this is not {names[declared]}", hint=hint)


def _read_head(path: Path) -> bytes:
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ReadProblem(  # a pipe gives its bytes only once, and checking takes the first
            f"{path}: this is not a regular file", hint="Write what it gives to a file first."
        )
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as error:
        raise ReadProblem(f"{path}: no such file", hint="Check the path.") from error
    except IsADirectoryError as error:
        raise ReadProblem(
            f"{path}: this is a folder", hint=f"Name its files, for example '{path}/*.mrc'."
        ) from error
    except OSError as error:
        raise ReadProblem(
            f"{path}: cannot be read: {error.strerror}", hint="Check its permissions."
        ) from error
    if not head:
        raise ReadProblem(f"{path}: the file is empty", hint="Export it again, or leave it out.")
    return head


def _compression(head: bytes) -> Compression:
    if head.startswith(_GZIP):
        return "gzip"
    return "zstd" if head.startswith(_ZSTD) else "none"


def _sample(path: Path, compression: Compression) -> bytes:
    """The first bytes after decompression, as many as a damaged file gives."""
    parts: list[bytes] = []
    with path.open("rb") as raw:
        stream = _decompressed(raw, compression)
        try:
            while sum(map(len, parts)) < SAMPLE and (part := stream.read(4096)):
                parts.append(part)
        except DamagedCompression as error:
            if not parts:
                raise ReadProblem(
                    f"{path}: cannot be decompressed: {error}", hint="Copy the file again."
                ) from error
    return b"".join(parts)


def _decompressed(raw: BinaryIO, compression: Compression) -> Readable:
    match compression:
        case "gzip":
            return gunzip(raw)
        case "zstd":
            return unzstd(raw)
        case _:
            return raw


def _syntax(path: Path, sample: bytes) -> Syntax | None:
    found = sniff(sample)
    if found == "doctype":
        raise ReadProblem(
            f"{path}: XML with a document type declaration (DTD) is refused",
            hint="MARCXML has none. Where the file is MARCXML, take the declaration out.",
        )
    if found:
        return "marcxml"
    start = sample.lstrip(_STRAY)
    # A leader is 24 printable characters (its last five say nothing and are often broken), and some
    # field ends with 0x1E in what follows; only a directory of thousands of fields hides that.
    if _SURE_LEADER.match(start) or (_LEADER.match(start) and b"\x1e" in start):
        return "iso2709"
    return None
