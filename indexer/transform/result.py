"""What the transform makes of a record."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from records.model import Copy  # noqa: TC001 - msgspec reads the annotations

Kind = Literal["bibliographic", "holdings", "deleted", "other"]


class Transformed(msgspec.Struct, frozen=True):
    """A record as the rest of the house takes it in.

    ``document`` is what a bibliographic record adds to its title's document, empty for every other
    kind; ``parent`` is the 004 of a holdings record.
    """

    kind: Kind
    control_number: str
    document: dict[str, Any] = {}
    match_keys: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    parent: str = ""


class RecordProblem(Exception):
    """A record that must be rejected: ``reason`` is a stable code, ``detail`` a sentence."""

    def __init__(self, reason: str, detail: str, control_number: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.control_number = control_number
