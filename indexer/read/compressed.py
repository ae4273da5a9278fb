"""Gzip and Zstandard as streams that give all they can of a damaged file, then say so."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Literal, Protocol

import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable

Compression = Literal["none", "gzip", "zstd"]

FED = 8192
"""Bytes decompressed at once: small, because they may become a thousand times as many."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_PADDING = b"\x00"
_GZIP_WINDOW = 31  # zlib's number for "gzip, any window"


class DamagedCompression(Exception):
    """The compressed data end too early or are not what they claim to be."""


class Readable(Protocol):
    """What is read of a file; ``read`` may give less than it was asked for before the end."""

    def read(self, size: int, /) -> bytes:
        """Some bytes; none at the end."""
        ...


class _Decompressor(Protocol):
    """One member (gzip) or frame (zstd)."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What was fed beyond its end."""
        ...

    def decompress(self, data: bytes, /) -> bytes:
        """Feed some bytes, get some."""
        ...


class Decompressed:
    """The content of a compressed file; members that follow each other are one content."""

    def __init__(self, raw: Readable, member: Callable[[], _Decompressor]) -> None:
        self._raw = raw
        self._new_member = member
        self._member = member()
        self._begun = False
        self._damage: DamagedCompression | None = None

    def read(self, _size: int = -1) -> bytes:
        """Some bytes, at least one before the end; how many is not for the caller to say.

        Raises:
            DamagedCompression: nothing more can be read, though the end was not reached.
        """
        if self._damage:
            raise self._damage
        while data := self._raw.read(FED):
            if content := self._feed(data):
                return content
        if self._begun:
            raise DamagedCompression("the compressed file ends too early")
        return b""

    def _feed(self, data: bytes) -> bytes:
        parts: list[bytes] = []
        while data:
            if not self._begun:  # between members there may be padding
                data = data.lstrip(_PADDING)
                self._begun = bool(data)
            try:
                parts.append(self._member.decompress(data))
            except (zlib.error, zstandard.ZstdError) as error:
                self._damage = DamagedCompression(str(error))
                if not parts:
                    raise self._damage from error
                break  # what stood before the damage comes first
            if not self._member.eof:
                break
            data = self._member.unused_data
            self._member, self._begun = self._new_member(), False
        return b"".join(parts)


def compression_of(head: bytes) -> Compression:
    """How what begins so is compressed, by its magic number."""
    if head.startswith(_GZIP):
        return "gzip"
    return "zstd" if head.startswith(_ZSTD) else "none"


def decompressed(raw: Readable, compression: Compression) -> Readable:
    """The content of what is read."""
    match compression:
        case "gzip":
            return Decompressed(raw, lambda: zlib.decompressobj(_GZIP_WINDOW))
        case "zstd":
            return Decompressed(raw, zstandard.ZstdDecompressor().decompressobj)
        case _:
            return raw
