"""What the catalogue needs of an Elasticsearch (requirements.yaml)."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from base.datafile import load_resource


class Versions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which version on, and from which one on no more."""

    at_least: str
    below: str

    def allow(self, version: str) -> bool:
        """Whether a version such as ``9.5.3`` or ``9.6.0-SNAPSHOT`` is among them."""
        return _numbers(self.at_least) <= _numbers(version) < _numbers(self.below)


class Plugin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An official plugin, and a body of ``_analyze`` that works only where it is installed."""

    name: str
    probe: dict[str, Any]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each node should have."""

    heap_mib: int
    disk_free_share: float


class Requirements(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of requirements.yaml."""

    versions: Versions
    plugins: tuple[Plugin, ...]
    limits: Limits


@cache
def requirements() -> Requirements:
    """The packaged requirements."""
    return load_resource("engine", "requirements.yaml", Requirements)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split("."))
