"""See whether an Elasticsearch has what the catalogue needs, and say how each lack is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from base.errors import HkallError
from engine.connection import Connection
from engine.errors import ElasticsearchError
from engine.requirements import requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from base.settings import Settings
    from engine.endpoint import Endpoint
    from engine.requirements import Plugin

MIB = 1024 * 1024
OWN_MODULE = "hkall"  # of a program's own node, also of another home: it has all components
INSTALL = "sudo bin/elasticsearch-plugin install {plugin}   # on every node, then restart it"


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; ``mend`` is the command or step that mends what is wrong."""

    subject: str
    level: Literal["ok", "warning", "lack"]
    message: str
    mend: str = ""
    exit_code: int = 0  # of the command when this is a lack


def doctor(settings: Settings) -> list[Finding]:
    """Look at everything, starting nothing; a lack is a finding, never an exception."""
    from engine.access import locate

    findings = list(_machine(settings))
    try:
        endpoint = locate(settings, start=False)
        with Connection(endpoint) as connection:
            root = connection.info()
            findings.append(
                Finding("connection", "ok", f"{endpoint.kind} at {endpoint.url} answers")
            )
            findings += _cluster(connection, root)
    except HkallError as error:
        findings.append(_unusable(settings, error))
    return findings


def _unusable(settings: Settings, error: HkallError) -> Finding:
    if settings.engine_kind == "embedded":  # the first command that needs it starts it
        return Finding("connection", "warning", error.message, error.hint or "")
    return Finding("connection", "lack", error.message, error.hint or "", int(error.exit_code))


def _machine(settings: Settings) -> Iterator[Finding]:
    """What a node of our own needs of this machine; nothing for a cluster elsewhere."""
    if settings.engine_kind != "embedded":
        return
    from engine import embedded
    from engine.java import java_executable
    from engine.machine import check_disk, check_memory, heap_mib, memory, node_file

    limits, found = node_file().limits, memory()
    heap = heap_mib(settings.engine.heap, found, limits)
    yield _try("java", lambda: f"{java_executable()}")
    if embedded.endpoint(settings) is None:  # else what it uses is not free
        yield _try(
            "memory", lambda: check_memory(heap, found, limits), f"{found.available} MiB free"
        )
    home, cache = settings.home_path, settings.cache_path
    yield _try(
        "disk", lambda: check_disk(home, limits.disk_home_mib, "the node", "HKALL_HOME"), f"{home}"
    )
    yield _try("jars", lambda: _jars(settings))
    yield Finding("cache", "ok", f"{cache}")


def _jars(settings: Settings) -> str:
    from engine.errors import JarsUnavailable
    from engine.fetch import is_intact, jar_folder
    from engine.jars import load_lock

    lock, folder = load_lock(), jar_folder(settings)
    wrong = [jar.file_name for jar in lock.jars if not is_intact(folder / jar.path, jar)]
    if wrong and settings.engine.offline:
        raise JarsUnavailable(
            f"{len(wrong)} jars are missing or damaged in {folder}, and fetching is forbidden",
            hint="Copy that folder from a machine where `hkall engine start` has run.",
        )
    if wrong:
        return f"{len(wrong)} of {len(lock.jars)} are still to be fetched (the next start does it)"
    return f"Elasticsearch {lock.elasticsearch}, {len(lock.jars)} jars, all intact"


def _try(subject: str, look: Callable[[], object], fine: str = "") -> Finding:
    try:
        found = look()
    except HkallError as error:
        return Finding(subject, "lack", error.message, error.hint or "", int(error.exit_code))
    return Finding(subject, "ok", fine or str(found))


def _cluster(connection: Connection, root: dict[str, Any]) -> Iterator[Finding]:
    for look in (_version, _health, _analysis, _nodes, _blocks):
        try:
            yield from look(connection, root)
        except ElasticsearchError as error:
            yield Finding(look.__name__.strip("_"), "warning", f"cannot be seen: {error.message}")


def _version(_connection: Connection, root: dict[str, Any]) -> Iterator[Finding]:
    version, allowed = root["version"]["number"], requirements().versions
    span = f"{allowed.at_least} or later, below {allowed.below}"
    if allowed.allow(version):
        yield Finding("version", "ok", version)
    else:
        yield Finding("version", "lack", f"{version} is not supported", f"Use {span}.", 3)


def _health(connection: Connection, _root: dict[str, Any]) -> Iterator[Finding]:
    health = connection.request("GET", "/_cluster/health")
    nodes = f"{health['number_of_nodes']} node(s), {health['status']}"
    if health["status"] == "red":
        yield Finding("health", "lack", nodes, "GET /_cluster/allocation/explain says why.", 4)
    else:
        yield Finding("health", "ok", nodes)


def _analysis(connection: Connection, _root: dict[str, Any]) -> Iterator[Finding]:
    for plugin in requirements().plugins:
        yield _plugin(connection, plugin)


def _plugin(connection: Connection, plugin: Plugin) -> Finding:
    """Whether its components work: the embedded node has them without the plugin of that name."""
    try:
        tokens = connection.request("POST", "/_analyze", plugin.probe)["tokens"]
    except ElasticsearchError as error:
        lacking = _nodes_without(connection, plugin.name, connection.endpoint)
        message = f"missing{lacking}: {error.reason}"
        return Finding(plugin.name, "lack", message, INSTALL.format(plugin=plugin.name), 3)
    lacking = _nodes_without(connection, plugin.name, connection.endpoint)
    if lacking and connection.endpoint.kind != "embedded":
        mend = INSTALL.format(plugin=plugin.name)
        return Finding(plugin.name, "lack", f"missing{lacking}", mend, 3)
    return Finding(plugin.name, "ok", " ".join(token["token"] for token in tokens))


def _nodes_without(connection: Connection, plugin: str, endpoint: Endpoint) -> str:
    """`` on NODE, …``: the nodes of the cluster that lack a plugin; empty where none does."""
    answer = connection.request("GET", "/_nodes/plugins")
    nodes = answer["nodes"].values() if endpoint.kind != "embedded" else ()
    names = [n["name"] for n in nodes if not {plugin, OWN_MODULE} & _parts(n)]
    return f" on {', '.join(sorted(names))}" if names else ""


def _parts(node: dict[str, Any]) -> set[str]:
    """The plugins and modules of a node."""
    return {part["name"] for kind in ("plugins", "modules") for part in node.get(kind, ())}


def _nodes(connection: Connection, _root: dict[str, Any]) -> Iterator[Finding]:
    limits = requirements().limits
    for node in connection.request("GET", "/_nodes/stats/jvm,fs")["nodes"].values():
        heap = node["jvm"]["mem"]["heap_max_in_bytes"] // MIB
        disk = node["fs"]["total"]
        share = disk["available_in_bytes"] / max(disk["total_in_bytes"], 1)
        text = f"{node['name']}: heap {heap} MiB, {share:.0%} of its disk free"
        if heap < limits.heap_mib:
            mend = f"Give it {limits.heap_mib} MiB (HKALL_ENGINE_HEAP, or -Xmx of that node)."
            yield Finding("node", "warning", text, mend)
        elif share < limits.disk_free_share:
            yield Finding("node", "warning", text, "Make room on that node's disk.")
        else:
            yield Finding("node", "ok", text)


def _blocks(connection: Connection, _root: dict[str, Any]) -> Iterator[Finding]:
    """Indices that Elasticsearch made read-only because a disk was full: it says so nowhere else."""
    name = "index.blocks.read_only_allow_delete"
    answer = connection.request("GET", f"/_all/_settings/{name}", params={"flat_settings": True})
    blocked = sorted(index for index, value in answer.items() if value["settings"].get(name))
    if blocked:
        mend = f'Make room, then: PUT /{blocked[0]}/_settings {{"{name}": null}}'
        yield Finding(
            "indices", "lack", f"read-only since a disk was full: {', '.join(blocked)}", mend, 7
        )
    else:
        yield Finding("indices", "ok", "none is blocked")
