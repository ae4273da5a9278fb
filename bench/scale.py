"""Nights of many records, from files to the index, counted and weighed: ``python -m bench.scale``.

Real MARC files in ISO 2709 are named; their sound records are repeated under other control numbers,
standard numbers and titles until there are as many as asked for, dealt over eight institutions. For
each size the command itself runs in an empty home with a node of its own: what it says it did is
held against the files and the index, and the memory of every process and the disk are watched.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import psutil

import engine
from base.settings import load_settings
from bench.reading import sound_utf8
from mappings import institutions
from records import open_store, store_path
from records.iso2709 import parse
from records.parsed import DELIMITER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from base.settings import Settings
    from records.parsed import Parsed

MIB = 1 << 20
MOST = 100
"""MiB that a worker may take."""

_BIBLIOGRAPHIC = frozenset("acdefgijkmoprt")
_EVERY = 0.2  # seconds between two looks
_CHANGED = frozenset({"010", "015", "020", "022", "024", "028", "035", "245"})
_LEADER = 24


def bibliographic(paths: Iterable[Path]) -> list[Parsed]:
    """The sound bibliographic records of the files that have a number and a title."""
    records = map(parse, sound_utf8(paths))
    return [
        r for r in records if r.leader[6] in _BIBLIOGRAPHIC and r.leader[5] != "d" and _named(r)
    ]


def _named(record: Parsed) -> bool:
    """Whether a record has a control number and a title proper."""
    titles = [text for tag, text in record.fields if tag == "245" and f"{DELIMITER}a" in text]
    return bool(titles) and any(tag == "001" for tag, _ in record.fields)


def repeated(records: list[Parsed], count: int) -> Iterator[tuple[int, bytes]]:
    """So many records, each with the number of its round; those of one round are of other works."""
    for number in range(count):
        turn, at = divmod(number, len(records))
        yield turn, _as_of(records[at], turn, number)


def _as_of(record: Parsed, turn: int, number: int) -> bytes:
    """A record of a round in ISO 2709."""
    directory, data = [], []
    at = 0
    for tag, text in record.fields:
        content = f"{_changed(tag, text, turn, number)}\x1e".encode()
        directory.append(f"{tag}{len(content):04}{at:05}")
        data.append(content)
        at += len(content)
    base = _LEADER + 12 * len(directory) + 1
    leader = f"{base + at + 1:05}{record.leader[5:12]}{base:05}{record.leader[17:20]}4500"
    return b"".join([f"{leader}{''.join(directory)}\x1e".encode(), *data, b"\x1d"])


def _changed(tag: str, text: str, turn: int, number: int) -> str:
    if tag == "001":
        return f"s{number:09d}"
    if tag not in _CHANGED:
        return text
    indicators, *subfields = text.split(DELIMITER)
    changed = (each[:1] + _other(tag, each[:1], each[1:], turn) for each in subfields)
    return DELIMITER.join([indicators, *changed])


def _other(tag: str, code: str, value: str, turn: int) -> str:
    """A value of another round: the same one for the same value, so that editions still meet."""
    if tag == "245":
        return f"{value} {turn}" if code == "a" else value
    if code != "a":
        return value
    digest = hashlib.blake2b(f"{turn} {value}".encode(), digest_size=8).digest()
    digits = f"{int.from_bytes(digest) % 10**9:09d}"
    match tag:
        case "020":
            body = f"978{digits}"
            total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
            return f"{body}{-total % 10}"
        case "022":
            total = sum(int(digit) * (8 - at) for at, digit in enumerate(digits[:7]))
            return f"{digits[:4]}-{digits[4:7]}{'0123456789X'[-total % 11]}"
        case "035":
            return f"{value.partition(')')[0]}){digits}" if ")" in value else digits
        case _:
            return digits


class Watch(threading.Thread):
    """The highest memory of a process and of each that it starts, and the most disk, in MiB."""

    def __init__(self, pid: int, home: Path) -> None:
        super().__init__(daemon=True)
        self._process, self._home = psutil.Process(pid), home
        self.run_memory = 0.0
        self.workers: dict[int, float] = {}
        self.disk = 0.0
        self.ending = threading.Event()

    def run(self) -> None:
        """Look until it is told to end."""
        while not self.ending.wait(_EVERY):
            self.run_memory = max(self.run_memory, _highest(self._process.pid))
            for child in _children(self._process):
                self.workers[child] = max(self.workers.get(child, 0.0), _highest(child))
            self.disk = max(self.disk, sum(sizes(self._home)) / MIB)


def _children(process: psutil.Process) -> list[int]:
    try:
        return [p.pid for p in process.children() if "spawn_main" in " ".join(p.cmdline())]
    except psutil.Error:
        return []


def _highest(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def sizes(folder: Path) -> Iterator[int]:
    """Bytes on disk of each file below a folder."""
    for path in folder.rglob("*"):
        try:
            yield path.stat().st_blocks * 512 if path.is_file() else 0
        except OSError:  # gone meanwhile
            continue


class Night(msgspec.Struct):
    """One run of the command, and what was seen of it."""

    report: dict[str, Any]
    seconds: float
    watch: Any


def night(settings: Settings, files: dict[str, Path]) -> Night:
    """Run the command; its progress goes to stderr."""
    command = [sys.executable, "-m", "cli", "reindex", "--json"]
    command += [f"{code}={path}" for code, path in files.items()]
    own = {"HKALL_HOME": settings.home, "HKALL_CACHE": settings.cache}
    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, env=os.environ | own, stdout=subprocess.PIPE
    ) as process:
        watch = Watch(process.pid, settings.home_path)
        watch.start()
        out, _ = process.communicate()
        watch.ending.set()
        watch.join()
    if process.returncode not in (0, 1):
        raise click.ClickException(f"the run ended with {process.returncode}")
    return Night(msgspec.json.decode(out), time.monotonic() - began, watch)


def written(records: list[Parsed], count: int, folder: Path) -> dict[str, Path]:
    """The files of the institutions."""
    codes = list(institutions())
    paths = {code: folder / f"{code}.mrc" for code in codes}
    files = {code: path.open("wb") for code, path in paths.items()}
    try:
        for turn, data in repeated(records, count):
            files[codes[turn % len(codes)]].write(data)
    finally:
        for file in files.values():
            file.close()
    return {code: path for code, path in paths.items() if path.stat().st_size}


def differences(found: Night, count: int, settings: Settings) -> Iterator[str]:
    """Counts that are not as they should be."""
    report = found.report
    parts = ("records_indexed", "holdings", "deleted", "skipped", "rejected")
    client = engine.connect(settings)
    alias = settings.titles_alias
    members = client.search(
        index=alias, size=0, aggs={"n": {"value_count": {"field": "control_number"}}}
    ).body["aggregations"]["n"]["value"]
    members //= 2  # each number is there alone too, and no two records have the same
    with open_store(store_path(settings)) as store:
        titles = store.title_count()
    said = {
        "records written and records read": (count, report["read"]),
        "records read and their sum": (report["read"], sum(report[part] for part in parts)),
        "titles of the store and of the report": (titles, report["titles"]),
        "documents and titles": (client.count(index=alias)["count"], titles),
        "members in the index and records indexed": (members, report["records_indexed"]),
    }
    for what, (one, other) in said.items():
        if one != other:
            yield f"{what}: {one:,} and {other:,}"


def measured(records: list[Parsed], count: int, folder: Path) -> Iterator[str]:
    """One size; yields what is wrong."""
    files, home = written(records, count, folder), folder / "home"
    cache = load_settings().settings.cache  # the jars are fetched once
    settings = load_settings({"home": str(home), "cache": cache}).settings
    try:
        first = night(settings, files)
        yield from differences(first, count, settings)
        again = night(settings, files)
        if again.report["mode"] != "none":
            yield f"the second night was not unchanged but {again.report['why']}"
        _print(count, sum(path.stat().st_size for path in files.values()), first, again, home)
    finally:
        engine.stop(settings)
    worst = max(first.watch.workers.values(), default=0.0)
    if worst > MOST:
        yield f"a worker took {worst:.0f} MiB"


def _print(count: int, size: int, first: Night, again: Night, home: Path) -> None:
    report, watch = first.report, first.watch
    phases = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in report["phases"].items())
    workers = sorted(watch.workers.values(), reverse=True)
    disk = {name: sum(sizes(home / name)) / MIB for name in ("stores", "engine/data")}
    click.echo(
        f"{count:,} records, {size / MIB:,.0f} MiB: {report['records_indexed']:,} indexed,"
        f" {report['rejected']:,} rejected, {report['titles']:,} titles\n"
        f"  first night {first.seconds:.0f} s ({phases}), {count / first.seconds:,.0f} records/s;"
        f" unchanged night {again.seconds:.0f} s, {count / again.seconds:,.0f} records/s\n"
        f"  memory: the run {watch.run_memory:.0f} MiB,"
        f" workers {', '.join(f'{each:.0f}' for each in workers)} MiB;"
        f" unchanged night: the run {again.watch.run_memory:.0f},"
        f" workers {max(again.watch.workers.values(), default=0):.0f} MiB\n"
        f"  disk: store {disk['stores']:,.0f} MiB, index {disk['engine/data']:,.0f} MiB,"
        f" most while it ran {watch.disk:,.0f} MiB"
    )


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--records", "counts", multiple=True, type=int, default=[50_000, 100_000, 200_000],
    show_default=True, help="Records to measure with; repeatable.",
)  # fmt: skip
def main(files: tuple[Path, ...], counts: tuple[int, ...]) -> None:
    """Run nights of many records and hold what they say against files and index."""
    records = bibliographic(files)
    click.echo(f"{len(records):,} records to repeat")
    wrong = []
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="hkall-scale-") as folder:
            found = list(measured(records, count, Path(folder)))
        for line in found:
            click.echo(f"WRONG: {line}")
        wrong += found
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
