"""Reading and mapping in processes: byte ranges out, packed records back, in the files' order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from indexer.workers.handover import Batch, Deleted, Item, Known, Mapped, Skipped
    from indexer.workers.pool import WorkerFailed, WorkerLost
    from indexer.workers.readers import Readers

__all__ = [
    "Batch",
    "Deleted",
    "Item",
    "Known",
    "Mapped",
    "Readers",
    "Skipped",
    "WorkerFailed",
    "WorkerLost",
]

__getattr__ = exports(
    __name__,
    {
        "handover": "Batch Deleted Item Known Mapped Skipped",
        "pool": "WorkerFailed WorkerLost",
        "readers": "Readers",
    },
)
