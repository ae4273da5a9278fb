"""The reading phase of a night: sources read, settled, rejections kept, old mappings renewed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from indexer.gates import settle
from indexer.intake import Intake, check_rejected, rejected_gates
from indexer.rejected import with_bytes
from indexer.remap import Remapping
from indexer.report import institution_report
from indexer.taking import extent_of, read_all, reads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from base.settings import Settings, Source
    from indexer.contracts import Pipeline
    from indexer.gates import Acceptance, Measure
    from indexer.intake import CheckedSource
    from indexer.log import EventLog
    from indexer.progress import Progress
    from indexer.report import Gate, InstitutionReport, Rejections
    from records import RecordStore


TOGETHER = 100
"""Rejected records that are put into quarantine at once, each with its bytes."""


class Options(msgspec.Struct, frozen=True):
    """What a person, or a caller, wants of one run.

    Args:
        full: build afresh, whatever has changed.
        accepted: gates that may refuse this once.
        measure: gates of the caller's own, such as a relevance suite.
        replay: the sources are what quarantine held: it keeps what is rejected again already, and
            the last file of an institution is still the one that the library sent.
    """

    full: bool = False
    accepted: tuple[Acceptance, ...] = ()
    measure: Measure | None = None
    replay: bool = False


class Reading:
    """Brings the record store to what the sources say.

    Args:
        settings: limits, workers, the configured sources.
        store: to be brought there.
        number: of the run.
        rejections: where rejected records are listed.
        options: of the run.
        log: of the run.
    """

    def __init__(
        self,
        settings: Settings,
        store: RecordStore,
        number: int,
        rejections: Rejections,
        options: Options,
        log: EventLog,
    ) -> None:
        self._settings, self._store, self._number = settings, store, number
        self._rejections, self._options, self._log = rejections, options, log
        self._today = datetime.now(UTC).date().isoformat()
        self.intake = Intake(store, number, self._today, rejections, settings.build.workers)
        self.attention: list[str] = []
        self.gates: list[Gate] = []
        self.remapped = 0

    def close(self) -> None:
        """Write out what was rejected, forget what was only read."""
        try:
            self._rejections.close()
        finally:
            self.intake.close()

    def read(
        self, checked: Sequence[CheckedSource], pipeline: Pipeline, progress: Progress
    ) -> None:
        """Read every source and take in what was read, institution by institution.

        Raises:
            TooManyRejected: an institution's files are damaged beyond the limit; nothing was taken in.
        """
        read_all(checked, self.intake, pipeline, progress)
        self.check_rejected()
        for institution in list(self.intake.tallies):
            self._settle(institution, [s.source for s in checked])
        if not self._options.replay:
            self._store.runs.put_sources(reads(checked, self.intake.tallies, self._number))
            self._quarantine(checked)

    def renew(self, pipeline: Pipeline, progress: Progress) -> None:
        """Map anew what other rules have mapped: of all institutions, named by this run or not."""
        build = self._settings.build
        remapping = Remapping(pipeline, self._settings.source, build.workers)
        failed = 0
        for rejection in remapping.run(self._store, self._today, self._number, progress):
            self._rejections.add(rejection)
            failed += 1
        self.remapped = remapping.count
        if remapping.count:
            self._log.say("remapped", records=remapping.count, failed=failed)
        if failed:
            self.attention.append(
                f"{failed} stored records cannot be mapped by the rules of today and stay as they were"
            )

    def check_rejected(self) -> None:
        """Stop where an institution's files are damaged beyond the limit, unless that is accepted."""
        before, found = self.gates, rejected_gates(self.intake.tallies, self._limit)
        self.gates = settle(found, self._options.accepted)
        if self.gates != before:
            self._log.gates(self.gates)
        check_rejected(self.gates, self._rejections.path)

    def _settle(self, institution: str, sources: Sequence[Source]) -> None:
        extent = extent_of(institution, sources)
        self.intake.settle(institution, extent, self._limit)
        tally = self.intake.tallies[institution]
        if tally.incomplete:
            files = ", ".join(tally.incomplete)
            self.attention.append(f"{institution}: read incompletely: {files}")
        if extent == "full" and not tally.read:
            self.attention.append(f"{institution}: there is no record in its files")
        if tally.kept:
            self.attention.append(
                f"{institution}: {tally.kept} records that the files did not confirm were kept"
            )
        self._log.say("read", institution=institution, **_counts(institution_report(tally)))

    def _quarantine(self, checked: Sequence[CheckedSource]) -> None:
        """Keep what was rejected with its bytes; what has come in since, or anew, goes."""
        files = [file for source in checked for file in source.files]
        rejected = with_bytes(self._rejections.by_place(), files, self._number)
        while some := list(islice(rejected, TOGETHER)):  # reading them must keep nobody waiting
            with self._store.transaction():
                self._store.quarantine.add(some)
        sources = [each.source for each in checked]
        with self._store.transaction():
            for institution, tally in self.intake.tallies.items():
                if extent_of(institution, sources) == "full" and not tally.incomplete:
                    self._store.quarantine.renew(institution, self._number)
                else:
                    taken = self.intake.saw
                    self._store.quarantine.supersede(institution, self._number, taken)

    @property
    def _limit(self) -> float:
        return self._settings.build.max_rejected_share


def _counts(report: InstitutionReport) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(report).items() if value}
