"""The indices behind the alias: built beside the live one, and put in its place by one swap.

An index says in its ``_meta`` who built it, when it was complete, and up to which change number of
the record store it holds.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import UsageFailure
from indexer.report import PublicationRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from elasticsearch import Elasticsearch

    from indexer.names import IndexNames

MOST_NAMED = 1000
"""So many refused documents an index names; with more it is not fit to be cloned."""

_CLONE_SECONDS = 120
_OF_INDEX = (
    "created_by",
    "index",
    "builder",
    "published",
    "applied_seq",
    "shape",
    "refused",
    "abandoned",
)


class IndexInfo(msgspec.Struct, frozen=True):
    """An index of ours.

    Args:
        name: of the index.
        live: whether the alias points to it.
        published: when its build was complete, ISO 8601; empty for a half-built one.
        builder: the name of the record store that it was built from.
        applied_seq: the change number of that store up to which it holds.
        fingerprint: of the definition that it was built by.
        query_fingerprint: of how it is queried.
        shape: a digest of the mapping and the analysis that it was made with.
        refused: ids of titles that Elasticsearch did not take; None if there are too many to name.
        abandoned: whether somebody rolled back from it.
    """

    name: str
    live: bool
    published: str
    builder: str
    applied_seq: int = -1
    fingerprint: str = ""
    shape: str = ""
    query_fingerprint: str = ""
    refused: tuple[str, ...] | None = ()
    abandoned: bool = False


class CountMismatch(PublicationRefused):
    """The new index does not hold as many documents as there are titles."""

    code = "count-mismatch"


class NoSuchIndexError(UsageFailure):
    """There is no complete index of that name to go to."""

    code = "no-such-index"


class NewIndex:
    """An index that is being built; it is not live until `publish`."""

    def __init__(self, client: Elasticsearch, name: str, body: Mapping[str, Any]) -> None:
        self._client = client
        self._body = body
        self.name = name

    def create(self, builder: str) -> None:
        """Create it with build-time settings; ``builder`` marks whose it is if the build dies."""
        self._client.indices.create(
            index=self.name,
            settings=self._body["settings"],
            mappings={**self._body["mappings"], "_meta": self._meta(builder=builder)},
        )

    def clone(self, source: IndexInfo, builder: str) -> None:
        """Make it a copy of a complete index, by hard links where the file system has them.

        The source takes no writes while the copy is made. The copy has build-time settings.
        """
        building = {"index.blocks.write": None, **_flat(self._body["settings"]["index"])}
        with _write_blocked(self._client, source.name):
            self._client.options(request_timeout=_CLONE_SECONDS).indices.clone(
                index=source.name,
                target=self.name,
                settings={name: building[name] for name in building if _is_dynamic(name)},
                wait_for_active_shards="1",
                timeout=f"{_CLONE_SECONDS}s",
            )
        unblock(self._client, self.name)  # the null that it was given stays among its settings
        self._client.indices.put_mapping(index=self.name, meta=self._meta(builder=builder))

    def count(self) -> int:
        """Make what was loaded searchable and count it."""
        self._client.indices.refresh(index=self.name)
        return int(self._client.count(index=self.name)["count"])

    def check(self, documents: int) -> None:
        """Make what was loaded searchable and see that all of it is there.

        Raises:
            CountMismatch: there are not ``documents`` documents.
        """
        found = self.count()
        if found != documents:
            raise CountMismatch(
                f"{self.name} holds {found} documents where {documents} titles were loaded",
                hint="The live index is unchanged. Run the command again with --full.",
            )

    def finish(
        self,
        live: Mapping[str, Any],
        builder: str,
        published: str,
        applied_seq: int,
        refused: Sequence[str],
    ) -> None:
        """Give it its live settings and mark it complete."""
        self._client.indices.put_settings(index=self.name, settings=dict(live))
        marks = {
            "builder": builder,
            "published": published,
            "applied_seq": applied_seq,
            "shape": shape(self._client, self.name),
            "refused": list(refused) if len(refused) <= MOST_NAMED else None,
        }
        self._client.indices.put_mapping(index=self.name, meta=self._meta(**marks))

    def publish(self, names: IndexNames) -> None:
        """Move the alias to this index in one step: a search sees the old one or the new one."""
        point_alias(self._client, names, self.name)

    def drop(self) -> None:
        """Delete it, if it was created."""
        self._client.indices.delete(index=self.name, ignore_unavailable=True)

    def _meta(self, **marks: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        return {**self._body["mappings"].get("_meta", {}), "index": self.name, **marks}


@contextmanager
def _write_blocked(client: Elasticsearch, index: str) -> Iterator[None]:
    client.indices.add_block(index=index, block="write")
    try:
        yield
    finally:
        unblock(client, index)


def unblock(client: Elasticsearch, index: str) -> None:
    """Let an index take writes again; harmless where it does."""
    client.indices.put_settings(index=index, settings={"index.blocks.write": None})


def unblock_left(client: Elasticsearch, names: IndexNames) -> list[str]:
    """Unblock what a run that died while it cloned left blocked. Returns the indices' names."""
    blocks = client.indices.get_settings(
        index=names.pattern, filter_path="*.settings.index.blocks"
    ).body
    left = [name for name in sorted(blocks) if names.is_ours(name)]
    for name in left:
        unblock(client, name)
    return left


def _flat(settings: Mapping[str, Any], prefix: str = "index.") -> dict[str, Any]:
    return {f"{prefix}{name}": value for name, value in settings.items()}


def _is_dynamic(name: str) -> bool:
    """Settings of a build that a clone may be given; the others are its source's."""
    return name.startswith(("index.blocks", "index.refresh", "index.number_of_rep", "index.auto"))


def shape(client: Elasticsearch, index: str) -> str:
    """Sixteen hexadecimal digits over the mapping and the analysis that an index really has."""
    found = client.indices.get(
        index=index, filter_path="*.mappings.properties,*.settings.index.analysis"
    ).body
    text = msgspec.json.encode(next(iter(found.values()), {}), order="deterministic")
    return hashlib.sha256(text).hexdigest()[:16]


def point_alias(client: Elasticsearch, names: IndexNames, index: str) -> None:
    """Move the alias in one step."""
    actions: list[dict[str, Any]] = [
        {"remove": {"index": info.name, "alias": names.alias}}
        for info in list_indices(client, names)
        if info.live
    ]
    actions.append({"add": {"index": index, "alias": names.alias}})
    client.indices.update_aliases(actions=actions)


def note_applied(client: Elasticsearch, index: str, applied_seq: int) -> None:
    """Say in an index up to which change number it holds; its other marks stay."""
    update_meta(client, index, {"applied_seq": applied_seq})


def update_meta(client: Elasticsearch, index: str, changed: Mapping[str, Any]) -> None:
    """Change some of what an index says of itself."""
    found = client.indices.get_mapping(index=index, filter_path="*.mappings._meta").body
    meta: dict[str, Any] = {}
    for told in found.values():
        meta |= told["mappings"]["_meta"]
    client.indices.put_mapping(index=index, meta={**meta, **changed})


def list_indices(client: Elasticsearch, names: IndexNames) -> list[IndexInfo]:
    """The indices of a prefix, oldest first: their names are no order within a second."""
    marks = (*_OF_INDEX, "index_fingerprint", "query_fingerprint")
    paths = ["*.aliases", "*.settings.index.creation_date"]
    paths += [f"*.mappings._meta.{mark}" for mark in marks]
    found = client.indices.get(index=names.pattern, filter_path=paths).body
    ours = filter(names.is_ours, sorted(found, key=lambda name: _created(found[name])))
    return [_info(name, found[name], names) for name in ours]


def _created(found: Mapping[str, Any]) -> int:
    """Milliseconds since 1970."""
    return int(found["settings"]["index"]["creation_date"])


def live_index(client: Elasticsearch, names: IndexNames) -> IndexInfo | None:
    """The index that the alias points to."""
    return next((info for info in list_indices(client, names) if info.live), None)


def _info(name: str, found: Mapping[str, Any], names: IndexNames) -> IndexInfo:
    meta = found.get("mappings", {}).get("_meta", {})
    own = meta.get("index", name) == name  # a clone says its source's name until it is marked
    refused = meta.get("refused", ())
    return IndexInfo(
        name=name,
        live=names.alias in found.get("aliases", {}),
        published=meta.get("published", "") if own else "",
        builder=meta.get("builder", ""),
        applied_seq=int(meta.get("applied_seq", -1)),
        fingerprint=meta.get("index_fingerprint", ""),
        shape=meta.get("shape", ""),
        query_fingerprint=meta.get("query_fingerprint", ""),
        refused=None if refused is None else tuple(refused),
        abandoned=meta.get("abandoned", False) if own else False,
    )


def prune(client: Elasticsearch, names: IndexNames, keep: int) -> list[str]:
    """Delete complete indices until the live one and ``keep`` less one others are left.

    Those that somebody rolled back from go first, then the oldest. Returns them.
    """
    complete = [info for info in list_indices(client, names) if info.published]
    others = [info for info in complete if not info.live]
    others.sort(key=lambda info: not info.abandoned)
    return _delete(client, [info.name for info in others[: max(0, len(complete) - keep)]])


def remove_unfinished(client: Elasticsearch, names: IndexNames, builder: str) -> list[str]:
    """Delete what builds of this store left behind when they died. Returns their names.

    One without any mark came of a last request that was on its way when its index was deleted.
    """
    left = [
        info.name
        for info in list_indices(client, names)
        if not info.published and not info.live and info.builder in (builder, "")
    ]
    return _delete(client, left)


def _delete(client: Elasticsearch, names: list[str]) -> list[str]:
    for name in names:
        client.indices.delete(index=name, ignore_unavailable=True)
    return names


def roll_back(client: Elasticsearch, names: IndexNames, to: str = "") -> tuple[str, str]:
    """Point the alias to another complete index: the newest good one before the live one, or ``to``.

    The one that it leaves is marked: a later roll-back does not choose it by itself.

    Returns:
        the name of the index that was live, and of the one that now is.

    Raises:
        NoSuchIndexError: there is no such index.
    """
    complete = [info for info in list_indices(client, names) if info.published]
    live = next((info.name for info in complete if info.live), "")
    before = [
        info for info in takewhile(lambda info: not info.live, complete) if not info.abandoned
    ]
    target = to or (before[-1].name if before else "")
    if target not in {info.name for info in complete}:
        raise NoSuchIndexError(
            f"there is no complete index {target}" if target else "there is no earlier index",
            hint="`hkall index list` shows what there is.",
        )
    point_alias(client, names, target)
    if live and live != target:
        update_meta(client, live, {"abandoned": True})
    update_meta(client, target, {"abandoned": False})
    return live, target
