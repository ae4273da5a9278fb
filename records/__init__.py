"""The record store: what each library sent, and which title each record belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from records.database import explained
    from records.model import (
        Availability,
        Copy,
        GoneTitle,
        Kind,
        KnownTitle,
        Origin,
        PackedRecord,
        RecordId,
        Rejection,
        StoredRecord,
        StoredTitle,
        Syntax,
    )
    from records.rules import Rules, StaleRecord
    from records.runs import Run, SourceRead
    from records.stage import Stage, Word
    from records.store import Outcome, RecordStore, open_store, store_path
    from records.titles import ChangeCounts

__all__ = [
    "Availability",
    "ChangeCounts",
    "Copy",
    "GoneTitle",
    "Kind",
    "KnownTitle",
    "Origin",
    "Outcome",
    "PackedRecord",
    "RecordId",
    "RecordStore",
    "Rejection",
    "Rules",
    "Run",
    "SourceRead",
    "Stage",
    "StaleRecord",
    "StoredRecord",
    "StoredTitle",
    "Syntax",
    "Word",
    "explained",
    "open_store",
    "store_path",
]

__getattr__ = exports(
    __name__,
    {
        "database": "explained",
        "model": "Availability Copy GoneTitle Kind KnownTitle Origin PackedRecord RecordId"
        " Rejection StoredRecord StoredTitle Syntax",
        "rules": "Rules StaleRecord",
        "runs": "Run SourceRead",
        "stage": "Stage Word",
        "store": "Outcome RecordStore open_store store_path",
        "titles": "ChangeCounts",
    },
)
