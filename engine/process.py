"""The node's process: started apart from the command, awaited, ended, and its log read."""

from __future__ import annotations

import os
import subprocess
import time
from collections import deque
from typing import TYPE_CHECKING

import msgspec

from engine.errors import NodeFailedToStart
from engine.java import java_environment, java_executable
from engine.machine import node_file
from engine.progress import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import psutil

    from engine.home import NodeHome, NodeState

MAIN = "hk.hkall.node.Launcher"
POLL = 0.05  # seconds
FIRST_HEAP = 512  # MiB; the heap grows with the catalogue, a laptop keeps what it does not need
FAILURE = "The node did not start:"  # the launcher's last words
TELLING = ("Exception", "Error", "ERROR")
NOISE = ("\tat ", "\t... ")
HOTSPOT = "Error occurred during initialization of VM"  # its reason stands in the next line
MOST_SPECIFIC = "Caused by: "
LOG_TAIL = 400  # lines of a failed start that are looked through


class NodeProcess(msgspec.Struct, frozen=True):
    """A node that was just started; ``log`` is None for one in the foreground."""

    popen: subprocess.Popen[bytes]
    log: Path | None


def spawn(
    home: NodeHome,
    class_path: Sequence[Path],
    arguments: Sequence[str],
    *,
    heap_mib: int,
    foreground: bool,
) -> NodeProcess:
    """Start the launcher: ``HOME`` and then ``arguments``.

    In the background it has its own session, no terminal, and nothing open of this process, so that
    a pipe behind the command ends with the command.
    """
    path = ":".join(str(jar) for jar in class_path)
    own = [
        f"-Xms{min(heap_mib, FIRST_HEAP)}m",
        f"-Xmx{heap_mib}m",
        f"-Djava.io.tmpdir={home.temporary}",
    ]
    crash = f"-XX:ErrorFile={home.log.parent}/crash-%p.log"
    java = [str(java_executable()), *own, crash, *node_file().flags, "-cp", path, MAIN]
    command = [*java, str(home.root), *arguments]
    if foreground:
        popen = subprocess.Popen(  # noqa: S603 - our own
            command, cwd=home.root, env=java_environment(), stdin=subprocess.DEVNULL
        )
        return NodeProcess(popen, None)
    if home.log.exists():
        home.log.replace(home.log.with_name("node.log.1"))
    with home.log.open("wb") as log:
        popen = subprocess.Popen(  # noqa: S603 - our own
            command,
            cwd=home.root,
            env=java_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return NodeProcess(popen, home.log)


def await_ready(process: NodeProcess, home: NodeHome, seconds: float) -> NodeState:
    """Wait until the node says that it answers.

    Raises:
        NodeFailedToStart: it ended, or ``seconds`` are over (it is ended then).
    """
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            if process.popen.poll() is not None:
                raise _ended(process)
            state = home.read_state()
            if state is not None and state.pid == process.popen.pid:
                if process.log:
                    # it outlives this process, which Popen would warn of when it is collected
                    process.popen.returncode = 0
                return state
            time.sleep(POLL)
    except KeyboardInterrupt:
        process.popen.terminate()
        raise
    process.popen.kill()
    process.popen.wait()
    raise NodeFailedToStart(
        f"the node did not answer within {seconds:g} s{_telling(process)}", hint=_log_hint(process)
    )


def attend(process: NodeProcess, seconds: float) -> int:
    """Wait for a node in the foreground and give its status.

    It has ``seconds`` to close its indices after an interruption, then it is ended by force.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM; the node has ended.
    """
    try:
        return process.popen.wait()
    except KeyboardInterrupt:  # the terminal has sent it to the node too
        process.popen.terminate()
        try:
            process.popen.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.popen.kill()
            process.popen.wait()
        raise


def find(home: NodeHome) -> psutil.Process | None:
    """The process that the state file names, if it is (still) this home's node."""
    import psutil

    state = home.read_state()
    if state is None:
        return None
    try:
        process = psutil.Process(state.pid)
        ours = {MAIN, str(home.root)} <= set(process.cmdline())
    except psutil.Error:
        return None
    return process if ours else None


def left(home: NodeHome) -> psutil.Process | None:
    """This home's node by its command line: one that says nothing yet, or nothing any more.

    A command that was killed while it started the node leaves such a one, without a state file.
    """
    import psutil

    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if MAIN in words[:-1]:
            root = words[words.index(MAIN) + 1]
            if os.path.realpath(root) == os.path.realpath(home.root):
                return process
    return None


def await_left(process: psutil.Process, home: NodeHome, seconds: float) -> bool:
    """Wait until a node that another command left says that it answers; false where it never does.

    One that is ending is waited for too; one that takes longer than ``seconds`` is ended.
    """
    until = time.monotonic() + seconds
    while _lives(process):
        state = home.read_state()
        if state is not None and state.pid == process.pid:
            return True
        if time.monotonic() > until:
            process.kill()
            break
        time.sleep(POLL)
    return False


def _lives(process: psutil.Process) -> bool:
    import psutil

    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _gone(process: psutil.Process, seconds: float) -> bool:
    """Wait for the end of a process; one whose parent does not take note of its end has ended too."""
    until = time.monotonic() + seconds
    while _lives(process):
        if time.monotonic() > until:
            return False
        time.sleep(POLL)
    return True


def end(home: NodeHome, seconds: float) -> bool:
    """End this home's node and clear its state; gives whether it was running.

    It is asked first (SIGTERM: it closes its indices) and ended by force after ``seconds``.
    """
    process = find(home) or left(home)
    if process is not None:
        process.terminate()
        if not _gone(process, seconds):
            say(f"the node did not stop within {seconds:g} s: ending it by force")
            process.kill()
            _gone(process, seconds)
    home.state_file.unlink(missing_ok=True)
    return process is not None


def clear_dead(home: NodeHome, seconds: float) -> None:
    """Clear away a node that does not answer: one that crashed, or one that hangs."""
    if find(home) is not None:
        say("the node still does not answer: ending it")
    elif home.state_file.exists():
        say("the node that ran here has died: starting a new one")
    end(home, seconds)


def tail(log: Path, lines: int) -> list[str]:
    """The last lines of a log; none where there is no log."""
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            return [line.rstrip("\n") for line in deque(file, maxlen=lines)]
    except FileNotFoundError:
        return []


def telling_line(lines: Sequence[str]) -> str:
    """The line of a failed start that says most: the innermost cause, else the first error."""
    marks = [at for at, line in enumerate(lines) if line.startswith(FAILURE)]
    lines = lines[marks[-1] + 1 :] if marks else lines
    causes = [line.strip() for line in lines if line.startswith(MOST_SPECIFIC)]
    if causes:
        return causes[-1].removeprefix(MOST_SPECIFIC)
    if HOTSPOT in lines[:-1]:
        return lines[lines.index(HOTSPOT) + 1].strip()
    for line in lines:
        if any(word in line for word in TELLING) and not line.startswith(NOISE):
            return line.strip()
    return lines[-1].strip() if lines else ""


def _ended(process: NodeProcess) -> NodeFailedToStart:
    return NodeFailedToStart(
        f"the node ended while it was starting (status {process.popen.returncode})"
        f"{_telling(process)}",
        hint=_log_hint(process),
    )


def _telling(process: NodeProcess) -> str:
    line = telling_line(tail(process.log, LOG_TAIL)) if process.log else ""
    return f": {line}" if line else ""


def _log_hint(process: NodeProcess) -> str:
    if process.log is None:
        return "What it printed is above."
    return f"`hkall engine logs` shows all that it said ({process.log})."
