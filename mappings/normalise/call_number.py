"""Call numbers as a reader types them, of any scheme."""

from __future__ import annotations

from unicodedata import normalize


def call_number(text: str) -> str | None:
    """Upper case, without spaces: ``PL2625 .H8 1990`` and ``pl 2625.h8 1990`` are one value.

    A space parts digits that would run together (``B1 234``): there it stays, as one.
    """
    parts = (text if text.isascii() else normalize("NFKC", text)).upper().split()
    if not parts:
        return None
    joined = parts[0]
    for part in parts[1:]:
        space = " " if joined[-1].isdigit() and part[0].isdigit() else ""
        joined += space + part
    return normalize("NFC", joined).rstrip(" ,;:/") or None
