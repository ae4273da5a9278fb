"""Other systems' query languages: each one data file, one reader and one writer for all of them.

The tree of ``query.tree`` stands in the middle; what could not be carried over is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from query.dialects.model import OWN, Dialect, UnknownDialect, dialect_names, load_dialect
    from query.dialects.reader import read_dialect
    from query.dialects.translation import Translation, said, translate
    from query.dialects.writer import write_dialect

__all__ = [
    "OWN",
    "Dialect",
    "Translation",
    "UnknownDialect",
    "dialect_names",
    "load_dialect",
    "read_dialect",
    "said",
    "translate",
    "write_dialect",
]

__getattr__ = exports(
    __name__,
    {
        "model": "OWN Dialect UnknownDialect dialect_names load_dialect",
        "reader": "read_dialect",
        "translation": "Translation said translate",
        "writer": "write_dialect",
    },
)
