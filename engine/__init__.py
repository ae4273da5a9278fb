"""Where Elasticsearch comes from: an existing cluster, Docker, or a node of our own.

Whoever needs it calls ``connect`` (the official client) or ``open_connection`` (light, for
searches) and does not know which kind it got.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.access import connect, open_connection, run_foreground, start, stop
    from engine.client import translated
    from engine.condition import EngineStatus, status
    from engine.connection import Connection
    from engine.endpoint import Endpoint
    from engine.errors import ElasticsearchError, NodeUnreachable, NotAuthorised
    from engine.examination import Finding, doctor

__all__ = [
    "Connection",
    "ElasticsearchError",
    "Endpoint",
    "EngineStatus",
    "Finding",
    "NodeUnreachable",
    "NotAuthorised",
    "connect",
    "doctor",
    "open_connection",
    "run_foreground",
    "start",
    "status",
    "stop",
    "translated",
]

_MODULES = {
    "Connection": "engine.connection",
    "ElasticsearchError": "engine.errors",
    "Endpoint": "engine.endpoint",
    "EngineStatus": "engine.condition",
    "Finding": "engine.examination",
    "NodeUnreachable": "engine.errors",
    "NotAuthorised": "engine.errors",
    "connect": "engine.access",
    "doctor": "engine.examination",
    "open_connection": "engine.access",
    "run_foreground": "engine.access",
    "start": "engine.access",
    "status": "engine.condition",
    "stop": "engine.access",
    "translated": "engine.client",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    """Import a public name when it is first used: a search must not pay for what it does not need."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
