"""Rejected records kept with their bytes after a reading, and taken in again after a fix."""

from __future__ import annotations

import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from base.settings import Source
from indexer.gates import Acceptance
from indexer.read import shown
from indexer.read.compressed import DamagedCompression
from indexer.read.files import Opened
from indexer.run import Options
from records import open_store, store_path
from records.iso2709 import Damaged, parse
from records.model import Origin
from records.quarantine import Quarantined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from base.settings import Settings
    from indexer.progress import Progress
    from indexer.read import InputFile
    from indexer.report import RejectedRecord, Report

MOST_BYTES = 1 << 20
"""So many bytes of a rejected record are kept."""

_PIECE = 1 << 16
_COLLECTION = (
    '<collection xmlns="http://www.loc.gov/MARC21/slim"'
    ' xmlns:marc="http://www.loc.gov/MARC21/slim">'
)
_READ_ON = frozenset({"xml-malformed", "xml-doctype"})  # what follows was not read either


class Replayed(msgspec.Struct, frozen=True):
    """What came of a replay: numbers of records, and the report of the run that took them in."""

    tried: int
    taken: int
    still_damaged: int
    report: Report | None


def with_bytes(
    rejected: Sequence[RejectedRecord], files: Sequence[InputFile], run: int
) -> Iterator[Quarantined]:
    """Rejected records with the bytes that stand at their offsets; one pass a file at most."""
    known = {shown(file.path): file for file in files}
    ordered = sorted(rejected, key=lambda each: (each.file, each.offset))
    for name, group in groupby(ordered, key=lambda each: each.file):
        if file := known.get(name):
            yield from _of_file(file, list(group), run)


def _of_file(file: InputFile, rejected: list[RejectedRecord], run: int) -> Iterator[Quarantined]:
    spans = _Spans(file)
    try:
        for each in rejected:
            yield Quarantined(
                each.institution,
                Origin(each.file, each.offset, each.length),
                each.reason,
                each.detail,
                each.control_number,
                run,
                file.syntax,
                spans.read(each.offset, min(each.length, MOST_BYTES)),
            )
    finally:
        spans.close()


class _Spans:
    """Reads spans of a file, after decompression, in the order of their offsets."""

    def __init__(self, file: InputFile) -> None:
        self._opened = Opened(file)
        self._buffer = b""
        self._start = 0

    def close(self) -> None:
        self._opened.close()

    def read(self, offset: int, length: int) -> bytes:
        """Bytes from an offset; fewer where the file ends or is damaged."""
        while self._start + len(self._buffer) < offset + length:
            try:
                piece = self._opened.stream.read(_PIECE)
            except (OSError, DamagedCompression):
                break
            if not piece:
                break
            dropped = max(0, min(offset - self._start, len(self._buffer)))
            self._buffer = self._buffer[dropped:] + piece
            self._start += dropped
        begin = max(0, offset - self._start)
        return self._buffer[begin : begin + length]


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
        HkallError: as `indexer.reindex.reindex`. What was taken in then is out of quarantine.
    """
    with open_store(store_path(settings)) as store:
        found = [store.quarantine.get(e.id) for e in store.quarantine.entries(institution, reason)]
    entries = [entry for entry in found if entry is not None]
    readable = [entry for entry in entries if _readable(entry)]
    report = None
    still: set[int] = {entry.id for entry in entries} - {entry.id for entry in readable}
    if readable:
        with tempfile.TemporaryDirectory(prefix="hkall-replay-") as folder:
            report, refused = _run(settings, readable, Path(folder), run, told)
        still |= refused
    with open_store(store_path(settings)) as store:
        store.quarantine.remove(entry.id for entry in entries if entry.id not in still)
    return Replayed(len(entries), len(entries) - len(still), len(still), report)


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
    settings: Settings,
    entries: Sequence[Quarantined],
    folder: Path,
    run: Callable[..., Report],
    told: Progress,
) -> tuple[Report, set[int]]:
    """Read the entries from files of their own; returns the ids of those rejected again."""
    sources: list[Source] = []
    places: dict[int, tuple[str, int, int]] = {}
    key = _group
    for (institution, syntax), group in groupby(sorted(entries, key=key), key=key):
        path = folder / f"{institution}.{syntax}"
        places |= _write(path, list(group), xml=syntax == "marcxml")
        sources.append(_source(settings, institution, path))
    codes = {entry.institution for entry in entries}
    accepted = tuple(Acceptance("rejected", code, "replay") for code in sorted(codes))
    options = Options(accepted=accepted, quarantine=False)
    report = run(settings, sources, progress=told, options=options)
    return report, {
        number
        for each in report.rejections
        for number, (file, start, end) in places.items()
        if each.file == file and start <= each.offset < end
    }


def _group(entry: Quarantined) -> tuple[str, str]:
    return entry.institution, entry.syntax


def _source(settings: Settings, institution: str, path: Path) -> Source:
    known = {source.institution: source for source in settings.source}
    source = known.get(institution, Source(institution, (str(path),)))
    return msgspec.structs.replace(
        source, files=(str(path),), format="auto", extent="delta", on_missing="abort", deletes=()
    )


def _write(
    path: Path, entries: Sequence[Quarantined], *, xml: bool
) -> dict[int, tuple[str, int, int]]:
    """Write records into one file; returns where each stands: file, first byte, end."""
    places = {}
    with path.open("wb") as file:
        if xml:
            file.write(_COLLECTION.encode())
        for entry in entries:
            start = file.tell()
            file.write(entry.data)
            places[entry.id] = str(path), start, file.tell()
        if xml:
            file.write(b"</collection>")
    return places
