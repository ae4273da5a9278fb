"""Library of Congress control numbers.

The rules are those of the Library of Congress for info:lccn URIs ("LCCN Namespace",
https://www.loc.gov/marc/lccn-namespace.html) and of its page on the structure of the number.
"""

from __future__ import annotations

import re

_form = re.compile(r"[a-z]{0,3}(?:\d{8}|\d{10})").fullmatch
_SERIAL_DIGITS = 6


def lccn(text: str) -> str | None:
    """The normalised LCCN: no spaces, no suffix after a slash, the serial number six digits long.

    ``n78-890351`` and ``n 78890351`` give ``n78890351``; ``85-2`` gives ``85000002``.
    """
    text = "".join(text.lower().split()).partition("/")[0].strip(".,;:")
    stem, hyphen, serial = text.partition("-")
    if hyphen:
        if not serial.isdigit() or len(serial) > _SERIAL_DIGITS:
            return None
        text = stem + serial.zfill(_SERIAL_DIGITS)
    return text if text.isascii() and _form(text) else None
