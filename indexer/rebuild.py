"""The record store made anew from the sources, when the old one is lost or not trusted."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from base.errors import LockedFailure
from indexer.cluster import InterimMatcher, cluster
from indexer.contracts import catalogue_pipeline
from indexer.guard import check_disk, lock
from indexer.intake import Intake, check_rejected, rejected_gates
from indexer.known import live_titles
from indexer.names import IndexNames
from indexer.progress import Silent
from indexer.report import InstitutionReport, Rejections, institution_report
from indexer.taking import check_sources, extent_of, read_all, reads
from records import open_store, store_path
from records.database import StoreError, set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from base.settings import Settings, Source
    from indexer.contracts import Pipeline
    from records import RecordStore


class Rebuilt(msgspec.Struct, frozen=True):
    """What became of a rebuild.

    ``ids_from`` says whence the order of records and the ids of titles were taken: ``store`` (the
    old one), ``index`` (the live one) or empty (there was neither); ``known`` how many records that
    were.
    """

    store: str
    titles: int
    ids_from: str
    known: int
    attention: list[str]
    by_institution: dict[str, InstitutionReport]


def rebuild(
    settings: Settings, sources: Sequence[Source], pipeline: Pipeline | None = None
) -> Rebuilt:
    """Read all sources into a new store and put it in the place of the old one, at once.

    Titles keep their ids: by the old store where it can be read, else by the live index. The live
    index stays; the next run of `reindex` builds one afresh. Until the new store is complete the
    old one is untouched, and it is kept beside the new one afterwards.

    Raises:
        HkallError: the old store is as it was.
    """
    check_disk(settings)
    path = store_path(settings)
    new = path.with_suffix(".rebuild")
    with lock(settings):
        set_aside(new)
        attention: list[str] = []
        with open_store(new) as store:
            ids_from, known = _take_over(settings, store, path)
            attention += _unnamed(store.pending_by_institution(), sources)
            tallies = _read(settings, store, sources, pipeline or catalogue_pipeline(), attention)
            titles = store.title_count()
            store.detach_log()
        set_aside(path)
        new.replace(path)
    return Rebuilt(str(path), titles, ids_from, known, attention, tallies)


def _unnamed(before: Mapping[str, int], sources: Sequence[Source]) -> Iterator[str]:
    """What the old store or the live index had, and no source names."""
    named = {source.institution for source in sources}
    for institution, count in before.items():
        if institution not in named:
            yield (
                f"{institution}: no record of it is in the new store: no source names it,"
                f" and there were {count:,}"
            )


def _take_over(settings: Settings, store: RecordStore, old: Path) -> tuple[str, int]:
    from engine import connect, translated

    if old.exists():
        try:
            return "store", store.inherit(old)
        except LockedFailure:
            raise
        except StoreError:
            pass  # that is what the live index is asked for
    client = connect(settings)
    with translated(client):
        known = store.restore_ids(live_titles(client, IndexNames(settings.titles_alias)))
    return ("index" if known else ""), known


def _read(
    settings: Settings,
    store: RecordStore,
    sources: Sequence[Source],
    pipeline: Pipeline,
    attention: list[str],
) -> dict[str, InstitutionReport]:
    limit, workers = settings.build.max_rejected_share, settings.build.workers
    checked = check_sources(sources, attention, "no record of it is in the new store")
    now = datetime.now(UTC)
    run = store.runs.start(now.isoformat(timespec="seconds"))
    path = settings.home_path / "rejected" / f"{settings.prefix}-rebuild.jsonl"
    with (
        closing(Rejections(path)) as rejections,
        closing(Intake(store, run, now.date().isoformat(), rejections, workers)) as intake,
    ):
        read_all(checked, intake, pipeline, Silent())
        check_rejected(rejected_gates(intake.tallies, limit), path)
        for institution, tally in intake.tallies.items():
            extent = extent_of(institution, [each.source for each in checked])
            intake.settle(institution, extent, limit)
            if extent == "delta":
                attention.append(f"{institution}: only what its deltas hold is in the new store")
            if tally.incomplete:
                attention.append(f"{institution}: read incompletely: {', '.join(tally.incomplete)}")
        store.runs.put_sources(reads(checked, intake.tallies, run))
        cluster(store, InterimMatcher())
        return {code: institution_report(tally) for code, tally in sorted(intake.tallies.items())}
