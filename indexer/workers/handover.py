"""What the reading side hands to the one that writes the store: read, mapped and packed records.

The same values come from a worker's process and from reading in this one.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from records.model import Kind, Origin, Rejection, Syntax


class Mapped(msgspec.Struct, frozen=True, array_like=True, tag="mapped"):
    """A record that was read and mapped, packed as the store keeps it.

    ``outcome`` is what the record says of itself: to be stored as one of the two kinds, deleted
    (``kind`` says which number space), or neither (authorities: counted only). ``data``,
    ``document`` and ``copies`` are packed by `records.codec`, empty unless it is to be stored.
    """

    origin: Origin
    syntax: Syntax
    digest: bytes
    outcome: Literal["store", "deleted", "other"]
    kind: Kind
    control_number: str
    repairs: tuple[str, ...] = ()
    data: bytes = b""
    document: bytes = b""
    copies: bytes = b""
    match_keys: tuple[str, ...] = ()
    parent: str = ""


class Known(msgspec.Struct, frozen=True, array_like=True, tag="known"):
    """A record whose digest the store had when reading began, so it was not mapped.

    Where the store has it no more (two records of one number in a night), `Reading.map` maps it
    from its original bytes ``data`` (not packed).
    """

    origin: Origin
    syntax: Syntax
    digest: bytes
    data: bytes
    repairs: tuple[str, ...] = ()


Item = Mapped | Known | Rejection


class Batch(msgspec.Struct, frozen=True):
    """Some records of one file, in its order.

    ``file`` counts the files of the reading; ``position`` is how many bytes of the stored file are
    behind this batch; ``ended`` is true in a file's last batch (which may have no items), and
    ``complete`` is false there if the file was not read to a sound end.
    """

    file: int
    items: tuple[Item, ...]
    position: int
    ended: bool = False
    complete: bool = True
