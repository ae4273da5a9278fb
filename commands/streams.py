"""Standard streams as every command finds them: open, UTF-8, at ease with a reader that leaves."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STREAMS = ("stdin", "stdout", "stderr")  # by descriptor


class ReaderGone(SystemExit):
    """Whoever read stdout has had enough (``| head -1``): the command ends, and that is no failure."""


class _Pipe(io.FileIO):
    """A descriptor to write to; once that has failed, whatever else is written goes nowhere."""

    def __init__(self, descriptor: int, *, ends: bool) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._ends, self._failed = ends, False

    def write(self, data: ReadableBuffer, /) -> int | None:  # type: ignore[override] # as at run time
        """Write, as any stream does; only the first failure is one.

        What is still buffered then would else fail a second time, when Python ends.

        Raises:
            ReaderGone: the reader has left, and that is to end the command.
            OSError: a full disk, for example.
        """
        if not self._failed:
            try:
                return super().write(data)
            except BrokenPipeError:
                self._failed = True
                if self._ends:
                    raise ReaderGone(0) from None
            except OSError:
                self._failed = True
                raise
        return memoryview(data).nbytes


def prepare() -> None:
    """Make the streams what the commands rely on; those that a test has put there stay.

    Whatever the locale, the catalogue is in six languages and JSON is UTF-8. Data that nobody reads
    ends the command; talk that nobody reads does not.
    """
    _open_closed()
    if sys.stdout is sys.__stdout__:
        sys.stdout = _writer(1, ends=True)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _writer(2, ends=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _writer(descriptor: int, *, ends: bool) -> TextIO:
    talk = descriptor == STREAMS.index("stderr")
    buffer = io.BufferedWriter(_Pipe(descriptor, ends=ends))
    return io.TextIOWrapper(buffer, line_buffering=talk or os.isatty(descriptor))


def _open_closed() -> None:
    """Give a closed stream the null device: else the next file that is opened would stand for it."""
    for descriptor, name in enumerate(STREAMS):
        if getattr(sys, name) is not None:
            continue
        opened = os.open(os.devnull, os.O_RDWR)
        if opened != descriptor:
            os.dup2(opened, descriptor)
            os.close(opened)
        stream = open(descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
