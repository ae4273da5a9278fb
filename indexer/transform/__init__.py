"""MARC record to document, as the field catalogue says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

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

__getattr__ = exports(
    __name__,
    {
        "fingerprint": "rules_fingerprint",
        "result": "RecordProblem Transformed",
        "transformer": "Transformer",
        "view": "DataField RecordView",
    },
)
