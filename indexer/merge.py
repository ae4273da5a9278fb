"""Member records to the one document of their title."""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from mappings import NORMALISERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mappings.model import Catalogue
    from records.model import Availability, Copy, RecordId, StoredRecord

_DISPLAY = "display"
# Lists of the display that speak of the title as a whole, not of the way one library describes it.
_SHARED = ("isbn", "issn", "languages", "formats", "call_numbers", "urls")
# Builders whose values go with what is shown.
_WITH_THE_SHOWN = ("sort_author", "sort_title")
_SUGGESTED = ("suggest_authors", "suggest_titles")
_FROM_COPIES = ("call_numbers", "shelf_keys")


class Title(msgspec.Struct, frozen=True):
    """A title on its way to a document: members in order of sequence, copies with their owners."""

    id: str
    members: tuple[StoredRecord, ...]
    copies: tuple[tuple[RecordId, Copy], ...]
    availability: Mapping[RecordId, Availability] = {}


def _held_by(title: Title) -> list[str]:
    return list(dict.fromkeys(member.id.institution for member in title.members))


def _locations(title: Title) -> list[str]:
    named = (
        f"{owner.institution}:{copy.location}" for owner, copy in title.copies if copy.location
    )
    return list(dict.fromkeys(named))


def _available_at(title: Title) -> list[str]:
    return _institutions_where(title, "available")


def _requestable_at(title: Title) -> list[str]:
    return _institutions_where(title, "requestable")


def _institutions_where(title: Title, what: str) -> list[str]:
    """Of the members of which circulation says so, in their order."""
    members = (m.id for m in title.members if getattr(title.availability.get(m.id), what, False))
    return list(dict.fromkeys(member.institution for member in members))


def _added(title: Title) -> str:
    return min((member.added for member in title.members if member.added), default="")


def _members(title: Title) -> list[dict[str, str]]:
    return [_owner(member.id) for member in title.members]


def _holdings(title: Title) -> list[dict[str, Any]]:
    return [_owner(owner) | msgspec.to_builtins(copy) for owner, copy in title.copies]


def _owner(record: RecordId) -> dict[str, str]:
    return {"institution": record.institution, "control_number": record.control_number}


MERGED: Mapping[str, Callable[[Title], Any]] = {
    "added": _added,
    "available_at": _available_at,
    "held_by": _held_by,
    "holdings": _holdings,
    "locations": _locations,
    "members": _members,
    "requestable_at": _requestable_at,
    "title_id": lambda title: title.id,
}
"""The builders of the catalogue that need a whole title, by name."""


def merge(
    title_id: str,
    members: Sequence[StoredRecord],
    copies: Mapping[RecordId, Sequence[Copy]],
    catalogue: Catalogue,
    availability: Mapping[RecordId, Availability] = MappingProxyType({}),
) -> dict[str, Any]:
    """The Elasticsearch document of a title; the same members give the same document.

    Values are united over the members in order of sequence. What is shown, and the sort keys that
    go with it, come from the fullest member: one with both scripts before one with one, then the
    one that says more, then the oldest.

    Args:
        title_id: the text of the founder's RecordId.
        members: bibliographic records, at least one, in any order.
        copies: of the holdings records joined to each member.
        catalogue: names the fields that are made here.
        availability: what circulation says of the members, where it says anything.
    """
    ordered = tuple(sorted(members, key=lambda member: member.sequence))
    title = Title(title_id, ordered, tuple(_copies(ordered, copies)), availability)
    fullest = max(ordered, key=_fullness)
    document: dict[str, Any] = {}
    for name, field in catalogue.fields.items():
        if field.build in MERGED:
            value = MERGED[field.build](title)
        else:
            value = (
                _of_the_shown(name, ordered, fullest)
                if field.build in _WITH_THE_SHOWN
                else _united(name, ordered, fullest)
            )
            if field.build in _FROM_COPIES:
                value = _with_joined(value, ordered, copies, field.normaliser)
            if value and field.build in _SUGGESTED:
                value = {"input": value, "weight": len(_held_by(title))}
        if value:
            document[name] = value
    return document


def _copies(
    members: Iterable[StoredRecord], joined: Mapping[RecordId, Sequence[Copy]]
) -> Iterator[tuple[RecordId, Copy]]:
    for member in members:
        for copy in chain(member.copies, joined.get(member.id, ())):
            yield member.id, copy


def _fullness(member: StoredRecord) -> tuple[bool, int, int]:
    shown = member.document.get(_DISPLAY, {})
    said = sum(len(value) if isinstance(value, list) else 1 for value in shown.values())
    return "title_romanised" in shown, said, -member.sequence


def _united(name: str, members: Sequence[StoredRecord], fullest: StoredRecord) -> Any:  # noqa: ANN401 - whatever shape the field has
    """One field over all members, in the shape that it has in each."""
    values = [m.document[name] for m in members if name in m.document]
    if not values:
        return None
    if name == _DISPLAY:
        return _shown(values, fullest.document[name])
    match values[0]:
        case dict():
            return _union_of_tiers(values)
        case list():
            return _union(values)
        case _:
            return fullest.document.get(name, values[0])


def _of_the_shown(name: str, members: Sequence[StoredRecord], fullest: StoredRecord) -> Any:  # noqa: ANN401 - whatever shape the field has
    """The value of the member that is shown, else of the oldest that has one."""
    having = next((m for m in (fullest, *members) if name in m.document), None)
    return having.document[name] if having else None


def _shown(values: Sequence[dict[str, Any]], fullest: dict[str, Any]) -> dict[str, Any]:
    shared = {key: _union(v[key] for v in values if key in v) for key in _SHARED}
    return fullest | {key: value for key, value in shared.items() if value}


def _union_of_tiers(values: Sequence[dict[str, list[Any]]]) -> dict[str, list[Any]]:
    tiers = dict.fromkeys(tier for value in values for tier in value)
    return {tier: _union(v[tier] for v in values if tier in v) for tier in tiers}


def _union(lists: Iterable[list[Any]]) -> list[Any]:
    found: list[Any] = []
    seen: set[str] = set()
    for value in chain.from_iterable(lists):
        key = repr(value)
        if key not in seen:
            seen.add(key)
            found.append(value)
    return found


def _with_joined(
    value: list[str] | None,
    members: Sequence[StoredRecord],
    joined: Mapping[RecordId, Sequence[Copy]],
    normaliser: str,
) -> list[str]:
    """Call numbers that stand in joined holdings records alone are found too."""
    numbers = (copy.call_number for m in members for copy in joined.get(m.id, ()))
    normalise = NORMALISERS[normaliser]
    added = [key for key in (normalise(number) for number in numbers if number) if key]
    return _union([value or [], added])
