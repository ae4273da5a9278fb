"""The live index: its alias, and the definition that it is searched by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mappings import read_definition
from query.errors import IndexIncompleteError, NoIndexError

if TYPE_CHECKING:
    from engine import Connection
    from mappings.model import QueryDefinition

_NOT_FOUND = 404


def live_definition(connection: Connection, alias: str) -> QueryDefinition:
    """The definition kept beside the live index: an index is always queried by its own.

    Raises:
        NoIndexError: the alias does not exist: nothing has been built.
        IndexIncompleteError: the index carries no definition.
        base.errors.ConfigurationFailure: a definition that this program cannot read.
        engine.NodeUnreachable: Elasticsearch does not answer.
    """
    return read_definition(live_meta(connection, alias)[1])


def live_meta(connection: Connection, alias: str) -> tuple[str, dict[str, Any]]:
    """The name of the live index and what is kept beside it.

    Raises:
        NoIndexError: the alias does not exist: nothing has been built.
        IndexIncompleteError: the index carries nothing.
        engine.NodeUnreachable: Elasticsearch does not answer.
    """
    path = f"/{alias}/_mapping"
    answer = ask(connection, "GET", path, alias, params={"filter_path": "*.mappings._meta"})
    for name, index in (answer or {}).items():
        return name, index["mappings"]["_meta"]
    raise IndexIncompleteError(
        f"the index behind {alias} does not say what its fields are",
        hint="Build it with `hkall reindex`, or choose another --prefix.",
    )


def ask(
    connection: Connection,
    method: str,
    path: str,
    alias: str,
    body: dict[str, Any] | list[dict[str, Any]] | None = None,
    *,
    params: dict[str, Any] | None = None,
) -> Any:  # noqa: ANN401 - decoded JSON
    """One request about an alias; that it does not exist is an error of its own.

    Raises:
        NoIndexError: the alias does not exist.
    """
    from engine import ElasticsearchError

    try:
        return connection.request(method, path, body, params=params)
    except ElasticsearchError as error:
        if error.status == _NOT_FOUND and error.type == "index_not_found_exception":
            raise NoIndexError(
                f"there is no catalogue yet: no index is published as {alias}",
                hint="Build one with `hkall reindex --source HKU=FILE`, or try `hkall demo`.",
            ) from error
        raise
