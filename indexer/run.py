"""The phases of a night: recover, read, cluster, and bring the live index to what the store holds."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import ExitCode, HkallError
from indexer.availability import replay
from indexer.build import Builder
from indexer.cluster import InterimMatcher, cluster
from indexer.decide import Decision, changes_since, decide
from indexer.gates import lost_records, lost_titles, refuse, settle, totals
from indexer.intake import FEW
from indexer.known import live_titles
from indexer.names import IndexNames
from indexer.publish import (
    live_index,
    note_applied,
    prune,
    remove_unfinished,
    shape,
    unblock_left,
    update_meta,
)
from indexer.reading import Options, Reading
from indexer.report import (
    PublicationRefused,
    Rejections,
    Report,
    as_text,
    institution_report,
    summed,
)
from indexer.taking import check_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from elasticsearch import Elasticsearch

    from base.settings import Settings, Source
    from indexer.build import Built
    from indexer.contracts import Pipeline
    from indexer.load import Refused
    from indexer.log import EventLog
    from indexer.progress import Progress
    from indexer.publish import IndexInfo, NewIndex
    from indexer.report import Gate, InstitutionReport
    from records import RecordId, RecordStore


_LISTS = ("files", "incomplete_files", "passed_over")


class NothingToPublish(PublicationRefused):
    """The store holds no title."""

    code = "nothing-to-publish"


class TooManyRefused(PublicationRefused):
    """Elasticsearch refused more documents than the settings allow."""

    code = "too-many-refused"


@dataclass
class Night:
    """A run while it is under way, and what its report will say."""

    settings: Settings
    store: RecordStore
    number: int
    rejections: Rejections
    options: Options
    log: EventLog
    started: float = field(default_factory=time.monotonic)
    phases: dict[str, float] = field(default_factory=dict)
    decision: Decision | None = None
    index: str = ""
    published: bool = False
    applied_seq: int = -1
    titles: int = 0
    refused: list[Refused] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reading = Reading(
            self.settings, self.store, self.number, self.rejections, self.options, self.log
        )
        self.intake = self.reading.intake
        self.attention = self.reading.attention
        self.names = IndexNames(self.settings.titles_alias)

    def close(self) -> None:
        """Write out what was rejected, forget what was only read."""
        self.reading.close()

    @property
    def exit_code(self) -> int:
        """Of a run that did its work."""
        return int(ExitCode.ATTENTION if self.attention else ExitCode.DONE)

    def execute(self, sources: Sequence[Source], pipeline: Pipeline, progress: Progress) -> Report:
        """The phases of the run, in order."""
        from engine import connect, translated

        checked = check_sources(sources, self.attention)
        client = connect(self.settings)
        with translated(client):
            self._recover(client)
            self._restore_ids(client)
            with self._phase("read"):
                self.reading.read(checked, pipeline, progress)
                self.reading.renew(pipeline, progress)
            with self._phase("cluster"):
                cluster(self.store, InterimMatcher())
                self.titles = self.store.title_count()
            self._bring(client, pipeline, progress)
        self._prune(client)
        return self.report(self.exit_code)

    def _prune(self, client: Elasticsearch) -> None:
        from engine import translated

        try:
            with translated(client):
                self.removed += prune(client, self.names, self.settings.build.keep_indices)
        except HkallError as error:  # what was published stays so
            self.attention.append(f"indices that are no longer needed remain: {error.message}")

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.phases[name] = round(time.monotonic() - began, 3)
            self.log.say("phase", name=name, seconds=self.phases[name])

    def _recover(self, client: Elasticsearch) -> None:
        """Undo what a run that was killed left behind."""
        unblocked = unblock_left(client, self.names)
        self.removed += remove_unfinished(client, self.names, self.store.name)
        if unblocked or self.removed:
            self.log.say("recovered", unblocked=unblocked, removed=self.removed)

    def _restore_ids(self, client: Elasticsearch) -> None:
        """A store that was lost gives titles the ids that the live index knows them by."""
        if self.store.is_new and (known := self.store.restore_ids(live_titles(client, self.names))):
            self.log.say("ids-restored", records=known)
            self.attention.append(
                f"the record store was empty while {known:,} records are live: their titles keep their"
                " ids, but availability is lost (`hkall circ publish --all`), and what only earlier deltas had"
            )

    def _bring(self, client: Elasticsearch, pipeline: Pipeline, progress: Progress) -> None:
        """Make the live index hold what the store holds, with the least work."""
        live = live_index(client, self.names)
        if not self.titles and live is None:
            raise NothingToPublish(
                "there is no title to publish", hint="The report says what became of each record."
            )
        meta = pipeline.index_body["mappings"].get("_meta", {})
        self.decision = decide(
            live,
            self.store,
            fingerprint=meta.get("index_fingerprint", ""),
            shape=shape(client, live.name) if live else "",
            delta_share=self.settings.build.delta_share,
            full=self.options.full,
        )
        self.log.say("decision", mode=self.decision.mode, why=self.decision.why)
        if live is not None and self.decision.mode in ("none", "in-place"):
            builder = Builder(client, self.store, pipeline, self.settings)
            self._touch_up(client, builder, live, meta)
        else:
            self._build(client, pipeline, progress)

    def _touch_up(
        self, client: Elasticsearch, builder: Builder, live: IndexInfo, meta: dict[str, Any]
    ) -> None:
        """The live index stays; it gets what it refused, availability, and how it is queried."""
        self.index = live.name
        self.refused = builder.mend(live)
        self._account_for_refused()
        self.applied_seq = replay(client, live.name, self.store, live.applied_seq)
        named = ("query_fingerprint", "definition")
        marks: dict[str, Any] = {name: meta[name] for name in named if name in meta}
        marks |= {"applied_seq": self.applied_seq, "refused": [each.id for each in self.refused]}
        before = (live.query_fingerprint, live.applied_seq, list(live.refused or ()))
        if before != (marks.get(named[0]), marks["applied_seq"], marks["refused"]):
            update_meta(client, live.name, marks)

    def _build(self, client: Elasticsearch, pipeline: Pipeline, progress: Progress) -> None:
        """Build an index and publish it; drop it if anything goes wrong before it is live."""
        if not self.titles:
            raise NothingToPublish(
                "there is no title to publish", hint="The live index is unchanged."
            )
        builder = Builder(client, self.store, pipeline, self.settings)
        new = builder.new(self.names)
        try:
            with self._phase("load"):
                built = self._made(builder, new, progress)
                self.refused = built.refused
                self._account_for_refused()
            with self._phase("publish"):
                self._check(client, built)
                live_settings, store = pipeline.live_settings, self.store.name
                missing = sorted(each.id for each in built.refused)
                new.finish(live_settings, store, now_text(), built.applied_seq, missing)
                new.publish(self.names)
        except BaseException:
            self._drop(client, new)
            raise
        self.index, self.published = new.name, True
        self.applied_seq = replay(client, new.name, self.store, built.applied_seq)
        if self.applied_seq != built.applied_seq:
            note_applied(client, new.name, self.applied_seq)
        self.log.say("published", index=new.name, applied_seq=self.applied_seq)

    def _made(self, builder: Builder, new: NewIndex, progress: Progress) -> Built:
        decision = self.decision
        if decision is not None and decision.live is not None and decision.mode == "clone":
            return builder.clone(new, decision.live, progress)
        return builder.fresh(new, progress)

    def _drop(self, client: Elasticsearch, new: NewIndex) -> None:
        """Drop a half-built index; where Elasticsearch is gone the next run does."""
        from elasticsearch import ApiError, TransportError

        try:
            live = live_index(client, self.names)
            if live is None or live.name != new.name:  # the swap may have come through
                new.drop()
        except (ApiError, TransportError):
            return

    def _check(self, client: Elasticsearch, built: Built) -> None:
        """All is there, and no gate refuses."""
        built.index.check(self.titles - len(built.refused))
        self.gates = settle(self._gates(client, built.index.name), self.options.accepted)
        self.log.gates(self.gates)
        refuse(self.gates)

    def _gates(self, client: Elasticsearch, index: str) -> Iterator[Gate]:
        live, limits = (self.decision.live if self.decision else None), self.settings.gates
        if live is not None:
            if (changes := changes_since(live, self.store)) is not None:
                yield from lost_records(changes, self.store.counts(), limits)
            client.indices.refresh(index=live.name)
            yield from lost_titles(totals(client, live.name), totals(client, index), limits)
        if self.options.measure is not None:
            yield from self.options.measure(client, index)

    def _account_for_refused(self) -> None:
        """Records of this run whose title was refused count as rejected."""
        for refused in self.refused:
            for member in self.store.members_of(refused.id):
                self._reject_refused(member, refused.reason)
        if self.refused:
            self.attention.append(f"Elasticsearch refused {len(self.refused)} titles")
        if len(self.refused) > max(FEW, self.settings.build.max_rejected_share * self.titles):
            raise TooManyRefused(
                f"Elasticsearch refused {len(self.refused)} of {self.titles} titles;"
                " nothing was published",
                hint=f"Its reasons are in {self.rejections.path}.",
            )
        self.reading.check_rejected()

    def _reject_refused(self, member: RecordId, reason: str) -> None:
        record = self.store.get(member)
        if record is None or not self.intake.saw(member):
            return
        institution = member.institution
        self.intake.tallies[institution].bibliographic -= 1
        number = member.control_number
        self.intake.reject(institution, record.origin, "refused-by-elasticsearch", reason, number)

    def report(self, exit_code: int, problem: str = "") -> Report:
        """What is known of the run by now."""
        total = institution_report(summed(self.intake.tallies.values()))
        sums: dict[str, Any] = msgspec.structs.asdict(total)
        for of_institutions_only in ("new", "changed", "unchanged", *_LISTS):
            del sums[of_institutions_only]
        decision = self.decision
        return Report(
            run=self.number,
            index=self.index,
            published=self.published,
            unchanged=bool(decision and decision.mode == "none"),
            mode=decision.mode if decision else "",
            why=decision.why if decision else "",
            changed_titles=decision.changed if decision else 0,
            applied_seq=self.applied_seq,
            gates=[*self.reading.gates, *self.gates],
            exit_code=exit_code,
            problem=as_text(problem),
            attention=[as_text(line) for line in self.attention],
            titles=self.titles,
            failed_documents=len(self.refused),
            remapped=self.reading.remapped,
            by_institution=self._by_institution(),
            rejections=self.rejections.listed,
            rejections_file=str(self.rejections.path) if self.rejections.count else "",
            removed_indices=self.removed,
            seconds=round(time.monotonic() - self.started, 3),
            phases=self.phases,
            **sums,
        )

    def _by_institution(self) -> dict[str, InstitutionReport]:
        tallies = sorted(self.intake.tallies.items())
        return {institution: institution_report(tally) for institution, tally in tallies}


def now_text() -> str:
    """This moment in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
