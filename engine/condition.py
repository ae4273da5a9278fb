"""Which Elasticsearch the settings name, and whether it is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from base.errors import HkallError
from engine.connection import Connection
from engine.home import NodeHome

if TYPE_CHECKING:
    from base.settings import Settings
    from engine.endpoint import Endpoint


class EngineStatus(msgspec.Struct, frozen=True):
    """What ``hkall engine status`` shows; empty or None where it cannot be known."""

    kind: Literal["url", "docker", "embedded"]
    running: bool
    url: str = ""
    version: str = ""
    cluster: str = ""
    health: str = ""  # green, yellow or red
    nodes: int | None = None
    heap_used_mib: int | None = None
    heap_max_mib: int | None = None
    disk_free_mib: int | None = None
    pid: int | None = None  # of the embedded node
    started: int | None = None  # seconds since 1970, of the embedded node
    home: str = ""  # of the embedded node
    log: str = ""  # of the embedded node
    problem: str = ""  # why it is not running, as one line


def status(settings: Settings) -> EngineStatus:
    """Look, starting nothing.

    Raises:
        EngineSettingsError, NotAuthorised: the settings are wrong.
    """
    from base.errors import ConfigurationFailure
    from engine.access import locate

    own = _own(settings)
    try:
        endpoint = locate(settings, start=False)
        with Connection(endpoint) as connection:
            return msgspec.structs.replace(own, running=True, **_ask(connection))
    except ConfigurationFailure:
        raise
    except HkallError as error:
        url = settings.es.url if settings.engine_kind == "url" else ""
        return msgspec.structs.replace(own, problem=error.message, url=url)


def _own(settings: Settings) -> EngineStatus:
    if settings.engine_kind != "embedded":
        return EngineStatus(settings.engine_kind, running=False)
    from engine.process import find

    home = NodeHome.of(settings)
    state = home.read_state() if find(home) else None  # else the number is another process's by now
    return EngineStatus(
        "embedded",
        running=False,
        home=str(home.root),
        log=str(home.log),
        pid=state.pid if state else None,
        started=state.started if state else None,
    )


def _ask(connection: Connection) -> dict[str, Any]:
    endpoint: Endpoint = connection.endpoint
    root = connection.request("GET", "/")
    health = connection.request("GET", "/_cluster/health")
    stats = connection.request("GET", "/_cluster/stats")["nodes"]
    mib = 1024 * 1024
    return {
        "url": endpoint.url,
        "version": root["version"]["number"],
        "cluster": root["cluster_name"],
        "health": health["status"],
        "nodes": health["number_of_nodes"],
        "heap_used_mib": stats["jvm"]["mem"]["heap_used_in_bytes"] // mib,
        "heap_max_mib": stats["jvm"]["mem"]["heap_max_in_bytes"] // mib,
        "disk_free_mib": stats["fs"].get("available_in_bytes", 0) // mib,
    }
