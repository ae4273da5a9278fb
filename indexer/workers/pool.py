"""Workers from the side of the run: parts go out, batches come back in the order of the files."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from indexer.workers.process import Answer, Order, run, unpacked
from indexer.workers.worker import Worker, WorkerFailed, WorkerLost

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from base.settings import Source
    from indexer.contracts import Pipeline
    from indexer.workers.parts import Part, PartBatch

AHEAD = 2
"""Parts that a worker has been sent: one to read, one to go on with."""

WAITING = 32
"""Batches of a worker that may wait for an earlier part; then it waits itself."""


@dataclass
class _Task:
    """A part that is being read."""

    ticket: int
    part: Part
    worker: int
    batches: deque[PartBatch] = field(default_factory=deque)
    received: int = 0  # batches
    repeated: int = 0  # batches that come again after a worker was lost
    attempts: int = 1
    ended: bool = False


class Pool:
    """Some workers; they start when they are first needed and stay until `close`."""

    def __init__(self, workers: int, factory: Callable[[], Pipeline]) -> None:
        self._size = workers
        self._factory = factory
        self._workers: list[Worker] = []
        self._ticket = 0

    @property
    def pids(self) -> list[int]:
        """The processes that are alive."""
        return [w.process.pid for w in self._workers if w.process.pid and w.process.is_alive()]

    def close(self) -> None:
        """End every worker."""
        while self._workers:
            self._workers.pop().close()

    def read(
        self, source: Source, parts: Iterable[Part], known: Container[bytes]
    ) -> Iterator[tuple[Part, PartBatch]]:
        """Read parts; yields their batches in the order of the parts, each with its part.

        A part that begins elsewhere than the one before it ended is read again from there.

        Raises:
            WorkerLost: workers were killed twice over the same part.
            WorkerFailed: a worker met an unexpected error.
        """
        while len(self._workers) < self._size:
            self._workers.append(Worker(run, self._factory))
        reading = _Reading(self._workers, self._factory, source, known, self._ticket)
        try:
            yield from reading.batches(iter(parts))
        except BaseException:
            self.close()  # what they still read is of no use to the next source
            raise
        finally:
            self._ticket = reading.ticket


class _Reading:
    """The parts of one source on their way through the workers."""

    def __init__(
        self,
        workers: list[Worker],
        factory: Callable[[], Pipeline],
        source: Source,
        known: Container[bytes],
        ticket: int,
    ) -> None:
        self.ticket = ticket
        self._workers, self._factory = workers, factory
        self._source, self._known = source, known
        self._tasks: dict[int, _Task] = {}  # by ticket
        self._queue: deque[int] = deque()  # tickets in the order of the parts

    def batches(self, parts: Iterator[Part]) -> Iterator[tuple[Part, PartBatch]]:
        """The batches of all parts, in order."""
        reached: tuple[int, int] | None = None  # file and byte where the last part ended
        while self._fill(parts):
            head = self._head()
            if reached and reached[0] == head.part.number and reached[1] != head.part.start:
                head = self._again_from(head, reached[1])
            while True:
                while not head.batches:
                    self._receive()
                batch = head.batches.popleft()
                yield head.part, batch
                if batch.ended:
                    break
            reached = head.part.number, batch.reached
            del self._tasks[self._queue.popleft()]

    def _head(self) -> _Task:
        return self._tasks[self._queue[0]]

    def _fill(self, parts: Iterator[Part]) -> bool:
        """Send out as many parts as the workers may hold; false where none is left."""
        while len(self._queue) < AHEAD * len(self._workers) and (part := next(parts, None)):
            self._queue.append(self._send(part, self._idlest()))
        return bool(self._queue)

    def _idlest(self) -> int:
        load = [0] * len(self._workers)
        for task in self._tasks.values():
            load[task.worker] += not task.ended
        return load.index(min(load))

    def _send(self, part: Part, worker: int) -> int:
        self.ticket += 1
        self._tasks[self.ticket] = _Task(self.ticket, part, worker)
        self._order(self._tasks[self.ticket])
        return self.ticket

    def _order(self, task: _Task) -> None:
        order = Order(task.ticket, self._source, task.part, self._known)
        try:
            self._workers[task.worker].connection.send(order)
        except OSError:
            return  # it is dead: `_receive` sees that and sends the order to its successor

    def _again_from(self, task: _Task, start: int) -> _Task:
        """Read a part from its true beginning; what came of it before is thrown away."""
        from msgspec.structs import replace

        del self._tasks[task.ticket]
        self._queue[0] = self._send(replace(task.part, start=start), self._idlest())
        return self._head()

    def _receive(self) -> None:
        """Take what workers have sent, from those that do not have too much waiting."""
        head = self._head().worker
        waiting = [0] * len(self._workers)
        for task in self._tasks.values():
            waiting[task.worker] += len(task.batches)
        heard = [at for at in range(len(waiting)) if at == head or waiting[at] < WAITING]
        ready = wait([self._workers[at].connection for at in heard])
        for at in heard:
            if self._workers[at].connection not in ready:
                continue
            try:
                answer = unpacked(self._workers[at].connection.recv_bytes())
            except (EOFError, OSError):
                self._replace(at)
            else:
                self._take(answer)

    def _take(self, answer: Answer) -> None:
        task = self._tasks.get(answer.ticket)
        if task is None:
            return  # of a part that is being read again
        if answer.failure:
            raise WorkerFailed(f"{task.part.file.name}: a reader failed\n{answer.failure}")
        if task.repeated:
            task.repeated -= 1
            return
        task.received += 1
        task.ended = answer.batch.ended
        task.batches.append(answer.batch)

    def _replace(self, at: int) -> None:
        """Start a worker in the place of one that is dead, and send it the same parts.

        Raises:
            WorkerLost: the part that it was reading had cost a worker before.
        """
        lost = [t for t in sorted(self._tasks.values(), key=_ticket) if t.worker == at]
        lost = [task for task in lost if not task.ended]
        if lost and lost[0].attempts > 1:
            raise WorkerLost(
                f"{lost[0].part.file.name}: the process that read it was killed, twice",
                hint="Memory may be short: set build.workers = 1, and look into the system's log.",
            )
        self._workers[at].close()
        self._workers[at] = Worker(run, self._factory)
        for task in lost:
            task.repeated = task.received
            self._order(task)
        if lost:
            lost[0].attempts += 1


def _ticket(task: _Task) -> int:
    return task.ticket
