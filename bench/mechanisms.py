"""What suggestions cost, beside another way of making them: ``python -m bench.mechanisms FILES…``.

The headings of MARC files go into two indices of one node: the completion type, and a keyword that
is searched by prefix and counted by value. Printed are the size of each index and the times that
the same beginnings take in the same run, as medians and as a ratio.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from base.settings import Source, load_settings
from engine import Connection, open_connection
from indexer.contracts import catalogue_pipeline
from indexer.read import FileReader, RawRecord
from indexer.read.files import check_file
from indexer.transform import RecordProblem
from mappings.suggestions import read_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

COMPLETION, KEYWORD = "bench-completion", "bench-keyword"
TYPES = {
    COMPLETION: {"type": "completion", "analyzer": "keyword", "max_input_length": 800},
    KEYWORD: {"type": "keyword"},
}
BULK = 500
FIRST = 10
ASKED = 200
_TYPED = 3


def lines_of(paths: Iterable[Path]) -> Iterator[list[str]]:
    """The lines of the titles and names of each record."""
    transform = catalogue_pipeline().transform(Source(institution="HKU", files=("x",)))
    for path in paths:
        for raw in FileReader("HKU", check_file(path)):
            if isinstance(raw, RawRecord):
                try:
                    document = transform.transform(raw.content).document
                except RecordProblem:
                    continue
                lines = document.get("suggest_title", []) + document.get("suggest_author", [])
                if lines:
                    yield lines


def fill(connection: Connection, index: str, records: Sequence[list[str]]) -> int:
    """Index the lines; the bytes that the index takes, merged to one segment."""
    properties = {"line": TYPES[index]}
    settings = {"number_of_shards": 1, "number_of_replicas": 0}
    mappings = {"_source": {"enabled": False}, "properties": properties}
    connection.request("PUT", f"/{index}", {"settings": settings, "mappings": mappings})
    for start in range(0, len(records), BULK):
        bulk: list[dict[str, Any]] = []
        for lines in records[start : start + BULK]:
            bulk += [{"index": {}}, {"line": lines}]
        connection.request("POST", f"/{index}/_bulk", bulk)
    connection.request("POST", f"/{index}/_forcemerge", params={"max_num_segments": 1})
    connection.request("POST", f"/{index}/_flush")
    stats = connection.request("GET", f"/{index}/_stats/store")
    size: int = stats["_all"]["primaries"]["store"]["size_in_bytes"]
    return size


def complete(connection: Connection, prefix: str) -> None:
    """The first headings by the completion type."""
    completion = {"field": "line", "size": FIRST, "skip_duplicates": True}
    body = {"suggest": {"x": {"prefix": prefix, "completion": completion}}, "_source": False}
    connection.request("POST", f"/{COMPLETION}/_search", body)


def count(connection: Connection, prefix: str) -> None:
    """The first headings by a prefix query whose values are counted."""
    terms = {"field": "line", "size": FIRST, "include": f"{_literal(prefix)}.*"}
    body = {
        "size": 0,
        "query": {"prefix": {"line": prefix}},
        "aggs": {"x": {"terms": terms}},
    }
    connection.request("POST", f"/{KEYWORD}/_search", body)


def _literal(text: str) -> str:
    return "".join(c if c.isalnum() else f"\\{c}" for c in text)


def median_ms(act: Callable[[str], None], prefixes: Sequence[str]) -> float:
    """The median time of a request, after a round that is not counted."""
    times = []
    for counted in (False, True):
        for prefix in prefixes:
            began = time.perf_counter()
            act(prefix)
            if counted:
                times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def main(paths: tuple[Path, ...]) -> None:
    """Print size and time of both ways over the headings of MARC files."""
    records = list(lines_of(paths))
    keys = sorted({read_entry(line).key for lines in records for line in lines})
    prefixes = [key[:_TYPED] for key in keys[:: max(1, len(keys) // ASKED)]]
    with open_connection(load_settings().settings) as connection:
        try:
            sizes = {index: fill(connection, index, records) for index in TYPES}
            times = {
                COMPLETION: median_ms(lambda p: complete(connection, p), prefixes),
                KEYWORD: median_ms(lambda p: count(connection, p), prefixes),
            }
        finally:
            for index in TYPES:
                connection.request("DELETE", f"/{index}", params={"ignore_unavailable": True})
    click.echo(f"{len(records)} records, {len(keys)} keys, {len(prefixes)} beginnings")
    for index in TYPES:
        click.echo(f"{index:18} {sizes[index] / 1e6:8.2f} MB {times[index]:8.2f} ms")
    size, duration = sizes[COMPLETION] / sizes[KEYWORD], times[COMPLETION] / times[KEYWORD]
    click.echo(f"{'completion/keyword':18} {size:8.2f}    {duration:8.2f}")


if __name__ == "__main__":
    main()
