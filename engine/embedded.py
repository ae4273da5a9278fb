"""The embedded node: start it when it is needed, find it when it runs, stop it."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.endpoint import Endpoint
from engine.errors import NodeUnreachable, PortInUse, StartLocked
from engine.home import NodeHome
from engine.machine import check_disk, check_memory, heap_mib, memory, node_file
from engine.progress import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from filelock import FileLock

    from base.settings import Settings
    from engine.home import NodeState
    from engine.jars import Jar, Lock
    from engine.process import NodeProcess

LOOPBACK = "127.0.0.1"
NOTICE_AFTER = 1.0  # seconds to wait for another command's lock before saying so


def endpoint(settings: Settings) -> Endpoint | None:
    """Where this home's node listens, by its own word and unasked; None where none runs."""
    home = NodeHome.of(settings)
    state = home.read_state()
    return _endpoint(settings, home, state) if state else None


def live_endpoint(settings: Settings, patience: float | None = None) -> Endpoint | None:
    """Where this home's node listens, after asking it; None where none answers in time."""
    from engine.connection import PATIENCE, answers

    found = endpoint(settings)
    return found if found and answers(found, patience=patience or PATIENCE) else None


def start(settings: Settings) -> Endpoint:
    """Have this home's node running and give where it listens.

    Of two commands that call this at once one starts the node and the other one waits for it. A
    node that runs already is used as it is; so is one whose starter was killed, when it answers.
    What a crash left behind is cleared away.

    Raises:
        TooLittleMemory, TooLittleDisk: checked before anything else.
        JarsUnavailable, CorruptJar, JavaBroken: its parts cannot be had.
        PortInUse: another program listens on ``engine.port``.
        NodeFailedToStart: it ended, or did not answer in time; the message has the log's line.
        StartLocked: another command has been starting it for too long.
    """
    from engine.process import await_ready

    with _locked(settings) as home:
        running = _found(settings, home)
        if running:
            _notice_old_build(home)
            return running
        process = launch(settings, home, idle_seconds=settings.engine.idle_minutes * 60)
        state = await_ready(process, home, node_file().limits.start_seconds)
        say(
            f"Elasticsearch is up on port {state.port} (pid {state.pid}); `hkall engine stop` ends it"
        )
        return _endpoint(settings, home, state)


def run_foreground(settings: Settings) -> int:
    """Run the node until it ends or this process is told to; gives the node's exit status.

    Its output goes to stdout and stderr. A node of this home that runs already is an error.

    Raises:
        StartLocked: this home's node runs already.
        HkallError: see ``start``.
        KeyboardInterrupt: Ctrl-C or SIGTERM; the node was ended in order.
    """
    from engine.process import attend, await_ready

    limits = node_file().limits
    with _locked(settings) as home:
        running = _found(settings, home)
        if running:
            raise StartLocked(
                f"this home's node runs already: {running.url}", hint="`hkall engine stop` ends it."
            )
        process = launch(settings, home, foreground=True)
        state = await_ready(process, home, limits.start_seconds)
    say(f"Elasticsearch is up on port {state.port} (pid {state.pid})")
    return attend(process, limits.stop_seconds)


def stop(settings: Settings) -> bool:
    """End this home's node, in order; gives whether one was running.

    Raises:
        StartLocked: another command has been starting it for too long.
    """
    from engine.process import end

    home = NodeHome.of(settings)
    if not home.root.is_dir():
        return False
    with _locked(settings) as home:
        return end(home, node_file().limits.stop_seconds)


def launch(
    settings: Settings, home: NodeHome, *, idle_seconds: int = 0, foreground: bool = False
) -> NodeProcess:
    """Check the machine, prepare the home and start the process; the caller holds the lock.

    The node ends by itself when it was idle for ``idle_seconds``; 0: never.
    """
    from engine.modules import lay_modules
    from engine.process import clear_dead, spawn

    limits = node_file().limits
    clear_dead(home, limits.stop_seconds)
    found = memory()
    heap = heap_mib(settings.engine.heap, found, limits)
    check_memory(heap, found, limits)
    check_disk(home.root, limits.disk_home_mib, "the node's data", "HKALL_HOME")
    _check_port(settings.engine.port)
    lock, jars, build = prepare(settings)
    lay_modules(home.root / "modules", lock, jars, build)
    home.write_settings(node_settings(settings))
    home.new_secret()
    say(f"starting Elasticsearch {lock.elasticsearch} (heap {heap} MiB) in {home.root}")
    class_path = [build / "hkall-node.jar", *(jars[jar] for jar in lock.of("server"))]
    return spawn(
        home, class_path, [build.name, str(idle_seconds)], heap_mib=heap, foreground=foreground
    )


def _found(settings: Settings, home: NodeHome) -> Endpoint | None:
    """The node that runs, or that a command which is gone was starting; the caller holds the lock."""
    from engine.process import await_left, find, left

    if running := live_endpoint(settings):
        return running
    process = left(home)
    if process is None:
        return None
    if find(home) is not None:  # it has answered before: it is busy, or it hangs
        say(f"the node does not answer (pid {process.pid}): waiting for it")
        return live_endpoint(settings, node_file().limits.hang_seconds)
    say(f"a node of this home is starting or ending already (pid {process.pid}): waiting for it")
    answers = await_left(process, home, node_file().limits.start_seconds)
    return live_endpoint(settings) if answers else None


def prepare(settings: Settings) -> tuple[Lock, dict[Jar, Path], Path]:
    """Have everything in the cache that a node needs: fetched, verified, compiled.

    Gives the lock, where each of its jars lies, and the folder of our compiled jars.

    Raises:
        TooLittleDisk, JarsUnavailable, CorruptJar, JavaBroken: see ``start``.
    """
    from engine.fetch import ensure_jars
    from engine.jars import load_lock
    from engine.java import ensure_build

    needed = node_file().limits.disk_cache_mib
    check_disk(settings.cache_path, needed, "Elasticsearch's jars", "HKALL_CACHE")
    lock = load_lock()
    jars = dict(zip(lock.jars, ensure_jars(settings, lock.jars), strict=True))
    return lock, jars, ensure_build(settings, lock, jars)


def node_settings(settings: Settings) -> dict[str, str]:
    """The node's settings: those of node.yaml and the port."""
    return {**node_file().settings, "http.port": str(settings.engine.port)}


def _endpoint(settings: Settings, home: NodeHome, state: NodeState) -> Endpoint:
    return Endpoint(
        kind="embedded",
        url=f"http://{LOOPBACK}:{state.port}",
        api_key=home.read_secret(),
        timeout=settings.es.timeout,
    )


def not_running(settings: Settings) -> NodeUnreachable:
    """The error for a node that is needed, does not run or answer, and may not be started."""
    from engine.process import find

    home = NodeHome.of(settings)
    if hanging := find(home):
        return NodeUnreachable(
            f"Elasticsearch runs but does not answer (pid {hanging.pid}, {home.root})",
            hint="Wait, it may be busy; `hkall engine stop` ends it, `hkall engine logs` may tell why.",
        )
    return NodeUnreachable(
        f"Elasticsearch is not running ({home.root})",
        hint="`hkall engine start` starts it, `hkall engine logs` tells why it ended.",
    )


def _check_port(port: int) -> None:
    if port == 0:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise PortInUse(
                f"port {port} cannot be used: {error.strerror}",
                hint="Set another one (HKALL_ENGINE_PORT), or 0: the system gives a free one.",
            ) from error


def _notice_old_build(home: NodeHome) -> None:
    from engine.jars import load_lock
    from engine.java import build_name

    state = home.read_state()
    if state and state.build != build_name(load_lock()):
        say(
            "the node runs an older build; `hkall engine stop` lets the next command start a new one"
        )


@contextmanager
def _locked(settings: Settings) -> Iterator[NodeHome]:
    """Hold the home's lock; says so when another command has it."""
    from filelock import FileLock, Timeout

    home = NodeHome.of(settings)
    home.create()
    lock = FileLock(home.lock_file)
    patience = float(node_file().limits.start_seconds * 2)
    try:
        lock.acquire(timeout=NOTICE_AFTER)
    except Timeout:
        say("another command is starting or stopping the node: waiting for it")
        _wait_for(lock, home, patience)
    try:
        yield home
    finally:
        lock.release()


def _wait_for(lock: FileLock, home: NodeHome, patience: float) -> None:
    from filelock import Timeout

    started = time.monotonic()
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise StartLocked(
            f"another command has held {home.lock_file} for {time.monotonic() - started:.0f} s",
            hint="See which one: `ps`; end it, or wait.",
        ) from error
