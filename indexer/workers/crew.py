"""Independent tasks shared out to processes, or done here: what comes of each, in any order.

A worker that is killed is replaced and its tasks are done again, so doing one twice must do no harm.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import traceback
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Generic, TypeVar

from base.errors import HkallError
from indexer.workers.worker import Worker, WorkerFailed, WorkerLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection

Task = TypeVar("Task")
Answer = TypeVar("Answer")

AHEAD = 2
"""Tasks that a worker has been sent: one to do, one to go on with."""


@dataclass
class _Member(Generic[Task]):
    """A worker and the tasks that it has been sent, each with how often that was."""

    worker: Worker
    sent: deque[tuple[Task, int]] = field(default_factory=deque)


class Crew(Generic[Task, Answer]):
    """Some processes that can do the same kind of task.

    Args:
        hand: makes, in each process, what does one task after another; can be pickled.
        size: how many processes.
        name: of the work, for an error.
    """

    def __init__(
        self,
        hand: Callable[[], AbstractContextManager[Callable[[Task], Answer]]],
        size: int,
        name: str,
    ) -> None:
        self._hand, self._size, self._name = hand, size, name
        self._members: list[_Member[Task]] = []

    @property
    def pids(self) -> list[int]:
        """The processes that are alive."""
        processes = (member.worker.process for member in self._members)
        return [each.pid for each in processes if each.pid and each.is_alive()]

    def run(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Do all tasks; not more of them are taken than the workers may hold.

        Raises:
            HkallError: as a worker raised it.
            WorkerLost: a worker was killed twice over the same task.
            WorkerFailed: a worker met an unexpected error.
        """
        waiting = iter(tasks)
        self._members = [_Member(Worker(_live, self._hand)) for _ in range(self._size)]
        try:
            while self._fill(waiting):
                yield from self._receive()
        finally:
            while self._members:
                self._members.pop().worker.close()

    def _fill(self, tasks: Iterator[Task]) -> bool:
        """Send out as many tasks as the workers may hold; false where none is left."""
        for _ in range(AHEAD):
            for member in self._members:
                if len(member.sent) < AHEAD and (task := next(tasks, None)) is not None:
                    member.sent.append((task, 1))
                    _send(member, task)
        return any(member.sent for member in self._members)

    def _receive(self) -> Iterator[Answer]:
        """What has been answered, in the order of each worker's tasks."""
        busy = {m.worker.connection: m for m in self._members if m.sent}
        for ready in wait(list(busy)):
            member = busy[ready]  # type: ignore[index] # `wait` gives what it was given
            try:
                answer, failure = member.worker.connection.recv()
            except (EOFError, OSError):
                self._replace(member)
                continue
            if isinstance(failure, HkallError):
                raise failure
            if failure:
                raise WorkerFailed(f"{self._name}: a worker failed\n{failure}")
            member.sent.popleft()
            yield answer

    def _replace(self, member: _Member[Task]) -> None:
        """Start a worker in the place of one that is dead, and send it the same tasks.

        Raises:
            WorkerLost: the task that it was at had cost a worker before.
        """
        task, times = member.sent.popleft()
        if times > 1:
            raise WorkerLost(
                f"{self._name}: the process that did it was killed, twice",
                hint="Memory may be short: set build.workers = 1, and look into the system's log.",
            )
        member.sent.appendleft((task, times + 1))
        member.worker.close()
        member.worker = Worker(_live, self._hand)
        for again, _ in member.sent:
            _send(member, again)


def _send(member: _Member[Task], task: Task) -> None:
    try:
        member.worker.connection.send(task)
    except OSError:
        return  # it is dead: `_receive` sees that and sends the task to its successor


def _live(
    connection: Connection, hand: Callable[[], AbstractContextManager[Callable[[Task], Answer]]]
) -> None:
    """A worker's life; it ends when its connection does."""
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    try:
        _serve(connection, hand)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # nobody is there any more


def _end_with_the_run() -> None:
    """A task may change things outside: it must not go on when the run was killed."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


def _serve(
    connection: Connection, hand: Callable[[], AbstractContextManager[Callable[[Task], Answer]]]
) -> None:
    try:
        with hand() as do:
            while True:
                connection.send((do(connection.recv()), None))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except HkallError as error:
        connection.send((None, error))
    except Exception:  # noqa: BLE001 - it is told, and raised where the run can end
        connection.send((None, traceback.format_exc()))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
