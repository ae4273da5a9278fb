"""One record of a source after another: digest, map, pack."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from indexer.read import RawRecord
from indexer.read.marcxml import xml_records
from indexer.transform.result import RecordProblem
from indexer.workers.handover import Deleted, Known, Mapped, Skipped
from records.codec import Codec, pack_copies
from records.iso2709 import Damaged, parse
from records.marcxml import parsed_of
from records.model import PackedRecord, RecordId, Rejection
from records.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Container

    from base.settings import Source
    from indexer.contracts import Pipeline
    from indexer.transform.result import Transformed
    from indexer.workers.handover import Item
    from records.model import Kind, Origin, Syntax
    from records.parsed import Parsed

_HOLDINGS_TYPES = frozenset("uvxy")


class Mapper:
    """Maps the records of one source.

    Args:
        source: whose they are.
        pipeline: how they become documents.
        known: digests that the store has: such records are not mapped again.
    """

    def __init__(self, source: Source, pipeline: Pipeline, known: Container[bytes]) -> None:
        self._institution = source.institution
        self._by_001 = source.control_number[:1] == ("001",)
        self._transform = pipeline.transform(source)
        self._known = known
        self._codec = Codec()
        self._rules = rules_of(pipeline, source).key

    def item(self, raw: RawRecord | Rejection) -> Item:
        """What to hand over of a record as it was read."""
        if isinstance(raw, Rejection):
            # the reader knows its 001 only, which is no number of this source's where another field is
            return raw if self._by_001 else msgspec.structs.replace(raw, control_number="")
        digest = self._digest(raw.data)
        if digest in self._known:
            return Known(raw.origin, raw.syntax, digest, raw.data, raw.repairs)
        return self._map(raw, digest)

    def again(self, origin: Origin, syntax: Syntax, data: bytes) -> Item:
        """What a record is, mapped from the bytes that the store has of it.

        Raises:
            Damaged: the bytes cannot be read any more.
        """
        return self.map_known(Known(origin, syntax, self._digest(data), data))

    def _digest(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, digest_size=16, key=self._rules).digest()

    def map_known(self, known: Known) -> Item:
        """What a record is that was handed over unmapped."""
        content = _parsed_again(known)
        return self._map(RawRecord(known.origin, known.syntax, known.data, content), known.digest)

    def _map(self, raw: RawRecord, digest: bytes) -> Item:
        try:
            mapped = self._transform.transform(raw.content)
        except RecordProblem as problem:
            number = problem.control_number
            reason, detail = problem.reason, problem.detail
            return Rejection(self._institution, raw.origin, reason, detail, number)
        match mapped.kind:
            case "bibliographic" | "holdings" as kind:
                return Mapped(self._packed(kind, raw, mapped, digest), raw.repairs)
            case "deleted":
                kind = kind_by_leader(raw.content)
                return Deleted(raw.origin, kind, mapped.control_number, raw.repairs)
            case _:
                return Skipped(raw.origin, raw.repairs)

    def _packed(
        self, kind: Kind, raw: RawRecord, mapped: Transformed, digest: bytes
    ) -> PackedRecord:
        return PackedRecord(
            id=RecordId(self._institution, mapped.control_number),
            kind=kind,
            syntax=raw.syntax,
            origin=raw.origin,
            digest=digest,
            data=self._codec.pack_bytes(raw.data),
            document=self._codec.pack_document(mapped.document),
            copies=pack_copies(mapped.copies),
            match_keys=mapped.match_keys,
            parent=mapped.parent,
            rules=self._rules,
        )


def rules_of(pipeline: Pipeline, source: Source) -> Rules:
    """What shapes the documents of a source's records beside their bytes."""
    shape = (pipeline.fingerprint, source.control_number, source.holdings)
    key = hashlib.blake2b(repr(shape).encode(), digest_size=16).digest()
    return Rules(key, *shape)


def kind_by_leader(content: Parsed) -> Kind:
    """The number space of a record that was deleted."""
    return "holdings" if content.leader[6] in _HOLDINGS_TYPES else "bibliographic"


def _parsed_again(known: Known) -> Parsed:
    if known.syntax == "iso2709":
        return parse(known.data)
    (element,) = xml_records(BytesIO(known.data))
    assert not isinstance(element.record, Damaged)  # noqa: S101 - it was read before
    return parsed_of(element.record, known.repairs)
