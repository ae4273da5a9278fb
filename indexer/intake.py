"""The reading phase: every record of every source into the store, and each one accounted for."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Literal

import msgspec

from indexer.read.files import ReadProblem
from indexer.report import ORPHAN, Gate, PublicationRefused, Rejections, Tally
from indexer.workers import Deleted, Known, Mapped, Readers, Skipped
from indexer.workers.mapper import rules_of
from records.model import RecordId, Rejection
from records.stage import TAKEN, Arrival, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from base.settings import Source
    from indexer.contracts import Pipeline
    from indexer.read import InputFile
    from indexer.workers import Item
    from records.model import Kind, Origin, PackedRecord
    from records.stage import Stage
    from records.store import RecordStore

FEW = 20
"""So many rejected records never stop a run, whatever their share."""

_SUPERSEDED = "superseded"
_COUNTED = {Word.SAME: "unchanged", Word.CHANGED: "changed", Word.NEW: "new"}
"""As what a record is counted by the word on it."""

INCOMPLETE = "source-incomplete"
"""Why records were skipped that came in a source which was read incompletely."""


class TooManyRejected(PublicationRefused):
    """More records of an institution were rejected than the settings allow."""

    code = "too-many-rejected"


class CheckedSource(msgspec.Struct, frozen=True):
    """A source whose files were all checked."""

    source: Source
    files: tuple[InputFile, ...]
    deletes: tuple[Path, ...] = ()


class Intake:
    """Reads sources beside the store, and takes an institution in when all of it was read.

    `read` (and `delete_listed`) for every source of an institution, then `settle`. Until then the
    store is as it was; a run that dies loses only its own reading. ``workers`` is how many
    processes read large sources, 0 for one a processor.
    """

    def __init__(
        self, store: RecordStore, run: int, day: str, rejections: Rejections, workers: int = 0
    ) -> None:
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self._store = store
        self._run = run
        self._day = day
        self._rejections = rejections
        self._workers = workers
        self._readers: Readers | None = None
        self._stages: dict[str, Stage] = {}
        self._rejected_numbers: dict[str, set[str]] = defaultdict(set)
        self._unidentified: Counter[str] = Counter()

    def close(self) -> None:
        """Forget what was read, end the workers."""
        self._end_readers()
        for stage in self._stages.values():
            stage.close()
        self._stages.clear()

    def read(
        self, checked: CheckedSource, pipeline: Pipeline, progress: Callable[[int], None]
    ) -> None:
        """Read all files of a source; ``progress`` is called with the bytes read of this source."""
        source = checked.source
        tally = self.tallies[source.institution]
        readers = self._readers_with(pipeline)
        self._store.rules.note(rules_of(pipeline, source))
        before = 0
        with closing(self._store.digests(source.institution)) as known:
            for batch in readers.read(source, checked.files, known):
                for item in batch.items:
                    self._take(source, item, readers)
                progress(before + batch.position)
                if batch.ended:
                    file = checked.files[batch.file]
                    tally.files.append(file.name)
                    tally.passed_over += file.beside
                    if not batch.complete:
                        tally.incomplete.append(file.name)
                    before += file.size

    def _readers_with(self, pipeline: Pipeline) -> Readers:
        if self._readers is None or self._readers.pipeline is not pipeline:
            self._end_readers()
            self._readers = Readers(pipeline, self._workers)
        return self._readers

    def _end_readers(self) -> None:
        if self._readers is not None:
            self._readers.close()

    def _take(self, source: Source, item: Item, readers: Readers) -> None:
        """One record, or what could not be read of one."""
        tally = self.tallies[source.institution]
        if isinstance(item, Known) and not self.confirm(source.institution, item.digest):
            item = readers.map_known(source, item)
        tally.read += 1
        if isinstance(item, Rejection):
            self.reject(
                item.institution, item.origin, item.reason, item.detail, item.control_number
            )
            return
        tally.repairs.update(item.repairs)
        match item:
            case Mapped():
                self.put(item.record)
            case Deleted():
                self.delete(RecordId(source.institution, item.control_number), item.kind)
            case Skipped():
                tally.skipped["not-bibliographic"] += 1

    def delete_listed(self, institution: str, path: Path) -> None:
        """Delete the records that a file lists: a control number a line, ``#`` before remarks.

        A number means the bibliographic record, or where there is none, the holdings record. The
        list has the last word on what was read before.

        Raises:
            ReadProblem: the file cannot be read as text in UTF-8.
        """
        for number in _listed(path):
            record_id = RecordId(institution, number)
            known = self._store.holds(record_id) or self._stage(institution).has(
                record_id, "bibliographic"
            )
            self.tallies[institution].read += 1
            self.delete(record_id, "bibliographic" if known else "holdings")

    def settle(self, institution: str, extent: Literal["full", "delta"], limit: float) -> None:
        """After all sources of an institution: take in what was read, in one transaction.

        Where a file was read incompletely and the store has records of the institution, it keeps
        them all as they are. Nothing goes by absence where the files hold no record at all, or
        where more than ``limit`` of the records do not say which ones they are: any of these may be
        one that seems absent.
        """
        self._end_readers()  # after the reading they would only hold memory
        tally = self.tallies[institution]
        if tally.incomplete and (stored := self._store.count_of(institution)):
            _keep(tally, stored)
            return
        stage = self._stage(institution)
        for number in self._rejected_numbers[institution]:
            stage.mark(number)
        with self._store.transaction():
            self._store.take(institution, stage, self._day, self._run)
            unknown = self._unidentified[institution]
            unsure = tally.incomplete or not tally.read or _exceeds(unknown, tally.read, limit)
            if extent == "full" and unsure:
                tally.kept = sum(1 for _ in self._store.absent(institution, stage))
            elif extent == "full":
                tally.absent = self._store.remove_absent(institution, stage, self._run)
            self._reject_orphans(institution, stage)

    def _reject_orphans(self, institution: str, stage: Stage) -> None:
        for record_id, origin, parent in self._store.orphans(institution, stage):
            self._store.delete(record_id, "holdings", self._run)
            word = stage.word("holdings", record_id.control_number)
            assert word is not None  # noqa: S101 - an orphan is one of the stage's
            self._recount(self.tallies[institution], "holdings", word, -1)
            detail = f"no bibliographic record {parent}" if parent else "names no record in 004"
            self.reject(institution, origin, ORPHAN, detail, record_id.control_number)

    def saw(self, record_id: RecordId) -> bool:
        """Whether this run read a bibliographic record of this number and did not reject it."""
        stage = self._stages.get(record_id.institution)
        return stage is not None and stage.has(record_id, "bibliographic")

    def _stage(self, institution: str) -> Stage:
        if institution not in self._stages:
            self._stages[institution] = self._store.stage()
        return self._stages[institution]

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

    def confirm(self, institution: str, digest: bytes) -> bool:
        """Count a record whose bytes the store already has; false where it has them not."""
        known = self._store.known(institution, digest)
        if known is None:
            return False
        arrival = Arrival(known.kind, known.control_number, Word.SAME)
        earlier = self._stage(institution).say(arrival)
        self._count(institution, known.kind, Word.SAME, earlier)
        return True

    def put(self, record: PackedRecord) -> None:
        """Stage a record that is new or changed, and count it."""
        institution = record.id.institution
        held = self._store.holds(record.id, record.kind)
        earlier = self._stage(institution).put(record, held=held)
        self._count(institution, record.kind, Word.CHANGED if held else Word.NEW, earlier)

    def delete(self, record_id: RecordId, kind: Kind) -> None:
        """Delete what a record with the status *deleted*, or a list, names."""
        tally = self.tallies[record_id.institution]
        tally.deleted += 1
        arrival = Arrival(kind, record_id.control_number, Word.DELETED)
        self._supersede(tally, kind, self._stage(record_id.institution).say(arrival))

    def _count(self, institution: str, kind: Kind, word: Word, earlier: Word | None) -> None:
        """Count a record that was read; an earlier one of the same number is superseded by it."""
        tally = self.tallies[institution]
        self._supersede(tally, kind, earlier)
        self._recount(tally, kind, word, 1)

    def _supersede(self, tally: Tally, kind: Kind, earlier: Word | None) -> None:
        if earlier in TAKEN:
            self._recount(tally, kind, earlier, -1)
            tally.skipped[_SUPERSEDED] += 1

    @staticmethod
    def _recount(tally: Tally, kind: Kind, word: Word, number: int) -> None:
        if kind == "holdings":
            tally.holdings += number
        else:
            tally.bibliographic += number
        setattr(tally, _COUNTED[word], getattr(tally, _COUNTED[word]) + number)


def _keep(tally: Tally, stored: int) -> None:
    """Nothing that was read is taken in: all that is stored is kept."""
    tally.kept = stored
    tally.skipped[INCOMPLETE] += tally.bibliographic + tally.holdings + tally.deleted
    tally.bibliographic = tally.holdings = tally.deleted = 0
    tally.new = tally.changed = tally.unchanged = 0


def _listed(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadProblem(
            f"{path}: the list of deletions cannot be read: {error}",
            hint="It is a text file in UTF-8 with a control number in each line.",
        ) from error
    for line in text.splitlines():
        if number := line.partition("#")[0].strip():
            yield number


def rejected_gates(tallies: Mapping[str, Tally], limit: float) -> list[Gate]:
    """The gate `rejected`, where it refuses: institutions of which too much is lost.

    That is more than `FEW` records, and more than this share of those read, as damaged (see
    `Tally.damaged`); or all of them.
    """
    found = []
    for institution, tally in tallies.items():
        rejected, read = tally.rejected.total(), tally.read
        if _exceeds(tally.damaged, read, limit) or FEW < rejected == read:
            detail = f"{rejected} of {read} records were rejected, {tally.damaged} as damaged"
            share = round(tally.damaged / read, 4)
            found.append(Gate("rejected", institution, limit, detail, share, refuses=True))
    return found


def check_rejected(gates: Sequence[Gate], path: Path) -> None:
    """Stop a run that loses too much.

    Args:
        gates: as `rejected_gates` found them, and a person accepted them.
        path: of the list of rejections.

    Raises:
        TooManyRejected: one refuses and was not accepted; all such are named.
    """
    closed = [gate for gate in gates if not gate.accepted]
    if not closed:
        return
    said = "; ".join(f"{gate.subject}: {gate.detail}" for gate in closed)
    flags = " ".join(f"--accept rejected:{gate.subject}" for gate in gates)
    raise TooManyRejected(
        f"{said}; the limit is {closed[0].limit:.0%} damaged, and that some are taken in",
        hint=f"Nothing was published. The list is in {path}. {flags} --reason '…' lets the other"
        " records pass once, a higher build.max_rejected_share always.",
    )


def _exceeds(number: int, read: int, limit: float) -> bool:
    return number > FEW and number > limit * read
