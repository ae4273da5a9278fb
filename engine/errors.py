"""What can be wrong with Elasticsearch, each with the way out."""

from __future__ import annotations

from typing import Any

from base.errors import (
    ConfigurationFailure,
    ExitCode,
    HkallError,
    LockedFailure,
    ResourceFailure,
    UnreachableFailure,
)

NOT_FOUND = 404


class NodeUnreachable(UnreachableFailure):
    """Elasticsearch does not answer."""

    code = "node-unreachable"


class NodeFailedToStart(UnreachableFailure):
    """The embedded node ended, or did not answer in time, while it was starting."""

    code = "node-failed-to-start"


class JarsUnavailable(UnreachableFailure):
    """Jars of the embedded node are missing and cannot be fetched."""

    code = "jars-unavailable"


class CorruptJar(UnreachableFailure):
    """A jar that was fetched is not the one that the lock names."""

    code = "corrupt-jar"


class DockerUnavailable(UnreachableFailure):
    """No Docker engine answers, or it cannot run Elasticsearch."""

    code = "docker-unavailable"


class JavaBroken(ConfigurationFailure):
    """There is no Java runtime, or our Java does not compile."""

    code = "java"


class PortInUse(ConfigurationFailure):
    """Another program listens on the port that the settings name."""

    code = "port-in-use"


class NotAuthorised(ConfigurationFailure):
    """Elasticsearch refuses the credentials (401) or what they may do (403)."""

    code = "not-authorised"


class EngineSettingsError(ConfigurationFailure):
    """A setting of the engine has a value that cannot be used."""

    code = "engine-settings"


class NotElasticsearch(ConfigurationFailure):
    """What answers at the address of the settings is something else."""

    code = "not-elasticsearch"


class NotOurs(ConfigurationFailure):
    """A command for the program's own node was given while another cluster is configured."""

    code = "not-ours"


class TooLittleMemory(ResourceFailure):
    """Less memory is free than the node needs."""

    code = "memory"


class TooLittleDisk(ResourceFailure):
    """Less disk is free than the node, or the download of its jars, needs."""

    code = "disk"


class StartLocked(LockedFailure):
    """Another command has been starting or stopping the node for too long."""

    code = "engine-locked"


class ElasticsearchError(HkallError):
    """Elasticsearch answered with an error.

    ``status`` is the HTTP status, ``type`` and ``reason`` are those of its root cause, ``body`` is
    the whole decoded answer. A 404 of ``HEAD`` has no body: both are empty then.
    """

    exit_code = ExitCode.UNREACHABLE
    code = "elasticsearch"

    def __init__(self, status: int, type_: str, reason: str, body: Any = None) -> None:  # noqa: ANN401 - decoded JSON
        what = ": ".join(part for part in (type_, " ".join(reason.split())) if part)
        super().__init__(f"Elasticsearch answers {status}{' ' + what if what else ''}")
        self.status, self.type, self.reason, self.body = status, type_, reason, body

    @property
    def not_found(self) -> bool:
        """Whether what was asked for does not exist."""
        return self.status == NOT_FOUND
