"""MARC records to order, for the tests of reading and of whole runs."""

from __future__ import annotations

import gzip
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pymarc
import pytest
import zstandard

from indexer.contracts import catalogue_pipeline
from indexer.names import IndexNames
from indexer.publish import list_indices
from indexer.reading import Options
from indexer.reindex import reindex
from indexer.sources import from_flags
from records import open_store, store_path
from records.marcxml import serialise

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

    def isbn(self, number):
        """A valid ISBN of 13 digits, another one for each number."""
        digits = f"978{number:09d}"
        total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
        return f"{digits}{-total % 10}"

    def iso(self, *records: pymarc.Record) -> bytes:
        """Records in ISO 2709."""
        return b"".join(record.as_marc() for record in records)

    def xml(self, *records: pymarc.Record) -> bytes:
        """Records in MARCXML."""
        parts = (serialise(str(record.leader), record.fields) for record in records)
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


class Catalogue:
    """A catalogue of its own on the shared node."""

    def __init__(self, node, settings, marc, write):
        self.node, self.settings, self.marc, self._write = node, settings, marc, write
        self.names = IndexNames(settings.titles_alias)

    def run(self, extent="full", options=Options(), **files):  # noqa: B008 - frozen
        """Reindex institutions with records (or bytes) of theirs."""
        return reindex(self.settings, self.sources(extent, **files), options=options)

    def sources(self, extent="full", **files):
        flags = []
        for institution, content in files.items():
            data = content if isinstance(content, bytes) else self.marc.iso(*content)
            flags.append(f"{institution}={self._write(f'{institution}.mrc', data)}")
        return from_flags(flags, extent=extent)

    def titles(self):
        """Ids of the live titles with their members."""
        self.node.indices.refresh(index=self.names.alias)
        return {
            title: [f"{m['institution']}:{m['control_number']}" for m in found["members"]]
            for title, found in self.documents().items()
        }

    def live(self):
        return [info.name for info in list_indices(self.node, self.names) if info.live]

    def documents(self):
        """The live titles' documents, by id."""
        self.node.indices.refresh(index=self.names.alias)
        found = self.node.search(index=self.names.alias, size=10_000)["hits"]["hits"]
        return {hit["_id"]: hit["_source"] for hit in found}

    def batch(self):
        """The documents that a fresh build of the store would hold, by id."""
        pipeline = catalogue_pipeline()
        with self.store() as store:
            return {
                title.id: msgspec.to_builtins(pipeline.merge(title))
                for title in store.iter_titles()
            }

    def store(self):
        """The record store, opened."""
        return open_store(store_path(self.settings))

    def changed(self, **groups):
        """The same catalogue with other settings: ``gates={"few": 0}``."""
        settings = self.settings
        for name, values in groups.items():
            group = msgspec.structs.replace(getattr(settings, name), **values)
            settings = msgspec.structs.replace(settings, **{name: group})
        return Catalogue(self.node, settings, self.marc, self._write)


@pytest.fixture
def catalogue(node, node_settings, marc, write):
    prefix = f"hkall-test-{uuid.uuid4().hex[:8]}"
    made = Catalogue(node, msgspec.structs.replace(node_settings, prefix=prefix), marc, write)
    yield made
    for info in list_indices(node, made.names):
        node.indices.delete(index=info.name)


@pytest.fixture
def as_catalogue(marc, write):
    """Makes a catalogue of a client and settings."""
    return lambda node, settings: Catalogue(node, settings, marc, write)
