"""One run: read the sources, cluster, build an index beside the live one, publish it.

Nothing of a run that does not publish stays: neither in the record store nor in Elasticsearch.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import ExitCode, HkallError, LockedFailure, ResourceFailure
from indexer.cluster import InterimMatcher
from indexer.contracts import Pipeline, catalogue_pipeline
from indexer.intake import FEW, CheckedSource, Intake, check_rejected
from indexer.load import Loading, Refused, load
from indexer.names import IndexNames
from indexer.progress import Progress, Silent
from indexer.publish import NewIndex, prune, remove_unfinished
from indexer.read import check_files, shown
from indexer.report import PublicationRefused, Rejections, Report, institution_report, summed
from records import RecordId, Run, SourceRead, open_store, store_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from elasticsearch import Elasticsearch

    from base.settings import Settings, Source
    from indexer.report import InstitutionReport
    from indexer.sources import Extent
    from records import RecordStore, StoredTitle

MIB = 1 << 20


class RunLocked(LockedFailure):
    """Another run of the same prefix is at work."""

    code = "run-locked"


class TooLittleDisk(ResourceFailure):
    """Less disk is free than ``build.min_free_mib``."""

    code = "disk"


class NothingToPublish(PublicationRefused):
    """The store holds no title."""

    code = "nothing-to-publish"


class TooManyRefused(PublicationRefused):
    """Elasticsearch refused more documents than the settings allow."""

    code = "too-many-refused"


def reindex(
    settings: Settings,
    sources: Sequence[Source],
    *,
    pipeline: Pipeline | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read the sources and publish an index of everything that the store then holds.

    Institutions that no source names keep their last records. The run is noted in the store,
    whatever becomes of it.

    Args:
        settings: which Elasticsearch, home, prefix, limits.
        sources: what to read; institutions by their codes.
        pipeline: how records become documents (default: the field catalogue's).
        progress: who is told (default: nobody).

    Returns:
        the report; its ``exit_code`` is 0, or 1 where something needs a person.

    Raises:
        HkallError: the run ended without publishing; live index and store are as before.
    """
    _check_disk(settings)
    with (
        _lock(settings),
        open_store(store_path(settings)) as store,
        _recorded(settings, store) as run,
    ):
        return run.execute(sources, pipeline or catalogue_pipeline(), progress or Silent())


@contextmanager
def _lock(settings: Settings) -> Iterator[None]:
    from filelock import FileLock, Timeout

    path = store_path(settings).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise RunLocked(
            f"another run holds {path}", hint="Wait until it has ended, then run again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _check_disk(settings: Settings) -> None:
    home = settings.home_path
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free // MIB
    if free < settings.build.min_free_mib:
        raise TooLittleDisk(
            f"{home}: {free} MiB are free, {settings.build.min_free_mib} MiB are needed",
            hint="Free some space, or set build.min_free_mib or another HKALL_HOME.",
        )


@contextmanager
def _recorded(settings: Settings, store: RecordStore) -> Iterator[_Run]:
    """Note the run's beginning and end in the store, however it ends."""
    number = store.runs.start(_now_text())
    path = settings.home_path / "rejected" / f"{settings.prefix}-{number}.jsonl"
    run = _Run(settings, store, number, Rejections(path))
    exit_code, problem = int(ExitCode.ATTENTION), ""
    try:
        yield run
        exit_code, problem = run.exit_code, "; ".join(run.attention)
    except HkallError as error:
        exit_code, problem = int(error.exit_code), error.message
        if isinstance(error, PublicationRefused):
            error.report = run.report(exit_code, problem)
        raise
    except KeyboardInterrupt:
        exit_code, problem = int(ExitCode.INTERRUPTED), "interrupted"
        raise
    except BaseException as error:
        problem = repr(error)
        raise
    finally:
        run.rejections.close()
        kept = msgspec.structs.replace(run.report(exit_code, problem), rejections=[])
        noted = Run(number, "", _now_text(), exit_code, problem, msgspec.to_builtins(kept))
        store.runs.finish(noted)


@dataclass
class _Run:
    """A run while it is under way, and what its report will say."""

    settings: Settings
    store: RecordStore
    number: int
    rejections: Rejections
    started: float = field(default_factory=time.monotonic)
    phases: dict[str, float] = field(default_factory=dict)
    index: str = ""
    published: bool = False
    titles: int = 0
    refused: list[Refused] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        today = datetime.now(UTC).date().isoformat()
        self.intake = Intake(self.store, self.number, today, self.rejections)
        self.names = IndexNames(self.settings.titles_alias)

    @property
    def exit_code(self) -> int:
        """Of a run that published."""
        return int(ExitCode.ATTENTION if self.attention else ExitCode.DONE)

    def execute(self, sources: Sequence[Source], pipeline: Pipeline, progress: Progress) -> Report:
        """The phases of the run, in order."""
        from engine import connect, translated

        checked = [CheckedSource(source, tuple(check_files(source))) for source in sources]
        client = connect(self.settings)
        new = NewIndex(client, self.names.new(datetime.now(UTC)), pipeline.index_body)
        with translated(client):
            try:
                with self.store.transaction():
                    with self._phase("read"):
                        self._read(checked, pipeline, progress)
                    with self._phase("cluster"):
                        clusters = InterimMatcher().partition(self.store.iter_match_keys())
                        self.store.set_titles(clusters)
                        self.titles = self.store.title_count()
                    self._build(client, new, pipeline, progress)
            except BaseException:  # the commit may fail too, and Ctrl-C come at any time
                _withdraw(new, self.names)
                raise
        self.index, self.published = new.name, True
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

    def _read(
        self, checked: Sequence[CheckedSource], pipeline: Pipeline, progress: Progress
    ) -> None:
        sizes = [sum(file.size for file in source.files) for source in checked]
        with progress.phase("Reading", sum(sizes), "bytes") as done:
            before = 0
            for source, size in zip(checked, sizes, strict=True):
                self.intake.read(source, pipeline, partial(_plus, done, before))
                before += size
        for institution in self.intake.tallies:
            self._settle(institution, [s.source for s in checked])
        check_rejected(self.intake.tallies, self._limit, self.rejections.path)
        self.store.runs.put_sources(_reads(checked, self.intake, self.number))

    def _settle(self, institution: str, sources: Sequence[Source]) -> None:
        extents = {source.extent for source in sources if source.institution == institution}
        extent: Extent = "full" if "full" in extents else "delta"
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

    @property
    def _limit(self) -> float:
        return self.settings.build.max_rejected_share

    def _build(
        self, client: Elasticsearch, new: NewIndex, pipeline: Pipeline, progress: Progress
    ) -> None:
        """Build an index of all titles and publish it."""
        if not self.titles:
            raise NothingToPublish(
                "there is no title to publish", hint="The report says what became of each record."
            )
        builder = self.store.name
        self.removed += remove_unfinished(client, self.names, builder)
        with self._phase("load"):
            new.create(builder)
            self._load(client, new.name, pipeline, progress)
            self._account_for_refused()
        with self._phase("publish"):
            documents = self.titles - len(self.refused)
            new.finish(documents, pipeline.live_settings, builder, _now_text())
            new.publish(self.names)

    def _load(
        self, client: Elasticsearch, index: str, pipeline: Pipeline, progress: Progress
    ) -> None:
        encoder = msgspec.json.Encoder()

        def document(title: StoredTitle) -> tuple[str, bytes]:
            return title.id, encoder.encode(pipeline.merge(title))

        how = Loading(documents=self.settings.build.bulk_documents)
        with progress.phase("Loading", self.titles, "titles") as done:
            loaded = 0

            def advance(count: int) -> None:
                nonlocal loaded
                loaded += count
                done(loaded)

            documents = map(document, self.store.iter_titles())
            self.refused = load(client, index, documents, how, advance)

    def _account_for_refused(self) -> None:
        """Records of this run whose title was refused count as rejected."""
        for refused in self.refused:
            for member in self.store.members_of(refused.id):
                self._reject_refused(member, refused.reason)
        if self.refused:
            self.attention.append(f"Elasticsearch refused {len(self.refused)} titles")
        if len(self.refused) > max(FEW, self._limit * self.titles):
            raise TooManyRefused(
                f"Elasticsearch refused {len(self.refused)} of {self.titles} titles;"
                " nothing was published",
                hint=f"Its reasons are in {self.rejections.path}.",
            )
        check_rejected(self.intake.tallies, self._limit, self.rejections.path)

    def _reject_refused(self, member: RecordId, reason: str) -> None:
        record = self.store.get(member)
        if record is None or not self.store.seen_in(member, self.number):
            return
        institution = member.institution
        self.intake.tallies[institution].bibliographic -= 1
        number = member.control_number
        self.intake.reject(institution, record.origin, "refused-by-elasticsearch", reason, number)

    def report(self, exit_code: int, problem: str = "") -> Report:
        """What is known of the run by now."""
        total = institution_report(summed(self.intake.tallies.values()))
        sums: dict[str, Any] = msgspec.structs.asdict(total)
        for of_institutions_only in ("new", "changed", "unchanged", "files", "incomplete_files"):
            del sums[of_institutions_only]
        return Report(
            run=self.number,
            index=self.index,
            published=self.published,
            exit_code=exit_code,
            problem=problem,
            attention=self.attention,
            titles=self.titles,
            failed_documents=len(self.refused),
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


def _plus(done: Callable[[int], None], before: int, amount: int) -> None:
    done(before + amount)


def _withdraw(new: NewIndex, names: IndexNames) -> None:
    """Take back what a failed run built; where Elasticsearch is gone the next run does."""
    from elasticsearch import ApiError, TransportError

    try:
        new.withdraw(names)
    except (ApiError, TransportError):
        return


def _reads(checked: Sequence[CheckedSource], intake: Intake, run: int) -> Iterator[SourceRead]:
    """What the store keeps of each institution's last read."""
    newest: dict[str, tuple[float, Path, str]] = {}
    for source in checked:
        institution = source.source.institution
        for file in source.files:
            written = file.path.stat().st_mtime
            if written >= newest.get(institution, (0.0,))[0]:
                newest[institution] = written, file.path, source.source.extent
    for institution, (written, path, extent) in newest.items():
        complete = not intake.tallies[institution].incomplete
        modified = datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds")
        name = shown(path.absolute())
        yield SourceRead(institution, run, _now_text(), extent, complete, name, modified)


def _now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
