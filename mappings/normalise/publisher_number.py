"""Numbers that publishers give to music, sound recordings and videos (MARC 024 and 028)."""

from __future__ import annotations

from unicodedata import normalize


def publisher_number(text: str) -> str | None:
    """Letters and digits only, upper case: ``Decca SXL-6529`` gives ``DECCASXL6529``."""
    folded = text if text.isascii() else normalize("NFKC", text)
    return "".join(c for c in folded.upper() if c.isalnum()) or None
