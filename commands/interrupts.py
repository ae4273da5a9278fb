"""Ctrl-C and SIGTERM: silent before a command begins and after it ends, an exception within it."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


@contextmanager
def silent() -> Iterator[None]:
    """Let Ctrl-C end the process at once: there is nothing to clear up, and nothing to say.

    A process that ignores it (``nohup``) goes on doing so.
    """
    if _foreign() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def raised() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt and SIGTERM raise Terminated."""
    from base.errors import Terminated  # here, where a Ctrl-C meanwhile is silent

    def terminate(_signal: int, _frame: FrameType | None) -> None:
        raise Terminated

    if _foreign():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if before[signal.SIGINT] is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _foreign() -> bool:
    """Whether this is not the main thread, which alone may set handlers."""
    return threading.current_thread() is not threading.main_thread()
