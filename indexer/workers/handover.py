"""What the reading side hands to the one that writes the store: read, mapped and packed records.

The same values come from a worker's process and from reading in this one.
"""

from __future__ import annotations

import msgspec

from records.model import Kind, Origin, PackedRecord, Rejection, Syntax


class Mapped(msgspec.Struct, frozen=True, array_like=True, tag="mapped"):
    """A record to be stored."""

    record: PackedRecord
    repairs: tuple[str, ...] = ()


class Deleted(msgspec.Struct, frozen=True, array_like=True, tag="deleted"):
    """A record with the status *deleted*; ``kind`` says in which number space."""

    origin: Origin
    kind: Kind
    control_number: str
    repairs: tuple[str, ...] = ()


class Skipped(msgspec.Struct, frozen=True, array_like=True, tag="skipped"):
    """A record that is neither bibliographic nor of holdings (an authority): only counted."""

    origin: Origin
    repairs: tuple[str, ...] = ()


class Known(msgspec.Struct, frozen=True, array_like=True, tag="known"):
    """A record whose digest the store had when reading began, so it was not mapped.

    Where the store has it no more (two records of one number in a night), `Readers.map_known` maps
    it from its original bytes ``data`` (not packed).
    """

    origin: Origin
    syntax: Syntax
    digest: bytes
    data: bytes
    repairs: tuple[str, ...] = ()


Item = Mapped | Deleted | Skipped | Known | Rejection


class Batch(msgspec.Struct, frozen=True):
    """Some records of one file, in its order.

    ``file`` counts the files of the source; ``position`` is how many bytes of the stored file are
    behind this batch; ``ended`` is true in a file's last batch (which may have no items), and
    ``complete`` is false there if the file was not read to a sound end.
    """

    file: int
    items: tuple[Item, ...]
    position: int
    ended: bool = False
    complete: bool = True
