"""What a run did, for machines: a line of JSON an event, appended to a file that may be rotated."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from base.settings import Settings
    from indexer.report import Gate


def log_path(settings: Settings) -> Path:
    """The file of a prefix: ``log/<prefix>.jsonl`` in the home folder."""
    return settings.home_path / "log" / f"{settings.prefix}.jsonl"


class EventLog:
    """Appends events; the file is opened for each, so that it can be moved away at any time."""

    def __init__(self, settings: Settings, run: int) -> None:
        self._path = log_path(settings) if settings.operations.log else None
        self._run = run

    def say(self, event: str, **fields: Any) -> None:  # noqa: ANN401 - JSON
        """Write one line: time (ISO 8601, UTC), run, event and what belongs to it."""
        if self._path is None:
            return
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = msgspec.json.encode({"time": time, "run": self._run, "event": event, **fields})
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(line + b"\n")

    def gates(self, gates: Iterable[Gate]) -> None:
        """Write a line for each gate that refused, whether it was accepted or not."""
        for gate in gates:
            self.say("gate", **msgspec.to_builtins(gate))
