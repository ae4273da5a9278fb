"""The numbers that a record is known by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.transform.context import Context


def control_number(context: Context) -> list[str]:
    """``HKU:b1234567`` and the bare number: people know either."""
    return [f"{context.institution}:{context.control_number}", context.control_number]
