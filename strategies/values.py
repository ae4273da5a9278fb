"""A title's values by name, as exports write them; and the tables that say which go where."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import msgspec

from base.datafile import load_resource
from mappings.codes import label_of

if TYPE_CHECKING:
    from query import Found

Value = Literal[
    "id", "title", "title_romanised", "authors", "authors_romanised", "contributors", "edition",
    "place", "publisher", "year", "series", "formats", "languages", "language_names", "subjects",
    "summary", "host", "isbn", "issn", "call_numbers", "urls", "held_by", "members", "catalogue",
]  # fmt: skip

CATALOGUE = "HKALL"
SOURCE = ("display", "members", "held_by", "holdings", "added")
"""The parts of a document that exports are made of: those of ``hkall show --json``."""


class RisField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tag and the value that it holds, a line each."""

    tag: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9]$")]
    value: Value
    only: tuple[str, ...] = ()  # roles of contributors
    says: str = ""


class Ris(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a title becomes RIS. ``types``: format to reference type, in order of precedence."""

    types: dict[str, str]
    other: str
    fields: tuple[RisField, ...]


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``tables.yaml`` holds."""

    csv: tuple[Value, ...]
    ris: Ris


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables of exports, validated.

    Raises:
        base.datafile.DataFileError: with file, line and key.
    """
    return load_resource("strategies", "tables.yaml", Tables)


def values(found: Found) -> dict[str, tuple[str, ...]]:
    """Every value of a title by its name; what it lacks is empty."""
    source = found.source
    display: dict[str, Any] = source.get("display", {})
    own = {name: _texts(display.get(name)) for name in get_args(Value)}
    languages = own["languages"]
    return {
        **own,
        "id": (found.id,),
        "contributors": people(display),
        "language_names": tuple(label_of("languages", code).en for code in languages),
        "host": tuple(
            link["text"] for link in display.get("links", ()) if link.get("relation") == "host"
        ),
        "urls": tuple(link["url"] for link in display.get("urls", ())),
        "held_by": _texts(source.get("held_by")),
        "members": tuple(
            f"{each['institution']}:{each['control_number']}" for each in source.get("members", ())
        ),
        "catalogue": (CATALOGUE,),
    }


def people(display: dict[str, Any], only: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The contributors' names; of some roles only, where they are named."""
    named = display.get("contributors", ())
    return tuple(each["name"] for each in named if not only or each.get("role", "") in only)


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - a part of display
    """One or several values, each on one line."""
    several = value if isinstance(value, list) else [value]
    texts = (" ".join(str(each).split()) for each in several if each is not None)
    return tuple(text for text in texts if text)
