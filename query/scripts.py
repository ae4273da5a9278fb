"""Which form of a title or name people see first: its own script, or the romanised one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Script = Literal["own", "romanised"]


def in_order(own: str, romanised: str, script: Script) -> list[str]:
    """The forms that there are, the wanted one first."""
    forms = (romanised, own) if script == "romanised" else (own, romanised)
    return [form for form in forms if form]


def names_of(own: Sequence[str], romanised: Sequence[str], script: Script) -> Sequence[str]:
    """Several names in the wanted script, where every name of a record is in it."""
    return romanised if script == "romanised" and len(romanised) == len(own) else own
