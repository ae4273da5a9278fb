"""MARC records to order, for the tests of reading and of whole runs."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pymarc
import pytest
import zstandard

from indexer.read.marcxml import serialise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SHARED = Path(__file__).parents[3] / "shared" / "data" / "marc"


class Marc:
    """Makes records and files."""

    def record(self, number, title="Title", *, leader="     nam a22     uu 4500", **more):
        """A pymarc record; ``more``: year, isbn, parent (a 004), status, fields."""
        record = pymarc.Record()
        status = more.get("status", "n")
        record.leader = pymarc.Leader(leader[:5] + status + leader[6:])
        if number:
            record.add_field(pymarc.Field("001", data=number))
        if parent := more.get("parent"):
            record.add_field(pymarc.Field("004", data=parent))
        year = more.get("year", "1999")
        record.add_field(pymarc.Field("008", data=f"000000s{year}    hk            000 0 eng d"))
        if isbn := more.get("isbn"):
            record.add_field(self.field("020", a=isbn))
        if title:
            record.add_field(self.field("245", "10", a=title))
        for field in more.get("fields", ()):
            record.add_field(field)
        return record

    def field(self, tag, indicators="  ", **subfields):
        """A data field."""
        pairs = [pymarc.Subfield(code, value) for code, value in subfields.items()]
        return pymarc.Field(tag, indicators=pymarc.Indicators(*indicators), subfields=pairs)

    def holdings(self, number, parent, location="Main"):
        """A MARC holdings record."""
        fields = [self.field("852", b=location)]
        leader = "     nx  a22     1n 4500"
        return self.record(number, "", leader=leader, parent=parent, fields=fields)

    def iso(self, *records: pymarc.Record) -> bytes:
        """Records in ISO 2709."""
        return b"".join(record.as_marc() for record in records)

    def xml(self, *records: pymarc.Record) -> bytes:
        """Records in MARCXML."""
        parts = (serialise(str(record.leader), record.fields).decode() for record in records)
        return f"<collection>{''.join(parts)}</collection>".encode()


@pytest.fixture(scope="session")
def marc() -> Marc:
    """A maker of records."""
    return Marc()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file below the test's folder, compressed as its name says."""

    def write_file(name: str, data: bytes) -> Path:
        path = tmp_path / name
        if name.endswith(".gz"):
            data = gzip.compress(data)
        elif name.endswith(".zst"):
            data = zstandard.compress(data)
        path.write_bytes(data)
        return path

    return write_file


@pytest.fixture(scope="session")
def shared_files() -> Iterable[Path]:
    """Real MARC files beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no collection of real MARC files beside the checkout ({SHARED.name}/)")
    return sorted(SHARED.iterdir())
