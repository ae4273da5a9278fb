"""MARC record to document, as the field catalogue says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.transform.fingerprint import rules_fingerprint
    from indexer.transform.result import RecordProblem, Transformed
    from indexer.transform.transformer import Transformer
    from indexer.transform.view import DataField, RecordView

__all__ = [
    "DataField",
    "RecordProblem",
    "RecordView",
    "Transformed",
    "Transformer",
    "rules_fingerprint",
]

_HOMES = {
    "DataField": "view",
    "RecordProblem": "result",
    "RecordView": "view",
    "Transformed": "result",
    "Transformer": "transformer",
    "rules_fingerprint": "fingerprint",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'indexer.transform' has no attribute {name!r}")
    return getattr(import_module(f"indexer.transform.{_HOMES[name]}"), name)
