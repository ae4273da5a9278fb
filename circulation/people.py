"""Patrons from a library's file (CSV), and their erasure when they have gone."""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import date  # noqa: TC003 - msgspec reads the annotations
from io import StringIO
from typing import TYPE_CHECKING, Any, get_args

import msgspec
from sqlalchemy import delete, insert, select, update

from base.errors import UsageFailure
from circulation.institutions import institution_code
from circulation.model import Card, CardKind, Category
from circulation.store import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection

_IDENTITY_CARD = re.compile(r"[A-Z]{1,2}\d{6}(\([0-9A]\)|[0-9A])", re.IGNORECASE)
"""Form of a Hong Kong identity card's number, with its check digit; however wide, with no blanks."""


class PatronRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a file of patrons; the first five columns are needed.

    ``card`` is the barcode of the home library's card, ``julac`` that of the JULAC card.
    """

    institution: str
    number: str
    category: Category
    name: str = ""
    email: str = ""
    valid_until: date | None = None
    blocked: str = ""
    card: str = ""
    card_until: date | None = None
    julac: str = ""
    julac_until: date | None = None


class Taken(msgspec.Struct, frozen=True):
    """What became of the lines of a file."""

    new: int = 0
    changed: int = 0
    same: int = 0


class InputFileError(UsageFailure):
    """A file cannot be read; nothing of it was taken."""

    code = "input-file"


def read_rows(path: Path, kind: type[msgspec.Struct]) -> Iterator[Any]:
    """The lines of a CSV file (UTF-8, the first line names the columns) as values of a type.

    Raises:
        InputFileError: with file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{path}: {error}", hint="Give a CSV file in UTF-8.") from error
    rows = csv.DictReader(StringIO(text, newline=""))
    if not rows.fieldnames:
        raise InputFileError(f"{path} is empty", hint="Its first line names the columns.")
    for row in rows:
        number = rows.line_num
        told = {key or "more": value for key, value in row.items() if value not in ("", None)}
        try:
            if "institution" in told:
                told["institution"] = institution_code(told["institution"])
            yield msgspec.convert(told, kind, strict=False)
        except (msgspec.ValidationError, UsageFailure) as error:
            hint = f"Mend the line; nothing of the file was taken.{_known_values(kind, told)}"
            raise InputFileError(f"{path}:{number}: {error}", hint=hint) from error


def _known_values(kind: type[msgspec.Struct], told: Mapping[str, str]) -> str:
    """What the columns that hold other words may hold."""
    wrong = {
        field.name: words
        for field in msgspec.structs.fields(kind)
        if (words := get_args(field.type)) and all(isinstance(word, str) for word in words)
        and told.get(field.name, words[0]) not in words
    }  # fmt: skip
    return "".join(f" {name} is one of {', '.join(words)}." for name, words in wrong.items())


def take_patrons(connection: Connection, path: Path) -> Taken:
    """Take in a file: who is known by institution and number is changed, others are new.

    Raises:
        InputFileError: with file and line; nothing was taken.
    """
    counts = {"new": 0, "changed": 0, "same": 0}
    for row in read_rows(path, PatronRow):
        if any(_is_identity_card(told) for told in (row.number, row.card, row.julac)):
            raise InputFileError(
                f"{path}: a number of a patron of {row.institution} looks like an identity card's",
                hint="Give the library's own number of the patron, or of the card;"
                " nothing of the file was taken.",
            )
        counts[_take(connection, row)] += 1
    return Taken(**counts)


def _is_identity_card(told: str) -> bool:
    plain = "".join(unicodedata.normalize("NFKC", told).split())
    return _IDENTITY_CARD.fullmatch(plain) is not None


def _take(connection: Connection, row: PatronRow) -> str:
    table = schema.patron
    named = (table.c.institution == row.institution) & (table.c.number == row.number)
    values = {name: getattr(row, name) for name in
              ("institution", "number", "category", "name", "email", "valid_until", "blocked")}  # fmt: skip
    known = connection.execute(select(table).where(named)).mappings().first()
    if known is None:
        made = connection.execute(insert(table), values).inserted_primary_key
        assert made is not None  # noqa: S101 - an INSERT has a key
        _take_cards(connection, row, int(made[0]))
        return "new"
    changed = any(known[name] != value for name, value in values.items())
    if changed:
        connection.execute(update(table).where(named).values(**values))
    return "changed" if _take_cards(connection, row, known["id"]) or changed else "same"


def _take_cards(connection: Connection, row: PatronRow, patron: int) -> bool:
    """Replace a patron's cards by those of the line; whether that changed anything."""
    kinds: list[tuple[CardKind, str, date | None]] = [
        ("home", row.card, row.card_until),
        ("julac", row.julac, row.julac_until),
    ]
    told = [
        Card(barcode=barcode, patron=patron, kind=kind, valid_until=until)
        for kind, barcode, until in kinds
        if barcode
    ]
    table = schema.card
    mine = connection.execute(select(table).where(table.c.patron == patron)).mappings()
    known = [Card(**card) for card in mine]
    if sorted(known, key=str) == sorted(told, key=str):
        return False
    connection.execute(delete(table).where(table.c.patron == patron))
    barcodes = [card.barcode for card in told]
    if len(set(barcodes)) < len(barcodes):
        raise InputFileError(
            f"the card {barcodes[0]} of {row.institution}:{row.number} stands there twice",
            hint="A barcode is of one card; nothing of the file was taken.",
        )
    taken = connection.execute(
        select(table.c.barcode).where(table.c.barcode.in_(barcodes))
    ).scalar()
    if taken is not None:
        raise InputFileError(
            f"the card {taken} of {row.institution}:{row.number} is another patron's",
            hint="Take it from that patron first; nothing of the file was taken.",
        )
    if told:
        connection.execute(insert(table), [msgspec.structs.asdict(card) for card in told])
    return True
