"""The one interface of the room: a client or a connection, whatever kind of Elasticsearch it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.connection import Connection
from engine.errors import NotOurs

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from base.settings import Settings
    from engine.endpoint import Endpoint


def connect(settings: Settings, *, start: bool = True) -> Elasticsearch:
    """The official client of the Elasticsearch that the settings name; it has answered once.

    Args:
        settings: which Elasticsearch.
        start: start the program's own node (or container) when it does not run; says so on stderr.

    Raises:
        NodeUnreachable, NotAuthorised, EngineSettingsError: it cannot be used.
        HkallError: it cannot be started (see ``engine.embedded.start``).
    """
    from engine.client import client_of, translated

    client = client_of(locate(settings, start=start))
    with translated(client):
        client.info()
    return client


def open_connection(settings: Settings, *, start: bool = True) -> Connection:
    """A light connection to the Elasticsearch that the settings name.

    A configured cluster is not asked anything yet; the program's own node has answered once.

    Args:
        settings: which Elasticsearch.
        start: start the program's own node (or container) when it does not run; says so on stderr.

    Raises:
        EngineSettingsError: the settings cannot be used.
        HkallError: it does not run and cannot be started (see ``engine.embedded.start``).
    """
    return Connection(locate(settings, start=start))


def locate(settings: Settings, *, start: bool) -> Endpoint:
    """Where the Elasticsearch of these settings is, started if need be and allowed."""
    match settings.engine_kind:
        case "url":
            from engine.endpoint import url_endpoint

            return url_endpoint(settings)
        case "docker":
            from engine import docker

            return docker.start(settings) if start else docker.endpoint(settings)
        case "embedded":
            from engine import embedded

            found = embedded.live_endpoint(settings)
            if found is None and not start:
                raise embedded.not_running(settings)
            return found or embedded.start(settings)


def start(settings: Settings) -> Endpoint:
    """Have the program's own node (or container) running.

    Raises:
        NotOurs: a cluster elsewhere is configured.
        HkallError: see ``engine.embedded.start``.
    """
    _own_only(settings)
    return locate(settings, start=True)


def stop(settings: Settings) -> bool:
    """Stop the program's own node (or container); gives whether it was running.

    Raises:
        NotOurs: a cluster elsewhere is configured.
    """
    _own_only(settings)
    if settings.engine_kind == "docker":
        from engine import docker

        return docker.stop(settings)
    from engine import embedded

    return embedded.stop(settings)


def run_foreground(settings: Settings) -> int:
    """Run the embedded node until it ends; gives its exit status.

    Raises:
        NotOurs: another kind is configured.
        HkallError: see ``engine.embedded.run_foreground``.
    """
    _own_only(settings, kinds=("embedded",))
    from engine import embedded

    return embedded.run_foreground(settings)


def _own_only(settings: Settings, kinds: tuple[str, ...] = ("embedded", "docker")) -> None:
    if settings.engine_kind not in kinds:
        where = settings.es.url or settings.engine_kind
        raise NotOurs(
            f"the settings name another Elasticsearch ({where}): it is not this command's to run",
            hint="Unset HKALL_ES_URL and HKALL_ES_KIND for the program's own node.",
        )
