"""The log of the embedded node, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import NotOurs
from engine.home import NodeHome
from engine.process import tail

if TYPE_CHECKING:
    from base.settings import Settings


def read_log(settings: Settings, lines: int, *, previous: bool = False) -> list[str]:
    """The last lines of the node's log, or of the run before; none where it never ran.

    Raises:
        NotOurs: the settings name a container or another cluster, whose log is elsewhere.
    """
    if settings.engine_kind == "docker":
        from engine.docker import container_name

        raise NotOurs(
            "the log is the container's", hint=f"`docker logs {container_name(settings)}` shows it."
        )
    if settings.engine_kind == "url":
        raise NotOurs("the log is the cluster's", hint="Look on its own machines.")
    log = NodeHome.of(settings).log
    return tail(log.with_name("node.log.1") if previous else log, lines)
