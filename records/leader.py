"""The leader of a record in MARCXML, which has its 24 characters as text and often lacks some."""

from __future__ import annotations

from records.iso2709 import LEADER, Damaged

_SHORTEST = 20  # what ends earlier lacks more than the blanks that some systems trim
BLANKS = str.maketrans("#^", "  ")
"""What is written for a blank by hand."""


def mended_leader(given: str) -> str:
    """A leader of 24 characters, where it is clear which they are.

    Raises:
        Damaged: too short or too long.
    """
    leader = given if len(given) == LEADER else given.strip("\r\n\t")
    if len(leader) > LEADER:
        leader = leader[:LEADER] if leader[LEADER:].isspace() else leader.strip()
    if not _SHORTEST <= len(leader) <= LEADER:
        raise Damaged("bad-leader", f"{given!r} is not a leader of {LEADER} characters")
    return leader.ljust(LEADER).translate(BLANKS)
