"""What is checked before a run begins: that it is the only one, and that there is room."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from base.errors import ConfigurationFailure, LockedFailure, ResourceFailure
from records import store_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from base.settings import Settings

MIB = 1 << 20

_LOOKED_AT = 0.2
"""Seconds for which `is_locked` may hold a lock, far more than it does: no run ends because of it."""


class RunLocked(LockedFailure):
    """Another run of the same prefix is at work."""

    code = "run-locked"


class TooLittleDisk(ResourceFailure):
    """Less disk is free than ``build.min_free_mib``."""

    code = "disk"


class MetricsUnwritable(ConfigurationFailure):
    """The file of metrics cannot be written where the settings put it."""

    code = "metrics-file"


@contextmanager
def lock(settings: Settings) -> Iterator[None]:
    """Hold the lock of a prefix; the system releases it, however the process ends.

    Raises:
        RunLocked: another process holds it.
    """
    from filelock import FileLock, Timeout

    path = _lock_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(path, timeout=_LOOKED_AT)
    try:
        held.acquire()
    except Timeout as error:
        raise RunLocked(
            f"another run holds {path}", hint="Wait until it has ended, then run again."
        ) from error
    try:
        yield
    finally:
        held.release()


def is_locked(settings: Settings) -> bool:
    """Whether a run of the prefix is at work; nothing is made where there never was one."""
    from filelock import FileLock, Timeout

    path = _lock_path(settings)
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except (Timeout, PermissionError):  # of another user's home nothing else can be told
        return True


def _lock_path(settings: Settings) -> Path:
    return store_path(settings).with_suffix(".lock")


def check_disk(settings: Settings) -> None:
    """See that the home folder has room.

    Raises:
        TooLittleDisk: less is free than the settings ask for.
    """
    home = settings.home_path
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free // MIB
    if free < settings.build.min_free_mib:
        raise TooLittleDisk(
            f"{home}: {free} MiB are free, {settings.build.min_free_mib} MiB are needed",
            hint="Free some space, or set build.min_free_mib or another HKALL_HOME.",
        )


def metrics_path(settings: Settings) -> Path | None:
    """Where the run's metrics go; None where nobody wants them.

    Raises:
        MetricsUnwritable: that is a folder, or in none that this user can write to.
    """
    if not settings.operations.metrics_file:
        return None
    path = Path(settings.operations.metrics_file).expanduser()
    if path.is_dir():
        problem = "is a folder"
    elif not path.parent.is_dir():
        problem = f"there is no folder {path.parent}"
    elif not os.access(path.parent, os.W_OK | os.X_OK):
        problem = f"{path.parent} cannot be written to"
    else:
        return path
    raise MetricsUnwritable(
        f"operations.metrics_file: {path}: {problem}",
        hint="Name a file in a folder of your own, or leave the setting out.",
    )
