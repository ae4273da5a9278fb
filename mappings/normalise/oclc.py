"""OCLC control numbers.

OCLC writes them as (OCoLC)12345, or with a prefix by length: ocm (8 digits), ocn (9), on (10 or
more); see "OCLC control number" in OCLC's Bibliographic Formats and Standards, field 035.
"""

from __future__ import annotations

import re

_form = re.compile(
    r"(?:\(ocolc\)(?:ocm|ocn|on)?|ocm|ocn|on|oclc[:# ]*)\s*0*(?P<number>[1-9]\d{0,14})"
    r"|0*(?P<bare>[1-9]\d{0,14})"
).fullmatch


def oclc(text: str) -> str | None:
    """The number without prefix and leading zeros; None for numbers of other systems.

    Bare digits count as one: a query under ``oclc:`` need not write the prefix. The mapper gives
    only values of 035, where a number of another system has its own prefix in brackets.
    """
    match = _form(text.strip().lower())
    return (match["number"] or match["bare"]) if match else None
