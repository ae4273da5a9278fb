"""Rejected records are taken in again after a fix."""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from base.errors import UsageFailure
from base.settings import Source
from indexer.gates import Acceptance
from indexer.reading import Options
from indexer.report import PublicationRefused, read_rejections
from records import open_store, store_path
from records.iso2709 import Damaged, parse
from records.quarantine import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from base.settings import Settings
    from indexer.progress import Progress
    from indexer.report import RejectedRecord, Report
    from records import RecordStore
    from records.model import Origin
    from records.quarantine import Quarantined

_COLLECTION = (
    '<collection xmlns="http://www.loc.gov/MARC21/slim"'
    ' xmlns:marc="http://www.loc.gov/MARC21/slim">'
)
_READ_ON = frozenset({"xml-malformed", "xml-doctype"})  # what follows was not read either


class ReasonError(UsageFailure):
    """There is no reason of that code."""

    code = "reason"


def check_reason(code: str) -> str:
    """The code of a reason, as it was given; empty stays empty.

    Raises:
        ReasonError: there is none of that name; the hint has the nearest one, and all.
    """
    if not code or code in REASONS:
        return code
    from difflib import get_close_matches

    near = get_close_matches(code, REASONS, 1)
    meant = f"{near[0]} is meant? " if near else ""
    raise ReasonError(
        f"{code}: no record is rejected for such a reason",
        hint=f"{meant}Reasons are {', '.join(REASONS)}.",
    )


class Replayed(msgspec.Struct, frozen=True):
    """What came of a replay: numbers of records, and the report of the run that took them in."""

    tried: int
    taken: int
    still_damaged: int
    report: Report | None


def replay(
    settings: Settings, institution: str, reason: str, run: Callable[..., Report], told: Progress
) -> Replayed:
    """Take quarantined records in again, as a delta of their institutions.

    Args:
        settings: their ``[[source]]`` tables say how an institution's records are read.
        institution: only of this one; empty: of all.
        reason: only of this one; empty: of all.
        run: `indexer.reindex.reindex`.
        told: of its progress.

    Raises:
        HkallError: as `indexer.reindex.reindex`. What was taken in is out of quarantine also where
            the index was refused.
    """
    with tempfile.TemporaryDirectory(prefix="hkall-replay-") as folder:
        with open_store(store_path(settings)) as store:
            entries = list(store.quarantine.entries(institution, reason))
            written = _write_all(store, entries, Path(folder))
        report, refusal = _run(settings, written, run, told) if written else (None, None)
    again = report.rejections_file if report else ""
    still = {entry.id for entry in entries} - {each for file in written for each in file.ids}
    still |= set(_refused(written, read_rejections(Path(again)))) if again else set()
    with open_store(store_path(settings)) as store:
        for file in written:
            store.relocate(
                file.institution, str(file.path), dict(zip(file.starts, file.origins, strict=True))
            )
        store.quarantine.remove(entry.id for entry in entries if entry.id not in still)
    if refusal is not None:
        raise refusal
    return Replayed(len(entries), len(entries) - len(still), len(still), report)


class _Written(msgspec.Struct, frozen=True):
    """A file of quarantined records: ids, the offset at which each begins, where each came from."""

    institution: str
    path: Path
    ids: list[int]
    starts: list[int]
    origins: list[Origin]


def _write_all(store: RecordStore, entries: Iterable[Quarantined], folder: Path) -> list[_Written]:
    """Write what is a record by now into files; one is in memory at a time."""
    found = []
    ordered = sorted(entries, key=_group)
    for (institution, syntax), group in groupby(ordered, key=_group):
        full = (entry for each in group if (entry := store.quarantine.get(each.id)))
        readable = filter(_readable, full)
        path = folder / f"{institution}.{syntax}"
        written = _Written(institution, path, [], [], [])
        _write(written, readable, xml=syntax == "marcxml")
        if written.ids:
            found.append(written)
    return found


def _refused(written: Sequence[_Written], rejected: Iterable[RejectedRecord]) -> Iterator[int]:
    """Ids of the records that were rejected again."""
    files = {str(file.path): file for file in written}
    for each in rejected:
        if file := files.get(each.file):
            at = bisect_right(file.starts, each.offset)
            if at:
                yield file.ids[at - 1]


def _readable(entry: Quarantined) -> bool:
    """Whether the bytes are a record by now; a damaged one would end the reading of the others."""
    if entry.syntax == "marcxml":
        return bool(entry.data) and entry.reason not in _READ_ON
    try:
        parse(entry.data)
    except Damaged:
        return False
    return True


def _run(
    settings: Settings, written: Sequence[_Written], run: Callable[..., Report], told: Progress
) -> tuple[Report | None, PublicationRefused | None]:
    """Read the files as deltas; a refusal leaves the live index alone, what was read is taken in."""
    sources = [_source(settings, file.institution, file.path) for file in written]
    codes = sorted({file.institution for file in written})
    accepted = tuple(Acceptance("rejected", code, "replay") for code in codes)
    options = Options(accepted=accepted, replay=True)
    try:
        return run(settings, sources, progress=told, options=options), None
    except PublicationRefused as refusal:
        return refusal.report, refusal


def _group(entry: Quarantined) -> tuple[str, str]:
    return entry.institution, entry.syntax


def _source(settings: Settings, institution: str, path: Path) -> Source:
    known = {source.institution: source for source in settings.source}
    source = known.get(institution, Source(institution, (str(path),)))
    return msgspec.structs.replace(
        source, files=(str(path),), format="auto", extent="delta", on_missing="abort", deletes=()
    )


def _write(written: _Written, entries: Iterable[Quarantined], *, xml: bool) -> None:
    with written.path.open("wb") as file:
        if xml:
            file.write(_COLLECTION.encode())
        for entry in entries:
            written.ids.append(entry.id)
            written.starts.append(file.tell())
            written.origins.append(entry.origin)
            file.write(entry.data)
        if xml:
            file.write(b"</collection>")
