"""Fetch the jars of the lock into the cache, and see that each is the one that the lock names."""

from __future__ import annotations

import hashlib
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import CorruptJar, JarsUnavailable
from engine.progress import downloading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from base.settings import Settings
    from engine.jars import Jar

PARALLEL = 6
TRIES = 3
TIMEOUT = 30  # seconds without an answer


def jar_folder(settings: Settings) -> Path:
    """Where the jars are kept: a folder of Maven's layout inside the cache."""
    return settings.cache_path / "maven"


def ensure_jars(settings: Settings, jars: Sequence[Jar]) -> list[Path]:
    """Have every jar in the cache, verified, and give their paths in the same order.

    What is missing is fetched, what is damaged is fetched again. Two processes may do this at once:
    a jar appears under its name by one rename, complete.

    Raises:
        JarsUnavailable: something is missing and cannot be fetched (or may not: ``engine.offline``).
        CorruptJar: what was fetched does not have the lock's SHA-256.
    """
    folder = jar_folder(settings)
    with ThreadPoolExecutor(PARALLEL) as pool:
        states = list(pool.map(lambda jar: is_intact(folder / jar.path, jar), jars))
    wanted = [jar for jar, intact in zip(jars, states, strict=True) if not intact]
    if wanted:
        _fetch_all(settings, wanted)
    return [folder / jar.path for jar in jars]


def is_intact(path: Path, jar: Jar) -> bool:
    """Whether the file is there and has the lock's size and SHA-256."""
    if not path.is_file() or path.stat().st_size != jar.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


def _fetch_all(settings: Settings, wanted: Sequence[Jar]) -> None:
    folder = jar_folder(settings)
    damaged = [jar.file_name for jar in wanted if (folder / jar.path).exists()]
    if settings.engine.offline:
        _refuse_offline(folder, wanted, damaged)
    if damaged:
        say(f"damaged in the cache, fetched again: {', '.join(damaged)}")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as temporary,
        downloading(len(wanted), sum(jar.size for jar in wanted)) as advance,
        ThreadPoolExecutor(PARALLEL) as pool,
    ):
        tasks = {pool.submit(_fetch, settings, jar, Path(temporary)): jar for jar in wanted}
        try:
            for task in as_completed(tasks):
                task.result()
                advance(tasks[task].size)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _refuse_offline(folder: Path, wanted: Sequence[Jar], damaged: list[str]) -> None:
    names = ", ".join(jar.file_name for jar in wanted[:3]) + (" …" if len(wanted) > 3 else "")  # noqa: PLR2004 - a few as examples
    raise JarsUnavailable(
        f"{len(wanted)} jars of Elasticsearch are missing or damaged in {folder} "
        f"({len(damaged)} damaged), and engine.offline forbids fetching: {names}",
        hint="Copy that folder from a machine where `hkall engine start` has run, "
        "or unset HKALL_ENGINE_OFFLINE.",
    )


def _fetch(settings: Settings, jar: Jar, temporary: Path) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            file = _download(settings, jar, temporary / str(attempt))
        except (
            OSError,
            RuntimeError,
        ) as error:  # requests' errors are OSErrors, jgo's RuntimeErrors
            if attempt == TRIES:
                raise _unavailable(settings, jar, error) from error
            continue
        if is_intact(file, jar):
            target = jar_folder(settings) / jar.path
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
            return
    raise CorruptJar(
        f"{jar.jar}: what was fetched is not what the lock names (SHA-256 differs)",
        hint="A proxy or mirror may alter downloads: try another one (HKALL_MAVEN_REPOSITORY), "
        "or copy the cache from another machine.",
    )


def _download(settings: Settings, jar: Jar, folder: Path) -> Path:
    from jgo.maven import MavenContext

    mirror = settings.engine.maven_repository.rstrip("/")
    context = MavenContext(
        repo_cache=folder,
        remote_repos={"mirror": mirror} if mirror else None,
        timeout=TIMEOUT,
    )
    return Path(context.create_dependency(jar.jar).artifact.resolve())


def _unavailable(settings: Settings, jar: Jar, error: Exception) -> JarsUnavailable:
    where = settings.engine.maven_repository or "Maven Central"
    cause = " ".join(str(error).split())
    return JarsUnavailable(
        f"{jar.jar} cannot be fetched from {where}: {cause[:200]}",
        hint="Check the network and try again: what is already there is kept. A mirror is set with "
        "HKALL_MAVEN_REPOSITORY; a machine without network: docs/engine.md.",
    )
