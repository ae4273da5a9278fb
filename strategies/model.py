"""What a run of a strategy reports: plain values that are written as JSON and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from query.notes import Note  # noqa: TC001 - msgspec reads the annotation
from query.width import Width  # noqa: TC001 - msgspec reads the annotation
from strategies.errors import ReportUnreadable

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
"""The version of the form of a report; raised when older programs could not read it."""


class LineReport(msgspec.Struct, frozen=True):
    """What one line found, on ``date`` (ISO 8601, local day).

    ``ids`` are those of the titles in order, or None where there were more than the run keeps;
    ``digest`` is the SHA-256 of all of them, a line each, empty where ids were not asked for.
    """

    number: int
    row: int
    text: str
    reading: str
    limits: tuple[str, ...]
    total: int
    date: str
    repairs: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    ids: tuple[str, ...] | None = None
    digest: str = ""


class IndexReport(msgspec.Struct, frozen=True):
    """The index that was searched: its own name, when it was published, its two fingerprints."""

    name: str
    published: str
    index_fingerprint: str
    query_fingerprint: str
    titles: int


class FileReport(msgspec.Struct, frozen=True):
    """A file that an export wrote. ``titles`` and ``records`` were written, ``expected`` counted."""

    path: str
    institution: str
    titles: int
    records: int
    expected: int


class ExportReport(msgspec.Struct, frozen=True):
    """An export of one line.

    ``titles`` were found, ``expected`` counted beforehand. ``missing``: titles of which a record
    is not in the store, or cannot be written in this form, with the reason.
    """

    line: int
    format: str
    titles: int
    expected: int
    records: int
    files: tuple[FileReport, ...]
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything that the line found was written."""
        whole = all(file.titles == file.expected for file in self.files)
        return self.titles == self.expected and whole and not self.missing


class LineChange(msgspec.Struct, frozen=True):
    """A line then and now. A total is None where the line was not there.

    ``added`` and ``gone`` are None where one of the two runs did not keep the ids. ``same`` says
    whether both found the very same titles; None where that is not known. ``reading_changed``: the
    same text is read as something else.
    """

    number: int
    then: int | None
    now: int | None
    text_changed: bool
    same: bool | None
    added: tuple[str, ...] | None = None
    gone: tuple[str, ...] | None = None
    reading_changed: bool = False

    def said(self) -> str:
        """Whether the line is another one, or is read as another one; empty where it is not."""
        if self.text_changed:
            return "the line is written otherwise"
        return "the line is read otherwise" if self.reading_changed else ""


class Comparison(msgspec.Struct, frozen=True):
    """What changed since another run of the strategy, at ``then``."""

    then: str
    index_then: str
    index_changed: bool
    index_fingerprint_changed: bool
    query_fingerprint_changed: bool
    program_changed: bool
    lines: tuple[LineChange, ...]
    language_changed: bool = False

    def said(self) -> tuple[str, ...]:
        """What is not as it was, beside the lines: a sentence each."""
        sentences = (
            (self.index_changed, "another index is live"),
            (self.index_fingerprint_changed, "its fields and analysis are others"),
            (self.query_fingerprint_changed, "queries are read or ranked otherwise"),
            (self.program_changed, "the program is another version"),
            (self.language_changed, "the lines are read in another language"),
        )
        return tuple(sentence for holds, sentence in sentences if holds)


class Report(msgspec.Struct, frozen=True):
    """A run: everything that is needed to do it again and to see what changed."""

    version: int
    strategy: str
    strategy_digest: str
    searched: str  # ISO 8601, UTC, to the second
    program: str
    elasticsearch: str
    width: Width
    operators: tuple[str, ...]  # sets of words that are operators beside AND, OR and NOT
    index: IndexReport
    lines: tuple[LineReport, ...]
    exports: tuple[ExportReport, ...] = ()
    changes: Comparison | None = None
    dialect: str = ""  # the other system whose language the lines are in


def read_report(path: Path) -> Report:
    """A report as ``hkall strategy run --json`` writes it.

    Raises:
        ReportUnreadable: it is none, or was written by a newer program.
    """
    hint = "Reports are what `hkall strategy run FILE --json` prints."
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Versioned).version
        if version > VERSION:
            raise ReportUnreadable(
                f"{path} was written by a newer program (report {version}, this reads {VERSION})",
                hint="Upgrade hkall.",
            )
        return msgspec.json.decode(data, type=Report)
    except OSError as error:
        raise ReportUnreadable(f"{path} cannot be read: {error.strerror}", hint=hint) from error
    except msgspec.MsgspecError as error:
        raise ReportUnreadable(f"{path} is no report of a strategy: {error}", hint=hint) from error


class _Versioned(msgspec.Struct):
    version: int
