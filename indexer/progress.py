"""How far a run is: a bar with rate and time left on a terminal, a line a phase elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

Unit = Literal["bytes", "records", "titles"]
EVERY_SECONDS = 30.0


class Progress(Protocol):
    """Told of each phase; gives what to call with how much of it is done (not how much more)."""

    def phase(
        self, name: str, total: int, unit: Unit
    ) -> AbstractContextManager[Callable[[int], None]]:
        """A phase of ``total`` units begins; leaving the context ends it."""
        ...


class Silent:
    """Says nothing."""

    @contextmanager
    def phase(self, name: str, total: int, unit: Unit) -> Iterator[Callable[[int], None]]:  # noqa: ARG002 - the protocol's
        """See `Progress.phase`."""
        yield lambda _: None


class Lines:
    """A line when a phase ends, and twice a minute in between: for logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @contextmanager
    def phase(self, name: str, total: int, unit: Unit) -> Iterator[Callable[[int], None]]:
        """See `Progress.phase`."""
        started = said = time.monotonic()

        def done(amount: int) -> None:
            nonlocal said
            if time.monotonic() - said >= EVERY_SECONDS:
                said = time.monotonic()
                self._say(f"{name}: {_amount(amount, unit)} of {_amount(total, unit)}")

        yield done
        self._say(f"{name}: {_amount(total, unit)} in {time.monotonic() - started:.1f} s")

    def _say(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class Bar:
    """A bar on a terminal."""

    @contextmanager
    def phase(self, name: str, total: int, unit: Unit) -> Iterator[Callable[[int], None]]:
        """See `Progress.phase`."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            ProgressColumn,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )
        from rich.progress import Progress as Rich

        columns: list[ProgressColumn] = [TextColumn(f"{name:<8}"), BarColumn()]
        if unit == "bytes":
            columns += [DownloadColumn(), TransferSpeedColumn()]
        else:
            columns += [MofNCompleteColumn(), TextColumn("{task.speed:.0f}/s")]
        console = Console(stderr=True)
        with Rich(*columns, TimeRemainingColumn(), console=console, transient=True) as rich:
            task = rich.add_task(name, total=total)
            yield lambda amount: rich.update(task, completed=amount)


def for_this_terminal() -> Progress:
    """A bar where stderr is a terminal, lines where it is not."""
    return Bar() if sys.stderr.isatty() else Lines(sys.stderr)


def _amount(amount: int, unit: Unit) -> str:
    return f"{amount / 1e6:,.1f} MB" if unit == "bytes" else f"{amount:,} {unit}"
