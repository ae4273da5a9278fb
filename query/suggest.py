"""Headings that begin as somebody types: titles and names, in both scripts, from the live index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mappings.suggestions import Entry, keys_typed, read_entry, typed_key, whole
from query.errors import IndexIncompleteError, RequestError
from query.live import ask
from query.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine import Connection

Kind = Literal["title", "author"]
FIELDS: dict[Kind, str] = {"title": "suggest_title", "author": "suggest_author"}
_WHOLE, _START, _NEAR = "whole", "start", "near"
_BAD_REQUEST = 400


class Suggestion(msgspec.Struct, frozen=True):
    """A heading of a kind; ``romanised`` is empty where there is none, or the heading is Latin itself."""

    kind: Kind
    heading: str
    romanised: str


class Found(msgspec.Struct, frozen=True):
    """A line of the index, of which kind, and how many institutions hold the best held title of it."""

    kind: Kind
    entry: Entry
    weight: float


def suggest(connection: Connection, alias: str, text: str, limit: int = 10) -> list[Suggestion]:
    """The headings that begin with a text, those that are it first, then the widest held.

    Where none begins with it, those that begin nearly so: one or two letters wrong.

    Raises:
        RequestError: limit or text is not possible.
        NoIndexError: nothing has been built.
        IndexIncompleteError: the live index has no suggestions.
        engine.NodeUnreachable: Elasticsearch does not answer.
    """
    row = tables().suggest
    if not 0 < limit <= row.most:
        raise RequestError(
            f"cannot suggest {limit} headings", hint=f"Ask for 1 to {row.most} of them."
        )
    keys = keys_typed(text)
    if not keys:
        raise RequestError("there is nothing to complete", hint="Type a letter or character.")
    size = limit * row.more
    found = headings_from(connection, alias, keys, size)
    if not found:
        found = _headings_near(connection, alias, keys, size)
    return list(_distinct(found))[:limit]


def headings_from(
    connection: Connection, alias: str, keys: Sequence[str], limit: int
) -> list[Found]:
    """The lines that begin with one of the keys: whole keys first, then by weight."""
    suggesters = {
        f"{how} {kind} {number}": _suggester(key if how == _START else whole(key), field, limit)
        for kind, field in FIELDS.items()
        for number, key in enumerate(keys)
        for how in (_WHOLE, _START)
    }
    found = _ask(connection, alias, suggesters)
    exact = set(keys)
    return sorted(found, key=lambda one: (one.entry.key not in exact, -one.weight, one.entry))


def _headings_near(
    connection: Connection, alias: str, keys: Sequence[str], limit: int
) -> list[Found]:
    suggesters = near_suggesters(keys, limit)
    found = _ask(connection, alias, suggesters) if suggesters else []
    return sorted(found, key=lambda one: (-one.weight, one.entry))


def near_suggesters(keys: Sequence[str], limit: int) -> dict[str, Any]:
    """The suggesters of lines that begin with something near one of the keys."""
    return {
        f"{_NEAR} {kind} {number}": _suggester(key, field, limit, edits)
        for kind, field in FIELDS.items()
        for number, key in enumerate(keys)
        if (edits := tables().suggest.edits(key))
    }


def _suggester(prefix: str, field: str, size: int, edits: int = 0) -> dict[str, Any]:
    completion: dict[str, Any] = {"field": field, "size": size, "skip_duplicates": True}
    if edits:
        completion["fuzzy"] = {
            "fuzziness": edits,
            "transpositions": True,
            "min_length": 2,
            "prefix_length": 0,
            "unicode_aware": True,
        }
    return {"prefix": prefix, "completion": completion}


def _ask(connection: Connection, alias: str, suggesters: dict[str, Any]) -> list[Found]:
    """Ask for all at once: of the index this reads the suggestions alone."""
    from engine import ElasticsearchError

    body = {"suggest": suggesters, "_source": False, "size": 0}
    try:
        answer = ask(connection, "POST", f"/{alias}/_search", alias, body)
    except ElasticsearchError as error:
        if error.status == _BAD_REQUEST and "no mapping found for field" in str(error):
            raise IndexIncompleteError(
                "the live catalogue was built without suggestions",
                hint="They come with the next `hkall reindex`.",
            ) from error
        raise
    return found_in(answer["suggest"])


def found_in(answers: Mapping[str, Any]) -> list[Found]:
    """The lines in the answers of suggesters, by the names that they have here."""
    return [
        Found(kind, read_entry(option["text"]), option["_score"])
        for name, parts in answers.items()
        for kind in FIELDS
        if name.split()[1] == kind
        for part in parts
        for option in part["options"]
    ]


def _distinct(found: Sequence[Found]) -> Iterator[Suggestion]:
    """Each heading once, with its romanisation where any of its lines has one.

    A heading that a record has in romanised form alone is no second one beside that in its own
    script with the same reading.
    """
    romanised: dict[tuple[str, str], str] = {}
    read = {(one.kind, one.entry.key) for one in found if one.entry.own}
    for one in found:
        if one.entry.romanised:
            romanised.setdefault((one.kind, typed_key(one.entry.main)), one.entry.romanised)
    seen = set()
    for one in found:
        same = (one.kind, typed_key(one.entry.main))
        if same not in seen and (one.entry.own or (one.kind, one.entry.key) not in read):
            seen.add(same)
            other = one.entry.romanised or romanised.get(same, "")
            yield Suggestion(one.kind, one.entry.main, other if one.entry.own else "")
