"""Gzip and Zstandard as streams that give all they can of a damaged file, then say so."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol

import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable

FED = 8192
"""Bytes decompressed at once: small, because they may become a thousand times as many."""

_PADDING = b"\x00"
_GZIP_WINDOW = 31  # zlib's number for "gzip, any window"


class DamagedCompression(Exception):
    """The compressed data end too early or are not what they claim to be."""


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

    def __init__(self, raw: BinaryIO, member: Callable[[], _Decompressor]) -> None:
        self._raw = raw
        self._new_member = member
        self._member = member()
        self._begun = False

    def read(self, _size: int = -1) -> bytes:
        """Some bytes, at least one before the end; how many is not for the caller to say.

        Raises:
            DamagedCompression: nothing more can be read, though the end was not reached.
        """
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
                raise DamagedCompression(str(error)) from error
            if not self._member.eof:
                break
            data = self._member.unused_data
            self._member, self._begun = self._new_member(), False
        return b"".join(parts)


def gunzip(raw: BinaryIO) -> Decompressed:
    """The content of a gzip file."""
    return Decompressed(raw, lambda: zlib.decompressobj(_GZIP_WINDOW))


def unzstd(raw: BinaryIO) -> Decompressed:
    """The content of a Zstandard file."""
    return Decompressed(raw, zstandard.ZstdDecompressor().decompressobj)
