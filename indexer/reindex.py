"""One run, from the lock to the report: read the sources, cluster, publish what the store holds.

What was read stays in the record store, whatever becomes of the index: the next run brings what is
not live yet.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import msgspec

from base.errors import ExitCode, ending
from indexer.contracts import Pipeline, catalogue_pipeline
from indexer.guard import check_disk, lock, metrics_path
from indexer.log import EventLog
from indexer.metrics import write_metrics
from indexer.progress import Progress, Silent
from indexer.reading import Options
from indexer.report import PublicationRefused, Rejections, Report, prune_lists
from indexer.run import Night, now_text
from records import Run, explained, open_store, store_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from base.settings import Settings, Source
    from records import RecordStore


def reindex(
    settings: Settings,
    sources: Sequence[Source],
    *,
    pipeline: Pipeline | None = None,
    progress: Progress | None = None,
    options: Options = Options(),  # noqa: B008 - frozen
) -> Report:
    """Read the sources and make the live index hold everything that the store then holds.

    Institutions that no source names keep their last records. The run is noted in the store,
    whatever becomes of it.

    Args:
        settings: which Elasticsearch, home, prefix, limits.
        sources: what to read; institutions by their codes. None: only publish what is stored.
        pipeline: how records become documents (default: the field catalogue's).
        progress: who is told (default: nobody).
        options: a fresh build, gates to pass once, gates of the caller's own.

    Returns:
        the report; its ``exit_code`` is 0, or 1 where something needs a person.

    Raises:
        HkallError: the run ended without publishing; the live index is as before.
    """
    check_disk(settings)
    metrics = metrics_path(settings)
    with (
        lock(settings),
        open_store(store_path(settings)) as store,
        _recorded(settings, store, options, metrics) as night,
    ):
        return night.execute(sources, pipeline or catalogue_pipeline(), progress or Silent())


@contextmanager
def _recorded(
    settings: Settings, store: RecordStore, options: Options, metrics: Path | None
) -> Iterator[Night]:
    """Note the run's beginning and end, however it ends."""
    number = store.runs.start(now_text())
    path = settings.home_path / "rejected" / f"{settings.prefix}-{number}.jsonl"
    log = EventLog(settings, number)
    night = Night(settings, store, number, Rejections(path), options, log)
    exit_code, problem = int(ExitCode.ATTENTION), ""
    try:
        with explained(store_path(settings)):
            log.say("start")
            yield night
        exit_code, problem = night.exit_code, "; ".join(night.attention)
    except BaseException as error:
        code, problem = ending(error)
        exit_code = int(code)
        if isinstance(error, PublicationRefused):
            error.report = night.report(exit_code, problem)
        raise
    finally:
        report = night.report(exit_code, problem)
        with ExitStack() as last:  # from the last to the first, whatever fails: a disk may be full
            if metrics:
                last.callback(_measure, metrics, settings.prefix, log, report)
            last.callback(_note, store, log, report)
            last.callback(prune_lists, path.parent, settings.prefix, number)
            last.callback(night.close)


def _note(store: RecordStore, log: EventLog, report: Report) -> None:
    """Keep a run's report in the store and in the log."""
    kept = msgspec.to_builtins(msgspec.structs.replace(report, rejections=[]))
    exit_code, problem = report.exit_code, report.problem
    store.runs.finish(Run(report.run, "", now_text(), exit_code, problem, kept))
    log.say("end", **kept)


def _measure(path: Path, prefix: str, log: EventLog, report: Report) -> None:
    """Write the metrics; where that fails (the disk is full) the run's own end is not hidden."""
    try:
        write_metrics(path, prefix, report)
    except OSError as error:
        log.say("metrics-lost", problem=str(error))
