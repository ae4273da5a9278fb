"""The record store: what each library sent, and which title each record belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from records.model import Copy, Kind, Origin, RecordId, Rejection, StoredRecord, Syntax
    from records.runs import Run, SourceRead
    from records.store import Outcome, RecordStore, StoredTitle, open_store, store_path

__all__ = [
    "Copy",
    "Kind",
    "Origin",
    "Outcome",
    "RecordId",
    "RecordStore",
    "Rejection",
    "Run",
    "SourceRead",
    "StoredRecord",
    "StoredTitle",
    "Syntax",
    "open_store",
    "store_path",
]

__getattr__ = exports(
    __name__,
    {
        "model": "Copy Kind Origin RecordId Rejection StoredRecord Syntax",
        "runs": "Run SourceRead",
        "store": "Outcome RecordStore StoredTitle open_store store_path",
    },
)
