"""Talk on stderr: one line a message, a bar for downloads where stderr is a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MB = 1_000_000


def say(message: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"engine: {message}\n")
    sys.stderr.flush()


@contextmanager
def downloading(count: int, size: int) -> Iterator[Callable[[int], None]]:
    """Show the download of ``count`` jars of ``size`` bytes; call what is given after each one.

    The callable takes the jar's bytes and may be called from any thread.
    """
    say(f"fetching Elasticsearch, {count} jars, {size / MB:.0f} MB (once, then kept in the cache)")
    if sys.stderr.isatty():
        with _bar(size) as advance:
            yield advance
    else:
        yield _Lines(count, size)


@contextmanager
def _bar(size: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
    from rich.progress import TransferSpeedColumn as Speed

    columns = (BarColumn(), DownloadColumn(), Speed(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("jars", total=size)
        yield lambda done: progress.advance(task, done)


class _Lines:
    """For logs: a line at each quarter."""

    def __init__(self, count: int, size: int) -> None:
        self._left, self._size, self._done, self._said = count, size, 0, 0

    def __call__(self, done: int) -> None:
        self._left -= 1
        self._done += done
        quarter = self._done * 4 // self._size
        if quarter > self._said:
            self._said = quarter
            say(f"{self._done / MB:.0f} of {self._size / MB:.0f} MB, {self._left} jars left")
