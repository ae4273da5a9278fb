"""How fast records are read and mapped, beside pymarc in the same run: ``python -m bench.reading``.

Names MARC files in ISO 2709; their records are repeated until there are enough. The two sides of a
ratio are measured one after the other in each round, in processor time, and the median of the
rounds' ratios is printed: machines differ and are busy, ratios stay.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
import pymarc

from base.settings import Source
from bench.plain import PlainTransform
from indexer.contracts import catalogue_pipeline
from indexer.read import FileReader, RawRecord
from indexer.read.files import check_file
from indexer.transform import RecordProblem
from indexer.workers import Mapped, Readers
from mappings import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indexer.read import InputFile

SOURCE = Source(institution="HKU", files=("x",))


def sound_utf8(paths: Iterable[Path]) -> list[bytes]:
    """The records that pymarc and we read alike: in UTF-8, nothing to mend."""
    items = (item for path in paths for item in FileReader("HKU", check_file(path)))
    records = (item for item in items if isinstance(item, RawRecord))
    return [raw.data for raw in records if raw.data[9:10] == b"a" and not raw.repairs]


def amplified(records: list[bytes], count: int, path: Path) -> InputFile:
    """A file of so many records."""
    with path.open("wb") as out:
        for at in range(count):
            out.write(records[at % len(records)])
    return check_file(path)


def pymarc_reads(file: InputFile) -> None:
    """The reference of reading."""
    with file.path.open("rb") as stream:
        for _ in pymarc.MARCReader(stream):
            pass


def we_read(file: InputFile) -> None:
    """Reading alone."""
    for _ in FileReader("HKU", file):
        pass


def plain_maps(file: InputFile) -> None:
    """The reference of the whole: pymarc, a plain transform, JSON."""
    transform, encoder = PlainTransform(load_catalogue(), "HKU"), msgspec.json.Encoder()
    with file.path.open("rb") as stream:
        for record in pymarc.MARCReader(stream):
            if record:
                encoder.encode(transform.document(record))


def we_map(file: InputFile) -> None:
    """The whole: reading, transform, JSON."""
    transform, encoder = catalogue_pipeline().transform(SOURCE), msgspec.json.Encoder()
    for raw in FileReader("HKU", file):
        if isinstance(raw, RawRecord):
            try:
                encoder.encode(transform.transform(raw.content).document)
            except RecordProblem:
                continue


def seconds(work: Callable[[InputFile], None], file: InputFile) -> float:
    """Processor time of this process."""
    gc.collect()
    began = time.process_time()
    work(file)
    return time.process_time() - began


def compare(name: str, reference: Callable[[InputFile], None], ours: Callable[[InputFile], None],
            file: InputFile, rounds: int) -> None:  # fmt: skip
    """Print how many times faster one is than the other."""
    pairs = [(seconds(reference, file), seconds(ours, file)) for _ in range(rounds)]
    ratios = sorted(theirs / mine for theirs, mine in pairs)
    median = statistics.median(ratios)
    click.echo(f"{name}: {median:.1f} times ({ratios[0]:.1f}-{ratios[-1]:.1f}), {rounds} rounds")


def workers_scale(file: InputFile, rounds: int) -> None:
    """Print what two processes gain over one that does the same, in elapsed time."""
    ratios = sorted(_elapsed(file, 1) / _elapsed(file, 2) for _ in range(rounds))
    median = statistics.median(ratios)
    click.echo(f"two workers against one: {median:.2f} times ({ratios[0]:.2f}-{ratios[-1]:.2f})")


def _elapsed(file: InputFile, workers: int) -> float:
    """Seconds from the first batch on: starting a process is paid once a run."""
    from indexer.workers.parts import parts_of
    from indexer.workers.pool import Pool

    pool = Pool(workers, catalogue_pipeline)
    try:
        batches = pool.read(SOURCE, parts_of([file], file.size // 16), frozenset())
        next(batches)
        began = time.perf_counter()
        for _ in batches:
            pass
        return time.perf_counter() - began
    finally:
        pool.close()


def memory(file: InputFile, count: int) -> None:
    """Print the highest memory of this process and of its workers, reading with two."""
    with Readers(catalogue_pipeline(), workers=2, worthwhile=0) as readers:
        peaks: dict[int, int] = {}
        mapped = 0
        for batch in readers.read(SOURCE, [file]):
            mapped += sum(isinstance(item, Mapped) for item in batch.items)
            assert readers.pool is not None  # noqa: S101 - two workers
            for pid in readers.pool.pids:
                peaks[pid] = max(peaks.get(pid, 0), _resident(pid))
    workers = ", ".join(f"{kib / 1024:.0f}" for kib in peaks.values())
    click.echo(f"{count} records, {mapped} mapped; highest memory of the workers: {workers} MiB")


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--records", default=10_000, show_default=True, help="Records to measure with.")
@click.option("--rounds", default=3, show_default=True, help="Pairs of measurements.")
@click.option("--memory", "for_memory", default=0, help="Measure memory with so many records.")
def main(files: tuple[Path, ...], records: int, rounds: int, for_memory: int) -> None:
    """Measure reading and mapping, and print ratios."""
    warnings.simplefilter("ignore")
    found = sound_utf8(files)
    with tempfile.TemporaryDirectory() as folder:
        if for_memory:
            memory(amplified(found, for_memory, Path(folder) / "many.mrc"), for_memory)
            return
        file = amplified(found, records, Path(folder) / "some.mrc")
        click.echo(f"{records} records of {file.size // records} bytes on average")
        compare("reading against pymarc", pymarc_reads, we_read, file, rounds)
        compare("reading, transform, JSON against the plain way", plain_maps, we_map, file, rounds)
        workers_scale(file, rounds)


if __name__ == "__main__":
    sys.exit(main())
