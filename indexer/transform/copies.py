"""Copies and locations from holdings fields, in bibliographic and in holdings records."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from base.datafile import load_resource
from records.model import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.transform.view import DataField, RecordView

LOCATION = "852"
_TEXTUAL = ("866", "867", "868")
_ENUMERATION = {"863": "853", "864": "854", "865": "855"}  # and the captions that they refer to
_ITEMS = ("876", "877", "878")
_CHRONOLOGY = "ijklm"
_LEVELS = "abcdefgh"


class CopyField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which subfields of a holdings field say what of a copy (copies.yaml)."""

    location: str = ""
    sublocation: str = ""
    call_number: str = ""
    barcode: str = ""
    copy: str = ""
    volume: str = ""
    statements: str = ""
    note: str = ""
    url: str = ""


@lru_cache(maxsize=1)
def copy_fields() -> dict[str, CopyField]:
    """The fields that may hold copies, by tag.

    Raises:
        DataFileError: the file is not of this form.
    """
    return load_resource("indexer.transform", "copies.yaml", dict[str, CopyField])


def copies(view: RecordView, tags: Sequence[str]) -> tuple[Copy, ...]:
    """The copies that the fields of these tags hold, each with its textual holdings.

    Fields that name neither a place nor a number nor a link make no copy.
    """
    known = copy_fields()
    fields = [field for field in view.data if field.tag in tags and not field.linked]
    found = [(field, _copy(field, known[field.tag])) for field in fields]
    found = [(field, copy) for field, copy in found if copy != Copy()]
    if LOCATION not in tags:
        return tuple(copy for _, copy in found)
    return tuple(_with_items(view, _with_statements(view, found)))


def _copy(field: DataField, where: CopyField) -> Copy:
    statements = tuple(field.all(where.statements)) if where.statements else ()
    return Copy(
        location=_pick(field, where.location),
        sublocation=_pick(field, where.sublocation),
        call_number=_pick(field, where.call_number),
        barcode=_pick(field, where.barcode),
        copy=_pick(field, where.copy),
        volume=_pick(field, where.volume),
        statements=statements,
        note=_pick(field, where.note),
        url=_pick(field, where.url),
    )


def _pick(field: DataField, codes: str) -> str:
    return " ".join(value for code in codes for value in field.all(code))


def _with_statements(
    view: RecordView, found: list[tuple[DataField, Copy]]
) -> list[tuple[DataField, Copy]]:
    """Give each location the textual holdings that belong to it.

    By the link number of ``$8``. Without one they go to the location before them in the record;
    where they stand after all locations and there are as many, one to one.
    """
    said = list(_statements(view))
    if not said:
        return found
    if not found:
        return [(said[0][0], Copy(statements=tuple(text for _, text in said)))]
    given: dict[int, list[str]] = {}
    by_link = {_link(field): at for at, (field, _) in enumerate(found) if _link(field)}
    places = [id(field) for field in view.data]
    grouped = places.index(id(found[-1][0])) < places.index(id(said[0][0]))
    paired = grouped and len(said) == len(found)
    for at, (field, text) in enumerate(said):
        place = by_link.get(_link(field))
        if place is None:
            place = at if paired else _before(view, field, [f for f, _ in found])
        given.setdefault(place, []).append(text)
    return [
        (
            field,
            msgspec.structs.replace(copy, statements=copy.statements + tuple(given.get(at, ()))),
        )
        for at, (field, copy) in enumerate(found)
    ]


def _before(view: RecordView, field: DataField, locations: list[DataField]) -> int:
    order = {id(each): at for at, each in enumerate(view.data)}
    earlier = [n for n, each in enumerate(locations) if order[id(each)] < order[id(field)]]
    return earlier[-1] if earlier else 0


def _link(field: DataField) -> str:
    return field.get("8").partition(".")[0].partition("\\")[0]


def _statements(view: RecordView) -> Iterator[tuple[DataField, str]]:
    """Textual holdings (866-868); where a record has none, its coded ones (863-865)."""
    textual = [(field, field.join("az")) for field in view.fields(*_TEXTUAL)]
    textual = [(field, text) for field, text in textual if text]
    yield from textual or _coded(view)


def _coded(view: RecordView) -> Iterator[tuple[DataField, str]]:
    for tag, captions_tag in _ENUMERATION.items():
        captions = {_link(field): field for field in view.fields(captions_tag)}
        for field in view.fields(tag):
            text = _enumeration(field, captions.get(_link(field)))
            if text:
                yield field, text


def _enumeration(field: DataField, captions: DataField | None) -> str:
    """``v.1-10:no.2 (1990-1999)`` from coded holdings and the captions they refer to.

    A caption in brackets is not shown (MARC 21 Format for Holdings Data, 853).
    """
    parts = []
    for code in _LEVELS:
        value = field.get(code)
        if value:
            caption = captions.get(code) if captions else ""
            parts.append(("" if caption.startswith("(") else caption) + value)
    dates = ":".join(filter(None, map(field.get, _CHRONOLOGY)))
    return " ".join(filter(None, [":".join(parts), f"({dates})" if dates and parts else dates]))


def _with_items(view: RecordView, found: list[tuple[DataField, Copy]]) -> Iterator[Copy]:
    """One copy an item (876-878) of the location that it belongs to, else the location itself."""
    items: dict[int, list[DataField]] = {}
    by_link = {_link(field): at for at, (field, _) in enumerate(found) if _link(field)}
    for field in view.fields(*_ITEMS) if found else ():
        items.setdefault(by_link.get(_link(field), 0), []).append(field)
    for at, (_, copy) in enumerate(found):
        for item in items.get(at, ()):
            yield _item(copy, item)
        if at not in items:
            yield copy


def _item(copy: Copy, item: DataField) -> Copy:
    return msgspec.structs.replace(
        copy,
        barcode=item.get("p") or copy.barcode,
        copy=item.get("t") or copy.copy,
        volume=item.get("3") or copy.volume,
        sublocation=item.get("l") or copy.sublocation,
    )
