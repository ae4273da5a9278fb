"""What a run would do, without doing it: read for real, in a transaction that is never kept."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from base.errors import UnreachableFailure
from indexer.cluster import InterimMatcher, cluster
from indexer.contracts import catalogue_pipeline
from indexer.decide import Decision, changes_since, decide
from indexer.gates import lost_records
from indexer.guard import lock
from indexer.intake import Intake, TooManyRejected, check_rejected, rejected_gates
from indexer.names import IndexNames
from indexer.publish import live_index, shape
from indexer.report import Gate, Rejections, institution_report
from indexer.taking import check_sources, extent_of, read_all
from records import open_store, store_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from base.settings import Settings, Source
    from indexer.contracts import Pipeline
    from indexer.intake import CheckedSource
    from indexer.progress import Progress
    from indexer.publish import IndexInfo
    from indexer.report import InstitutionReport
    from records import RecordStore
    from records.titles import ChangeCounts

_PLANNED = 1 << 62
"""Stands for the number of a run that never was."""


class InstitutionPlan(msgspec.Struct, frozen=True):
    """Records of an institution that the live index would gain, see changed and lose, and why."""

    added: int
    changed: int
    deleted: int
    why: list[str]
    read: InstitutionReport | None = None


class Plan(msgspec.Struct, frozen=True):
    """What `hkall plan --json` prints; ``mode`` and ``why`` as in `indexer.report.Report`.

    ``problem`` is what would end the run before it builds, ``refusals`` are gates that would refuse, as far as they can be told without an index.
    """

    mode: str
    why: str
    titles: int
    changed_titles: int
    by_institution: dict[str, InstitutionPlan]
    refusals: list[Gate]
    attention: list[str]
    rejections_file: str = ""
    problem: str = ""


def plan(settings: Settings, sources: Sequence[Source], progress: Progress) -> Plan:
    """Read the sources, tell what a run would change, leave store and index as they are.

    Elasticsearch is looked at where it runs; it is not started.

    Raises:
        HkallError: as `indexer.reindex.reindex`, of files that cannot be read and the like.
    """
    attention: list[str] = []
    checked = check_sources(sources, attention)
    pipeline = catalogue_pipeline()
    live, real = _live(settings, attention)
    with (
        lock(settings),
        open_store(store_path(settings)) as store,
        closing(_Rehearsal(settings, store, attention)) as rehearsed,
    ):
        rehearsed.read(checked, pipeline, progress)
        with store.rehearsal():
            return rehearsed.planned(checked, live, pipeline, real)


def _live(settings: Settings, attention: list[str]) -> tuple[IndexInfo | None, str]:
    from engine import connect, translated

    try:
        client = connect(settings, start=False)
        with translated(client):
            live = live_index(client, IndexNames(settings.titles_alias))
            return live, shape(client, live.name) if live else ""
    except UnreachableFailure as error:
        attention.append(f"no live index was looked at: {error.message}")
        return None, ""


class _Rehearsal:
    """The reading of a run that never was."""

    def __init__(self, settings: Settings, store: RecordStore, attention: list[str]) -> None:
        self._settings = settings
        self._store = store
        self._attention = attention
        day = datetime.now(UTC).date().isoformat()
        path = settings.home_path / "rejected" / f"{settings.prefix}-plan.jsonl"
        self._rejections = Rejections(path)
        workers = settings.build.workers
        self._intake = Intake(store, _PLANNED, day, self._rejections, workers)

    def close(self) -> None:
        """Forget what was read; the list of rejections stays until the next plan."""
        self._rejections.close()
        self._intake.close()

    def read(
        self, checked: Sequence[CheckedSource], pipeline: Pipeline, progress: Progress
    ) -> None:
        """Read every source beside the store."""
        read_all(checked, self._intake, pipeline, progress)

    def planned(
        self,
        checked: Sequence[CheckedSource],
        live: IndexInfo | None,
        pipeline: Pipeline,
        real: str,
    ) -> Plan:
        """Take in what was read and look at it; belongs into a transaction that is not kept."""
        problem = self._take(checked)
        if stale := self._store.rules.stale_count(pipeline.fingerprint):
            self._attention.append(
                f"{stale:,} stored records were mapped by other rules than those of today: a run maps"
                " them anew, and what that changes is not in this plan"
            )
        meta = pipeline.index_body["mappings"].get("_meta", {})
        decision = decide(
            live,
            self._store,
            fingerprint=meta.get("index_fingerprint", ""),
            shape=real,
            delta_share=self._settings.build.delta_share,
            full=False,
        )
        return self._plan(decision, problem)

    def _take(self, checked: Sequence[CheckedSource]) -> str:
        """Returns what would end the run, empty where nothing would."""
        limit = self._settings.build.max_rejected_share
        try:
            found = rejected_gates(self._intake.tallies, limit)
            check_rejected(found, self._rejections.path)
        except TooManyRejected as refusal:
            return refusal.message
        for institution in list(self._intake.tallies):
            extent = extent_of(institution, [each.source for each in checked])
            self._intake.settle(institution, extent, limit)
        cluster(self._store, InterimMatcher())
        return ""

    def _plan(self, decision: Decision, problem: str) -> Plan:
        changes = changes_since(decision.live, self._store)
        gates: list[Gate] = []
        if changes is not None:
            gates += lost_records(changes, self._store.counts(), self._settings.gates)
        elif decision.live is not None:
            self._attention.append(
                "the live index does not hold what this record store held:"
                " every record counts as added, and no gate was tried"
            )
        changes = self._store.change_counts(0) if changes is None else changes
        codes = sorted({*changes, *self._intake.tallies})
        return Plan(
            mode=decision.mode,
            why=decision.why,
            titles=self._store.title_count(),
            changed_titles=decision.changed,
            by_institution={code: self._of(code, changes.get(code)) for code in codes},
            refusals=[gate for gate in gates if gate.refuses],
            attention=self._attention,
            rejections_file=str(self._rejections.path) if self._rejections.count else "",
            problem=problem,
        )

    def _of(self, institution: str, counts: ChangeCounts | None) -> InstitutionPlan:
        tally = self._intake.tallies.get(institution)
        read = institution_report(tally) if tally else None
        numbers = (counts.added, counts.changed, counts.deleted) if counts else (0, 0, 0)
        return InstitutionPlan(*numbers, _why(read, sum(numbers)), read)


def _why(read: InstitutionReport | None, changes: int) -> list[str]:
    """What the files say that makes the changes, and what was read before and is not live."""
    if read is None:
        return ["not among the sources: what the live index does not hold yet"]
    said = {
        "new in the files": read.new,
        "other than stored": read.changed,
        "with the status deleted, or listed": read.deleted,
        "not in the files any more": read.absent,
        "kept though the files do not confirm them": read.kept,
        "rejected": read.rejected,
    }
    why = [f"{number:,} {words}" for words, number in said.items() if number]
    if changes > read.new + read.changed + read.deleted + read.absent:
        why.append("read earlier: what the live index does not hold yet")
    return why + [f"read incompletely: {file}" for file in read.incomplete_files]
