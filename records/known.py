"""Which records the store already has in the same form: asked beside its writer, by any process."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class KnownDigests:
    """The digests of one institution's records; can be pickled, and opens the file when asked.

    What the writer has not committed is not seen, so an answer may be out of date: the writer
    looks again before it relies on it.
    """

    def __init__(self, path: Path, institution: str) -> None:
        self._path, self._institution = path, institution
        self._connection: sqlite3.Connection | None = None

    def __contains__(self, digest: object) -> bool:
        """Whether a record has this digest; no where there is no store yet."""
        if self._connection is None:
            if not self._path.exists():
                return False
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, isolation_level=None)
        sql = "SELECT 1 FROM record WHERE institution = ? AND digest = ? AND NOT deleted"
        return self._connection.execute(sql, (self._institution, digest)).fetchone() is not None

    def __reduce__(self) -> tuple[type[KnownDigests], tuple[Path, str]]:
        return KnownDigests, (self._path, self._institution)

    def close(self) -> None:
        """Close the file; the next question opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
