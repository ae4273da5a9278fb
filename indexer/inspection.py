"""Looking at indices: whether the live one is sound, and in what two of them differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import HkallError
from indexer.contracts import catalogue_pipeline
from indexer.names import IndexNames
from indexer.publish import NoSuchIndexError, list_indices, live_index, shape
from mappings import index_fingerprint, load_catalogue, read_definition
from mappings.lint import lint_index
from mappings.load import folding_classes
from records import open_store, store_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

    from base.settings import Settings
    from indexer.publish import IndexInfo
    from records import RecordStore

_PAGE = 1000
_KEEP = "2m"
NAMED = 20
"""So many titles of a kind a difference names."""


class Problem(msgspec.Struct, frozen=True):
    """Something about the live index that is not as it should be: a stable code and a sentence."""

    code: str
    message: str


class Difference(msgspec.Struct, frozen=True):
    """What the later of two indices has more, less and otherwise: numbers, and the first ids."""

    before: str
    after: str
    same: int
    added: int
    removed: int
    changed: int
    added_ids: list[str]
    removed_ids: list[str]
    changed_ids: list[str]


def lint(settings: Settings) -> list[Problem]:
    """Look at the live index and at the store it was built from; no finding is a good finding.

    Raises:
        HkallError: Elasticsearch cannot be used.
    """
    from engine import connect, translated

    names = IndexNames(settings.titles_alias)
    client = connect(settings, start=False)
    with translated(client), open_store(store_path(settings)) as store:
        live = live_index(client, names)
        if live is None:
            return [Problem("no-live-index", f"no index is live as {names.alias}")]
        found = [*_of_marks(live, store), *_of_index(client, live, store)]
        found += [
            Problem("half-built", f"{info.name} was never completed; the next run removes it")
            for info in list_indices(client, names)
            if not info.published
        ]
        return found


def _of_marks(live: IndexInfo, store: RecordStore) -> Iterator[Problem]:
    meta = catalogue_pipeline().index_body["mappings"]["_meta"]
    if live.builder != store.name:
        yield Problem("other-store", f"{live.name} was built from another record store")
    elif behind := store.change_count(live.applied_seq):
        yield Problem(
            "behind", f"{behind:,} titles changed since {live.name} was brought up to date"
        )
    if live.fingerprint != meta["index_fingerprint"]:
        yield Problem(
            "definition", "this program defines the index otherwise: the next run rebuilds"
        )
    if live.refused is None or live.refused:
        number = "very many" if live.refused is None else f"{len(live.refused):,}"
        yield Problem("refused", f"{number} titles are missing: Elasticsearch refused them")


def _of_index(client: Elasticsearch, live: IndexInfo, store: RecordStore) -> Iterator[Problem]:
    found = client.indices.get(index=live.name).body[live.name]
    if shape(client, live.name) != live.shape:
        yield Problem("redefined", f"mapping or analysis of {live.name} was changed by hand")
    if blocks := found["settings"]["index"].get("blocks"):
        other = ", ".join(sorted(set(blocks) - {"write"}))
        ends = "the next run lifts the block"
        if other:
            ends = (
                f"no run lifts {other}; `hkall engine doctor` tells whether a full disk made it so"
            )
        yield Problem("blocked", f"{live.name} takes no writes; {ends}")
    yield from _of_definition(found["mappings"])
    documents = client.count(index=live.name)["count"]
    wanted = store.title_count() - len(live.refused or ())
    current = live.builder == store.name and live.applied_seq == store.last_change()
    if current and documents != wanted:
        yield Problem("count", f"{live.name} holds {documents:,} titles, the store {wanted:,}")


def _of_definition(mapping: dict[str, Any]) -> Iterator[Problem]:
    try:
        definition = read_definition(mapping["_meta"])
    except HkallError as error:
        yield Problem("unreadable-definition", error.message)
        return
    if definition.index_fingerprint != index_fingerprint(load_catalogue()):
        return  # another program's: it alone knows its analyzers
    for breach in lint_index(definition, mapping.get("properties", {}), folding_classes()):
        yield Problem("tiers", breach)


def diff(settings: Settings, before: str = "", after: str = "") -> Difference:
    """Compare two indices title by title; streams both, in order of title ids.

    Args:
        settings: which Elasticsearch and prefix.
        before: an index (default: the newest complete one before ``after``; where there is none, the
            one that a roll-back to ``after`` has left).
        after: an index (default: the live one).

    Raises:
        NoSuchIndexError: there is no such index.
    """
    from engine import connect, translated

    client = connect(settings, start=False)
    with translated(client):
        complete = [
            i for i in list_indices(client, IndexNames(settings.titles_alias)) if i.published
        ]
        after = after or next((info.name for info in complete if info.live), "")
        known = [info.name for info in complete]
        if not before and after in known:
            at = known.index(after)
            before = next(iter([*known[:at][::-1], *known[at + 1 :]]), "")
        for name in (before, after):
            if name not in known:
                raise NoSuchIndexError(
                    f"there is no complete index {name}" if name else "there are not two indices",
                    hint="`hkall index list` shows what there is.",
                )
        return compared(client, before, after)


def compared(client: Elasticsearch, before: str, after: str) -> Difference:
    """As `diff`, of two indices that exist."""
    numbers: Counter[str] = Counter()
    ids: dict[str, list[str]] = defaultdict(list)
    for id_, kind in _aligned(stream(client, before), stream(client, after)):
        numbers[kind] += 1
        if numbers[kind] <= NAMED:
            ids[kind].append(id_)
    return Difference(
        before,
        after,
        same=numbers["same"],
        added=numbers["added"],
        removed=numbers["removed"],
        changed=numbers["changed"],
        added_ids=ids["added"],
        removed_ids=ids["removed"],
        changed_ids=ids["changed"],
    )


def _aligned(
    before: Iterator[tuple[str, Any]], after: Iterator[tuple[str, Any]]
) -> Iterator[tuple[str, str]]:
    old, new = next(before, None), next(after, None)
    while old or new:
        if new is None or (old is not None and old[0] < new[0]):
            assert old is not None  # noqa: S101 - one of the two is there
            yield old[0], "removed"
            old = next(before, None)
        elif old is None or new[0] < old[0]:
            yield new[0], "added"
            new = next(after, None)
        else:
            yield new[0], "same" if old[1] == new[1] else "changed"
            old, new = next(before, None), next(after, None)


def stream(client: Elasticsearch, index: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every title of an index with its document, in order of ids (as bytes of UTF-8)."""
    point = client.open_point_in_time(index=index, keep_alive=_KEEP)["id"]
    try:
        last: list[Any] | None = None
        while True:
            hits = client.search(
                pit={"id": point, "keep_alive": _KEEP},
                size=_PAGE,
                sort=[{"title_id": "asc"}],
                search_after=last,
                track_total_hits=False,
            ).body["hits"]["hits"]
            for hit in hits:
                yield hit["_id"], hit["_source"]
            if len(hits) < _PAGE:
                return
            last = hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=point)
