"""The forms of an export: a title, or an institution's part of it, to the bytes that are written."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from records.export import COLLECTION_END, COLLECTION_START, to_iso2709, to_marcxml
from strategies.values import people, tables, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from query import Found
    from records import StoredRecord

_LIST_SEPARATOR = " | "


class Format(NamedTuple):
    """A form: what its file begins and ends with, and what a title adds.

    ``title`` writes a title, ``record`` one of its member records as the library sent it; a form
    has one of the two.
    """

    suffix: str
    start: bytes = b""
    end: bytes = b""
    title: Callable[[Found], bytes] | None = None
    record: Callable[[StoredRecord], bytes] | None = None


def ris(found: Found) -> bytes:
    """A title as RIS: UTF-8, lines that end in CR LF, an empty line behind ``ER``.

    Tags and types are those of ``tables.yaml``.
    """
    table, named = tables().ris, values(found)
    kinds = set(named["formats"])
    kind = next((type_ for form, type_ in table.types.items() if form in kinds), table.other)
    lines = [f"TY  - {kind}"]
    for field in table.fields:
        texts = named[field.value]
        if field.only:
            texts = people(found.source.get("display", {}), field.only)
        lines += [f"{field.tag}  - {field.says}{text}" for text in texts]
    return "\r\n".join([*lines, "ER  - ", "", ""]).encode()


def csv_row(found: Found) -> bytes:
    """A title as a row of CSV (RFC 4180); several values of a cell are parted by `` | ``."""
    named = values(found)
    return _row([_LIST_SEPARATOR.join(named[column]) for column in tables().csv])


def json_line(found: Found) -> bytes:
    """A title as ``hkall show --json`` prints it, on one line."""
    return msgspec.json.encode({"id": found.id, **found.source}) + b"\n"


def _row(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def _marcxml(record: StoredRecord) -> bytes:
    return f"{to_marcxml(record)}\n".encode()


def formats() -> dict[str, Format]:
    """Every form by its name."""
    return {
        "ris": Format("ris", title=ris),
        "marc": Format("mrc", record=to_iso2709),
        "marcxml": Format(
            "xml",
            start=f"{COLLECTION_START}\n".encode(),
            end=f"{COLLECTION_END}\n".encode(),
            record=_marcxml,
        ),
        "csv": Format("csv", start=_row(list(tables().csv)), title=csv_row),
        "jsonl": Format("jsonl", title=json_line),
    }


FORMATS = ("ris", "marc", "marcxml", "csv", "jsonl")
"""The names of the forms."""
