"""ISSN (ISO 3297)."""

from __future__ import annotations

from unicodedata import normalize

_DROPPED = str.maketrans(dict.fromkeys("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212\u30fc \u3000"))
_LENGTH = 8


def issn(text: str) -> str | None:
    """The ISSN that a text begins with, as ``NNNN-NNNX``; None unless its check digit is right.

    A label before (``ISSN``) and a qualifier after (``(online)``) are left out.
    """
    text = (text if text.isascii() else normalize("NFKC", text)).strip().upper()
    text = text.removeprefix("ISSN").removeprefix("-L").lstrip(": ").partition("(")[0]
    code = text.strip(" ;,.:=/").translate(_DROPPED)
    if len(code) != _LENGTH or not code.isascii() or not code[:7].isdigit():
        return None
    if check_digit(code[:7]) != code[7]:
        return None
    return f"{code[:4]}-{code[4:]}"


def check_digit(stem: str) -> str:
    """The check digit of seven digits: modulus 11, weights 8 to 2."""
    rest = -sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), stem, strict=True))
    return "0123456789X"[rest % 11]
