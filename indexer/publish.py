"""Building an index beside the live one and putting it in its place, by one alias swap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from indexer.report import PublicationRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elasticsearch import Elasticsearch

    from indexer.names import IndexNames


class IndexInfo(msgspec.Struct, frozen=True):
    """An index of ours: ``published`` is when its build was complete, empty for a half-built one."""

    name: str
    live: bool
    published: str
    builder: str


class CountMismatch(PublicationRefused):
    """The new index does not hold as many documents as there are titles."""

    code = "count-mismatch"


class NewIndex:
    """An index that is being built; it is not live until `publish`."""

    def __init__(self, client: Elasticsearch, name: str, body: Mapping[str, Any]) -> None:
        self._client = client
        self._body = body
        self._before: list[str] = []
        self.name = name

    def create(self, builder: str) -> None:
        """Create it with build-time settings; ``builder`` marks whose it is if the build dies."""
        self._client.indices.create(
            index=self.name,
            settings=self._body["settings"],
            mappings={**self._body["mappings"], "_meta": self._meta(builder=builder)},
        )

    def finish(self, documents: int, live: Mapping[str, Any], builder: str, published: str) -> None:
        """Make what was loaded searchable, with its live settings, and mark the index complete.

        Raises:
            CountMismatch: there are not ``documents`` documents.
        """
        indices = self._client.indices
        indices.refresh(index=self.name)
        found = self._client.count(index=self.name)["count"]
        if found != documents:
            raise CountMismatch(
                f"{self.name} holds {found} documents where {documents} titles were loaded",
                hint="The live index is unchanged. Run the command again.",
            )
        indices.put_settings(index=self.name, settings=dict(live))
        indices.put_mapping(index=self.name, meta=self._meta(builder=builder, published=published))

    def publish(self, names: IndexNames) -> None:
        """Move the alias to this index in one step: a search sees the old one or the new one."""
        self._before = [info.name for info in list_indices(self._client, names) if info.live]
        self._swap(names.alias, self._before, [self.name])

    def withdraw(self, names: IndexNames) -> None:
        """Delete it, if it was created; where it was published, what was live before is so again.

        An answer to `publish` may have been lost: whether it is live is asked, not remembered.
        """
        live = [info.name for info in list_indices(self._client, names) if info.live]
        if self.name in live:
            self._swap(names.alias, [self.name], self._before)
        self._client.indices.delete(index=self.name, ignore_unavailable=True)

    def _swap(self, alias: str, old: list[str], new: list[str]) -> None:
        moves = [("remove", name) for name in old] + [("add", name) for name in new]
        actions = [{move: {"index": name, "alias": alias}} for move, name in moves]
        self._client.indices.update_aliases(actions=actions)

    def _meta(self, **marks: str) -> dict[str, Any]:
        return {**self._body["mappings"].get("_meta", {}), **marks}


def list_indices(client: Elasticsearch, names: IndexNames) -> list[IndexInfo]:
    """The indices of a prefix, oldest first: their names are no order within a second."""
    wanted = ("settings.index.creation_date", "mappings._meta.builder", "mappings._meta.published")
    paths = ["*.aliases", *(f"*.{part}" for part in wanted)]
    found = client.indices.get(index=names.pattern, filter_path=paths).body
    ours = filter(names.is_ours, sorted(found, key=lambda name: _created(found[name])))
    return [_info(name, found[name], names) for name in ours]


def _created(found: Mapping[str, Any]) -> int:
    """Milliseconds since 1970."""
    return int(found["settings"]["index"]["creation_date"])


def _info(name: str, found: Mapping[str, Any], names: IndexNames) -> IndexInfo:
    meta = found.get("mappings", {}).get("_meta", {})
    live = names.alias in found.get("aliases", {})
    return IndexInfo(name, live, meta.get("published", ""), meta.get("builder", ""))


def prune(client: Elasticsearch, names: IndexNames, keep: int) -> list[str]:
    """Delete complete indices beyond the ``keep`` newest; never the live one. Returns them."""
    complete = [info for info in list_indices(client, names) if info.published]
    return _delete(client, [info.name for info in complete[:-keep] if not info.live])


def remove_unfinished(client: Elasticsearch, names: IndexNames, builder: str) -> list[str]:
    """Delete what builds of this store left behind when they died. Returns their names."""
    left = [
        info.name
        for info in list_indices(client, names)
        if not info.published and not info.live and info.builder == builder
    ]
    return _delete(client, left)


def _delete(client: Elasticsearch, names: list[str]) -> list[str]:
    for name in names:
        client.indices.delete(index=name, ignore_unavailable=True)
    return names
