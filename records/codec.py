"""How records are packed into the store's large columns: MessagePack and Zstandard."""

from __future__ import annotations

from typing import Any

import msgspec
import zstandard

from records.model import Copy, PackedRecord, StoredRecord

_LEVEL = 3
_COPIES = msgspec.msgpack.Decoder(tuple[Copy, ...])


class Codec:
    """Packs and unpacks; one object a store, because it is not safe to share between threads."""

    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._decompressor = zstandard.ZstdDecompressor()

    def pack_bytes(self, data: bytes) -> bytes:
        """Compress the bytes of a record."""
        return self._compressor.compress(data)

    def unpack_bytes(self, packed: bytes) -> bytes:
        """The inverse of `pack_bytes`."""
        return self._decompressor.decompress(packed)

    def pack_document(self, document: dict[str, Any]) -> bytes:
        """Compress a mapped document."""
        return self._compressor.compress(msgspec.msgpack.encode(document))

    def unpack_document(self, packed: bytes) -> dict[str, Any]:
        """The inverse of `pack_document`."""
        document: dict[str, Any] = msgspec.msgpack.decode(self._decompressor.decompress(packed))
        return document

    def pack(self, record: StoredRecord, digest: bytes) -> PackedRecord:
        """A record as the store takes it in; its sequence and day are the store's to give."""
        return PackedRecord(
            id=record.id,
            kind=record.kind,
            syntax=record.syntax,
            origin=record.origin,
            digest=digest,
            data=self.pack_bytes(record.data),
            document=self.pack_document(record.document),
            copies=pack_copies(record.copies),
            match_keys=record.match_keys,
            parent=record.parent,
        )


def pack_copies(copies: tuple[Copy, ...]) -> bytes:
    """Pack the copies of a record: few and short, so not compressed."""
    return msgspec.msgpack.encode(copies)


def unpack_copies(packed: bytes) -> tuple[Copy, ...]:
    """The inverse of `pack_copies`."""
    return _COPIES.decode(packed)
