"""The reading phase: every record of every source into the store, and each one accounted for."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Literal

import msgspec

from indexer.read import FileReader, InputFile, RawRecord, shown
from indexer.report import ORPHAN, PublicationRefused, Rejections, Tally
from indexer.transform.result import RecordProblem
from records.model import Origin, RecordId, Rejection, StoredRecord
from records.store import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from base.settings import Source
    from indexer.contracts import Pipeline, Transform
    from indexer.transform.result import Transformed
    from records.model import Kind
    from records.store import RecordStore

FEW = 20
"""So many rejected records never stop a run, whatever their share."""

_HOLDINGS_TYPES = frozenset("uvxy")
_EVERY = 200
_SUPERSEDED = "superseded"


class TooManyRejected(PublicationRefused):
    """More records of an institution were rejected than the settings allow."""

    code = "too-many-rejected"


class CheckedSource(msgspec.Struct, frozen=True):
    """A source whose files were all checked."""

    source: Source
    files: tuple[InputFile, ...]


class Intake:
    """Reads sources into the store; use inside the store's transaction, `settle` at the end."""

    def __init__(self, store: RecordStore, run: int, day: str, rejections: Rejections) -> None:
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self._store = store
        self._run = run
        self._day = day
        self._rejections = rejections
        self._rejected_numbers: dict[str, set[str]] = defaultdict(set)
        self._unidentified: Counter[str] = Counter()

    def read(
        self, checked: CheckedSource, pipeline: Pipeline, progress: Callable[[int], None]
    ) -> None:
        """Read all files of a source; ``progress`` is called with the bytes read of this source."""
        source = checked.source
        tally = self.tallies[source.institution]
        shape = (pipeline.fingerprint, source.control_number, source.holdings)
        salt = hashlib.blake2b(repr(shape).encode(), digest_size=16).digest()
        taking = _Taking(self, source.institution, pipeline.transform(source), salt)
        before = 0
        for file in checked.files:
            reader = FileReader(source.institution, file)
            for at, item in enumerate(reader):
                taking.take(item)
                if at % _EVERY == 0:
                    progress(before + reader.position)
            tally.files.append(shown(file.path))
            if not reader.complete:
                tally.incomplete.append(shown(file.path))
            before += file.size
            progress(before)

    def settle(self, institution: str, extent: Literal["full", "delta"], limit: float) -> None:
        """After all sources of an institution: what is absent goes, orphans are rejected.

        Nothing goes where a file was read incompletely, where the files hold no record at all, or
        where more than ``limit`` of the records do not say which ones they are: any of these may be
        one that seems absent.
        """
        tally = self.tallies[institution]
        for number in self._rejected_numbers[institution]:
            self._store.mark(RecordId(institution, number), self._run)
        unknown = self._unidentified[institution]
        unsure = tally.incomplete or not tally.read or _exceeds(unknown, tally.read, limit)
        if extent == "full" and unsure:
            tally.kept = self._store.absent(institution, self._run)
        elif extent == "full":
            tally.absent = self._store.remove_absent(institution, self._run)
        for record_id, origin, parent in self._store.orphans(institution, self._run):
            self._store.delete(record_id, "holdings", self._run)
            tally.holdings -= 1
            detail = f"no bibliographic record {parent}" if parent else "names no record in 004"
            self.reject(institution, origin, ORPHAN, detail, record_id.control_number)

    def reject(
        self, institution: str, origin: Origin, reason: str, detail: str, number: str = ""
    ) -> None:
        """Count and note a rejected record; its number, where known, is not absent."""
        self.tallies[institution].rejected[reason] += 1
        self._rejections.add(Rejection(institution, origin, reason, detail, number))
        if number:
            self._rejected_numbers[institution].add(number)
        else:
            self._unidentified[institution] += 1

    def count(self, institution: str, kind: Kind, outcome: Outcome) -> None:
        """Count a record that was taken in."""
        tally = self.tallies[institution]
        if outcome is Outcome.SUPERSEDES:
            tally.skipped[_SUPERSEDED] += 1  # the earlier one; this one takes its place
            return
        self.add(tally, kind, 1)
        match outcome:
            case Outcome.NEW:
                tally.new += 1
            case Outcome.CHANGED:
                tally.changed += 1
            case Outcome.UNCHANGED:
                tally.unchanged += 1

    @staticmethod
    def add(tally: Tally, kind: Kind, number: int) -> None:
        """Add to the count of a kind of record."""
        if kind == "holdings":
            tally.holdings += number
        else:
            tally.bibliographic += number

    def confirm(self, institution: str, digest: bytes, origin: Origin) -> bool:
        """Count a record whose bytes the store already has; false where it has them not."""
        confirmed = self._store.confirm(institution, digest, origin, self._run)
        if confirmed is None:
            return False
        self.count(institution, confirmed.kind, confirmed.outcome)
        return True

    def put(self, record: StoredRecord, digest: bytes) -> None:
        """Take a record into the store and count it."""
        stored = msgspec.structs.replace(record, added=self._day)
        outcome = self._store.put(stored, digest, self._run)
        self.count(record.id.institution, record.kind, outcome)

    def delete(self, record_id: RecordId, kind: Kind) -> None:
        """Delete what a record with the status *deleted* names."""
        tally = self.tallies[record_id.institution]
        tally.deleted += 1
        if self._store.delete(record_id, kind, self._run) is Outcome.SUPERSEDES:
            self.add(tally, kind, -1)
            tally.skipped[_SUPERSEDED] += 1


class _Taking:
    """Takes the records of one source, one by one."""

    def __init__(self, intake: Intake, institution: str, transform: Transform, salt: bytes) -> None:
        self._intake = intake
        self._institution = institution
        self._transform = transform
        self._salt = salt

    def take(self, item: RawRecord | Rejection) -> None:
        """One record, or what could not be read of one."""
        tally = self._intake.tallies[self._institution]
        tally.read += 1
        if isinstance(item, Rejection):
            self._reject(item.origin, item.reason, item.detail, item.control_number)
            return
        tally.repairs.update(item.repairs)
        digest = hashlib.blake2b(item.data, digest_size=16, key=self._salt).digest()
        if not self._intake.confirm(self._institution, digest, item.origin):
            self._map(item, digest)

    def _map(self, raw: RawRecord, digest: bytes) -> None:
        try:
            mapped = self._transform.transform(raw.record)
        except RecordProblem as problem:
            self._reject(raw.origin, problem.reason, problem.detail, problem.control_number)
            return
        record_id = RecordId(self._institution, mapped.control_number)
        match mapped.kind:
            case "bibliographic" | "holdings" as kind:
                self._intake.put(_stored(record_id, kind, raw, mapped), digest)
            case "deleted":
                self._intake.delete(record_id, _kind_by_leader(raw))
            case _:
                self._intake.tallies[self._institution].skipped["not-bibliographic"] += 1

    def _reject(self, origin: Origin, reason: str, detail: str, number: str) -> None:
        self._intake.reject(self._institution, origin, reason, detail, number)


def check_rejected(tallies: dict[str, Tally], limit: float, path: Path) -> None:
    """Stop a run that loses too much.

    Raises:
        TooManyRejected: of an institution more than `FEW` records, and more than this share of
            those read, are damaged (see `Tally.damaged`); or all were rejected.
    """
    for institution, tally in tallies.items():
        rejected, read = tally.rejected.total(), tally.read
        if _exceeds(tally.damaged, read, limit) or FEW < rejected == read:
            raise TooManyRejected(
                f"{institution}: {rejected} of {read} records were rejected, {tally.damaged} as"
                f" damaged; the limit is {limit:.0%} damaged, and that some are taken in",
                hint=f"Nothing was published. The list is in {path}. A higher"
                " build.max_rejected_share lets damaged records pass.",
            )


def _exceeds(number: int, read: int, limit: float) -> bool:
    return number > FEW and number > limit * read


def _kind_by_leader(raw: RawRecord) -> Kind:
    return "holdings" if str(raw.record.leader)[6] in _HOLDINGS_TYPES else "bibliographic"


def _stored(record_id: RecordId, kind: Kind, raw: RawRecord, mapped: Transformed) -> StoredRecord:
    return StoredRecord(
        id=record_id,
        kind=kind,
        syntax=raw.syntax,
        origin=raw.origin,
        data=raw.data,
        document=mapped.document,
        match_keys=mapped.match_keys,
        copies=mapped.copies,
        parent=mapped.parent,
    )
