"""The modules folder of a node's home: the transport with our secret, and our analysis."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

from engine.errors import CorruptJar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.jars import Jar, Lock

TRANSPORT_DESCRIPTOR = "META-INF/es-plugins/transport-netty4/plugin-descriptor.properties"
TRANSPORT_CLASS = "hk.hkall.node.http.SecuredTransportPlugin"
ANALYSIS_CLASS = "hk.hkall.analysis.HkallAnalysisPlugin"


def lay_modules(folder: Path, lock: Lock, jars: dict[Jar, Path], build: Path) -> None:
    """Lay out ``folder`` afresh, its jars as links to the cache.

    Args:
        folder: ``modules`` of a node's home; what is in it is removed.
        lock: all jars of the node.
        jars: where each jar of the lock lies.
        build: the folder of our compiled jars.

    Raises:
        CorruptJar: the transport's jar has no descriptor where it should be.
    """
    shutil.rmtree(folder, ignore_errors=True)
    transport = [jars[jar] for jar in lock.of("transport")]
    descriptor = transport_descriptor(transport)
    _module(folder / "transport-netty4", descriptor, [*transport, build / "hkall-transport.jar"])
    analysis = [jars[jar] for jar in lock.of("analysis")]
    descriptor = analysis_descriptor(lock.elasticsearch)
    _module(folder / "hkall", descriptor, [*analysis, build / "hkall-analysis.jar"])


def transport_descriptor(jars: Sequence[Path]) -> str:
    """The descriptor inside the transport's jar, naming our class and no Java module.

    With a ``modulename`` the server would look for the class inside that module only.

    Raises:
        CorruptJar: it is not there.
    """
    jar = next(path for path in jars if path.name.startswith("transport-netty4-"))
    try:
        with zipfile.ZipFile(jar) as archive:
            text = archive.read(TRANSPORT_DESCRIPTOR).decode()
    except (KeyError, zipfile.BadZipFile) as error:
        raise CorruptJar(
            f"{jar} has no {TRANSPORT_DESCRIPTOR}: {error}", hint="Delete it and try again."
        ) from error
    replaced = ("modulename=", "classname=", "#")
    kept = [line for line in text.splitlines() if line.strip() and not line.startswith(replaced)]
    return "\n".join([*kept, f"classname={TRANSPORT_CLASS}", ""])


def analysis_descriptor(version: str) -> str:
    """The descriptor of our own module, for this version of Elasticsearch."""
    return (
        "name=hkall\n"
        "description=Analysis components of the catalogue's six languages\n"
        f"version={version}\n"
        f"elasticsearch.version={version}\n"
        "java.version=21\n"
        f"classname={ANALYSIS_CLASS}\n"
    )


def _module(folder: Path, descriptor: str, jars: Sequence[Path]) -> None:
    folder.mkdir(parents=True)
    (folder / "plugin-descriptor.properties").write_text(descriptor, encoding="utf-8")
    for jar in jars:
        (folder / jar.name).symlink_to(jar)
