"""A process that works for a run: started apart, spoken to through a pipe, ended with the run.

Ctrl-C reaches every process of a terminal's group: a worker leaves it to the run to say when to stop.
"""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from base.errors import ResourceFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
            target=_live, args=(life, theirs, *arguments), name="hkall-worker", daemon=True
        )
        with _uninterrupted():
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


_ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait: a process that is started by half tells of it with a traceback.

    The process begins with both of them waiting.
    """
    resource_tracker.ensure_running()  # it lets them through when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(life: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401 - the life's
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    life(*arguments)
