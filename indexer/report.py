"""What a run did: counted for each institution so that every record read is accounted for."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from base.errors import GateRefusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from records.model import Rejection

ORPHAN = "orphan-holdings"
"""The reason code of a holdings record without its bibliographic record."""

UNNUMBERED = "no-control-number"
"""The reason code of a record that does not say which one of its library it is."""

LISTED = 10_000
"""Rejections that a report lists itself; the file of the run holds all of them."""


KEPT_LISTS = 30
"""Runs whose lists of rejections are kept; what is still rejected is in quarantine too."""


@dataclass(slots=True)
class Tally:
    """The count of one institution while it is read.

    Of each record read exactly one holds: bibliographic, holdings, deleted, skipped, rejected.
    ``absent`` counts records that the store lost because a full source no longer has them, and
    ``kept`` those that it kept although the source, read incompletely, did not confirm them.
    ``passed_over`` names texts that stood beside the records in archives.
    """

    read: int = 0
    bibliographic: int = 0
    holdings: int = 0
    deleted: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    @property
    def damaged(self) -> int:
        """Rejected records that count against the limit: those that say the file is not right.

        Orphan holdings and records without a number were read soundly; where there are many, it
        is the source's way, and the report lists them.
        """
        return self.rejected.total() - self.rejected[ORPHAN] - self.rejected[UNNUMBERED]


class InstitutionReport(msgspec.Struct, frozen=True):
    """A tally as reported; read = records_indexed + holdings + deleted + skipped + rejected."""

    read: int
    records_indexed: int
    holdings: int
    deleted: int
    skipped: int
    rejected: int
    new: int
    changed: int
    unchanged: int
    absent: int
    kept: int
    skipped_why: dict[str, int]
    rejected_why: dict[str, int]
    repairs: dict[str, int]
    files: list[str]
    incomplete_files: list[str]
    passed_over: list[str]


class RejectedRecord(msgspec.Struct, frozen=True):
    """One line of the list of rejections; ``offset`` and ``length`` in bytes, decompressed."""

    institution: str
    file: str
    offset: int
    length: int
    reason: str
    detail: str
    control_number: str


class Gate(msgspec.Struct, frozen=True):
    """What a gate found; ``subject`` is an institution, or a facet's value (``language=chi``).

    ``accepted`` is the reason with which a person let it pass.
    """

    gate: str
    subject: str
    limit: float
    detail: str
    value: float = 0.0
    refuses: bool = False
    accepted: str = ""


class Report(msgspec.Struct, frozen=True):
    """What `hkall reindex --json` prints; sums as in `InstitutionReport`.

    ``mode`` says how the index was made: ``fresh`` from all titles, ``clone`` of the live one with
    the changes, ``in-place`` where only availability had changed, ``none`` where nothing had;
    ``why`` is the reason. ``changed_titles`` are those that differed from the live index, and
    ``applied_seq`` is the change number up to which the live index holds. ``remapped`` counts stored
    records that were mapped anew because other rules had mapped them.
    """

    run: int
    index: str
    published: bool
    unchanged: bool
    mode: str
    why: str
    changed_titles: int
    applied_seq: int
    gates: list[Gate]
    exit_code: int
    problem: str
    attention: list[str]
    read: int
    records_indexed: int
    titles: int
    holdings: int
    deleted: int
    skipped: int
    rejected: int
    absent: int
    kept: int
    failed_documents: int
    remapped: int
    by_institution: dict[str, InstitutionReport]
    skipped_why: dict[str, int]
    rejected_why: dict[str, int]
    repairs: dict[str, int]
    rejections: list[RejectedRecord]
    rejections_file: str
    removed_indices: list[str]
    seconds: float
    phases: dict[str, float]


class PublicationRefused(GateRefusal):
    """The run ended without publishing; ``report`` says what it found."""

    report: Report | None = None


class Rejections:
    """The rejected records of a run: all of them in a file of JSON lines, the first in memory.

    Of the others memory has their places only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.listed: list[RejectedRecord] = []
        self.count = 0
        self._file: BinaryIO | None = None
        self._places: list[tuple[int, int, int]] = []  # file, offset in it, byte in the list
        self._numbers: dict[str, int] = {}  # of files

    def add(self, rejection: Rejection) -> None:
        """Note one; the file is made for the first."""
        origin = rejection.origin
        line = RejectedRecord(
            rejection.institution,
            origin.file,
            origin.offset,
            origin.length,
            rejection.reason,
            rejection.detail,
            rejection.control_number,
        )
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(line)
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb")
        number = self._numbers.setdefault(origin.file, len(self._numbers))
        self._places.append((number, origin.offset, self._file.tell()))
        self._file.write(msgspec.json.encode(line) + b"\n")

    def by_place(self) -> Iterator[RejectedRecord]:
        """All of them, file by file, in the order of their offsets."""
        if self._file is None:
            return
        self._file.flush()
        decode = msgspec.json.Decoder(RejectedRecord).decode
        with self.path.open("rb") as lines:
            for _, _, at in sorted(self._places):
                lines.seek(at)
                yield decode(lines.readline())

    def close(self) -> None:
        """Write out what is left."""
        if self._file is not None:
            self._file.close()


def prune_lists(folder: Path, prefix: str, run: int) -> None:
    """Delete the lists of rejections that runs of a prefix wrote `KEPT_LISTS` runs ago or earlier."""
    for path in folder.glob("*.jsonl"):
        number = path.stem.removeprefix(f"{prefix}-")
        if number.isdecimal() and int(number) <= run - KEPT_LISTS:
            with suppress(OSError):  # another user's: a run must not fail for it
                path.unlink()


def read_rejections(path: Path) -> Iterator[RejectedRecord]:
    """The list that a run has left."""
    decode = msgspec.json.Decoder(RejectedRecord).decode
    with path.open("rb") as lines:
        yield from map(decode, lines)


def institution_report(tally: Tally) -> InstitutionReport:
    """A tally as it is reported."""
    return InstitutionReport(
        read=tally.read,
        records_indexed=tally.bibliographic,
        holdings=tally.holdings,
        deleted=tally.deleted,
        skipped=tally.skipped.total(),
        rejected=tally.rejected.total(),
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        absent=tally.absent,
        kept=tally.kept,
        skipped_why=_sorted(tally.skipped),
        rejected_why=_sorted(tally.rejected),
        repairs=_sorted(tally.repairs),
        files=tally.files,
        incomplete_files=tally.incomplete,
        passed_over=tally.passed_over,
    )


def summed(tallies: Iterable[Tally]) -> Tally:
    """One tally of all institutions."""
    total = Tally()
    for tally in tallies:
        for name in Tally.__dataclass_fields__:
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    return total


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    """The commonest first; what was counted back to zero left out."""
    found = ((name, count) for name, count in counts.items() if count)
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))


def as_text(message: str) -> str:
    """A message without what UTF-8 cannot hold: the bytes of a file's name that are no text."""
    return message.encode("utf-8", "backslashreplace").decode()
