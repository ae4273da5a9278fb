"""The sample as files: the MARC records of eight libraries, the same bytes each time."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, cast

import pymarc
import zstandard
from pymarc import Field, Record

from demo import bibliographic, coded, holdings
from demo.headings import UnknownWord
from demo.scripts import Style, fields_of
from demo.tables import tables
from demo.works import Words, load_editions, load_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from demo.bibliographic import Desk
    from demo.works import Names


def compose(directory: Path) -> dict[str, Path]:
    """Write one file an institution into an existing directory.

    ISO 2709 and MARCXML, plain, gzip and zstd, as ``practices.yaml`` names the files.

    Returns:
        Institution code to file.

    Raises:
        DataFileError: a file of the sample's facts is not valid.
        UnknownWord: a work names a role or place that the tables do not have.
        OSError: a file cannot be written.
    """
    made = {}
    for institution, practice in tables().institutions.items():
        path = directory / practice.file
        path.write_bytes(_packed(practice.file, records(institution)))
        made[str(institution)] = path
    return made


def records(institution: str) -> list[Record]:
    """The records of one institution in order of the editions' ids, holdings records after theirs.

    Raises:
        DataFileError: a file of the sample's facts is not valid.
        UnknownWord: a work names a role or place that the tables do not have.
    """
    practice = next(p for code, p in tables().institutions.items() if code == institution)
    names = load_names()
    made: list[Record] = []
    for edition in load_editions():
        if institution in edition.held:
            made += _records_of(bibliographic.desk(edition, institution, practice, names))
    return made


def control_number(at: Desk) -> str:
    """The record's number in its library: depends only on the edition's id."""
    digits = 7 if ":07d" in at.practice.number else 8
    return at.practice.number.format(coded.number(at.edition, at.institution, digits=digits))


def _records_of(at: Desk) -> Iterator[Record]:
    record = Record(leader=coded.leader(at.edition, at.practice), force_utf8=True)
    main, vernacular = _described(at)
    held = [] if at.practice.separate_holdings else holdings.fields(at)
    every = [*_control_fields(at), *main, *held]
    ordered = [*sorted(every, key=lambda field: field.tag), *vernacular]
    record.add_field(*ordered)  # type: ignore[no-untyped-call] # of pymarc
    yield record
    if at.practice.separate_holdings:
        yield holdings.record(at, control_number(at))


def _described(at: Desk) -> tuple[list[Field], list[Field]]:
    main: list[Field] = []
    vernacular: list[Field] = []
    occurrence = 1
    drafts = sorted(bibliographic.drafts(at), key=lambda draft: draft.tag)
    for draft in drafts:
        first, *others = fields_of(draft, cast("Style", at.style), occurrence)
        occurrence += bool(others)
        main.append(first)
        vernacular += others
    return main, vernacular


def _control_fields(at: Desk) -> list[Field]:
    edition, institution = at.edition, at.institution
    stamp = coded.entered(edition, institution)
    century = "19" if stamp >= "84" else "20"
    values = [
        ("001", control_number(at)),
        ("003", institution),
        ("005", f"{century}{stamp}120000.0"),
        ("006", coded.field_006(edition)),
        *(("007", value) for value in coded.fields_007(edition)),
        (
            "008",
            coded.field_008(edition, institution, _country(edition.id, edition.place, at.names)),
        ),
    ]
    return [Field(tag, data=value) for tag, value in values if value]


def _country(id_: str, place: Words, names: Names) -> str:
    if not place:
        return "xx"
    text = place if isinstance(place, str) else place.text
    if text not in names.places:
        raise UnknownWord(
            f"{id_}: the place {text!r} has no country",
            hint="Add it to `places` in demo/names.yaml.",
        )
    return names.places[text].country


def _packed(name: str, made: list[Record]) -> bytes:
    body = _marcxml(made) if ".xml" in name else b"".join(record.as_marc() for record in made)
    if name.endswith(".gz"):
        return gzip.compress(body, mtime=0)
    if name.endswith(".zst"):
        return zstandard.ZstdCompressor(level=10).compress(body)
    return body


def _marcxml(made: list[Record]) -> bytes:
    buffer = io.BytesIO()
    writer = pymarc.XMLWriter(buffer)
    for record in made:
        writer.write(record)
    writer.close(close_fh=False)
    return buffer.getvalue()
