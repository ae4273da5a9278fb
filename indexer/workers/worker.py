"""A process that works for a run: started apart, spoken to through a pipe, ended with the run."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

from base.errors import ResourceFailure

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

GRACE = 2.0
"""Seconds that a worker is given to end."""


class WorkerLost(ResourceFailure):
    """A worker was killed over the same work a second time."""

    code = "worker-lost"


class WorkerFailed(RuntimeError):
    """A worker met an error that nobody expected; the message is its traceback."""


class Worker:
    """One process and the connection to it.

    Args:
        life: what it does, a function of a module: takes the connection, then the arguments.
        arguments: can be pickled.
    """

    def __init__(self, life: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401 - the life's
        context = multiprocessing.get_context("spawn")  # the same on every system
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=life, args=(theirs, *arguments), name="hkall-worker", daemon=True
        )
        self.process.start()
        theirs.close()  # so that the connection ends with the process

    def close(self) -> None:
        """End the process, whatever it does."""
        self.connection.close()
        self.process.terminate()
        self.process.join(GRACE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()
