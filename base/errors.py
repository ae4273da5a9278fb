"""The errors that a command ends with: a stable code, a sentence, the way out, an exit code."""

from __future__ import annotations

import errno
from enum import IntEnum
from typing import Any, ClassVar


class ExitCode(IntEnum):
    """What the process tells its caller (documented in docs/exit-codes.md)."""

    DONE = 0
    ATTENTION = 1
    USAGE = 2
    CONFIGURATION = 3
    UNREACHABLE = 4
    REFUSED = 5
    LOCKED = 6
    RESOURCES = 7
    INTERRUPTED = 130
    TERMINATED = 143


class HkallError(Exception):
    """An expected failure: shown as one line (and its way out), never as a traceback.

    Rooms subclass one of the classes below and set ``code``; ``hint`` says what to do next.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.ATTENTION
    code: str = "error"

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors of a worker process reach the command as they are, whatever their constructors."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[HkallError], args: tuple[Any, ...], state: dict[str, Any]) -> HkallError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class UsageFailure(HkallError):
    """Wrong usage or unreadable input."""

    exit_code = ExitCode.USAGE
    code = "usage"


class ConfigurationFailure(HkallError):
    """Configuration or a shipped or site data file is wrong."""

    exit_code = ExitCode.CONFIGURATION
    code = "configuration"


class UnreachableFailure(HkallError):
    """Elasticsearch or a database does not answer."""

    exit_code = ExitCode.UNREACHABLE
    code = "unreachable"


class GateRefusal(HkallError):
    """A gate refused to publish."""

    exit_code = ExitCode.REFUSED
    code = "refused"


class LockedFailure(HkallError):
    """Another run holds the lock."""

    exit_code = ExitCode.LOCKED
    code = "locked"


class ResourceFailure(HkallError):
    """Too little memory or disk: before the work began, or the disk filled up within it."""

    exit_code = ExitCode.RESOURCES
    code = "resources"


class Terminated(KeyboardInterrupt):
    """SIGTERM: whatever is under way is cleared up, as after Ctrl-C."""


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def of_the_system(error: OSError) -> HkallError:
    """What the operating system refused: usually a folder, or a full disk behind stdout."""
    what = str(error.strerror or error)
    where = f"{error.filename}: " if error.filename is not None else "cannot go on: "
    failure = ResourceFailure if error.errno in _NO_ROOM else ConfigurationFailure
    return failure(
        where + what,
        hint="See that HKALL_HOME, HKALL_CACHE and the place of the output can be written to.",
    )


def ending(error: BaseException) -> tuple[ExitCode, str]:
    """The exit code of a command that an exception ends, and the words for it."""
    match error:
        case HkallError():
            return error.exit_code, error.message
        case OSError():
            return ending(of_the_system(error))
        case Terminated():
            return ExitCode.TERMINATED, "terminated"
        case KeyboardInterrupt():
            return ExitCode.INTERRUPTED, "interrupted"
        case _:
            return ExitCode.ATTENTION, repr(error)
