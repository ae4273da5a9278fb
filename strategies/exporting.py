"""Write all that a line finds to files, streamed, and see that nothing is lacking."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from base.errors import UsageFailure
from mappings.codes import institutions
from records import RecordId
from records.export import ConversionError
from strategies.files import WholeFiles
from strategies.formats import formats
from strategies.model import ExportReport, FileReport
from strategies.values import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from query import Found, View
    from query.dsl import Dsl
    from records import RecordStore
    from strategies.formats import Format
    from strategies.reading import ReadLine, ReadStrategy

_EVERY = 100  # titles between two words on the progress


class Target(NamedTuple):
    """Where an export goes: a file, or a folder with a file an institution."""

    form: str
    path: Path
    per_institution: bool = False


class _Sink:
    """A file under way, and what is in it."""

    def __init__(self, file: BinaryIO, path: Path, form: Format) -> None:
        self.file, self.path, self.form = file, path, form
        self.titles = self.records = 0
        file.write(form.start)

    def add(self, parts: list[bytes], *, are_records: bool) -> None:
        """A title, as one part or as its records; a title of which nothing is left is none."""
        self.file.writelines(parts)
        self.titles += bool(parts)
        self.records += len(parts) if are_records else 0


def check_target(target: Target, store: RecordStore | None) -> None:
    """Refuse what cannot be written, before anything is searched.

    Raises:
        UsageFailure: the place is of the wrong kind, or its folder is not there, or there is no
            record store for a form of MARC.
    """
    path = target.path
    if target.per_institution and path.exists() and not path.is_dir():
        raise UsageFailure(f"{path} is a file", hint="With --per-institution name a folder.")
    if not target.per_institution and path.is_dir():
        raise UsageFailure(
            f"{path} is a folder", hint="Name a file, or ask for one file --per-institution."
        )
    if not path.absolute().parent.is_dir():
        raise UsageFailure(
            f"there is no folder {path.absolute().parent}", hint="Make it, or name another place."
        )
    if formats()[target.form].record and store is None:
        raise UsageFailure(
            "there is no record store in this home, and so no record as it was received",
            hint="Run the command where the index was built, or export as ris, csv or jsonl.",
        )


def line_of(read: ReadStrategy, number: int) -> ReadLine:
    """The line to export; 0 is the last one.

    Raises:
        UsageFailure: there is no such line.
    """
    found = read.line(number) if number else read.lines[-1]
    if found is None:
        first, last = read.lines[0].line.number, read.lines[-1].line.number
        raise UsageFailure(
            f"there is no line #{number} to export",
            hint=f"Name one of the {len(read.lines)} lines from #{first} to #{last}.",
        )
    return found


def export_line(
    view: View,
    read: ReadLine,
    target: Target,
    store: RecordStore | None,
    done: Callable[[int], None] = lambda _: None,
) -> ExportReport:
    """Write every title that a line finds.

    Files get their names when all are complete: an export that fails leaves those of before. With a
    file an institution, each institution of the network has one, be it empty, so that none is left
    from another export; a title stands in the file of each institution that holds it.

    Args:
        view: the index at the moment of the run.
        read: the line.
        target: form and place, as ``check_target`` has found them good.
        store: the records as they were received; only forms of MARC need it.
        done: told how many titles have been written.

    Raises:
        OSError: a file cannot be written.
        query.ViewExpired: the index was deleted meanwhile.
    """
    with WholeFiles() as files:
        exporter = _Exporter(view, read.query, target, store, files)
        for at, found in enumerate(view.stream(read.query, SOURCE), 1):
            exporter.add(found)
            if at % _EVERY == 0:
                done(at)
        report = exporter.report(read.line.number)
        files.finish()
    return report


class _Exporter:
    """Puts titles into the files of one export."""

    def __init__(
        self,
        view: View,
        query: Dsl,
        target: Target,
        store: RecordStore | None,
        files: WholeFiles,
    ) -> None:
        self.view, self.query, self.store = view, query, store
        self.target, self.files = target, files
        self.form = formats()[target.form]
        self.titles = 0
        self.missing: list[str] = []
        self.sinks: dict[str, _Sink] = {}
        if target.per_institution:
            target.path.mkdir(exist_ok=True)
        for institution in institutions() if target.per_institution else ("",):
            self.sink(institution)

    def sink(self, institution: str) -> _Sink:
        """The file of an institution; of none where everything goes into one."""
        if institution not in self.sinks:
            path = self.target.path
            if institution:
                path /= f"{institution}.{self.form.suffix}"
            self.sinks[institution] = _Sink(self.files.open(path), path, self.form)
        return self.sinks[institution]

    def add(self, found: Found) -> None:
        """Write one title wherever it belongs."""
        self.titles += 1
        members = [RecordId(**each) for each in found.source.get("members", ())]
        if self.form.title:
            written = [self.form.title(found)]
            for institution in self._institutions(found, members):
                self.sink(institution).add(written, are_records=False)
            return
        records = {member: self._record(found, member) for member in members}
        for institution in self._institutions(found, members):
            own = [
                data
                for member, data in records.items()
                if data is not None and institution in ("", member.institution)
            ]
            self.sink(institution).add(own, are_records=True)

    def _institutions(self, found: Found, members: list[RecordId]) -> Iterator[str]:
        if not self.target.per_institution:
            yield ""
            return
        if not members:
            self.missing.append(f"{found.id}: no institution")
        yield from dict.fromkeys(member.institution for member in members)

    def _record(self, found: Found, member: RecordId) -> bytes | None:
        """A member record in the form; None, and noted, where it cannot be had."""
        record = self.store.get(member) if self.store else None
        if record is None:
            self.missing.append(f"{found.id}: {member} is not in the record store")
            return None
        try:
            return self.form.record(record) if self.form.record else None
        except ConversionError as error:
            self.missing.append(f"{found.id}: {error.message}")
            return None

    def report(self, line: int) -> ExportReport:
        """Close the files, and count what should be in them by questions of their own."""
        for sink in self.sinks.values():
            sink.file.write(self.form.end)
        files = tuple(
            FileReport(
                str(sink.path), institution, sink.titles, sink.records, self._expected(institution)
            )
            for institution, sink in self.sinks.items()
        )
        return ExportReport(
            line=line,
            format=self.target.form,
            titles=self.titles,
            expected=self._expected(""),
            records=sum(file.records for file in files),
            files=files,
            missing=tuple(self.missing),
        )

    def _expected(self, institution: str) -> int:
        if not institution:
            return self.view.count(self.query)
        held = {"term": {"held_by": institution}}
        return self.view.count({"bool": {"filter": [self.query, held]}})
