"""Coded values: a code, a label in any of its languages or an alias, to the code."""

from __future__ import annotations

from mappings.codes import code_of


def language(text: str) -> str | None:
    """A MARC language code from a code, an obsolete code or a name (``ger``, ``German``, 德文)."""
    return code_of("languages", text)


def relator(text: str) -> str | None:
    """A MARC relator code from a code, a term or an abbreviation (``aut``, ``author,``, 著).

    The address of a term at id.loc.gov, as ``$4`` may hold it, counts as its code.
    """
    return code_of("relators", text.rpartition("/relators/")[2])


def format_code(text: str) -> str | None:
    """A format of the catalogue from its code or a name (``book``, ``Books``, 圖書)."""
    return code_of("formats", text)


def institution(text: str) -> str | None:
    """An institution's code, whatever its case, from code, name or alias."""
    return code_of("institutions", text)
