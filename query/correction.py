"""A corrected query, as an answer offers it."""

from __future__ import annotations

import msgspec


class Correction(msgspec.Struct, frozen=True):
    """A query that was perhaps meant, and how many titles it finds."""

    query: str
    total: int
