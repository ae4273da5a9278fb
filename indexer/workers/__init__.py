"""Reading and mapping in processes: byte ranges out, packed records back, in the files' order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from indexer.workers.handover import Batch, Item, Known, Mapped

__all__ = ["Batch", "Item", "Known", "Mapped"]

__getattr__ = exports(__name__, {"handover": "Batch Item Known Mapped"})
