"""The node's own folder inside the home: where each thing lies, and how it is laid out."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import msgspec

from engine.errors import EngineSettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from base.settings import Settings


class NodeState(msgspec.Struct, frozen=True):
    """What a running node says of itself (``state.json``, written when it answers)."""

    pid: int
    port: int
    started: int  # seconds since 1970
    build: str  # the name of the build of our Java that it runs


class NodeHome(msgspec.Struct, frozen=True):
    """The paths of one node."""

    root: Path

    @classmethod
    def of(cls, settings: Settings) -> NodeHome:
        """The node's folder of these settings' home."""
        return cls(settings.home_path / "engine")

    @property
    def config(self) -> Path:
        """Settings and secret."""
        return self.root / "config"

    @property
    def data(self) -> Path:
        """The indices."""
        return self.root / "data"

    @property
    def temporary(self) -> Path:
        """Java's temporary folder."""
        return self.root / "tmp"

    @property
    def log(self) -> Path:
        """Everything that the node prints; the run before is beside it as ``node.log.1``."""
        return self.root / "logs" / "node.log"

    @property
    def state_file(self) -> Path:
        """Where the node says how to reach it."""
        return self.root / "state.json"

    @property
    def secret_file(self) -> Path:
        """The secret that every request must carry."""
        return self.config / "secret"

    @property
    def lock_file(self) -> Path:
        """Held while a command starts or stops the node."""
        return self.root / "start.lock"

    def read_state(self) -> NodeState | None:
        """What the running node says, or None: no node, or one that has died.

        Raises:
            EngineSettingsError: the home is another user's.
        """
        try:
            state = msgspec.json.decode(self.state_file.read_bytes(), type=NodeState)
        except PermissionError as error:
            raise EngineSettingsError(
                f"{self.root}: this user may not look into it: a node that runs there is another user's",
                hint="Give the command as that user, or name a home of your own with HKALL_HOME.",
            ) from error
        except (OSError, msgspec.MsgspecError):
            return None
        return state if _exists(state.pid) else None

    def read_secret(self) -> str:
        """The node's secret; empty when there is none yet."""
        try:
            return self.secret_file.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def new_secret(self) -> None:
        """Write a fresh secret, readable by the owner only.

        Each start has its own: a port that another user's program took over after a crash may
        have been sent the old one.
        """
        import secrets

        self.secret_file.unlink(missing_ok=True)
        descriptor = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32))

    def create(self) -> None:
        """Make the folders; the node's own is the owner's alone.

        Raises:
            EngineSettingsError: the home cannot be written.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
            for folder in (self.config, self.data, self.temporary, self.log.parent):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            raise EngineSettingsError(
                f"the home cannot be used: {error.filename}: {error.strerror}",
                hint="Name a folder of your own with HKALL_HOME.",
            ) from error

    def write_settings(self, settings: dict[str, str]) -> None:
        """Write the node's settings file (JSON, which is YAML)."""
        (self.config / "elasticsearch.yml").write_bytes(msgspec.json.encode(settings))


def _exists(pid: int) -> bool:
    """Whether a process has this number (another one may have it by now)."""
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
