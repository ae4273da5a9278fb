"""Zip and tar archives: which MARC files they hold, and one of these opened."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections import Counter
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, Literal, Self, cast

import msgspec

from indexer.read.compressed import Compression, DamagedCompression, decompressed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.read.compressed import Readable

Container = Literal["zip", "tar"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second is that of an archive without a member
_TAR_MAGIC, _TAR_AT = b"ustar", 257
_ENCRYPTED = 1
_APPLE = "__MACOSX"
_LOST = 4096  # bytes asked for at once: so many before a damage are lost with it
_FAULTS = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError)


class ArchiveProblem(Exception):
    """What keeps an archive, or a member of it, from being read."""


class Member(msgspec.Struct, frozen=True):
    """A file in an archive.

    Args:
        name: in the archive, as it stands there.
        size: in bytes, unpacked.
        container: how the archive is made.
        packed: how a whole tar archive is compressed.
    """

    name: str
    size: int
    container: Container
    packed: Compression = "none"


class Listing(msgspec.Struct, frozen=True):
    """The members of an archive in its order; ``torn`` where it ends before its end."""

    members: tuple[Member, ...]
    torn: bool = False


def container_of(head: bytes) -> Container | None:
    """What archive begins so; the first 512 bytes tell, after decompression."""
    if head.startswith(_ZIP):
        return "zip"
    return "tar" if head[_TAR_AT:].startswith(_TAR_MAGIC) else None


def listing(raw: BinaryIO, container: Container, packed: Compression) -> Listing:
    """The files in an archive; folders, links and what systems leave in passing are none.

    Raises:
        ArchiveProblem: it cannot be read, or holds two files of one name.
    """
    found = _zip_members(raw) if container == "zip" else _tar_members(raw, packed)
    twice = [name for name, count in Counter(m.name for m in found.members).items() if count > 1]
    if twice:
        raise ArchiveProblem(f"it holds {twice[0]} twice")
    return found


def _zip_members(raw: BinaryIO) -> Listing:
    try:
        with zipfile.ZipFile(raw) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except _FAULTS as error:
        raise ArchiveProblem(f"it cannot be read as zip: {error}") from error
    infos = [info for info in infos if _is_file(info.filename)]
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise ArchiveProblem(f"{info.filename} in it is encrypted")
    return Listing(tuple(Member(info.filename, info.file_size, "zip") for info in infos))


def _tar_members(raw: BinaryIO, packed: Compression) -> Listing:
    members: list[Member] = []
    try:
        for info in _tar_infos(raw, packed):
            members.append(Member(info.name, info.size, "tar", packed))  # noqa: PERF401 - what came before damage stays
    except _FAULTS as error:
        if not members:
            raise ArchiveProblem(f"it cannot be read as tar: {error}") from error
        return Listing(tuple(members), torn=True)
    return Listing(tuple(members))


def _tar_infos(raw: BinaryIO, packed: Compression) -> Iterator[tarfile.TarInfo]:
    with _tar(raw, packed) as archive:
        for info in archive:
            if info.isfile() and _is_file(info.name):
                yield info


def _tar(raw: BinaryIO, packed: Compression) -> tarfile.TarFile:
    # As a stream: a compressed archive cannot be gone back in.
    stream = cast("IO[bytes]", _ToDamage(decompressed(raw, packed)))  # only ``read`` is asked of it
    return tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header)


class _ToDamage:
    """A stream that ends where it is damaged: so what was read before is given out, not thrown away."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except DamagedCompression:
            return b""


class _Header(tarfile.TarInfo):
    """A header that is not there is the end of a torn archive; a whole one ends with a block of zeros."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile_)
        except (tarfile.EmptyHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise tarfile.ReadError("the archive ends too early") from error


def _is_file(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.name.startswith(".") and _APPLE not in path.parts


class MemberStream:
    """The content of a member; ``tell`` counts what was read of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        """Some bytes; none at the end.

        Raises:
            DamagedCompression: the archive is torn or damaged here.
        """
        try:
            data = self._stream.read(size if 0 <= size < _LOST else _LOST)
        except _FAULTS as error:
            raise DamagedCompression(f"the archive is damaged: {error}") from error
        self._at += len(data)
        return data

    def tell(self) -> int:
        """Bytes read so far."""
        return self._at


def open_member(raw: BinaryIO, member: Member) -> MemberStream:
    """The content of a member of the archive in an open file.

    Raises:
        ArchiveProblem: it cannot be unpacked.
        DamagedCompression: the archive is damaged before it.
    """
    try:
        return MemberStream(
            _zip_member(raw, member) if member.container == "zip" else _tar_member(raw, member)
        )
    except (*_FAULTS, NotImplementedError) as error:
        raise ArchiveProblem(f"{member.name} in it cannot be unpacked: {error}") from error


def _zip_member(raw: BinaryIO, member: Member) -> IO[bytes]:
    return zipfile.ZipFile(raw).open(member.name)


def _tar_member(raw: BinaryIO, member: Member) -> IO[bytes]:
    archive = _tar(raw, member.packed)
    for info in archive:
        if info.name == member.name and info.isfile() and (content := archive.extractfile(info)):
            return content
    raise tarfile.ReadError("it is not there any more")
