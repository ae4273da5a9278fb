"""Where Elasticsearch comes from: an existing cluster, Docker, or a node of our own.

Whoever needs it calls ``connect`` (the official client) or ``open_connection`` (light, for
searches) and does not know which kind it got.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from engine.access import connect, open_connection, run_foreground, start, stop
    from engine.client import client_of, endpoint_of, translated
    from engine.condition import EngineStatus, status
    from engine.connection import Connection
    from engine.endpoint import Endpoint
    from engine.errors import (
        ElasticsearchError,
        NodeUnreachable,
        NotAuthorised,
        NotElasticsearch,
    )
    from engine.examination import Finding, doctor

__all__ = [
    "Connection",
    "ElasticsearchError",
    "Endpoint",
    "EngineStatus",
    "Finding",
    "NodeUnreachable",
    "NotAuthorised",
    "NotElasticsearch",
    "client_of",
    "connect",
    "doctor",
    "endpoint_of",
    "open_connection",
    "run_foreground",
    "start",
    "status",
    "stop",
    "translated",
]

__getattr__ = exports(
    __name__,
    {
        "access": "connect open_connection run_foreground start stop",
        "client": "client_of endpoint_of translated",
        "condition": "EngineStatus status",
        "connection": "Connection",
        "endpoint": "Endpoint",
        "errors": "ElasticsearchError NodeUnreachable NotAuthorised NotElasticsearch",
        "examination": "Finding doctor",
    },
)
