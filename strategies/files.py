"""Files that are there whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self

if TYPE_CHECKING:
    from types import TracebackType

_MODE = 0o644  # a temporary file is its maker's alone


class _Beside(NamedTuple):
    file: BinaryIO
    written: Path
    wanted: Path


class WholeFiles:
    """Files under way; use it in a ``with`` statement and call ``finish`` when all are complete.

    Without that, nothing is left of them, and what stood in their places stays.
    """

    def __init__(self) -> None:
        self._files: list[_Beside] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for beside in self._files:
            beside.file.close()
            beside.written.unlink(missing_ok=True)

    def open(self, path: Path) -> BinaryIO:
        """A file to write in the place of ``path``.

        Raises:
            OSError: the folder is not there or cannot be written to.
        """
        descriptor, written = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        file = os.fdopen(descriptor, "wb")
        self._files.append(_Beside(file, Path(written), path))
        return file

    def finish(self) -> None:
        """Give every file its name; all of them are on the disk before the first one has it."""
        for beside in self._files:
            beside.file.flush()
            os.fsync(beside.file.fileno())
            beside.file.close()
            beside.written.chmod(_MODE)
        for beside in self._files:
            beside.written.replace(beside.wanted)
        self._files.clear()
