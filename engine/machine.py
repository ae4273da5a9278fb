"""What the machine has: memory for the node's heap, disk for its data, checked before the start."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import msgspec

from engine.errors import TooLittleDisk, TooLittleMemory

MIB = 1024 * 1024
CGROUP = Path("/sys/fs/cgroup")


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the node needs (node.yaml); sizes in MiB."""

    heap_share: float
    heap_min_mib: int
    heap_max_mib: int
    beside_heap_mib: int
    disk_home_mib: int
    disk_cache_mib: int
    start_seconds: int
    hang_seconds: int
    stop_seconds: int


class NodeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of node.yaml."""

    flags: tuple[str, ...]
    settings: dict[str, str]
    limits: Limits


class Memory(msgspec.Struct, frozen=True):
    """Memory in MiB: of the machine or, where that is less, of the container."""

    total: int
    available: int


@cache
def node_file() -> NodeFile:
    """The packaged node.yaml."""
    from base.datafile import load_resource

    return load_resource("engine", "node.yaml", NodeFile)


def memory(cgroup: Path = CGROUP) -> Memory:
    """What there is and what is free, seen through the limit of a control group (version 2).

    ``cgroup`` is the folder where the kernel shows this process's group; elsewhere than on Linux
    it does not exist and the machine's own numbers hold.
    """
    import psutil

    machine = psutil.virtual_memory()
    total, available = int(machine.total), int(machine.available)
    limit = _number(cgroup / "memory.max")
    if limit is not None and limit < total:
        total = limit
        available = min(available, limit - _working_set(cgroup))
    return Memory(total // MIB, max(available, 0) // MIB)


def _working_set(cgroup: Path) -> int:
    """Bytes in use that the kernel cannot simply drop: the group's use less its idle file cache."""
    used = _number(cgroup / "memory.current") or 0
    try:
        lines = (cgroup / "memory.stat").read_text().splitlines()
    except OSError:
        return used
    idle = next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), 0)
    return used - idle


def _number(file: Path) -> int | None:
    try:
        text = file.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def heap_mib(setting: str, found: Memory, limits: Limits) -> int:
    """The heap in MiB: what ``engine.heap`` says (``900m``, ``2g``), else a share of the memory."""
    if setting:
        return int(setting[:-1]) * (1024 if setting.endswith("g") else 1)
    share = int(found.total * limits.heap_share)
    return max(limits.heap_min_mib, min(limits.heap_max_mib, share))


def check_memory(heap: int, found: Memory, limits: Limits) -> None:
    """See that a node with this heap fits into what is free (both MiB).

    Raises:
        TooLittleMemory: it does not.
    """
    needed = heap + limits.beside_heap_mib
    if found.available < needed:
        raise TooLittleMemory(
            f"the node needs {needed} MiB of memory (heap {heap} MiB), {found.available} MiB are free",
            hint=f"Close other programs, or set a smaller heap (HKALL_ENGINE_HEAP={limits.heap_min_mib}m), "
            "or name a cluster elsewhere (HKALL_ES_URL).",
        )


def check_disk(folder: Path, needed: int, purpose: str, setting: str) -> None:
    """See that ``needed`` MiB are free where ``folder`` is or will be.

    Args:
        folder: may not exist yet; the nearest folder that does is asked.
        needed: MiB.
        purpose: what for, as the message says it.
        setting: the environment variable that moves the folder.

    Raises:
        TooLittleDisk: they are not.
    """
    free = free_mib(folder)
    if free < needed:
        raise TooLittleDisk(
            f"{folder}: {free} MiB of disk are free, {purpose} needs {needed} MiB",
            hint=f"Make room there, or name another folder with {setting}.",
        )


def free_mib(folder: Path) -> int:
    """Free MiB on the disk where ``folder`` is or will be."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return shutil.disk_usage(existing).free // MIB
