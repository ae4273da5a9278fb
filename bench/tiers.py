"""What the tiers cost, beside the standard analyzer alone on the same values: ``python -m bench.tiers``.

Names MARC files; the texts of their records are indexed twice on the node of the settings, once in
every tier and once in one property a field with the standard analyzer (and its copy for unfielded
terms). Both take turns, slice by slice, and the processor time of the node is compared: machines
differ and are busy, ratios stay.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import msgspec

from base.settings import Source, load_settings
from indexer.contracts import catalogue_pipeline
from indexer.read import FileReader, RawRecord
from indexer.read.files import check_file
from indexer.transform import RecordProblem
from mappings import index_body, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from elasticsearch import Elasticsearch

    from mappings import Catalogue

Document = dict[str, dict[str, list[str]]]  # field -> property -> values

SOURCE = Source(institution="HKU", files=("x",))
SLICE = 5000  # documents of one side before the other has its turn
BULK = 250
_REFRESH = 1.1  # seconds: the node looks at its own processor time once a second


class Side(NamedTuple):
    """An index to be, and what of a document goes into it."""

    name: str
    body: dict[str, Any]
    shape: Callable[[Document], dict[str, Any]]


class Cost(NamedTuple):
    """Of one side: processor time of the node and elapsed time in seconds, bytes on disk."""

    cpu: float
    elapsed: float
    size: int


def texts(paths: Iterable[Path], most: int, catalogue: Catalogue) -> Iterator[Document]:
    """The fields of text of each record that can be mapped, at most so many of a file."""
    names = {
        n for n, field in catalogue.fields.items() if catalogue.types[field.type].query == "text"
    }
    transform = catalogue_pipeline().transform(SOURCE)
    for path in paths:
        found = 0
        for item in FileReader("HKU", check_file(path)):
            if found == most:
                break
            if isinstance(item, RawRecord):
                try:
                    document = transform.transform(item.content).document
                except RecordProblem:
                    continue
                if document:
                    found += 1
                    yield {name: value for name, value in document.items() if name in names}


def mixed(documents: Sequence[Document], count: int, share: float | None) -> list[Document]:
    """So many documents, repeated in turn; with a share of those that hold CJK, if one is asked."""
    if share is None:
        return [documents[at % len(documents)] for at in range(count)]
    parts = ([d for d in documents if not _cjk(d)], [d for d in documents if _cjk(d)])
    taken, chosen = [0, 0], []
    for at in range(1, count + 1):
        kind = int(taken[1] < at * share)
        chosen.append(parts[kind][taken[kind] % len(parts[kind])])
        taken[kind] += 1
    return chosen


def _cjk(document: Document) -> bool:
    return any("han" in properties for properties in document.values())


def every_tier(catalogue: Catalogue, name: str = "tiers") -> Side:
    """The shipped definition, its fields of text alone."""
    body = index_body(catalogue)
    own = {p.split(".")[0] for p in (catalogue.tiers[t].property for t in _tiers(catalogue))}
    mapped = {
        field: value
        for field, value in body["mappings"]["properties"].items()
        if field == "any" or catalogue.types[catalogue.fields[field].type].query == "text"
    }
    body["mappings"] = {"dynamic": "strict", "properties": mapped}

    def shape(document: Document) -> dict[str, Any]:
        fields = (
            (field, {name: values for name, values in properties.items() if name in own})
            for field, properties in document.items()
        )
        return {field: kept for field, kept in fields if kept}

    return Side(name, body, shape)


def _tiers(catalogue: Catalogue) -> set[str]:
    return {tier for type_ in catalogue.types.values() for tier in type_.tiers}


def standard_alone(catalogue: Catalogue) -> Side:
    """One property a field, analysed by the standard analyzer, and the copy of all of them."""
    text = {"type": "text", "analyzer": "standard"}
    properties = {
        name: text | ({"copy_to": ["any"]} if field.any else {})
        for name, field in catalogue.fields.items()
        if catalogue.types[field.type].query == "text"
    }
    settings = {"index": index_body(catalogue)["settings"]["index"]}
    mapping = {"dynamic": "strict", "properties": properties | {"any": text}}

    def shape(document: Document) -> dict[str, Any]:
        return {
            field: list(dict.fromkeys([*value.get("latin", ()), *value.get("han", ())]))
            for field, value in document.items()
        }

    return Side("standard", {"settings": settings, "mappings": mapping}, shape)


def without(catalogue: Catalogue, tier: str) -> Catalogue:
    """The catalogue with one tier fewer; its multi-fields stay."""
    types = {
        name: msgspec.structs.replace(type_, tiers=tuple(t for t in type_.tiers if t != tier))
        for name, type_ in catalogue.types.items()
    }
    group = tuple(name for name in catalogue.any_tiers if name != tier)
    return msgspec.structs.replace(catalogue, types=types, any_tiers=group)


def measure(
    client: Elasticsearch, prefix: str, sides: Sequence[Side], documents: Sequence[Document]
) -> list[Cost]:
    """Index the documents into each side, slice by slice in turn, and say what each has cost."""
    spent = [[0.0, 0.0] for _ in sides]
    names = [f"{prefix}-bench-{side.name}" for side in sides]
    for name, side in zip(names, sides, strict=True):
        client.options(ignore_status=404).indices.delete(index=name)
        client.indices.create(index=name, **side.body)
    try:
        for start in range(0, len(documents), SLICE):
            part = documents[start : start + SLICE]
            for at, (name, side) in enumerate(zip(names, sides, strict=True)):
                bulks = list(_bulks([side.shape(document) for document in part]))
                cpu = _cpu(client)
                began = time.perf_counter()
                for bulk in bulks:
                    answer = client.bulk(index=name, operations=bulk)
                    if answer["errors"]:
                        raise SystemExit(f"refused: {answer['items'][0]}")
                client.indices.refresh(index=name)
                spent[at][1] += time.perf_counter() - began
                spent[at][0] += _cpu(client) - cpu
        return [
            Cost(cpu, elapsed, _size(client, name))
            for name, (cpu, elapsed) in zip(names, spent, strict=True)
        ]
    finally:
        for name in names:
            client.indices.delete(index=name)


def _bulks(documents: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    action: dict[str, Any] = {"index": {}}
    for start in range(0, len(documents), BULK):
        yield [line for document in documents[start : start + BULK] for line in (action, document)]


def _cpu(client: Elasticsearch) -> float:
    time.sleep(_REFRESH)
    nodes = client.nodes.stats(metric="process")["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes)) / 1000


def _size(client: Elasticsearch, name: str) -> int:
    client.indices.forcemerge(index=name, max_num_segments=1)
    client.indices.refresh(index=name)
    return int(client.indices.stats(index=name)["_all"]["primaries"]["store"]["size_in_bytes"])


def _show(name: str, ratios: list[float], goal: str) -> None:
    low, high = min(ratios), max(ratios)
    click.echo(f"{name}: {statistics.median(ratios):.2f} ({low:.2f}-{high:.2f}), {goal}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--records", default=20_000, show_default=True, help="Records to index in each round."
)
@click.option("--of-a-file", default=500, show_default=True, help="Records of one file at most.")
@click.option("--cjk", type=float, help="Share of records with CJK (default: that of the files).")
@click.option("--rounds", default=3, show_default=True, help="Pairs of measurements.")
@click.option(
    "--each", default=0, help="Also leave out one tier after another, with so many records."
)
def main(
    files: tuple[Path, ...], records: int, of_a_file: int, cjk: float | None, rounds: int, each: int
) -> None:
    """Index real records in every tier and with the standard analyzer alone, and print ratios."""
    from engine import connect

    catalogue, settings = load_catalogue(), load_settings().settings
    client = connect(settings)
    found = list(texts(files, of_a_file, catalogue))
    many = mixed(found, records, cjk)
    sides = [standard_alone(catalogue), every_tier(catalogue)]
    measure(client, settings.prefix, sides, many[:SLICE])  # the node's compiler warms up
    share = sum(map(_cjk, many)) / len(many)
    click.echo(f"{len(found)} real records, repeated to {len(many)}; {share:.0%} hold CJK")
    pairs = [measure(client, settings.prefix, sides, many) for _ in range(rounds)]
    speeds = [standard.cpu / tiers.cpu for standard, tiers in pairs]
    _show(
        "documents a second of processor time, all tiers / standard alone", speeds, "0.30 or more"
    )
    elapsed = [standard.elapsed / tiers.elapsed for standard, tiers in pairs]
    _show(
        "documents a second of elapsed time, all tiers / standard alone", elapsed, "for comparison"
    )
    sizes = [tiers.size / standard.size for standard, tiers in pairs]
    _show("size of the index, all tiers / standard alone", sizes, "3 or less")
    if each:
        _each_tier(client, settings.prefix, catalogue, mixed(found, each, cjk))


def _each_tier(
    client: Elasticsearch, prefix: str, catalogue: Catalogue, documents: Sequence[Document]
) -> None:
    click.echo("what a tier costs: share of the processor time and of the size of all tiers")
    for tier in sorted(t for t in _tiers(catalogue) if catalogue.tiers[t].property):
        sides = [every_tier(catalogue), every_tier(without(catalogue, tier), f"no-{tier}")]
        every, fewer = measure(client, prefix, sides, documents)
        cpu, size = 1 - fewer.cpu / every.cpu, 1 - fewer.size / every.size
        click.echo(f"  {tier:15} {cpu:6.1%} {size:6.1%}")


if __name__ == "__main__":
    sys.exit(main())
