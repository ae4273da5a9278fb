"""What a builder gets to see of one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.transform.view import RecordView
    from records.model import Copy


@dataclass(frozen=True, slots=True)
class Context:
    """A record on its way to a document, with what more than one builder needs.

    ``languages`` are MARC codes, the first one the record's main language.
    """

    view: RecordView
    institution: str
    control_number: str
    languages: tuple[str, ...]
    copies: tuple[Copy, ...]
