"""The lock of the jars that the embedded node is made of: coordinates, sizes, SHA-256, licences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from base.datafile import load_resource

Part = Literal["server", "transport", "analysis", "compiler"]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Coordinate = Annotated[str, msgspec.Meta(pattern=r"^[^:]+:[^:]+:[^:]+$")]


class Jar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One jar of the lock; ``jar`` is its Maven coordinate ``group:artifact:version``."""

    jar: Coordinate
    part: Part
    size: Annotated[int, msgspec.Meta(gt=0)]  # bytes
    sha256: Sha256
    licence: str

    @property
    def file_name(self) -> str:
        """The jar's file name, as Maven has it."""
        _, artifact, version = self.jar.split(":")
        return f"{artifact}-{version}.jar"

    @property
    def path(self) -> Path:
        """Its path inside a folder of Maven's layout."""
        group, artifact, version = self.jar.split(":")
        return Path(*group.split("."), artifact, version, self.file_name)


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every jar, and the version of Elasticsearch that they make."""

    elasticsearch: str
    jars: tuple[Jar, ...]

    def of(self, *parts: Part) -> tuple[Jar, ...]:
        """The jars of these parts, in the lock's order."""
        return tuple(jar for jar in self.jars if jar.part in parts)


class PartRoots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a part is asked for (jars.yaml)."""

    transitive: bool
    roots: tuple[Coordinate, ...]


class Roots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of jars.yaml: the input of ``python -m engine.relock``."""

    elasticsearch: str
    parts: dict[Part, PartRoots]


def load_lock() -> Lock:
    """The packaged lock.

    Raises:
        DataFileError: it is not readable or not valid.
    """
    return load_resource("engine", "jars.lock.yaml", Lock)


def load_roots() -> Roots:
    """The packaged jars.yaml.

    Raises:
        DataFileError: it is not readable or not valid.
    """
    return load_resource("engine", "jars.yaml", Roots)
