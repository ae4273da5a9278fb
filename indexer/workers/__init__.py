"""Work in processes: byte ranges read in the files' order, and independent tasks in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from indexer.workers.crew import Crew
    from indexer.workers.handover import Batch, Deleted, Item, Known, Mapped, Skipped
    from indexer.workers.readers import Readers
    from indexer.workers.worker import WorkerFailed, WorkerLost

__all__ = [
    "Batch",
    "Crew",
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
        "crew": "Crew",
        "readers": "Readers",
        "worker": "WorkerFailed WorkerLost",
    },
)
