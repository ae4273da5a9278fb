"""Which of the sources of a run can be read, and what the store notes of their reading."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from indexer.intake import CheckedSource
from indexer.read import check_files, expand, shown
from indexer.read.files import ReadProblem
from records import SourceRead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from base.settings import Source
    from indexer.contracts import Pipeline
    from indexer.intake import Intake
    from indexer.progress import Progress
    from indexer.report import Tally
    from indexer.sources import Extent


def check_sources(
    sources: Sequence[Source], attention: list[str], consequence: str = "kept its last records"
) -> list[CheckedSource]:
    """Check every file before the first is read.

    Where files of a source with ``on_missing = "keep"`` are not there, or nothing can be read of one,
    its institution is left out altogether, and ``attention`` says so and with what consequence: what
    the others lack might be in that one.

    Raises:
        ReadProblem: a file is missing that must be there, or is not MARC.
    """
    left_out: dict[str, str] = {}
    checked = []
    for source in sources:
        try:
            checked.append(_checked(source))
        except ReadProblem as problem:
            if source.on_missing == "abort":
                raise
            left_out.setdefault(source.institution, problem.message)
    for institution, reason in left_out.items():
        attention.append(f"{institution}: {consequence}: {reason}")
    return [each for each in checked if each.source.institution not in left_out]


def _checked(source: Source) -> CheckedSource:
    deletes = expand(source.deletes)
    for path in deletes:
        if not path.exists():
            raise ReadProblem(f"{path}: no such file", hint="Check the path.")
    return CheckedSource(source, tuple(check_files(source)), tuple(deletes))


def size_of(checked: CheckedSource) -> int:
    """Bytes of a source's files."""
    return sum(file.size for file in checked.files)


def read_all(
    checked: Sequence[CheckedSource], intake: Intake, pipeline: Pipeline, progress: Progress
) -> None:
    """Read every source beside the store, then their lists of deletions: these have the last word."""
    with progress.phase("Reading", sum(map(size_of, checked)), "bytes") as done:
        before = 0
        for source in checked:
            intake.read(source, pipeline, partial(_plus, done, before))
            before += size_of(source)
    for source in checked:
        for path in source.deletes:
            intake.delete_listed(source.source.institution, path)


def _plus(done: Callable[[int], None], before: int, amount: int) -> None:
    done(before + amount)


def extent_of(institution: str, sources: Sequence[Source]) -> Extent:
    """Of all sources of an institution: one that is full makes the whole full."""
    extents = {source.extent for source in sources if source.institution == institution}
    return "full" if "full" in extents else "delta"


def reads(
    checked: Sequence[CheckedSource], tallies: Mapping[str, Tally], run: int
) -> Iterator[SourceRead]:
    """What the store keeps of each institution's last read."""
    newest: dict[str, tuple[float, Path, str]] = {}
    for source in checked:
        institution = source.source.institution
        for file in source.files:
            if file.written >= newest.get(institution, (0.0,))[0]:
                newest[institution] = file.written, file.path, source.source.extent
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for institution, (written, path, extent) in newest.items():
        complete = not tallies[institution].incomplete
        modified = datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds")
        name = shown(path.absolute())
        yield SourceRead(institution, run, now, extent, complete, name, modified)
