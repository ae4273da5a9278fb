"""Institutions as people name them: by code, name, alias or a code of before, to the code of today."""

from __future__ import annotations

from base.errors import UsageFailure
from mappings.codes import code_of, institutions


def institution_code(name: str) -> str:
    """The code of an institution by any of its names in the institutions table (``HKIEd``: EdUHK).

    Raises:
        UsageFailure: nobody is called so; the hint lists the codes.
    """
    code = code_of("institutions", name)
    if code is None:
        raise UsageFailure(
            f"there is no institution {name}", hint=f"Known: {', '.join(institutions())}."
        )
    return code


def with_code(name: str) -> str:
    """A name of the form ``INST:rest`` with the institution's code; any other text as it is."""
    head, colon, rest = name.partition(":")
    code = code_of("institutions", head) if colon else None
    return f"{code}:{rest}" if code else name
