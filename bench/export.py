"""What exporting a whole catalogue takes, beside the official client's scan: ``python -m bench.export``.

Runs on the live index of this home (``--prefix`` names another). Every title is exported in each
form; rows are counted in what was written and held against the count. The reference reads the same
documents with ``elasticsearch.helpers.scan`` and writes them as JSON lines, in the same run. Memory
is what Python holds at most beyond its start. The digest of a line is timed beside its count alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from elasticsearch.helpers import scan

from base.settings import load_settings
from engine import client_of, open_connection
from query import open_view
from records import open_store, store_path
from strategies import export_line, read_strategy, run, understand
from strategies.exporting import Target
from strategies.values import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine import Endpoint

_ROWS: dict[str, Callable[[bytes], int]] = {
    "jsonl": lambda data: data.count(b"\n"),
    "ris": lambda data: data.count(b"\r\nER  - \r\n"),
    "marc": lambda data: data.count(b"\x1d"),
}


def timed(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak(work: Callable[[], object]) -> float:
    """Megabytes that Python holds at most while the work is done, beyond those before it."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return most


@click.command()
@click.option("--prefix", help="Of the index (default: the settings').")
@click.option("--line", default="*", show_default=True, help="The query whose titles are exported.")
def main(prefix: str | None, line: str) -> None:
    """Export a line in several forms; print rows, ratios to the client's scan, memory."""
    settings = load_settings({"prefix": prefix}).settings
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(store_path(settings)) as store,
        open_connection(settings) as connection,
        open_view(connection, settings.titles_alias) as view,
    ):
        read = understand(read_strategy(line.encode(), "bench"), view.definition)
        total = view.count(read.lines[0].query)
        endpoint, index = connection.endpoint, view.index
        reference = timed(lambda: _scan(endpoint, index, Path(folder, "scan")))
        for form, rows in _ROWS.items():
            path = Path(folder, form)

            def export(form: str = form, path: Path = path) -> object:
                return export_line(view, read.lines[0], Target(form, path), store)

            took, held = timed(export), peak(export)
            report = export_line(view, read.lines[0], Target(form, path), store)
            written = report.records if form == "marc" else report.titles
            same = rows(path.read_bytes()) == written and report.titles == total
            click.echo(
                f"{form}: {rows(path.read_bytes())} rows of {total} titles,"
                f" {'complete' if same and report.complete else 'INCOMPLETE'};"
                f" {took / reference:.2f} times the client's scan; {held:.0f} MB at most"
            )
        ids = timed(lambda: run(view, read, elasticsearch="", keep=10_000))
        alone = timed(lambda: run(view, read, elasticsearch="", keep=None))
        click.echo(
            f"ids and digest of {total} titles: {ids:.2f} s, their count alone {alone:.2f} s"
        )


def _scan(endpoint: Endpoint, index: str, path: Path) -> None:
    """The reference: the same parts of every document, as JSON lines."""
    with client_of(endpoint) as client, path.open("wb") as file:
        for hit in scan(client, index=index, query={"_source": list(SOURCE)}):
            file.write(msgspec.json.encode({"id": hit["_id"], **hit["_source"]}) + b"\n")


if __name__ == "__main__":
    sys.exit(main())
