"""Values of fields that hold no words: years, days, codes and identifiers."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mappings.codes import KINDS, codes, lookup
from mappings.normalise import NORMALISERS

if TYPE_CHECKING:
    from mappings.codes import Kind

_YEARS = re.compile(r"(\d{1,4})?\s*(?:\.{2,3}|…|[-‐‑–—－~～])\s*(\d{1,4})?\Z", re.ASCII)
_YEAR = re.compile(r"\d{1,4}\Z", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?\Z", re.ASCII)


def year_range(text: str) -> tuple[str, str] | None:
    """``1990`` to (1990, 1990), ``1990..2000`` or ``1990-2000`` to both, ``1990-`` to (1990, "").

    Years come back as four digits; None where the text is no year.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _YEAR.match(plain):
        return plain.zfill(4), plain.zfill(4)
    match = _YEARS.match(plain) or _YEARS.match(text.strip())
    if not match:
        return None
    low, high = match[1] or "", match[2] or ""
    return low and low.zfill(4), high and high.zfill(4)


def day_range(text: str) -> tuple[str, str] | None:
    """``2026-02`` to (2026-02-01, 2026-02-28), ``2026..`` to (2026-01-01, ""); None for no day."""
    low, dots, high = unicodedata.normalize("NFKC", text).strip().partition("..")
    try:
        if not dots:
            return _day(low, last=False), _day(low, last=True)
        return low and _day(low, last=False), high and _day(high, last=True)
    except ValueError:
        return None


def _day(text: str, *, last: bool) -> str:
    """The first or the last day that a text covers; ValueError where it is no day."""
    from calendar import monthrange
    from datetime import date

    match = _DAY.match(text.strip())
    if not match:
        raise ValueError(text)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    month = month or (12 if last else 1)
    if not day:
        day = monthrange(year, month)[1] if last else 1
    return date(year, month, day).isoformat()


def coded_value(text: str, normaliser: str) -> str | None:
    """The value as the index holds it, by the normaliser that the index side used; else None."""
    return NORMALISERS[normaliser](text) if normaliser else text


_CODES_SHOWN = 12


def nearest_values(text: str, normaliser: str, truncated: bool) -> str:
    """What to write instead of a value that a field does not have, as a sentence."""
    if truncated:
        return "Write the whole value: this field is not searched by the beginning of one."
    kind = KINDS.get(normaliser)
    if kind is None:
        return f"Check its digits: it is no {normaliser.upper().replace('_', ' ')}."
    from difflib import get_close_matches

    table = codes(kind)
    known = lookup(kind)
    near = get_close_matches(text.casefold(), known, 1, 0.6)
    if near:
        code = known[near[0]]
        return f"Did you mean {code} ({table[code].label.en})?"
    if len(table) <= _CODES_SHOWN:
        return f"Write one of: {', '.join(table)}."
    return "Write a name or a code, for example " + ", ".join(_examples(kind)) + "."


def _examples(kind: Kind) -> list[str]:
    return [f"{code} ({entry.label.en})" for code, entry in list(codes(kind).items())[:3]]
