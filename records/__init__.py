"""The record store: what each library sent, and which title each record belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

_STORE = {"Outcome", "RecordStore", "StoredTitle", "open_store", "store_path"}
_RUNS = {"Run", "SourceRead"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what is asked for, when it is asked for: the store costs more than the values."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = "store" if name in _STORE else "runs" if name in _RUNS else "model"
    return getattr(import_module(f"records.{module}"), name)
